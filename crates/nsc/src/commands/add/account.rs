//! `nsc add account`.

use nsc_core::claims::{AccountClaims, OperatorClaims};
use nsc_core::edit::{NewAccount, differences};
use nsc_core::keys::{KeyKind, PublicKey, Seed};
use nsc_store::{Context, OperatorStore, Selection, SignerQuery, StoreError, Transaction, Wanted};

use super::result::AddedAccount;
use super::stage::{self, Staged};
use crate::app::App;
use crate::args::{DateArgs, NameArgs, PermissionArgs, SubjectKey, signer};
use crate::entity::{Entity, EntityKind};
use crate::error::CliError;
use crate::judge;
use crate::managed;
use crate::presence::{IfAbsentArg, as_asked, make_current};
use crate::strict;
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
    if_absent: IfAbsentArg,

    #[command(flatten)]
    permissions: PermissionArgs,
}

impl AddAccount {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        if app.is_interactive() {
            self.ask(app, &store)?;
        }
        self.if_absent.check_name("account", self.name.given())?;
        let new = NewAccount {
            name: self
                .name
                .of_new(app, "account", |name| store.has_account(name))?,
            dates: self.dates.edit(app)?,
            default_permissions: self.permissions.edit()?,
            ..NewAccount::default()
        };
        self.if_absent.or_add(
            || self.there(app, &context, &store, &new),
            || {
                let options = app.begin_options("add account");
                let mut tx = store.begin(&context.keystore(), &options)?;
                let report = self.add(app, &context, &mut tx, &new)?;
                strict::commit(app, tx, report)
            },
        )
    }

    /// The account that is there, if it is as it was asked for.
    fn there(
        &self,
        app: &App,
        context: &Context,
        store: &OperatorStore,
        new: &NewAccount,
    ) -> Result<Option<Report>, CliError> {
        let Some(found) = store.account_by_name(&new.name)? else {
            return Ok(None);
        };
        let claims = &found.claims;
        let held = PublicKey::parse(&claims.sub)?;
        let blank = NewAccount {
            name: new.name.clone(),
            ..NewAccount::default()
        };
        let mut blank = blank.claims(&held);
        new.dates.oppose(&mut blank);
        let key = SubjectKey::asked(app, self.public_key.as_deref(), KeyKind::Account)?;
        let mut wanted = new.claims(&key.unwrap_or(held));
        // Who signs accounts of a managed store is the operator's affair.
        if app.private_key().is_some() && !store.is_managed() {
            let operator = store.operator()?.claims;
            let keystore = context.keystore();
            let query = SignerQuery {
                wanted: Wanted::AccountToken,
                env: &app.env,
                keystore: &keystore,
                operator: &operator,
                managed: false,
                account: Some(claims),
                private_key: app.private_key(),
                previous_issuer: None,
                fresh: &[],
            };
            wanted.iss = query.choose()?.candidate.key.to_text();
        }
        let differences = differences(&blank, &wanted, claims, self.dates.relative(app)?);
        let what = format!("account `{}`", found.name);
        let result = AddedAccount {
            name: found.name.clone(),
            public_key: claims.sub.clone(),
            issuer: claims.iss.clone(),
            operator: store.folder().to_owned(),
            signing_keys: claims.nats.signing_keys.keys().map(str::to_owned).collect(),
            changes: Vec::new(),
        };
        let mut report = Report::new(result).with_steps(judge::dates(app, claims));
        if store.is_managed() {
            report = report.with_steps(managed::by_hand(&store.operator()?.claims, claims));
        }
        let selection = Selection {
            account: Some(found.name.clone()),
            ..Selection::default()
        };
        let report = as_asked(
            &what,
            Entity::new(EntityKind::Account, &found.name),
            differences,
            report,
        )?;
        make_current(app, context, &selection, report).map(Some)
    }

    /// Questions in the order in which they have always been asked.
    fn ask(&mut self, app: &App, store: &OperatorStore) -> Result<(), CliError> {
        let accounts = store.accounts()?;
        let may_exist = self.if_absent.if_absent;
        let alike = |name: &str| {
            let name = name.to_lowercase();
            accounts
                .iter()
                .any(|account| account.to_lowercase() == name)
        };
        let taken = |name: &str| !may_exist && alike(name);
        self.name.ask(app, "account", taken)?;
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
        let mut steps = self.permissions.warnings();
        steps.extend(Step::changes(&new.changes()));
        steps.extend(staged.steps);
        let exchange = managed::exchange(app, tx, &operator.claims, staged.stored, &steps)?;
        if !exchange.failed {
            let folder = tx.store()?.folder().to_owned();
            context.with_current(&folder, &new.name).stage(tx)?;
        }
        let mut result = staged.result;
        result.changes = new.changes();
        result.issuer.clone_from(&exchange.account.claims.iss);
        Ok(exchange.report(Report::new(result).with_steps(steps)))
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
