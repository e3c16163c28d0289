//! Staged contents above the disk, and what they make of its folders.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::{Names, disk_names};
use crate::changeset::{Action, Change, ChangeSet};
use crate::error::StoreError;

/// A change set that can be looked into like a disk.
#[derive(Default)]
pub(crate) struct Overlay {
    changes: ChangeSet,
    /// Names that staged contents bring into a folder, so that listing it costs what is in it.
    brought: HashMap<PathBuf, BTreeSet<String>>,
    /// Names that are on the disk and go, by folder.
    gone: HashMap<PathBuf, BTreeSet<String>>,
    /// Folders that go when they are empty, by the folder above.
    pruned: HashMap<PathBuf, BTreeSet<String>>,
}

impl Overlay {
    /// What is staged.
    pub(crate) fn changes(&self) -> &ChangeSet {
        &self.changes
    }

    /// What is staged, to be written.
    pub(crate) fn into_changes(self) -> ChangeSet {
        self.changes
    }

    /// As [`ChangeSet::staged`].
    pub(crate) fn staged(&self, path: &Path) -> Option<Option<&[u8]>> {
        self.changes.staged(path)
    }

    /// Stages a change. A file that is staged already keeps the version it was first based on.
    pub(crate) fn change(&mut self, path: PathBuf, change: Change) {
        match &change.action {
            Action::Put(_) => self.enter(&path),
            Action::Remove { prune } => {
                self.leave(&path);
                for folder in prune {
                    note(&mut self.pruned, folder);
                }
            }
        }
        self.changes.stage(path, change);
    }

    /// Stages a folder.
    pub(crate) fn folder(&mut self, path: PathBuf) {
        self.enter(&path);
        self.brought.entry(path.clone()).or_default();
        self.changes.folder(path);
    }

    /// Whether there is a folder: staged contents make those above them.
    pub(crate) fn is_dir(&self, path: &Path) -> bool {
        self.brought.contains_key(path) || (path.is_dir() && !self.is_pruned(path))
    }

    /// Names in a folder; names that are not Unicode are nobody's. Those on the disk are read as they are asked for.
    pub(crate) fn names(&self, dir: &Path) -> Result<Names, StoreError> {
        let brought = self.brought.get(dir).cloned().unwrap_or_default();
        let mut hidden = self.gone.get(dir).cloned().unwrap_or_default();
        let pruned = self.pruned.get(dir).into_iter().flatten();
        hidden.extend(pruned.filter(|name| !self.is_dir(&dir.join(name))).cloned());
        hidden.extend(brought.iter().cloned());
        let on_disk = disk_names(dir)?.filter(move |name| match name {
            Ok(name) => !hidden.contains(name),
            Err(_) => true,
        });
        Ok(Box::new(brought.into_iter().map(Ok).chain(on_disk)))
    }

    /// Names that staged contents bring into a folder.
    pub(crate) fn brought(&self, dir: &Path) -> Vec<String> {
        self.brought
            .get(dir)
            .into_iter()
            .flatten()
            .cloned()
            .collect()
    }

    /// Whether the folder goes because nothing will be in it.
    fn is_pruned(&self, dir: &Path) -> bool {
        let is_noted = split(dir).is_some_and(|(above, name)| {
            let names = self.pruned.get(above);
            names.is_some_and(|names| names.contains(name))
        });
        is_noted
            && self
                .names(dir)
                .is_ok_and(|mut names| names.next().is_none())
    }

    /// A file or folder comes, and with it the folders above.
    fn enter(&mut self, path: &Path) {
        if let Some((above, name)) = split(path)
            && let Some(gone) = self.gone.get_mut(above)
        {
            gone.remove(name);
        }
        let mut at = path;
        while let Some((above, _)) = split(at) {
            if !note(&mut self.brought, at) {
                break;
            }
            at = above;
        }
    }

    /// A file goes, and with it the folders above that were there for nothing else.
    fn leave(&mut self, path: &Path) {
        note(&mut self.gone, path);
        let mut at = path;
        while let Some((above, name)) = split(at) {
            let Some(names) = self.brought.get_mut(above) else {
                break;
            };
            names.remove(name);
            if !names.is_empty() || self.changes.has_folder(above) {
                break;
            }
            self.brought.remove(above);
            at = above;
        }
    }
}

/// Notes a name below its folder; tells whether it is new there.
fn note(names: &mut HashMap<PathBuf, BTreeSet<String>>, path: &Path) -> bool {
    let Some((above, name)) = split(path) else {
        return false;
    };
    match names.get_mut(above) {
        Some(names) if names.contains(name) => false,
        Some(names) => names.insert(name.to_owned()),
        None => names
            .entry(above.to_owned())
            .or_default()
            .insert(name.to_owned()),
    }
}

/// The folder above, and the name in it.
fn split(path: &Path) -> Option<(&Path, &str)> {
    Some((path.parent()?, path.file_name()?.to_str()?))
}
