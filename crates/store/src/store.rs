//! One operator's store: reading.

use std::path::{Path, PathBuf};

use crate::changeset::Version;
use crate::error::StoreError;
use crate::keystore::Keystore;
use crate::pending::{AccountClaims, OperatorClaims, PublicKey, UserClaims};
use crate::transaction::{BeginOptions, Transaction};

/// The content of `.nsc`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreInfo {
    /// Whether the operator was imported: accounts are self-signed.
    pub managed: bool,
    /// Name of the operator; its JWT is `<name>.jwt`.
    pub name: String,
}

/// A token as read from its file: decoded, signature verified.
#[derive(Clone, Debug)]
pub struct Stored<C> {
    /// The file.
    pub path: PathBuf,
    /// Name on disk (folder of an account, file of a user, folder of an operator).
    pub name: String,
    /// The bare token.
    pub token: String,
    /// What the file held, for [`Transaction`].
    pub version: Version,
    /// The decoded claims.
    pub claims: C,
}

/// A stored operator JWT.
pub type StoredOperator = Stored<OperatorClaims>;
/// A stored account JWT.
pub type StoredAccount = Stored<AccountClaims>;
/// A stored user JWT.
pub type StoredUser = Stored<UserClaims>;

/// One line of a listing: the name on disk, and what its token says or why it cannot be read.
#[derive(Debug)]
pub struct Listed {
    /// Name on disk.
    pub name: String,
    /// Name in the claims and public key, or the error.
    pub claims: Result<(String, PublicKey), StoreError>,
}

/// A store on disk. Opening reads only `.nsc`.
#[derive(Clone, Debug)]
pub struct OperatorStore {}

#[expect(unused_variables, reason = "first commit: signatures only")]
impl OperatorStore {
    /// Opens `<store root>/<folder>`.
    pub fn open(store_root: &Path, folder: &str) -> Result<Self, StoreError> {
        unimplemented!()
    }
    /// The operator folder.
    pub fn dir(&self) -> &Path {
        unimplemented!()
    }
    /// Folder name: what `nsc.json` and listings call the operator.
    pub fn folder(&self) -> &str {
        unimplemented!()
    }
    /// Name in `.nsc`: names the operator JWT and the creds folder.
    pub fn name(&self) -> &str {
        unimplemented!()
    }
    /// Whether the operator was imported.
    pub fn is_managed(&self) -> bool {
        unimplemented!()
    }
    /// The operator JWT.
    pub fn operator(&self) -> Result<StoredOperator, StoreError> {
        unimplemented!()
    }
    /// Whether the operator JWT is of version 1 (then most commands are refused).
    pub fn is_version_1(&self) -> Result<bool, StoreError> {
        unimplemented!()
    }
    /// Names of the accounts, sorted; decodes nothing.
    pub fn accounts(&self) -> Result<Vec<String>, StoreError> {
        unimplemented!()
    }
    /// Whether the account exists.
    pub fn has_account(&self, name: &str) -> bool {
        unimplemented!()
    }
    /// The existing account whose name equals `name` but for letter case.
    pub fn account_like(&self, name: &str) -> Result<Option<String>, StoreError> {
        unimplemented!()
    }
    /// One account, by name or public key.
    pub fn account(&self, name_or_key: &str) -> Result<StoredAccount, StoreError> {
        unimplemented!()
    }
    /// The account with this identity key; damaged accounts are passed over.
    pub fn account_by_key(&self, key: &PublicKey) -> Result<Option<StoredAccount>, StoreError> {
        unimplemented!()
    }
    /// Names of an account's users, sorted; decodes nothing.
    pub fn users(&self, account: &str) -> Result<Vec<String>, StoreError> {
        unimplemented!()
    }
    /// Whether the user exists.
    pub fn has_user(&self, account: &str, user: &str) -> bool {
        unimplemented!()
    }
    /// One user, by name or public key.
    pub fn user(&self, account: &str, name_or_key: &str) -> Result<StoredUser, StoreError> {
        unimplemented!()
    }
    /// The user with this key; damaged users are passed over.
    pub fn user_by_key(
        &self,
        account: &str,
        key: &PublicKey,
    ) -> Result<Option<StoredUser>, StoreError> {
        unimplemented!()
    }
    /// Listing of operators of a store root.
    pub fn list_operators(store_root: &Path) -> Result<Vec<Listed>, StoreError> {
        unimplemented!()
    }
    /// Listing of the accounts; a damaged account is a line with an error.
    pub fn list_accounts(&self) -> Result<Vec<Listed>, StoreError> {
        unimplemented!()
    }
    /// Listing of an account's users.
    pub fn list_users(&self, account: &str) -> Result<Vec<Listed>, StoreError> {
        unimplemented!()
    }
    /// Public keys of the accounts that were once removed from this store.
    pub fn removed_accounts(&self) -> Result<Vec<String>, StoreError> {
        unimplemented!()
    }
    /// Takes the operator's lock and begins to write. Read everything that the change depends on through the transaction.
    pub fn begin<'a>(
        &self,
        keystore: &Keystore,
        options: &BeginOptions<'a>,
    ) -> Result<Transaction<'a>, StoreError> {
        unimplemented!()
    }
}
