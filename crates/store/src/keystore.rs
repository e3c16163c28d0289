//! Seeds and creds files.

use std::path::{Path, PathBuf};

use nsc_core::keys::bulk::PublicKeys;
use nsc_core::keys::{PublicKey, Seed};
use zeroize::Zeroizing;

use crate::error::{StoreError, io_error};
use crate::files::Files;
use crate::transaction::{BeginOptions, Transaction};
use crate::{layout, write};

/// Letters of the key folders, in the order of listings.
const LETTERS: [&str; 6] = ["O", "A", "U", "N", "C", "X"];

/// How a key is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// There is no file.
    Missing,
    /// The file holds the seed.
    Stored,
    /// The file holds something else, or cannot be read.
    Bad,
}

/// One seed file of the keystore, known by its name and not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredKey {
    /// The public key the file is named after.
    pub key: PublicKey,
    /// The file.
    pub path: PathBuf,
}

/// A keystore folder, which need not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keystore {
    dir: PathBuf,
    git_ignore: bool,
    files: Files,
}

impl Keystore {
    /// Names a keystore. With `git_ignore` the first key brings a `.gitignore` along.
    pub fn new(dir: impl Into<PathBuf>, git_ignore: bool) -> Self {
        Self {
            dir: dir.into(),
            git_ignore,
            files: Files::default(),
        }
    }

    /// The same, read through `files`.
    #[must_use]
    pub fn with_files(mut self, files: &Files) -> Self {
        self.files = files.clone();
        self
    }

    /// What it is read through.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The same as it is on the disk, whatever a batch has staged.
    pub(crate) fn on_disk(&self) -> Self {
        self.clone().with_files(&Files::default())
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Whether the folder exists.
    pub fn exists(&self) -> bool {
        self.files.is_dir(&self.dir)
    }

    /// Where the seed of a key is or would be.
    pub fn key_path(&self, key: &PublicKey) -> PathBuf {
        let text = key.to_text();
        // Every key text is 56 ASCII characters.
        let (kind, shard) = (
            text.get(..1).unwrap_or_default(),
            text.get(1..3).unwrap_or_default(),
        );
        self.keys_dir()
            .join(kind)
            .join(shard)
            .join(format!("{text}{}", layout::NK))
    }

    /// Whether there is a file for the key; does not open it.
    pub fn has(&self, key: &PublicKey) -> bool {
        self.files.is_file(&self.key_path(key))
    }

    /// The stored seed, `None` without a file.
    ///
    /// # Errors
    /// [`StoreError::BadSeedFile`] when the file holds something else.
    pub fn seed(&self, key: &PublicKey) -> Result<Option<Seed>, StoreError> {
        let path = self.key_path(key);
        let Some(content) = self.files.read(&path)? else {
            return Ok(None);
        };
        match parse_seed(&content) {
            Some(seed) if seed.public_key() == *key => Ok(Some(seed)),
            _ => Err(StoreError::BadSeedFile {
                path,
                key: key.to_text(),
            }),
        }
    }

    /// How the key is stored.
    pub fn state(&self, key: &PublicKey) -> KeyState {
        match self.seed(key) {
            Ok(Some(_)) => KeyState::Stored,
            Ok(None) => KeyState::Missing,
            Err(_) => KeyState::Bad,
        }
    }

    /// How each of these keys is stored, with all cores; by far cheaper than one after the other.
    pub fn states(&self, keys: &[PublicKey]) -> Vec<KeyState> {
        // Below that the table for many keys is not worth its making.
        const MANY: usize = 64;
        if keys.len() < MANY {
            return keys.iter().map(|key| self.state(key)).collect();
        }
        let bulk = PublicKeys::new();
        write::map_groups(keys, |keys| {
            let groups = keys.chunks(PublicKeys::BATCH);
            groups.flat_map(|keys| self.group(&bulk, keys)).collect()
        })
    }

    fn group(&self, bulk: &PublicKeys, keys: &[PublicKey]) -> Vec<KeyState> {
        let mut texts = Vec::with_capacity(keys.len());
        let mut states: Vec<KeyState> = keys
            .iter()
            .map(|key| match self.files.read(&self.key_path(key)) {
                Ok(None) => KeyState::Missing,
                Ok(Some(content)) => {
                    texts.push(seed_text(&content).unwrap_or_default());
                    KeyState::Stored
                }
                Err(_) => KeyState::Bad,
            })
            .collect();
        let mut found = bulk.of_seeds(&texts).into_iter();
        for (state, key) in states.iter_mut().zip(keys) {
            if *state == KeyState::Stored && found.next() != Some(Ok(*key)) {
                *state = KeyState::Bad;
            }
        }
        states
    }

    /// All seed files, one folder at a time: kinds in the order O, A, U, N, C, X, sorted by key within each. Files that
    /// are not named after a key are passed over.
    pub fn keys(&self) -> impl Iterator<Item = Result<StoredKey, StoreError>> + use<> {
        let (root, files) = (self.keys_dir(), self.files.clone());
        let below = self.files.clone();
        let shards = LETTERS
            .into_iter()
            .flat_map(move |letter| flatten(below.sorted_paths(&root.join(letter))));
        shards
            .flat_map(move |shard| match shard {
                Ok(dir) => flatten(files.sorted_paths(&dir)),
                Err(e) => vec![Err(e)],
            })
            .filter_map(|path| match path {
                Ok(path) => stored_key(path).map(Ok),
                Err(e) => Some(Err(e)),
            })
    }

    /// Where a user's creds file is or would be; `operator` is the name in `.nsc` ([`crate::OperatorStore::name`]).
    pub fn creds_path(&self, operator: &str, account: &str, user: &str) -> PathBuf {
        self.creds_dir()
            .join(operator)
            .join(account)
            .join(format!("{user}{}", layout::CREDS))
    }

    /// The text of a user's creds file, `None` without one.
    pub fn creds(
        &self,
        operator: &str,
        account: &str,
        user: &str,
    ) -> Result<Option<Zeroizing<String>>, StoreError> {
        let path = self.creds_path(operator, account, user);
        let Some(content) = self.files.read(&path)? else {
            return Ok(None);
        };
        match std::str::from_utf8(&content) {
            Ok(text) => Ok(Some(Zeroizing::new(text.to_owned()))),
            Err(_) => Err(StoreError::Syntax {
                path,
                reason: "it is no text".to_owned(),
            }),
        }
    }

    /// A file in the layout of old versions, `<operator>/<operator>.nk` or below `<operator>/accounts/<account>/`:
    /// such a keystore must be migrated first.
    ///
    /// # Errors
    /// [`StoreError::KeystoreNotFolder`] when the keystore is a file.
    pub fn old_layout(&self) -> Result<Option<PathBuf>, StoreError> {
        if self.dir.exists() && !self.dir.is_dir() {
            return Err(StoreError::KeystoreNotFolder {
                path: self.dir.clone(),
            });
        }
        for operator in sorted_paths(&self.dir)? {
            let name = operator
                .file_name()
                .and_then(|n| n.to_str())
                .unwrap_or_default();
            if matches!(name, "" | "keys" | "creds" | layout::SIDE) {
                continue;
            }
            let own = operator.join(format!("{name}{}", layout::NK));
            if own.is_file() {
                return Ok(Some(own));
            }
            // A store beside the keys is no keystore, and may be large.
            if operator.join(layout::INFO).exists() {
                continue;
            }
            if let Some(found) = old_account_file(&operator.join("accounts"))? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The mode of a seed or creds file when others than its owner may use it.
    pub fn loose_mode(&self, path: &Path) -> Option<u32> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = path.metadata().ok()?.permissions().mode() & 0o777;
            (mode & 0o077 != 0).then_some(mode)
        }
        #[cfg(not(unix))]
        {
            let _ = path;
            None
        }
    }

    /// Takes the keystore's lock and begins to write, without a store.
    pub fn begin<'a>(&self, options: &BeginOptions<'a>) -> Result<Transaction<'a>, StoreError> {
        Transaction::on_keystore(self, options)
    }

    pub(crate) fn keys_dir(&self) -> PathBuf {
        self.dir.join("keys")
    }

    pub(crate) fn creds_dir(&self) -> PathBuf {
        self.dir.join("creds")
    }

    /// Where the `.gitignore` goes, if it is wanted.
    pub(crate) fn git_ignore(&self) -> Option<PathBuf> {
        self.git_ignore.then(|| self.dir.join(".gitignore"))
    }
}

/// Reads a seed as the keystore tolerates it: line ends anywhere are ignored.
pub(crate) fn parse_seed(content: &[u8]) -> Option<Seed> {
    Seed::parse(&seed_text(content)?).ok()
}

/// What a seed file holds, without line ends.
fn seed_text(content: &[u8]) -> Option<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::with_capacity(content.len()));
    text.extend(
        std::str::from_utf8(content)
            .ok()?
            .chars()
            .filter(|c| !matches!(c, '\r' | '\n')),
    );
    Some(text)
}

fn stored_key(path: PathBuf) -> Option<StoredKey> {
    let name = path.file_name()?.to_str()?.strip_suffix(layout::NK)?;
    let key = PublicKey::parse(name).ok()?;
    Some(StoredKey { key, path })
}

/// A key or creds file of the old layout below `accounts/`.
fn old_account_file(accounts: &Path) -> Result<Option<PathBuf>, StoreError> {
    for account in sorted_paths(accounts)? {
        for dir in [account.clone(), account.join("users")] {
            let found = sorted_paths(&dir)?.into_iter().find(|path| {
                let name = path
                    .file_name()
                    .and_then(|n| n.to_str())
                    .unwrap_or_default();
                (name.ends_with(layout::NK) || name.ends_with(layout::CREDS)) && path.is_file()
            });
            if found.is_some() {
                return Ok(found);
            }
        }
    }
    Ok(None)
}

fn flatten(paths: Result<Vec<PathBuf>, StoreError>) -> Vec<Result<PathBuf, StoreError>> {
    match paths {
        Ok(paths) => paths.into_iter().map(Ok).collect(),
        Err(e) => vec![Err(e)],
    }
}

/// What lies in a folder; a missing folder, or a file instead, is empty.
pub(crate) fn sorted_paths(dir: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if write::is_missing(&e) => return Ok(Vec::new()),
        Err(e) => return Err(io_error("read folder", dir)(e)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(io_error("read folder", dir))?.path());
    }
    paths.sort();
    Ok(paths)
}
