//! The way of every command that changes one account: load, edit, judge, sign, stage, commit.

use nsc_core::claims::{AccountClaims, OperatorClaims};
use nsc_core::jwt;
use nsc_core::validate::{Issue, Issues, Level};
use nsc_store::{
    Committed, Context, OperatorStore, SignerQuery, StoredAccount, Transaction, Wanted,
};
use serde::Serialize;

use crate::app::App;
use crate::args::entity::AccountArg;
use crate::args::signer;
use crate::error::CliError;
use crate::managed::{self, Exchange};
use crate::ui::{Report, Show, Step};

/// Which findings stop a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// Those that the change brings: what was wrong before can be mended step by step.
    Change,
    /// All of them.
    Whole,
}

/// The account that a command changes.
pub struct AccountEdit {
    context: Context,
    store: OperatorStore,
    account: String,
}

impl AccountEdit {
    /// Finds the account: a flag, an answer, or the current one.
    ///
    /// # Errors
    /// No operator, no such account, none current, or cancelled.
    pub fn open(app: &App, account: &AccountArg) -> Result<Self, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        let account = account.resolve(app, &context, &store)?;
        Ok(Self {
            context,
            store,
            account,
        })
    }

    /// Name of the account.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The context.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The store of the operator.
    pub fn store(&self) -> &OperatorStore {
        &self.store
    }

    /// The account as it is now, for questions and for commands that change nothing.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self) -> Result<AccountClaims, CliError> {
        Ok(self.store.account(&self.account)?.claims)
    }

    /// Changes the account under the lock of its operator and commits.
    ///
    /// # Errors
    /// What the edit refuses, what would not be valid, no key to sign with, what the store refuses. Nothing
    /// is written then.
    pub fn change<T>(
        &self,
        app: &App,
        command: &'static str,
        judged: Judged,
        edit: impl FnOnce(&mut AccountClaims) -> Result<T, CliError>,
    ) -> Result<Changed<T>, CliError> {
        let options = app.begin_options(command);
        let mut tx = self.store.begin(&self.context.keystore(), &options)?;
        let operator = tx.operator()?;
        let before = tx.account(&self.account)?.claims;
        let mut claims = before.clone();
        let outcome = edit(&mut claims)?;
        let warnings = judge(app, judged, &before, &claims)?;
        let signed = sign(app, &mut tx, &operator.claims, &before, claims)?;
        let exchange = managed::exchange(app, &mut tx, &operator.claims, signed)?;
        Ok(Changed {
            outcome,
            warnings,
            exchange,
            committed: tx.commit()?,
        })
    }
}

/// An account that was changed.
pub struct Changed<T> {
    /// What the edit told.
    pub outcome: T,
    warnings: Vec<Step>,
    exchange: Exchange,
    committed: Committed,
}

impl<T> Changed<T> {
    /// The account as it is stored now.
    pub fn claims(&self) -> &AccountClaims {
        &self.exchange.account.claims
    }

    /// The report: the steps of the command, then what is doubtful, then what an account server said.
    pub fn report(self, result: impl Serialize + Show + 'static, steps: Vec<Step>) -> Report {
        let report = Report::new(result)
            .with_steps(steps)
            .with_steps(self.warnings);
        let Exchange { steps, failed, .. } = self.exchange;
        Exchange::report(steps, failed, report).with_commit(&self.committed)
    }
}

/// The keys that may sign are those from before the change.
fn sign(
    app: &App,
    tx: &mut Transaction<'_>,
    operator: &OperatorClaims,
    before: &AccountClaims,
    mut claims: AccountClaims,
) -> Result<StoredAccount, CliError> {
    let keystore = tx.keystore().clone();
    let query = SignerQuery {
        wanted: Wanted::AccountToken,
        env: &app.env,
        keystore: &keystore,
        operator,
        managed: tx.store()?.is_managed(),
        account: Some(before),
        private_key: app.private_key(),
        previous_issuer: None,
        fresh: &[],
    };
    let mut typed = None;
    let signer = signer::choose(app, query, &mut typed)?;
    let token = jwt::encode(&mut claims, &signer, app.now())?;
    Ok(tx.put_account(&token)?)
}

/// Refuses claims that would not be valid; tells what is doubtful about the change.
fn judge(
    app: &App,
    judged: Judged,
    before: &AccountClaims,
    after: &AccountClaims,
) -> Result<Vec<Step>, CliError> {
    let findings = |claims: &AccountClaims| -> Vec<Issue> {
        let all: [Issues; 2] = [claims.validate(app.now()), claims.advise()];
        all.iter().flatten().cloned().collect()
    };
    let known = findings(before);
    let (old, new): (Vec<Issue>, Vec<Issue>) = findings(after)
        .into_iter()
        .partition(|issue| known.contains(issue));
    let stops = |issue: &&Issue| issue.level == Level::Error;
    let mut blocking: Vec<&Issue> = new.iter().filter(stops).collect();
    if judged == Judged::Whole {
        blocking.extend(old.iter().filter(stops));
    }
    if blocking.is_empty() {
        let warnings = new.iter().filter(|issue| issue.level == Level::Warning);
        return Ok(warnings.map(|issue| Step::warning(&issue.text)).collect());
    }
    let mut error = CliError::failed(format!("account `{}` would not be valid", after.name));
    error.causes = blocking.iter().map(|issue| issue.text.clone()).collect();
    Err(error)
}
