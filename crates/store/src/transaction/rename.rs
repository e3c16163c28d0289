//! Renaming an account: its JWT is new, everything below moves along as it is.

use std::path::{Path, PathBuf};

use nsc_core::claims::{Account, AccountClaims};

use super::{Transaction, check_name};
use crate::changeset::{FileKind, Version};
use crate::error::StoreError;
use crate::store::StoredAccount;
use crate::{layout, token};

impl Transaction<'_> {
    /// Stages an account JWT that has a new name in place of the one of `old`; the users and the creds files move along
    /// unchanged.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] without an account `old`, [`StoreError::AlreadyExists`] when something has the new name,
    /// letter case ignored; see [`Self::put_account`].
    pub fn rename_account(&mut self, old: &str, token: &str) -> Result<StoredAccount, StoreError> {
        let claims: AccountClaims = token::accept::<Account>(token)?;
        let new = claims.name.as_str();
        check_name("account", new)?;
        self.refuse_taken(old, new)?;
        let store = self.store()?.clone();
        let account = self
            .account_by_name(old)?
            .ok_or_else(|| store.no_account(old))?;
        for user in store.users(old)? {
            let target = store.user_path(new, &user);
            let source = store.user_path(old, &user);
            self.move_file(&source, target, FileKind::User, Vec::new())?;
        }
        self.move_creds(old, new)?;
        let folders = vec![
            layout::users_dir(store.dir(), old),
            layout::account_dir(store.dir(), old),
        ];
        let base = self.base(&account.path)?;
        self.changes
            .remove(account.path, FileKind::Account, base, folders);
        self.put_account(token)
    }

    /// Nothing may be in the way, lest two accounts get mixed.
    fn refuse_taken(&mut self, old: &str, new: &str) -> Result<(), StoreError> {
        let taken = |what, name: &str| StoreError::AlreadyExists {
            what,
            name: name.to_owned(),
        };
        match self.account_like(new)? {
            Some(name) if name != old || new == old => return Err(taken("account", &name)),
            _ => {}
        }
        let store = self.store()?;
        let folder = layout::account_dir(store.dir(), new);
        let creds = self.creds_folder(new)?;
        for (what, path) in [("folder", folder), ("creds folder", creds)] {
            if !self.files.sorted_paths(&path)?.is_empty() {
                return Err(taken(what, &path.display().to_string()));
            }
        }
        Ok(())
    }

    fn move_creds(&mut self, old: &str, new: &str) -> Result<(), StoreError> {
        let folder = self.creds_folder(old)?;
        let target = self.creds_folder(new)?;
        for path in self.files.sorted_paths(&folder)? {
            let name = path.file_name().and_then(|name| name.to_str());
            let Some(name) = name.filter(|name| name.ends_with(layout::CREDS)) else {
                continue;
            };
            let target = target.join(name);
            self.move_file(&path, target, FileKind::Creds, vec![folder.clone()])?;
        }
        Ok(())
    }

    fn move_file(
        &mut self,
        source: &Path,
        target: PathBuf,
        kind: FileKind,
        prune: Vec<PathBuf>,
    ) -> Result<(), StoreError> {
        // What somebody removed meanwhile needs no move.
        if let Some(content) = self.read(source)? {
            let base = self.base(source)?;
            self.changes.put(target, kind, Version::Absent, content);
            self.changes.remove(source.to_owned(), kind, base, prune);
        }
        Ok(())
    }

    /// Where the creds files of an account are or would be.
    fn creds_folder(&self, account: &str) -> Result<PathBuf, StoreError> {
        let operator = self.store()?.name();
        Ok(self.keystore.creds_dir().join(operator).join(account))
    }
}
