//! `nsc list operators`.

use nsc_store::OperatorStore;

use super::listing::Listing;
use crate::app::App;
use crate::error::CliError;
use crate::ui::Report;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub(super) struct Operators {}

impl Operators {
    /// Runs the command.
    pub(super) fn run(self, app: &App, json: bool) -> Result<Report, CliError> {
        let context = app.context()?;
        let listed = match context.store_root() {
            Some(root) => OperatorStore::list_operators_in(app.env.files(), root)?,
            None => Vec::new(),
        };
        Ok(Listing::new("Operators", listed, json)
            .with_current(context.operator())
            .or_note("there are no operators; `nsc add operator NAME` or `nsc init` makes one")
            .report())
    }
}
