//! What goes into the packages beside the programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::build::Programs;
use super::file;
use super::target::Target;
use crate::step::{self, Workspace};

/// A file of an archive.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) mode: u32,
    pub(crate) bytes: Vec<u8>,
}

/// All that packages are made of.
pub(crate) struct Contents<'a> {
    pub(crate) programs: &'a Programs,
    /// Completion scripts.
    pub(crate) completions: Vec<Completion>,
    /// Man pages by file name.
    pub(crate) man: Vec<(String, Vec<u8>)>,
    /// Licence, read-me and changes by file name.
    pub(crate) documents: Vec<(String, Vec<u8>)>,
}

/// A completion script of a program.
pub(crate) struct Completion {
    pub(crate) shell: Shell,
    pub(crate) program: &'static str,
    pub(crate) script: Vec<u8>,
}

impl Completion {
    /// What the shell expects the script to be called.
    pub(crate) fn file_name(&self) -> String {
        let program = self.program;
        match self.shell {
            Shell::Bash => program.to_owned(),
            Shell::Fish => format!("{program}.fish"),
            Shell::Zsh => format!("_{program}"),
        }
    }
}

/// A shell whose completion is packaged.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shell {
    Bash,
    Fish,
    Zsh,
}

impl Shell {
    const ALL: [Self; 3] = [Self::Bash, Self::Fish, Self::Zsh];

    fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Fish => "fish",
            Self::Zsh => "zsh",
        }
    }

    /// Where it looks for scripts of packages, below a prefix, by itself.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Bash => "share/bash-completion/completions",
            Self::Fish => "share/fish/vendor_completions.d",
            Self::Zsh => "share/zsh/site-functions",
        }
    }
}

impl<'a> Contents<'a> {
    /// Asks the new program for its completions, and reads the rest from the workspace.
    pub(crate) fn gather(workspace: &Workspace, programs: &'a Programs) -> Result<Self> {
        let document = |name: &str| {
            let path = workspace.root.join(name);
            let bytes = fs::read(&path).with_context(|| format!("no `{}`", path.display()))?;
            anyhow::Ok((name.to_owned(), bytes))
        };
        Ok(Self {
            programs,
            completions: completions(&workspace.root.join("docs/completions"), &programs.path)?,
            man: man_pages(&workspace.root.join("docs/man"))?,
            documents: ["CHANGELOG.md", "LICENSE", "README.md"]
                .into_iter()
                .map(document)
                .collect::<Result<_>>()?,
        })
    }

    /// The files of the archive: laid out as below a prefix, so that installing is copying.
    pub(crate) fn archive(&self, target: &Target) -> Vec<File> {
        let top = target.stem();
        let place = |path: &str, mode, bytes: &[u8]| file(format!("{top}/{path}"), mode, bytes);
        let mut files = Vec::new();
        for program in [&self.programs.nk, &self.programs.nsc] {
            files.push(place(
                &format!("bin/{}", program.name),
                0o755,
                &program.bytes,
            ));
        }
        for completion in &self.completions {
            let path = format!("{}/{}", completion.shell.folder(), completion.file_name());
            files.push(place(&path, 0o644, &completion.script));
        }
        for (name, page) in &self.man {
            files.push(place(&format!("share/man/man1/{name}"), 0o644, page));
        }
        for (name, text) in &self.documents {
            files.push(place(name, 0o644, text));
        }
        files
    }
}

/// Those of `nsc`, which it knows itself, and those of `nk`, which are in the folder.
fn completions(folder: &Path, nsc: &Path) -> Result<Vec<Completion>> {
    let mut found = Vec::new();
    for shell in Shell::ALL {
        found.push(Completion {
            shell,
            program: "nsc",
            script: completion(nsc, shell)?,
        });
        let path = folder.join(format!("nk.{}", shell.name()));
        let script = fs::read(&path).with_context(|| format!("no `{}`", path.display()))?;
        found.push(Completion {
            shell,
            program: "nk",
            script,
        });
    }
    Ok(found)
}

fn completion(nsc: &Path, shell: Shell) -> Result<Vec<u8>> {
    // A home of its own: what stands in this one is none of the package's business.
    let home = tempfile::tempdir()?;
    let mut ask = Command::new(nsc);
    ask.args(["completion", shell.name()]);
    ask.env_clear().env("HOME", home.path());
    let script = step::output(&mut ask)?;
    if script.is_empty() {
        bail!("`nsc completion {}` says nothing", shell.name());
    }
    Ok(script)
}

/// The man pages of a folder, by name.
fn man_pages(folder: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let entries = fs::read_dir(folder)
        .with_context(|| format!("no man pages: cannot read `{}`", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "1"));
    paths.sort();
    if paths.is_empty() {
        bail!("no man pages in `{}`", folder.display());
    }
    let page = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Ok((name.into_owned(), fs::read(path)?))
    };
    paths.iter().map(page).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn man_pages_are_sorted_and_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        assert!(man_pages(&folder.path().join("missing")).is_err());
        assert!(man_pages(folder.path()).is_err());
        for name in ["nsc.1", "nk.1", "README.md"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let names: Vec<String> = man_pages(folder.path())
            .unwrap()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["nk.1", "nsc.1"]);
    }

    /// With a program that answers as `nsc` does, and the pages and scripts that are published.
    #[cfg(unix)]
    #[test]
    fn an_archive_has_the_published_pages_and_completions_of_both_programs() {
        use std::os::unix::fs::PermissionsExt;

        use super::super::build::Program;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nsc");
        fs::write(&path, "#!/bin/sh\necho \"$1 $2\"\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let program = |name: &str| Program {
            name: name.to_owned(),
            bytes: Vec::new(),
        };
        let programs = Programs {
            nk: program("nk"),
            nsc: program("nsc"),
            path,
        };
        let workspace = Workspace::find().unwrap();
        let contents = Contents::gather(&workspace, &programs).unwrap();
        let target = Target::of("x86_64-unknown-linux-musl").unwrap();
        let files = contents.archive(&target);
        for wanted in [
            "bin/nk",
            "bin/nsc",
            "share/bash-completion/completions/nk",
            "share/bash-completion/completions/nsc",
            "share/fish/vendor_completions.d/nk.fish",
            "share/fish/vendor_completions.d/nsc.fish",
            "share/zsh/site-functions/_nk",
            "share/zsh/site-functions/_nsc",
            "share/man/man1/nk.1",
            "share/man/man1/nsc.1",
            "share/man/man1/nsc-add-user.1",
        ] {
            let path = format!("{}/{wanted}", target.stem());
            assert!(files.iter().any(|file| file.path == path), "{path}");
        }
        let asked = files.iter().find(|file| file.path.ends_with("/_nsc"));
        assert_eq!(asked.unwrap().bytes, b"completion zsh\n");
        let empty = tempfile::tempdir().unwrap();
        assert!(completions(empty.path(), &programs.path).is_err());
    }
}
