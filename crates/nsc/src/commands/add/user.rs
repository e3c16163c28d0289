//! `nsc add user`.

use nsc_core::claims::{AccountClaims, OperatorClaims};
use nsc_core::edit::{Issuer, ListEdit, NewUser, differences};
use nsc_core::keys::{KeyKind, PublicKey};
use nsc_store::{Keystore, OperatorStore, SignerQuery, Transaction, Wanted};

use super::result::AddedUser;
use super::stage;
use crate::app::App;
use crate::args::entity::AccountArg;
use crate::args::{DateArgs, NameArgs, PermissionArgs, SubjectKey, list, signer};
use crate::entity::{Entity, EntityKind};
use crate::error::CliError;
use crate::judge;
use crate::presence::{IfAbsentArg, as_asked};
use crate::strict;
use crate::ui::Report;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct AddUser {
    #[command(flatten)]
    name: NameArgs,

    #[command(flatten)]
    account: AccountArg,

    /// Key of the user, instead of a new one: user key or a file with one; it is not stored
    #[arg(short = 'k', long, value_name = "KEY")]
    public_key: Option<String>,

    /// Let the JWT alone be enough to connect, without proof of the key
    #[arg(long)]
    bearer: Option<bool>,

    /// Turn the user away unless it comes through a trusted proxy
    #[arg(long)]
    proxy_required: Option<bool>,

    /// Labels
    #[arg(long, value_name = "TAGS")]
    tag: Vec<String>,

    /// Networks from which the user may connect: `10.0.0.0/8`
    #[arg(long, value_name = "NETWORKS")]
    source_network: Vec<String>,

    #[command(flatten)]
    dates: DateArgs,

    #[command(flatten)]
    if_absent: IfAbsentArg,

    #[command(flatten)]
    permissions: PermissionArgs,
}

impl AddUser {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        let account = self.account.resolve(app, &context, &store)?;
        if app.is_interactive() {
            self.ask(app, &store, &account)?;
        }
        self.if_absent.check_name("user", self.name.given())?;
        let name = self
            .name
            .of_new(app, "user", |name| store.has_user(&account, name))?;
        let new = self.new_user(app, name)?;
        let keystore = context.keystore();
        self.if_absent.or_add(
            || self.there(app, &keystore, &store, &account, &new),
            || {
                let mut tx = store.begin(&keystore, &app.begin_options("add user"))?;
                let report = self.add(app, &mut tx, &account, &new)?;
                strict::commit(app, tx, report)
            },
        )
    }

    /// The user that is there, if it is as it was asked for.
    fn there(
        &self,
        app: &App,
        keystore: &Keystore,
        store: &OperatorStore,
        account: &str,
        new: &NewUser,
    ) -> Result<Option<Report>, CliError> {
        let Some(found) = store.user_by_name(account, &new.name)? else {
            return Ok(None);
        };
        let account = store.account(account)?;
        let claims = &found.claims;
        let held = PublicKey::parse(&claims.sub)?;
        // Of the identity key, so that restrictions can be compared even if a role has them now.
        let identity = PublicKey::parse(&account.claims.sub)?;
        let issuer = Issuer::of(&account.claims, &identity).map_err(stage::refused)?;
        let blank = NewUser {
            name: new.name.clone(),
            ..NewUser::default()
        };
        let mut blank = blank.claims(&held, &issuer).map_err(stage::refused)?;
        new.dates.oppose(&mut blank);
        blank.nats.limits.bearer_token = self.bearer == Some(false);
        blank.nats.limits.proxy_required = self.proxy_required == Some(false);
        let key = SubjectKey::asked(app, self.public_key.as_deref(), KeyKind::User)?;
        let wanted = new.claims(&key.unwrap_or(held), &issuer);
        let mut wanted = wanted.map_err(stage::refused)?;
        if app.private_key().is_some() {
            let operator = store.operator()?.claims;
            let managed = store.is_managed();
            let query = query(app, keystore, &operator, managed, &account.claims);
            wanted.iss = query.choose()?.candidate.key.to_text();
        }
        let differences = differences(&blank, &wanted, claims, self.dates.relative(app)?);
        let what = format!("user `{}` of account `{}`", found.name, account.name);
        let creds = keystore.creds_path(store.name(), &account.name, &found.name);
        let result = AddedUser {
            name: found.name.clone(),
            public_key: claims.sub.clone(),
            account: account.name.clone(),
            issuer: claims.iss.clone(),
            role: account
                .claims
                .scope(&claims.iss)
                .map(|scope| scope.role.clone()),
            changes: Vec::new(),
            creds: app
                .env
                .files()
                .is_file(&creds)
                .then(|| creds.display().to_string()),
        };
        let report = Report::new(result).with_steps(judge::dates(app, claims));
        as_asked(
            &what,
            Entity::new(EntityKind::User, &found.name),
            differences,
            report,
        )
        .map(Some)
    }

    /// Questions in the order in which they have always been asked, after that for the account.
    fn ask(&mut self, app: &App, store: &OperatorStore, account: &str) -> Result<(), CliError> {
        let may_exist = self.if_absent.if_absent;
        let taken = |name: &str| !may_exist && store.has_user(account, name);
        self.name.ask(app, "user", taken)?;
        SubjectKey::ask(app, &mut self.public_key, KeyKind::User)?;
        self.dates.ask(app)
    }

    fn new_user(&self, app: &App, name: String) -> Result<NewUser, CliError> {
        let added = |uses| {
            let add = list::items(uses)?;
            Ok::<_, CliError>(ListEdit {
                add,
                ..ListEdit::default()
            })
        };
        Ok(NewUser {
            name,
            dates: self.dates.edit(app)?,
            permissions: self.permissions.edit()?,
            tags: added(&self.tag)?,
            networks: added(&self.source_network)?,
            bearer: self.bearer == Some(true),
            proxy_required: self.proxy_required == Some(true),
        })
    }

    fn add(
        &self,
        app: &App,
        tx: &mut Transaction<'_>,
        account: &str,
        new: &NewUser,
    ) -> Result<Report, CliError> {
        let operator = tx.operator()?;
        let account = tx.account(account)?;
        let keystore = tx.keystore().clone();
        let managed = tx.store()?.is_managed();
        let query = query(app, &keystore, &operator.claims, managed, &account.claims);
        if query.candidates().is_empty() {
            return Err(stage::no_signing_key(&account.name));
        }
        let mut typed = None;
        let signer = signer::choose(app, query, &mut typed)?;
        let key = SubjectKey::new(app, self.public_key.as_deref(), KeyKind::User)?;
        let staged = stage::user(app, tx, &account, new, &key, &signer)?;
        Ok(Report::new(staged.result)
            .with_steps(self.permissions.warnings())
            .with_steps(staged.steps))
    }
}

/// What the choice of the key that signs a new user depends on.
fn query<'a>(
    app: &'a App,
    keystore: &'a Keystore,
    operator: &'a OperatorClaims,
    managed: bool,
    account: &'a AccountClaims,
) -> SignerQuery<'a> {
    SignerQuery {
        wanted: Wanted::UserToken,
        env: &app.env,
        keystore,
        operator,
        managed,
        account: Some(account),
        private_key: app.private_key(),
        previous_issuer: None,
        fresh: &[],
    }
}
