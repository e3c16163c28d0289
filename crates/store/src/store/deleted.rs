//! Which JWTs servers were told to delete: they ignore the very same ones from then on.

use std::collections::BTreeSet;
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use super::OperatorStore;
use crate::error::StoreError;
use crate::keystore::Keystore;
use crate::layout;
use crate::transaction::BeginOptions;
use crate::write;

/// JWTs that servers were told to delete.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeletedTokens(BTreeSet<String>);

impl DeletedTokens {
    /// Whether this very JWT is among them.
    pub fn contains(&self, token: &str) -> bool {
        !self.0.is_empty() && self.0.contains(&digest(token))
    }
}

impl OperatorStore {
    /// The JWTs of this store that servers were told to delete.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn deleted_tokens(&self) -> Result<DeletedTokens, StoreError> {
        let content = write::read(&self.deleted_path())?.unwrap_or_default();
        let lines = String::from_utf8_lossy(&content);
        Ok(DeletedTokens(lines.lines().map(str::to_owned).collect()))
    }

    /// Keeps that servers were told to delete these JWTs.
    ///
    /// # Errors
    /// As [`begin`](Self::begin) and a commit.
    pub fn remember_deleted(
        &self,
        keystore: &Keystore,
        options: &BeginOptions<'_>,
        tokens: &[&str],
    ) -> Result<(), StoreError> {
        // It is no change of the store that could be taken back.
        let options = BeginOptions {
            recording: None,
            ..*options
        };
        let mut transaction = self.begin(keystore, &options)?;
        let path = self.deleted_path();
        let mut list = transaction.read(&path)?.unwrap_or_default();
        let known: BTreeSet<&[u8]> = list.split(|byte| *byte == b'\n').collect();
        let digests = tokens.iter().map(|token| digest(token));
        let new: BTreeSet<String> = digests
            .filter(|digest| !known.contains(digest.as_bytes()))
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        let base = transaction.base(&path)?;
        let mut longer = Zeroizing::new(Vec::with_capacity(list.len() + new.len() * 80));
        longer.append(&mut list);
        for digest in new {
            longer.extend_from_slice(digest.as_bytes());
            longer.push(b'\n');
        }
        transaction.stage_side(path, base, longer);
        transaction.commit().map(drop)
    }

    fn deleted_path(&self) -> PathBuf {
        self.dir()
            .join(layout::SIDE)
            .join("history")
            .join("deleted-tokens")
    }
}

pub(super) fn digest(token: &str) -> String {
    HEXLOWER.encode(&write::digest(token.trim().as_bytes()))
}
