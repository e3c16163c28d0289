//! `nsc describe`.

use clap::Subcommand;

use crate::app::App;
use crate::error::CliError;
use crate::ui::Report;

/// What it is done to.
#[derive(Debug, Subcommand)]
pub enum Describe {}

impl Describe {
    /// Runs the command.
    pub(super) fn run(self, _app: &App) -> Result<Report, CliError> {
        match self {}
    }
}
