//! Seeds and creds files.

use std::path::{Path, PathBuf};

use crate::error::StoreError;
use crate::pending::{PublicKey, Seed};
use crate::transaction::{BeginOptions, Transaction};

/// How a key is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// There is no file.
    Missing,
    /// The file holds the seed.
    Stored,
    /// The file holds something else.
    Bad,
}

/// One seed file of the keystore, by its name; not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// The public key the file is named after.
    pub key: PublicKey,
    /// The file.
    pub path: PathBuf,
}

/// A keystore folder, which need not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keystore {}

#[expect(unused_variables, reason = "first commit: signatures only")]
impl Keystore {
    /// Names a keystore; `git_ignore`: a `.gitignore` is made with the first key.
    pub fn new(dir: impl Into<PathBuf>, git_ignore: bool) -> Self {
        unimplemented!()
    }
    /// The folder.
    pub fn dir(&self) -> &Path {
        unimplemented!()
    }
    /// Whether the folder exists.
    pub fn exists(&self) -> bool {
        unimplemented!()
    }
    /// Where the seed of a key is or would be.
    pub fn key_path(&self, key: &PublicKey) -> PathBuf {
        unimplemented!()
    }
    /// Whether there is a file for the key; does not open it.
    pub fn has(&self, key: &PublicKey) -> bool {
        unimplemented!()
    }
    /// The stored seed; `None` without a file; an error when the file holds something else.
    pub fn seed(&self, key: &PublicKey) -> Result<Option<Seed>, StoreError> {
        unimplemented!()
    }
    /// How the key is stored.
    pub fn state(&self, key: &PublicKey) -> KeyState {
        unimplemented!()
    }
    /// All seed files, one at a time, sorted by key within each kind (O, A, U, N, C, X).
    pub fn keys(&self) -> Result<impl Iterator<Item = Result<StoredKey, StoreError>>, StoreError> {
        Ok(std::iter::empty())
    }
    /// Where a user's creds file is or would be; `operator` is the name in `.nsc`.
    pub fn creds_path(&self, operator: &str, account: &str, user: &str) -> PathBuf {
        unimplemented!()
    }
    /// A file in the layout of old versions, which must be migrated first; an error when the keystore is a file.
    pub fn old_layout(&self) -> Result<Option<PathBuf>, StoreError> {
        unimplemented!()
    }
    /// The mode of a seed or creds file when others than its owner can use it.
    pub fn loose_mode(&self, path: &Path) -> Option<u32> {
        unimplemented!()
    }
    /// Takes the keystore's lock and begins to write, without a store.
    pub fn begin<'a>(&self, options: &BeginOptions<'a>) -> Result<Transaction<'a>, StoreError> {
        unimplemented!()
    }
}
