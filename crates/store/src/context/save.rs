//! Changing and saving the context.

use std::path::Path;

use super::{Context, Selection, account_name};
use crate::changeset::FileKind;
use crate::config::{Config, HERE};
use crate::error::StoreError;
use crate::store;
use crate::transaction::Transaction;

impl Context {
    /// Reads `nsc.json`, or makes it: default or given store root, its only operator and account. Without `write`
    /// it tells what it would make.
    pub(super) fn read_or_make_config(&self, now: i64, write: bool) -> Result<Config, StoreError> {
        let path = self.home().config_file();
        let found = Config::read_in(self.env().files(), &path)?;
        if let Some(config) = found.as_ref().filter(|config| !config.is_empty()) {
            return Ok(config.clone());
        }
        // A folder for everything begins with the first command that fills it: its name may be mistyped.
        let is_new = |folder: &std::path::PathBuf| !self.env().files().exists(folder);
        let write = write && !self.home().one_folder.as_ref().is_some_and(is_new);
        let root = self
            .home()
            .data_dir
            .as_ref()
            .unwrap_or(&self.home().default_store_root);
        if write {
            self.env().files().ensure_dir(root)?;
        }
        let mut config = Config::new(self.root_text(root)?, now);
        config.adopt_unknown(found.unwrap_or_default());
        let mut first = Self {
            store_root: Some(root.clone()),
            config,
            ..self.clone()
        };
        first.apply_defaults()?;
        first.take_over()?;
        if write {
            self.env().files().replace(
                &path,
                FileKind::Config,
                first.config.to_text().as_bytes(),
            )?;
        }
        Ok(first.config)
    }

    /// The context after a selection, all or nothing; saves nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an operator or account that does not exist; [`StoreError::CwdOnly`].
    pub fn select(&self, selection: &Selection) -> Result<Self, StoreError> {
        if self.is_cwd_only() && *selection != Selection::default() {
            return Err(StoreError::CwdOnly);
        }
        let mut context = self.clone();
        if let Some(root) = &selection.store_root {
            self.home().refuse_other_root(&self.env().expand(root))?;
            context.store_root = Some(self.env().expand(root));
            context.from_cwd = false;
            context.apply_defaults()?;
        }
        if let Some(name) = &selection.operator {
            if !context
                .store_root()
                .is_some_and(|root| store::is_operator(self.env().files(), root, name))
            {
                return Err(StoreError::missing("operator", name));
            }
            context.operator = Some(name.clone());
            context.apply_defaults()?;
        }
        if let Some(name) = &selection.account {
            context.account = Some(account_name(&context.operator_store()?, name)?);
        }
        Ok(context)
    }

    /// The context with an operator and account that this command is about to make; `""` for no account. Nothing is looked up.
    pub fn with_current(&self, operator: &str, account: &str) -> Self {
        let account = super::some(account).map(str::to_owned);
        Self {
            operator: super::some(operator).map(str::to_owned),
            account,
            ..self.clone()
        }
    }

    /// The context with another store root, as for `init --dir`; `~/` and relative paths are expanded.
    pub fn with_store_root(&self, store_root: &Path) -> Self {
        Self {
            store_root: Some(self.env().expand(store_root)),
            from_cwd: false,
            ..self.clone()
        }
    }

    /// Writes `nsc.json` now, with the whole context in force. Does nothing while `NSC_CWD_ONLY` is defined.
    pub fn save(&self) -> Result<(), StoreError> {
        let Some(config) = self.to_save()? else {
            return Ok(());
        };
        let (path, text) = (self.home().config_file(), config.to_text());
        let files = self.env().files();
        files.replace(&path, FileKind::Config, text.as_bytes())
    }

    /// Writes `nsc.json` as the last file of a transaction. Does nothing while `NSC_CWD_ONLY` is defined.
    pub fn stage(&self, tx: &mut Transaction<'_>) -> Result<(), StoreError> {
        if let Some(config) = self.to_save()? {
            tx.put_config(self.home().config_file(), config.to_text());
        }
        Ok(())
    }

    /// What others wrote since, below what this command decided.
    fn to_save(&self) -> Result<Option<Config>, StoreError> {
        if self.is_cwd_only() {
            return Ok(None);
        }
        let mut context = self.clone();
        if let Some(now) = Config::read_in(self.env().files(), &self.home().config_file())?
            .filter(|config| !config.is_empty())
        {
            context.config = now;
        }
        context.take_over()?;
        Ok(Some(context.config))
    }

    fn take_over(&mut self) -> Result<(), StoreError> {
        if let Some(root) = &self.store_root {
            self.config.store_root = self.root_text(root)?.to_owned();
        }
        self.config.operator = self.operator.clone().unwrap_or_default();
        self.config.account = self.account.clone().unwrap_or_default();
        Ok(())
    }

    /// A store root as it is remembered: a folder that may be moved does not say where it is.
    fn root_text<'a>(&self, root: &'a Path) -> Result<&'a str, StoreError> {
        if self.home().one_folder.as_deref() == Some(root) {
            Ok(HERE)
        } else {
            utf8(root)
        }
    }
}

/// JSON cannot hold other paths.
fn utf8(path: &Path) -> Result<&str, StoreError> {
    path.to_str().ok_or_else(|| {
        let reason = std::io::Error::new(
            std::io::ErrorKind::InvalidFilename,
            "the path is not Unicode",
        );
        crate::error::io_error("remember", path)(reason)
    })
}
