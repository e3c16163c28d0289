//! `nsc update`, against a list of releases on loopback.

use std::env::consts::{ARCH, OS};
use std::path::PathBuf;
use std::process::Command;

use nsc_testkit::{Answer, FileTree, HttpDouble, TestHome};
use serde_json::{Value, json};

const PROGRAM: &str = "#!/bin/sh\necho nsc 99.1.0\n";
/// SHA-256 of the program, as `sha256sum` tells it.
pub(crate) const DIGEST: &str =
    "sha256:4068b9c2a0a471d8b141737185a35670baba8eacc84a580ebffe8de5759087f6";
const CURRENT: &str = env!("CARGO_PKG_VERSION");

fn build_name() -> String {
    nsc::release::program_name(OS, ARCH)
}

/// Releases: the latest has this tag, and 99.1.0 is there, too; both with this digest.
pub(crate) fn releases(latest: &'static str, digest: &'static str) -> HttpDouble {
    HttpDouble::start(move |request| {
        let url = request.path.clone();
        let release = |tag: &str| {
            let file = json!({
                "name": build_name(),
                "browser_download_url": "@URL@/program",
                "digest": digest,
            });
            json!({"tag_name": tag, "assets": [{"name": "notes.txt", "browser_download_url": "x"}, file]})
        };
        let host = request
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("host"));
        let host = host.map_or("", |(_, value)| value);
        let say = |value: Value| {
            Answer::new(
                200,
                value
                    .to_string()
                    .replace("@URL@", &format!("http://{host}")),
            )
        };
        match url.as_str() {
            "/r/releases/latest" => say(release(latest)),
            "/r/releases/tags/v99.1.0" => say(release("v99.1.0")),
            "/r/releases/tags/v98.0.0" => say(json!({"tag_name": "v98.0.0", "assets": []})),
            "/program" => Answer::new(200, PROGRAM),
            _ => Answer::new(404, "not found"),
        }
    })
}

/// A folder with a package manager that owns every file.
#[cfg(unix)]
fn owner_of_everything(name: &str) -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join(name);
    std::fs::write(&script, "#!/bin/sh\nexit 0\n").unwrap();
    std::fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
    folder
}

/// Copies a program. Not by this process: whatever another test starts meanwhile would hold the copy open, and
/// what is open for writing cannot be run.
fn copy(from: &str, to: &std::path::Path) {
    #[cfg(unix)]
    assert!(
        Command::new("cp")
            .arg(from)
            .arg(to)
            .status()
            .unwrap()
            .success()
    );
    #[cfg(not(unix))]
    std::fs::copy(from, to).unwrap();
}

/// A home with a program of its own, that asks these releases.
pub(crate) fn home(releases: &HttpDouble) -> (TestHome, tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("nsc");
    copy(env!("CARGO_BIN_EXE_nsc"), &program);
    let home = TestHome::new(&program);
    let config = json!({"github_updates": format!("{}/r", releases.url())});
    home.write(home.config().join("nsc.json"), config.to_string());
    (home, folder, program)
}

#[test]
fn the_program_is_replaced_by_the_latest_release() {
    let releases = releases("v99.1.0", DIGEST);
    let (home, folder, program) = home(&releases);
    home.nsc(["update", "--dry-run"])
        .success()
        .stdout_has("would replace");
    let output = home.nsc(["--output", "json", "update"]).success().json();
    assert_eq!(output["result"]["outcome"], "updated");
    assert_eq!(output["result"]["current"], CURRENT);
    assert_eq!(output["result"]["release"], "99.1.0");
    let said = Command::new(&program).output().unwrap();
    assert_eq!(said.stdout, b"nsc 99.1.0\n");
    assert_eq!(FileTree::of(folder.path()).names(), ["nsc"]);
}

#[test]
fn digests_are_read_from_the_list_of_the_release_where_the_listing_has_none() {
    let lines = |digest: &str| {
        format!(
            "{digest}  {}\n{}  notes.txt\n",
            build_name(),
            "0".repeat(64)
        )
    };
    let good = lines(DIGEST.trim_start_matches("sha256:"));
    let other = lines(&"1".repeat(64));
    for (list, status) in [(good, 0), (other, 6), ("hello\n".to_owned(), 6)] {
        let server = HttpDouble::start(move |request| {
            let host = &request.headers["host"];
            match request.path.as_str() {
                "/r/releases/latest" => {
                    let file = |name: &str, path: &str| json!({"name": name, "browser_download_url": format!("http://{host}/{path}")});
                    let files = [file(&build_name(), "program"), file("SHA256SUMS", "sums")];
                    Answer::new(
                        200,
                        json!({"tag_name": "v99.1.0", "assets": files}).to_string(),
                    )
                }
                "/program" => Answer::new(200, PROGRAM),
                "/sums" => Answer::new(200, list.clone()),
                _ => Answer::new(404, "not found"),
            }
        });
        let (home, folder, program) = home(&server);
        let before = FileTree::of(folder.path());
        if status == 0 {
            home.nsc(["update"]).success();
            assert_eq!(std::fs::read(&program).unwrap(), PROGRAM.as_bytes());
        } else {
            home.nsc(["update"]).failure(status).stderr_has("SHA-256");
            assert!(before.changes(&FileTree::of(folder.path())).is_empty());
        }
    }
}

#[test]
fn the_same_version_is_left_alone_without_a_question() {
    let releases = releases("v0.0.1", DIGEST);
    let (home, folder, _) = home(&releases);
    let before = FileTree::of(folder.path());
    for version in [CURRENT.to_owned(), format!("v{CURRENT}")] {
        home.nsc(["update", "--version", &version])
            .success()
            .stdout_has(CURRENT);
    }
    assert!(releases.requests().is_empty());
    home.nsc(["update"])
        .success()
        .stdout_has("newer than the latest release");
    assert!(before.changes(&FileTree::of(folder.path())).is_empty());
}

#[test]
fn nothing_changes_when_an_update_is_refused() {
    let releases = releases("v99.1.0", "sha256:00");
    let (home, folder, _) = home(&releases);
    let before = FileTree::of(folder.path());
    for (status, args) in [
        (2, ["extra"].as_slice()),
        (2, &["--version", "not.a.version"]),
        (2, &["--version", "1.2.3.4"]),
        (3, &["--version", "v98"]),
        (6, &["--version", "97"]),
        (6, &["--version", "99.1"]),
        (6, &[]),
    ] {
        home.nsc(["update"].iter().chain(args)).failure(status);
    }
    home.nsc(["update"])
        .env("NO_PROXY", "*")
        .failure(6)
        .stderr_has("SHA-256");
    let config = json!({"github_updates": "http://127.0.0.1:1/r"});
    home.write(home.config().join("nsc.json"), config.to_string());
    home.nsc(["update"])
        .failure(6)
        .stderr_has("cannot get the latest release");
    let config = json!({"github_updates": "no repository"});
    home.write(home.config().join("nsc.json"), config.to_string());
    home.nsc(["update"]).failure(1).stderr_has("no repository");
    assert!(before.changes(&FileTree::of(folder.path())).is_empty());
}

#[cfg(unix)]
#[test]
fn a_program_of_a_package_manager_is_left_to_it() {
    let releases = releases("v99.1.0", DIGEST);
    let (home, folder, _) = home(&releases);
    let before = FileTree::of(folder.path());
    for (manager, hint) in [
        ("dpkg", "apt install"),
        ("rpm", "dnf upgrade"),
        ("pacman", "pacman -Syu"),
    ] {
        let managers = owner_of_everything(manager);
        for args in [
            &["update"][..],
            &["update", "--dry-run"],
            &["update", "--version", "99.1.0"],
        ] {
            let output = home.nsc(args).env("PATH", managers.path()).failure(1);
            output
                .stderr_has(&format!("belongs to {manager}"))
                .stderr_has(hint);
        }
    }
    assert!(before.changes(&FileTree::of(folder.path())).is_empty());
    let downloads = releases.requests();
    assert!(downloads.iter().all(|request| request.path != "/program"));
}

#[test]
fn a_program_in_a_folder_of_a_package_manager_is_left_to_it() {
    let releases = releases("v99.1.0", DIGEST);
    let (_, folder, program) = home(&releases);
    let cellar = folder.path().join("Cellar/nsc/1/bin");
    std::fs::create_dir_all(&cellar).unwrap();
    let packaged = cellar.join("nsc");
    std::fs::copy(&program, &packaged).unwrap();
    let home = TestHome::new(&packaged);
    let config = json!({"github_updates": format!("{}/r", releases.url())});
    home.write(home.config().join("nsc.json"), config.to_string());
    home.nsc(["update"])
        .failure(1)
        .stderr_has("belongs to Homebrew")
        .stderr_has("brew upgrade nsc");
    assert_eq!(
        std::fs::read(&packaged).unwrap(),
        std::fs::read(&program).unwrap()
    );
}
