//! `nsc delete user`.

use nsc_core::time::UnixTime;
use nsc_store::{Context, OperatorStore, StoreError, StoredUser, Transaction};
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
        let mut tx = store.begin(&context.keystore(), &app.begin_options("delete user"))?;
        let operator = tx.operator()?;
        let before = tx.account(account)?;
        let users = load(&mut tx, &before.name, names)?;
        let mut claims = before.claims.clone();
        let mut deleted = Vec::new();
        for user in &users {
            let with = self.with();
            deleted.push(DeletedUser::stage(
                app,
                &mut tx,
                &mut claims,
                &before.name,
                user,
                with,
            )?);
        }
        let mut steps: Vec<Step> = deleted.iter().map(DeletedUser::step).collect();
        steps.extend(
            users
                .iter()
                .zip(&deleted)
                .filter_map(still_valid(app.now())),
        );
        let changed = claims.nats.revocations != before.claims.nats.revocations;
        let exchange = if changed {
            let operator = &operator.claims;
            let exchange = rewrite::account(app, &mut tx, operator, &before, Prefer::Best, claims)?;
            Some(exchange)
        } else if self.revoke {
            // The rule is to have the key at hand, whether or not there is something to sign.
            let keystore = tx.keystore().clone();
            let prefer = Prefer::Best;
            rewrite::account_query(app, &keystore, &tx, &operator.claims, &before, prefer)?
                .choose()?;
            None
        } else {
            None
        };
        if changed {
            steps.push(Step::ok(format!("updated account `{}`", before.name)));
        }
        let report = Report::new(DeletedUsers {
            account: before.name.clone(),
            users: deleted,
        })
        .with_steps(steps);
        let report = match exchange {
            Some(exchange) => Exchange::report(exchange.steps, exchange.failed, report),
            None => report,
        };
        Ok(report.with_commit(&tx.commit()?))
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
        let question = format!("delete {}? this cannot be undone", names.join(", "));
        if app.prompter.confirm(&question, false)? {
            Ok(())
        } else {
            Err(CliError::failed("cancelled; nothing was changed"))
        }
    }
}

/// All users, or the refusal of the first name that is none.
fn load(
    tx: &mut Transaction<'_>,
    account: &str,
    names: &[String],
) -> Result<Vec<StoredUser>, CliError> {
    let mut users = Vec::new();
    for name in names {
        let user = tx.user_by_name(account, name)?;
        users.push(user.ok_or_else(|| StoreError::NotFound {
            what: "user",
            name: name.clone(),
        })?);
    }
    Ok(users)
}

/// Tells of users whose JWT still works, wherever somebody has a copy.
fn still_valid(now: UnixTime) -> impl FnMut((&StoredUser, &DeletedUser)) -> Option<Step> {
    move |(user, deleted)| {
        let expiry = user.claims.exp;
        if deleted.revoked || (expiry != 0 && expiry < now.0) {
            return None;
        }
        let name = &user.name;
        let until = match expiry {
            0 => "it is revoked".to_owned(),
            _ => format!("{} unless it is revoked", UnixTime(expiry)),
        };
        Some(Step::warning(format!(
            "the JWT of user `{name}` stays valid until {until}: nsc revocations add-user {}",
            user.claims.sub
        )))
    }
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
