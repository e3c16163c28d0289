//! The redo journal below a commit.
//!
//! A commit writes all new contents as temporary files beside their targets and a *plan* that lists them. When
//! all of it is on the disk, and no target was changed by somebody else, the plan is renamed to the *intent*. From then on the
//! commit happens: the temporary files are renamed over their targets, and the intent is removed. Whoever takes the
//! lock next finishes an intent that was left, and sweeps the temporary files of a plan that was left.
//!
//! Plan and intent hold paths and digests, never contents. They are not trusted: a file is put in place only from
//! its own folder and with the digest that is recorded, and removed only while it holds what is recorded.

mod plan;
mod redo;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use crate::changeset::{Action, ChangeSet, FileKind, Version};
use crate::error::{StoreError, io_error};
use crate::layout::SIDE;
use crate::write;
use plan::{Plan, Record};

/// A point in a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// The list of temporary files is about to be written.
    Plan,
    /// One temporary file is about to be written.
    Stage,
    /// The folders with the temporary files are about to be synced.
    SyncStaged,
    /// The based-on contents are about to be checked.
    Check,
    /// The plan is about to become the intent: from here on the commit happens.
    Intent,
    /// One file is about to be put in place or removed.
    Apply,
    /// The folders are about to be synced.
    Sync,
    /// The intent is about to be removed.
    Finish,
}

/// What a [`Probe`] wants to happen at a step.
#[derive(Debug)]
pub enum Stop {
    /// As if the process died here: nothing is cleaned up.
    Crash,
    /// As if the operation failed.
    Fail(io::Error),
}

/// A test's hook into a commit.
pub trait Probe: Sync {
    /// Called before each step; `path` is the file concerned.
    fn at(&self, step: Step, path: &Path) -> Result<(), Stop>;
}

/// Why a commit ended early.
enum Failure {
    Crash,
    Error(StoreError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Error(error)
    }
}

/// One commit under way, journalled in the side folder of `owner`.
pub(crate) struct Commit<'a> {
    owner: &'a Path,
    probe: Option<&'a dyn Probe>,
    id: String,
}

impl<'a> Commit<'a> {
    /// A commit whose journal is in `owner`, which is locked.
    pub(crate) fn new(owner: &'a Path, probe: Option<&'a dyn Probe>) -> Self {
        Self {
            owner,
            probe,
            id: write::unique(),
        }
    }

    /// Carries the changes out. `reads` are files that the changes depend on.
    pub(crate) fn run(
        &self,
        changes: &ChangeSet,
        reads: &[(PathBuf, Version)],
    ) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        let plan = self.plan(changes);
        match self.prepare(changes, reads, &plan) {
            Ok(()) => {}
            Err(Failure::Crash) => return Err(crashed(self.owner)),
            Err(Failure::Error(error)) => {
                plan.sweep();
                let _ = std::fs::remove_file(self.plan_path());
                return Err(error);
            }
        }
        match self.finish(changes, &plan) {
            Ok(()) => Ok(()),
            Err(Failure::Crash) => Err(crashed(self.owner)),
            Err(Failure::Error(StoreError::Io {
                action,
                path,
                source,
            })) => Err(StoreError::Unfinished {
                action,
                path,
                source,
            }),
            Err(Failure::Error(error)) => Err(error),
        }
    }

    fn plan(&self, changes: &ChangeSet) -> Plan {
        let record =
            |(n, (path, change)): (usize, (&Path, &crate::changeset::Change))| match &change.action
            {
                Action::Put(content) => Record::put(
                    path,
                    write::temp_name(&self.id, n),
                    write::digest(content),
                    change.base,
                ),
                Action::Remove { prune } => Record::remove(path, prune.clone(), change.base),
            };
        let records: Vec<Record> = changes
            .ordered()
            .into_iter()
            .enumerate()
            .map(record)
            .collect();
        let mut missing = BTreeSet::new();
        let put_in = records
            .iter()
            .filter(|r| r.temp().is_some())
            .filter_map(|r| r.target().parent());
        put_in
            .chain(changes.folders())
            .for_each(|dir| write::missing_dirs(dir, &mut missing));
        Plan::new(records, missing.into_iter().collect())
    }

    /// Everything up to the intent; a failure leaves the targets as they were.
    fn prepare(
        &self,
        changes: &ChangeSet,
        reads: &[(PathBuf, Version)],
        plan: &Plan,
    ) -> Result<(), Failure> {
        let plan_path = self.plan_path();
        write::ensure_dir(&journal_dir(self.owner))?;
        self.step(Step::Plan, &plan_path)?;
        let text = plan.to_text(self.owner)?;
        write::create(&plan_path, text.as_bytes()).map_err(io_error("write", &plan_path))?;
        let few = self.stage(changes, plan)?;

        let puts = || plan.records().iter().filter(|record| record.is_put());
        let is_synced =
            |folder: &Path| few && puts().any(|record| record.target().parent() == Some(folder));
        let folders = plan
            .folders()
            .chain(plan.made().filter_map(Path::parent))
            .filter(|folder| !is_synced(folder))
            .map(Path::to_owned);
        self.step(Step::SyncStaged, self.owner)?;
        sync(plan, &folders.collect())?;

        self.step(Step::Check, self.owner)?;
        plan.check()?;
        let mut others = reads
            .iter()
            .filter(|(path, _)| changes.staged(path).is_none());
        others.try_for_each(|(path, version)| check_version(path, *version))?;

        let intent = self.intent_path();
        self.step(Step::Intent, &intent)?;
        std::fs::rename(&plan_path, &intent).map_err(io_error("write", &intent))?;
        let journal = journal_dir(self.owner);
        write::sync_dir(&journal).map_err(|source| {
            // Without a durable intent nothing may be put in place.
            let _ = std::fs::remove_file(&intent);
            Failure::Error(io_error("sync", &journal)(source))
        })
    }

    /// Writes the temporary files; tells whether their folders are synced, too. Errors name the file that is meant.
    fn stage(&self, changes: &ChangeSet, plan: &Plan) -> Result<bool, Failure> {
        plan.made().try_for_each(write::ensure_dir)?;
        let mut work = Vec::new();
        for ((path, change), record) in changes.ordered().into_iter().zip(plan.records()) {
            if let (Action::Put(content), Some(temp)) = (&change.action, record.temp()) {
                work.push((temp, content, path, change.file));
            }
        }
        let at_once = is_synced_at_once(plan);
        let few = work.len() <= FEW;
        self.each(
            Step::Stage,
            &work,
            write::THREADS,
            |(temp, ..)| temp,
            |(temp, content, path, kind)| {
                let written = write::create_unsynced(temp, content).and_then(|file| {
                    if *kind == FileKind::PublicOutput {
                        write::publish(&file)?;
                    }
                    if at_once { Ok(()) } else { file.sync_all() }
                });
                // A few folders are synced by the threads that are there already.
                let synced = written.and_then(|()| match temp.parent() {
                    Some(folder) if few => write::sync_dir(folder),
                    _ => Ok(()),
                });
                synced.map_err(io_error("write", path))
            },
        )?;
        Ok(few)
    }

    /// Does a step for many files at once.
    fn each<T: Sync>(
        &self,
        step: Step,
        items: &[T],
        threads: usize,
        path: impl Fn(&T) -> &Path + Sync,
        work: impl Fn(&T) -> Result<(), StoreError> + Sync,
    ) -> Result<(), Failure> {
        let crash = AtomicBool::new(false);
        let done = write::in_parallel(items, threads, |item| match self.step(step, path(item)) {
            Ok(()) => work(item),
            Err(Failure::Error(error)) => Err(error),
            Err(Failure::Crash) => {
                crash.store(true, Ordering::Relaxed);
                Err(crashed(path(item)))
            }
        });
        if crash.into_inner() {
            Err(Failure::Crash)
        } else {
            Ok(done?)
        }
    }

    /// Everything after the intent.
    fn finish(&self, changes: &ChangeSet, plan: &Plan) -> Result<(), Failure> {
        let kinds = changes.ordered().into_iter().map(|(_, change)| {
            let puts = matches!(change.action, Action::Put(_));
            (change.file, puts)
        });
        let records: Vec<_> = plan.records().iter().zip(kinds).collect();
        // What comes first matters between the kinds of files, not among many of one.
        for group in records.chunk_by(|(_, a), (_, b)| a == b) {
            let threads = if group.len() < MANY {
                1
            } else {
                write::THREADS
            };
            self.each(
                Step::Apply,
                group,
                threads,
                |(record, _)| record.target(),
                |(record, _)| record.apply(),
            )?;
        }
        self.step(Step::Sync, self.owner)?;
        sync(plan, &plan.folders().map(Path::to_owned).collect())?;
        let intent = self.intent_path();
        self.step(Step::Finish, &intent)?;
        Ok(std::fs::remove_file(&intent).map_err(io_error("remove", &intent))?)
    }

    fn step(&self, step: Step, path: &Path) -> Result<(), Failure> {
        match self.probe.map_or(Ok(()), |probe| probe.at(step, path)) {
            Ok(()) => Ok(()),
            Err(Stop::Crash) => Err(Failure::Crash),
            Err(Stop::Fail(source)) => Err(Failure::Error(io_error("write", path)(source))),
        }
    }

    fn plan_path(&self) -> PathBuf {
        journal_dir(self.owner).join(format!("{}.{PLAN}", self.id))
    }

    fn intent_path(&self) -> PathBuf {
        journal_dir(self.owner).join(format!("{}.{INTENT}", self.id))
    }
}

/// So many files are worth other ways than a few.
const MANY: usize = 256;

/// So few files have hardly a folder in common.
const FEW: usize = 8;

/// Whether a commit has so many files that their file systems are synced instead of each of them.
fn is_synced_at_once(plan: &Plan) -> bool {
    write::CAN_SYNC_FILE_SYSTEMS && plan.records().len() >= MANY
}

/// Makes the names in these folders durable, and the files of a plan that was not synced file by file.
fn sync(plan: &Plan, folders: &BTreeSet<PathBuf>) -> Result<(), StoreError> {
    if is_synced_at_once(plan) {
        write::sync_file_systems(folders)
    } else {
        write::sync_dirs(folders)
    }
}

/// Whether something was left in the journal of `owner`.
pub(crate) fn is_pending(owner: &Path) -> bool {
    std::fs::read_dir(journal_dir(owner)).is_ok_and(|mut entries| entries.next().is_some())
}

/// Finishes intents and sweeps plans that were left in the journal of `owner`, which is locked.
pub(crate) fn recover(owner: &Path) -> Result<(), StoreError> {
    let dir = journal_dir(owner);
    let entries = match std::fs::read_dir(&dir) {
        Ok(entries) => entries,
        Err(e) if write::is_missing(&e) => return Ok(()),
        Err(e) => return Err(io_error("read folder", &dir)(e)),
    };
    for entry in entries {
        let path = entry.map_err(io_error("read folder", &dir))?.path();
        redo::recover_entry(owner, &path)?;
    }
    Ok(())
}

fn check_version(path: &Path, expected: Version) -> Result<(), StoreError> {
    if expected == Version::Any || write::version(path)? == expected {
        return Ok(());
    }
    Err(StoreError::Conflict {
        path: path.to_owned(),
    })
}

/// What a test sees of a crash it asked for.
fn crashed(path: &Path) -> StoreError {
    io_error("go on at", path)(io::Error::from(io::ErrorKind::Interrupted))
}

fn journal_dir(owner: &Path) -> PathBuf {
    owner.join(SIDE).join("journal")
}

const PLAN: &str = "plan";
const INTENT: &str = "intent";
