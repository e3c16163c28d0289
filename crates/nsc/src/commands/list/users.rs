//! `nsc list users`.

use nsc_store::Selection;

use super::listing::Listing;
use crate::app::App;
use crate::commands::select;
use crate::error::CliError;
use crate::ui::Report;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub(super) struct Users {
    /// Operator of the account; it becomes the current one
    #[arg(short, long, value_name = "NAME")]
    operator: Option<String>,

    /// Account whose users are listed, by name or public key; it becomes the current one
    #[arg(short, long, value_name = "NAME")]
    account: Option<String>,
}

impl Users {
    /// Runs the command.
    pub(super) fn run(self, app: &App, json: bool) -> Result<Report, CliError> {
        let selection = Selection {
            operator: self.operator,
            account: self.account,
            ..Selection::default()
        };
        let context = app.context()?.select(&selection)?;
        let store = context.operator_store()?;
        let account = context.resolve_account(&store, None)?;
        let report = Listing::new("Users", store.list_users(&account)?, json).report();
        select::save_if_asked(app, &context, &selection, report)
    }
}
