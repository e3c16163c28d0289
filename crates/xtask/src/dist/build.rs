//! Building the programs so that the same source gives the same bytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Release;
use super::target::Target;
use crate::step::{self, Workspace};

/// A program file.
pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// What a release consists of.
pub(crate) struct Programs {
    pub(crate) nk: Program,
    pub(crate) nsc: Program,
    /// Where cargo put `nsc`, to be run.
    pub(crate) path: PathBuf,
}

/// Fails where programs for the target cannot be built.
pub(crate) fn check(target: &Target, is_static: bool) -> Result<()> {
    if is_static && !target.is_musl() && !target.is_gnu_linux() {
        bail!("`{}`: static builds are made for Linux", target.triple);
    }
    target.check_installed()
}

/// Builds the programs for the target, and checks that `nsc` runs and is of the version.
pub(crate) fn programs(
    workspace: &Workspace,
    release: &Release,
    is_static: bool,
) -> Result<Programs> {
    let target = &release.target;
    let mut cargo = step::cargo();
    cargo.current_dir(&workspace.root);
    cargo.args(["build", "--release", "--locked", "-p", "nsc", "-p", "nk"]);
    cargo.args(["--target", &target.triple]);
    cargo.arg("--target-dir").arg(&workspace.target);
    cargo
        .env("SOURCE_DATE_EPOCH", release.time.to_string())
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_ENCODED_RUSTFLAGS", flags(workspace, is_static)?)
        .env_remove("RUSTFLAGS");
    if target.is_musl() {
        use_musl_compiler(&mut cargo, &target.triple);
    }
    step::run(&mut cargo)?;
    let folder = workspace.target.join(&target.triple).join("release");
    let program = |name: &str| {
        let name = target.executable(name);
        let path = folder.join(&name);
        let bytes = fs::read(&path).with_context(|| format!("no `{}`", path.display()))?;
        anyhow::Ok(Program { name, bytes })
    };
    let (nsc, nk) = (program("nsc")?, program("nk")?);
    let path = folder.join(&nsc.name);
    check_version(&path, &release.version)?;
    Ok(Programs { nk, nsc, path })
}

/// Flags for rustc: where things lie on this machine is not written into programs.
fn flags(workspace: &Workspace, is_static: bool) -> Result<String> {
    let mut flags: Vec<String> = remapped(workspace)?
        .iter()
        .map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()))
        .collect();
    if is_static {
        flags.push("-Ctarget-feature=+crt-static".to_owned());
    }
    // Between flags, which may hold blanks.
    Ok(flags.join("\u{1f}"))
}

/// Folders and what they are called in programs; of two that fit rustc takes the last.
fn remapped(workspace: &Workspace) -> Result<[(PathBuf, &'static str); 3]> {
    let home = std::env::var_os("CARGO_HOME").filter(|path| !path.is_empty());
    let home = home.map(PathBuf::from).or_else(|| {
        let home = std::env::home_dir()?;
        Some(home.join(".cargo"))
    });
    let home = home.context("no home folder: set CARGO_HOME")?;
    Ok([
        (home, "/cargo"),
        (workspace.root.clone(), "/nsc-rs"),
        (workspace.target.clone(), "/nsc-rs/target"),
    ])
}

/// The C parts are compiled for musl by the wrapper that it brings, unless somebody chose another compiler.
fn use_musl_compiler(cargo: &mut Command, triple: &str) {
    let variable = format!("CC_{}", triple.replace('-', "_"));
    if std::env::var_os(&variable).is_none() {
        cargo.env(variable, "musl-gcc");
    }
}

fn check_version(nsc: &Path, version: &str) -> Result<()> {
    let said = step::output(Command::new(nsc).arg("--version"))
        .context("a release is made where its programs run")?;
    let said = String::from_utf8_lossy(&said).into_owned();
    if said.trim().ends_with(version) {
        return Ok(());
    }
    bail!(
        "`{}` says `{}`, not version {version}",
        nsc.display(),
        said.trim()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_programs_for_linux_are_static() {
        let target = |triple| Target::of(triple).unwrap();
        assert!(check(&target("aarch64-apple-darwin"), true).is_err());
        assert!(check(&Target::host().unwrap(), false).is_ok());
    }

    #[test]
    fn no_folder_of_this_machine_is_left() {
        let workspace = Workspace {
            root: "/home/me/a b".into(),
            target: "/home/me/a b/target".into(),
        };
        let flags = flags(&workspace, true).unwrap();
        let flags: Vec<&str> = flags.split('\u{1f}').collect();
        assert_eq!(flags.len(), 4);
        assert!(flags.contains(&"--remap-path-prefix=/home/me/a b=/nsc-rs"));
        assert_eq!(flags[3], "-Ctarget-feature=+crt-static");
    }
}
