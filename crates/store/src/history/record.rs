//! Staging the record of a commit with its changes.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::entry::{Entry, FileRecord, Subject};
use super::snapshot::Snapshot;
use super::{MAX_BYTES, Recording, dir, file, ids, prune};
use crate::changeset::{Action, Change, FileKind, Version};
use crate::error::StoreError;
use crate::transaction::Transaction;
use crate::{layout, secrets, write};

/// A record that is staged.
pub(crate) struct Recorded {
    dir: PathBuf,
    id: u64,
    size: usize,
}

impl Recorded {
    /// Makes room, once the commit is done.
    pub(crate) fn tidy(&self) {
        prune(&self.dir, self.id, self.size);
    }
}

/// Stages the record of everything that is staged; `None` when none of it belongs into the history.
///
/// # Errors
/// [`StoreError::Io`] when a former content cannot be read.
pub(crate) fn record(
    tx: &mut Transaction<'_>,
    recording: &Recording<'_>,
) -> Result<Option<Recorded>, StoreError> {
    let Ok(store) = tx.store() else {
        return Ok(None);
    };
    let dir = dir(store.dir());
    let mut entry = Entry {
        when: recording.now,
        command: secrets::mask(recording.command_line),
        undoes: tx.undoes,
        founding: tx.changes().touches(&[FileKind::Info]),
        ..Entry::default()
    };
    let mut lines = String::new();
    for (path, change) in tx.changes().ordered() {
        let Some(subject) = subject(path, change.file) else {
            continue;
        };
        let record = FileRecord {
            before: before(path, change)?,
            after: after(change),
            subject,
        };
        entry.count(record.change());
        if !entry.cut {
            lines.push_str(&record.to_line());
            entry.cut = lines.len() as u64 > MAX_BYTES;
        }
    }
    if entry.created + entry.replaced + entry.removed == 0 {
        return Ok(None);
    }
    if entry.cut {
        lines.clear();
    }
    let content = Zeroizing::new([entry.to_line(), lines].concat().into_bytes());
    let id = ids(&dir)?.last().map_or(1, |last| last + 1);
    let size = content.len();
    let path = file(&dir, id);
    tx.stage_side(path, Version::Absent, content);
    Ok(Some(Recorded { dir, id, size }))
}

/// What a file is about; `None` for files that are nobody's history.
fn subject(path: &Path, kind: FileKind) -> Option<Subject> {
    let text = |name: Option<&OsStr>| name?.to_str().map(str::to_owned);
    let folder = |level: usize| text(path.ancestors().nth(level)?.file_name());
    let stem = |ending: &str| Some(text(path.file_name())?.strip_suffix(ending)?.to_owned());
    Some(match kind {
        FileKind::Key => Subject::Key {
            key: stem(layout::NK)?,
        },
        FileKind::Operator => Subject::Operator,
        FileKind::Account => Subject::Account {
            account: folder(1)?,
        },
        FileKind::User => Subject::User {
            account: folder(2)?,
            user: stem(layout::JWT)?,
        },
        FileKind::Creds => Subject::Creds {
            account: folder(1)?,
            user: stem(layout::CREDS)?,
        },
        FileKind::GitIgnore
        | FileKind::Side
        | FileKind::Info
        | FileKind::Output
        | FileKind::PublicOutput
        | FileKind::Config => return None,
    })
}

fn before(path: &Path, change: &Change) -> Result<Option<Snapshot>, StoreError> {
    if change.base == Version::Absent {
        return Ok(None);
    }
    if change.file == FileKind::Key {
        return Ok(Some(Snapshot::Seed));
    }
    // If that is not what the change is based on any more, the commit is going to say so.
    Ok(write::read(path)?.map(|content| Snapshot::of(&content)))
}

fn after(change: &Change) -> Option<Snapshot> {
    match &change.action {
        Action::Remove { .. } => None,
        Action::Put(_) if change.file == FileKind::Key => Some(Snapshot::Seed),
        // Enough to know it again; it can be made from token and seed.
        Action::Put(content) if change.file == FileKind::Creds => {
            Some(Snapshot::only_known(content))
        }
        Action::Put(content) => Some(Snapshot::of(content)),
    }
}
