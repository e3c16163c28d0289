//! Results that go into a file named by a flag such as `-o`.
//!
//! Such a file is its user's affair, not the store's: it is written at once, private (0600) whatever it held
//! before, and whole or not at all; in a batch with the rest of it. Devices and pipes (`/dev/stdout`) are written to as they are.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use nsc_store::{Files, OutputFile};

use crate::app::App;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};

/// The flag value that stands for standard output.
pub const STDOUT: &str = "--";

/// Mode of files that may hold secrets.
const PRIVATE: u32 = 0o600;
/// Mode of files that hold none.
const PUBLIC: u32 = 0o644;

/// What becomes of a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Its content is replaced.
    Replace,
    /// It stays, and the command fails.
    Refuse,
}

/// A file that was written, or would have been with `--dry-run`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The file, absolute.
    pub path: PathBuf,
    /// Whether there was one before.
    pub replaced: bool,
    /// Nothing was written.
    pub dry_run: bool,
}

impl Written {
    /// The path as people write it, the home folder as `~`.
    pub fn short_path(&self, app: &App) -> String {
        crate::ui::text::home_path(&self.path, app.env.home())
    }
}

/// The file that a flag value names, `~` expanded; `None` for standard output (`--`).
pub fn target(app: &App, value: &str) -> Option<PathBuf> {
    (value != STDOUT).then(|| app.env.expand(value))
}

/// Tells whether [`write()`] could do its work, for commands that do more than that.
///
/// # Errors
/// A missing folder, a folder in place of the file, a file that must not be replaced.
pub fn check(app: &App, path: &Path, existing: Existing) -> Result<(), CliError> {
    check_in(app.env.files(), path, existing)
}

fn check_in(files: &Files, path: &Path, existing: Existing) -> Result<(), CliError> {
    let folder = path.parent().unwrap_or(path);
    if !files.is_dir(folder) {
        let folder = folder.display();
        return Err(
            CliError::not_found(format!("folder `{folder}` does not exist"))
                .about(EntityKind::Folder, folder.to_string())
                .hint(format!("mkdir -p '{folder}'")),
        );
    }
    if files.is_dir(path) {
        return Err(
            CliError::failed(format!("`{}` is a folder, not a file", path.display()))
                .about(EntityKind::File, path.display().to_string()),
        );
    }
    if existing == Existing::Refuse && files.exists(path) {
        return Err(exists(path));
    }
    Ok(())
}

/// Makes a private folder (0700) where there is none; not with `--dry-run`.
///
/// # Errors
/// A file in its place; a file system that refuses.
pub fn make_folder(app: &App, path: &Path) -> Result<(), CliError> {
    let shown = path.display();
    let files = app.env.files();
    if files.exists(path) && !files.is_dir(path) {
        return Err(CliError::failed(format!("`{shown}` is no folder"))
            .about(EntityKind::Folder, shown.to_string()));
    }
    if files.is_batch() {
        files.put_folder(path);
        return Ok(());
    }
    if app.globals.dry_run || path.exists() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(path).map_err(|error| {
        CliError::failed(format!("cannot make folder `{shown}`"))
            .about(EntityKind::Folder, shown.to_string())
            .caused_by(&error)
    })
}

/// Writes a file; with `--dry-run` only tells what would become of it.
///
/// # Errors
/// As [`check`]; a file system that refuses.
pub fn write(
    app: &App,
    path: &Path,
    content: &[u8],
    existing: Existing,
) -> Result<Written, CliError> {
    write_with_mode(app, path, content, existing, PRIVATE)
}

/// As [`write()`], but others may read the file (0644): it names things and holds no secret.
///
/// # Errors
/// As [`write()`].
pub fn write_public(
    app: &App,
    path: &Path,
    content: &[u8],
    existing: Existing,
) -> Result<Written, CliError> {
    write_with_mode(app, path, content, existing, PUBLIC)
}

fn write_with_mode(
    app: &App,
    path: &Path,
    content: &[u8],
    existing: Existing,
    mode: u32,
) -> Result<Written, CliError> {
    check(app, path, existing)?;
    // A symbolic link stays one.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let files = app.env.files();
    let replaced = files.exists(&path);
    let dry_run = app.globals.dry_run;
    if files.is_batch() {
        let output = OutputFile {
            public: mode == PUBLIC,
            replace: existing == Existing::Replace,
        };
        files.put_output(&path, content, output)?;
    } else if !dry_run {
        let done = if replaced && !path.is_file() {
            write_through(&path, content)
        } else {
            swap_in(&path, content, existing, mode)
        };
        done.map_err(|error| not_written(&path, &error))?;
    }
    Ok(Written {
        path,
        replaced,
        dry_run,
    })
}

/// Into a device or pipe.
fn write_through(path: &Path, content: &[u8]) -> io::Result<()> {
    OpenOptions::new()
        .write(true)
        .open(path)?
        .write_all(content)
}

/// As a temporary file beside it that takes its place.
#[cfg_attr(
    not(unix),
    expect(unused_variables, reason = "modes are those of Unix")
)]
fn swap_in(path: &Path, content: &[u8], existing: Existing, mode: u32) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    let mut file = tempfile::Builder::new()
        .prefix(".nsc-")
        .suffix(".tmp")
        .tempfile_in(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.as_file()
            .set_permissions(std::fs::Permissions::from_mode(mode))?;
    }
    file.write_all(content)?;
    file.as_file().sync_all()?;
    let kept = match existing {
        Existing::Replace => file.persist(path),
        Existing::Refuse => file.persist_noclobber(path),
    };
    kept.map(drop).map_err(|error| error.error)
}

fn not_written(path: &Path, error: &io::Error) -> CliError {
    if error.kind() == io::ErrorKind::AlreadyExists {
        return exists(path);
    }
    CliError::failed(format!("cannot write `{}`", path.display()))
        .about(EntityKind::File, path.display().to_string())
        .caused_by(error)
}

fn exists(path: &Path) -> CliError {
    CliError::new(
        Kind::Conflict,
        format!("`{}` already exists", path.display()),
    )
    .about(EntityKind::File, path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_made_whole_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out");
        swap_in(&path, b"one", Existing::Refuse, PRIVATE).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let loose = std::fs::Permissions::from_mode(0o644);
            std::fs::set_permissions(&path, loose).unwrap();
            swap_in(&path, b"two", Existing::Replace, PRIVATE).unwrap();
            let mode = path.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let error = swap_in(&path, b"three", Existing::Refuse, PRIVATE).unwrap_err();
        assert_eq!(not_written(&path, &error).kind, Kind::Conflict);
        assert_ne!(std::fs::read(&path).unwrap(), b"three");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_written_is_told_before() {
        let dir = tempfile::tempdir().unwrap();
        let there = dir.path().join("there");
        std::fs::write(&there, "x").unwrap();
        let check = |path: &Path, existing| check_in(&Files::default(), path, existing);
        let kind = |path: &Path, existing| check(path, existing).unwrap_err().kind;
        assert_eq!(
            kind(&dir.path().join("no/out"), Existing::Replace),
            Kind::NotFound
        );
        assert_eq!(kind(&there.join("out"), Existing::Replace), Kind::NotFound);
        assert_eq!(kind(dir.path(), Existing::Replace), Kind::Failed);
        assert_eq!(kind(&there, Existing::Refuse), Kind::Conflict);
        assert!(check(&there, Existing::Replace).is_ok());
    }
}
