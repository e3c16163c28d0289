//! `nsc add account`.

use nsc_core::claims::{AccountClaims, OperatorClaims};
use nsc_core::edit::NewAccount;
use nsc_core::keys::{KeyKind, Seed};
use nsc_store::{Context, SignerQuery, StoreError, Transaction, Wanted};

use super::result::AddedAccount;
use super::stage::{self, Staged};
use crate::app::App;
use crate::args::{DateArgs, NameArgs, PermissionArgs, SubjectKey, signer};
use crate::error::CliError;
use crate::managed::{self, Exchange};
use crate::ui::{Report, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct AddAccount {
    #[command(flatten)]
    name: NameArgs,

    /// Identity key, instead of a new one: account key or a file with one; it is not stored
    #[arg(short = 'k', long, value_name = "KEY")]
    public_key: Option<String>,

    #[command(flatten)]
    dates: DateArgs,

    #[command(flatten)]
    permissions: PermissionArgs,
}

impl AddAccount {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        if app.is_interactive() {
            self.ask(app)?;
        }
        let new = NewAccount {
            name: self
                .name
                .of_new(app, "account", |name| store.has_account(name))?,
            dates: self.dates.edit(app)?,
            default_permissions: self.permissions.edit()?,
            ..NewAccount::default()
        };
        let mut tx = store.begin(&context.keystore(), &app.begin_options("add account"))?;
        let report = self.add(app, &context, &mut tx, &new)?;
        Ok(report.with_commit(&tx.commit()?))
    }

    /// Questions in the order in which they have always been asked.
    fn ask(&mut self, app: &App) -> Result<(), CliError> {
        self.name.ask(app, "account")?;
        SubjectKey::ask(app, &mut self.public_key, KeyKind::Account)?;
        self.dates.ask(app)
    }

    fn add(
        &self,
        app: &App,
        context: &Context,
        tx: &mut Transaction<'_>,
        new: &NewAccount,
    ) -> Result<Report, CliError> {
        let operator = tx.operator()?;
        if let Some(name) = tx.account_like(&new.name)? {
            let what = "account";
            return Err(StoreError::AlreadyExists { what, name }.into());
        }
        let key = SubjectKey::new(app, self.public_key.as_deref(), KeyKind::Account)?;
        let claims = new.claims(&key.public_key());
        let staged = sign(app, tx, &operator.claims, &claims, &key)?;
        let exchange = managed::exchange(app, tx, &operator.claims, staged.stored)?;
        if !exchange.failed {
            let folder = tx.store()?.folder().to_owned();
            context.with_current(&folder, &new.name).stage(tx)?;
        }
        let mut result = staged.result;
        result.changes = new.changes();
        result.issuer.clone_from(&exchange.account.claims.iss);
        let report = Report::new(result)
            .with_steps(self.permissions.warnings())
            .with_steps(Step::changes(&new.changes()))
            .with_steps(staged.steps);
        Ok(Exchange::report(exchange.steps, exchange.failed, report))
    }
}

/// Signs and stages a new account.
///
/// In a managed store it signs itself where nobody better is at hand, even for an operator that
/// asks for signing keys: it gets signed again by that operator.
pub(crate) fn sign(
    app: &App,
    tx: &mut Transaction<'_>,
    operator: &OperatorClaims,
    claims: &AccountClaims,
    key: &SubjectKey,
) -> Result<Staged<AccountClaims, AddedAccount>, CliError> {
    let managed = tx.store()?.is_managed();
    let keystore = tx.keystore().clone();
    let fresh: Vec<&Seed> = key.seed().into_iter().collect();
    let query = SignerQuery {
        wanted: Wanted::AccountToken,
        env: &app.env,
        keystore: &keystore,
        operator,
        managed,
        account: Some(claims),
        private_key: app.private_key(),
        previous_issuer: None,
        fresh: &fresh,
    };
    let alone = managed && query.private_key.is_none() && query.stored_candidates().is_empty();
    if let Some(own) = key.seed().filter(|_| alone) {
        return stage::account(app, tx, claims.clone(), key, own);
    }
    let mut typed = None;
    let signer = signer::choose(app, query, &mut typed)?;
    stage::account(app, tx, claims.clone(), key, &signer)
}
