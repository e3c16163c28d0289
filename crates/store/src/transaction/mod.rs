//! A writing command's work on disk: lock, read, stage, commit.

mod migrate;
mod rename;
mod stage;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nsc_core::keys::{KeyKind, PublicKey};
use zeroize::Zeroizing;

use crate::changeset::{ChangeSet, ChangeSummary, FileKind, Version};
use crate::error::{StoreError, io_error};
use crate::journal::{self, Commit, Probe};
use crate::keystore::Keystore;
use crate::lock::{self, Lock, LockWait};
use crate::store::{self, OperatorStore, StoreInfo, StoredAccount, StoredOperator, StoredUser};
use crate::token::{self, Peek};
use crate::{layout, names, write};
pub use migrate::Migrated;

/// How a transaction begins.
#[derive(Clone, Copy)]
pub struct BeginOptions<'a> {
    /// How long to wait for the lock.
    pub wait: Duration,
    /// Called once when the lock is not free after a second.
    pub on_wait: Option<&'a dyn Fn(&LockWait)>,
    /// Who we are, as told to others that wait: `nsc add user`.
    pub command: &'a str,
    /// Take no lock and write nothing: [`Transaction::commit`] only reports.
    pub dry_run: bool,
    /// A test's hook.
    pub probe: Option<&'a dyn Probe>,
}

impl Default for BeginOptions<'_> {
    /// Waits 30 seconds, silently.
    fn default() -> Self {
        Self {
            wait: Duration::from_secs(30),
            on_wait: None,
            command: "nsc",
            dry_run: false,
            probe: None,
        }
    }
}

/// Something a person should know although the work went on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// The file system has no locks: two commands at once could disturb each other.
    NoLocks {
        /// The folder that could not be locked.
        path: PathBuf,
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

/// One writing command: reads under the lock, stages, commits once. Dropped without [`Transaction::commit`] it leaves
/// everything as it was.
///
/// What is loaded sees what was staged before. Every file that was loaded is checked again just before the
/// commit: if somebody changed it, nothing is written.
///
/// # Examples
/// ```
/// use nsc_core::{claims::OperatorClaims, jwt, keys::{KeyKind, Seed}, time::UnixTime};
/// use nsc_store::{BeginOptions, Keystore, StoreInfo, Transaction};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let home = tempfile::tempdir()?;
/// let keystore = Keystore::new(home.path().join("keys"), true);
/// let info = StoreInfo { managed: false, name: "O".to_owned() };
/// let root = home.path().join("stores");
/// let mut tx = Transaction::create_operator(&root, info, &keystore, &BeginOptions::default())?;
///
/// let seed = Seed::from_entropy(KeyKind::Operator, [7; 32]);
/// let mut claims = OperatorClaims::new(&seed.public_key());
/// claims.name = "O".to_owned();
/// tx.put_key(&seed)?;
/// tx.put_operator(&jwt::encode(&mut claims, &seed, UnixTime(1_700_000_000))?)?;
/// let done = tx.commit()?;
/// assert!(done.changes.iter().any(|change| change.path == root.join("O/O.jwt")));
/// # Ok(())
/// # }
/// ```
pub struct Transaction<'a> {
    options: BeginOptions<'a>,
    owner: PathBuf,
    lock: Option<Lock>,
    store: Option<OperatorStore>,
    keystore: Keystore,
    changes: ChangeSet,
    reads: BTreeMap<PathBuf, Version>,
    warnings: Vec<Warning>,
    account_names: Option<BTreeMap<String, String>>,
}

impl<'a> Transaction<'a> {
    /// Begins a new operator store under the lock of the store root, which is made when missing.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`] when the folder exists and is not empty; [`StoreError::Name`].
    pub fn create_operator(
        store_root: &Path,
        info: StoreInfo,
        keystore: &Keystore,
        options: &BeginOptions<'a>,
    ) -> Result<Self, StoreError> {
        check_name("operator", &info.name)?;
        let store = OperatorStore::planned(store_root, info.clone());
        let mut tx = Self::new(store_root, keystore, options);
        // Before the lock, too: a refusal should not leave folders behind.
        refuse_used_folder(&store)?;
        tx.take_lock()?;
        refuse_used_folder(&store)?;
        let content = Zeroizing::new(info.to_text().into_bytes());
        tx.changes.put(
            store.dir().join(layout::INFO),
            FileKind::Info,
            Version::Absent,
            content,
        );
        tx.store = Some(store);
        Ok(tx)
    }

    pub(crate) fn on_store(
        store: &OperatorStore,
        keystore: &Keystore,
        options: &BeginOptions<'a>,
    ) -> Result<Self, StoreError> {
        // A lock must not bring a folder back that somebody removed.
        store.reopen()?;
        let mut tx = Self::new(store.dir(), keystore, options);
        tx.take_lock()?;
        tx.store = Some(store.reopen()?);
        Ok(tx)
    }

    pub(crate) fn on_keystore(
        keystore: &Keystore,
        options: &BeginOptions<'a>,
    ) -> Result<Self, StoreError> {
        let mut tx = Self::new(keystore.dir(), keystore, options);
        tx.take_lock()?;
        Ok(tx)
    }

    fn new(owner: &Path, keystore: &Keystore, options: &BeginOptions<'a>) -> Self {
        Self {
            options: *options,
            owner: owner.to_owned(),
            lock: None,
            store: None,
            keystore: keystore.clone(),
            changes: ChangeSet::default(),
            reads: BTreeMap::new(),
            warnings: Vec::new(),
            account_names: None,
        }
    }

    fn take_lock(&mut self) -> Result<(), StoreError> {
        if !self.options.dry_run {
            self.lock = Some(self.lock_folder(&self.owner.clone())?);
        }
        Ok(())
    }

    /// Locks a folder and finishes what was interrupted there.
    fn lock_folder(&mut self, folder: &Path) -> Result<Lock, StoreError> {
        let lock = lock::acquire(folder, &self.options)?;
        if !lock.is_held() {
            self.warnings.push(Warning::NoLocks {
                path: folder.to_owned(),
            });
        }
        journal::recover(folder)?;
        Ok(lock)
    }

    /// The store.
    ///
    /// # Errors
    /// [`StoreError::NoOperator`] in a transaction on the keystore alone.
    pub fn store(&self) -> Result<&OperatorStore, StoreError> {
        self.store.as_ref().ok_or(StoreError::NoOperator)
    }

    /// The keystore.
    pub fn keystore(&self) -> &Keystore {
        &self.keystore
    }

    /// The operator JWT.
    pub fn operator(&mut self) -> Result<StoredOperator, StoreError> {
        let store = self.store()?.clone();
        let path = store.operator_path();
        let content = self.read(&path)?.ok_or_else(|| store.no_operator())?;
        store::stored(&path, store.folder(), &content)
    }

    /// One account, by name or identity key.
    pub fn account(&mut self, name_or_key: &str) -> Result<StoredAccount, StoreError> {
        if let Some(account) = self.account_by_name(name_or_key)? {
            return Ok(account);
        }
        let key = PublicKey::parse_kind(name_or_key, KeyKind::Account);
        let name = match key {
            Ok(key) => self.account_name_of(&key)?,
            Err(_) => None,
        };
        let found = name
            .map(|name| self.account_by_name(&name))
            .transpose()?
            .flatten();
        found.ok_or_else(|| store::no_account(name_or_key))
    }

    /// The account of this name, if it exists.
    pub fn account_by_name(&mut self, name: &str) -> Result<Option<StoredAccount>, StoreError> {
        if !names::is_single_component(name) {
            return Ok(None);
        }
        let path = self.store()?.account_path(name);
        self.read(&path)?
            .map(|content| store::stored(&path, name, &content))
            .transpose()
    }

    /// One user, by name or key.
    pub fn user(&mut self, account: &str, name_or_key: &str) -> Result<StoredUser, StoreError> {
        if let Some(user) = self.user_by_name(account, name_or_key)? {
            return Ok(user);
        }
        let Ok(key) = PublicKey::parse_kind(name_or_key, KeyKind::User) else {
            return Err(store::no_user(name_or_key));
        };
        let folder = layout::users_dir(self.store()?.dir(), account);
        let name =
            match self.staged_name(FileKind::User, &key, |path| path.parent() == Some(&folder)) {
                Some(name) => Some(name),
                None => self
                    .store()?
                    .user_by_key(account, &key)?
                    .map(|user| user.name),
            };
        let found = name
            .map(|name| self.user_by_name(account, &name))
            .transpose()?
            .flatten();
        found.ok_or_else(|| store::no_user(name_or_key))
    }

    /// The user of this name, if it exists.
    pub fn user_by_name(
        &mut self,
        account: &str,
        name: &str,
    ) -> Result<Option<StoredUser>, StoreError> {
        if ![account, name].into_iter().all(names::is_single_component) {
            return Ok(None);
        }
        let path = self.store()?.user_path(account, name);
        self.read(&path)?
            .map(|content| store::stored(&path, name, &content))
            .transpose()
    }

    /// What is staged.
    pub fn changes(&self) -> &ChangeSet {
        &self.changes
    }

    /// Writes all of it or none of it; in a dry run nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a file was changed by somebody else, [`StoreError::Io`] when something could not be
    /// written: both leave everything as it was. [`StoreError::Unfinished`] when it is certain to happen, but not
    /// complete yet.
    pub fn commit(mut self) -> Result<Committed, StoreError> {
        let changes = self.changes.summaries();
        let dry_run = self.options.dry_run;
        if !dry_run && !changes.is_empty() {
            let _keystore_lock = self.lock_keystore()?;
            let reads: Vec<_> = std::mem::take(&mut self.reads).into_iter().collect();
            Commit::new(&self.owner, self.options.probe).run(&self.changes, &reads)?;
        }
        Ok(Committed {
            changes,
            warnings: self.warnings,
            dry_run,
        })
    }

    /// Keys and creds are shared by all operators, so that their folders need a lock of their own while files come and go.
    fn lock_keystore(&mut self) -> Result<Option<Lock>, StoreError> {
        let dir = self.keystore.dir().to_owned();
        if !self
            .changes
            .touches(&[FileKind::GitIgnore, FileKind::Key, FileKind::Creds])
        {
            return Ok(None);
        }
        write::ensure_dir(&dir)?;
        // With one folder for everything the lock may be held already.
        if is_same_folder(&dir, &self.owner) {
            Ok(None)
        } else {
            self.lock_folder(&dir).map(Some)
        }
    }

    /// Reads through what is staged, and remembers what was seen.
    fn read(&mut self, path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        if let Some(staged) = self.changes.staged(path) {
            return Ok(staged.map(|content| Zeroizing::new(content.to_vec())));
        }
        let content = write::read(path)?;
        let version = content
            .as_ref()
            .map_or(Version::Absent, |c| Version::Content(write::digest(c)));
        self.reads.entry(path.to_owned()).or_insert(version);
        Ok(content)
    }

    /// The version a change of this file is based on.
    fn base(&self, path: &Path) -> Result<Version, StoreError> {
        self.reads
            .get(path)
            .map_or_else(|| write::version(path), |version| Ok(*version))
    }

    fn account_name_of(&self, key: &PublicKey) -> Result<Option<String>, StoreError> {
        match self.staged_name(FileKind::Account, key, |_| true) {
            Some(name) => Ok(Some(name)),
            None => Ok(self
                .store()?
                .account_by_key(key)?
                .map(|account| account.name)),
        }
    }

    /// The name of a staged token with this subject.
    fn staged_name(
        &self,
        kind: FileKind,
        key: &PublicKey,
        fits: impl Fn(&Path) -> bool,
    ) -> Option<String> {
        let wanted = key.to_text();
        let (path, _) = self.changes.puts(kind).find(|(path, content)| {
            fits(path) && Peek::read(&token::text(content)).is_some_and(|peek| peek.sub == wanted)
        })?;
        Some(path.file_stem()?.to_str()?.to_owned())
    }
}

impl fmt::Debug for Transaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("owner", &self.owner)
            .field("changes", &self.changes)
            .finish_non_exhaustive()
    }
}

fn check_name(what: &'static str, name: &str) -> Result<(), StoreError> {
    names::check(name).map_err(|source| StoreError::Name {
        what,
        name: name.to_owned(),
        source,
    })
}

/// Only our own side folder may be in the way of a new store.
fn refuse_used_folder(store: &OperatorStore) -> Result<(), StoreError> {
    let dir = store.dir();
    let used = match std::fs::read_dir(dir) {
        Ok(entries) => entries
            .flatten()
            .any(|entry| entry.file_name() != layout::SIDE),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => false,
        Err(e) if e.kind() == std::io::ErrorKind::NotADirectory => true,
        Err(e) => return Err(io_error("read folder", dir)(e)),
    };
    if used {
        return Err(StoreError::AlreadyExists {
            what: "operator",
            name: store.folder().to_owned(),
        });
    }
    Ok(())
}

fn is_same_folder(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}
