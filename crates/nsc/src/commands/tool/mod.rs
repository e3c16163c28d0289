//! `nsc tool`.

use crate::app::App;
use crate::error::CliError;
use crate::ui::Report;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Tool {}

impl Tool {
    /// Runs the command.
    pub(super) fn run(self, _app: &App) -> Result<Report, CliError> {
        Err(CliError::failed("being written"))
    }
}
