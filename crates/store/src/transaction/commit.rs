//! The end of a transaction.

use std::path::Path;

use super::{Committed, Transaction};
use crate::changeset::FileKind;
use crate::error::StoreError;
use crate::history::{self, Recorded};
use crate::journal::Commit;
use crate::lock::Lock;
use crate::{trash, write};

impl Transaction<'_> {
    /// Writes all of it or none of it; in a dry run nothing. As a part of a [`Batch`](crate::Batch) it is kept for the
    /// commit of that one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a file was changed by somebody else, [`StoreError::Io`] when something could not be
    /// written: both leave everything as it was. [`StoreError::Unfinished`] when it is certain to happen, but not
    /// complete yet.
    pub fn commit(mut self) -> Result<Committed, StoreError> {
        if self.files.is_batch() {
            return self.hand_over();
        }
        let changes = self.changes.summaries_in(&self.files);
        let dry_run = self.options.dry_run;
        if !dry_run && !changes.is_empty() {
            let keystore_lock = self.lock_keystore()?;
            let recorded = self.keep_what_goes()?;
            let reads: Vec<_> = std::mem::take(&mut self.reads).into_iter().collect();
            Commit::new(&self.owner, self.options.probe).run(&self.changes, &reads)?;
            self.tidy(recorded, keystore_lock.is_some());
        }
        Ok(Committed {
            changes,
            warnings: self.warnings,
            dry_run,
        })
    }

    /// Stages the record of the commit, and the seeds that it removes for the trash.
    fn keep_what_goes(&mut self) -> Result<Option<Recorded>, StoreError> {
        let Some(recording) = self.options.recording else {
            return Ok(None);
        };
        trash::keep_seeds(self, &recording)?;
        if recording.history {
            history::record(self, &recording)
        } else {
            Ok(None)
        }
    }

    /// Makes room. The commit is done, so nothing of this is worth a failure.
    fn tidy(&self, recorded: Option<Recorded>, has_keystore: bool) {
        if let Some(recorded) = recorded {
            recorded.tidy();
        }
        if let Some(recording) = self.options.recording.filter(|_| has_keystore) {
            let _ = trash::prune(&self.keystore, &recording);
        }
    }

    /// Keys and creds are shared by all operators, so that their folders need a lock of their own while files come and go.
    fn lock_keystore(&mut self) -> Result<Option<Lock>, StoreError> {
        let dir = self.keystore.dir().to_owned();
        if !self
            .changes
            .touches(&[FileKind::GitIgnore, FileKind::Key, FileKind::Creds])
        {
            return Ok(None);
        }
        write::ensure_dir(&dir)?;
        // With one folder for everything the lock may be held already.
        if is_same_folder(&dir, &self.owner) {
            Ok(None)
        } else {
            self.lock_folder(&dir).map(Some)
        }
    }
}

fn is_same_folder(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => a == b,
    }
}
