//! What a commit is going to do, as written to the journal.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::changeset::Version;
use crate::error::{StoreError, io_error};
use crate::write;

/// The steps of one commit in order.
pub(super) struct Plan {
    records: Vec<Record>,
    /// Folders that are made for it, outermost first.
    made: Vec<PathBuf>,
}

/// First line of a plan on disk.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    folders: Vec<PathBuf>,
}

/// One file of a plan. Paths are absolute in memory, relative to the owner of the journal on disk where they can
/// be, so that a folder may move between a crash and its repair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    target: PathBuf,
    /// Name of the temporary file in the target's folder; without one the target is removed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    temp: Option<String>,
    /// SHA-256 of the new content.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    content: String,
    /// SHA-256 of the content that was read, `absent` or `any`.
    base: String,
    /// Folders to remove when they are empty.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    prune: Vec<PathBuf>,
}

/// State of a target when a commit is finished late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// As it was when the commit began: carry on.
    Base,
    /// As the commit wants it: done.
    Done,
    /// Somebody else changed it since.
    Foreign,
}

impl Plan {
    pub(super) fn new(records: Vec<Record>, made: Vec<PathBuf>) -> Self {
        Self { records, made }
    }

    pub(super) fn made(&self) -> impl Iterator<Item = &Path> {
        self.made.iter().map(PathBuf::as_path)
    }

    pub(super) fn records(&self) -> &[Record] {
        &self.records
    }

    /// The folders whose names change.
    pub(super) fn folders(&self) -> impl Iterator<Item = &Path> {
        self.records.iter().filter_map(|r| r.target.parent())
    }

    /// No target may have changed since it was read.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        self.records
            .iter()
            .try_for_each(|r| super::check_version(&r.target, r.base()))
    }

    /// Removes the temporary files, and the folders that were made for them.
    pub(super) fn sweep(&self) {
        for temp in self.records.iter().filter_map(Record::temp) {
            let _ = std::fs::remove_file(temp);
        }
        self.made
            .iter()
            .rev()
            .for_each(|dir| drop(std::fs::remove_dir(dir)));
    }

    pub(super) fn to_text(&self, owner: &Path) -> Result<String, StoreError> {
        let relative = |path: &PathBuf| path.strip_prefix(owner).unwrap_or(path).to_owned();
        let head = Head {
            folders: self.made.iter().map(relative).collect(),
        };
        let mut text = serde_json::to_string(&head).map_err(|e| not_unicode(owner, e))?;
        text.push('\n');
        for record in &self.records {
            let mut record = record.clone();
            record.target = relative(&record.target);
            record.prune = record.prune.iter().map(relative).collect();
            text.push_str(
                &serde_json::to_string(&record).map_err(|e| not_unicode(&record.target, e))?,
            );
            text.push('\n');
        }
        text.push_str(END);
        Ok(text)
    }

    /// Reads a plan. `Ok(None)`: it was cut short, which happens only before anything was put in place.
    pub(super) fn from_text(text: &str, owner: &Path, id: &str) -> Result<Option<Self>, String> {
        let Some(text) = text.strip_suffix(END) else {
            return Ok(None);
        };
        let mut lines = text.lines();
        let head: Head =
            serde_json::from_str(lines.next().unwrap_or_default()).map_err(|e| e.to_string())?;
        let made = head.folders.iter().map(|dir| owner.join(dir)).collect();
        let read = |line| -> Result<Record, String> {
            let mut record: Record = serde_json::from_str(line).map_err(|e| e.to_string())?;
            record.target = owner.join(&record.target);
            record.prune = record.prune.iter().map(|p| owner.join(p)).collect();
            if record.is_sound(id) {
                Ok(record)
            } else {
                Err("not written by this tool".to_owned())
            }
        };
        Ok(Some(Self::new(
            lines.map(read).collect::<Result<_, _>>()?,
            made,
        )))
    }
}

impl Record {
    pub(super) fn put(target: &Path, temp: String, content: [u8; 32], base: Version) -> Self {
        let base = version_text(base);
        Self {
            target: target.to_owned(),
            temp: Some(temp),
            content: hex(&content),
            base,
            prune: Vec::new(),
        }
    }

    pub(super) fn remove(target: &Path, prune: Vec<PathBuf>, base: Version) -> Self {
        Self {
            target: target.to_owned(),
            temp: None,
            content: String::new(),
            base: version_text(base),
            prune,
        }
    }

    pub(super) fn target(&self) -> &Path {
        &self.target
    }

    /// Whether the file gets a content.
    pub(super) fn is_put(&self) -> bool {
        self.temp.is_some()
    }

    pub(super) fn temp(&self) -> Option<PathBuf> {
        self.temp
            .as_ref()
            .map(|name| self.target.with_file_name(name))
    }

    /// Puts the file in place, or removes it.
    pub(super) fn apply(&self) -> Result<(), StoreError> {
        match self.temp() {
            Some(temp) => {
                std::fs::rename(&temp, &self.target).map_err(io_error("replace", &self.target))
            }
            None => {
                match std::fs::remove_file(&self.target) {
                    Err(e) if !write::is_missing(&e) => {
                        return Err(io_error("remove", &self.target)(e));
                    }
                    _ => {}
                }
                // Not empty means that something foreign lies there, which stays.
                self.prune
                    .iter()
                    .for_each(|dir| drop(std::fs::remove_dir(dir)));
                Ok(())
            }
        }
    }

    /// Whether the temporary file holds what was recorded.
    pub(super) fn temp_is_intact(&self) -> Result<bool, StoreError> {
        match self.temp() {
            Some(temp) => {
                Ok(matches!(write::version(&temp)?, Version::Content(d) if hex(&d) == self.content))
            }
            None => Ok(false),
        }
    }

    /// Compares the target with what was recorded.
    pub(super) fn found(&self) -> Result<Found, StoreError> {
        let now = version_text(write::version(&self.target)?);
        let wanted = if self.temp.is_some() {
            self.content.as_str()
        } else {
            ABSENT
        };
        Ok(if now == wanted {
            Found::Done
        } else if now == self.base || self.base == ANY {
            Found::Base
        } else {
            Found::Foreign
        })
    }

    fn base(&self) -> Version {
        match self.base.as_str() {
            ABSENT => Version::Absent,
            ANY => Version::Any,
            text => unhex(text).map_or(Version::Absent, Version::Content),
        }
    }

    /// Nothing but our own temporary files may be put in place, and nothing unseen be removed.
    fn is_sound(&self, id: &str) -> bool {
        let known = unhex(&self.base).is_some();
        match &self.temp {
            Some(name) => {
                let number = name
                    .strip_prefix(&format!(".{id}-"))
                    .and_then(|n| n.strip_suffix(".tmp"));
                let own =
                    number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
                own && unhex(&self.content).is_some()
                    && (known || self.base == ABSENT || self.base == ANY)
            }
            None => known,
        }
    }
}

fn version_text(version: Version) -> String {
    match version {
        Version::Absent => ABSENT.to_owned(),
        Version::Any => ANY.to_owned(),
        Version::Content(digest) => hex(&digest),
    }
}

fn hex(digest: &[u8; 32]) -> String {
    use std::fmt::Write;
    digest
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (n, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * n..2 * n + 2], 16).ok()?;
    }
    Some(digest)
}

fn not_unicode(path: &Path, error: serde_json::Error) -> StoreError {
    io_error("write down", path)(io::Error::new(io::ErrorKind::InvalidFilename, error))
}

const ABSENT: &str = "absent";
const ANY: &str = "any";
/// Last line: a plan without it was not written to its end.
const END: &str = "end\n";

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ID: &str = "0123456789abcdef";

    fn plan() -> Plan {
        let put = Record::put(
            Path::new("/o/a/b.jwt"),
            format!(".{ID}-0.tmp"),
            [1; 32],
            Version::Absent,
        );
        let remove = Record::remove(
            Path::new("/k/c"),
            vec!["/k".into()],
            Version::Content([2; 32]),
        );
        Plan::new(vec![put, remove], vec!["/o/a".into()])
    }

    #[test]
    fn paths_below_the_owner_move_with_it() {
        let text = plan().to_text(Path::new("/o")).unwrap();
        let moved = Plan::from_text(&text, Path::new("/new"), ID)
            .unwrap()
            .unwrap();
        assert_eq!(moved.records()[0].target(), Path::new("/new/a/b.jwt"));
        assert_eq!(moved.records()[1], plan().records()[1]);
    }

    #[test]
    fn a_plan_cut_short_is_known() {
        let text = plan().to_text(Path::new("/o")).unwrap();
        for end in 0..text.len() {
            assert!(
                Plan::from_text(&text[..end], Path::new("/o"), ID)
                    .unwrap()
                    .is_none()
            );
        }
    }

    #[test]
    fn a_forged_plan_is_refused() {
        let good = plan().to_text(Path::new("/o")).unwrap();
        let other_id = good.replace(ID, "fedcba9876543210");
        let outside = good.replace(&format!(".{ID}-0.tmp"), "../evil");
        let unseen = good.replace(&hex(&[2; 32]), "any");
        for text in [other_id, outside, unseen] {
            assert!(
                Plan::from_text(&text, Path::new("/o"), ID).is_err(),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC*", end in any::<bool>()) {
            let text = if end { format!("{text}\n{END}") } else { text };
            let _ = Plan::from_text(&text, Path::new("/o"), ID);
        }

        #[test]
        fn digests_survive(digest in any::<[u8; 32]>()) {
            prop_assert_eq!(unhex(&hex(&digest)), Some(digest));
        }
    }
}
