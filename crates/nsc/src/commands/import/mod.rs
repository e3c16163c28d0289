//! `nsc import`.

mod account;
mod foreign;
mod keys;
mod user;

use clap::Subcommand;

use crate::app::App;
use crate::error::CliError;
use crate::schema::CommandResults;
use crate::ui::Report;

/// What is imported.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// Store an account JWT that comes from elsewhere, signed by the operator where it is not yet
    Account(account::Account),
    /// Store the seeds that lie in a folder
    Keys(keys::Keys),
    /// Store a user JWT that comes from elsewhere, or a creds file's JWT and key
    User(user::User),
}

impl Import {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        match self {
            Self::Account(command) => command.run(app),
            Self::Keys(command) => command.run(app),
            Self::User(command) => command.run(app),
        }
    }
}

/// What the commands of the group tell.
pub(super) fn results() -> Vec<CommandResults> {
    vec![
        CommandResults::of::<account::Imported>("import account"),
        CommandResults::of::<keys::Imported>("import keys"),
        CommandResults::of::<user::Imported>("import user"),
    ]
}
