//! `nsc rename`.

mod account;

use clap::Subcommand;

use crate::app::App;
use crate::error::CliError;
use crate::schema::CommandResults;
use crate::ui::Report;

/// What is renamed.
#[derive(Debug, Subcommand)]
pub enum Rename {
    /// Give an account another name; its keys and users stay
    Account(account::Account),
}

impl Rename {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        match self {
            Self::Account(command) => command.run(app),
        }
    }
}

/// What the commands of the group tell.
pub(super) fn results() -> Vec<CommandResults> {
    vec![CommandResults::of::<account::Renamed>("rename account")]
}
