//! `install.sh`, against a release on loopback.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use nsc_testkit::{FileTree, HttpDouble};

use crate::release_files::{Release, root};

/// A machine on which nothing is installed yet.
struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("tmp")).unwrap();
        Self { folder }
    }

    fn prefix(&self) -> PathBuf {
        self.folder.path().join("a prefix")
    }

    fn run(&self, script: &Path, args: &[&str]) -> Output {
        let mut command = Command::new("sh");
        command.arg(script).args(args).stdin(Stdio::null());
        command.current_dir(self.folder.path());
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap());
        command
            .env("TMPDIR", self.folder.path().join("tmp"))
            .env("NSC_RS_PREFIX", self.prefix())
            .env("NO_PROXY", "*");
        command.output().unwrap()
    }

    fn install(&self, release: &HttpDouble) -> Output {
        let url = format!("{}/files", release.url());
        self.run(&root().join("install.sh"), &["--url", &url])
    }

    /// Nothing is installed, and nothing is left of the attempt.
    #[track_caller]
    fn is_untouched(&self) {
        assert_eq!(FileTree::of(self.folder.path()).names(), ["tmp"]);
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[track_caller]
fn refused(output: &Output, reason: &str) {
    let said = text(&output.stderr);
    assert!(!output.status.success(), "{said}");
    assert!(said.contains(reason), "{said}");
    assert_eq!(text(&output.stdout), "");
}

#[test]
fn what_was_released_is_installed_below_the_prefix() {
    let machine = Machine::new();
    let release = Release::new().serve();
    for _ in 0..2 {
        let output = machine.install(&release);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains("a prefix/bin"));
        let installed = FileTree::of(machine.prefix());
        assert_eq!(
            installed.names(),
            [
                "bin",
                "bin/nk",
                "bin/nsc",
                "share",
                "share/man",
                "share/man/man1",
                "share/man/man1/nsc.1"
            ]
        );
        assert!(
            FileTree::of(machine.folder.path().join("tmp"))
                .names()
                .is_empty()
        );
    }
    let nsc = machine.prefix().join("bin/nsc");
    let mode = std::fs::metadata(&nsc).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o755);
    let said = Command::new(nsc).arg("--version").output().unwrap();
    assert!(text(&said.stdout).contains(env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_damaged_archive_is_refused_before_it_is_unpacked() {
    let machine = Machine::new();
    let mut release = Release::new();
    let middle = release.archive.len() / 2;
    release.archive[middle] ^= 1;
    refused(
        &machine.install(&release.serve()),
        "is not what was released",
    );
    machine.is_untouched();
    let mut release = Release::new();
    release.archive.truncate(middle);
    refused(
        &machine.install(&release.serve()),
        "is not what was released",
    );
    machine.is_untouched();
}

#[test]
fn what_a_release_lacks_is_named() {
    let machine = Machine::new();
    let with = |change: fn(&mut Release)| {
        let mut release = Release::new();
        change(&mut release);
        machine.install(&release.serve())
    };
    refused(&with(|release| release.archive.clear()), "cannot get");
    refused(&with(|release| release.sums.clear()), "SHA256SUMS`");
    let other = with(|release| release.sums = format!("{}  other\n", "0".repeat(64)));
    refused(&other, "no release for this system");
    refused(
        &with(|release| release.sums = release.sums.repeat(2)),
        "lists no",
    );
    refused(
        &with(|release| release.sums = release.sums.replacen(' ', "0 ", 1)),
        "lists no",
    );
    machine.is_untouched();
}

#[test]
fn nothing_is_fetched_in_the_clear_from_elsewhere() {
    let machine = Machine::new();
    let release = Release::new().serve();
    let script = root().join("install.sh");
    let port = release.url().rsplit(':').next().unwrap().to_owned();
    for url in [
        "http://example.invalid/files".to_owned(),
        format!("http://127.0.0.1:{port}@example.invalid/files"),
        "http://127.0.0.1.example.invalid/files".to_owned(),
        "ftp://127.0.0.1/files".to_owned(),
        "files".to_owned(),
    ] {
        let output = machine.run(&script, &["--url", &url]);
        assert!(!output.status.success(), "{url}");
        let said = text(&output.stderr);
        assert!(
            said.contains("https") || said.contains("no URL"),
            "{url}: {said}"
        );
    }
    refused(&machine.run(&script, &[]), "--url says where");
    refused(&machine.run(&script, &["--url"]), "needs a value");
    assert_eq!(machine.run(&script, &["surplus"]).status.code(), Some(2));
    assert!(release.requests().is_empty());
    machine.is_untouched();
}

#[test]
fn a_script_that_was_cut_off_does_nothing() {
    let machine = Machine::new();
    let release = Release::new().serve();
    let url = format!("{}/files", release.url());
    let whole = std::fs::read_to_string(root().join("install.sh")).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let cut = tempfile::NamedTempFile::new().unwrap();
    for length in (0..lines.len()).step_by(9).chain([lines.len() - 1]) {
        std::fs::write(cut.path(), lines[..length].join("\n")).unwrap();
        machine.run(cut.path(), &["--url", &url]);
        machine.is_untouched();
    }
    assert!(release.requests().is_empty());
}
