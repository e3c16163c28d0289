//! `nsc delete account`.

use std::path::PathBuf;

use nsc_core::claims::{AccountClaims, OperatorClaims};
use nsc_core::edit::expire_deleted;
use nsc_core::keys::PublicKey;
use nsc_store::{Context, OperatorStore, StoredAccount, Transaction};
use schemars::JsonSchema;
use serde::Serialize;

use super::removal::{DeletedUser, With};
use crate::app::App;
use crate::args::TargetArgs;
use crate::args::entity::AccountArg;
use crate::argv::quoted;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::presence::IfExistsArg;
use crate::rewrite::{self, Prefer};
use crate::strict;
use crate::ui::page::Page;
use crate::ui::progress::Work;
use crate::ui::text::home_path;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct DeleteAccount {
    #[command(flatten)]
    target: TargetArgs,

    /// Revoke its users in the last JWT that servers get (on unless `--revoke=false`)
    #[arg(short = 'R', long)]
    revoke: Option<bool>,

    /// Remove the private keys of the account and its users, too
    #[arg(short = 'D', long)]
    rm_nkey: bool,

    /// Remove the creds files of its users, too
    #[arg(short = 'C', long)]
    rm_creds: bool,

    /// Destroy the seeds that are removed, instead of keeping them in the trash for a while
    #[arg(long)]
    no_trash: bool,

    /// Delete it although the store is managed: its operator may still know the account
    #[arg(short = 'F', long)]
    force: bool,

    #[command(flatten)]
    if_exists: IfExistsArg,
}

impl DeleteAccount {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let if_exists = self.if_exists;
        // Without a name another account would be the current one the next time.
        if if_exists.if_exists && self.target.given().is_none() && !app.is_interactive() {
            return Err(
                CliError::usage("`--if-exists` needs the name of the account")
                    .about(EntityKind::Flag, "--if-exists")
                    .hint("nsc delete account NAME --if-exists"),
            );
        }
        if_exists.allow_missing(self.run_existing(app))
    }

    fn run_existing(mut self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        let account = AccountArg {
            account: self.target.given().map(str::to_owned),
        };
        let name = account.resolve(app, &context, &store)?;
        if app.is_interactive() {
            self.ask(app, &store, &name)?;
        }
        if store.is_managed() && !self.force {
            return Err(CliError::failed(format!(
                "account `{name}` belongs to a managed store, and its operator may still know it"
            ))
            .about(EntityKind::Account, name.to_string())
            .hint(format!("nsc delete account {} --force", quoted(&name))));
        }
        self.delete(app, &context, &store, &name)
    }

    fn delete(
        &self,
        app: &App,
        context: &Context,
        store: &OperatorStore,
        name: &str,
    ) -> Result<Report, CliError> {
        let options = app.begin_options("delete account");
        let options = options.with_trash(!self.no_trash);
        let mut tx = store.begin(&context.keystore(), &options)?;
        let operator = tx.operator()?;
        let before = tx.account(name)?;
        let mut claims = before.claims.clone();
        let (users, mut steps) = self.remove_users(app, &mut tx, &before, &mut claims)?;
        expire_deleted(&mut claims, app.now());
        let chosen = self.target.given().is_some() || app.is_interactive();
        let warnings = warnings(context, &operator.claims, &before, chosen);
        strict::check(app, steps.iter().chain(&warnings))?;
        let said = say_goodbye(app, &mut tx, &operator.claims, &before, claims)?;
        steps.extend(said);
        let keys = if self.rm_nkey {
            remove_keys(&mut tx, &before.claims)?
        } else {
            Vec::new()
        };
        if !keys.is_empty() {
            let text = format!("removed {} private keys of the account", keys.len());
            steps.push(Step::ok(text));
        }
        tx.remove_account(&before.name)?;
        let writing = Work::begin("writing");
        let committed = tx.commit()?;
        drop(writing);
        let left = left_behind(app, store, &before.name, committed.dry_run);
        steps.push(Step::ok(format!("deleted account `{name}`")));
        steps.extend(warnings);
        let failed = left.as_ref().map(|path| {
            let path = home_path(path, app.env.home());
            Step::error(format!(
                "folder `{path}` stays: it holds files that are not nsc's"
            ))
        });
        let result = DeletedAccount {
            name: before.name.clone(),
            public_key: before.claims.sub.clone(),
            users,
            keys_removed: keys,
            folder_left: left,
        };
        let mut report = Report::new(result).with_steps(steps);
        if let Some(step) = failed {
            report = report.with_steps([step]).with_failure(Kind::Partial);
        }
        Ok(report.with_commit(&committed))
    }

    fn remove_users(
        &self,
        app: &App,
        tx: &mut Transaction<'_>,
        account: &StoredAccount,
        claims: &mut AccountClaims,
    ) -> Result<(Vec<DeletedUser>, Vec<Step>), CliError> {
        let with = With {
            revocation: self.revoke != Some(false),
            keys: self.rm_nkey,
            creds: self.rm_creds,
        };
        let (mut deleted, mut steps) = (Vec::new(), Vec::new());
        let folder = &account.name;
        for name in tx.store()?.users(folder)? {
            let user = match tx.user_by_name(folder, &name) {
                Ok(Some(user)) => DeletedUser::stage(app, tx, claims, folder, &user, with)?,
                Ok(None) => continue,
                Err(_) => DeletedUser::stage_unreadable(tx, folder, &name, with)?,
            };
            steps.push(user.step(app.env.home()));
            // The others go with the account.
            steps.extend(
                user.warning(app.now())
                    .filter(|_| user.public_key.is_empty()),
            );
            deleted.push(user);
        }
        Ok((deleted, steps))
    }

    /// Questions in the order in which they have always been asked.
    fn ask(&mut self, app: &App, store: &OperatorStore, name: &str) -> Result<(), CliError> {
        let revoke = self.revoke.unwrap_or(true);
        self.revoke = Some(app.prompter.confirm("revoke its users?", revoke)?);
        for (question, answer) in [
            ("delete the private keys?", &mut self.rm_nkey),
            ("delete the creds files?", &mut self.rm_creds),
        ] {
            *answer = app.prompter.confirm(question, *answer)?;
        }
        if store.is_managed() && !self.force {
            let question = "the store is managed: its operator may still know the account; go on?";
            self.force = app.prompter.confirm(question, false)?;
            if !self.force {
                return Err(cancelled());
            }
        }
        let question = format!("delete account `{name}` and its users?");
        if app.prompter.confirm(&question, false)? {
            Ok(())
        } else {
            Err(cancelled())
        }
    }
}

/// What should be looked after now; `chosen` says that somebody named the account.
fn warnings(
    context: &Context,
    operator: &OperatorClaims,
    account: &StoredAccount,
    chosen: bool,
) -> Vec<Step> {
    let name = &account.name;
    let mut steps = Vec::new();
    if !chosen {
        steps.push(Step::warning(format!(
            "account `{name}` was deleted because it was the current one"
        )));
    } else if context.account() == Some(name) {
        steps.push(Step::ok(format!(
            "account `{name}` was the current one; take another: nsc select account NAME"
        )));
    }
    if operator.nats.system_account == account.claims.sub {
        steps.push(Step::warning(format!(
            "account `{name}` was the system account, which operator `{}` still names: nsc edit operator --system-account NAME",
            operator.name
        )));
    }
    steps
}

/// Signs the last JWT of an account, which soon expires, and in a managed store sends it to the account
/// server. Without a key that could sign it, or where the server fails, the account stays.
fn say_goodbye(
    app: &App,
    tx: &mut Transaction<'_>,
    operator: &OperatorClaims,
    before: &StoredAccount,
    claims: AccountClaims,
) -> Result<Vec<Step>, CliError> {
    let exchange = rewrite::account(app, tx, operator, before, Prefer::Best, claims, &[])?;
    if !exchange.failed {
        return Ok(exchange.steps);
    }
    let name = &before.name;
    let mut error = CliError::new(
        Kind::Server,
        format!("account `{name}` was not deleted: the account server failed"),
    )
    .about(EntityKind::Account, name.to_string());
    let details = exchange.steps.iter().flat_map(|step| &step.details);
    error.causes = details.map(|step| step.text.clone()).collect();
    Err(error)
}

/// Stages the removal of the identity seed and those of all signing keys.
fn remove_keys(tx: &mut Transaction<'_>, account: &AccountClaims) -> Result<Vec<String>, CliError> {
    let mut removed = Vec::new();
    let keys = account
        .nats
        .signing_keys
        .keys()
        .chain([account.sub.as_str()]);
    for key in keys {
        let Ok(public_key) = PublicKey::parse(key) else {
            continue;
        };
        if tx.remove_key(&public_key)? {
            removed.push(key.to_owned());
        }
    }
    Ok(removed)
}

/// The folder of a deleted account, if something foreign keeps it.
fn left_behind(app: &App, store: &OperatorStore, account: &str, dry_run: bool) -> Option<PathBuf> {
    let folder = store.account_path(account).parent()?.to_owned();
    (!dry_run && app.env.files().exists(&folder)).then_some(folder)
}

fn cancelled() -> CliError {
    CliError::failed("cancelled; nothing was changed")
}

/// An account that was deleted.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct DeletedAccount {
    /// Its name.
    name: String,
    /// Its identity key.
    public_key: String,
    /// The users that went with it.
    users: Vec<DeletedUser>,
    /// Public keys whose seeds were removed: signing keys, then the identity.
    keys_removed: Vec<String>,
    /// Its folder, where files that are not nsc's keep it.
    #[serde(skip_serializing_if = "Option::is_none")]
    folder_left: Option<PathBuf>,
}

/// The steps say it all to people.
impl Show for DeletedAccount {
    fn show(&self, _page: &mut Page) {}
}
