//! What a push did, as a report.

use nsc_resolver::{AccountToken, Level};
use nsc_store::StoredAccount;
use schemars::JsonSchema;
use serde::Serialize;

use super::nats::{AfterResult, Outcome};
use crate::error::{CliError, Kind};
use crate::server::past;
use crate::server::report::{PushedAccount, ServerName, failure};
use crate::server::system::Surroundings;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// What a push did.
#[derive(Default)]
pub(super) struct Done {
    pub(super) servers: Vec<ServerName>,
    pub(super) accounts: Vec<PushedAccount>,
    /// How many servers are known to the others and did not answer.
    pub(super) unheard: usize,
    /// Servers that run with an operator JWT by which other rules hold.
    pub(super) outdated: Vec<ServerName>,
    pub(super) after: Option<Outcome>,
    pub(super) error: Option<CliError>,
}

impl Done {
    pub(super) fn planned(accounts: &[AccountToken]) -> Self {
        Self {
            accounts: accounts.iter().map(PushedAccount::planned).collect(),
            ..Self::default()
        }
    }

    /// Keeps which accounts are the same here and on servers.
    pub(super) fn remember(&self, around: &Surroundings<'_>, tokens: &[AccountToken]) {
        let pushed = tokens.iter().zip(&self.accounts);
        let there: Vec<(&str, &str)> = pushed
            .filter(|(_, account)| account.is_there())
            .map(|(token, _)| (token.id.as_str(), token.token.as_str()))
            .collect();
        past::remember(around, "nsc push", &there);
    }

    pub(super) fn report(
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
        if self.unheard > 0 {
            kind = kind.or(Some(Kind::Partial));
            steps.push(unheard(self.unheard, self.servers.len()));
        }
        if let Some(outcome) = self.after {
            steps.extend(outcome.steps);
            kind = kind.or(outcome.failure);
            after = Some(outcome.result);
        }
        if let Some(error) = &self.error {
            let done = self.accounts.iter().any(|a| a.level().0 != Level::Error);
            kind = Some(if done { Kind::Partial } else { error.kind });
            steps.push(failed(error));
        }
        steps.extend(self.outdated.iter().map(outdated));
        let report = Report::new(Pushed {
            url,
            servers: self.servers,
            unheard_servers: self.unheard,
            accounts: self.accounts,
            operator_outdated: self.outdated,
            after,
        })
        .with_steps(steps);
        match kind {
            Some(kind) => report.with_failure(kind),
            None => report,
        }
    }
}

fn unheard(unheard: usize, answered: usize) -> Step {
    Step::error(format!(
        "{unheard} of {} servers did not answer and may hold older accounts: push again once all are up, or \
         with --expect-servers {answered}",
        unheard + answered
    ))
}

/// What came after the push and failed, with what to do.
fn failed(error: &CliError) -> Step {
    let hints = error.hints.join("; ");
    Step::error(match hints.as_str() {
        "" => error.on_one_line(),
        _ => format!("{}; try: {hints}", error.on_one_line()),
    })
}

fn outdated(server: &ServerName) -> Step {
    Step::warning(format!(
        "server `{}` was started with another JWT of the operator (other signing keys, system account or \
         rules): `nsc status` shows the line to change in its configuration",
        server.name
    ))
}

/// What a push did.
#[derive(JsonSchema, Serialize)]
pub(in crate::commands) struct Pushed {
    /// Where to.
    url: String,
    /// The servers that were counted; empty for an account server, or when they could not be.
    servers: Vec<ServerName>,
    /// How many more are known to these, and did not answer.
    unheard_servers: usize,
    /// The accounts.
    accounts: Vec<PushedAccount>,
    /// Servers that were started with an operator JWT by which other rules hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    operator_outdated: Vec<ServerName>,
    /// What was deleted or compared after that: `prune`, `removal` or `diff`.
    #[serde(flatten)]
    after: Option<AfterResult>,
}

/// The steps say it all.
impl Show for Pushed {
    fn show(&self, _page: &mut Page) {}
}
