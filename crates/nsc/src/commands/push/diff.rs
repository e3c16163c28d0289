//! What servers hold, against the store.

use std::collections::BTreeMap;

use nsc_core::json_diff;
use nsc_core::time::UnixTime;
use nsc_resolver::{AccountDiff, AccountToken, DiffState, ServerDiff};
use schemars::JsonSchema;
use serde::Serialize;

use super::nats::{AfterResult, Outcome, Work};
use crate::error::{CliError, Kind};
use crate::schema::foreign;
use crate::server::accounts::{account_token, load_accounts};
use crate::server::difference;
use crate::server::report::{ServerName, plural};
use crate::ui::{Level, Step};

/// Differences between servers and store.
#[derive(JsonSchema, Serialize)]
pub(super) struct Difference {
    /// What each server holds.
    servers: Vec<ServerContent>,
    /// Each account of the store.
    accounts: Vec<LocalAccount>,
}

/// What a server holds.
#[derive(JsonSchema, Serialize)]
struct ServerContent {
    /// The server; absent when it did not name itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<ServerName>,
    /// Its accounts.
    accounts: Vec<HeldAccount>,
    /// Names of the store's accounts that it does not hold.
    missing: Vec<String>,
    /// Why it did not say what it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// An account that a server holds.
#[derive(JsonSchema, Serialize)]
struct HeldAccount {
    /// Its public key.
    public_key: String,
    /// Its name in the store; absent when only the server has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

/// An account of the store.
#[derive(JsonSchema, Serialize)]
struct LocalAccount {
    /// Its name.
    name: String,
    /// Its public key.
    public_key: String,
    /// `same`, `differs`, `missing` or `unknown` (contents could not be looked up).
    #[schemars(with = "foreign::HeldState")]
    state: &'static str,
    /// Issue time of the JWT in the store where that of a server differs, Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    local_issued: Option<i64>,
    /// Issue time of the server's JWT, Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    remote_issued: Option<i64>,
    /// What servers hold that is not as here, and what a push would change in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    held: Vec<Held>,
}

/// Another JWT of an account.
#[derive(JsonSchema, Serialize)]
struct Held {
    /// How many servers hold it.
    servers: usize,
    /// Which: its name, all of them, or so many of them (they do not say who holds what).
    #[serde(skip)]
    which: String,
    /// Claim by claim, from what servers hold to what is here.
    #[schemars(with = "Vec<foreign::JsonDifference>")]
    differences: Vec<json_diff::Difference>,
}

/// Compares.
pub(super) fn run(work: &mut Work<'_, '_>) -> Result<Outcome, CliError> {
    let stored = load_accounts(work.around.store)?;
    let local: Vec<AccountToken> = stored.iter().map(account_token).collect();
    let report = work.resolver.diff(&local, work.timeout)?;
    let names: BTreeMap<&str, &str> = local
        .iter()
        .map(|account| (account.id.as_str(), account.name.as_str()))
        .collect();
    let servers: Vec<ServerContent> = report
        .servers
        .iter()
        .map(|server| ServerContent::new(server, &names))
        .collect();
    let accounts: Vec<LocalAccount> = report
        .accounts
        .iter()
        .zip(&local)
        .map(|(account, local)| LocalAccount::new(account, &local.token, &servers))
        .collect();

    let mut steps: Vec<Step> = servers.iter().map(ServerContent::step).collect();
    steps.push(Step::group(
        "the accounts of the store",
        accounts.iter().map(LocalAccount::step).collect(),
    ));
    let failed = servers.iter().any(|server| server.problem.is_some());
    Ok(Outcome {
        result: AfterResult::Diff(Difference { servers, accounts }),
        steps,
        failure: failed.then_some(Kind::Server),
    })
}

impl ServerContent {
    fn new(diff: &ServerDiff, names: &BTreeMap<&str, &str>) -> Self {
        let name = |key: &String| names.get(key.as_str()).map(ToString::to_string);
        let (accounts, problem) = match &diff.listing.accounts {
            Ok(keys) => (keys.as_slice(), None),
            Err(problem) => ([].as_slice(), Some(problem.clone())),
        };
        let held = accounts.iter().map(|key| HeldAccount {
            public_key: key.clone(),
            name: name(key),
        });
        Self {
            server: diff.listing.server.as_ref().map(ServerName::from),
            accounts: held.collect(),
            missing: diff.missing_there.iter().filter_map(name).collect(),
            problem,
        }
    }

    fn step(&self) -> Step {
        let server = match &self.server {
            Some(server) => format!("server `{}`", server.name),
            None => "a server without name".to_owned(),
        };
        if let Some(problem) = &self.problem {
            return Step::error(format!("{server} did not list its accounts: {problem}"));
        }
        let held = self.accounts.iter().map(|account| match &account.name {
            Some(name) => Step::ok(format!("{} `{name}`", account.public_key)),
            None => Step::warning(format!("{} only on the server", account.public_key)),
        });
        let missing = self
            .missing
            .iter()
            .map(|name| Step::warning(format!("account `{name}` is only in the store")));
        let count = self.accounts.len();
        let title = format!("{server} holds {count} account{}", plural(count));
        Step::group(title, held.chain(missing).collect())
    }
}

impl LocalAccount {
    fn new(account: &AccountDiff, token: &str, servers: &[ServerContent]) -> Self {
        let (state, local_issued, remote_issued) = match account.state {
            DiffState::Differs { local, remote } => ("differs", Some(local), Some(remote)),
            DiffState::Missing => ("missing", None, None),
            DiffState::Same => ("same", None, None),
            _ => ("unknown", None, None),
        };
        Self {
            name: account.name.clone(),
            public_key: account.id.clone(),
            state,
            local_issued,
            remote_issued,
            held: account
                .held
                .iter()
                .map(|(held, holders)| Held {
                    servers: *holders,
                    which: which(*holders, servers),
                    differences: difference::between(held, token),
                })
                .collect(),
        }
    }

    fn step(&self) -> Step {
        let account = format!("account `{}`", self.name);
        match (self.state, self.local_issued, self.remote_issued) {
            ("differs", Some(local), Some(remote)) => Step::group(
                format!(
                    "{account} differs: issued {} here, {} on a server",
                    UnixTime(local),
                    UnixTime(remote)
                ),
                self.held.iter().map(Held::step).collect(),
            ),
            ("missing", ..) => Step::warning(format!("{account} is on no server")),
            ("same", ..) => Step::ok(format!("{account} is the same")),
            _ => Step::ok(format!("{account}: contents could not be compared")),
        }
    }
}

/// Which servers they are, if there are so many of these.
fn which(holders: usize, servers: &[ServerContent]) -> String {
    match servers {
        [
            ServerContent {
                server: Some(only), ..
            },
        ] => format!("server `{}`", only.name),
        all if all.len() <= holders => format!("{holders} server{}", plural(holders)),
        all => format!("{holders} of {} servers", all.len()),
    }
}

impl Held {
    fn step(&self) -> Step {
        let step = Step::group(
            format!("what {} would get by a push", self.which),
            difference::steps(&self.differences).collect(),
        );
        // Even where nothing but the signature differs.
        Step {
            level: Level::Warning,
            ..step
        }
    }
}
