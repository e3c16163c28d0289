//! The current store root, operator and account.
//!
//! They come from `nsc.json`, unless the working directory lies in or directly above an operator folder, or a store
//! root is given by flag. Names that do not exist are dropped, and the only operator or account there is is current without
//! being named.

mod detect;
mod save;

use std::path::{Path, PathBuf};

use nsc_core::keys::{KeyKind, PublicKey};

use crate::config::Config;
use crate::env::{self, Environment};
use crate::error::StoreError;
use crate::home::{DirFlags, Home};
use crate::keystore::Keystore;
use crate::store::{self, OperatorStore};
use crate::{journal, lock};
use detect::Detected;

/// What `nsc env` and `nsc select` are asked to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// `-s`: store root; `~/` and relative paths are expanded; need not exist.
    pub store_root: Option<PathBuf>,
    /// `-o`: operator (folder name); must exist.
    pub operator: Option<String>,
    /// `-a`: account name or identity key; must exist in the operator.
    pub account: Option<String>,
}

/// Where a command works: directories, store root, operator, account.
#[derive(Clone, Debug)]
pub struct Context {
    env: Environment,
    home: Home,
    config: Config,
    store_root: Option<PathBuf>,
    operator: Option<String>,
    account: Option<String>,
    from_cwd: bool,
    cwd_only: bool,
}

/// What finding the context may write.
#[derive(Clone, Copy)]
struct Manner {
    makes_config: bool,
    repairs: bool,
}

impl Context {
    /// Finds the context and finishes commits that were interrupted. A missing `nsc.json` is made, with its store
    /// root; `now` (Unix seconds) goes into it.
    ///
    /// # Errors
    /// [`StoreError::Syntax`] when `nsc.json` is damaged, which stays as it is; [`StoreError::Io`].
    pub fn load(env: &Environment, flags: &DirFlags, now: i64) -> Result<Self, StoreError> {
        let manner = Manner {
            makes_config: true,
            repairs: true,
        };
        Self::find(env, flags, now, manner)
    }

    /// As [`load`](Self::load), but makes no `nsc.json`: the context is what it would be. What was interrupted is
    /// finished all the same, since nothing can be told of a store that is half of one and half of the other.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_for_dry_run(
        env: &Environment,
        flags: &DirFlags,
        now: i64,
    ) -> Result<Self, StoreError> {
        let manner = Manner {
            makes_config: false,
            repairs: true,
        };
        Self::find(env, flags, now, manner)
    }

    /// As [`load`](Self::load), but writes nothing at all: for a look that nobody asked for, such as completion.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn look(env: &Environment, flags: &DirFlags, now: i64) -> Result<Self, StoreError> {
        let manner = Manner {
            makes_config: false,
            repairs: false,
        };
        Self::find(env, flags, now, manner)
    }

    fn find(
        env: &Environment,
        flags: &DirFlags,
        now: i64,
        manner: Manner,
    ) -> Result<Self, StoreError> {
        let home = Home::resolve(env, flags);
        // One folder for everything holds its own context.
        let cwd_only = env.is_defined(env::NSC_CWD_ONLY) && home.one_folder.is_none();
        let mut context = Self {
            env: env.clone(),
            config: Config::default(),
            store_root: None,
            operator: None,
            account: None,
            from_cwd: false,
            cwd_only,
            home,
        };
        if !cwd_only {
            context.config = context.read_or_make_config(now, manner.makes_config)?;
            let config = &context.config;
            context.store_root = some(&config.store_root).map(|root| context.home.root_of(root));
            context.operator = some(&config.operator).map(str::to_owned);
            context.account = some(&config.account).map(str::to_owned);
        }
        context.look_around();
        if manner.repairs {
            context.repair_shared()?;
        }
        context.apply_defaults()?;
        if !manner.repairs {
            return Ok(context);
        }
        if let (Some(root), Some(operator)) = (&context.store_root, &context.operator)
            && repair(&root.join(operator))?
        {
            context.apply_defaults()?;
        }
        Ok(context)
    }

    /// A store root by flag counts more than the working directory.
    fn look_around(&mut self) {
        if let Some(data_dir) = &self.home.data_dir {
            self.store_root = Some(data_dir.clone());
            return;
        }
        let Some(detected) = detect::detect(self.env.files(), self.env.cwd()) else {
            return;
        };
        self.from_cwd = true;
        match detected {
            Detected::Root(root) => self.store_root = Some(root),
            Detected::Operator {
                root,
                operator,
                account,
            } => {
                self.store_root = Some(root);
                self.operator = Some(operator);
                self.account = account.or(self.account.take());
            }
        }
    }

    /// Finishes what was interrupted in the store root, the keystore, and the folder of `nsc.json`.
    fn repair_shared(&self) -> Result<(), StoreError> {
        let home = [&self.home.keystore_dir, &self.home.config_dir];
        let mut folders = self.store_root.iter().chain(home);
        folders.try_for_each(|folder| repair(folder).map(drop))
    }

    /// Of several the named one if it exists; the only one in any case.
    fn apply_defaults(&mut self) -> Result<(), StoreError> {
        let root = self.store_root.clone().unwrap_or_default();
        let named = self
            .operator
            .take()
            .filter(|name| store::is_operator(self.env.files(), &root, name));
        self.operator = match (named, &self.store_root) {
            (None, Some(root)) => store::only_operator(self.env.files(), root)?,
            (named, _) => named,
        };
        // A damaged operator is reported by the commands that need it.
        let found = self.operator_store().ok();
        let named = self.account.take();
        self.account = match (found, named) {
            (Some(store), Some(name)) if store.has_account(&name) => Some(name),
            (Some(store), _) => store.only_account()?,
            (None, _) => None,
        };
        Ok(())
    }

    /// The directories.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// The environment that was passed in.
    pub fn env(&self) -> &Environment {
        &self.env
    }

    /// The saved configuration; all-empty while `NSC_CWD_ONLY` is defined.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The keystore.
    pub fn keystore(&self) -> Keystore {
        Keystore::new(
            &self.home.keystore_dir,
            !self.env.is_defined(env::NSC_NO_GIT_IGNORE),
        )
        .with_files(self.env.files())
    }

    /// The store root in force, which need not exist.
    pub fn store_root(&self) -> Option<&Path> {
        self.store_root.as_deref()
    }

    /// Where a new operator goes: the store root in force, or the working directory when `NSC_CWD_ONLY` is defined and
    /// there is no store around.
    pub fn store_root_for_new(&self) -> &Path {
        self.store_root.as_deref().unwrap_or_else(|| {
            if self.cwd_only {
                self.env.cwd()
            } else {
                &self.home.default_store_root
            }
        })
    }

    /// The current operator (folder name).
    pub fn operator(&self) -> Option<&str> {
        self.operator.as_deref()
    }

    /// The current account.
    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// Whether the working directory decided.
    pub fn from_cwd(&self) -> bool {
        self.from_cwd
    }

    /// Whether `NSC_CWD_ONLY` is defined.
    pub fn is_cwd_only(&self) -> bool {
        self.cwd_only
    }

    /// Folder names of the operators in the store root, sorted. A missing store root has none.
    pub fn operators(&self) -> Result<Vec<String>, StoreError> {
        self.store_root.as_deref().map_or_else(
            || Ok(Vec::new()),
            |root| store::operators(self.env.files(), root),
        )
    }

    /// Opens the current operator's store.
    ///
    /// # Errors
    /// [`StoreError::NoStoreRoot`], [`StoreError::StoreRootMissing`], [`StoreError::NoOperator`]; those of
    /// [`OperatorStore::open`].
    pub fn operator_store(&self) -> Result<OperatorStore, StoreError> {
        let root = self.existing_store_root()?;
        OperatorStore::open_in(
            self.env.files(),
            root,
            self.operator.as_deref().ok_or(StoreError::NoOperator)?,
        )
    }

    /// Opens another operator's store of the same store root, by folder name.
    pub fn open_operator(&self, name: &str) -> Result<OperatorStore, StoreError> {
        let store = self.peek_operator(name)?;
        repair(store.dir())?;
        Ok(store)
    }

    /// The store of an operator as it is; nothing that was interrupted is finished, so that nothing is written.
    ///
    /// # Errors
    /// As [`OperatorStore::open`].
    pub fn peek_operator(&self, name: &str) -> Result<OperatorStore, StoreError> {
        OperatorStore::open_in(self.env.files(), self.existing_store_root()?, name)
    }

    fn existing_store_root(&self) -> Result<&Path, StoreError> {
        let root = self.store_root.as_deref().ok_or(StoreError::NoStoreRoot)?;
        if self.env.files().is_dir(root) {
            Ok(root)
        } else {
            Err(StoreError::StoreRootMissing {
                path: root.to_owned(),
            })
        }
    }

    /// The account a command works on: `given` (name or identity key; empty is none), else the current one. It
    /// exists.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or [`StoreError::NoAccount`] when none is given and none is current.
    pub fn resolve_account(
        &self,
        store: &OperatorStore,
        given: Option<&str>,
    ) -> Result<String, StoreError> {
        match given.filter(|name| !name.is_empty()).or(self.account()) {
            Some(name) => account_name(store, name),
            None => Err(StoreError::NoAccount),
        }
    }
}

/// Finishes what an interrupted command left in a folder, unless another one is just at it. Tells whether it did.
fn repair(folder: &Path) -> Result<bool, StoreError> {
    if !journal::is_pending(folder) {
        return Ok(false);
    }
    match lock::try_acquire(folder, "nsc")? {
        // Without locks nobody can tell an interrupted command from one at work.
        Some(lock) if lock.is_held() => journal::recover(folder).map(|()| true),
        _ => Ok(false),
    }
}

/// The name of an account that is given by name or identity key; decodes nothing for a name.
fn account_name(store: &OperatorStore, name_or_key: &str) -> Result<String, StoreError> {
    if store.has_account(name_or_key) {
        return Ok(name_or_key.to_owned());
    }
    let missing = || store.no_account(name_or_key);
    let key = PublicKey::parse_kind(name_or_key, KeyKind::Account).map_err(|_| missing())?;
    Ok(store.account_by_key(&key)?.ok_or_else(missing)?.name)
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|t| !t.is_empty())
}
