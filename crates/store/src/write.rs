//! Single files and folders: mode first, then content, synced; folders 0700, files 0600, whatever the umask.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::changeset::Version;
use crate::error::{StoreError, io_error};

/// Largest file that is read: far above any token or seed, far below what would hurt.
const MAX_FILE: u64 = 64 << 20;

/// What nearly all files are smaller than: tokens, seeds, creds.
const SMALL_FILE: usize = 4096;

/// SHA-256 of a content.
pub(crate) fn digest(content: &[u8]) -> [u8; 32] {
    Sha256::digest(content).into()
}

/// Reads a file whole; `None` when it does not exist. The buffer wipes itself, since many files here are seeds.
pub(crate) fn read(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(e) if is_missing(&e) => return Ok(None),
        Err(e) => return Err(io_error("read", path)(e)),
    };
    // Room for all of it at once: a buffer that grows leaves copies behind.
    let mut content = Zeroizing::new(Vec::with_capacity(SMALL_FILE));
    (&file)
        .take(SMALL_FILE as u64)
        .read_to_end(&mut content)
        .map_err(io_error("read", path))?;
    if content.len() == SMALL_FILE {
        let length = file.metadata().map_err(io_error("read", path))?.len();
        let mut whole = Vec::with_capacity(length.min(MAX_FILE) as usize + 1);
        whole.extend_from_slice(&content);
        content = Zeroizing::new(whole);
        file.take(MAX_FILE + 1 - SMALL_FILE as u64)
            .read_to_end(&mut content)
            .map_err(io_error("read", path))?;
    }
    if content.len() as u64 > MAX_FILE {
        return Err(io_error("read", path)(io::Error::from(
            io::ErrorKind::FileTooLarge,
        )));
    }
    Ok(Some(content))
}

/// What a file holds now.
pub(crate) fn version(path: &Path) -> Result<Version, StoreError> {
    Ok(read(path)?.map_or(Version::Absent, |c| Version::Content(digest(&c))))
}

/// Whether an error means that there is no such file. A file where a folder should be counts, too.
pub(crate) fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Creates a file that must not exist, with mode 0600, and syncs it.
pub(crate) fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    create_unsynced(path, content)?.sync_all()
}

/// Creates a file that must not exist, with mode 0600. It is safe from a crash when it was synced, or its file
/// system.
pub(crate) fn create_unsynced(path: &Path, content: &[u8]) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    restrict_file(&file)?;
    file.write_all(content)?;
    Ok(file)
}

/// Lets others read a file.
pub(crate) fn publish(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

/// Writes a file in place, mode 0600 if it is new: for notes that can be made again, of which half may be lost.
pub(crate) fn overwrite(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(content));
    written.map_err(io_error("write", path))
}

/// Creates a folder with all missing parents, mode 0700.
pub(crate) fn ensure_dir(path: &Path) -> Result<(), StoreError> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        ensure_dir(parent)?;
    }
    match make_dir(path) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        other => other.map_err(io_error("create folder", path)),
    }
}

/// Adds the folders that [`ensure_dir`] would make; their order is outermost first.
pub(crate) fn missing_dirs(path: &Path, missing: &mut BTreeSet<PathBuf>) {
    for dir in path.ancestors() {
        if missing.contains(dir) || dir.is_dir() {
            break;
        }
        missing.insert(dir.to_owned());
    }
}

#[cfg(unix)]
fn make_dir(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    std::fs::DirBuilder::new().mode(0o700).create(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn make_dir(path: &Path) -> io::Result<()> {
    std::fs::create_dir(path)
}

#[cfg(unix)]
fn restrict_file(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn restrict_file(_file: &File) -> io::Result<()> {
    Ok(())
}

/// Makes the names in a folder durable. File systems that cannot do that for folders are left alone.
pub(crate) fn sync_dir(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    match File::open(path).and_then(|dir| dir.sync_all()) {
        Err(e)
            if matches!(
                e.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
            ) => {}
        other => return other,
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Makes the names in all these folders durable.
pub(crate) fn sync_dirs(dirs: &BTreeSet<PathBuf>) -> Result<(), StoreError> {
    let dirs: Vec<&PathBuf> = dirs.iter().collect();
    in_parallel(&dirs, THREADS, |dir| match sync_dir(dir) {
        // A folder that is gone has nothing left to lose.
        Err(e) if !is_missing(&e) => Err(io_error("sync", dir)(e)),
        _ => Ok(()),
    })
}

/// Whether [`sync_file_systems`] does anything.
pub(crate) const CAN_SYNC_FILE_SYSTEMS: bool = cfg!(target_os = "linux");

/// Makes everything durable that lies in the file systems of these folders. Dearer than a few files, by far cheaper
/// than very many.
pub(crate) fn sync_file_systems(dirs: &BTreeSet<PathBuf>) -> Result<(), StoreError> {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::MetadataExt;
        let mut synced = BTreeSet::new();
        for dir in dirs {
            let opened = match File::open(dir) {
                Err(e) if is_missing(&e) => continue,
                other => other.map_err(io_error("sync", dir))?,
            };
            let device = opened.metadata().map_err(io_error("sync", dir))?.dev();
            if synced.insert(device) {
                rustix::fs::syncfs(&opened).map_err(|e| io_error("sync", dir)(e.into()))?;
            }
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = dirs;
    Ok(())
}

/// Replaces one file: temporary file beside it, synced, renamed, folder synced. A symbolic link stays one.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    let path = &follow(path);
    let folder = path.parent().unwrap_or(Path::new("/"));
    ensure_dir(folder)?;
    let temp = folder.join(temp_name(&unique(), 0));
    let written = create(&temp, content).and_then(|()| std::fs::rename(&temp, path));
    if let Err(e) = written {
        let _ = std::fs::remove_file(&temp);
        return Err(io_error("write", path)(e));
    }
    sync_dir(folder).map_err(io_error("sync", folder))
}

/// Where a symbolic link leads; other paths as they are.
pub(crate) fn follow(path: &Path) -> PathBuf {
    let is_link = path.symlink_metadata().is_ok_and(|m| m.is_symlink());
    if is_link {
        path.canonicalize().unwrap_or_else(|_| path.to_owned())
    } else {
        path.to_owned()
    }
}

/// A name that no other process uses now: 16 hex digits.
pub(crate) fn unique() -> String {
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    format!("{:016x}", hasher.finish())
}

/// Name of the `n`th temporary file of a commit.
pub(crate) fn temp_name(id: &str, n: usize) -> String {
    format!(".{id}-{n}.tmp")
}

/// Threads that wait for the disk, not for a core.
pub(crate) const THREADS: usize = 16;

/// Does `work` on all items with some threads; the first error wins, and later items are then skipped.
pub(crate) fn in_parallel<T: Sync>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> Result<(), StoreError> + Sync,
) -> Result<(), StoreError> {
    let failed = AtomicBool::new(false);
    let guarded = |item: &T| {
        if failed.load(Ordering::Relaxed) {
            return Ok(());
        }
        work(item).inspect_err(|_| failed.store(true, Ordering::Relaxed))
    };
    spread(items, threads, guarded).into_iter().collect()
}

/// The results of `work` on all items, in their order, using all cores.
pub fn map_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    // Starting threads costs more than a few tokens.
    const FEW: usize = 16;
    let cores = if items.len() < FEW {
        1
    } else {
        std::thread::available_parallelism().map_or(1, usize::from)
    };
    spread(items, cores, work)
}

/// So many things are worked on together by [`map_groups`], at most.
pub const GROUP: usize = 128;

/// As [`map_parallel`], for work that is cheaper for several neighbours together.
pub fn map_groups<T: Sync, R: Send>(items: &[T], work: impl Fn(&[T]) -> Vec<R> + Sync) -> Vec<R> {
    const FEW: usize = 16;
    if items.len() < FEW {
        return work(items);
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    // Several groups for each core: they do not take equally long.
    let size = items.len().div_ceil(cores * 8).clamp(1, GROUP);
    let groups: Vec<&[T]> = items.chunks(size).collect();
    let results = spread(&groups, cores, |group| work(group));
    results.into_iter().flatten().collect()
}

fn spread<T: Sync, R: Send>(items: &[T], threads: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = threads.min(items.len());
    if threads < 2 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(items.len()));
    let worker = || {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(n) else { break };
            let result = work(item);
            results
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((n, result));
        }
    };
    std::thread::scope(|scope| {
        // This thread is one of them.
        for _ in 1..threads {
            scope.spawn(worker);
        }
        worker();
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(n, _)| *n);
    results.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replace_makes_folders_and_keeps_links() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a/b/c.json");
        replace(&file, b"one").unwrap();
        replace(&file, b"two").unwrap();
        assert_eq!(read(&file).unwrap().unwrap().as_slice(), b"two");
        assert_eq!(
            std::fs::read_dir(file.parent().unwrap()).unwrap().count(),
            1
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |p: &Path| p.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&file), 0o600);
            assert_eq!(mode(&dir.path().join("a/b")), 0o700);
            let link = dir.path().join("link");
            std::os::unix::fs::symlink(&file, &link).unwrap();
            replace(&link, b"three").unwrap();
            assert!(link.symlink_metadata().unwrap().is_symlink());
            assert_eq!(std::fs::read(&file).unwrap(), b"three");
        }
    }

    #[test]
    fn a_missing_file_is_no_error() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("f");
        assert!(read(&file).unwrap().is_none());
        assert_eq!(version(&file).unwrap(), Version::Absent);
        std::fs::write(&file, "x").unwrap();
        assert_eq!(version(&file).unwrap(), Version::Content(digest(b"x")));
        assert!(read(&file.join("below")).unwrap().is_none());
        assert_eq!(read(dir.path()).unwrap_err().path(), Some(dir.path()));
    }

    #[test]
    fn parallel_work_reports_the_failure() {
        let items: Vec<usize> = (0..100).collect();
        let sum = std::sync::atomic::AtomicUsize::new(0);
        in_parallel(&items, THREADS, |n| {
            sum.fetch_add(*n, std::sync::atomic::Ordering::Relaxed);
            Ok(())
        })
        .unwrap();
        assert_eq!(sum.into_inner(), 4950);
        let failed = in_parallel(&items, THREADS, |n| {
            if *n == 7 {
                Err(StoreError::NoOperator)
            } else {
                Ok(())
            }
        });
        assert!(matches!(failed, Err(StoreError::NoOperator)));
        assert_eq!(map_parallel(&items, |n| n * 2)[99], 198);
    }
}
