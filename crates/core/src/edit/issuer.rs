//! Which key of an account signs a user.

use thiserror::Error;

use crate::claims::{AccountClaims, UserClaims, UserScope};
use crate::keys::PublicKey;

/// A key of an account, as the issuer of users.
#[derive(Clone, Copy, Debug)]
pub struct Issuer<'a> {
    account: &'a AccountClaims,
    is_identity: bool,
    scope: Option<&'a UserScope>,
}

/// Why a key cannot issue a user of the account.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum IssuerError {
    /// The account does not list the key.
    #[error("`{key}` is no key of account `{account}`")]
    NotListed {
        /// The key.
        key: PublicKey,
        /// Name of the account.
        account: String,
    },
}

impl<'a> Issuer<'a> {
    /// Looks the key up in the account.
    ///
    /// # Errors
    /// When it is neither its identity nor one of its signing keys.
    pub fn of(account: &'a AccountClaims, key: &PublicKey) -> Result<Self, IssuerError> {
        let text = key.to_text();
        let is_identity = account.sub == text;
        if !is_identity && !account.nats.signing_keys.contains(&text) {
            return Err(IssuerError::NotListed {
                key: *key,
                account: account.name.clone(),
            });
        }
        Ok(Self {
            account,
            is_identity,
            scope: account.scope(&text),
        })
    }

    /// The account.
    pub fn account(&self) -> &'a AccountClaims {
        self.account
    }

    /// The scope of the key, if it has one: its users have no permissions and limits of their own.
    pub fn scope(&self) -> Option<&'a UserScope> {
        self.scope
    }

    /// Names the account in the user where the key alone does not; a name that is there stays.
    pub fn mark(&self, user: &mut UserClaims) {
        if !self.is_identity {
            user.nats.issuer_account.clone_from(&self.account.sub);
        }
    }
}
