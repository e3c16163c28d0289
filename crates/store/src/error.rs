//! What can go wrong in a store; every error names the path or the thing.

use std::io;
use std::path::{Path, PathBuf};

use nsc_core::jwt::DecodeError;

use crate::history::UndoError;
use crate::names::NameError;
use crate::signer::SignerError;

/// How a caller should treat a [`StoreError`]; the command line gives each its exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Refused or failed (status 1).
    Refused,
    /// A named thing is not there (status 3).
    NotFound,
    /// Exists already, or was changed by somebody else (status 4).
    Exists,
    /// The key that must sign is not there (status 5).
    NoKey,
}

/// A failure in a store, keystore, configuration or commit.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// An operation of the file system failed.
    #[error("cannot {action} `{}`", path.display())]
    Io {
        /// What was tried: "read", "create", "rename" ...
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// `nsc.json` or a `.nsc` file is not the JSON it should be.
    #[error("`{}` is not valid: {reason}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A token on disk (or given) cannot be used: damaged, wrong kind, bad signature.
    #[error("`{}` holds no usable {expected} JWT", path.display())]
    Token {
        /// The file.
        path: PathBuf,
        /// "operator", "account", "user".
        expected: &'static str,
        /// What is wrong.
        source: DecodeError,
    },
    /// A token that was to be stored is not acceptable.
    #[error("cannot store the {what}: {reason}")]
    Unacceptable {
        /// "operator JWT", "user JWT" ...
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// A seed file holds something else than the seed of its key.
    #[error("`{}` does not hold the seed of `{key}`", path.display())]
    BadSeedFile {
        /// The file.
        path: PathBuf,
        /// Public key the file is named after.
        key: String,
    },
    /// An entity name is not allowed.
    #[error("{what} name `{}`: {reason}", name.escape_debug())]
    Name {
        /// "operator", "account", "user".
        what: &'static str,
        /// The name as given.
        name: String,
        /// Why.
        reason: NameError,
    },
    /// Something named is not there.
    #[error("{what} `{name}` does not exist{}", in_account(what, within.as_deref()))]
    NotFound {
        /// "operator", "account", "user", "key", "creds".
        what: &'static str,
        /// Its name or key.
        name: String,
        /// The account of a user, the operator (by folder) of an account; nothing where that is not known.
        within: Option<String>,
    },
    /// Something that was to be made is there already.
    #[error("{what} `{name}` already exists")]
    AlreadyExists {
        /// "operator", "account", "user", "key".
        what: &'static str,
        /// Its name or key.
        name: String,
    },
    /// A file was changed by somebody else since it was read; nothing was written.
    #[error("`{}` was changed by somebody else meanwhile; nothing was written", path.display())]
    Conflict {
        /// The file.
        path: PathBuf,
    },
    /// With `--store` everything is in one folder.
    #[error("everything is in `{}`, and no other stores folder can be named", path.display())]
    OneFolder {
        /// That folder.
        path: PathBuf,
    },
    /// A batch is about one operator.
    #[error(
        "a batch changes one operator: this one began with `{first}`, and `{second}` is another"
    )]
    AnotherOperator {
        /// Folder name of the one it began with.
        first: String,
        /// Folder name of the other one.
        second: String,
    },
    /// The lock was not free in time.
    #[error("`{}` is in use by {holder}; gave up after {seconds} s", path.display())]
    Locked {
        /// The locked folder.
        path: PathBuf,
        /// Who holds it, as far as known.
        holder: String,
        /// How long was waited.
        seconds: u64,
    },
    /// The commit is recorded but could not be carried through; the next command finishes it.
    #[error("cannot {action} `{}`; the change is recorded and the next command will finish it", path.display())]
    Unfinished {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no record of a commit.
    #[error("no commit is recorded")]
    NothingToUndo,
    /// A commit must not be taken back.
    #[error("cannot undo commit {id}")]
    Undo {
        /// Its number.
        id: u64,
        /// Why.
        source: UndoError,
    },
    /// No store root is known.
    #[error("no stores folder is set")]
    NoStoreRoot,
    /// The store root does not exist or is no folder.
    #[error("stores folder `{}` does not exist or is no folder", path.display())]
    StoreRootMissing {
        /// The folder.
        path: PathBuf,
    },
    /// No operator is current.
    #[error("no operator is set")]
    NoOperator,
    /// No account is current.
    #[error("no account is set")]
    NoAccount,
    /// The context cannot be changed while `NSC_CWD_ONLY` is defined.
    #[error("the context comes from the working directory while NSC_CWD_ONLY is defined")]
    CwdOnly,
    /// The keystore path is a file.
    #[error("keystore `{}` is no folder", path.display())]
    KeystoreNotFolder {
        /// The path.
        path: PathBuf,
    },
    /// A file of an old keystore has no place in a new one.
    #[error("`{}` {reason}", path.display())]
    NoPlace {
        /// The file or folder.
        path: PathBuf,
        /// What is the matter with it.
        reason: &'static str,
    },
    /// No key to sign with.
    #[error(transparent)]
    Signer(#[from] SignerError),
}

impl StoreError {
    /// Something of this name is not there.
    pub fn missing(what: &'static str, name: impl Into<String>) -> Self {
        Self::NotFound {
            what,
            name: name.into(),
            within: None,
        }
    }

    /// An account has no user of this name or key.
    pub fn no_user(account: &str, name: &str) -> Self {
        Self::NotFound {
            what: "user",
            name: name.to_owned(),
            within: Some(account.to_owned()),
        }
    }

    /// How to treat the error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound { .. } | Self::NothingToUndo => ErrorKind::NotFound,
            Self::Undo { source, .. } if source.is_conflict() => ErrorKind::Exists,
            Self::AlreadyExists { .. } | Self::Conflict { .. } => ErrorKind::Exists,
            Self::Signer(e) => e.kind(),
            _ => ErrorKind::Refused,
        }
    }

    /// The file or folder the error is about, when there is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Io { path, .. }
            | Self::Syntax { path, .. }
            | Self::Token { path, .. }
            | Self::BadSeedFile { path, .. }
            | Self::Conflict { path }
            | Self::Locked { path, .. }
            | Self::Unfinished { path, .. }
            | Self::NoPlace { path, .. }
            | Self::StoreRootMissing { path }
            | Self::KeystoreNotFolder { path } => Some(path),
            _ => None,
        }
    }
}

fn in_account(what: &str, within: Option<&str>) -> String {
    match within {
        Some(account) if what == "user" => format!(" in account `{account}`"),
        _ => String::new(),
    }
}

/// Names action and path of an I/O failure.
pub(crate) fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_owned();
    move |source| StoreError::Io {
        action,
        path,
        source,
    }
}
