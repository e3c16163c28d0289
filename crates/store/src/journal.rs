//! The redo journal below a commit.

use std::io;
use std::path::Path;

/// A point in a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// The list of temporary files is about to be written.
    Plan,
    /// One temporary file is about to be written.
    Stage,
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
