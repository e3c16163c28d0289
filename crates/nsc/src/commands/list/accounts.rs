//! `nsc list accounts`.

use nsc_store::Selection;

use super::listing::Listing;
use crate::app::App;
use crate::commands::select;
use crate::error::CliError;
use crate::ui::Report;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub(super) struct Accounts {
    /// Operator whose accounts are listed; it becomes the current one
    #[arg(short, long, value_name = "NAME")]
    operator: Option<String>,
}

impl Accounts {
    /// Runs the command.
    pub(super) fn run(self, app: &App, json: bool) -> Result<Report, CliError> {
        let selection = Selection {
            operator: self.operator,
            ..Selection::default()
        };
        let context = app.context()?.select(&selection)?;
        let listed = context.operator_store()?.list_accounts()?;
        let report = Listing::new("Accounts", listed, json)
            .with_current(context.account())
            .report();
        select::save_if_asked(app, &context, &selection, report)
    }
}
