//! Changes of accounts.

use thiserror::Error;

use crate::claims::{Account, AccountClaims, AccountLimits, MsgTrace, OperatorClaims, UserClaims};
use crate::edit::limits::{number, switch};
use crate::edit::lists::difference;
use crate::edit::{
    Change, DateEdit, JetStreamEdit, JetStreamError, ListEdit, NatsLimitEdit, PermissionEdit,
};
use crate::keys::PublicKey;

/// What is to change of an account; what is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountEdit {
    /// Its tags.
    pub tags: ListEdit,
    /// Its validity.
    pub dates: DateEdit,
    /// Free text; empty removes it.
    pub description: Option<String>,
    /// Where to read more; empty removes it.
    pub info_url: Option<String>,
    /// Permissions of users that have none of their own.
    pub default_permissions: PermissionEdit,
    /// Subscriptions, data, payload.
    pub limits: NatsLimitEdit,
    /// Connections, imports, exports.
    pub account_limits: AccountLimitEdit,
    /// Signing keys to add; one that is there keeps its scope.
    pub signing_keys: Vec<PublicKey>,
    /// Signing keys to remove; unknown ones are no error.
    pub remove_signing_keys: Vec<String>,
    /// Message tracing.
    pub trace: TraceEdit,
    /// Whose account carries the replication traffic of its streams between servers: `system`,
    /// `owner` (the account itself), or empty, which is the system account too.
    pub cluster_traffic: Option<String>,
    /// JetStream.
    pub jetstream: JetStreamEdit,
}

/// Limits of an account as a whole; `None` keeps one, -1 is unlimited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountLimitEdit {
    /// Imports.
    pub imports: Option<i64>,
    /// Exports.
    pub exports: Option<i64>,
    /// Whether exported subjects may hold wildcards.
    pub wildcards: Option<bool>,
    /// Whether bearer users are refused.
    pub disallow_bearer: Option<bool>,
    /// Client connections.
    pub conn: Option<i64>,
    /// Leaf node connections.
    pub leaf: Option<i64>,
}

/// Tracing of messages; `None` keeps what there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceEdit {
    /// Subject for the trace events; empty turns tracing off. A new one resets the sampling.
    pub subject: Option<String>,
    /// Percent of the messages, 0 to 100; 0 stands for 100.
    pub sampling: Option<i64>,
}

/// Why an account cannot be changed so.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountEditError {
    /// Bearer users are to be refused, and there is one.
    #[error("user `{user}` is a bearer user, which account `{account}` would no longer allow")]
    BearerUser {
        /// Name of the user.
        user: String,
        /// Name of the account.
        account: String,
    },
    /// JetStream limits that cannot be.
    #[error(transparent)]
    JetStream(#[from] JetStreamError),
    /// Sampling needs something to sample.
    #[error("account `{account}` traces no messages, so there is nothing to sample")]
    NoTrace {
        /// Name of the account.
        account: String,
    },
}

impl AccountEdit {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Changes an account of the operator.
    ///
    /// # Errors
    /// [`AccountEditError`]; the account is to be thrown away then.
    pub fn apply(
        &self,
        account: &mut AccountClaims,
        operator: &OperatorClaims,
    ) -> Result<Vec<Change>, AccountEditError> {
        let is_system = operator.nats.system_account == account.sub;
        let mut changes = self.tags.apply(&mut account.nats.tags, "tag");
        changes.extend(self.dates.apply(account));
        changes.extend(self.trace.apply(account)?);
        let nats = &mut account.nats;
        changes.extend(self.apply_texts(nats));
        let permissions = &mut nats.default_permissions;
        changes.extend(self.default_permissions.apply(permissions));
        changes.extend(self.account_limits.apply(&mut nats.limits.account));
        changes.extend(self.limits.apply(&mut nats.limits.nats));
        changes.extend(self.apply_signing_keys(nats));
        changes.extend(self.jetstream.apply(&mut nats.limits, is_system)?);
        Ok(changes)
    }

    /// Whether [`check_user`](Self::check_user) is to be asked about the users of the account.
    pub fn concerns_users(&self) -> bool {
        self.account_limits.disallow_bearer == Some(true)
    }

    /// Whether a user of the account may stay as it is.
    ///
    /// # Errors
    /// [`AccountEditError::BearerUser`].
    pub fn check_user(
        &self,
        account: &AccountClaims,
        user: &UserClaims,
    ) -> Result<(), AccountEditError> {
        if self.concerns_users() && user.nats.limits.bearer_token {
            return Err(AccountEditError::BearerUser {
                user: user.name.clone(),
                account: account.name.clone(),
            });
        }
        Ok(())
    }

    fn apply_texts(&self, nats: &mut Account) -> Vec<Change> {
        [
            (
                "description",
                &mut nats.description,
                self.description.as_deref(),
            ),
            ("info URL", &mut nats.info_url, self.info_url.as_deref()),
            (
                "cluster traffic",
                &mut nats.cluster_traffic,
                self.cluster_traffic.as_deref(),
            ),
        ]
        .into_iter()
        .filter_map(|(what, member, value)| Change::of_text(what, member, value?))
        .collect()
    }

    fn apply_signing_keys(&self, nats: &mut Account) -> Vec<Change> {
        let texts = |nats: &Account| -> Vec<String> {
            nats.signing_keys.keys().map(str::to_owned).collect()
        };
        let before = texts(nats);
        for key in &self.signing_keys {
            nats.signing_keys.add(&key.to_text());
        }
        for key in &self.remove_signing_keys {
            nats.signing_keys.0.remove(key);
        }
        difference(&before, &texts(nats), "signing key")
    }
}

impl AccountLimitEdit {
    fn apply(&self, limits: &mut AccountLimits) -> Vec<Change> {
        [
            number("max connections", &mut limits.conn, self.conn),
            number("max leaf node connections", &mut limits.leaf, self.leaf),
            number("max exports", &mut limits.exports, self.exports),
            number("max imports", &mut limits.imports, self.imports),
            switch("wildcard exports", &mut limits.wildcards, self.wildcards),
            switch(
                "disallow bearer",
                &mut limits.disallow_bearer,
                self.disallow_bearer,
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl TraceEdit {
    fn apply(&self, account: &mut AccountClaims) -> Result<Vec<Change>, AccountEditError> {
        let mut changes = Vec::new();
        let trace = &mut account.nats.trace;
        match self.subject.as_deref() {
            None => {}
            Some("") => {
                let went = trace.take();
                changes.extend(went.map(|trace| Change::removed("trace subject", trace.dest)));
            }
            Some(subject) => {
                let trace = trace.get_or_insert_with(MsgTrace::default);
                changes.extend(Change::of_text("trace subject", &mut trace.dest, subject));
                let sampling = self.sampling.or(Some(0));
                changes.extend(number("trace sampling", &mut trace.sampling, sampling));
            }
        }
        if let Some(sampling) = self.sampling {
            let Some(trace) = trace else {
                let account = account.name.clone();
                return Err(AccountEditError::NoTrace { account });
            };
            changes.extend(number(
                "trace sampling",
                &mut trace.sampling,
                Some(sampling),
            ));
        }
        Ok(changes)
    }
}
