//! What a person set for good that `nsc.json` has no place for: the original drops members that it does not know.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::changeset::FileKind;
use crate::error::StoreError;
use crate::home::Home;
use crate::layout;

/// The content of `.nsc-rs/settings.json` beside `nsc.json`. Members unknown here are kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Whether deleting a user revokes its JWTs unless told otherwise; absent as long as nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoke_on_delete: Option<bool>,
    #[serde(flatten)]
    unknown: Map<String, Value>,
}

impl Settings {
    /// Where they are.
    pub fn path(home: &Home) -> PathBuf {
        home.config_dir.join(layout::SIDE).join("settings.json")
    }

    /// Reads them; without a file nothing is set.
    ///
    /// # Errors
    /// [`StoreError::Syntax`] when the file is not JSON or a member has a wrong type; [`StoreError::Io`].
    pub fn read(home: &Home) -> Result<Self, StoreError> {
        let path = Self::path(home);
        let Some(content) = home.files.read(&path)? else {
            return Ok(Self::default());
        };
        serde_json::from_slice(&content).map_err(|error| StoreError::Syntax {
            path,
            reason: error.to_string(),
        })
    }

    /// Writes them, whole or not at all.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn save(&self, home: &Home) -> Result<(), StoreError> {
        let text = nsc_core::json::to_text(self);
        home.files
            .replace(&Self::path(home), FileKind::Side, text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Environment;
    use crate::home::DirFlags;

    #[test]
    fn settings_survive_and_so_do_those_of_later_versions() {
        let dir = tempfile::tempdir().unwrap();
        let env = Environment::new(dir.path(), dir.path(), [("", ""); 0]);
        let home = Home::resolve(&env, &DirFlags::default());
        assert_eq!(Settings::read(&home).unwrap(), Settings::default());
        crate::write::replace(&Settings::path(&home), br#"{"later":[1]}"#).unwrap();
        let mut settings = Settings::read(&home).unwrap();
        settings.revoke_on_delete = Some(true);
        settings.save(&home).unwrap();
        let text = std::fs::read_to_string(Settings::path(&home)).unwrap();
        assert_eq!(text, r#"{"revoke_on_delete":true,"later":[1]}"#);
        crate::write::replace(&Settings::path(&home), b"{").unwrap();
        assert!(matches!(
            Settings::read(&home),
            Err(StoreError::Syntax { .. })
        ));
    }
}
