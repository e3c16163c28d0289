//! Pushing to NATS based resolvers, and work on what they hold.

use std::time::Duration;

use nsc_resolver::{
    AccountToken, NatsResolver, NatsUrls, ProgressFn, PushOptions, Stage, push_access,
};
use nsc_store::StoredAccount;
use schemars::JsonSchema;
use serde::Serialize;

use super::done::Done;
use super::{After, Push, diff, prune, remove};
use crate::error::{CliError, Kind};
use crate::server::accounts::account_token;
use crate::server::operator::{self, OperatorState};
use crate::server::past::Past;
use crate::server::report::{PushedAccount, ServerName};
use crate::server::system::{Surroundings, connect_options, sign_in};
use crate::ui::Step;
use crate::ui::progress::Bar;

/// A connection, and what is needed for work on what servers hold.
pub(super) struct Work<'a, 'b> {
    pub(super) around: &'a Surroundings<'b>,
    pub(super) resolver: &'a mut NatsResolver,
    pub(super) timeout: Duration,
    pub(super) force: bool,
    /// How many servers must answer, if that was given.
    pub(super) expected: Option<usize>,
    /// How many accounts a prune deletes without being asked.
    pub(super) max_delete: usize,
}

/// The result of work on what servers hold.
pub(super) struct Outcome {
    pub(super) result: AfterResult,
    pub(super) steps: Vec<Step>,
    pub(super) failure: Option<Kind>,
}

/// The result of work on what servers hold.
#[derive(JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AfterResult {
    Diff(diff::Difference),
    Prune(prune::Pruned),
    Removal(remove::Removed),
}

impl Push {
    pub(super) fn over_nats(
        &self,
        around: &Surroundings<'_>,
        urls: &NatsUrls,
        targets: &[StoredAccount],
        after: &After,
    ) -> Result<Done, CliError> {
        let tokens: Vec<AccountToken> = targets.iter().map(account_token).collect();
        let mut options = self.push_options();
        options.compare_only = around.app.globals.dry_run;
        let mut resolver = self.connect(around, urls, &options, tokens.len())?;
        let mut done = Done::planned(&tokens);
        if !tokens.is_empty() {
            self.send(around, &mut resolver, &tokens, options.clone(), &mut done)?;
        }
        let mut work = Work {
            around,
            resolver: &mut resolver,
            timeout: options.timeout,
            force: self.force,
            expected: options.expect_servers,
            max_delete: self.max_delete,
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

    fn push_options(&self) -> PushOptions {
        let mut options = PushOptions::default();
        options.timeout = self.timeout.or(1);
        options.expect_servers = self.expect.number();
        options.force = self.force;
        options
    }

    fn send(
        &self,
        around: &Surroundings<'_>,
        resolver: &mut NatsResolver,
        tokens: &[AccountToken],
        mut options: PushOptions,
        done: &mut Done,
    ) -> Result<(), CliError> {
        let bar = Bar::on_terminal();
        options.on_progress = bar.clone().map(progress);
        let past = Past::new(around);
        let judge = |account: &AccountToken, held: &str| past.judge(account, held);
        let report = resolver.push_judged(tokens, &options, &judge);
        if let Some(bar) = bar {
            bar.clear();
        }
        let report = report?;
        if options.expect_servers.is_none() {
            done.unheard = report.unheard;
        }
        done.servers = report.servers.iter().map(ServerName::from).collect();
        let accounts = tokens.iter().zip(&report.accounts);
        done.accounts = accounts
            .map(|(account, push)| PushedAccount::from_nats(account, push))
            .collect();
        done.remember(around, tokens);
        // A help: whoever may not ask for it, or gets no answer, goes without.
        let facts = resolver.facts(options.timeout).unwrap_or_default();
        let outdated = facts
            .iter()
            .filter(|facts| operator::state(around.operator, facts) == OperatorState::Outdated);
        done.outdated = outdated
            .map(|facts| ServerName::from(&facts.server))
            .collect();
        Ok(())
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
        let connected = NatsResolver::connect(urls, &connect.credentials(credentials))?;
        Ok(connected.expecting(options.expect_servers))
    }
}

fn progress(bar: Bar) -> ProgressFn {
    ProgressFn::new(move |progress| {
        let what = match progress.stage {
            Stage::Compare => "comparing accounts",
            _ => "pushing accounts",
        };
        bar.show(what, progress.done, progress.all);
    })
}
