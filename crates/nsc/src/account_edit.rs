//! The way of every command that changes one account: load, edit, judge, sign, stage, commit.

use nsc_core::claims::{AccountClaims, OperatorClaims};
use nsc_store::{Context, OperatorStore, StoredAccount, Transaction};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::args::entity::AccountArg;
use crate::error::CliError;
use crate::judge;
pub use crate::judge::Judged;
use crate::rewrite::{self, Prefer};
use crate::strict;
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

    /// Changes the account under the lock of its operator, and judges it. [`Changed::report`] writes it.
    ///
    /// # Errors
    /// What the edit refuses, what would not be valid, what the store refuses.
    pub fn change<'a, T>(
        &self,
        app: &'a App,
        command: &'static str,
        judged: Judged,
        edit: impl FnOnce(&mut AccountClaims) -> Result<T, CliError>,
    ) -> Result<Changed<'a, T>, CliError> {
        let options = app.begin_options(command);
        let mut tx = self.store.begin(&self.context.keystore(), &options)?;
        let operator = tx.operator()?.claims;
        let before = tx.account(&self.account)?;
        let mut claims = before.claims.clone();
        let outcome = edit(&mut claims)?;
        let warnings = judge::changed_account(app, judged, &before.claims, &claims)?;
        Ok(Changed {
            outcome,
            warnings,
            tx,
            operator,
            before,
            claims,
        })
    }
}

/// An account that was changed, and is not signed yet.
pub struct Changed<'a, T> {
    /// What the edit told.
    pub outcome: T,
    warnings: Vec<Step>,
    tx: Transaction<'a>,
    operator: OperatorClaims,
    before: StoredAccount,
    claims: AccountClaims,
}

impl<T> Changed<'_, T> {
    /// Signs, stages and commits. The report: the steps of the command, then what is doubtful, then what an account
    /// server said.
    ///
    /// # Errors
    /// No key to sign with, what the store refuses, and with `--strict` what is doubtful. Nothing is written then.
    pub fn report(
        mut self,
        app: &App,
        result: impl Serialize + JsonSchema + Show + 'static,
        mut steps: Vec<Step>,
    ) -> Result<Report, CliError> {
        steps.append(&mut self.warnings);
        let exchange = rewrite::account(
            app,
            &mut self.tx,
            &self.operator,
            &self.before,
            Prefer::Best,
            self.claims,
            &steps,
        )?;
        let report = exchange.report(Report::new(result).with_steps(steps));
        strict::commit(app, self.tx, report)
    }
}
