//! The current store root, operator and account.

use std::path::{Path, PathBuf};

use crate::env::Environment;
use crate::error::StoreError;
use crate::home::{DirFlags, Home};
use crate::keystore::Keystore;
use crate::store::OperatorStore;
use crate::transaction::Transaction;

/// What `nsc env` and `nsc select` are asked to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// `-s`: store root; `~/` and relative paths are expanded; need not exist.
    pub store_root: Option<PathBuf>,
    /// `-o`: operator (folder name); must exist.
    pub operator: Option<String>,
    /// `-a`: account name or public key; must exist in the operator.
    pub account: Option<String>,
}

/// Where a command works: directories, store root, operator, account.
#[derive(Clone, Debug)]
pub struct Context {}

#[expect(unused_variables, reason = "first commit: signatures only")]
impl Context {
    /// Finds the context: directories, `nsc.json` (made when missing), working directory, defaulting rule; finishes
    /// commits that were interrupted.
    ///
    /// `now` (Unix seconds) goes into a new `nsc.json`.
    pub fn load(env: &Environment, flags: &DirFlags, now: i64) -> Result<Self, StoreError> {
        unimplemented!()
    }
    /// The directories.
    pub fn home(&self) -> &Home {
        unimplemented!()
    }
    /// The keystore.
    pub fn keystore(&self) -> Keystore {
        unimplemented!()
    }
    /// The store root in force, which need not exist.
    pub fn store_root(&self) -> Option<&Path> {
        unimplemented!()
    }
    /// Where a new operator goes: the store root in force, or with `NSC_CWD_ONLY` and no store around the working directory.
    pub fn store_root_for_new(&self) -> PathBuf {
        unimplemented!()
    }
    /// The current operator (folder name).
    pub fn operator(&self) -> Option<&str> {
        unimplemented!()
    }
    /// The current account.
    pub fn account(&self) -> Option<&str> {
        unimplemented!()
    }
    /// Whether the working directory decided about store root or operator.
    pub fn from_cwd(&self) -> bool {
        unimplemented!()
    }
    /// Folder names of the operators in the store root, sorted. A missing store root has none.
    pub fn operators(&self) -> Result<Vec<String>, StoreError> {
        unimplemented!()
    }
    /// Opens the current operator's store.
    pub fn operator_store(&self) -> Result<OperatorStore, StoreError> {
        unimplemented!()
    }
    /// Opens another operator's store of the same store root, by folder name.
    pub fn open_operator(&self, name: &str) -> Result<OperatorStore, StoreError> {
        unimplemented!()
    }
    /// The account a command works on: `flag` (name or public key) or the current one. It exists.
    pub fn resolve_account(
        &self,
        store: &OperatorStore,
        flag: Option<&str>,
    ) -> Result<String, StoreError> {
        unimplemented!()
    }
    /// The context after a selection, all or nothing; saves nothing.
    pub fn select(&self, selection: &Selection) -> Result<Self, StoreError> {
        unimplemented!()
    }
    /// The context with an operator and account that this command is about to make (no check on disk).
    pub fn with_current(&self, operator: &str, account: &str) -> Self {
        unimplemented!()
    }
    /// The same with another store root (`init --dir`).
    pub fn with_store_root(&self, store_root: &Path) -> Self {
        unimplemented!()
    }
    /// Writes `nsc.json` now. With `NSC_CWD_ONLY` does nothing.
    pub fn save(&self) -> Result<(), StoreError> {
        unimplemented!()
    }
    /// Writes `nsc.json` as the last file of a transaction. With `NSC_CWD_ONLY` does nothing.
    pub fn stage(&self, tx: &mut Transaction<'_>) -> Result<(), StoreError> {
        unimplemented!()
    }
}
