//! `nsc export`.

mod keys;

use clap::Subcommand;

use crate::app::App;
use crate::error::CliError;
use crate::schema::CommandResults;
use crate::ui::Report;

/// What is exported.
#[derive(Debug, Subcommand)]
pub enum Export {
    /// Copy or move seeds from the keystore into a folder
    Keys(keys::Keys),
}

impl Export {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        match self {
            Self::Keys(command) => command.run(app),
        }
    }
}

/// What the commands of the group tell.
pub(super) fn results() -> Vec<CommandResults> {
    vec![CommandResults::of::<keys::Exported>("export keys")]
}
