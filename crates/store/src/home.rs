//! Which directories are used.

use std::path::{Path, PathBuf};

use crate::config::HERE;
use crate::env::Environment;
use crate::error::StoreError;
use crate::files::Files;

/// The directory flags, as given on the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirFlags {
    /// `--store`: everything is in this folder, and nothing outside of it counts. The others are not given then.
    pub store: Option<PathBuf>,
    /// `-H/--all-dirs`: stands for the three below where they are not given.
    pub all_dirs: Option<PathBuf>,
    /// `--config-dir`: folder of `nsc.json`.
    pub config_dir: Option<PathBuf>,
    /// `--data-dir`: store root of this run.
    pub data_dir: Option<PathBuf>,
    /// `--keystore-dir`: keystore folder.
    pub keystore_dir: Option<PathBuf>,
}

impl DirFlags {
    /// The folder of `--store`.
    fn one_folder(&self, env: &Environment) -> Option<PathBuf> {
        let store = self.store.as_ref();
        let given = store.filter(|dir| !dir.as_os_str().is_empty());
        given.map(|dir| env.expand(dir))
    }
}

/// The directories of this run, all absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// Folder of `nsc.json`.
    pub config_dir: PathBuf,
    /// Keystore folder.
    pub keystore_dir: PathBuf,
    /// Store root given by flag; `None`: it comes from the context.
    pub data_dir: Option<PathBuf>,
    /// Store root of a new `nsc.json`.
    pub default_store_root: PathBuf,
    /// Folder of the contexts of the `nats` tool.
    pub nats_contexts: PathBuf,
    /// The one folder that everything is in, if that was asked for.
    pub one_folder: Option<PathBuf>,
    pub(crate) files: Files,
}

impl Home {
    /// Applies flags, then variables, then the defaults with their legacy places.
    pub fn resolve(env: &Environment, flags: &DirFlags) -> Self {
        if let Some(dir) = flags.one_folder(env) {
            return Self::in_one_folder(env, dir);
        }
        let flag = |own: &Option<PathBuf>| {
            own.as_ref()
                .or(flags.all_dirs.as_ref())
                .filter(|p| !p.as_os_str().is_empty())
                .map(|p| env.expand(p))
        };
        let variable = |name| env.var(name).map(|v| env.expand(Path::new(v)));
        let legacy = env.home().join(".nsc");
        let config_base = base(env, crate::env::XDG_CONFIG_HOME, ".config");
        let data_base = base(env, crate::env::XDG_DATA_HOME, ".local/share");

        let default_config = || {
            let dir = config_base.join("nats/nsc");
            let old = legacy.join("nsc.json").exists() && !dir.join("nsc.json").exists();
            if old { legacy.clone() } else { dir }
        };
        let default_keystore = || newer(data_base.join("nats/nsc/keys"), env.home().join(".nkeys"));
        Self {
            config_dir: flag(&flags.config_dir)
                .or_else(|| variable(crate::env::NSC_HOME))
                .unwrap_or_else(default_config),
            keystore_dir: flag(&flags.keystore_dir)
                .or_else(|| variable(crate::env::NKEYS_PATH))
                .unwrap_or_else(default_keystore),
            data_dir: flag(&flags.data_dir),
            default_store_root: newer(data_base.join("nats/nsc/stores"), legacy.join("nats")),
            nats_contexts: config_base.join("nats/context"),
            one_folder: None,
            files: env.files().clone(),
        }
    }

    /// As with `-H`, so that the original tools find their way with that, but whatever else is set.
    fn in_one_folder(env: &Environment, dir: PathBuf) -> Self {
        Self {
            config_dir: dir.clone(),
            keystore_dir: dir.clone(),
            data_dir: Some(dir.clone()),
            default_store_root: dir.clone(),
            nats_contexts: dir.join("nats/context"),
            one_folder: Some(dir),
            files: env.files().clone(),
        }
    }

    /// The store root that `nsc.json` names.
    pub(crate) fn root_of(&self, text: &str) -> PathBuf {
        if text == HERE {
            self.config_dir.clone()
        } else {
            PathBuf::from(text)
        }
    }

    /// With one folder for everything no other one has a place.
    ///
    /// # Errors
    /// [`StoreError::OneFolder`] for another store root than that folder.
    pub fn refuse_other_root(&self, root: &Path) -> Result<(), StoreError> {
        match &self.one_folder {
            Some(dir) if dir != root => Err(StoreError::OneFolder { path: dir.clone() }),
            _ => Ok(()),
        }
    }

    /// Path of the configuration file.
    pub fn config_file(&self) -> PathBuf {
        self.config_dir.join("nsc.json")
    }
}

/// An XDG base folder.
fn base(env: &Environment, variable: &str, default: &str) -> PathBuf {
    match env.var(variable) {
        Some(dir) => env.expand(Path::new(dir)),
        None => env.home().join(default),
    }
}

/// The new place, unless only the old one exists.
fn newer(new: PathBuf, old: PathBuf) -> PathBuf {
    if !new.exists() && old.exists() {
        old
    } else {
        new
    }
}
