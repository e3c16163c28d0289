//! The way of every command that changes one account: load, edit, judge, sign, stage, commit.

use nsc_core::claims::AccountClaims;
use nsc_store::{Committed, Context, OperatorStore};
use serde::Serialize;

use crate::app::App;
use crate::args::entity::AccountArg;
use crate::error::CliError;
use crate::judge;
pub use crate::judge::Judged;
use crate::managed::Exchange;
use crate::rewrite::{self, Prefer};
use crate::ui::{Report, Show, Step};

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
        let before = tx.account(&self.account)?;
        let mut claims = before.claims.clone();
        let outcome = edit(&mut claims)?;
        let warnings = judge::changed_account(app, judged, &before.claims, &claims)?;
        let operator = &operator.claims;
        let exchange = rewrite::account(app, &mut tx, operator, &before, Prefer::Best, claims)?;
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
    /// The report: the steps of the command, then what is doubtful, then what an account server said.
    pub fn report(self, result: impl Serialize + Show + 'static, steps: Vec<Step>) -> Report {
        let report = Report::new(result)
            .with_steps(steps)
            .with_steps(self.warnings);
        let Exchange { steps, failed, .. } = self.exchange;
        Exchange::report(steps, failed, report).with_commit(&self.committed)
    }
}
