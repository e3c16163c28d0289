//! A writing command's work on disk: lock, read, stage, commit.

use std::path::Path;
use std::time::Duration;

use crate::changeset::{ChangeSet, ChangeSummary};
use crate::error::StoreError;
use crate::journal::Probe;
use crate::keystore::Keystore;
use crate::lock::LockWait;
use crate::pending::{PublicKey, Seed};
use crate::store::{OperatorStore, StoreInfo, StoredAccount, StoredOperator, StoredUser};

/// How a transaction begins.
#[derive(Clone, Copy)]
pub struct BeginOptions<'a> {
    /// How long to wait for the lock (default 30 s).
    pub wait: Duration,
    /// Called once when the lock is not free after a second.
    pub on_wait: Option<&'a dyn Fn(&LockWait)>,
    /// Who we are, told to others that wait: `nsc add user`.
    pub command: &'a str,
    /// Take no lock and write nothing: [`Transaction::commit`] only reports.
    pub dry_run: bool,
    /// A test's hook.
    pub probe: Option<&'a dyn Probe>,
}

/// Something a person should know although the work went on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// The file system has no locks.
    NoLocks {
        /// Where.
        path: std::path::PathBuf,
    },
}

/// What a commit did (or, dry, would do).
#[derive(Debug)]
#[must_use]
pub struct Committed {
    /// The changes, in order.
    pub changes: Vec<ChangeSummary>,
    /// What to tell.
    pub warnings: Vec<Warning>,
    /// Nothing was written.
    pub dry_run: bool,
}

/// One writing command: reads under the lock, stages, commits once. Dropped without [`Transaction::commit`] nothing is written.
///
/// What is loaded sees what was staged before. Every file loaded through it is checked again just before the commit.
pub struct Transaction<'a> {
    _options: BeginOptions<'a>,
}

#[expect(unused_variables, reason = "first commit: signatures only")]
impl<'a> Transaction<'a> {
    /// Begins a new operator store under the lock of the store root. Fails when the folder exists and is not empty.
    pub fn create_operator(
        store_root: &Path,
        info: StoreInfo,
        keystore: &Keystore,
        options: &BeginOptions<'a>,
    ) -> Result<Self, StoreError> {
        unimplemented!()
    }
    /// The store; an error in a transaction on the keystore alone.
    pub fn store(&self) -> Result<&OperatorStore, StoreError> {
        unimplemented!()
    }
    /// The keystore.
    pub fn keystore(&self) -> &Keystore {
        unimplemented!()
    }
    /// The operator JWT.
    pub fn operator(&mut self) -> Result<StoredOperator, StoreError> {
        unimplemented!()
    }
    /// One account, by name or public key.
    pub fn account(&mut self, name_or_key: &str) -> Result<StoredAccount, StoreError> {
        unimplemented!()
    }
    /// One user, by name or public key.
    pub fn user(&mut self, account: &str, name_or_key: &str) -> Result<StoredUser, StoreError> {
        unimplemented!()
    }
    /// Stages the operator JWT.
    pub fn put_operator(&mut self, token: &str) -> Result<StoredOperator, StoreError> {
        unimplemented!()
    }
    /// Stages an account JWT at the place its claim name says; `put` replaces, `add` refuses an existing one (ignoring case).
    pub fn put_account(&mut self, token: &str) -> Result<StoredAccount, StoreError> {
        unimplemented!()
    }
    /// See [`Self::put_account`].
    pub fn add_account(&mut self, token: &str) -> Result<StoredAccount, StoreError> {
        unimplemented!()
    }
    /// Stages a user JWT under the account that lists its issuer, or refuses it.
    pub fn put_user(
        &mut self,
        account: &StoredAccount,
        token: &str,
    ) -> Result<StoredUser, StoreError> {
        unimplemented!()
    }
    /// See [`Self::put_user`]; refuses an existing user.
    pub fn add_user(
        &mut self,
        account: &StoredAccount,
        token: &str,
    ) -> Result<StoredUser, StoreError> {
        unimplemented!()
    }
    /// Stages a seed. One that is stored already is fine.
    pub fn put_key(&mut self, seed: &Seed) -> Result<(), StoreError> {
        unimplemented!()
    }
    /// Stages a creds file of this operator. Only for users whose seed is (being) stored.
    pub fn put_creds(
        &mut self,
        account: &str,
        user: &str,
        creds: zeroize::Zeroizing<String>,
    ) -> Result<(), StoreError> {
        unimplemented!()
    }
    /// Stages the removal of an account JWT with its (then empty) folders; users are removed one by one.
    pub fn remove_account(&mut self, account: &str) -> Result<(), StoreError> {
        unimplemented!()
    }
    /// Stages the removal of a user JWT.
    pub fn remove_user(&mut self, account: &str, user: &str) -> Result<(), StoreError> {
        unimplemented!()
    }
    /// Stages the removal of a seed; `false` when none is stored.
    pub fn remove_key(&mut self, key: &PublicKey) -> Result<bool, StoreError> {
        unimplemented!()
    }
    /// Stages the removal of a creds file; `false` when there is none.
    pub fn remove_creds(&mut self, account: &str, user: &str) -> Result<bool, StoreError> {
        unimplemented!()
    }
    /// What is staged.
    pub fn changes(&self) -> &ChangeSet {
        unimplemented!()
    }
    /// Writes all of it or none of it.
    pub fn commit(self) -> Result<Committed, StoreError> {
        unimplemented!()
    }
}
