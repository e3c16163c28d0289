//! Listings of operators, accounts and users: a damaged one is a line with an error.

use std::path::Path;

use nsc_core::claims::{AccountClaims, Body, Claims, UserClaims};
use nsc_core::keys::PublicKey;

use super::{OperatorStore, Stored, operators};
use crate::error::StoreError;
use crate::write;

/// One line of a listing.
#[derive(Debug)]
pub struct Listed {
    /// Name on disk.
    pub name: String,
    /// Name in the claims and public key, or why the token cannot be read.
    pub claims: Result<(String, PublicKey), StoreError>,
}

impl OperatorStore {
    /// Listing of the operators of a store root.
    pub fn list_operators(store_root: &Path) -> Result<Vec<Listed>, StoreError> {
        let list = |name: String| {
            let read = || Self::open(store_root, &name)?.operator();
            let claims = read().and_then(|o| summary(&o));
            Listed { name, claims }
        };
        Ok(operators(store_root)?.into_iter().map(list).collect())
    }

    /// Listing of the accounts, read with all cores; one that cannot be read is a line with an error.
    pub fn list_accounts(&self) -> Result<Vec<Listed>, StoreError> {
        Ok(list::<AccountClaims>(self.accounts()?, |name| {
            self.account(name)
        }))
    }

    /// Listing of an account's users.
    pub fn list_users(&self, account: &str) -> Result<Vec<Listed>, StoreError> {
        Ok(list::<UserClaims>(self.users(account)?, |name| {
            self.user(account, name)
        }))
    }
}

fn list<C: Summary>(
    names: Vec<String>,
    read: impl Fn(&str) -> Result<Stored<C>, StoreError> + Sync,
) -> Vec<Listed> {
    let claims = write::map_parallel(&names, |name| read(name).and_then(|s| summary(&s)));
    names
        .into_iter()
        .zip(claims)
        .map(|(name, claims)| Listed { name, claims })
        .collect()
}

/// Claims that have a name and a subject.
trait Summary {
    fn parts(&self) -> (&str, &str);
}

impl<B: Body> Summary for Claims<B> {
    fn parts(&self) -> (&str, &str) {
        (&self.name, &self.sub)
    }
}

fn summary<C: Summary>(stored: &Stored<C>) -> Result<(String, PublicKey), StoreError> {
    let (name, subject) = stored.claims.parts();
    match PublicKey::parse(subject) {
        Ok(key) => Ok((name.to_owned(), key)),
        Err(e) => Err(StoreError::Syntax {
            path: stored.path.clone(),
            reason: format!("the subject is no key: {e}"),
        }),
    }
}
