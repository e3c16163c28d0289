//! What a commit would do: staged creates, replaces and removes.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::files::Files;
use crate::write::digest;

/// What a file held when it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// It did not exist.
    Absent,
    /// It had this SHA-256.
    Content([u8; 32]),
    /// Nobody looked: the last writer wins.
    Any,
}

/// What a staged file is; the order is the order of a commit, so that no token exists whose key was lost and a new
/// operator shows up when it is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// `.gitignore` of the keystore.
    GitIgnore,
    /// A seed.
    Key,
    /// An operator JWT.
    Operator,
    /// An account JWT.
    Account,
    /// A user JWT.
    User,
    /// A creds file.
    Creds,
    /// A side file, such as the list of removed accounts.
    Side,
    /// `.nsc`, which makes a folder an operator store.
    Info,
    /// A file that a flag named, of mode 0600.
    Output,
    /// A file that a flag named, of mode 0644.
    PublicOutput,
    /// `nsc.json`.
    Config,
}

/// What happens to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It comes into being.
    Create,
    /// Its content changes.
    Replace,
    /// It goes.
    Remove,
}

/// One line of a change set: no contents, so it can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSummary {
    /// What happens.
    pub change: ChangeKind,
    /// To what kind of file.
    pub file: FileKind,
    /// Where.
    pub path: PathBuf,
    /// Length of the new content in bytes (0 for removes).
    pub bytes: usize,
}

/// All staged changes of one commit, one a file.
#[derive(Default)]
pub struct ChangeSet {
    changes: BTreeMap<PathBuf, Change>,
    folders: BTreeSet<PathBuf>,
}

/// The change of one file.
pub(crate) struct Change {
    pub(crate) file: FileKind,
    pub(crate) base: Version,
    pub(crate) action: Action,
}

/// What is done to the file.
pub(crate) enum Action {
    /// It gets this content, which may be a secret.
    Put(Zeroizing<Vec<u8>>),
    /// It is removed, and then these folders if they are empty.
    Remove { prune: Vec<PathBuf> },
}

impl ChangeSet {
    /// The changes in the order of the commit. Files whose content would stay the same are left out.
    pub fn summaries(&self) -> Vec<ChangeSummary> {
        self.summaries_in(&Files::default())
    }

    /// As [`summaries`](Self::summaries); what there is already is seen through `files`.
    pub(crate) fn summaries_in(&self, files: &Files) -> Vec<ChangeSummary> {
        self.ordered()
            .into_iter()
            .map(|(path, change)| change.summary(path, files))
            .collect()
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.changes.values().all(Change::is_void)
    }

    /// The staged content of a file: `None` when it is not staged, `Some(None)` when it is to be removed.
    pub(crate) fn staged(&self, path: &Path) -> Option<Option<&[u8]>> {
        self.changes.get(path).map(|change| match &change.action {
            Action::Put(content) => Some(content.as_slice()),
            Action::Remove { .. } => None,
        })
    }

    /// Staged files of one kind with their contents, in path order.
    pub(crate) fn puts(&self, kind: FileKind) -> impl Iterator<Item = (&Path, &[u8])> {
        self.changes
            .iter()
            .filter(move |(_, change)| change.file == kind)
            .filter_map(|(path, change)| match &change.action {
                Action::Put(content) => Some((path.as_path(), content.as_slice())),
                Action::Remove { .. } => None,
            })
    }

    /// Stages a content. A file that is staged already keeps the version it was first based on.
    pub(crate) fn put(
        &mut self,
        path: PathBuf,
        file: FileKind,
        base: Version,
        content: Zeroizing<Vec<u8>>,
    ) {
        self.stage(path, Change::put(file, base, content));
    }

    /// Stages a removal.
    pub(crate) fn remove(
        &mut self,
        path: PathBuf,
        file: FileKind,
        base: Version,
        prune: Vec<PathBuf>,
    ) {
        self.stage(
            path,
            Change {
                file,
                base,
                action: Action::Remove { prune },
            },
        );
    }

    /// Whether any file of these kinds changes.
    pub(crate) fn touches(&self, kinds: &[FileKind]) -> bool {
        self.changes
            .values()
            .any(|change| kinds.contains(&change.file) && !change.is_void())
    }

    /// Whether any file in this folder or below changes.
    pub(crate) fn touches_below(&self, dir: &Path) -> bool {
        self.changes
            .iter()
            .any(|(path, change)| path.starts_with(dir) && !change.is_void())
    }

    /// The changes and the folders.
    pub(crate) fn into_parts(self) -> (BTreeMap<PathBuf, Change>, BTreeSet<PathBuf>) {
        (self.changes, self.folders)
    }

    /// Whether this folder was staged.
    pub(crate) fn has_folder(&self, path: &Path) -> bool {
        self.folders.contains(path)
    }

    /// Stages a folder that shall exist; it comes with other changes and counts for none.
    pub(crate) fn folder(&mut self, path: PathBuf) {
        self.folders.insert(path);
    }

    /// The folders that shall exist.
    pub(crate) fn folders(&self) -> impl Iterator<Item = &Path> {
        self.folders.iter().map(PathBuf::as_path)
    }

    /// Stages a change. A file that is staged already keeps the version it was first based on.
    pub(crate) fn stage(&mut self, path: PathBuf, mut change: Change) {
        if let Some(earlier) = self.changes.get(&path) {
            change.base = earlier.base;
        }
        self.changes.insert(path, change);
    }

    /// Effective changes in the order of the commit: new contents, removals the other way round, `nsc.json`.
    pub(crate) fn ordered(&self) -> Vec<(&Path, &Change)> {
        let mut list: Vec<(&Path, &Change)> = self
            .changes
            .iter()
            .filter(|(_, c)| !c.is_void())
            .map(|(p, c)| (p.as_path(), c))
            .collect();
        list.sort_by_key(|(_, change)| match change.action {
            _ if change.file == FileKind::Config => {
                (2, FileKind::Config, Reverse(FileKind::Config))
            }
            Action::Put(_) => (0, change.file, Reverse(FileKind::Config)),
            Action::Remove { .. } => (1, FileKind::Config, Reverse(change.file)),
        });
        list
    }
}

impl Change {
    /// A new content.
    pub(crate) fn put(file: FileKind, base: Version, content: Zeroizing<Vec<u8>>) -> Self {
        Self {
            file,
            base,
            action: Action::Put(content),
        }
    }

    /// Whether the file already is what it shall be.
    fn is_void(&self) -> bool {
        match (&self.action, self.base) {
            (Action::Put(content), Version::Content(base)) => digest(content) == base,
            (Action::Remove { .. }, Version::Absent) => true,
            _ => false,
        }
    }

    fn is_new(&self, path: &Path, files: &Files) -> bool {
        self.base == Version::Absent || (self.base == Version::Any && !files.exists(path))
    }

    fn summary(&self, path: &Path, files: &Files) -> ChangeSummary {
        let (change, bytes) = match &self.action {
            Action::Remove { .. } => (ChangeKind::Remove, 0),
            Action::Put(content) if self.is_new(path, files) => (ChangeKind::Create, content.len()),
            Action::Put(content) => (ChangeKind::Replace, content.len()),
        };
        ChangeSummary {
            change,
            file: self.file,
            path: path.to_owned(),
            bytes,
        }
    }
}

/// Contents may be secrets, so only the summaries are shown.
impl fmt::Debug for ChangeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.summaries()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(text: &str) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(text.as_bytes().to_vec())
    }

    #[test]
    fn keys_come_before_tokens_and_go_after_them() {
        let mut set = ChangeSet::default();
        let known = Version::Content([1; 32]);
        set.put(
            "/config".into(),
            FileKind::Config,
            Version::Any,
            content("c"),
        );
        set.put(
            "/user".into(),
            FileKind::User,
            Version::Absent,
            content("u"),
        );
        set.put("/key".into(), FileKind::Key, Version::Absent, content("k"));
        set.remove("/old.key".into(), FileKind::Key, known, vec![]);
        set.remove("/old.user".into(), FileKind::User, known, vec![]);
        set.remove("/old.account".into(), FileKind::Account, known, vec![]);
        let paths: Vec<_> = set.summaries().into_iter().map(|s| s.path).collect();
        let expected = [
            "/key",
            "/user",
            "/old.user",
            "/old.account",
            "/old.key",
            "/config",
        ];
        assert_eq!(paths, expected.map(PathBuf::from));
    }

    #[test]
    fn unchanged_files_are_left_out() {
        let mut set = ChangeSet::default();
        set.put(
            "/same".into(),
            FileKind::User,
            Version::Content(digest(b"x")),
            content("x"),
        );
        set.put(
            "/made".into(),
            FileKind::User,
            Version::Absent,
            content("x"),
        );
        set.remove(
            "/made".into(),
            FileKind::User,
            Version::Content([0; 32]),
            vec![],
        );
        assert!(set.is_empty());
        assert_eq!(set.staged(Path::new("/made")), Some(None));
        assert_eq!(set.staged(Path::new("/other")), None);
        set.put(
            "/same".into(),
            FileKind::User,
            Version::Absent,
            content("y"),
        );
        assert_eq!(set.summaries()[0].change, ChangeKind::Replace);
    }

    #[test]
    fn debug_shows_no_contents() {
        let mut set = ChangeSet::default();
        set.put(
            "/key".into(),
            FileKind::Key,
            Version::Absent,
            content("SUSECRET"),
        );
        assert!(!format!("{set:?}").contains("SUSECRET"));
    }
}
