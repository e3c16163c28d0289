//! `nsc describe`.

mod account;
mod form;
mod jwt;
mod names;
mod operator;
mod tables;
mod user;

use clap::Subcommand;

use crate::app::App;
use crate::error::CliError;
use crate::schema::CommandResults;
use crate::ui::Report;

/// What is described.
#[derive(Debug, Subcommand)]
pub enum Describe {
    /// Show an account: keys, limits, JetStream, exports, imports, mappings
    Account(account::Account),
    /// Show any JWT of NATS, from a file or URL
    Jwt(jwt::Jwt),
    /// Show an operator
    Operator(operator::Operator),
    /// Show a user: permissions and limits, its own or those of its role
    User(user::User),
}

impl Describe {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        match self {
            Self::Account(command) => command.run(app),
            Self::Jwt(command) => command.run(app),
            Self::Operator(command) => command.run(app),
            Self::User(command) => command.run(app),
        }
    }
}

/// What the commands of the group tell.
pub(super) fn results() -> Vec<CommandResults> {
    vec![
        CommandResults::of::<form::Description>("describe account"),
        CommandResults::of::<form::Description>("describe jwt"),
        CommandResults::of::<form::Description>("describe operator"),
        CommandResults::of::<form::Description>("describe user"),
    ]
}
