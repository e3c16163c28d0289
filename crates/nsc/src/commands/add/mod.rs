//! `nsc add`.

use clap::Subcommand;

use crate::app::App;
use crate::error::CliError;
use crate::ui::Report;

/// What it is done to.
#[derive(Debug, Subcommand)]
pub enum Add {}

impl Add {
    /// Runs the command.
    pub(super) fn run(self, _app: &App) -> Result<Report, CliError> {
        match self {}
    }
}
