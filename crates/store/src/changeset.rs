//! What a commit would do: staged creates, replaces and removes.

use std::path::PathBuf;

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

/// What a staged file is; the order is the order of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// A seed.
    Key,
    /// `.nsc` and `.gitignore`.
    Info,
    /// An operator JWT.
    Operator,
    /// An account JWT.
    Account,
    /// A user JWT.
    User,
    /// A creds file.
    Creds,
    /// Side file: history.
    Side,
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

/// All staged changes of one commit.
#[derive(Default)]
pub struct ChangeSet {}

impl ChangeSet {
    /// The changes in the order of the commit. Files whose content would stay the same are left out.
    pub fn summaries(&self) -> Vec<ChangeSummary> {
        unimplemented!()
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        unimplemented!()
    }
}
