//! The lock of an operator, store root or keystore.

use std::path::PathBuf;
use std::time::Duration;

/// Told to [`crate::BeginOptions::on_wait`] once, when a lock has not been free for a second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockWait {
    /// The locked folder.
    pub path: PathBuf,
    /// Who holds it, such as `nsc add user (process 4711)`, as far as known.
    pub holder: String,
    /// How long the caller is ready to wait.
    pub limit: Duration,
}
