//! Many commands as one: what each of them commits is kept, seen by those that follow, and written in the end, all of it
//! or nothing.
//!
//! A batch changes one operator. It takes that operator's lock when the first command begins to write, and keeps it. For an
//! operator that is new it is the lock of the store root, unless there is none yet: then nobody can be in the way, and
//! the lock is taken for the commit. What was read before counts as it was read first: if somebody else changes it
//! meanwhile, the batch is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use nsc_core::keys::PublicKey;

use crate::changeset::Version;
use crate::error::StoreError;
use crate::files::{Files, Overlay};
use crate::keystore::Keystore;
use crate::lock::Lock;
use crate::store::OperatorStore;
use crate::transaction::{BeginOptions, Committed, Transaction, Warning};

/// Commands that are written together. Dropped without [`Batch::commit`] it leaves everything as it was.
///
/// Whatever reads through an [`Environment`](crate::Environment) that was given the batch, and through what comes from
/// there, sees what is staged; its transactions stage instead of writing.
#[derive(Debug)]
pub struct Batch {
    files: Files,
    config_dir: PathBuf,
}

/// What the commands of a batch have in common.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) overlay: Overlay,
    reads: BTreeMap<PathBuf, Version>,
    destroyed: BTreeSet<PublicKey>,
    account_folders: Option<BTreeMap<String, Vec<String>>>,
    warnings: Vec<Warning>,
    store: Option<OperatorStore>,
    keystore: Option<Keystore>,
    owner: Option<PathBuf>,
    lock: Option<Lock>,
}

impl Batch {
    /// Begins one. `config_dir` is the folder of `nsc.json`, for a batch that changes nothing else.
    pub fn new(config_dir: impl Into<PathBuf>) -> Self {
        Self {
            files: Files::of_batch(Shared::default()),
            config_dir: config_dir.into(),
        }
    }

    /// What there is to read.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// What a person should know about it so far.
    pub fn warnings(&self) -> Vec<Warning> {
        let shared = self.files.overlaid();
        shared.map_or_else(Vec::new, |shared| shared.warnings.clone())
    }

    /// Writes all of it or none of it; in a dry run nothing.
    ///
    /// # Errors
    /// As [`Transaction::commit`].
    pub fn commit(self, options: &BeginOptions<'_>) -> Result<Committed, StoreError> {
        let shared = self
            .files
            .overlaid_mut()
            .map(|mut shared| std::mem::take(&mut *shared));
        let shared = shared.unwrap_or_default();
        let keystore = shared.keystore.map_or_else(
            || Keystore::new(&self.config_dir, false),
            |keystore| keystore.on_disk(),
        );
        let of_keys = shared.overlay.changes().touches_below(keystore.dir());
        let owner = match shared.owner {
            Some(owner) => owner,
            None if of_keys => keystore.dir().to_owned(),
            None => self.config_dir,
        };
        let mut tx = Transaction::new(&owner, &keystore, options);
        tx.store = shared.store.map(|store| store.on_disk());
        tx.changes = shared.overlay.into_changes();
        tx.reads = shared.reads;
        tx.destroyed = shared.destroyed;
        tx.warnings = shared.warnings;
        tx.lock = shared.lock;
        if tx.lock.is_none() && !tx.changes.is_empty() {
            tx.take_lock()?;
        }
        tx.commit()
    }
}

impl Shared {
    /// A command begins to change an operator.
    fn claim(&mut self, dir: &Path) -> Result<(), StoreError> {
        match &self.store {
            Some(store) if store.dir() != dir => Err(StoreError::AnotherOperator {
                first: store.folder().to_owned(),
                second: dir.file_name().unwrap_or_default().to_string_lossy().into(),
            }),
            _ => Ok(()),
        }
    }
}

impl<'a> Transaction<'a> {
    /// As a part of a batch, if there is one: gives it what it needs. `owner` is the folder whose lock it takes.
    pub(crate) fn join_batch(
        &mut self,
        store: &OperatorStore,
        owner: &Path,
    ) -> Result<bool, StoreError> {
        let files = self.files.clone();
        let Some(mut shared) = files.overlaid_mut() else {
            return Ok(false);
        };
        shared.claim(store.dir())?;
        if shared.store.is_none() {
            shared.store = Some(store.clone());
            shared.owner = Some(owner.to_owned());
        }
        let is_first = shared.owner.as_deref() == Some(owner) && shared.lock.is_none();
        if is_first && !self.options.dry_run && owner.is_dir() {
            shared.lock = Some(self.lock_folder(owner)?);
            shared.warnings.append(&mut self.warnings);
        }
        self.account_folders = shared.account_folders.take();
        Ok(true)
    }

    /// Hands everything that is staged over to the batch.
    pub(crate) fn hand_over(mut self) -> Result<Committed, StoreError> {
        let changes = self.changes.summaries_in(&self.files);
        if self
            .options
            .recording
            .is_some_and(|recording| recording.trash_days == 0)
        {
            let lost = crate::trash::lost_seeds(&self)?;
            self.destroyed.extend(lost.into_iter().map(|(key, _)| key));
        }
        let files = self.files.clone();
        if let Some(mut shared) = files.overlaid_mut() {
            let shared = &mut *shared;
            for (path, version) in std::mem::take(&mut self.reads) {
                // What is staged was read from the batch, not from the disk.
                if shared.overlay.staged(&path).is_none() {
                    shared.reads.entry(path).or_insert(version);
                }
            }
            let (staged, folders) = std::mem::take(&mut self.changes).into_parts();
            for (path, mut change) in staged {
                if let Some(first) = shared.reads.get(&path) {
                    change.base = *first;
                }
                shared.overlay.change(path, change);
            }
            folders
                .into_iter()
                .for_each(|folder| shared.overlay.folder(folder));
            shared.destroyed.append(&mut self.destroyed);
            shared.account_folders = self.account_folders.take();
            shared.keystore.get_or_insert_with(|| self.keystore.clone());
        }
        Ok(Committed {
            changes,
            warnings: std::mem::take(&mut self.warnings),
            dry_run: self.options.dry_run,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use zeroize::Zeroizing;

    use super::*;
    use crate::changeset::FileKind;
    use crate::files::OutputFile;

    struct World {
        dir: tempfile::TempDir,
        batch: Batch,
    }

    impl World {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let batch = Batch::new(dir.path().join("config"));
            Self { dir, batch }
        }

        fn path(&self, path: &str) -> PathBuf {
            self.dir.path().join(path)
        }

        fn on_disk(&self, path: &str, content: &str) {
            let path = self.path(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }

        /// A part of the batch, as a command would begin it.
        fn part(&self) -> Transaction<'static> {
            let keystore = Keystore::new(self.path("keys"), false).with_files(self.batch.files());
            keystore.begin(&BeginOptions::default()).unwrap()
        }

        fn put(&self, path: &str, content: &str) {
            let mut part = self.part();
            let path = self.path(path);
            let content = Zeroizing::new(content.as_bytes().to_vec());
            part.stage_file(path, FileKind::Side, content).unwrap();
            drop(part.commit().unwrap());
        }

        fn remove(&self, path: &str, prune: &[&str]) {
            let mut part = self.part();
            let prune = prune.iter().map(|dir| self.path(dir)).collect();
            let removed = part.remove(self.path(path), FileKind::Side, prune);
            assert!(removed.unwrap());
            drop(part.commit().unwrap());
        }

        fn read(&self, path: &str) -> Option<String> {
            let content = self.batch.files().read(&self.path(path)).unwrap()?;
            Some(String::from_utf8(content.to_vec()).unwrap())
        }

        fn names(&self, dir: &str) -> Vec<String> {
            let names = self.batch.files().names(&self.path(dir)).unwrap();
            let mut names: Vec<String> = names.map(Result::unwrap).collect();
            names.sort();
            names
        }
    }

    fn commit(batch: Batch) -> Result<Committed, StoreError> {
        batch.commit(&BeginOptions::default())
    }

    #[test]
    fn what_is_staged_is_read_and_listed_and_not_on_the_disk() {
        let world = World::new();
        world.on_disk("d/old", "1");
        world.put("d/new", "2");
        world.put("e/f/deep", "3");
        assert_eq!(world.read("d/new").as_deref(), Some("2"));
        assert_eq!(world.names("d"), ["new", "old"]);
        assert_eq!(world.names("e"), ["f"]);
        let files = world.batch.files();
        assert!(files.is_dir(&world.path("e/f")) && files.is_file(&world.path("e/f/deep")));
        assert!(!world.path("e").exists() && !world.path("d/new").exists());
        world.remove("e/f/deep", &[]);
        assert!(!files.exists(&world.path("e")));
        assert_eq!(world.names("e"), Vec::<String>::new());
        drop(commit(world.batch).unwrap());
        assert_eq!(std::fs::read(world.dir.path().join("d/new")).unwrap(), b"2");
        assert!(!world.dir.path().join("e").exists());
    }

    #[test]
    fn what_is_removed_is_gone_with_folders_that_go_along() {
        let world = World::new();
        world.on_disk("a/b/one", "1");
        world.on_disk("a/b/two", "2");
        world.remove("a/b/one", &["a/b", "a"]);
        assert_eq!(world.read("a/b/one"), None);
        assert_eq!(world.names("a/b"), ["two"]);
        world.remove("a/b/two", &["a/b", "a"]);
        assert!(!world.batch.files().exists(&world.path("a/b")));
        assert_eq!(world.names("a"), Vec::<String>::new());
        world.put("a/b/one", "again");
        assert_eq!(world.names("a/b"), ["one"]);
        assert_eq!(world.read("a/b/one").as_deref(), Some("again"));
    }

    #[test]
    fn the_content_before_the_batch_is_what_counts() {
        let world = World::new();
        world.on_disk("d/x", "1");
        world.put("d/x", "2");
        world.put("d/x", "3");
        world.on_disk("d/x", "theirs");
        let path = world.path("d/x");
        let refused = commit(world.batch).unwrap_err();
        assert!(matches!(refused, StoreError::Conflict { path: at } if at == path));
        assert_eq!(std::fs::read(&path).unwrap(), b"theirs");
    }

    #[test]
    fn what_was_only_read_counts_too() {
        let world = World::new();
        world.on_disk("d/x", "1");
        let mut part = world.part();
        part.read(&world.path("d/x")).unwrap().unwrap();
        drop(part.commit().unwrap());
        world.on_disk("d/x", "theirs");
        // Staged only now, it is still based on what was read.
        world.put("d/x", "2");
        assert!(commit(world.batch).is_err());
    }

    #[test]
    fn what_comes_and_goes_within_a_batch_was_never_there() {
        let world = World::new();
        world.put("d/x", "1");
        world.remove("d/x", &[]);
        let done = commit(world.batch).unwrap();
        assert_eq!(done.changes, []);
        assert_eq!(std::fs::read_dir(world.dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_dry_run_and_a_batch_that_is_dropped_leave_nothing() {
        let world = World::new();
        world.put("d/x", "1");
        let dry = BeginOptions {
            dry_run: true,
            ..BeginOptions::default()
        };
        let done = world.batch.commit(&dry).unwrap();
        assert_eq!((done.changes.len(), done.dry_run), (1, true));
        let other = World::new();
        other.put("d/x", "1");
        drop(other.batch);
        for dir in [world.dir, other.dir] {
            assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        }
    }

    #[cfg(unix)]
    #[test]
    fn outputs_come_with_the_commit_in_their_mode() {
        use std::os::unix::fs::PermissionsExt;
        let world = World::new();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        let files = world.batch.files();
        let paths = [world.path("private"), world.path("public")];
        for (path, public) in paths.iter().zip([false, true]) {
            let output = OutputFile {
                public,
                replace: true,
            };
            files.put_output(path, b"x", output).unwrap();
            assert!(files.staged_content(path).is_some() && !path.exists());
        }
        drop(commit(world.batch).unwrap());
        assert_eq!(paths.map(|path| mode(&path)), [0o600, 0o644]);
    }
}
