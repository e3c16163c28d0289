//! `nsc delete`.

mod account;
mod export;
mod import;
mod mapping;
mod removal;
mod user;

use clap::Subcommand;

use crate::app::App;
use crate::error::CliError;
use crate::schema::CommandResults;
use crate::ui::Report;

/// What is deleted.
#[derive(Debug, Subcommand)]
pub enum Delete {
    /// Delete an account and its users
    Account(account::DeleteAccount),
    /// Delete users
    User(user::DeleteUser),
    /// Delete an export
    Export(export::DeleteExport),
    /// Delete an import
    Import(import::DeleteImport),
    /// Delete a subject mapping, or targets of it
    Mapping(mapping::DeleteMapping),
}

impl Delete {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        match self {
            Self::Account(command) => command.run(app),
            Self::User(command) => command.run(app),
            Self::Export(command) => command.run(app),
            Self::Import(command) => command.run(app),
            Self::Mapping(command) => command.run(app),
        }
    }
}

/// What the commands of the group tell.
pub(super) fn results() -> Vec<CommandResults> {
    vec![
        CommandResults::of::<account::DeletedAccount>("delete account").or::<()>(),
        CommandResults::of::<export::DeletedExport>("delete export").or::<()>(),
        CommandResults::of::<import::DeletedImport>("delete import").or::<()>(),
        CommandResults::of::<mapping::DeletedMapping>("delete mapping").or::<()>(),
        CommandResults::of::<user::DeletedUsers>("delete user").or::<()>(),
    ]
}
