//! `nsc push`.

mod diff;
mod prune;
mod remove;

use nsc_resolver::{
    AccountToken, HttpResolver, HttpUrl, Level, NatsResolver, NatsUrls, PushOptions, ResolverUrl,
    push_access,
};
use nsc_store::{StoredAccount, StoredOperator};
use serde::Serialize;

use crate::app::App;
use crate::args::entity::{AccountArg, given};
use crate::args::system_user::SystemUserArgs;
use crate::args::timeout::TimeoutArg;
use crate::args::tls::TlsArgs;
use crate::error::{CliError, Kind};
use crate::server::accounts::{account_token, load_accounts, near_limit, problems};
use crate::server::report::{PushedAccount, ServerName, failure};
use crate::server::system::{Surroundings, connect_options, sign_in};
use crate::server::url::resolver_url;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

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

    /// Compare what servers hold with the store, and change nothing
    #[arg(short = 'D', long)]
    diff: bool,

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
        let context = app.context()?;
        let store = context.operator_store()?;
        let operator = store.operator()?;
        let around = Surroundings {
            app,
            context: &context,
            store: &store,
            operator: &operator,
        };
        let targets = self.targets(&around)?;
        let url = resolver_url(app, &operator, given(&self.account_jwt_server_url))?;
        let mut warnings = self.validate(&around, &targets)?;
        if !url.is_http() {
            remove::warn_of_deleted(&store, &targets, &mut warnings)?;
        }
        let after = self.after(&around)?;
        let done = match &url {
            ResolverUrl::Http(url) => self.over_http(app, url, &targets)?,
            ResolverUrl::Nats(urls) => {
                self.system.ask(app, &store)?;
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
            return Err(CliError::usage(
                "--account-removal goes with neither --prune nor --diff",
            ));
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
                    ..CliError::failed(message)
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
        app: &App,
        url: &HttpUrl,
        targets: &[StoredAccount],
    ) -> Result<Done, CliError> {
        let flags = [
            (self.prune, "--prune"),
            (self.diff, "--diff"),
            (given(&self.account_removal).is_some(), "--account-removal"),
        ];
        if let Some((_, flag)) = flags.into_iter().find(|(given, _)| *given) {
            return Err(CliError::failed(format!(
                "account server `{url}` cannot do {flag}: only NATS based resolvers can"
            ))
            .hint("use -u nats://HOST:4222"));
        }
        let tokens: Vec<AccountToken> = targets.iter().map(account_token).collect();
        if app.globals.dry_run {
            return Ok(Done::planned(&tokens));
        }
        let pushes = HttpResolver::with_timeout(self.timeout.or(HTTP_SECONDS))?
            .push(url, &tokens, self.force);
        let accounts = tokens.iter().zip(&pushes);
        Ok(Done {
            accounts: accounts
                .map(|(account, push)| PushedAccount::from_http(account, push))
                .collect(),
            ..Done::default()
        })
    }

    fn over_nats(
        &self,
        around: &Surroundings<'_>,
        urls: &NatsUrls,
        targets: &[StoredAccount],
        after: &After,
    ) -> Result<Done, CliError> {
        let tokens: Vec<AccountToken> = targets.iter().map(account_token).collect();
        let dry_run = around.app.globals.dry_run;
        if dry_run && matches!(after, After::Nothing) {
            return Ok(Done::planned(&tokens));
        }
        let mut options = PushOptions::default();
        options.timeout = self.timeout.or(1);
        options.force = self.force;
        let mut resolver = self.connect(around, urls, &options, tokens.len())?;
        let mut done = Done::planned(&tokens);
        if !dry_run && !tokens.is_empty() {
            let report = resolver.push(&tokens, &options)?;
            done.servers = report.servers.iter().map(ServerName::from).collect();
            done.accounts = report
                .accounts
                .iter()
                .map(PushedAccount::from_nats)
                .collect();
        }
        let mut work = Work {
            around,
            resolver: &mut resolver,
            timeout: options.timeout,
            force: self.force,
        };
        let outcome = match after {
            After::Nothing => return Ok(done),
            After::Diff => diff::run(&mut work),
            After::Prune => prune::run(&mut work),
            After::Remove(removal) => remove::run(&mut work, removal),
        };
        match outcome {
            Ok(outcome) => done.after = Some(outcome),
            // What was pushed is still told.
            Err(error) if !done.accounts.is_empty() => done.error = Some(error),
            Err(error) => return Err(error),
        }
        Ok(done)
    }

    fn connect(
        &self,
        around: &Surroundings<'_>,
        urls: &NatsUrls,
        options: &PushOptions,
        accounts: usize,
    ) -> Result<NatsResolver, CliError> {
        let connect = connect_options("nsc_push").tls(self.tls.options(&around.app.env)?);
        let access = push_access(&connect.inbox_prefix);
        let lifetime = options
            .longest(accounts)
            .saturating_add(options.timeout * 10);
        let credentials = sign_in(around, &self.system, &access, lifetime)?;
        Ok(NatsResolver::connect(
            urls,
            &connect.credentials(credentials),
        )?)
    }
}

/// A connection, and what is needed for work on what servers hold.
struct Work<'a, 'b> {
    around: &'a Surroundings<'b>,
    resolver: &'a mut NatsResolver,
    timeout: std::time::Duration,
    force: bool,
}

/// The result of work on what servers hold.
struct Outcome {
    result: AfterResult,
    steps: Vec<Step>,
    failure: Option<Kind>,
}

/// The result of work on what servers hold.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum AfterResult {
    Diff(diff::Difference),
    Prune(prune::Pruned),
    Removal(remove::Removed),
}

/// What a push did.
#[derive(Default)]
struct Done {
    servers: Vec<ServerName>,
    accounts: Vec<PushedAccount>,
    after: Option<Outcome>,
    error: Option<CliError>,
}

impl Done {
    fn planned(accounts: &[AccountToken]) -> Self {
        Self {
            accounts: accounts.iter().map(PushedAccount::planned).collect(),
            ..Self::default()
        }
    }

    fn report(
        mut self,
        url: String,
        targets: &[StoredAccount],
        warnings: Vec<Vec<String>>,
    ) -> Report {
        debug_assert_eq!(targets.len(), self.accounts.len());
        for (account, warnings) in self.accounts.iter_mut().zip(warnings) {
            account.warnings = warnings;
        }
        let mut steps: Vec<Step> = self.accounts.iter().map(PushedAccount::step).collect();
        let mut kind = failure(&self.accounts);
        let mut after = None;
        if let Some(outcome) = self.after {
            steps.extend(outcome.steps);
            kind = kind.or(outcome.failure);
            after = Some(outcome.result);
        }
        if let Some(error) = &self.error {
            let done = self.accounts.iter().any(|a| a.level().0 != Level::Error);
            kind = Some(if done { Kind::Partial } else { error.kind });
            steps.push(Step::error(error.to_string()));
        }
        let report = Report::new(Pushed {
            url,
            servers: self.servers,
            accounts: self.accounts,
            after,
        })
        .with_steps(steps);
        match kind {
            Some(kind) => report.with_failure(kind),
            None => report,
        }
    }
}

/// What a push did.
#[derive(Serialize)]
struct Pushed {
    /// Where to.
    url: String,
    /// The servers that were counted; empty for an account server, or when they could not be.
    servers: Vec<ServerName>,
    /// The accounts.
    accounts: Vec<PushedAccount>,
    /// What was deleted or compared after that: `prune`, `removal` or `diff`.
    #[serde(flatten)]
    after: Option<AfterResult>,
}

/// The steps say it all.
impl Show for Pushed {
    fn show(&self, _page: &mut Page) {}
}

/// How long an account server may take for one account.
const HTTP_SECONDS: u64 = 5;

/// Whether the key is that of the operator's system account.
fn is_system(operator: &StoredOperator, key: &str) -> bool {
    operator.claims.nats.system_account == key
}
