//! Why servers turn a user away.

use serde::{Serialize, Serializer};
use thiserror::Error;

use crate::claims::{AccountClaims, CONNECTION_TYPES, UserClaims, UserScope};
use crate::revocation;
use crate::template::TemplateError;
use crate::time::UnixTime;

/// Why servers turn a user away, as far as its claims and those of its account tell.
///
/// In JSON it is an object: `reason`, a word that stays, and `text`.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The account is out of date.
    #[error("account `{account}` expired on {at}")]
    AccountExpired {
        /// Name of the account.
        account: String,
        /// The last valid second.
        at: UnixTime,
    },
    /// The account refuses bearer users.
    #[error("account `{account}` does not allow bearer users")]
    BearerDisallowed {
        /// Name of the account.
        account: String,
    },
    /// No server knows any of the kinds of connection.
    #[error("no server knows a connection of type {}", types.join(", "))]
    ConnectionTypes {
        /// The kinds.
        types: Vec<String>,
    },
    /// The user is out of date.
    #[error("the user expired on {at}")]
    Expired {
        /// The last valid second.
        at: UnixTime,
    },
    /// A signing key signed, and the user does not say for which account.
    #[error("the user does not name its account, which a signing key signed it for")]
    NoIssuerAccount,
    /// The user is for later.
    #[error("the user is not valid before {at}")]
    NotYet {
        /// The first valid second.
        at: UnixTime,
    },
    /// Users of a role must not bring permissions and limits.
    #[error("the user has permissions or limits of its own, which role `{role}` does not allow")]
    OwnRestrictions {
        /// Name of the role.
        role: String,
    },
    /// The account revoked it.
    #[error("account `{account}` revoked the user")]
    Revoked {
        /// Name of the account.
        account: String,
    },
    /// The template of the role cannot be filled in.
    #[error("the template of its role does not fit the user: {0}")]
    Template(TemplateError),
    /// The account does not have the key that signed.
    #[error("account `{account}` does not list the key `{key}`, which signed the user")]
    UnknownIssuer {
        /// Name of the account.
        account: String,
        /// The key.
        key: String,
    },
}

impl Refusal {
    /// A short word for it, such as `revoked`.
    pub fn keyword(&self) -> &'static str {
        match self {
            Self::AccountExpired { .. } => "account_expired",
            Self::BearerDisallowed { .. } => "bearer_disallowed",
            Self::ConnectionTypes { .. } => "connection_types",
            Self::Expired { .. } => "expired",
            Self::NoIssuerAccount => "no_issuer_account",
            Self::NotYet { .. } => "not_yet",
            Self::OwnRestrictions { .. } => "own_restrictions",
            Self::Revoked { .. } => "revoked",
            Self::Template(_) => "template",
            Self::UnknownIssuer { .. } => "unknown_issuer",
        }
    }
}

impl Serialize for Refusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown {
            reason: &'static str,
            text: String,
        }
        let shown = Shown {
            reason: self.keyword(),
            text: self.to_string(),
        };
        shown.serialize(serializer)
    }
}

/// All reasons but a template that cannot be filled in.
pub(super) fn all(
    account: &AccountClaims,
    user: &UserClaims,
    scope: Option<&UserScope>,
    now: UnixTime,
) -> Vec<Refusal> {
    let limits = scope.map_or(&user.nats.limits, |scope| &scope.template);
    let types = &limits.allowed_connection_types;
    let name = || account.name.clone();
    let past = |at: i64| at != 0 && now.0 > at;
    let refusals = [
        past(user.exp).then_some(Refusal::Expired {
            at: UnixTime(user.exp),
        }),
        (user.nbf > now.0).then_some(Refusal::NotYet {
            at: UnixTime(user.nbf),
        }),
        past(account.exp).then(|| Refusal::AccountExpired {
            account: name(),
            at: UnixTime(account.exp),
        }),
        issuer(account, user),
        scope
            .filter(|_| !user.nats.limits.is_empty())
            .map(|scope| Refusal::OwnRestrictions {
                role: scope.role.clone(),
            }),
        (limits.bearer_token && account.nats.limits.account.disallow_bearer)
            .then(|| Refusal::BearerDisallowed { account: name() }),
        (!types.is_empty() && !types.iter().any(|kind| is_known(kind))).then(|| {
            Refusal::ConnectionTypes {
                types: types.clone(),
            }
        }),
        is_revoked(account, user).then(|| Refusal::Revoked { account: name() }),
    ];
    refusals.into_iter().flatten().collect()
}

fn issuer(account: &AccountClaims, user: &UserClaims) -> Option<Refusal> {
    if user.iss == account.sub {
        return None;
    }
    if !account.nats.signing_keys.contains(&user.iss) {
        return Some(Refusal::UnknownIssuer {
            account: account.name.clone(),
            key: user.iss.clone(),
        });
    }
    (user.nats.issuer_account != account.sub).then_some(Refusal::NoIssuerAccount)
}

fn is_known(kind: &str) -> bool {
    CONNECTION_TYPES
        .iter()
        .any(|known| known.eq_ignore_ascii_case(kind))
}

fn is_revoked(account: &AccountClaims, user: &UserClaims) -> bool {
    let revocations = &account.nats.revocations;
    !revocations.is_empty() && revocation::is_revoked(revocations, &user.sub, user.iat)
}
