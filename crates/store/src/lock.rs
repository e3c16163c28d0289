//! The lock of an operator folder, a store root or a keystore: `.nsc-rs/lock` in it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::error::{StoreError, io_error};
use crate::layout::SIDE;
use crate::transaction::BeginOptions;
use crate::write;

/// How long a person is left without a word.
const NOTICE_AFTER: Duration = Duration::from_secs(1);
/// Longest pause between two tries.
const PAUSE: Duration = Duration::from_millis(50);

/// Told to [`BeginOptions::on_wait`] once, when a lock has not been free for a second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockWait {
    /// The locked folder.
    pub path: PathBuf,
    /// Who holds it, such as `nsc add user (process 4711)`, as far as known.
    pub holder: String,
    /// How long the caller is ready to wait.
    pub limit: Duration,
}

/// A held lock; given back on drop.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    held: bool,
}

impl Lock {
    /// Whether the file system gave a real lock.
    pub(crate) fn is_held(&self) -> bool {
        self.held
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.held {
            // Whoever waits should not read of a holder that is gone.
            let _ = self.file.set_len(0);
            let _ = self.file.unlock();
        }
    }
}

/// Waits for the lock of `folder`, which must exist.
pub(crate) fn acquire(folder: &Path, options: &BeginOptions<'_>) -> Result<Lock, StoreError> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(2);
    let mut told = false;
    loop {
        if let Some(lock) = try_acquire(folder, options.command)? {
            return Ok(lock);
        }
        let waited = start.elapsed();
        if waited >= options.wait {
            let holder = holder(folder);
            return Err(StoreError::Locked {
                path: folder.to_owned(),
                holder,
                seconds: options.wait.as_secs(),
            });
        }
        if waited >= NOTICE_AFTER && !told {
            told = true;
            if let Some(tell) = options.on_wait {
                tell(&LockWait {
                    path: folder.to_owned(),
                    holder: holder(folder),
                    limit: options.wait,
                });
            }
        }
        std::thread::sleep(pause.min(options.wait.saturating_sub(waited)));
        pause = (pause * 2).min(PAUSE);
    }
}

/// Takes the lock if it is free. On file systems without locks the answer is a [`Lock`] that is not held.
pub(crate) fn try_acquire(folder: &Path, command: &str) -> Result<Option<Lock>, StoreError> {
    prepare(folder)?;
    let path = lock_path(folder);
    let mut file = open(&path).map_err(io_error("open", &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(e)) if is_unsupported(&e) => {
            return Ok(Some(Lock { file, held: false }));
        }
        Err(TryLockError::Error(e)) => return Err(io_error("lock", &path)(e)),
    }
    if !is_current(&file, &path) {
        // The folder was exchanged meanwhile; the lock of the new one counts.
        return Ok(None);
    }
    let note = format!("{command} (process {})", std::process::id());
    // Only for people that wait; a full disk must not stop the command here.
    let _ = file
        .set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| file.write_all(note.as_bytes()));
    Ok(Some(Lock { file, held: true }))
}

/// Makes the side folder of `folder`.
fn prepare(folder: &Path) -> Result<(), StoreError> {
    let side = folder.join(SIDE);
    write::ensure_dir(&side)?;
    let ignore = side.join(".gitignore");
    match write::create(&ignore, b"*\n") {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => Err(io_error("create", &ignore)(e)),
        _ => Ok(()),
    }
}

fn lock_path(folder: &Path) -> PathBuf {
    folder.join(SIDE).join("lock")
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn holder(folder: &Path) -> String {
    match std::fs::read_to_string(lock_path(folder)) {
        Ok(text) if !text.trim().is_empty() => {
            text.chars().filter(|c| !c.is_control()).take(120).collect()
        }
        _ => "another command".to_owned(),
    }
}

/// Old network file systems answer "no locks available" instead of "unsupported".
fn is_unsupported(error: &io::Error) -> bool {
    const ENOLCK: i32 = if cfg!(target_os = "linux") { 37 } else { 77 };
    error.kind() == io::ErrorKind::Unsupported
        || (cfg!(unix) && error.raw_os_error() == Some(ENOLCK))
}

#[cfg(unix)]
fn is_current(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), path.metadata()) {
        (Ok(held), Ok(named)) => (held.dev(), held.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_current(_file: &File, _path: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[test]
    fn a_second_holder_waits_and_is_told_whom_for() {
        let dir = tempfile::tempdir().unwrap();
        let first = try_acquire(dir.path(), "nsc first").unwrap().unwrap();
        assert!(first.is_held());
        assert!(try_acquire(dir.path(), "nsc second").unwrap().is_none());

        let told = RefCell::new(Vec::new());
        let tell = |wait: &LockWait| told.borrow_mut().push(wait.clone());
        let options = BeginOptions {
            wait: Duration::from_millis(1200),
            on_wait: Some(&tell),
            ..BeginOptions::default()
        };
        let refused = acquire(dir.path(), &options).unwrap_err();
        assert!(
            refused.to_string().contains("nsc first (process "),
            "{refused}"
        );
        assert_eq!(told.borrow().len(), 1);
        assert!(told.borrow()[0].holder.starts_with("nsc first"));

        drop(first);
        assert!(acquire(dir.path(), &options).unwrap().is_held());
    }

    #[test]
    fn side_files_hide_themselves() {
        let dir = tempfile::tempdir().unwrap();
        drop(try_acquire(dir.path(), "nsc").unwrap());
        assert_eq!(
            std::fs::read_to_string(dir.path().join(".nsc-rs/.gitignore")).unwrap(),
            "*\n"
        );
    }
}
