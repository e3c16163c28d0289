//! Reading through a transaction: what is staged counts, and what is read from disk is remembered.

use std::path::Path;

use nsc_core::keys::{KeyKind, PublicKey};
use zeroize::Zeroizing;

use super::Transaction;
use crate::changeset::{FileKind, Version};
use crate::error::StoreError;
use crate::store::{self, StoredAccount, StoredOperator, StoredUser};
use crate::token::{self, Peek};
use crate::{layout, names, write};

impl Transaction<'_> {
    /// The operator JWT.
    pub fn operator(&mut self) -> Result<StoredOperator, StoreError> {
        let store = self.store()?.clone();
        let path = store.operator_path();
        let content = self.read(&path)?.ok_or_else(|| store.no_operator())?;
        store::stored(&path, store.folder(), &content)
    }

    /// One account, by name or identity key.
    pub fn account(&mut self, name_or_key: &str) -> Result<StoredAccount, StoreError> {
        if let Some(account) = self.account_by_name(name_or_key)? {
            return Ok(account);
        }
        let key = PublicKey::parse_kind(name_or_key, KeyKind::Account);
        let name = match key {
            Ok(key) => self.account_name_of(&key)?,
            Err(_) => None,
        };
        let found = name
            .map(|name| self.account_by_name(&name))
            .transpose()?
            .flatten();
        match found {
            Some(account) => Ok(account),
            None => Err(self.store()?.no_account(name_or_key)),
        }
    }

    /// The account of this name, if it exists.
    pub fn account_by_name(&mut self, name: &str) -> Result<Option<StoredAccount>, StoreError> {
        if !names::is_single_component(name) {
            return Ok(None);
        }
        let path = self.store()?.account_path(name);
        self.read(&path)?
            .map(|content| store::stored(&path, name, &content))
            .transpose()
    }

    /// One user, by name or key.
    pub fn user(&mut self, account: &str, name_or_key: &str) -> Result<StoredUser, StoreError> {
        if let Some(user) = self.user_by_name(account, name_or_key)? {
            return Ok(user);
        }
        let Ok(key) = PublicKey::parse_kind(name_or_key, KeyKind::User) else {
            return Err(StoreError::no_user(account, name_or_key));
        };
        let folder = layout::users_dir(self.store()?.dir(), account);
        let name =
            match self.staged_name(FileKind::User, &key, |path| path.parent() == Some(&folder)) {
                Some(name) => Some(name),
                None => self
                    .store()?
                    .user_by_key(account, &key)?
                    .map(|user| user.name),
            };
        let found = name
            .map(|name| self.user_by_name(account, &name))
            .transpose()?
            .flatten();
        found.ok_or_else(|| StoreError::no_user(account, name_or_key))
    }

    /// The user of this name, if it exists.
    pub fn user_by_name(
        &mut self,
        account: &str,
        name: &str,
    ) -> Result<Option<StoredUser>, StoreError> {
        if ![account, name].into_iter().all(names::is_single_component) {
            return Ok(None);
        }
        let path = self.store()?.user_path(account, name);
        self.read(&path)?
            .map(|content| store::stored(&path, name, &content))
            .transpose()
    }

    /// Reads through what is staged, and remembers what was seen.
    pub(crate) fn read(&mut self, path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        if let Some(staged) = self.changes.staged(path) {
            return Ok(staged.map(|content| Zeroizing::new(content.to_vec())));
        }
        let content = self.files.read(path)?;
        let version = content
            .as_ref()
            .map_or(Version::Absent, |c| Version::Content(write::digest(c)));
        self.reads.entry(path.to_owned()).or_insert(version);
        Ok(content)
    }

    /// The version a change of this file is based on.
    pub(crate) fn base(&self, path: &Path) -> Result<Version, StoreError> {
        self.reads
            .get(path)
            .map_or_else(|| self.files.version(path), |version| Ok(*version))
    }

    fn account_name_of(&self, key: &PublicKey) -> Result<Option<String>, StoreError> {
        match self.staged_name(FileKind::Account, key, |_| true) {
            Some(name) => Ok(Some(name)),
            None => Ok(self
                .store()?
                .account_by_key(key)?
                .map(|account| account.name)),
        }
    }

    /// The name of a staged token with this subject.
    fn staged_name(
        &self,
        kind: FileKind,
        key: &PublicKey,
        fits: impl Fn(&Path) -> bool,
    ) -> Option<String> {
        let wanted = key.to_text();
        let (path, _) = self.changes.puts(kind).find(|(path, content)| {
            fits(path) && Peek::read(&token::text(content)).is_some_and(|peek| peek.sub == wanted)
        })?;
        Some(path.file_stem()?.to_str()?.to_owned())
    }
}
