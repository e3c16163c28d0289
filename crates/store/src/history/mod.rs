//! What was changed in an operator's store: one small file a commit in `.nsc-rs/history`, named by its number.
//!
//! A record is staged with the changes that it tells of, so there is neither without the other. It holds when it
//! was, the command line without secrets, and what each token was before and after. Seeds are never in it: a key
//! is recorded by its public key, a creds file with its seed cut out, and seeds that were removed wait in the
//! [trash](crate::trash).
//!
//! The oldest records go when there are more than [`MAX_ENTRIES`], or more bytes than [`MAX_BYTES`].

mod entry;
mod guard;
mod record;
mod snapshot;
mod undo;

use std::io::BufRead;
use std::path::{Path, PathBuf};

use crate::error::{StoreError, io_error};
use crate::layout::SIDE;
use crate::store::OperatorStore;
use crate::write;
pub use entry::{Entry, FileRecord, Subject};
pub(crate) use record::{Recorded, record};
pub use undo::{UndoError, Undone};

/// So many records are kept.
pub const MAX_ENTRIES: usize = 1000;
/// So many bytes of records are kept; the newest is kept whatever its size.
pub const MAX_BYTES: u64 = 32 << 20;
/// Looking at the sizes of all records is left out for most commits.
const PRUNE_EVERY: u64 = 64;
/// Records of this size are looked after at once.
const LARGE: usize = 1 << 20;

/// What a commit leaves behind for those who want it undone.
#[derive(Clone, Copy, Debug)]
pub struct Recording<'a> {
    /// Unix seconds.
    pub now: i64,
    /// The command line; secrets in it are masked once more.
    pub command_line: &'a str,
    /// Whether the commit goes into the history of its operator.
    pub history: bool,
    /// How many days removed seeds stay in the trash; 0 keeps none.
    pub trash_days: u32,
}

/// One line of the history.
#[derive(Debug)]
pub struct Logged {
    /// The number of the commit.
    pub id: u64,
    /// Its record, or why that cannot be read.
    pub entry: Result<Entry, StoreError>,
}

impl OperatorStore {
    /// The newest commits, newest first.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the folder cannot be read.
    pub fn history(&self, limit: usize) -> Result<Vec<Logged>, StoreError> {
        let dir = dir(self.dir());
        let mut ids = ids(&dir)?;
        ids.reverse();
        ids.truncate(limit);
        Ok(ids
            .into_iter()
            .map(|id| Logged {
                id,
                entry: read_head(&dir, id),
            })
            .collect())
    }

    /// What one commit did to which file.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such record, [`StoreError::Syntax`] when it is damaged.
    pub fn history_files(&self, id: u64) -> Result<(Entry, Vec<FileRecord>), StoreError> {
        read_whole(self.dir(), id)
    }
}

/// The history folder of an operator folder.
fn dir(operator: &Path) -> PathBuf {
    operator.join(SIDE).join("history")
}

fn file(dir: &Path, id: u64) -> PathBuf {
    dir.join(format!("{id:08}"))
}

/// The numbers of the records, sorted. Other files are passed over.
fn ids(dir: &Path) -> Result<Vec<u64>, StoreError> {
    let mut ids = Vec::new();
    for name in crate::store::read_names(dir)? {
        let name = name?;
        let is_number = name.len() >= 8 && name.bytes().all(|byte| byte.is_ascii_digit());
        ids.extend(name.parse::<u64>().ok().filter(|_| is_number));
    }
    ids.sort_unstable();
    Ok(ids)
}

/// Reads the first line alone: bulk commits have long records.
fn read_head(dir: &Path, id: u64) -> Result<Entry, StoreError> {
    let path = file(dir, id);
    let file = std::fs::File::open(&path).map_err(io_error("read", &path))?;
    let mut line = String::new();
    std::io::BufReader::new(file)
        .read_line(&mut line)
        .map_err(io_error("read", &path))?;
    Entry::parse(id, &line).map_err(|reason| StoreError::Syntax { path, reason })
}

/// Reads a record with all its files.
fn read_whole(operator: &Path, id: u64) -> Result<(Entry, Vec<FileRecord>), StoreError> {
    let path = file(&dir(operator), id);
    let content =
        write::read(&path)?.ok_or_else(|| StoreError::missing("commit", id.to_string()))?;
    let text = String::from_utf8_lossy(&content);
    let mut lines = text.lines();
    let parsed = Entry::parse(id, lines.next().unwrap_or_default()).and_then(|entry| {
        let files = lines
            .map(FileRecord::parse)
            .collect::<Result<Vec<_>, _>>()?;
        Ok((entry, files))
    });
    parsed.map_err(|reason| StoreError::Syntax { path, reason })
}

/// Removes the oldest records beyond the bounds. What cannot be removed now goes another time.
fn prune(dir: &Path, newest: u64, size: usize) {
    if !newest.is_multiple_of(PRUNE_EVERY) && size < LARGE {
        return;
    }
    let Ok(mut ids) = ids(dir) else { return };
    ids.reverse();
    let mut bytes = 0;
    for (n, id) in ids.into_iter().enumerate() {
        let path = file(dir, id);
        bytes += path.metadata().map_or(0, |about| about.len());
        if n > 0 && (n >= MAX_ENTRIES || bytes > MAX_BYTES) {
            let _ = std::fs::remove_file(path);
        }
    }
}
