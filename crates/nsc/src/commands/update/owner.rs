//! Programs that belong to a package manager, which would not know of a replacement.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::entity::EntityKind;
use crate::error::CliError;

/// Refuses to replace a program that a package manager put there.
pub(super) fn refuse_packaged(program: &Path) -> Result<(), CliError> {
    let Some(owner) = by_place(program).or_else(|| by_database(program)) else {
        return Ok(());
    };
    let message = format!("`{}` belongs to {}", program.display(), owner.manager);
    Err(CliError::failed(message)
        .about(EntityKind::File, program.display().to_string())
        .hint(owner.update))
}

/// A package manager, and how it brings a program up to date.
struct Owner {
    manager: &'static str,
    update: &'static str,
}

/// Managers that keep programs in folders of their own.
fn by_place(program: &Path) -> Option<Owner> {
    let path = program.to_string_lossy();
    let (_, manager, update) = PLACES.iter().find(|(part, ..)| path.contains(part))?;
    Some(Owner { manager, update })
}

/// Managers that can be asked whose a file is.
fn by_database(program: &Path) -> Option<Owner> {
    let owns = |(name, arguments, _): &&(&str, &[&str], &str)| {
        let asked = Command::new(name)
            .args(*arguments)
            .arg(program)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        // One that is not installed owns nothing.
        asked.is_ok_and(|status| status.success())
    };
    let (manager, _, update) = DATABASES.iter().find(owns)?;
    Some(Owner { manager, update })
}

/// A part of the path, whose it is, and what to do.
const PLACES: [(&str, &str, &str); 4] = [
    ("/Cellar/", "Homebrew", "brew upgrade nsc"),
    (
        "/nix/store/",
        "Nix",
        "bring your Nix profile or flake up to date",
    ),
    ("/snap/", "snap", "snap refresh nsc"),
    (
        "/.cargo/bin/",
        "cargo",
        "install it again with the cargo command that you used",
    ),
];

/// The program to ask, how, and what to do.
const DATABASES: [(&str, &[&str], &str); 4] = [
    ("dpkg", &["-S"], "apt install --only-upgrade nsc-rs"),
    ("rpm", &["-qf"], "dnf upgrade nsc"),
    ("pacman", &["-Qo"], "pacman -Syu"),
    ("apk", &["info", "--who-owns"], "apk upgrade nsc"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_package_managers_are_known() {
        let manager = |path: &str| by_place(Path::new(path)).map(|owner| owner.manager);
        assert_eq!(
            manager("/opt/homebrew/Cellar/nsc/1/bin/nsc"),
            Some("Homebrew")
        );
        assert_eq!(manager("/nix/store/abc-nsc/bin/nsc"), Some("Nix"));
        assert_eq!(manager("/home/u/.cargo/bin/nsc"), Some("cargo"));
        assert_eq!(manager("/home/u/bin/nsc"), None);
    }
}
