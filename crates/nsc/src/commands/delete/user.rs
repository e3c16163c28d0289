//! `nsc delete user`.

use nsc_core::claims::{AccountClaims, OperatorClaims};
use nsc_store::{Context, OperatorStore, StoreError, StoredAccount, Transaction};
use serde::Serialize;

use super::removal::{DeletedUser, With};
use crate::app::App;
use crate::args::entity::{AccountArg, given};
use crate::args::list;
use crate::error::CliError;
use crate::managed::Exchange;
use crate::rewrite::{self, Prefer};
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

    /// Revoke their JWTs in the account: servers that get it refuse them
    #[arg(short = 'R', long)]
    revoke: bool,

    /// Remove their private keys, too
    #[arg(short = 'D', long)]
    rm_nkey: bool,

    /// Remove their creds files, too
    #[arg(short = 'C', long)]
    rm_creds: bool,

    /// Destroy the seeds that are removed, instead of keeping them in the trash for a while
    #[arg(long)]
    no_trash: bool,
}

impl DeleteUser {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        let account = self.account.resolve(app, &context, &store)?;
        let mut names = list::items(&self.name)?;
        names.extend(given(&self.word).map(str::to_owned));
        names.retain(|name| !name.is_empty());
        if app.is_interactive() {
            self.ask(app, &store, &account, &mut names)?;
        }
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        if names.is_empty() {
            return Err(CliError::usage("say which users to delete")
                .hint(format!("nsc list users -a '{account}'")));
        }
        self.delete(app, &context, &store, &account, &names)
    }

    fn delete(
        &self,
        app: &App,
        context: &Context,
        store: &OperatorStore,
        account: &str,
        names: &[String],
    ) -> Result<Report, CliError> {
        let options = app.begin_options("delete user");
        let options = options.with_trash(!self.no_trash);
        let mut tx = store.begin(&context.keystore(), &options)?;
        let operator = tx.operator()?.claims;
        let before = tx.account(account)?;
        let mut claims = before.claims.clone();
        let users = self.stage(app, &mut tx, &before.name, &mut claims, names)?;
        let steps: Vec<Step> = users
            .iter()
            .map(DeletedUser::step)
            .chain(users.iter().filter_map(|user| user.warning(app.now())))
            .collect();
        let exchange = self.settle(app, &mut tx, &operator, &before, claims)?;
        let result = DeletedUsers {
            account: before.name.clone(),
            users,
        };
        let mut report = Report::new(result).with_steps(steps);
        if let Some(exchange) = exchange {
            let done = Step::ok(format!("updated account `{}`", before.name));
            report = report.with_steps([done]);
            report = Exchange::report(exchange.steps, exchange.failed, report);
        }
        Ok(report.with_commit(&tx.commit()?))
    }

    fn stage(
        &self,
        app: &App,
        tx: &mut Transaction<'_>,
        account: &str,
        claims: &mut AccountClaims,
        names: &[String],
    ) -> Result<Vec<DeletedUser>, CliError> {
        let stage = |name: &String| match tx.user_by_name(account, name) {
            Ok(Some(user)) => DeletedUser::stage(app, tx, claims, account, &user, self.with()),
            Ok(None) => Err(no_user(name)),
            // Whose key is not known cannot be revoked, but deleted.
            Err(_) if !self.revoke && tx.store()?.has_user(account, name) => {
                DeletedUser::stage_unreadable(tx, account, name, self.with())
            }
            Err(error) => Err(error.into()),
        };
        names.iter().map(stage).collect()
    }

    /// Signs the account if it revokes something new; the key has to be at hand in any case.
    fn settle(
        &self,
        app: &App,
        tx: &mut Transaction<'_>,
        operator: &OperatorClaims,
        before: &StoredAccount,
        claims: AccountClaims,
    ) -> Result<Option<Exchange>, CliError> {
        let prefer = Prefer::Best;
        if claims.nats.revocations != before.claims.nats.revocations {
            return rewrite::account(app, tx, operator, before, prefer, claims).map(Some);
        }
        if self.revoke {
            let keystore = tx.keystore().clone();
            rewrite::account_query(app, &keystore, tx, operator, before, prefer)?.choose()?;
        }
        Ok(None)
    }

    fn with(&self) -> With {
        With {
            revocation: self.revoke,
            keys: self.rm_nkey,
            creds: self.rm_creds,
        }
    }

    /// Questions in the order in which they have always been asked.
    fn ask(
        &mut self,
        app: &App,
        store: &OperatorStore,
        account: &str,
        names: &mut Vec<String>,
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
            ("revoke the users?", &mut self.revoke),
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

fn no_user(name: &str) -> CliError {
    let (what, name) = ("user", name.to_owned());
    StoreError::NotFound { what, name }.into()
}

/// Users that were deleted.
#[derive(Debug, Serialize)]
struct DeletedUsers {
    /// Name of their account.
    account: String,
    /// The users.
    users: Vec<DeletedUser>,
}

/// The steps say it all to people.
impl Show for DeletedUsers {
    fn show(&self, _page: &mut Page) {}
}
