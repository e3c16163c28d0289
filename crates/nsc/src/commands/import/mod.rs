//! `nsc import`.

mod keys;

use clap::Subcommand;

use crate::app::App;
use crate::error::CliError;
use crate::ui::Report;

/// What is imported.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// Store the seeds that lie in a folder
    Keys(keys::Keys),
}

impl Import {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        match self {
            Self::Keys(command) => command.run(app),
        }
    }
}
