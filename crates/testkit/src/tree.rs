//! A folder as it is at one moment.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

/// The names, modes and contents below a folder, to compare with those of another moment.
///
/// Shown as one line an entry: octal mode, then the path, with a `/` behind a folder.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct FileTree(BTreeMap<String, Entry>);

#[derive(Clone, Debug, Eq, PartialEq)]
struct Entry {
    mode: u32,
    /// `None` for a folder.
    content: Option<Vec<u8>>,
}

impl FileTree {
    /// Reads everything below `folder`; a folder that does not exist has nothing in it.
    #[track_caller]
    pub fn of(folder: impl AsRef<Path>) -> Self {
        let mut tree = Self::default();
        if folder.as_ref().exists() {
            tree.read(folder.as_ref(), "");
        }
        tree
    }

    /// The same tree without the entry `path` and what is below it.
    pub fn without(mut self, path: &str) -> Self {
        let below = format!("{path}/");
        self.0
            .retain(|name, _| name != path && !name.starts_with(&below));
        self
    }

    /// The paths of all entries, sorted.
    pub fn names(&self) -> Vec<&str> {
        self.0.keys().map(String::as_str).collect()
    }

    /// Whether there is an entry of this path.
    pub fn has(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    /// The permission bits of an entry.
    #[track_caller]
    pub fn mode(&self, path: &str) -> u32 {
        match self.0.get(path) {
            Some(entry) => entry.mode,
            None => panic!("no `{path}` in\n{self}"),
        }
    }

    /// What it takes to get from this tree to `later`: lines `+ path`, `- path`, `~ path` (content or
    /// mode changed), sorted by path.
    pub fn changes(&self, later: &Self) -> Vec<String> {
        let names: BTreeSet<&String> = self.0.keys().chain(later.0.keys()).collect();
        let sign = |name: &String| match (self.0.get(name), later.0.get(name)) {
            (None, Some(_)) => Some('+'),
            (Some(_), None) => Some('-'),
            (before, after) if before != after => Some('~'),
            _ => None,
        };
        names
            .into_iter()
            .filter_map(|name| Some(format!("{} {name}", sign(name)?)))
            .collect()
    }

    /// Expects folders of mode 0700 and files of mode 0600 below every one of the `roots`.
    #[cfg(unix)]
    #[track_caller]
    pub fn assert_private(&self, roots: &[&str]) {
        for (name, entry) in &self.0 {
            let below = roots.iter().any(|root| Path::new(name).starts_with(root));
            let wanted = if entry.content.is_some() {
                0o600
            } else {
                0o700
            };
            let mode = entry.mode;
            assert!(
                !below || mode == wanted,
                "`{name}` has mode {mode:o}, not {wanted:o}"
            );
        }
    }

    #[track_caller]
    fn read(&mut self, folder: &Path, prefix: &str) {
        for item in std::fs::read_dir(folder).expect("the folder is readable") {
            let item = item.expect("the folder is readable");
            let name = format!("{prefix}{}", item.file_name().to_string_lossy());
            let about = item.path().symlink_metadata().expect("the entry is there");
            let content = match (about.is_dir(), about.is_symlink()) {
                (true, _) => None,
                (_, true) => Some(link_target(&item.path())),
                _ => Some(std::fs::read(item.path()).expect("the file is readable")),
            };
            if content.is_none() {
                self.read(&item.path(), &format!("{name}/"));
            }
            self.0.insert(
                name,
                Entry {
                    mode: mode_of(&about),
                    content,
                },
            );
        }
    }
}

impl fmt::Display for FileTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, entry) in &self.0 {
            let end = if entry.content.is_some() { "" } else { "/" };
            writeln!(f, "{:04o} {name}{end}", entry.mode)?;
        }
        Ok(())
    }
}

fn link_target(path: &Path) -> Vec<u8> {
    let target = std::fs::read_link(path).expect("a link has a target");
    format!("-> {}", target.display()).into_bytes()
}

#[cfg(unix)]
fn mode_of(about: &std::fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    about.permissions().mode() & 0o7777
}

#[cfg(not(unix))]
fn mode_of(_: &std::fs::Metadata) -> u32 {
    0
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    }

    #[test]
    fn changes_name_what_came_went_and_changed() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        for name in ["gone", "kept", "edited", "opened"] {
            std::fs::write(at(name), name).unwrap();
            set_mode(&at(name), 0o600);
        }
        let before = FileTree::of(dir.path());
        std::fs::remove_file(at("gone")).unwrap();
        std::fs::write(at("edited"), "other").unwrap();
        set_mode(&at("opened"), 0o644);
        std::fs::create_dir(at("new")).unwrap();
        let after = FileTree::of(dir.path());
        assert_eq!(
            before.changes(&after),
            ["~ edited", "- gone", "+ new", "~ opened"]
        );
        assert_eq!(before.changes(&before), [""; 0]);
    }

    #[test]
    fn modes_are_judged_below_the_roots_only() {
        let dir = tempfile::tempdir().unwrap();
        for (name, mode) in [("a", 0o700), ("b", 0o755)] {
            let folder = dir.path().join(name);
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join("f"), "").unwrap();
            set_mode(&folder.join("f"), mode & 0o666);
            set_mode(&folder, mode);
        }
        let tree = FileTree::of(dir.path());
        assert_eq!(tree.to_string(), "0700 a/\n0600 a/f\n0755 b/\n0644 b/f\n");
        tree.assert_private(&["a"]);
        assert!(std::panic::catch_unwind(|| tree.assert_private(&["a", "b"])).is_err());
        assert_eq!(tree.without("a").names(), ["b", "b/f"]);
    }

    #[test]
    fn a_folder_that_is_not_there_is_empty() {
        assert_eq!(FileTree::of("/nowhere/at/all").names(), [""; 0]);
    }
}
