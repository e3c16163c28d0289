//! Staging files as they are: records, the trash, and what was there before.

use std::path::PathBuf;

use nsc_core::keys::PublicKey;
use zeroize::Zeroizing;

use super::Transaction;
use crate::changeset::{FileKind, Version};
use crate::error::StoreError;
use crate::keystore;
use crate::token::Peek;

impl Transaction<'_> {
    /// Stages a side file.
    pub(crate) fn stage_side(&mut self, path: PathBuf, base: Version, content: Zeroizing<Vec<u8>>) {
        self.changes.put(path, FileKind::Side, base, content);
    }

    /// Stages a content that was there before, and is not judged again.
    pub(crate) fn stage_file(
        &mut self,
        path: PathBuf,
        kind: FileKind,
        content: Zeroizing<Vec<u8>>,
    ) -> Result<(), StoreError> {
        let base = self.base(&path)?;
        self.changes.put(path, kind, base, content);
        Ok(())
    }

    /// Stages the removal of a file; `false` when there is none.
    pub(crate) fn remove(
        &mut self,
        path: PathBuf,
        kind: FileKind,
        prune: Vec<PathBuf>,
    ) -> Result<bool, StoreError> {
        if self.read(&path)?.is_none() {
            return Ok(false);
        }
        let base = self.base(&path)?;
        self.changes.remove(path, kind, base, prune);
        Ok(true)
    }

    /// The text of a seed that is staged, stored or in the trash.
    pub(crate) fn seed_text(&self, key: &PublicKey) -> Option<Zeroizing<String>> {
        let path = self.keystore.key_path(key);
        if let Some(Some(content)) = self.changes.staged(&path) {
            return keystore::parse_seed(content).map(|seed| seed.expose());
        }
        let stored = self.keystore.seed(key).ok().flatten();
        let trashed = || self.trashed(key).ok()?.first()?.seed().ok();
        stored.or_else(trashed).map(|seed| seed.expose())
    }

    /// Keeps the public keys of removed accounts, so that a later push can remove them from servers, too.
    pub(crate) fn remember_removed(&mut self, key: &str) -> Result<(), StoreError> {
        let path = self.store()?.removed_path();
        let mut list = self.read(&path)?.unwrap_or_default();
        if key.bytes().all(|b| b.is_ascii_alphanumeric()) {
            list.extend_from_slice(format!("{key}\n").as_bytes());
        }
        let base = self.base(&path)?;
        self.stage_side(path, base, list);
        Ok(())
    }

    /// Takes an account that comes back off the list of the removed ones.
    pub(crate) fn forget_removed(&mut self, token: &str) -> Result<(), StoreError> {
        let path = self.store()?.removed_path();
        let (Some(list), Some(peek)) = (self.read(&path)?, Peek::read(token)) else {
            return Ok(());
        };
        let mut kept = Zeroizing::new(Vec::with_capacity(list.len()));
        for line in list.split_inclusive(|byte| *byte == b'\n') {
            if line.trim_ascii() != peek.sub.as_bytes() {
                kept.extend_from_slice(line);
            }
        }
        if kept.is_empty() {
            return self.remove(path, FileKind::Side, Vec::new()).map(drop);
        }
        let base = self.base(&path)?;
        self.stage_side(path, base, kept);
        Ok(())
    }
}
