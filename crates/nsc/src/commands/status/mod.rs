//! `nsc status`.

mod account;
mod server;

use std::collections::BTreeMap;

use nsc_core::keys::PublicKey;
use nsc_resolver::{AccountToken, DiffReport, NatsResolver, ResolverUrl, status_access};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::args::entity::given;
use crate::args::expect::ExpectArg;
use crate::args::system_user::SystemUserArgs;
use crate::args::timeout::TimeoutArg;
use crate::args::tls::TlsArgs;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::server::accounts::{account_token, load_accounts};
use crate::server::operator::{OperatorState, config_line, system_line};
use crate::server::system::{Ground, Surroundings, connect_options, sign_in};
use crate::server::url::resolver_url;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};
use account::AccountStatus;
use server::ServerStatus;

/// Flags of the command.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The exit status is 0 when all is the same on all servers, 1 when something differs, \
                        and 6 when servers cannot be asked."
)]
pub struct Status {
    /// Ask these NATS servers instead of the operator's
    #[arg(short = 'u', long, value_name = "URL")]
    account_jwt_server_url: Option<String>,

    #[command(flatten)]
    expect: ExpectArg,

    #[command(flatten)]
    system: SystemUserArgs,

    #[command(flatten)]
    timeout: TimeoutArg,

    #[command(flatten)]
    tls: TlsArgs,
}

impl Status {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let ground = Ground::of(app)?;
        let around = ground.around(app);
        let url = resolver_url(app, around.operator, given(&self.account_jwt_server_url))?;
        let ResolverUrl::Nats(urls) = &url else {
            return Err(CliError::failed(format!(
                "account server `{url}` cannot tell what servers run with"
            ))
            .about(EntityKind::Server, url.to_string())
            .hint("nsc status -u nats://HOST:4222"));
        };
        self.system.ask(app, around.store)?;
        let timeout = self.timeout.or(1);
        let connect = connect_options("nsc_status").tls(self.tls.options(&app.env)?);
        let access = status_access(&connect.inbox_prefix);
        let user = sign_in(&around, &self.system, &access, timeout * 100)?;
        let expected = self.expect.number();
        let connected = NatsResolver::connect(urls, &connect.credentials(user))?;
        let mut resolver = connected.expecting(expected);

        let local: Vec<AccountToken> = load_accounts(around.store)?
            .iter()
            .map(account_token)
            .collect();
        let facts = resolver.facts(timeout)?;
        let (diff, unlisted) = match resolver.diff(&local, timeout) {
            Ok(diff) => (diff, None),
            // Servers with another resolver still have an operator.
            Err(error) if !facts.is_empty() => (none(), Some(error.to_string())),
            Err(error) => return Err(error.into()),
        };
        let compared = Compared::new(&around, &local, &facts, &diff, unlisted, expected);
        Ok(compared.report(url.to_string(), &around.operator.token))
    }
}

fn none() -> DiffReport {
    DiffReport {
        servers: Vec::new(),
        accounts: Vec::new(),
    }
}

/// What was found.
struct Compared {
    servers: Vec<ServerStatus>,
    accounts: Vec<AccountStatus>,
    unlisted: Option<String>,
    missing_servers: usize,
    system_account: String,
}

impl Compared {
    fn new(
        around: &Surroundings<'_>,
        local: &[AccountToken],
        facts: &[nsc_resolver::ServerFacts],
        diff: &DiffReport,
        unlisted: Option<String>,
        expected: Option<usize>,
    ) -> Self {
        let names: BTreeMap<&str, &str> = local
            .iter()
            .map(|account| (account.id.as_str(), account.name.as_str()))
            .collect();
        let servers = server::all(around.operator, facts, diff, &names);
        let accounts = diff.accounts.iter().zip(local);
        let accounts = accounts.map(|(diff, local)| AccountStatus::new(diff, local));
        Self {
            accounts: accounts.collect(),
            missing_servers: expected.unwrap_or_default().saturating_sub(servers.len()),
            servers,
            unlisted,
            system_account: around.operator.claims.nats.system_account.clone(),
        }
    }

    fn report(self, url: String, operator: &str) -> Report {
        let mut steps: Vec<Step> = self.servers.iter().map(ServerStatus::step).collect();
        if self.missing_servers > 0 {
            let (missing, there) = (self.missing_servers, self.servers.len());
            steps.push(Step::error(format!(
                "{missing} of {} expected servers did not answer",
                missing + there
            )));
        }
        if let Some(problem) = &self.unlisted {
            steps.push(Step::error(format!(
                "accounts cannot be compared: {problem}"
            )));
        } else {
            let accounts = self.accounts.iter().map(AccountStatus::step).collect();
            steps.push(Step::group("accounts of the store", accounts));
        }
        let stale = |server: &ServerStatus| {
            matches!(
                server.operator,
                OperatorState::Outdated | OperatorState::Unknown
            )
        };
        let operator_line = self
            .servers
            .iter()
            .any(stale)
            .then(|| config_line(operator));
        let other = self
            .servers
            .iter()
            .any(|server| server.system_account == "differs");
        let known = PublicKey::parse(&self.system_account).is_ok();
        let system_line = (other && known).then(|| system_line(&self.system_account));
        let lines: Vec<String> = operator_line.into_iter().chain(system_line).collect();
        if !lines.is_empty() {
            let details = lines.iter().map(Step::warning).collect();
            steps.push(Step::group(
                "to change in the configuration of these servers, then restart them (a reload keeps the old operator)",
                details,
            ));
        }
        let same = steps.iter().all(|step| step.level == crate::ui::Level::Ok);
        let report = Report::new(Found {
            url,
            same,
            servers: self.servers,
            accounts: self.accounts,
            problem: self.unlisted,
            missing_servers: self.missing_servers,
            config_lines: lines,
        })
        .with_steps(steps)
        .compares();
        if same {
            report
        } else {
            report.with_failure(Kind::Failed)
        }
    }
}

/// The store against what servers run with.
#[derive(JsonSchema, Serialize)]
pub(super) struct Found {
    /// Where from.
    url: String,
    /// Whether everything is the same everywhere.
    same: bool,
    /// Each server that answered.
    servers: Vec<ServerStatus>,
    /// Each account of the store.
    accounts: Vec<AccountStatus>,
    /// Why accounts could not be compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// How many of the expected servers did not answer.
    missing_servers: usize,
    /// Lines to change in the configuration of servers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    config_lines: Vec<String>,
}

/// The steps say it all.
impl Show for Found {
    fn show(&self, _page: &mut Page) {}
}
