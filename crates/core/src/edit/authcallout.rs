//! Changes of auth callouts: users of an account that decide who may connect.

use std::fmt;

use crate::claims::{AccountClaims, ExternalAuthorization};
use crate::edit::Change;
use crate::edit::lists::difference;
use crate::keys::PublicKey;
use crate::lists::strings;

/// What is to become of the auth callout of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalloutEdit {
    /// No more callouts.
    Disable,
    /// Single settings.
    Settings(CalloutSettings),
}

/// Settings of an auth callout. Additions come first, so what is added and removed at once is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalloutSettings {
    /// User keys that log in directly and answer the callouts.
    pub users: Vec<PublicKey>,
    /// User keys that no longer do; unknown ones are no error.
    pub remove_users: Vec<PublicKey>,
    /// Accounts that users may be placed in.
    pub accounts: Vec<AllowedAccount>,
    /// Accounts that they may no longer be placed in; unknown ones are no error.
    pub remove_accounts: Vec<AllowedAccount>,
    /// Curve key that requests are encrypted to, in place of the one there is.
    pub curve: Option<PublicKey>,
    /// Whether the curve key there is goes.
    pub remove_curve: bool,
}

/// An account that users of a callout may be placed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllowedAccount {
    /// Any account, written `*`; stands alone.
    Any,
    /// The account with this identity key.
    Key(PublicKey),
}

impl AllowedAccount {
    /// The text that stands for any account.
    pub const ANY: &'static str = "*";
}

impl fmt::Display for AllowedAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str(Self::ANY),
            Self::Key(key) => key.fmt(f),
        }
    }
}

impl CalloutEdit {
    /// Changes the auth callout. Whether the result makes sense is judged with the whole account.
    pub fn apply(&self, account: &mut AccountClaims) -> Vec<Change> {
        let authorization = &mut account.nats.authorization;
        match self {
            Self::Disable => {
                let before = std::mem::take(authorization);
                let disabled = before != ExternalAuthorization::default();
                let users = before.auth_users.join(", ");
                let change = disabled.then(|| Change::removed("auth callout", users));
                change.into_iter().collect()
            }
            Self::Settings(settings) => settings.apply(authorization),
        }
    }
}

impl CalloutSettings {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn apply(&self, authorization: &mut ExternalAuthorization) -> Vec<Change> {
        let mut changes = apply_list(
            &mut authorization.auth_users,
            "auth callout user",
            &self.users,
            &self.remove_users,
        );
        changes.extend(apply_list(
            &mut authorization.allowed_accounts,
            "allowed account",
            &self.accounts,
            &self.remove_accounts,
        ));
        let curve = self.curve.map(|key| key.to_text());
        if let Some(key) = curve.or(self.remove_curve.then(String::new)) {
            changes.extend(Change::of_text("curve key", &mut authorization.xkey, &key));
        }
        changes
    }
}

fn apply_list<T: fmt::Display>(
    list: &mut Vec<String>,
    what: &'static str,
    add: &[T],
    remove: &[T],
) -> Vec<Change> {
    let before = list.clone();
    for value in add {
        strings::add(list, &value.to_string());
    }
    let removed: Vec<String> = remove.iter().map(T::to_string).collect();
    list.retain(|value| !removed.contains(value));
    difference(&before, list, what)
}
