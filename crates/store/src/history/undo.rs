//! Taking a commit back.

use std::path::PathBuf;

use nsc_core::keys::PublicKey;

use super::entry::{Entry, FileRecord, Subject};
use super::guard::Guard;
use super::{dir, ids, read_whole};
use crate::changeset::FileKind;
use crate::error::StoreError;
use crate::store::OperatorStore;
use crate::token;
use crate::transaction::Transaction;

/// Why a commit cannot be undone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UndoError {
    /// A file is not as the commit left it.
    #[error("`{}` was changed since, and that change would be lost", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// It made the operator.
    #[error("it made the operator")]
    Founding,
    /// What it did was too much to be recorded.
    #[error("it was too large to be recorded in full")]
    Cut,
    /// A user would be left without its account or the key that signed it.
    #[error("user `{user}` of account `{account}` would be left without the {missing}")]
    OrphanedUser {
        /// The account.
        account: String,
        /// The user.
        user: String,
        /// What it would be left without.
        missing: &'static str,
    },
    /// An account would be left without the operator key that signed it.
    #[error("account `{account}` would be left without the operator key that signed it")]
    OrphanedAccount {
        /// The account.
        account: String,
    },
}

impl UndoError {
    /// Whether a later change is in the way.
    pub(crate) fn is_conflict(&self) -> bool {
        !matches!(self, Self::Founding | Self::Cut)
    }
}

/// What an undo staged.
#[derive(Clone, Debug)]
pub struct Undone {
    /// The commit that is undone.
    pub entry: Entry,
    /// Keys that it had removed and that are not in the trash any more.
    pub missing_keys: Vec<PublicKey>,
    /// Files that cannot be brought back without them.
    pub missing_files: Vec<PathBuf>,
}

impl Transaction<'_> {
    /// Stages everything that takes a commit back: the last one, or the one of this number. Committed, that is
    /// itself a commit, and can be undone.
    ///
    /// # Errors
    /// [`StoreError::Undo`] when a later change would be lost; [`StoreError::NothingToUndo`],
    /// [`StoreError::NotFound`], [`StoreError::Syntax`] when the record is damaged.
    pub fn undo(&mut self, id: Option<u64>) -> Result<Undone, StoreError> {
        let store = self.store()?.clone();
        let id = match id {
            Some(id) => id,
            None => *ids(&dir(store.dir()))?
                .last()
                .ok_or(StoreError::NothingToUndo)?,
        };
        let (entry, mut files) = read_whole(store.dir(), id)?;
        files.sort_by(|a, b| a.subject.cmp(&b.subject));
        self.take_back(&store, &entry, &files)
            .map_err(|failure| failure.of(id))
            .inspect(|_| self.undoes = Some(id))
    }

    fn take_back(
        &mut self,
        store: &OperatorStore,
        entry: &Entry,
        files: &[FileRecord],
    ) -> Result<Undone, Failure> {
        if entry.founding {
            return Err(UndoError::Founding.into());
        }
        if entry.cut {
            return Err(UndoError::Cut.into());
        }
        for file in files {
            self.check_untouched(file)?;
        }
        let guard = Guard::before(self, store, files)?;
        let mut undone = Undone {
            entry: entry.clone(),
            missing_keys: Vec::new(),
            missing_files: Vec::new(),
        };
        // What was made goes first: an account that was renamed is removed and restored under one key.
        let (made, others): (Vec<_>, Vec<_>) = files.iter().partition(|f| f.before.is_none());
        for file in made.into_iter().rev().chain(others) {
            self.restore(file, &mut undone)?;
        }
        guard.check(self)?;
        Ok(undone)
    }

    /// The file must be as the commit left it.
    fn check_untouched(&mut self, file: &FileRecord) -> Result<(), Failure> {
        let path = self.path_of(&file.subject)?;
        let is_creds = matches!(file.subject, Subject::Creds { .. });
        if matches!(file.subject, Subject::Key { .. }) {
            return Ok(());
        }
        let untouched = match (self.read(&path)?, &file.after) {
            (Some(now), Some(after)) => after.is(&now),
            (None, None) => true,
            // Creds are made to be taken elsewhere.
            (None, Some(_)) => is_creds,
            (Some(_), None) => false,
        };
        if untouched {
            Ok(())
        } else {
            Err(UndoError::Changed { path }.into())
        }
    }

    fn restore(&mut self, file: &FileRecord, undone: &mut Undone) -> Result<(), StoreError> {
        match (&file.subject, &file.before) {
            (Subject::Key { key }, before) => {
                let Ok(key) = PublicKey::parse(key) else {
                    return Ok(());
                };
                if before.is_none() {
                    self.remove_key(&key)?;
                } else if !self.keystore().has(&key) && !self.restore_key(&key)? {
                    undone.missing_keys.push(key);
                }
            }
            (Subject::Account { account }, None) => self.remove_account(account)?,
            (subject, None) => {
                let path = self.path_of(subject)?;
                self.remove(path, kind_of(subject), Vec::new())?;
            }
            (subject, Some(before)) => {
                let path = self.path_of(subject)?;
                let content = before.content(|key| self.seed_text(key));
                match content {
                    Some(content) => {
                        if matches!(subject, Subject::Account { .. }) {
                            self.forget_removed(&token::text(&content))?;
                        }
                        self.stage_file(path, kind_of(subject), content)?;
                    }
                    None => undone.missing_files.push(path),
                }
            }
        }
        Ok(())
    }

    fn path_of(&self, subject: &Subject) -> Result<PathBuf, StoreError> {
        let store = self.store()?;
        Ok(match subject {
            Subject::Key { key } => match PublicKey::parse(key) {
                Ok(key) => self.keystore().key_path(&key),
                Err(_) => store.dir().to_owned(),
            },
            Subject::Operator => store.operator_path(),
            Subject::Account { account } => store.account_path(account),
            Subject::User { account, user } => store.user_path(account, user),
            Subject::Creds { account, user } => {
                self.keystore().creds_path(store.name(), account, user)
            }
        })
    }
}

fn kind_of(subject: &Subject) -> FileKind {
    match subject {
        Subject::Key { .. } => FileKind::Key,
        Subject::Operator => FileKind::Operator,
        Subject::Account { .. } => FileKind::Account,
        Subject::User { .. } => FileKind::User,
        Subject::Creds { .. } => FileKind::Creds,
    }
}

/// Either it must not be undone, or that could not be found out.
pub(super) enum Failure {
    Refused(UndoError),
    Error(StoreError),
}

impl Failure {
    fn of(self, id: u64) -> StoreError {
        match self {
            Self::Refused(source) => StoreError::Undo { id, source },
            Self::Error(error) => error,
        }
    }
}

impl From<UndoError> for Failure {
    fn from(error: UndoError) -> Self {
        Self::Refused(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Error(error)
    }
}
