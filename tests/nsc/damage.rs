//! Full disks, missing permissions, damaged and foreign files: refused by name, nothing changed.
#![cfg(unix)]

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use nsc_testkit::TestHome;

fn home() -> TestHome {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    home.nsc(["add", "operator", "O"]).success();
    for account in ["A", "B"] {
        home.nsc(["add", "account", account]).success();
        home.nsc(["add", "user", "u", "-a", account]).success();
    }
    home
}

/// What changed but for locks.
fn changes(before: &nsc_testkit::FileTree, home: &TestHome) -> Vec<String> {
    let mut changes = before.changes(&home.tree());
    changes.retain(|change| !change.ends_with("/.nsc-rs/lock"));
    changes
}

/// Status and standard error of a command that is run by a shell with a prelude, by somebody who is
/// not root: permissions mean nothing to root.
fn run_limited(home: &TestHome, prelude: &str, args: &[&str]) -> (i32, String) {
    const NOBODY: u32 = 65534;
    let mut command = Command::new("sh");
    let script = format!("{prelude}; exec \"$0\" \"$@\"");
    command
        .args(["-c", &script, env!("CARGO_BIN_EXE_nsc")])
        .args(args)
        .env_clear()
        .env("HOME", home.path())
        .current_dir(home.work())
        .stdin(Stdio::null());
    // What we make now is ours.
    let ours = home.write("tmp/owner", "");
    let owner = std::fs::metadata(&ours).unwrap().uid();
    std::fs::remove_file(ours).unwrap();
    if owner == 0 {
        give_away(home.path(), NOBODY);
        command.uid(NOBODY).gid(NOBODY);
    }
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    nsc_testkit::assert_no_seeds("standard error", &text);
    (output.status.code().unwrap_or(-1), text)
}

fn give_away(path: &Path, owner: u32) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            give_away(&entry.unwrap().path(), owner);
        }
    }
    chown(path, Some(owner), Some(owner)).unwrap();
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

/// So much fits into a file, and no more: a JWT does not. The shell keeps the signal away that would end the command.
const FULL: &str = "trap '' XFSZ; ulimit -f 1";

#[test]
fn a_full_disk_leaves_everything_as_it_was() {
    let home = home();
    let before = home.tree();
    for args in [
        &["add", "user", "new", "-a", "A"][..],
        &["edit", "account", "A", "--tag", "t"],
        &["add", "account", "C"],
        &["add", "operator", "P"],
    ] {
        let (code, text) = run_limited(&home, FULL, args);
        assert_eq!(code, 1, "{args:?}: {text}");
        assert!(
            text.contains("cannot write `") && text.contains("because:"),
            "{text}"
        );
        let mut changes = changes(&before, &home);
        // The side folder of the store root is made with the first operator that is tried.
        changes.retain(|change| !change.contains("stores/.nsc-rs"));
        assert_eq!(changes, [""; 0], "{args:?}");
    }
}

#[test]
fn a_missing_permission_is_named() {
    let home = home();
    let users = home.stores().join("O/accounts/A/users");
    set_mode(&users, 0o500);
    let before = home.tree();
    let (code, text) = run_limited(&home, ":", &["add", "user", "new", "-a", "A"]);
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("users/new.jwt") && text.contains("ermission denied"),
        "{text}"
    );
    assert_eq!(changes(&before, &home), [""; 0]);
    let (code, text) = run_limited(&home, ":", &["add", "user", "new", "-a", "B"]);
    assert_eq!(code, 0, "{text}");

    set_mode(&users, 0o700);
    let account = home.stores().join("O/accounts/A/A.jwt");
    set_mode(&account, 0o000);
    let (code, text) = run_limited(&home, ":", &["edit", "account", "A", "--tag", "t"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("A/A.jwt"), "{text}");
    let (code, text) = run_limited(&home, ":", &["edit", "account", "B", "--tag", "t"]);
    assert_eq!(code, 0, "{text}");
}

#[test]
fn a_store_that_cannot_be_written_can_be_read() {
    let home = home();
    let store = home.stores().join("O");
    let dirs = ["", ".nsc-rs", "accounts", "accounts/A", "accounts/A/users"];
    dirs.iter()
        .for_each(|dir| set_mode(&store.join(dir), 0o500));
    set_mode(&store.join(".nsc-rs/lock"), 0o400);
    let before = home.tree();
    let (code, text) = run_limited(&home, ":", &["add", "user", "new", "-a", "A"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("stores/O/.nsc-rs"), "{text}");
    assert_eq!(before.changes(&home.tree()), [""; 0]);
    for args in [
        &["list", "users", "-a", "A"][..],
        &["describe", "account", "A"],
        &["log"],
        &["add", "user", "new", "-a", "A", "--dry-run"],
    ] {
        let (code, text) = run_limited(&home, ":", args);
        assert_eq!(code, 0, "{args:?}: {text}");
    }
    // So that the folder can be removed.
    dirs.iter()
        .for_each(|dir| set_mode(&store.join(dir), 0o700));
}

#[test]
fn a_folder_in_place_of_a_file_and_the_other_way_round() {
    let home = home();
    let before = home.tree();
    let creds = home.creds_file("O", "A", "new");
    std::fs::create_dir_all(&creds).unwrap();
    home.nsc(["add", "user", "new", "-a", "A"])
        .failure(1)
        .stderr_has("new.creds");
    std::fs::remove_dir(&creds).unwrap();
    assert_eq!(changes(&before, &home), [""; 0]);

    let folder = home.stores().join("O/accounts/C");
    std::fs::write(&folder, "a file").unwrap();
    home.nsc(["add", "account", "C"])
        .failure(1)
        .stderr_has("accounts/C");
    std::fs::remove_file(&folder).unwrap();
    assert_eq!(changes(&before, &home), [""; 0]);
}

#[test]
fn damaged_accounts_are_named_and_stop_nobody_else() {
    let home = home();
    let path = home.stores().join("O/accounts/A/A.jwt");
    let good = home.read(&path);
    let user = home.read(home.stores().join("O/accounts/A/users/u.jwt"));
    let other = home.read(home.stores().join("O/accounts/B/B.jwt"));
    let (head, _) = good.rsplit_once('.').unwrap();
    let stranger = format!("{head}.{}", other.rsplit_once('.').unwrap().1);
    let cases: [(&str, &[u8]); 6] = [
        ("empty", b""),
        ("cut", &good.as_bytes()[..good.len() / 2]),
        ("binary", &[0, 0xff, 0x80, b'\n', 7]),
        ("wrong kind", user.as_bytes()),
        ("signed by a stranger", stranger.as_bytes()),
        ("prose", b"this is no token at all\n"),
    ];
    for (what, content) in cases {
        std::fs::write(&path, content).unwrap();
        let before = home.tree();
        for args in [
            &["edit", "account", "A", "--tag", "t"][..],
            &["add", "user", "new", "-a", "A"],
            &["describe", "account", "A"],
        ] {
            let output = home.nsc(args).failure(1);
            output.stderr_has("A/A.jwt");
        }
        assert_eq!(changes(&before, &home), [""; 0], "{what}");
        home.nsc(["edit", "account", "B", "--tag", what]).success();
        home.nsc(["add", "user", &format!("new {what}"), "-a", "B"])
            .success();
        home.nsc(["list", "users", "-a", "B"]).success();
    }
}

#[test]
fn damaged_seeds_and_settings_are_named() {
    let home = home();
    let account = home.account_token("O", "A").subject().to_owned();
    let seed = home.seed_file(&account);
    let good = home.read(&seed);
    let other = home.read(home.seed_file(home.account_token("O", "B").subject()));
    for content in ["", &good[..40], "junk", &account, &other] {
        home.write(&seed, content);
        let before = home.tree();
        home.nsc(["add", "user", "new", "-a", "A"])
            .failure(1)
            .stderr_has(&format!("{account}.nk"));
        assert_eq!(changes(&before, &home), [""; 0], "{content}");
    }
    home.write(&seed, &good);

    for (path, ending) in [
        (home.config().join("nsc.json"), "nsc.json"),
        (home.stores().join("O/.nsc"), "O/.nsc"),
    ] {
        let good = home.read(&path);
        home.write(&path, "{ damaged");
        let before = home.tree();
        home.nsc(["add", "user", "new", "-a", "A"])
            .failure(1)
            .stderr_has(ending);
        assert_eq!(before.changes(&home.tree()), [""; 0], "{ending}");
        home.write(&path, good);
    }
    home.nsc(["add", "user", "new", "-a", "A"]).success();
}
