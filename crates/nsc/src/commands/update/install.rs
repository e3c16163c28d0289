//! Replacing the program that runs.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::entity::EntityKind;
use crate::error::CliError;

/// The file of the running program, behind links to it.
pub(super) fn running() -> Result<PathBuf, CliError> {
    std::env::current_exe()
        .and_then(std::fs::canonicalize)
        .map_err(|error| CliError::failed("cannot find the running program").caused_by(&error))
}

/// Puts a program in the place of another, with its mode: at any moment one of both is there.
pub(super) fn replace(target: &Path, program: &[u8]) -> Result<(), CliError> {
    let failed = |error: &dyn std::error::Error| {
        CliError::failed(format!("cannot replace `{}`", target.display()))
            .about(EntityKind::File, target.display().to_string())
            .caused_by(error)
            .hint("run it as the owner of the program, or install the new one by other means")
    };
    let folder = target.parent().unwrap_or(Path::new("."));
    let written = || -> std::io::Result<tempfile::NamedTempFile> {
        let mode = std::fs::metadata(target)?.permissions();
        let mut file = tempfile::Builder::new()
            .prefix(".nsc-")
            .tempfile_in(folder)?;
        file.write_all(program)?;
        file.as_file().set_permissions(mode)?;
        file.as_file().sync_all()?;
        Ok(file)
    };
    let file = written().map_err(|error| failed(&error))?;
    file.persist(target).map_err(|error| failed(&error.error))?;
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_program_keeps_its_mode_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("nsc");
        std::fs::write(&target, "old").unwrap();
        std::fs::set_permissions(&target, PermissionsExt::from_mode(0o751)).unwrap();
        replace(&target, b"new").unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"new");
        let mode = std::fs::metadata(&target).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o751);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(replace(&folder.path().join("missing"), b"new").is_err());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
