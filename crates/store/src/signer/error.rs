//! Why no key could be chosen.

use std::fmt;
use std::path::PathBuf;

use nsc_core::keys::{KeyKind, PublicKey};

use super::Wanted;
use crate::error::ErrorKind;

/// Why no key could be chosen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignerError {
    /// None of the keys that may sign is stored.
    #[error(
        "none of the keys that can sign {wanted} is stored: {}",
        list(candidates)
    )]
    NoneStored {
        /// What was to be signed.
        wanted: Wanted,
        /// The keys that may sign.
        candidates: Vec<PublicKey>,
    },
    /// The operator requires signing keys, and there are none.
    #[error("no key can sign {wanted}: the operator requires signing keys, and there is none")]
    NoSigningKey {
        /// What was to be signed.
        wanted: Wanted,
    },
    /// The value of `-K` names nothing.
    #[error("`{value}` is neither a role, a key nor a file with a key")]
    Unknown {
        /// The value; hidden when it looks like a secret.
        value: String,
    },
    /// A file was given that holds no key.
    #[error("`{}` holds no key", path.display())]
    NotAKeyFile {
        /// The file.
        path: PathBuf,
    },
    /// The key has a kind that is of no use here.
    #[error("`{key}` is {} {found} key; wanted: {}", article(*found), list(wanted))]
    WrongKind {
        /// The public key.
        key: PublicKey,
        /// Its kind.
        found: KeyKind,
        /// The kinds that would do.
        wanted: Vec<KeyKind>,
    },
    /// The key is not one of the operator's or account's.
    #[error(
        "`{key}` is not among the keys that can sign {wanted}: {}",
        list(candidates)
    )]
    NotListed {
        /// The public key.
        key: PublicKey,
        /// What was to be signed.
        wanted: Wanted,
        /// The keys that may sign.
        candidates: Vec<PublicKey>,
    },
    /// The identity key was given where signing keys are required.
    #[error("`{key}` cannot sign {wanted}: the operator requires signing keys")]
    IdentityKey {
        /// The public key.
        key: PublicKey,
        /// What was to be signed.
        wanted: Wanted,
    },
    /// The key may sign, but its private part is not stored.
    #[error("the private part of `{key}` is not stored")]
    NotStored {
        /// The public key.
        key: PublicKey,
    },
    /// A public key was given where its seed is needed.
    #[error("`{key}` is a public key, which cannot sign")]
    PublicOnly {
        /// The public key.
        key: PublicKey,
    },
    /// The signing key of a role is not stored.
    #[error("the private part of the signing key `{key}` of role `{}` is not stored", role.escape_debug())]
    RoleNotStored {
        /// The role.
        role: String,
        /// The public key.
        key: PublicKey,
    },
}

impl SignerError {
    /// How to treat the error.
    pub fn kind(&self) -> ErrorKind {
        ErrorKind::NoKey
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OperatorToken => "the operator",
            Self::AccountToken => "the account",
            Self::UserToken => "for the account",
        })
    }
}

fn article(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Account | KeyKind::Operator | KeyKind::Curve => "an",
        KeyKind::Cluster | KeyKind::Server | KeyKind::User => "a",
    }
}

fn list<T: fmt::Display>(items: &[T]) -> String {
    items
        .iter()
        .map(T::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
