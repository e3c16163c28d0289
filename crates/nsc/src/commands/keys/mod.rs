//! `nsc keys`.

mod migrate;

use clap::Subcommand;

use crate::app::App;
use crate::error::CliError;
use crate::schema::CommandResults;
use crate::ui::Report;

/// What is done to the keystore.
#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Bring a keystore in the layout of old versions up to date
    Migrate(migrate::Migrate),
}

impl Keys {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        match self {
            Self::Migrate(command) => command.run(app),
        }
    }
}

/// What the commands of the group tell.
pub(super) fn results() -> Vec<CommandResults> {
    vec![CommandResults::of::<migrate::Migrated>("keys migrate")]
}
