//! `nsc describe account`.

use nsc_core::claims::AccountClaims;
use nsc_store::{Context, OperatorStore};

use super::form::{self, Details, Form, Subject};
use super::{names, tables};
use crate::app::App;
use crate::args::TargetArgs;
use crate::args::entity::AccountArg;
use crate::error::CliError;
use crate::ui::Report;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Account {
    #[command(flatten)]
    target: TargetArgs,

    #[command(flatten)]
    form: Form,
}

impl Account {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        let account = AccountArg {
            account: self.target.given().map(str::to_owned),
        };
        let stored = store.account(&account.resolve(app, &context, &store)?)?;
        let subject = Subject {
            kind: "account".to_owned(),
            name: stored.name.clone(),
            token: stored.token.clone(),
        };
        let long_ids = self.form.long_ids;
        self.form.report(app, subject, || {
            Ok(details(&context, Some(&store), &stored.claims, long_ids))
        })
    }
}

/// The tables of an account, with the names of the accounts it imports from.
pub(super) fn details(
    context: &Context,
    store: Option<&OperatorStore>,
    claims: &AccountClaims,
    long_ids: bool,
) -> Details {
    let exporters = claims.imports().map(|import| import.account.clone());
    let account_names = if long_ids {
        Default::default()
    } else {
        names::of_accounts(context, store, exporters)
    };
    Details {
        tables: tables::account::all(claims, &account_names),
        context: form::Context {
            account_names,
            ..form::Context::default()
        },
        ..Details::default()
    }
}
