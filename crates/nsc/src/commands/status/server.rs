//! One server against the store.

use std::collections::BTreeMap;

use nsc_resolver::{DiffReport, ServerDiff, ServerFacts};
use nsc_store::StoredOperator;
use schemars::JsonSchema;
use serde::Serialize;

use crate::schema::foreign;
use crate::server::operator::{self, OperatorState};
use crate::server::report::{ServerName, plural};
use crate::ui::Step;

/// What a server runs with.
#[derive(JsonSchema, Serialize)]
pub(super) struct ServerStatus {
    #[serde(flatten)]
    server: ServerName,
    /// Its version.
    version: String,
    /// `same`, `equivalent` (nothing differs that servers look at), `outdated`, `unknown` (another operator), or `untold`.
    pub(super) operator: OperatorState,
    /// `same` or `differs`.
    #[schemars(with = "foreign::Sameness")]
    pub(super) system_account: &'static str,
    /// How many accounts it holds; absent when it did not list them.
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<usize>,
    /// Names of the store's accounts that it does not hold.
    missing: Vec<String>,
    /// Public keys of accounts that only it holds.
    only_there: Vec<String>,
    /// Why it did not list its accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// All servers that said what they run with.
pub(super) fn all(
    operator: &StoredOperator,
    facts: &[ServerFacts],
    diff: &DiffReport,
    names: &BTreeMap<&str, &str>,
) -> Vec<ServerStatus> {
    let listed = |facts: &ServerFacts| {
        diff.servers.iter().find(|diff| {
            let server = diff.listing.server.as_ref();
            server.is_some_and(|server| server.id == facts.server.id)
        })
    };
    let asked = !diff.servers.is_empty();
    let one = |facts| ServerStatus::new(operator, facts, listed(facts), asked, names);
    facts.iter().map(one).collect()
}

impl ServerStatus {
    fn new(
        operator: &StoredOperator,
        facts: &ServerFacts,
        diff: Option<&ServerDiff>,
        asked: bool,
        names: &BTreeMap<&str, &str>,
    ) -> Self {
        let name = |key: &String| names.get(key.as_str()).map(ToString::to_string);
        let accounts = diff.map(|diff| &diff.listing.accounts);
        let problem = match accounts {
            Some(Err(problem)) => Some(problem.clone()),
            None if asked => {
                Some("no answer: its resolver keeps no accounts, or it is slow".to_owned())
            }
            _ => None,
        };
        let ours = operator.claims.nats.system_account == facts.system_account;
        Self {
            server: ServerName::from(&facts.server),
            version: facts.version.clone(),
            operator: operator::state(operator, facts),
            system_account: if ours { "same" } else { "differs" },
            held: accounts.and_then(|accounts| accounts.as_ref().ok().map(Vec::len)),
            missing: diff
                .map(|d| d.missing_there.iter().filter_map(name).collect())
                .unwrap_or_default(),
            only_there: diff.map(|diff| diff.only_there.clone()).unwrap_or_default(),
            problem,
        }
    }

    /// The lines about it.
    pub(super) fn step(&self) -> Step {
        let mut steps = vec![self.operator_step(), self.system_step()];
        steps.extend(
            self.held
                .map(|held| Step::ok(format!("holds {held} account{}", plural(held)))),
        );
        steps.extend(self.missing.iter().map(|name| {
            Step::warning(format!(
                "account `{name}` is only in the store: `nsc push -a '{name}'`"
            ))
        }));
        let only = self.only_there.iter();
        steps.extend(only.map(|key| Step::warning(format!("account {key} is only on the server"))));
        let problem = self.problem.as_ref();
        steps.extend(
            problem.map(|problem| Step::warning(format!("did not list its accounts: {problem}"))),
        );
        Step::group(
            format!("server `{}` ({})", self.server.name, self.version),
            steps,
        )
    }

    fn operator_step(&self) -> Step {
        match self.operator {
            OperatorState::Same => Step::ok("runs with the operator JWT of the store"),
            OperatorState::Equivalent => Step::ok(
                "runs with another operator JWT, which differs in nothing that servers look at",
            ),
            OperatorState::Outdated => Step::warning(
                "runs with another operator JWT: other signing keys, system account or rules",
            ),
            OperatorState::Unknown => Step::warning("does not trust this operator"),
            OperatorState::Untold => Step::warning("does not tell which operator it runs with"),
        }
    }

    fn system_step(&self) -> Step {
        match self.system_account {
            "same" => Step::ok("has the system account of the store"),
            _ => Step::warning("has another system account"),
        }
    }
}
