//! `cargo xtask dist`: the files of a release for one system, the same bytes wherever and whenever they are made of the
//! same commit with the same Rust.

mod archive;
mod build;
mod contents;
mod deb;
mod elf;
mod sbom;
mod sums;
mod target;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::step::Workspace;
use contents::{Contents, File};
use target::Target;

/// Makes the files of a release.
pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<()> {
    let options = Options::parse(args)?;
    let target = match &options.target {
        Some(triple) => Target::of(triple)?,
        None => Target::host()?,
    };
    build::check(&target, options.is_static)?;
    // What is refused is refused before minutes of building.
    let installer = installer(workspace, options.releases.as_deref())?;
    let folder = folder(workspace, options.out.as_deref())?;
    let release = Release {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        time: commit_time(workspace)?,
        target,
    };
    let programs = build::programs(workspace, &release, options.is_static)?;
    if options.is_static || release.target.is_musl() {
        for program in [&programs.nsc, &programs.nk] {
            elf::check_static(&program.bytes)
                .with_context(|| format!("`{}` is no static build", program.name))?;
        }
    }
    let contents = Contents::gather(workspace, &programs)?;
    let bom = sbom::of(workspace, &release)?;
    write_all(&folder, &release, &contents, bom)?;
    fs::write(folder.join(INSTALLER), installer)
        .with_context(|| format!("cannot write `{INSTALLER}`"))?;
    sums::write(&folder)
}

/// The folder for the files, with nothing of an earlier release in it.
fn folder(workspace: &Workspace, out: Option<&Path>) -> Result<PathBuf> {
    let folder = match out {
        Some(out) => out.to_owned(),
        None => {
            let ours = workspace.target.join("dist");
            if ours.exists() {
                fs::remove_dir_all(&ours)?;
            }
            ours
        }
    };
    fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    if fs::read_dir(&folder)?.next().is_some() {
        bail!(
            "`{}` is not empty: what is in it would be listed as released",
            folder.display()
        );
    }
    Ok(folder)
}

fn write_all(
    folder: &Path,
    release: &Release,
    contents: &Contents<'_>,
    bom: Vec<u8>,
) -> Result<()> {
    let target = &release.target;
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        println!("{} ({} bytes)", path.display(), bytes.len());
        fs::write(&path, bytes).with_context(|| format!("cannot write `{}`", path.display()))
    };
    write(&target.program_name(), &contents.programs.nsc.bytes)?;
    write(
        &target.archive_name(),
        &archive::tar_gz(&contents.archive(target), release.time)?,
    )?;
    write(&format!("{}.cdx.json", target.stem()), &bom)?;
    if let Some(name) = deb::name(release) {
        write(&name, &deb::package(release, contents)?)?;
    }
    Ok(())
}

/// The shell installer, which knows where the releases of this repository are when it is told.
fn installer(workspace: &Workspace, releases: Option<&str>) -> Result<String> {
    let source = workspace.root.join(INSTALLER);
    let text = fs::read_to_string(&source)
        .with_context(|| format!("cannot read `{}`", source.display()))?;
    match releases {
        Some(url) => stamped(&text, url),
        None => Ok(text),
    }
}

/// The installer with the place of releases written into it.
fn stamped(text: &str, releases: &str) -> Result<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/".contains(c);
    if !releases.starts_with("https://") || !releases.chars().all(plain) {
        bail!("`{releases}` is no https URL of releases");
    }
    if text.matches(NO_RELEASES).count() != 1 {
        bail!("`{INSTALLER}` does not have the line `{NO_RELEASES}` once");
    }
    let releases = releases.trim_end_matches('/');
    Ok(text.replace(NO_RELEASES, &format!("releases='{releases}'")))
}

/// What is released.
pub(crate) struct Release {
    pub(crate) version: String,
    /// Unix seconds of the commit; every time in every file is this one.
    pub(crate) time: u64,
    pub(crate) target: Target,
}

/// When the commit was made, or what `SOURCE_DATE_EPOCH` says.
fn commit_time(workspace: &Workspace) -> Result<u64> {
    let told = std::env::var("SOURCE_DATE_EPOCH").ok();
    let text = match told.filter(|text| !text.is_empty()) {
        Some(text) => text,
        None => {
            let mut git = std::process::Command::new("git");
            git.current_dir(&workspace.root)
                .args(["log", "-1", "--format=%ct"]);
            let output = crate::step::output(&mut git)
                .context("no commit to take the time from: set SOURCE_DATE_EPOCH")?;
            String::from_utf8(output)?
        }
    };
    let time = text.trim().parse();
    time.with_context(|| format!("`{}` are no unix seconds", text.trim()))
}

#[derive(Default)]
struct Options {
    is_static: bool,
    out: Option<PathBuf>,
    releases: Option<String>,
    target: Option<String>,
}

impl Options {
    fn parse(args: &[String]) -> Result<Self> {
        let mut options = Self::default();
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = || {
                let value = args.next().cloned();
                value.with_context(|| format!("`{arg}` needs a value"))
            };
            match arg.as_str() {
                "--out" => options.out = Some(value()?.into()),
                "--releases" => options.releases = Some(value()?),
                "--static" => options.is_static = true,
                "--target" => options.target = Some(value()?),
                _ => bail!("`dist` knows no `{arg}`"),
            }
        }
        Ok(options)
    }
}

/// A file with its place and mode, as archives hold it.
fn file(path: impl Into<String>, mode: u32, bytes: impl Into<Vec<u8>>) -> File {
    File {
        path: path.into(),
        mode,
        bytes: bytes.into(),
    }
}

const INSTALLER: &str = "install.sh";
const NO_RELEASES: &str = "releases=''";

#[cfg(test)]
mod tests {
    use super::*;

    fn options(line: &str) -> Result<Options> {
        let args: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Options::parse(&args)
    }

    #[test]
    fn options_are_read_or_refused() {
        let read = options("--target T --static --out O --releases U").unwrap();
        assert_eq!(read.target.as_deref(), Some("T"));
        assert_eq!(read.out, Some(PathBuf::from("O")));
        assert!(read.is_static && read.releases.is_some());
        for line in ["--target", "--frobnicate", "x"] {
            assert!(options(line).is_err(), "{line}");
        }
    }

    #[test]
    fn nothing_of_an_earlier_release_is_released_again() {
        let scratch = tempfile::tempdir().unwrap();
        let workspace = Workspace {
            root: scratch.path().to_owned(),
            target: scratch.path().to_owned(),
        };
        let ours = folder(&workspace, None).unwrap();
        fs::write(ours.join("old"), "").unwrap();
        assert!(folder(&workspace, Some(&ours)).is_err());
        assert!(ours.join("old").exists());
        assert_eq!(
            fs::read_dir(folder(&workspace, None).unwrap())
                .unwrap()
                .count(),
            0
        );
    }

    #[test]
    fn the_installer_is_told_where_releases_are() {
        let text = include_str!("../../../../install.sh");
        let told = stamped(text, "https://github.com/o/r/releases/").unwrap();
        assert!(told.contains("releases='https://github.com/o/r/releases'\n"));
        for url in ["http://h/r", "https://h/'; rm -rf /; '", "https://h/$(x)"] {
            assert!(stamped(text, url).is_err(), "{url}");
        }
        assert!(stamped("no such line", "https://h/r").is_err());
    }
}
