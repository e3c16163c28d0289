//! The environment as a value: variables, home and working directory.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

use crate::batch::Batch;
use crate::files::Files;

/// Folder of `nsc.json`.
pub const NSC_HOME: &str = "NSC_HOME";
/// Keystore folder.
pub const NKEYS_PATH: &str = "NKEYS_PATH";
/// Base of configuration folders.
pub const XDG_CONFIG_HOME: &str = "XDG_CONFIG_HOME";
/// Base of data folders.
pub const XDG_DATA_HOME: &str = "XDG_DATA_HOME";
/// When defined, even empty: the context comes from the working directory only.
pub const NSC_CWD_ONLY: &str = "NSC_CWD_ONLY";
/// When defined, even empty: no `.gitignore` is made in the keystore.
pub const NSC_NO_GIT_IGNORE: &str = "NSC_NO_GIT_IGNORE";
/// When defined, even empty: commits are not recorded, and cannot be undone.
pub const NSC_NO_HISTORY: &str = "NSC_NO_HISTORY";
/// On or off: deleting a user revokes its JWTs.
pub const NSC_REVOKE_ON_DELETE: &str = "NSC_REVOKE_ON_DELETE";
/// Days for which removed seeds stay in the trash; 0 keeps none.
pub const NSC_TRASH_DAYS: &str = "NSC_TRASH_DAYS";

/// What the process was given: variables, home folder, working directory.
///
/// The store reads nothing else of its surroundings, so that a test can fix all of it.
#[derive(Clone, Default)]
pub struct Environment {
    home: PathBuf,
    cwd: PathBuf,
    variables: BTreeMap<OsString, OsString>,
    files: Files,
}

/// An operator that is known by name, with the URL of its JWT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WellKnownOperator {
    /// Name as spelled in the variable, or `synadia`.
    pub name: String,
    /// URL that answers with the operator JWT.
    pub url: String,
}

impl Environment {
    /// Takes a snapshot's parts. `home` and `cwd` are absolute paths.
    pub fn new<I, K, V>(home: impl Into<PathBuf>, cwd: impl Into<PathBuf>, variables: I) -> Self
    where
        I: IntoIterator<Item = (K, V)>,
        K: Into<OsString>,
        V: Into<OsString>,
    {
        let variables = variables
            .into_iter()
            .map(|(k, v)| (k.into(), v.into()))
            .collect();
        Self {
            home: home.into(),
            cwd: cwd.into(),
            variables,
            files: Files::default(),
        }
    }

    /// The same surroundings for a command of a batch, which sees what those before it staged.
    #[must_use]
    pub fn in_batch(&self, batch: &Batch) -> Self {
        Self {
            files: batch.files().clone(),
            ..self.clone()
        }
    }

    /// What files are read through.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The home folder.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The working directory.
    pub fn cwd(&self) -> &Path {
        &self.cwd
    }

    /// The value of a variable; an empty one counts as unset.
    pub fn var(&self, name: &str) -> Option<&OsStr> {
        self.variables
            .get(OsStr::new(name))
            .map(OsString::as_os_str)
            .filter(|v| !v.is_empty())
    }

    /// Whether a variable is defined, even when empty.
    pub fn is_defined(&self, name: &str) -> bool {
        self.variables.contains_key(OsStr::new(name))
    }

    /// Makes a path absolute: a leading `~/` (or `~` alone) is the home folder, the rest is relative to the
    /// working directory. `.` and `..` are folded without looking at the disk.
    pub fn expand(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        let absolute = match path.strip_prefix("~") {
            Ok(rest) => self.home.join(rest),
            Err(_) => self.cwd.join(path),
        };
        clean(&absolute)
    }

    /// The operators known by name: `synadia`, then those of `NSC_<name>_OPERATOR=URL` in name order.
    pub fn well_known_operators(&self) -> Vec<WellKnownOperator> {
        let synadia = WellKnownOperator {
            name: "synadia".to_owned(),
            url: "https://api.synadia.io/jwt/v1/operator".to_owned(),
        };
        let named = self.variables.iter().filter_map(|(key, url)| {
            let name = operator_variable(key.to_str()?)?;
            let url = url.to_str().filter(|u| !u.is_empty())?;
            Some(WellKnownOperator {
                name: name.to_owned(),
                url: url.to_owned(),
            })
        });
        std::iter::once(synadia).chain(named).collect()
    }

    /// Finds a well-known operator by name, ignoring case.
    pub fn well_known_operator(&self, name: &str) -> Option<WellKnownOperator> {
        let wanted = name.to_lowercase();
        self.well_known_operators()
            .into_iter()
            .find(|o| o.name.to_lowercase() == wanted)
    }
}

/// Values may be secrets, so only what cannot be one is shown.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("home", &self.home)
            .field("cwd", &self.cwd)
            .field("variables", &self.variables.len())
            .finish()
    }
}

/// The name in `NSC_<name>_OPERATOR`, the fixed parts in any letter case.
fn operator_variable(key: &str) -> Option<&str> {
    let (start, rest) = (key.get(..4)?, key.get(4..)?);
    let end = rest.len().checked_sub("_OPERATOR".len())?;
    let (name, tail) = (rest.get(..end)?, rest.get(end..)?);
    let fits = start.eq_ignore_ascii_case("NSC_") && tail.eq_ignore_ascii_case("_OPERATOR");
    (fits && !name.is_empty()).then_some(name)
}

/// Folds `.` and `..` of an absolute path.
pub(crate) fn clean(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(vars: &[(&str, &str)]) -> Environment {
        Environment::new("/home/u", "/w/d", vars.iter().copied())
    }

    #[test]
    fn folder_values_expand() {
        let e = environment(&[]);
        assert_eq!(e.expand("~/x"), Path::new("/home/u/x"));
        assert_eq!(e.expand("~"), Path::new("/home/u"));
        assert_eq!(e.expand("~x"), Path::new("/w/d/~x"));
        assert_eq!(e.expand("../other/./s"), Path::new("/w/other/s"));
        assert_eq!(e.expand("/a/b"), Path::new("/a/b"));
    }

    #[test]
    fn empty_counts_as_unset_but_defined() {
        let e = environment(&[("NSC_HOME", ""), ("A", "b")]);
        assert_eq!(e.var("NSC_HOME"), None);
        assert!(e.is_defined("NSC_HOME"));
        assert_eq!(e.var("A"), Some(OsStr::new("b")));
        assert!(!e.is_defined("B"));
    }

    #[test]
    fn well_known_operators_keep_the_whole_url() {
        let e = environment(&[
            ("nsc_MyOp_operator", "http://h/x?a=b=c"),
            ("NSC__OPERATOR", "http://no"),
        ]);
        assert_eq!(e.well_known_operators().len(), 2);
        let mine = e.well_known_operator("myop").unwrap();
        assert_eq!(
            (mine.name.as_str(), mine.url.as_str()),
            ("MyOp", "http://h/x?a=b=c")
        );
        assert_eq!(e.well_known_operator("SYNADIA").unwrap().name, "synadia");
        assert_eq!(e.well_known_operator("other"), None);
    }

    #[test]
    fn debug_shows_no_values() {
        let e = environment(&[("TOKEN", "hush")]);
        assert!(!format!("{e:?}").contains("hush"));
    }
}
