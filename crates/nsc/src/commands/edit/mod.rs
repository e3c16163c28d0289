//! `nsc edit`.

mod export;

use clap::Subcommand;

use crate::app::App;
use crate::error::CliError;
use crate::ui::Report;

/// What it is done to.
#[derive(Debug, Subcommand)]
pub enum Edit {
    /// Change an export
    Export(export::EditExport),
}

impl Edit {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        match self {
            Self::Export(command) => command.run(app),
        }
    }
}
