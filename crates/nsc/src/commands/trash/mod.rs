//! `nsc trash`: seeds that were removed.

mod empty;
mod list;
mod restore;

use clap::Subcommand;

use crate::app::App;
use crate::error::CliError;
use crate::schema::CommandResults;
use crate::ui::Report;

/// What is done with it.
#[derive(Debug, Subcommand)]
pub enum Trash {
    /// List the removed seeds, newest first
    List(list::ListTrash),
    /// Bring removed seeds back into the keystore
    Restore(restore::RestoreTrash),
    /// Destroy the removed seeds for good
    Empty(empty::EmptyTrash),
}

impl Trash {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        match self {
            Self::List(command) => command.run(app),
            Self::Restore(command) => command.run(app),
            Self::Empty(command) => command.run(app),
        }
    }
}

/// What the commands of the group tell.
pub(super) fn results() -> Vec<CommandResults> {
    vec![
        CommandResults::of::<empty::Emptied>("trash empty"),
        CommandResults::of::<list::Listing>("trash list"),
        CommandResults::of::<restore::Restored>("trash restore"),
    ]
}
