//! `nsc edit operator`.

use nsc_core::claims::OperatorClaims;
use nsc_core::edit::{
    self, Change, OperatorEdit, check_strict_account, check_strict_user, check_system_account,
};
use nsc_core::jwt;
use nsc_core::keys::{KeyKind, PublicKey};
use nsc_core::value;
use nsc_store::write::map_parallel;
use nsc_store::{OperatorStore, SignerQuery, StoreError, StoredOperator, Transaction, Wanted};

use super::result::{Edited, nothing_to_edit};
use super::stranded;
use crate::app::App;
use crate::args::entity::{self, given};
use crate::args::signing_keys::{self, NewKey};
use crate::args::{DateArgs, TagArgs, ask, list, signer};
use crate::argv::quoted;
use crate::error::{CliError, Kind};
use crate::judge;
use crate::server::operator;
use crate::strict;
use crate::ui::progress::Work;
use crate::ui::{Report, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct EditOperator {
    #[command(flatten)]
    flags: Flags,
}

/// What is to change.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
struct Flags {
    /// Add signing keys: `generate`, or operator keys or files with one
    #[arg(long, value_name = "KEYS")]
    sk: Vec<String>,

    /// Remove signing keys, given as public keys
    #[arg(long, value_name = "KEYS")]
    rm_sk: Vec<String>,

    #[command(flatten)]
    tags: TagArgs,

    /// Where accounts are pushed to: an account server (`https://host/jwt/v1`) or `nats://host:4222`
    #[arg(short = 'u', long, value_name = "URL")]
    account_jwt_server_url: Option<String>,

    /// Remove that
    #[arg(long)]
    rm_account_jwt_server_url: Option<bool>,

    /// The system account: name, or public key
    #[arg(long, value_name = "NAME")]
    system_account: Option<String>,

    /// Add places where clients connect: `nats://host:4222` (or tls, ws, wss)
    #[arg(short = 'n', long, value_name = "URLS")]
    service_url: Vec<String>,

    /// Remove places where clients connect
    #[arg(long, value_name = "URLS")]
    rm_service_url: Vec<String>,

    /// Let only signing keys sign accounts and users
    #[arg(long)]
    require_signing_keys: Option<bool>,

    /// Let only servers of this version or later run with the operator: `2.12.0`; empty removes it
    #[arg(long, value_name = "VERSION")]
    assert_server_version: Option<String>,

    #[command(flatten)]
    dates: DateArgs,
}

impl EditOperator {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        if app.is_interactive() {
            self.flags.ask(app, &store)?;
        } else if self.flags == Flags::default() {
            return Err(nothing_to_edit("operator"));
        }
        let mut tx = store.begin(&context.keystore(), &app.begin_options("edit operator"))?;
        let report = self.flags.edit(app, &store, &mut tx)?;
        strict::commit(app, tx, report)
    }
}

impl Flags {
    fn edit(
        &self,
        app: &App,
        store: &OperatorStore,
        tx: &mut Transaction<'_>,
    ) -> Result<Report, CliError> {
        let before = tx.operator()?;
        let values = list::items(&self.sk)?;
        let keys = signing_keys::parse_all(app, &values, KeyKind::Operator)?;
        let edit = self.operator_edit(app, tx, &keys)?;
        let mut claims = before.claims.clone();
        let changes = edit.apply(&mut claims).map_err(refused)?;
        if claims.nats.strict_signing_key_usage {
            check_strict(store, &claims)?;
        }
        let mut warnings = judge::changed_operator(app, &before.claims, &claims)?;
        warnings.extend(stranded::accounts(store, &before.claims, &claims)?);
        let matters = before.claims.binds_otherwise(&claims);
        let (issuer, token) = sign(app, tx, &before, claims)?;
        if matters {
            warnings.push(told_to_servers(&token));
        }
        let steps = signing_keys::store_all(&keys, tx)?;
        let result = edited(&before, issuer, changes, &keys);
        let told = result.steps();
        Ok(Report::new(result)
            .with_steps(steps)
            .with_steps(warnings)
            .with_steps(told))
    }

    fn operator_edit(
        &self,
        app: &App,
        tx: &mut Transaction<'_>,
        keys: &[NewKey],
    ) -> Result<OperatorEdit, CliError> {
        let system_account = match given(&self.system_account) {
            Some(value) => Some(system_account(tx, value)?),
            None => None,
        };
        let url = given(&self.account_jwt_server_url).map(str::to_owned);
        let remove_url = self.rm_account_jwt_server_url == Some(true);
        Ok(OperatorEdit {
            tags: self.tags.edit()?,
            dates: self.dates.edit(app)?,
            signing_keys: keys.iter().map(NewKey::public_key).collect(),
            remove_signing_keys: list::items(&self.rm_sk)?,
            account_server_url: if remove_url { Some(String::new()) } else { url },
            service_urls: list::items(&self.service_url)?,
            remove_service_urls: list::items(&self.rm_service_url)?,
            system_account,
            require_signing_keys: self.require_signing_keys,
            assert_server_version: self.assert_server_version.clone(),
        })
    }

    /// Questions in the order in which they have always been asked.
    fn ask(&mut self, app: &App, store: &OperatorStore) -> Result<(), CliError> {
        let current = store.operator()?.claims;
        self.dates.ask_again(app, &current)?;
        self.tags.ask(app, &current.nats.tags)?;
        let url = given(&self.account_jwt_server_url);
        let url = url.unwrap_or(&current.nats.account_server_url);
        let check = |answer: &str| Ok(value::check_account_server_url(answer)?);
        self.account_jwt_server_url = Some(ask::text(app, "account server URL", url, check)?);
        while app.prompter.confirm("add a service URL?", false)? {
            let check = |answer: &str| Ok(value::check_service_url(answer)?);
            let url = ask::text(app, "service URL", "", check)?;
            self.service_url.push(url);
        }
        let urls = &current.nats.operator_service_urls;
        self.rm_service_url
            .extend(ask::some_of(app, "service URLs to remove", urls)?);
        let accounts = store.accounts()?;
        if !accounts.is_empty() && app.prompter.confirm("set the system account?", false)? {
            let name = entity::choose(app, "system account", accounts, None)?;
            self.system_account = Some(name);
        }
        self.sk.extend(signing_keys::ask(app, KeyKind::Operator)?);
        Ok(())
    }
}

/// An account of the operator, which must do as system account, or any account key.
fn system_account(tx: &mut Transaction<'_>, value: &str) -> Result<PublicKey, CliError> {
    if let Some(account) = tx.account_by_name(value)? {
        check_system_account(&account.claims).map_err(|error| {
            let name = &account.name;
            refused(error).hint(format!("nsc edit account {} --js-disable", quoted(name)))
        })?;
        return Ok(PublicKey::parse(&account.claims.sub)?);
    }
    PublicKey::parse_kind(value, KeyKind::Account)
        .map_err(|_| StoreError::missing("account", value).into())
}

/// Looks through all accounts and users for what an identity key signed.
fn check_strict(store: &OperatorStore, operator: &OperatorClaims) -> Result<(), CliError> {
    let names = store.accounts()?;
    let _reading = Work::begin("reading accounts and users");
    let accounts = map_parallel(&names, |name| store.account(name));
    for account in accounts {
        let account = account?;
        check_strict_account(operator, &account.claims).map_err(|error| {
            let name = &account.name;
            refused(error).hint(format!(
                "nsc edit account {} --tag x -K SIGNING_KEY",
                quoted(name)
            ))
        })?;
        let users = store.users(&account.name)?;
        for user in map_parallel(&users, |user| store.user_by_name(&account.name, user)) {
            let Some(user) = user? else { continue };
            check_strict_user(&account.claims, &user.claims).map_err(refused)?;
        }
    }
    Ok(())
}

/// Signs the operator by the rules that were in force before the edit.
fn sign(
    app: &App,
    tx: &mut Transaction<'_>,
    before: &StoredOperator,
    mut claims: OperatorClaims,
) -> Result<(String, String), CliError> {
    let keystore = tx.keystore().clone();
    let query = SignerQuery {
        wanted: Wanted::OperatorToken,
        env: &app.env,
        keystore: &keystore,
        operator: &before.claims,
        managed: tx.store()?.is_managed(),
        account: None,
        private_key: app.private_key(),
        previous_issuer: None,
        fresh: &[],
    };
    let mut typed = None;
    let signer = signer::choose(app, query, &mut typed)?;
    let token = jwt::encode(&mut claims, &signer, app.now())?;
    tx.put_operator(&token)?;
    Ok((claims.iss, token))
}

/// Operators are never pushed.
fn told_to_servers(token: &str) -> Step {
    Step::group(
        "running servers do not see this: change the line in their configuration and restart them (a \
         reload keeps the old operator; `nsc status` tells which servers have it)",
        vec![Step::ok(operator::config_line(token))],
    )
}

fn edited(
    before: &StoredOperator,
    issuer: String,
    changes: Vec<Change>,
    keys: &[NewKey],
) -> Edited {
    Edited {
        kind: "operator",
        name: before.name.clone(),
        public_key: before.claims.sub.clone(),
        issuer,
        changes,
        generated_keys: signing_keys::generated_keys(keys),
        ..Edited::default()
    }
}

fn refused(error: edit::OperatorEditError) -> CliError {
    let refused = CliError::wrap(Kind::Failed, &error);
    match error {
        edit::OperatorEditError::NoSigningKey { .. } => {
            refused.hint("nsc edit operator --sk generate")
        }
        _ => refused,
    }
}
