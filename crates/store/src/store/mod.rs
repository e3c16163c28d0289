//! One operator's store: reading. Nothing here takes a lock.

mod deleted;
mod exchanged;
mod folders;
mod info;
mod listing;
mod scan;

use std::path::{Path, PathBuf};

use nsc_core::claims::{AccountClaims, Body, Claims, OperatorClaims, UserClaims};
use nsc_core::jwt::Typed;
use nsc_core::keys::{KeyKind, PublicKey};

use crate::changeset::Version;
use crate::error::StoreError;
use crate::files::Files;
use crate::keystore::Keystore;
use crate::token::{self, Peek};
use crate::transaction::{BeginOptions, Transaction};
use crate::{layout, names, write};
pub use deleted::DeletedTokens;
pub use exchanged::{Exchanged, ExchangedTokens};
use folders::{entries, only};
pub(crate) use folders::{is_operator, is_operator_folder, only_operator, operators, read_names};
pub use info::StoreInfo;
pub use listing::Listed;
pub use scan::Visitor;

/// A token as read from its file: decoded, signature verified.
#[derive(Clone, Debug)]
pub struct Stored<C> {
    /// The file.
    pub path: PathBuf,
    /// Name on disk: folder of an operator or account, file of a user without its ending.
    pub name: String,
    /// The bare token.
    pub token: String,
    /// What the file held when it was read.
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

/// A store on disk. Opening reads only `.nsc`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorStore {
    dir: PathBuf,
    folder: String,
    info: StoreInfo,
    files: Files,
}

impl OperatorStore {
    /// Opens `<store root>/<folder>`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is no operator folder, [`StoreError::Syntax`] when its `.nsc` is damaged.
    pub fn open(store_root: &Path, folder: &str) -> Result<Self, StoreError> {
        Self::open_in(&Files::default(), store_root, folder)
    }

    /// As [`open`](Self::open), read through `files`.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_in(files: &Files, store_root: &Path, folder: &str) -> Result<Self, StoreError> {
        let missing = || StoreError::missing("operator", folder);
        if !names::is_single_component(folder) {
            return Err(missing());
        }
        let dir = store_root.join(folder);
        let path = dir.join(layout::INFO);
        let content = files.read(&path)?.ok_or_else(missing)?;
        let info =
            StoreInfo::parse(&content).map_err(|reason| StoreError::Syntax { path, reason })?;
        Ok(Self {
            dir,
            folder: folder.to_owned(),
            info,
            files: files.clone(),
        })
    }

    /// A store that is about to be made.
    pub(crate) fn planned(files: &Files, store_root: &Path, info: StoreInfo) -> Self {
        Self {
            dir: store_root.join(&info.name),
            folder: info.name.clone(),
            info,
            files: files.clone(),
        }
    }

    /// What it is read through.
    pub(crate) fn files(&self) -> &Files {
        &self.files
    }

    /// The same as it is on the disk, whatever a batch has staged.
    pub(crate) fn on_disk(&self) -> Self {
        Self {
            files: Files::default(),
            ..self.clone()
        }
    }

    /// The operator folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Folder name: what `nsc.json` and listings call the operator.
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// Name in `.nsc`: names the operator JWT and the creds folder.
    pub fn name(&self) -> &str {
        &self.info.name
    }

    /// Whether the operator was imported: accounts are then self-signed.
    pub fn is_managed(&self) -> bool {
        self.info.managed
    }

    /// Path of the operator JWT.
    pub fn operator_path(&self) -> PathBuf {
        layout::operator_jwt(&self.dir, &self.info.name)
    }

    /// Path of an account JWT, whether it exists or not.
    pub fn account_path(&self, account: &str) -> PathBuf {
        layout::account_jwt(&self.dir, account)
    }

    /// Path of a user JWT, whether it exists or not.
    pub fn user_path(&self, account: &str, user: &str) -> PathBuf {
        layout::user_jwt(&self.dir, account, user)
    }

    /// The operator JWT.
    pub fn operator(&self) -> Result<StoredOperator, StoreError> {
        self.load(&self.operator_path(), &self.folder)?
            .ok_or_else(|| self.no_operator())
    }

    /// Whether the operator JWT is of version 1, which most commands refuse to work with.
    pub fn is_version_1(&self) -> Result<bool, StoreError> {
        let Some(content) = self.files.read(&self.operator_path())? else {
            return Ok(false);
        };
        Ok(Peek::read(&token::text(&content)).is_some_and(|p| p.is_version_1()))
    }

    /// Names of the accounts, sorted; opens no token. Folders without a JWT are no accounts.
    pub fn accounts(&self) -> Result<Vec<String>, StoreError> {
        let folders = entries(&self.files, &layout::accounts_dir(&self.dir))?;
        let is_account = write::map_parallel(&folders, |name| self.has_account(name));
        let accounts = folders.into_iter().zip(is_account);
        Ok(accounts
            .filter_map(|(name, is_account)| is_account.then_some(name))
            .collect())
    }

    /// The only account there is.
    pub(crate) fn only_account(&self) -> Result<Option<String>, StoreError> {
        only(&self.files, &layout::accounts_dir(&self.dir), |name| {
            self.has_account(name)
        })
    }

    /// Whether the account exists.
    pub fn has_account(&self, name: &str) -> bool {
        names::is_single_component(name) && self.files.is_file(&self.account_path(name))
    }

    /// The existing account whose name equals `name` but for letter case.
    pub fn account_like(&self, name: &str) -> Result<Option<String>, StoreError> {
        // Folders are many, and only those that fit need a look.
        let wanted = name.to_lowercase();
        for other in self.files.names(&layout::accounts_dir(&self.dir))? {
            let other = other?;
            if other.to_lowercase() == wanted && self.has_account(&other) {
                return Ok(Some(other));
            }
        }
        Ok(None)
    }

    /// One account, by name or identity key.
    pub fn account(&self, name_or_key: &str) -> Result<StoredAccount, StoreError> {
        self.account_by_name(name_or_key)?.map_or_else(
            || match PublicKey::parse_kind(name_or_key, KeyKind::Account) {
                Ok(key) => self
                    .account_by_key(&key)?
                    .ok_or_else(|| self.no_account(name_or_key)),
                Err(_) => Err(self.no_account(name_or_key)),
            },
            Ok,
        )
    }

    /// The account of this name.
    pub fn account_by_name(&self, name: &str) -> Result<Option<StoredAccount>, StoreError> {
        if !names::is_single_component(name) {
            return Ok(None);
        }
        self.load(&self.account_path(name), name)
    }

    /// The account with this identity key; accounts that cannot be read are passed over.
    pub fn account_by_key(&self, key: &PublicKey) -> Result<Option<StoredAccount>, StoreError> {
        self.by_key(self.accounts()?, key, |name| self.account_path(name))
    }

    /// Names of an account's users, sorted; opens no token.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such account.
    pub fn users(&self, account: &str) -> Result<Vec<String>, StoreError> {
        if !self.has_account(account) {
            return Err(self.no_account(account));
        }
        self.user_files(account)
    }

    /// Whether the user exists.
    pub fn has_user(&self, account: &str, user: &str) -> bool {
        [account, user].into_iter().all(names::is_single_component)
            && self.files.is_file(&self.user_path(account, user))
    }

    /// One user, by name or key.
    pub fn user(&self, account: &str, name_or_key: &str) -> Result<StoredUser, StoreError> {
        if let Some(user) = self.user_by_name(account, name_or_key)? {
            return Ok(user);
        }
        let by_key = match PublicKey::parse_kind(name_or_key, KeyKind::User) {
            Ok(key) => self.user_by_key(account, &key)?,
            Err(_) => None,
        };
        by_key.ok_or_else(|| StoreError::no_user(account, name_or_key))
    }

    /// The user of this name.
    pub fn user_by_name(
        &self,
        account: &str,
        name: &str,
    ) -> Result<Option<StoredUser>, StoreError> {
        if ![account, name].into_iter().all(names::is_single_component) {
            return Ok(None);
        }
        self.load(&self.user_path(account, name), name)
    }

    /// The user with this key; users that cannot be read are passed over.
    pub fn user_by_key(
        &self,
        account: &str,
        key: &PublicKey,
    ) -> Result<Option<StoredUser>, StoreError> {
        self.by_key(self.users(account)?, key, |name| {
            self.user_path(account, name)
        })
    }

    /// Public keys of the accounts that were once removed from this store, oldest first.
    pub fn removed_accounts(&self) -> Result<Vec<String>, StoreError> {
        let content = self.files.read(&self.removed_path())?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&content)
            .lines()
            .map(str::to_owned)
            .collect())
    }

    /// Takes the operator's lock and begins to write. Read everything that the change depends on through the
    /// transaction.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when the lock was not free in time; [`StoreError::NotFound`] when the store is gone.
    pub fn begin<'a>(
        &self,
        keystore: &Keystore,
        options: &BeginOptions<'a>,
    ) -> Result<Transaction<'a>, StoreError> {
        Transaction::on_store(self, keystore, options)
    }

    /// Reads `.nsc` again.
    pub(crate) fn reopen(&self) -> Result<Self, StoreError> {
        self.dir.parent().map_or_else(
            || Err(self.no_operator()),
            |root| Self::open_in(&self.files, root, &self.folder),
        )
    }

    pub(crate) fn no_operator(&self) -> StoreError {
        StoreError::missing("operator", &self.folder)
    }

    pub(crate) fn no_account(&self, name: &str) -> StoreError {
        StoreError::NotFound {
            what: "account",
            name: name.to_owned(),
            within: Some(self.folder.clone()),
        }
    }

    pub(crate) fn removed_path(&self) -> PathBuf {
        self.dir
            .join(layout::SIDE)
            .join("history")
            .join("removed-accounts")
    }

    fn load<B: Body + Typed>(
        &self,
        path: &Path,
        name: &str,
    ) -> Result<Option<Stored<Claims<B>>>, StoreError> {
        self.files
            .read(path)?
            .map(|content| stored(path, name, &content))
            .transpose()
    }

    /// Finds a token by its subject: a quick look at each, and only the right one is decoded.
    fn by_key<B: Body + Typed>(
        &self,
        names: Vec<String>,
        key: &PublicKey,
        path: impl Fn(&str) -> PathBuf + Sync,
    ) -> Result<Option<Stored<Claims<B>>>, StoreError> {
        let wanted = key.to_text();
        let found = write::map_parallel(&names, |name| {
            let content = self.files.read(&path(name)).ok().flatten()?;
            Peek::read(&token::text(&content)).filter(|peek| peek.sub == wanted)
        });
        match found.iter().position(Option::is_some) {
            Some(n) => self.load(&path(&names[n]), &names[n]),
            None => Ok(None),
        }
    }
}

/// Decodes what a file held.
pub(crate) fn stored<B: Body + Typed>(
    path: &Path,
    name: &str,
    content: &[u8],
) -> Result<Stored<Claims<B>>, StoreError> {
    let token = token::text(content);
    let claims = token::decode(path, &token)?;
    let version = Version::Content(write::digest(content));
    Ok(Stored {
        path: path.to_owned(),
        name: name.to_owned(),
        token,
        version,
        claims,
    })
}
