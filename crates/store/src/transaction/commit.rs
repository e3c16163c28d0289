//! The end of a transaction.

use std::path::Path;

use super::{Committed, Transaction};
use crate::changeset::FileKind;
use crate::error::StoreError;
use crate::journal::Commit;
use crate::lock::Lock;
use crate::write;

impl Transaction<'_> {
    /// Writes all of it or none of it; in a dry run nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a file was changed by somebody else, [`StoreError::Io`] when something could not be
    /// written: both leave everything as it was. [`StoreError::Unfinished`] when it is certain to happen, but not
    /// complete yet.
    pub fn commit(mut self) -> Result<Committed, StoreError> {
        let changes = self.changes.summaries();
        let dry_run = self.options.dry_run;
        if !dry_run && !changes.is_empty() {
            let _keystore_lock = self.lock_keystore()?;
            let reads: Vec<_> = std::mem::take(&mut self.reads).into_iter().collect();
            Commit::new(&self.owner, self.options.probe).run(&self.changes, &reads)?;
        }
        Ok(Committed {
            changes,
            warnings: self.warnings,
            dry_run,
        })
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
