//! Removed seeds: they wait in `.nsc-rs/trash` of the keystore until they are restored or their time is over.
//!
//! A file is named `<public key>.<Unix second of the removal>`, so that listing opens none, and so that nothing takes it
//! for a stored key. It holds the seed, and below it the command line that removed it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use nsc_core::creds;
use nsc_core::keys::{PublicKey, Seed};
use zeroize::Zeroizing;

use crate::changeset::{Action, FileKind, Version};
use crate::error::{StoreError, io_error};
use crate::history::Recording;
use crate::keystore::{self, Keystore};
use crate::layout::SIDE;
use crate::transaction::Transaction;
use crate::{secrets, write};

/// Days that seeds stay unless told otherwise.
pub const DEFAULT_DAYS: u32 = 30;
const DAY: i64 = 24 * 60 * 60;

/// A removed seed, known by the name of its file and not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrashedKey {
    /// Its public key.
    pub key: PublicKey,
    /// When it was removed, Unix seconds.
    pub removed: i64,
    /// The file.
    pub path: PathBuf,
}

impl TrashedKey {
    /// When it goes, Unix seconds, with a retention of so many days.
    pub fn expires(&self, days: u32) -> i64 {
        self.removed.saturating_add(i64::from(days) * DAY)
    }

    /// The seed.
    ///
    /// # Errors
    /// [`StoreError::BadSeedFile`] when the file holds something else.
    pub fn seed(&self) -> Result<Seed, StoreError> {
        let content = write::read(&self.path)?.unwrap_or_default();
        let line = content
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default();
        keystore::parse_seed(line)
            .filter(|seed| seed.public_key() == self.key)
            .ok_or_else(|| StoreError::BadSeedFile {
                path: self.path.clone(),
                key: self.key.to_text(),
            })
    }

    /// The command line that removed it; empty when it cannot be read.
    pub fn command(&self) -> String {
        let content = write::read(&self.path).ok().flatten().unwrap_or_default();
        let line = content
            .split(|byte| *byte == b'\n')
            .nth(1)
            .unwrap_or_default();
        secrets::mask(&String::from_utf8_lossy(line))
    }

    fn parse(path: PathBuf) -> Option<Self> {
        let (key, removed) = path.file_name()?.to_str()?.split_once('.')?;
        Some(Self {
            key: PublicKey::parse(key).ok()?,
            removed: removed.parse().ok()?,
            path,
        })
    }
}

/// Removed seeds by their key, newest first.
pub(crate) type Trash = HashMap<PublicKey, Vec<TrashedKey>>;

impl Keystore {
    /// The removed seeds, newest first. Other files are passed over.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the folder cannot be read.
    pub fn trash(&self) -> Result<Vec<TrashedKey>, StoreError> {
        let dir = self.trash_dir();
        let mut trash = Vec::new();
        for name in crate::store::read_names(&dir)? {
            trash.extend(TrashedKey::parse(dir.join(name?)));
        }
        trash.sort_by(|a, b| (b.removed, a.key).cmp(&(a.removed, b.key)));
        Ok(trash)
    }

    fn trash_dir(&self) -> PathBuf {
        self.dir().join(SIDE).join("trash")
    }
}

impl Transaction<'_> {
    /// Stages the removal of a seed that does not go to the trash; `false` when none is stored.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the file cannot be read.
    pub fn destroy_key(&mut self, key: &PublicKey) -> Result<bool, StoreError> {
        self.destroyed.insert(*key);
        self.remove_key(key)
    }

    /// Stages the return of a seed from the trash to the keystore; `false` when it is not in the trash.
    ///
    /// # Errors
    /// [`StoreError::BadSeedFile`] when its file, or the one of a stored key, holds something else.
    pub fn restore_key(&mut self, key: &PublicKey) -> Result<bool, StoreError> {
        let trashed = self.trashed(key)?.to_vec();
        let Some(newest) = trashed.first() else {
            return Ok(false);
        };
        self.put_key(&newest.seed()?)?;
        for trashed in &trashed {
            self.remove_trashed(trashed)?;
        }
        Ok(true)
    }

    /// The removed seeds of a key, newest first. The trash is read once, since many may be asked for.
    pub(crate) fn trashed(&self, key: &PublicKey) -> Result<&[TrashedKey], StoreError> {
        let all = match self.trash.get() {
            Some(all) => all,
            None => {
                let mut all = Trash::new();
                for trashed in self.keystore().trash()? {
                    all.entry(trashed.key).or_default().push(trashed);
                }
                self.trash.get_or_init(|| all)
            }
        };
        Ok(all.get(key).map_or(&[], Vec::as_slice))
    }

    /// Stages the end of all seeds in the trash that were removed at `until` (Unix seconds) or before.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the trash cannot be read.
    pub fn empty_trash(&mut self, until: i64) -> Result<Vec<TrashedKey>, StoreError> {
        let mut gone = self.keystore().trash()?;
        gone.retain(|trashed| trashed.removed <= until);
        for trashed in &gone {
            self.remove_trashed(trashed)?;
        }
        Ok(gone)
    }

    fn remove_trashed(&mut self, trashed: &TrashedKey) -> Result<(), StoreError> {
        self.remove(trashed.path.clone(), FileKind::Side, Vec::new())
            .map(drop)
    }
}

/// A key and the text of its seed.
type LostSeed = (PublicKey, Zeroizing<Vec<u8>>);

/// Stages copies of all seeds that the staged changes would lose.
///
/// # Errors
/// [`StoreError::Io`] when a seed that goes cannot be read.
pub(crate) fn keep_seeds(
    tx: &mut Transaction<'_>,
    recording: &Recording<'_>,
) -> Result<(), StoreError> {
    if recording.trash_days == 0 {
        return Ok(());
    }
    let command = secrets::mask(recording.command_line).replace(['\r', '\n'], " ");
    let dir = tx.keystore().trash_dir();
    for (key, seed) in lost_seeds(tx)? {
        let path = dir.join(format!("{key}.{}", recording.now));
        let content = [seed.as_slice(), b"\n", command.as_bytes(), b"\n"].concat();
        tx.stage_side(path, Version::Any, Zeroizing::new(content));
    }
    Ok(())
}

/// Seeds in key and creds files that go or change, and that are kept nowhere else.
pub(crate) fn lost_seeds(tx: &Transaction<'_>) -> Result<Vec<LostSeed>, StoreError> {
    let mut lost = Vec::new();
    for (path, change) in tx.changes().ordered() {
        if change.base == Version::Absent {
            continue;
        }
        match (change.file, &change.action) {
            (FileKind::Key, Action::Remove { .. }) => {
                if let (Some(key), Some(content)) = (key_of(path), write::read(path)?) {
                    lost.push((key, content));
                }
            }
            (FileKind::Creds, action) => lost.extend(lost_creds_seed(tx, path, action)?),
            _ => {}
        }
    }
    lost.retain(|(key, _)| !tx.destroyed.contains(key));
    Ok(lost)
}

/// The seed in a creds file, where that was the only place that had it.
fn lost_creds_seed(
    tx: &Transaction<'_>,
    path: &Path,
    action: &Action,
) -> Result<Option<LostSeed>, StoreError> {
    let Some(content) = write::read(path)? else {
        return Ok(None);
    };
    let Some(seed) = std::str::from_utf8(&content)
        .ok()
        .and_then(|t| creds::read_seed(t).ok())
    else {
        return Ok(None);
    };
    let (key, text) = (seed.public_key(), seed.expose());
    let stays = match action {
        Action::Put(after) => contains(after, text.as_bytes()),
        Action::Remove { .. } => false,
    };
    // A key file that goes in the same commit is kept for itself.
    let filed =
        tx.keystore().has(&key) || tx.changes().staged(&tx.keystore().key_path(&key)).is_some();
    Ok((!stays && !filed).then(|| (key, Zeroizing::new(text.as_bytes().to_vec()))))
}

fn contains(content: &[u8], part: &[u8]) -> bool {
    content.windows(part.len()).any(|window| window == part)
}

fn key_of(path: &Path) -> Option<PublicKey> {
    PublicKey::parse(path.file_stem()?.to_str()?).ok()
}

/// Removes the seeds whose time is over.
///
/// # Errors
/// [`StoreError::Io`]; a file that cannot be removed stays for another time.
pub(crate) fn prune(keystore: &Keystore, recording: &Recording<'_>) -> Result<(), StoreError> {
    // Without a retention nobody said what to do with older ones.
    if recording.trash_days == 0 {
        return Ok(());
    }
    let path = keystore.trash_dir().join("next-expiry");
    let is_due = || next_expiry(&path, recording).is_none_or(|due| due < recording.now);
    if !keystore.trash_dir().is_dir() || !is_due() {
        return Ok(());
    }
    let days = recording.trash_days;
    let (gone, stays): (Vec<_>, Vec<_>) = keystore
        .trash()?
        .into_iter()
        .partition(|trashed| trashed.expires(days) < recording.now);
    for trashed in gone {
        std::fs::remove_file(&trashed.path).map_err(io_error("remove", &trashed.path))?;
    }
    // What is removed from now on stays longer than what is there.
    let next = stays.iter().map(|trashed| trashed.expires(days)).min();
    let next = next.unwrap_or(recording.now + i64::from(days) * DAY);
    // In place: a command that is killed leaves nothing beside it, and half a note counts for none.
    write::overwrite(&path, format!("{next} {days}\n").as_bytes())
}

/// Until when there is nothing to do, Unix seconds: the trash may be large, and is not to be read with every commit.
/// `None` where nobody noted it, or for another retention.
fn next_expiry(path: &Path, recording: &Recording<'_>) -> Option<i64> {
    let noted = write::read(path).ok().flatten()?;
    let line = std::str::from_utf8(&noted).ok()?.strip_suffix('\n')?;
    let (next, days) = line.split_once(' ')?;
    (days.parse() == Ok(recording.trash_days)).then_some(())?;
    next.parse().ok()
}
