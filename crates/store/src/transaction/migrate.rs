//! Keystores in the layout of old versions: a new one is built beside and takes their place.

use std::path::{Component, Path, PathBuf};

use nsc_core::keys::Seed;
use zeroize::Zeroizing;

use super::BeginOptions;
use crate::changeset::{FileKind, Version};
use crate::error::{StoreError, io_error};
use crate::keystore::Keystore;
use crate::{keyfile, keystore, layout, write};

/// What a migration did (or, dry, would do).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// Where the old keystore is kept.
    pub old: PathBuf,
    /// Keys in the new one.
    pub keys: usize,
    /// Creds files in the new one.
    pub creds: usize,
}

impl Keystore {
    /// Brings a keystore in an old layout into today's: every seed is filed by its public key, every creds file by operator,
    /// account and user. The old folder is kept beside, its name followed by `_` and `suffix`. `None` when there is
    /// nothing to do.
    ///
    /// The new keystore is built completely before two renames put it in place; whatever fails before leaves
    /// everything as it was.
    ///
    /// # Errors
    /// [`StoreError::NoPlace`] for a file that is no seed, creds files that nobody can tell the user of, and folders that
    /// hold more than keys; [`StoreError::Io`], [`StoreError::Locked`].
    pub fn migrate(
        &self,
        suffix: &str,
        options: &BeginOptions<'_>,
    ) -> Result<Option<Migrated>, StoreError> {
        if self.old_layout()?.is_none() {
            return Ok(None);
        }
        let dir = self
            .dir()
            .canonicalize()
            .map_err(io_error("find", self.dir()))?;
        let _lock = self.begin(options)?;
        refuse_other_things(&dir)?;
        let found = Found::look(&dir)?;
        let old = beside(&dir, suffix);
        let migrated = Migrated {
            keys: found.seeds.len(),
            creds: found.creds.len(),
            old: old.clone(),
        };
        if !options.dry_run {
            let new = self.build(beside(&dir, &format!("{suffix}.new")), found)?;
            swap(&dir, new, &old)?;
        }
        Ok(Some(migrated))
    }

    /// A new keystore in a folder that goes away again unless it is kept.
    fn build(&self, path: PathBuf, found: Found) -> Result<Draft, StoreError> {
        write::ensure_dir(&path)?;
        let new = Draft { path: Some(path) };
        let keystore = Self::new(new.path(), self.git_ignore().is_some());
        let mut tx = keystore.begin(&BeginOptions::default())?;
        for seed in &found.seeds {
            tx.put_key(seed)?;
        }
        for (path, content) in found.creds {
            tx.changes.put(
                keystore.creds_dir().join(path),
                FileKind::Creds,
                Version::Absent,
                content,
            );
        }
        let _ = tx.commit()?;
        Ok(new)
    }
}

/// A half-built folder, removed unless it got its place.
struct Draft {
    path: Option<PathBuf>,
}

impl Draft {
    fn path(&self) -> &Path {
        self.path.as_deref().unwrap_or(Path::new(""))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(path) = &self.path {
            // Nothing more can be done about one that stays.
            let _ = std::fs::remove_dir_all(path);
        }
    }
}

/// What an old keystore holds.
struct Found {
    seeds: Vec<Seed>,
    /// Paths below the folder of creds files, and contents.
    creds: Vec<(PathBuf, Zeroizing<Vec<u8>>)>,
}

impl Found {
    fn look(dir: &Path) -> Result<Self, StoreError> {
        let mut found = Self {
            seeds: Vec::new(),
            creds: Vec::new(),
        };
        for path in keyfile::find(dir, &[layout::NK, layout::CREDS], true)? {
            let below = path.strip_prefix(dir).unwrap_or(&path);
            if path.extension().is_some_and(|ending| ending == "nk") {
                let seed = keyfile::read_seed(&path)?;
                found.seeds.push(seed.ok_or_else(|| StoreError::NoPlace {
                    path: path.clone(),
                    reason: "holds no seed",
                })?);
            } else {
                let place = creds_place(below).ok_or_else(|| StoreError::NoPlace {
                    path: path.clone(),
                    reason: "is a creds file, but not where those of users were",
                })?;
                // One that was removed since is no loss of ours.
                if let Some(content) = write::read(&path)? {
                    found.creds.push((place, content));
                }
            }
        }
        Ok(found)
    }
}

/// Where a creds file goes: `<operator>/accounts/<account>/users/<user>.creds`, also without `users`, and
/// `creds/<operator>/<account>/<user>.creds` become `<operator>/<account>/<user>.creds`.
fn creds_place(path: &Path) -> Option<PathBuf> {
    let names: Option<Vec<&str>> = path
        .components()
        .map(|part| match part {
            Component::Normal(name) => name.to_str(),
            _ => None,
        })
        .collect();
    let place: [&str; 3] = match names?[..] {
        ["creds", operator, account, file]
        | [operator, "accounts", account, "users", file]
        | [operator, "accounts", account, file] => [operator, account, file],
        _ => return None,
    };
    Some(place.iter().collect())
}

/// With one folder for everything the stores would be moved away with the keys.
fn refuse_other_things(dir: &Path) -> Result<(), StoreError> {
    let is_store = |path: &PathBuf| path.join(layout::INFO).exists();
    let is_shared =
        dir.join("nsc.json").exists() || keystore::sorted_paths(dir)?.iter().any(is_store);
    if is_shared {
        return Err(StoreError::NoPlace {
            path: dir.to_owned(),
            reason: "holds stores or the configuration, too: move the keys into a folder of their own \
                     and name it with --keystore-dir",
        });
    }
    Ok(())
}

/// The path with `_` and a suffix behind its last name.
fn beside(dir: &Path, suffix: &str) -> PathBuf {
    let mut name = dir.file_name().unwrap_or_default().to_owned();
    name.push(format!("_{suffix}"));
    dir.with_file_name(name)
}

fn swap(dir: &Path, mut new: Draft, old: &Path) -> Result<(), StoreError> {
    std::fs::rename(dir, old).map_err(io_error("rename", dir))?;
    if let Err(error) = std::fs::rename(new.path(), dir) {
        // Nobody shall be left without keys.
        std::fs::rename(old, dir).map_err(io_error("rename", old))?;
        return Err(io_error("rename", new.path())(error));
    }
    // It has another name now.
    new.path = None;
    // Removed seeds can still be brought back; most keystores of that age have none.
    let trash = Path::new(layout::SIDE).join("trash");
    let _ = std::fs::rename(old.join(&trash), dir.join(&trash));
    let parent = dir.parent().unwrap_or(dir);
    write::sync_dir(parent).map_err(io_error("sync", parent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn creds_files_have_a_place() {
        let place = |path: &str| creds_place(Path::new(path));
        for path in [
            "O/accounts/A/users/u.creds",
            "O/accounts/A/u.creds",
            "creds/O/A/u.creds",
        ] {
            assert_eq!(place(path), Some(PathBuf::from("O/A/u.creds")), "{path}");
        }
        for path in [
            "u.creds",
            "O/u.creds",
            "O/A/users/u.creds",
            "creds/O/A/x/u.creds",
        ] {
            assert_eq!(place(path), None, "{path}");
        }
    }

    #[test]
    fn the_old_keystore_is_kept_beside() {
        assert_eq!(
            beside(Path::new("/h/keys"), "X"),
            PathBuf::from("/h/keys_X")
        );
    }
}
