//! Changes of operators.

use thiserror::Error;

use crate::claims::{AccountClaims, OperatorClaims, UserClaims};
use crate::edit::limits::switch;
use crate::edit::lists::difference;
use crate::edit::{Change, DateEdit, ListEdit};
use crate::keys::PublicKey;
use crate::lists::{strings, tags};

/// What is to change of an operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperatorEdit {
    /// Its tags.
    pub tags: ListEdit,
    /// Its validity.
    pub dates: DateEdit,
    /// Signing keys to add.
    pub signing_keys: Vec<PublicKey>,
    /// Signing keys to remove; unknown ones are no error.
    pub remove_signing_keys: Vec<String>,
    /// Where accounts are pushed to; empty removes it.
    pub account_server_url: Option<String>,
    /// Where clients connect, to add; kept in lower case.
    pub service_urls: Vec<String>,
    /// Where clients no longer connect; unknown ones are no error.
    pub remove_service_urls: Vec<String>,
    /// The account in which servers talk.
    pub system_account: Option<PublicKey>,
    /// Whether only signing keys may sign accounts and users.
    pub require_signing_keys: Option<bool>,
    /// The oldest server version that may run with the operator, `major.minor.patch`; empty
    /// removes it.
    pub assert_server_version: Option<String>,
}

/// Why an operator cannot be changed so.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum OperatorEditError {
    /// Signing keys are required, and something is signed with an identity key.
    #[error("signing keys cannot be required while {what} `{name}` is signed by {signer}")]
    IdentitySigned {
        /// `account` or `user`.
        what: &'static str,
        /// Its name.
        name: String,
        /// Whose identity key signed it.
        signer: String,
    },
    /// Signing keys are required, and there would be none.
    #[error("operator `{operator}` would require signing keys and have none")]
    NoSigningKey {
        /// Name of the operator.
        operator: String,
    },
    /// Servers run no JetStream in the system account.
    #[error("account `{account}` has JetStream limits, which the system account cannot have")]
    SystemJetStream {
        /// Name of the account.
        account: String,
    },
}

impl OperatorEdit {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Changes the operator.
    ///
    /// Where the result requires signing keys, its accounts and users are to be checked too
    /// ([`check_strict_account`], [`check_strict_user`]).
    ///
    /// # Errors
    /// [`OperatorEditError::NoSigningKey`]; the operator is to be thrown away then.
    pub fn apply(&self, operator: &mut OperatorClaims) -> Result<Vec<Change>, OperatorEditError> {
        let mut changes = self.dates.apply(operator);
        let nats = &mut operator.nats;
        changes.extend(self.tags.apply(&mut nats.tags, "tag"));
        changes.extend(self.apply_signing_keys(&mut nats.signing_keys));
        if let Some(url) = &self.account_server_url {
            let member = &mut nats.account_server_url;
            changes.extend(Change::of_text("account server URL", member, url));
        }
        changes.extend(self.apply_service_urls(&mut nats.operator_service_urls));
        if let Some(account) = &self.system_account {
            let member = &mut nats.system_account;
            changes.extend(Change::of_text(
                "system account",
                member,
                &account.to_text(),
            ));
        }
        changes.extend(switch(
            "require signing keys",
            &mut nats.strict_signing_key_usage,
            self.require_signing_keys,
        ));
        if let Some(version) = &self.assert_server_version {
            let member = &mut nats.assert_server_version;
            changes.extend(Change::of_text("asserted server version", member, version));
        }
        if nats.strict_signing_key_usage && nats.signing_keys.is_empty() {
            let operator = operator.name.clone();
            return Err(OperatorEditError::NoSigningKey { operator });
        }
        Ok(changes)
    }

    fn apply_signing_keys(&self, list: &mut Vec<String>) -> Vec<Change> {
        let before = list.clone();
        for key in &self.signing_keys {
            strings::add(list, &key.to_text());
        }
        list.retain(|key| !self.remove_signing_keys.contains(key));
        difference(&before, list, "signing key")
    }

    fn apply_service_urls(&self, list: &mut Vec<String>) -> Vec<Change> {
        let before = list.clone();
        for url in &self.service_urls {
            tags::add(list, url);
        }
        let removed: Vec<String> = self
            .remove_service_urls
            .iter()
            .map(|url| tags::normal_form(url))
            .collect();
        list.retain(|url| !removed.contains(&tags::normal_form(url)));
        difference(&before, list, "service URL")
    }
}

/// Whether an account fits an operator that requires signing keys.
///
/// # Errors
/// [`OperatorEditError::IdentitySigned`].
pub fn check_strict_account(
    operator: &OperatorClaims,
    account: &AccountClaims,
) -> Result<(), OperatorEditError> {
    if account.iss != operator.sub {
        return Ok(());
    }
    Err(OperatorEditError::IdentitySigned {
        what: "account",
        name: account.name.clone(),
        signer: format!("the identity key of operator `{}`", operator.name),
    })
}

/// Whether a user fits an operator that requires signing keys.
///
/// # Errors
/// [`OperatorEditError::IdentitySigned`].
pub fn check_strict_user(
    account: &AccountClaims,
    user: &UserClaims,
) -> Result<(), OperatorEditError> {
    if user.iss != account.sub {
        return Ok(());
    }
    Err(OperatorEditError::IdentitySigned {
        what: "user",
        name: user.name.clone(),
        signer: format!("the identity key of account `{}`", account.name),
    })
}

/// Whether an account may become the system account: without JetStream. Limits that give no
/// storage do not count.
///
/// # Errors
/// [`OperatorEditError::SystemJetStream`].
pub fn check_system_account(account: &AccountClaims) -> Result<(), OperatorEditError> {
    if account.nats.limits.is_jetstream_enabled() {
        let account = account.name.clone();
        return Err(OperatorEditError::SystemJetStream { account });
    }
    Ok(())
}
