//! Who may have signed what: operators, accounts and their signing keys.
//!
//! A token's signature only says that its issuer signed it; these rules say whether that issuer
//! speaks for the operator or account that the token should come from.

use thiserror::Error;

use crate::claims::{AccountClaims, OperatorClaims};
use crate::jwt::AnyClaims;

/// Why a user does not fit the scoped signing key that it was signed with.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScopeError {
    /// Only users can be signed with a scoped key.
    #[error("a scoped signing key can only sign users")]
    NotUser,
    /// Another key signed it.
    #[error("the user was not signed by the scoped signing key")]
    IssuerNotScope,
    /// The user has permissions or limits of its own.
    #[error("a user of a scoped signing key must not have permissions or limits of its own")]
    NotEmpty,
}

impl ScopeError {
    /// A stable name of the error.
    pub fn class(self) -> &'static str {
        match self {
            Self::NotUser => "not_user",
            Self::IssuerNotScope => "issuer_not_scope",
            Self::NotEmpty => "not_empty",
        }
    }
}

impl OperatorClaims {
    /// Whether servers that were started with these claims go by other rules than with `others`: other keys that may
    /// sign, another system account. What else an operator says they do not look at.
    pub fn binds_otherwise(&self, others: &Self) -> bool {
        let rules = |claims: &Self| {
            let mut keys = claims.nats.signing_keys.clone();
            keys.sort();
            let strict = claims.nats.strict_signing_key_usage;
            let system = claims.nats.system_account.clone();
            (claims.sub.clone(), keys, strict, system)
        };
        rules(self) != rules(others)
    }

    /// Whether this operator issued the token: with its identity key, or with a signing key.
    ///
    /// Where signing keys are required, the identity key only speaks for the operator itself.
    pub fn did_sign(&self, token: &AnyClaims) -> bool {
        if token.issuer() == self.sub {
            return !self.nats.strict_signing_key_usage || token.subject() == self.sub;
        }
        self.nats
            .signing_keys
            .iter()
            .any(|key| key == token.issuer())
    }
}

impl AccountClaims {
    /// Whether this account issued the token: with its identity key, or, for users and
    /// activations that name the account, with a signing key (plain or scoped).
    pub fn did_sign(&self, token: &AnyClaims) -> bool {
        let named = match token {
            AnyClaims::Activation(claims) => Some(claims.nats.issuer_account.as_str()),
            AnyClaims::User(claims) => Some(claims.nats.issuer_account.as_str()),
            _ => None,
        };
        self.did_issue(token.issuer(), named)
    }

    /// As [`did_sign`](Self::did_sign), for a token of this issuer that names this account.
    pub(crate) fn did_issue(&self, issuer: &str, named: Option<&str>) -> bool {
        let names_me = named == Some(self.sub.as_str());
        issuer == self.sub || (names_me && self.nats.signing_keys.contains(issuer))
    }
}

/// Whether the token is a user that servers accept from the scoped signing key `key`: signed by
/// it, and without any permission or limit of its own. A limit of -1 counts as one.
///
/// # Errors
/// What is wrong with it.
pub fn check_scope(key: &str, token: &AnyClaims) -> Result<(), ScopeError> {
    let AnyClaims::User(user) = token else {
        return Err(ScopeError::NotUser);
    };
    if user.iss != key {
        return Err(ScopeError::IssuerNotScope);
    }
    if user.is_scoped() {
        Ok(())
    } else {
        Err(ScopeError::NotEmpty)
    }
}
