//! `nsc push`.

mod diff;
mod done;
mod nats;
mod prune;
mod remove;

use nsc_resolver::{AccountToken, HttpResolver, HttpUrl, Replacement, ResolverUrl};
use nsc_store::{StoredAccount, StoredOperator};

use crate::app::App;
use crate::args::entity::{AccountArg, given};
use crate::args::expect::ExpectArg;
use crate::args::system_user::SystemUserArgs;
use crate::args::timeout::TimeoutArg;
use crate::args::tls::TlsArgs;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::server::accounts::{account_token, load_accounts, near_limit, problems};
use crate::server::past::Past;
use crate::server::report::PushedAccount;
use crate::server::system::{Ground, Surroundings};
use crate::server::url::resolver_url;
use crate::strict;
use crate::ui::{Report, Step};
use done::Done;
pub(super) use done::Pushed;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Push {
    #[command(flatten)]
    account: AccountArg,

    /// Push all accounts of the operator
    #[arg(short = 'A', long)]
    all: bool,

    /// Push to this account server or these NATS servers instead of the operator's
    #[arg(short = 'u', long, value_name = "URL")]
    account_jwt_server_url: Option<String>,

    /// Push invalid accounts, replace newer ones, and prune accounts this store never held
    #[arg(short = 'F', long)]
    force: bool,

    /// Delete the accounts from the servers that the store does not know
    #[arg(short = 'P', long)]
    prune: bool,

    /// Delete this account from the servers: a name, or any public key
    #[arg(short = 'R', long, value_name = "NAME")]
    account_removal: Option<String>,

    /// Compare what servers hold with the store, claim by claim, and change nothing
    #[arg(short = 'D', long)]
    diff: bool,

    /// Let --prune delete so many accounts without being asked
    #[arg(long, value_name = "NUMBER", default_value_t = 10)]
    max_delete: usize,

    #[command(flatten)]
    expect: ExpectArg,

    #[command(flatten)]
    system: SystemUserArgs,

    #[command(flatten)]
    timeout: TimeoutArg,

    #[command(flatten)]
    tls: TlsArgs,
}

/// What is to be done on the servers after the push.
enum After {
    Nothing,
    Diff,
    Prune,
    Remove(remove::Removal),
}

impl Push {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        self.check_flags()?;
        let ground = Ground::of(app)?;
        let around = ground.around(app);
        let targets = self.targets(&around)?;
        let url = resolver_url(app, around.operator, given(&self.account_jwt_server_url))?;
        let mut warnings = self.validate(&around, &targets)?;
        if !url.is_http() {
            remove::warn_of_deleted(around.store, &targets, &mut warnings)?;
        }
        check_warnings(app, &targets, &warnings)?;
        let after = self.after(&around)?;
        let done = match &url {
            ResolverUrl::Http(url) => self.over_http(&around, url, &targets)?,
            ResolverUrl::Nats(urls) => {
                self.system.ask(app, around.store)?;
                self.over_nats(&around, urls, &targets, &after)?
            }
        };
        let report = done.report(url.to_string(), &targets, warnings);
        Ok(if app.globals.dry_run {
            report
        } else {
            report.of_jobs()
        })
    }

    fn check_flags(&self) -> Result<(), CliError> {
        let removes = given(&self.account_removal).is_some();
        if self.all && self.account.given().is_some() {
            return Err(CliError::usage("give either --all or --account"));
        }
        if removes && (self.prune || self.diff) {
            return Err(
                CliError::usage("--account-removal goes with neither --prune nor --diff")
                    .about(EntityKind::Flag, "--account-removal"),
            );
        }
        if self.prune && self.diff {
            return Err(CliError::usage("give either --prune or --diff"));
        }
        Ok(())
    }

    /// The accounts to push: all, none with a flag about what servers hold, else one.
    fn targets(&self, around: &Surroundings<'_>) -> Result<Vec<StoredAccount>, CliError> {
        let Surroundings {
            app,
            context,
            store,
            operator,
        } = around;
        let other_work = self.prune || self.diff || given(&self.account_removal).is_some();
        let given = self.account.given();
        // An account that is given exists, whether it is pushed or not.
        let account = given.map(|name| store.account(name)).transpose()?;
        if store.accounts()?.is_empty() {
            return Err(CliError::not_found(format!(
                "operator `{}` has no accounts",
                operator.name
            ))
            .about(EntityKind::Operator, operator.name.to_string())
            .hint("nsc add account NAME"));
        }
        if self.all {
            return Ok(load_accounts(store)?);
        }
        if other_work {
            return Ok(Vec::new());
        }
        match account {
            Some(account) => Ok(vec![account]),
            None => {
                let name = self.account.resolve(app, context, store)?;
                Ok(vec![store.account(&name)?])
            }
        }
    }

    /// Refuses the push when one of the accounts cannot be used; with --force these are warnings.
    fn validate(
        &self,
        around: &Surroundings<'_>,
        targets: &[StoredAccount],
    ) -> Result<Vec<Vec<String>>, CliError> {
        let managed = around.store.is_managed();
        let mut warnings = Vec::with_capacity(targets.len());
        for account in targets {
            let problems = problems(account, around.operator, managed, around.app.now());
            if !problems.is_empty() && !self.force {
                let message = format!("account `{}` cannot be pushed", account.name);
                return Err(CliError {
                    causes: problems,
                    ..CliError::failed(message).about(EntityKind::Account, account.name.to_string())
                }
                .hint("correct the account, or use --force"));
            }
            let useless = problems
                .into_iter()
                .map(|problem| format!("servers store it but will not use it: {problem}"));
            warnings.push(useless.chain(near_limit(account)).collect());
        }
        Ok(warnings)
    }

    fn after(&self, around: &Surroundings<'_>) -> Result<After, CliError> {
        Ok(match given(&self.account_removal) {
            Some(account) => After::Remove(remove::Removal::new(around, account)?),
            None if self.prune => After::Prune,
            None if self.diff => After::Diff,
            None => After::Nothing,
        })
    }

    fn over_http(
        &self,
        around: &Surroundings<'_>,
        url: &HttpUrl,
        targets: &[StoredAccount],
    ) -> Result<Done, CliError> {
        let flags = [
            (self.prune, "--prune"),
            (self.diff, "--diff"),
            (given(&self.account_removal).is_some(), "--account-removal"),
            (self.expect.number().is_some(), "--expect-servers"),
        ];
        if let Some((_, flag)) = flags.into_iter().find(|(given, _)| *given) {
            return Err(CliError::failed(format!(
                "account server `{url}` cannot do {flag}: only NATS based resolvers can"
            ))
            .about(EntityKind::Server, url.to_string())
            .hint("nsc push -u nats://HOST:4222"));
        }
        let tokens: Vec<AccountToken> = targets.iter().map(account_token).collect();
        let past = Past::new(around);
        let judge = |account: &AccountToken, held: &str| match self.force {
            true => Replacement::Any,
            false => past.judge_posted(account, held),
        };
        let pushes = HttpResolver::with_timeout(self.timeout.or(HTTP_SECONDS))?.push_judged(
            url,
            &tokens,
            &judge,
            around.app.globals.dry_run,
        );
        let accounts = tokens.iter().zip(&pushes);
        let done = Done {
            accounts: accounts
                .map(|(account, push)| PushedAccount::from_http(account, push))
                .collect(),
            ..Done::default()
        };
        done.remember(around, &tokens);
        Ok(done)
    }
}

/// With --strict nothing is sent that is warned of.
fn check_warnings(
    app: &App,
    targets: &[StoredAccount],
    warnings: &[Vec<String>],
) -> Result<(), CliError> {
    let accounts = targets.iter().zip(warnings);
    let steps: Vec<Step> = accounts
        .flat_map(|(account, warnings)| {
            let line = |warning| Step::warning(format!("account `{}`: {warning}", account.name));
            warnings.iter().map(line)
        })
        .collect();
    strict::check(app, &steps)
}

/// How long an account server may take for one account.
const HTTP_SECONDS: u64 = 5;

/// Whether the key is that of the operator's system account.
fn is_system(operator: &StoredOperator, key: &str) -> bool {
    operator.claims.nats.system_account == key
}
