//! Which directories are used.

use std::path::{Path, PathBuf};

use crate::env::Environment;

/// The four directory flags, as given on the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirFlags {
    /// `-H/--all-dirs`: stands for the three below where they are not given.
    pub all_dirs: Option<PathBuf>,
    /// `--config-dir`: folder of `nsc.json`.
    pub config_dir: Option<PathBuf>,
    /// `--data-dir`: store root of this run.
    pub data_dir: Option<PathBuf>,
    /// `--keystore-dir`: keystore folder.
    pub keystore_dir: Option<PathBuf>,
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
}

impl Home {
    /// Applies flags, then variables, then the defaults with their legacy places.
    pub fn resolve(env: &Environment, flags: &DirFlags) -> Self {
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
