//! Listings of operators, accounts and users: a damaged one is a line with an error.

use std::path::{Path, PathBuf};

use nsc_core::claims::{Account, Body, Claims, User};
use nsc_core::jwt::Typed;
use nsc_core::keys::PublicKey;

use super::{OperatorStore, Stored, operators};
use crate::error::StoreError;
use crate::files::Files;

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
        Self::list_operators_in(&Files::default(), store_root)
    }

    /// As [`list_operators`](Self::list_operators), read through `files`.
    pub fn list_operators_in(files: &Files, store_root: &Path) -> Result<Vec<Listed>, StoreError> {
        let list = |name: String| {
            let read = || Self::open_in(files, store_root, &name)?.operator();
            let claims = read().and_then(|o| summary(&o));
            Listed { name, claims }
        };
        Ok(operators(files, store_root)?
            .into_iter()
            .map(list)
            .collect())
    }

    /// Listing of the accounts, read with all cores; one that cannot be read is a line with an error.
    pub fn list_accounts(&self) -> Result<Vec<Listed>, StoreError> {
        Ok(self.list::<Account>(self.accounts()?, |name| self.account_path(name)))
    }

    /// Listing of an account's users.
    pub fn list_users(&self, account: &str) -> Result<Vec<Listed>, StoreError> {
        Ok(self.list::<User>(self.users(account)?, |name| self.user_path(account, name)))
    }

    fn list<B: Body + Typed>(
        &self,
        names: Vec<String>,
        path: impl Fn(&str) -> PathBuf + Sync,
    ) -> Vec<Listed> {
        let claims = self.load_all::<B, _>(&names, path, |stored| {
            stored.and_then(|stored| stored.as_ref().map(summary).transpose())
        });
        // One that was removed meanwhile is not listed.
        let listed = |(name, claims): (String, Result<Option<_>, _>)| {
            let claims = claims.transpose()?;
            Some(Listed { name, claims })
        };
        names.into_iter().zip(claims).filter_map(listed).collect()
    }
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
