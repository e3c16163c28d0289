//! `nsc.json`: the saved context.

use std::fmt;
use std::path::Path;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::error::StoreError;
use crate::files::Files;

/// The repository that a new configuration names for updates.
pub const DEFAULT_UPDATES: &str = "nats-io/nsc";

/// The store root of a folder that may be moved: that of `nsc.json` itself.
pub(crate) const HERE: &str = ".";

/// The content of `nsc.json`; members unknown here are kept in place behind the known ones.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Store root: an absolute path, or `.` for the folder of the file itself.
    pub store_root: String,
    /// Current operator (folder name) or "".
    pub operator: String,
    /// Current account or "".
    pub account: String,
    /// Repository that `nsc update` asks.
    pub github_updates: String,
    /// Time of the last look for updates, Unix seconds.
    pub last_update: i64,
    unknown: Vec<(String, Box<RawValue>)>,
}

impl Config {
    /// A new configuration, made at `now` (Unix seconds).
    pub fn new(store_root: impl Into<String>, now: i64) -> Self {
        Self {
            store_root: store_root.into(),
            github_updates: DEFAULT_UPDATES.to_owned(),
            last_update: now,
            ..Self::default()
        }
    }

    /// Reads the file; `None` when it does not exist.
    ///
    /// # Errors
    /// [`StoreError::Syntax`] when it is not JSON or a member has a wrong type; [`StoreError::Io`].
    pub fn read(path: &Path) -> Result<Option<Self>, StoreError> {
        Self::read_in(&Files::default(), path)
    }

    /// As [`read`](Self::read), through `files`.
    pub(crate) fn read_in(files: &Files, path: &Path) -> Result<Option<Self>, StoreError> {
        let Some(content) = files.read(path)? else {
            return Ok(None);
        };
        match serde_json::from_slice(&content) {
            Ok(config) => Ok(Some(config)),
            Err(e) => Err(StoreError::Syntax {
                path: path.to_owned(),
                reason: e.to_string(),
            }),
        }
    }

    /// Whether no known member says anything, as in `{}`: such a file counts as missing.
    pub fn is_empty(&self) -> bool {
        let texts = [
            &self.store_root,
            &self.operator,
            &self.account,
            &self.github_updates,
        ];
        texts.iter().all(|t| t.is_empty()) && self.last_update == 0
    }

    /// The text of the file: compact, members in their fixed order.
    pub fn to_text(&self) -> String {
        nsc_core::json::to_text(self)
    }

    /// Takes over the members that this version does not know.
    pub(crate) fn adopt_unknown(&mut self, other: Self) {
        self.unknown = other.unknown;
    }

    fn set<'de, A: MapAccess<'de>>(&mut self, key: String, map: &mut A) -> Result<(), A::Error> {
        match key.as_str() {
            "store_root" => self.store_root = text(map)?,
            "operator" => self.operator = text(map)?,
            "account" => self.account = text(map)?,
            "github_updates" => self.github_updates = text(map)?,
            "last_update" => {
                self.last_update = map.next_value::<Option<i64>>()?.unwrap_or_default()
            }
            _ => self.unknown.push((key, map.next_value()?)),
        }
        Ok(())
    }
}

/// `null` counts as empty.
fn text<'de, A: MapAccess<'de>>(map: &mut A) -> Result<String, A::Error> {
    Ok(map.next_value::<Option<String>>()?.unwrap_or_default())
}

impl Serialize for Config {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("store_root", &self.store_root)?;
        map.serialize_entry("operator", &self.operator)?;
        map.serialize_entry("account", &self.account)?;
        map.serialize_entry("github_updates", &self.github_updates)?;
        map.serialize_entry("last_update", &self.last_update)?;
        for (key, value) in &self.unknown {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Config {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Config;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Config, A::Error> {
                let mut config = Config::default();
                while let Some(key) = map.next_key::<String>()? {
                    config.set(key, &mut map)?;
                }
                Ok(config)
            }
        }
        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FULL: &str = r#"{"store_root":"/s","operator":"O","account":"A","github_updates":"nats-io/nsc","last_update":7,"later":{"b":1,"a":[1.50]},"x":null}"#;

    #[test]
    fn unknown_members_survive() {
        let config: Config = serde_json::from_str(FULL).unwrap();
        assert_eq!(config.to_text(), FULL);
    }

    #[test]
    fn known_members_come_in_their_order() {
        let mut config = Config::new("/s", 7);
        config.operator = "O".to_owned();
        let expected = r#"{"store_root":"/s","operator":"O","account":"","github_updates":"nats-io/nsc","last_update":7}"#;
        assert_eq!(config.to_text(), expected);
        let mixed =
            r#"{"last_update":7,"operator":"O","store_root":"/s","github_updates":"nats-io/nsc"}"#;
        assert_eq!(
            serde_json::from_str::<Config>(mixed).unwrap().to_text(),
            expected
        );
    }

    #[test]
    fn an_empty_object_counts_as_missing() {
        assert!(serde_json::from_str::<Config>("{}").unwrap().is_empty());
        assert!(
            serde_json::from_str::<Config>(r#"{"operator":null,"z":1}"#)
                .unwrap()
                .is_empty()
        );
        assert!(
            !serde_json::from_str::<Config>(r#"{"operator":"O"}"#)
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn a_broken_file_is_named_and_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("nsc.json");
        assert!(Config::read(&path).unwrap().is_none());
        for text in [
            "not json\n",
            "",
            "[]",
            r#"{"operator":1}"#,
            r#"{"operator":"O"} x"#,
            "{\"operator\":\"\u{1}\"}",
        ] {
            std::fs::write(&path, text).unwrap();
            let error = Config::read(&path).unwrap_err();
            assert!(
                matches!(&error, StoreError::Syntax { path: p, .. } if *p == path),
                "{text}: {error}"
            );
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC*") {
            let _ = serde_json::from_str::<Config>(&text);
        }

        #[test]
        fn values_survive(root in "\\PC*", operator in "\\PC*", at in any::<i64>()) {
            let mut config = Config::new(root.clone(), at);
            config.operator = operator.clone();
            let again: Config = serde_json::from_str(&config.to_text()).unwrap();
            prop_assert_eq!((again.store_root, again.operator, again.last_update), (root, operator, at));
        }
    }
}
