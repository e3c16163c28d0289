//! `nsc delete user`.

use nsc_core::claims::{AccountClaims, OperatorClaims};
use nsc_store::{Context, OperatorStore, StoreError, StoredAccount, Transaction};
use schemars::JsonSchema;
use serde::Serialize;

use super::removal::{DeletedUser, With};
use crate::app::App;
use crate::args::entity::{AccountArg, given};
use crate::args::list;
use crate::argv::quoted;
use crate::error::CliError;
use crate::managed::Exchange;
use crate::presence::IfExistsArg;
use crate::rewrite::{self, Prefer};
use crate::strict;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct DeleteUser {
    /// Names of users
    #[arg(short, long, value_name = "NAMES")]
    name: Vec<String>,

    /// Name of one more user
    #[arg(value_name = "NAME")]
    word: Option<String>,

    #[command(flatten)]
    account: AccountArg,

    /// Revoke their JWTs in the account: servers that get it refuse them (the default after
    /// `nsc env --revoke-on-delete` or with NSC_REVOKE_ON_DELETE=1; `=false` does not)
    #[arg(short = 'R', long)]
    revoke: Option<bool>,

    /// Remove their private keys, too
    #[arg(short = 'D', long)]
    rm_nkey: bool,

    /// Remove their creds files, too
    #[arg(short = 'C', long)]
    rm_creds: bool,

    /// Destroy the seeds that are removed, instead of keeping them in the trash for a while
    #[arg(long)]
    no_trash: bool,

    #[command(flatten)]
    if_exists: IfExistsArg,
}

/// What the command is to do, once everybody was asked.
struct Job {
    names: Vec<String>,
    with: With,
}

impl DeleteUser {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let if_exists = self.if_exists;
        // Users that are missing are looked after below; who is in no account is missing, too.
        if_exists.allow_missing(self.run_in_account(app))
    }

    fn run_in_account(mut self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        let account = self.account.resolve(app, &context, &store)?;
        let mut revoke = match self.revoke {
            Some(revoke) => revoke,
            None => app.revokes_deleted(&context)?,
        };
        let mut names = list::items(&self.name)?;
        names.extend(given(&self.word).map(str::to_owned));
        names.retain(|name| !name.is_empty());
        if app.is_interactive() {
            self.ask(app, &store, &account, &mut names, &mut revoke)?;
        }
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        if names.is_empty() {
            return Err(CliError::usage("say which users to delete")
                .hint(format!("nsc list users -a {}", quoted(&account))));
        }
        let with = With {
            revocation: revoke,
            keys: self.rm_nkey,
            creds: self.rm_creds,
        };
        self.delete(app, &context, &store, &account, &Job { names, with })
    }

    fn delete(
        &self,
        app: &App,
        context: &Context,
        store: &OperatorStore,
        account: &str,
        job: &Job,
    ) -> Result<Report, CliError> {
        let options = app.begin_options("delete user");
        let options = options.with_trash(!self.no_trash);
        let mut tx = store.begin(&context.keystore(), &options)?;
        let operator = tx.operator()?.claims;
        let before = tx.account(account)?;
        let mut claims = before.claims.clone();
        let (users, missing) = self.stage(app, &mut tx, &before.name, &mut claims, job)?;
        let mut steps = self.steps(app, &users);
        steps.extend(
            missing
                .iter()
                .map(|name| Step::ok(format!("user `{name}` does not exist: nothing was changed"))),
        );
        let nothing = users.is_empty();
        let result = DeletedUsers {
            account: before.name.clone(),
            users,
            missing,
        };
        if nothing {
            return Ok(Report::new(result).with_steps(steps).unchanged());
        }
        let exchange = settle(app, &mut tx, &operator, &before, claims, job.with, &steps)?;
        let mut report = Report::new(result).with_steps(steps);
        if let Some(exchange) = exchange {
            let done = Step::ok(format!("updated account `{}`", before.name));
            report = exchange.report(report.with_steps([done]));
        }
        strict::commit(app, tx, report)
    }

    /// The users that are staged, and the names of those that are not there.
    fn stage(
        &self,
        app: &App,
        tx: &mut Transaction<'_>,
        account: &str,
        claims: &mut AccountClaims,
        job: &Job,
    ) -> Result<(Vec<DeletedUser>, Vec<String>), CliError> {
        let (mut users, mut missing) = (Vec::new(), Vec::new());
        for name in &job.names {
            match tx.user_by_name(account, name) {
                Ok(Some(user)) => {
                    users.push(DeletedUser::stage(
                        app, tx, claims, account, &user, job.with,
                    )?);
                }
                Ok(None) if self.if_exists.if_exists => missing.push(name.clone()),
                Ok(None) => return Err(StoreError::no_user(account, name).into()),
                // Whose key is not known cannot be revoked, but deleted.
                Err(_) if self.revoke != Some(true) && tx.store()?.has_user(account, name) => {
                    users.push(DeletedUser::stage_unreadable(tx, account, name, job.with)?);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok((users, missing))
    }

    /// What was done, and what is left. Who says `--revoke=false` knows that JWTs stay valid.
    fn steps(&self, app: &App, users: &[DeletedUser]) -> Vec<Step> {
        let done = users.iter().map(|user| user.step(app.env.home()));
        let left = users.iter().filter_map(|user| {
            let step = user.warning(app.now())?;
            let is_meant = self.revoke == Some(false) && !user.public_key.is_empty();
            Some(if is_meant { Step::ok(step.text) } else { step })
        });
        done.chain(left).collect()
    }

    /// Questions in the order in which they have always been asked.
    fn ask(
        &mut self,
        app: &App,
        store: &OperatorStore,
        account: &str,
        names: &mut Vec<String>,
        revoke: &mut bool,
    ) -> Result<(), CliError> {
        if names.is_empty() {
            let users = store.users(account)?;
            let chosen = app.prompter.choose_some("users to delete", &users)?;
            if chosen.is_empty() {
                return Err(CliError::failed("no user was chosen; nothing was changed"));
            }
            names.extend(
                chosen
                    .into_iter()
                    .filter_map(|place| users.get(place).cloned()),
            );
        }
        for (question, answer) in [
            ("revoke the users?", revoke),
            ("delete their private keys?", &mut self.rm_nkey),
            ("delete their creds files?", &mut self.rm_creds),
        ] {
            *answer = app.prompter.confirm(question, *answer)?;
        }
        let question = format!("delete {}?", names.join(", "));
        if app.prompter.confirm(&question, false)? {
            Ok(())
        } else {
            Err(CliError::failed("cancelled; nothing was changed"))
        }
    }
}

/// Signs the account if it revokes something new; the key has to be at hand in any case.
fn settle(
    app: &App,
    tx: &mut Transaction<'_>,
    operator: &OperatorClaims,
    before: &StoredAccount,
    claims: AccountClaims,
    with: With,
    told: &[Step],
) -> Result<Option<Exchange>, CliError> {
    let prefer = Prefer::Best;
    if claims.nats.revocations != before.claims.nats.revocations {
        return rewrite::account(app, tx, operator, before, prefer, claims, told).map(Some);
    }
    if with.revocation {
        let keystore = tx.keystore().clone();
        rewrite::account_query(app, &keystore, tx, operator, before, prefer)?.choose()?;
    }
    Ok(None)
}

/// Users that were deleted.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct DeletedUsers {
    /// Name of their account.
    account: String,
    /// The users.
    users: Vec<DeletedUser>,
    /// Names of users that were not there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<String>,
}

/// The steps say it all to people.
impl Show for DeletedUsers {
    fn show(&self, _page: &mut Page) {}
}
