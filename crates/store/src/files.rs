//! What there is to read: the disk, and above it what a batch has staged and not written yet.
//!
//! Everything that a command may find again after it wrote it is read through [`Files`], so that the later lines of a
//! [`Batch`](crate::Batch) see what the earlier ones did, and commands need not know that there is one. Locks, journals,
//! history and trash are the disk's affair.

mod overlay;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use zeroize::Zeroizing;

use crate::batch::Shared;
use crate::changeset::{Change, FileKind, Version};
use crate::error::{StoreError, io_error};
use crate::write;
pub(crate) use overlay::Overlay;

/// The disk as it is, or as it is going to be after a batch. Clones see the same.
#[derive(Clone, Default)]
pub struct Files {
    batch: Option<Arc<RwLock<Shared>>>,
}

/// What a file that a flag names is going to be: see [`Files::put_output`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputFile {
    /// Whether others may read it (0644 instead of 0600).
    pub public: bool,
    /// Whether one that is there already is replaced.
    pub replace: bool,
}

impl Files {
    pub(crate) fn of_batch(shared: Shared) -> Self {
        Self {
            batch: Some(Arc::new(RwLock::new(shared))),
        }
    }

    /// Whether a batch is under way, so that nothing is to be written now.
    pub fn is_batch(&self) -> bool {
        self.batch.is_some()
    }

    /// Whether there is a file.
    pub fn is_file(&self, path: &Path) -> bool {
        match self.staged(path, |content| content.is_some()) {
            Some(is_there) => is_there,
            None => path.is_file(),
        }
    }

    /// Whether there is a folder.
    pub fn is_dir(&self, path: &Path) -> bool {
        match self.overlaid() {
            Some(shared) => shared.overlay.is_dir(path),
            None => path.is_dir(),
        }
    }

    /// Whether there is anything.
    pub fn exists(&self, path: &Path) -> bool {
        match self.batch {
            Some(_) => self.is_file(path) || self.is_dir(path) || self.is_special(path),
            None => path.exists(),
        }
    }

    /// Devices and pipes.
    fn is_special(&self, path: &Path) -> bool {
        let about = path.metadata();
        about.is_ok_and(|about| !about.is_file() && !about.is_dir())
    }

    /// The content of a file that a batch is going to write; `None` when that is as on the disk.
    pub fn staged_content(&self, path: &Path) -> Option<Zeroizing<Vec<u8>>> {
        self.staged(path, |content| {
            content.map(|content| Zeroizing::new(content.to_vec()))
        })
        .flatten()
    }

    /// Takes a file that a flag named into the batch.
    ///
    /// # Errors
    /// [`StoreError::Io`] when something else than a file is there.
    pub fn put_output(
        &self,
        path: &Path,
        content: &[u8],
        output: OutputFile,
    ) -> Result<(), StoreError> {
        if self.exists(path) && !self.is_file(path) {
            let reason = std::io::Error::new(
                std::io::ErrorKind::Unsupported,
                "a batch writes its files when it is complete, and it is no file",
            );
            return Err(io_error("write", path)(reason));
        }
        let kind = if output.public {
            FileKind::PublicOutput
        } else {
            FileKind::Output
        };
        let base = if output.replace {
            Version::Any
        } else {
            Version::Absent
        };
        self.put(path, kind, base, content)
    }

    /// Takes a folder that a flag named into the batch.
    pub fn put_folder(&self, path: &Path) {
        if let Some(mut shared) = self.overlaid_mut() {
            shared.overlay.folder(path.to_owned());
        }
    }

    /// Reads a file whole; `None` when it does not exist.
    pub(crate) fn read(&self, path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        let staged = self.staged(path, |content| {
            content.map(|content| Zeroizing::new(content.to_vec()))
        });
        match staged {
            Some(content) => Ok(content),
            None => write::read(path),
        }
    }

    /// What a file holds.
    pub(crate) fn version(&self, path: &Path) -> Result<Version, StoreError> {
        let content = self.read(path)?;
        Ok(content.map_or(Version::Absent, |content| {
            Version::Content(write::digest(&content))
        }))
    }

    /// Names in a folder; a missing folder is empty, names that are not Unicode are nobody's.
    pub(crate) fn names(&self, dir: &Path) -> Result<Names, StoreError> {
        match self.overlaid() {
            Some(shared) => shared.overlay.names(dir),
            None => disk_names(dir),
        }
    }

    /// Names that a batch brings into a folder, whatever is there already.
    pub(crate) fn brought(&self, dir: &Path) -> Vec<String> {
        let shared = self.overlaid();
        shared.map_or_else(Vec::new, |shared| shared.overlay.brought(dir))
    }

    /// Paths of what lies in a folder, sorted; a missing folder, or a file instead, is empty.
    pub(crate) fn sorted_paths(&self, dir: &Path) -> Result<Vec<PathBuf>, StoreError> {
        match self.overlaid() {
            Some(shared) => {
                let names = shared.overlay.names(dir)?.collect::<Result<Vec<_>, _>>()?;
                let mut paths: Vec<PathBuf> = names.iter().map(|name| dir.join(name)).collect();
                paths.sort();
                Ok(paths)
            }
            None => crate::keystore::sorted_paths(dir),
        }
    }

    /// Replaces one file on its own, now or with the batch.
    pub(crate) fn replace(
        &self,
        path: &Path,
        kind: FileKind,
        content: &[u8],
    ) -> Result<(), StoreError> {
        if self.is_batch() {
            self.put(path, kind, Version::Any, content)
        } else {
            write::replace(path, content)
        }
    }

    /// Creates a folder with all missing parents, now or with the batch.
    pub(crate) fn ensure_dir(&self, path: &Path) -> Result<(), StoreError> {
        if self.is_batch() {
            self.put_folder(path);
            Ok(())
        } else {
            write::ensure_dir(path)
        }
    }

    pub(crate) fn overlaid(&self) -> Option<RwLockReadGuard<'_, Shared>> {
        let batch = self.batch.as_ref()?;
        Some(batch.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn overlaid_mut(&self) -> Option<RwLockWriteGuard<'_, Shared>> {
        let batch = self.batch.as_ref()?;
        Some(batch.write().unwrap_or_else(PoisonError::into_inner))
    }

    fn put(
        &self,
        path: &Path,
        kind: FileKind,
        base: Version,
        content: &[u8],
    ) -> Result<(), StoreError> {
        let path = write::follow(path);
        if let Some(mut shared) = self.overlaid_mut() {
            let content = Zeroizing::new(content.to_vec());
            shared
                .overlay
                .change(path, Change::put(kind, base, content));
        }
        Ok(())
    }

    /// What `look` makes of a staged file; `None` when nothing is staged there.
    fn staged<R>(&self, path: &Path, look: impl FnOnce(Option<&[u8]>) -> R) -> Option<R> {
        let shared = self.overlaid()?;
        if let Some(content) = shared.overlay.staged(path) {
            return Some(look(content));
        }
        // A file that is a link was staged where the link leads.
        let target = write::follow(path);
        let content = (target != path).then(|| shared.overlay.staged(&target))??;
        Some(look(content))
    }
}

/// Names in a folder.
pub(crate) type Names = Box<dyn Iterator<Item = Result<String, StoreError>>>;

fn disk_names(dir: &Path) -> Result<Names, StoreError> {
    let dir = dir.to_owned();
    let entries = match std::fs::read_dir(&dir) {
        Ok(entries) => Some(entries),
        Err(e) if write::is_missing(&e) => None,
        Err(e) => return Err(io_error("read folder", &dir)(e)),
    };
    let name = move |entry: std::io::Result<std::fs::DirEntry>| match entry {
        Ok(entry) => entry.file_name().into_string().ok().map(Ok),
        Err(e) => Some(Err(io_error("read folder", &dir)(e))),
    };
    Ok(Box::new(entries.into_iter().flatten().filter_map(name)))
}

/// Where things are read makes no difference between them.
impl PartialEq for Files {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Eq for Files {}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Files")
            .field("batch", &self.is_batch())
            .finish()
    }
}
