//! For which system a release is made, and what its files are called.

use std::process::Command;

use anyhow::{Context, Result, bail};
use nsc::release;

use crate::step;

/// A target of rustc.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Target {
    pub(crate) triple: String,
    arch: &'static str,
    os: &'static str,
}

impl Target {
    /// A target by its triple.
    pub(crate) fn of(triple: &str) -> Result<Self> {
        let arch = match triple.split('-').next() {
            Some("x86_64") => "x86_64",
            Some("aarch64") => "aarch64",
            _ => bail!("`{triple}`: releases are made for x86_64 and aarch64"),
        };
        let os = if triple.contains("-linux-") {
            "linux"
        } else if triple.contains("-apple-darwin") {
            "macos"
        } else if triple.contains("-windows-") {
            "windows"
        } else {
            bail!("`{triple}`: releases are made for Linux, macOS and Windows")
        };
        Ok(Self {
            triple: triple.to_owned(),
            arch,
            os,
        })
    }

    /// The system that this runs on.
    pub(crate) fn host() -> Result<Self> {
        let about = step::output(Command::new(rustc()).arg("-vV"))?;
        let about = String::from_utf8(about)?;
        let mut lines = about.lines();
        let host = lines.find_map(|line| line.strip_prefix("host: "));
        Self::of(host.context("rustc names no host")?)
    }

    /// Fails, with what to do, when rustc has no standard library for it.
    pub(crate) fn check_installed(&self) -> Result<()> {
        let mut ask = Command::new(rustc());
        ask.args(["--print", "target-libdir", "--target", &self.triple]);
        let folder = String::from_utf8(step::output(&mut ask)?)?;
        if std::path::Path::new(folder.trim()).is_dir() {
            return Ok(());
        }
        let triple = &self.triple;
        bail!("rustc has no standard library for `{triple}`: rustup target add {triple}")
    }

    pub(crate) fn program_name(&self) -> String {
        release::program_name(self.os, self.arch)
    }

    pub(crate) fn archive_name(&self) -> String {
        release::archive_name(self.os, self.arch)
    }

    pub(crate) fn stem(&self) -> String {
        release::stem(self.os, self.arch)
    }

    /// Its name in Debian, for Linux.
    pub(crate) fn debian(&self) -> Option<&'static str> {
        match (self.os, self.arch) {
            ("linux", "x86_64") => Some("amd64"),
            ("linux", "aarch64") => Some("arm64"),
            _ => None,
        }
    }

    pub(crate) fn is_musl(&self) -> bool {
        self.triple.contains("-musl")
    }

    /// Whether the GNU C library can be linked in.
    pub(crate) fn is_gnu_linux(&self) -> bool {
        self.os == "linux" && self.triple.contains("-gnu")
    }

    /// The name of a program in it.
    pub(crate) fn executable(&self, name: &str) -> String {
        let suffix = if self.os == "windows" { ".exe" } else { "" };
        format!("{name}{suffix}")
    }
}

fn rustc() -> std::ffi::OsString {
    std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_have_the_names_that_update_asks_for() {
        let host = Target::host().unwrap();
        use std::env::consts::{ARCH, OS};
        assert_eq!(host.program_name(), release::program_name(OS, ARCH));
        host.check_installed().unwrap();
        let names = |triple| {
            let target = Target::of(triple).unwrap();
            (
                target.archive_name(),
                target.debian(),
                target.executable("nk"),
            )
        };
        assert_eq!(
            names("aarch64-unknown-linux-musl"),
            (
                "nsc-rs-linux-aarch64.tar.gz".to_owned(),
                Some("arm64"),
                "nk".to_owned()
            )
        );
        assert_eq!(
            names("x86_64-pc-windows-msvc"),
            (
                "nsc-rs-windows-x86_64.tar.gz".to_owned(),
                None,
                "nk.exe".to_owned()
            )
        );
        for triple in ["riscv64gc-unknown-linux-gnu", "x86_64-unknown-freebsd", ""] {
            assert!(Target::of(triple).is_err(), "{triple}");
        }
    }

    #[test]
    fn a_target_without_a_standard_library_is_named_with_the_remedy() {
        let nowhere = Target {
            triple: "aarch64-apple-darwin".to_owned(),
            ..Target::of("aarch64-apple-darwin").unwrap()
        };
        if let Err(error) = nowhere.check_installed() {
            assert!(error.to_string().contains("rustup target add"), "{error}");
        }
    }
}
