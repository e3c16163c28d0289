//! `nsc.json`.

use std::path::Path;

use crate::error::StoreError;

/// The content of `nsc.json`; members unknown here are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Store root, an absolute path.
    pub store_root: String,
    /// Current operator or "".
    pub operator: String,
    /// Current account or "".
    pub account: String,
    /// Repository that `nsc update` asks.
    pub github_updates: String,
    /// Time of the last look for updates, Unix seconds.
    pub last_update: i64,
}

impl Config {
    /// Reads the file; `None` when it is missing or all-empty.
    pub fn read(_path: &Path) -> Result<Option<Self>, StoreError> {
        unimplemented!()
    }
}
