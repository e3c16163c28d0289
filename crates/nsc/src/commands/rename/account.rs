//! `nsc rename account`.

use nsc_core::jwt;
use nsc_store::{Context, OperatorStore, StoredAccount, Transaction};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::args::signer;
use crate::argv::quoted;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::managed::{self, Exchange};
use crate::rewrite::{self, Prefer};
use crate::strict;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Account {
    /// Its name
    #[arg(value_name = "OLD")]
    old: String,

    /// Its name from now on
    #[arg(value_name = "NEW")]
    new: String,

    /// Yes, the name is to be changed
    #[arg(long = "OK")]
    ok: bool,
}

impl Account {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        if !self.ok {
            return Err(self.explanation());
        }
        let context = app.context()?;
        let store = context.operator_store()?;
        let options = app.begin_options("rename account");
        let mut tx = store.begin(&context.keystore(), &options)?;
        let account = tx.account(&self.old)?;
        let exchange = self.rename(app, &mut tx, &account)?;
        let renamed = exchange.account.clone();
        let follows = is_saved(&context, &store, &account.name);
        if follows {
            context
                .with_current(store.folder(), &renamed.name)
                .stage(&mut tx)?;
        }
        let text = format!("renamed account `{}` to `{}`", account.name, renamed.name);
        let report = Report::new(Renamed {
            old_name: account.name,
            name: renamed.name,
            public_key: renamed.claims.sub,
            issuer: renamed.claims.iss,
            is_current: follows,
        })
        .with_steps([Step::ok(text)]);
        let report = exchange.report(report);
        strict::commit(app, tx, report)
    }

    fn rename(
        &self,
        app: &App,
        tx: &mut Transaction<'_>,
        account: &StoredAccount,
    ) -> Result<Exchange, CliError> {
        let operator = tx.operator()?;
        let keystore = tx.keystore().clone();
        let query =
            rewrite::account_query(app, &keystore, tx, &operator.claims, account, Prefer::Best)?;
        let mut typed = None;
        let signer = signer::choose(app, query, &mut typed)?;
        let mut claims = account.claims.clone();
        claims.name.clone_from(&self.new);
        let token = jwt::encode(&mut claims, &signer, app.now())?;
        let renamed = tx.rename_account(&account.name, &token)?;
        managed::exchange(app, tx, &operator.claims, renamed, &[])
    }

    fn explanation(&self) -> CliError {
        let Self { old, new, .. } = self;
        let mut error = CliError::failed(format!("account `{old}` was not renamed to `{new}`"))
            .about(EntityKind::Account, old.to_string());
        error.causes = vec![
            "its JWT is signed anew, its users and creds files move; keys stay the same".to_owned(),
            "servers know the old name until the account is pushed again".to_owned(),
        ];
        error.hint(format!(
            "nsc rename account {} {} --OK",
            quoted(old),
            quoted(new)
        ))
    }
}

/// Whether the account is the one that the configuration names, not just the one of this run.
fn is_saved(context: &Context, store: &OperatorStore, account: &str) -> bool {
    let config = context.config();
    let root = context.store_root().map(|root| root.to_string_lossy());
    config.account == account
        && config.operator == store.folder()
        && root.is_some_and(|root| root == config.store_root.as_str())
}

/// An account that has got another name.
#[derive(JsonSchema, Serialize)]
pub(super) struct Renamed {
    /// The name it had.
    old_name: String,
    /// Its name now.
    name: String,
    /// Identity key, the same as before.
    public_key: String,
    /// The key that signed it now.
    issuer: String,
    /// Whether it was the current account, and is again.
    is_current: bool,
}

/// The steps say it all to people.
impl Show for Renamed {
    fn show(&self, _page: &mut Page) {}
}
