//! A writing command's work on disk: lock, read, stage, commit.

mod commit;
mod load;
mod migrate;
mod raw;
mod rename;
mod stage;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use nsc_core::keys::PublicKey;
use zeroize::Zeroizing;

use crate::changeset::{ChangeSet, ChangeSummary, FileKind, Version};
use crate::error::{StoreError, io_error};
use crate::files::Files;
use crate::history::Recording;
use crate::journal::{self, Probe};
use crate::keystore::Keystore;
use crate::lock::{self, Lock, LockWait};
use crate::store::{OperatorStore, StoreInfo};
use crate::trash::Trash;
use crate::{layout, names};
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
    /// What is kept so that the commit can be undone; without it there is no history, and removed seeds are gone.
    pub recording: Option<Recording<'a>>,
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
            recording: None,
            probe: None,
        }
    }
}

impl BeginOptions<'_> {
    /// The same, but without a trash removed seeds are gone.
    #[must_use]
    pub fn with_trash(mut self, trash: bool) -> Self {
        if let Some(recording) = self.recording.as_mut().filter(|_| !trash) {
            recording.trash_days = 0;
        }
        self
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
    pub(crate) options: BeginOptions<'a>,
    owner: PathBuf,
    pub(crate) lock: Option<Lock>,
    pub(crate) store: Option<OperatorStore>,
    pub(crate) keystore: Keystore,
    pub(crate) files: Files,
    pub(crate) changes: ChangeSet,
    pub(crate) reads: BTreeMap<PathBuf, Version>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) account_folders: Option<BTreeMap<String, Vec<String>>>,
    pub(crate) trash: OnceLock<Trash>,
    pub(crate) destroyed: BTreeSet<PublicKey>,
    pub(crate) undoes: Option<u64>,
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
        let store = OperatorStore::planned(keystore.files(), store_root, info.clone());
        let mut tx = Self::new(store_root, keystore, options);
        // Before the lock, too: a refusal should not leave folders behind.
        refuse_used_folder(&store)?;
        if !tx.join_batch(&store, store_root)? {
            tx.take_lock()?;
        }
        refuse_used_folder(&store)?;
        tx.changes.folder(layout::accounts_dir(store.dir()));
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
        if !tx.join_batch(store, store.dir())? {
            tx.take_lock()?;
        }
        tx.store = Some(store.reopen()?);
        Ok(tx)
    }

    pub(crate) fn on_keystore(
        keystore: &Keystore,
        options: &BeginOptions<'a>,
    ) -> Result<Self, StoreError> {
        let mut tx = Self::new(keystore.dir(), keystore, options);
        if !tx.files.is_batch() {
            tx.take_lock()?;
        }
        Ok(tx)
    }

    pub(crate) fn new(owner: &Path, keystore: &Keystore, options: &BeginOptions<'a>) -> Self {
        Self {
            options: *options,
            owner: owner.to_owned(),
            lock: None,
            store: None,
            files: keystore.files().clone(),
            keystore: keystore.clone(),
            changes: ChangeSet::default(),
            reads: BTreeMap::new(),
            warnings: Vec::new(),
            account_folders: None,
            trash: OnceLock::new(),
            destroyed: BTreeSet::new(),
            undoes: None,
        }
    }

    pub(crate) fn take_lock(&mut self) -> Result<(), StoreError> {
        if !self.options.dry_run {
            self.lock = Some(self.lock_folder(&self.owner.clone())?);
        }
        Ok(())
    }

    /// Locks a folder and finishes what was interrupted there.
    pub(crate) fn lock_folder(&mut self, folder: &Path) -> Result<Lock, StoreError> {
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

    /// What a person should know about it so far.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// What is staged.
    pub fn changes(&self) -> &ChangeSet {
        &self.changes
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
    names::check(name).map_err(|reason| StoreError::Name {
        what,
        name: name.to_owned(),
        reason,
    })
}

/// Only our own side folder may be in the way of a new store.
fn refuse_used_folder(store: &OperatorStore) -> Result<(), StoreError> {
    let dir = store.dir();
    let used = match std::fs::read_dir(dir) {
        Ok(entries) => entries
            .flatten()
            .any(|entry| entry.file_name() != layout::SIDE),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => store.files().is_dir(dir),
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
