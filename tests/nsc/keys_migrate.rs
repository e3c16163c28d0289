//! `nsc keys migrate`.

use nsc_core::keys::KeyKind;
use nsc_testkit::{FileTree, TestHome};

use crate::stock::{self, key};

/// A home whose keystore has the layout of old versions.
pub(crate) fn home() -> TestHome {
    let home = stock::home();
    std::fs::remove_dir_all(home.keystore()).unwrap();
    let keys = home.keystore();
    home.write(
        keys.join("O/O.nk"),
        format!("{}\n", key(KeyKind::Operator, 1).seed),
    );
    home.write(
        keys.join("O/accounts/A/A.nk"),
        key(KeyKind::Account, 1).seed,
    );
    home.write(
        keys.join("O/accounts/A/users/u.nk"),
        key(KeyKind::User, 1).seed,
    );
    home.write(keys.join("O/accounts/A/users/u.creds"), "creds of u");
    home
}

/// Folders beside the keystore whose names begin as its name does.
fn beside(home: &TestHome) -> Vec<String> {
    let parent = home.keystore().parent().unwrap().to_owned();
    let mut names: Vec<String> = std::fs::read_dir(parent)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "stores" && name != "keys")
        .collect();
    names.sort();
    names
}

#[test]
fn an_old_keystore_stops_everything_else() {
    let home = home();
    for args in [
        &["list", "operators"][..],
        &["add", "operator", "P"],
        &["list", "keys"],
    ] {
        home.nsc(args).failure(1).stderr_has("nsc keys migrate");
    }
    home.nsc(["env"]).failure(1);
    home.nsc(["completion", "bash"]).success();
}

#[test]
fn everything_is_filed_anew_and_the_old_kept() {
    let home = home();
    let old = FileTree::of(home.keystore());
    home.nsc(["keys", "migrate", "--dry-run"])
        .success()
        .stdout_has("would");
    let names = FileTree::of(home.keystore()).without(".nsc-rs");
    assert_eq!(names.names(), old.names());
    let output = home.nsc(["keys", "migrate", "--output", "json"]).success();
    let result = &output.json()["result"];
    assert_eq!(
        (result["keys"].as_u64(), result["creds"].as_u64()),
        (Some(3), Some(1))
    );
    for seed in [
        key(KeyKind::Operator, 1),
        key(KeyKind::Account, 1),
        key(KeyKind::User, 1),
    ] {
        assert_eq!(home.read(home.seed_file(&seed.public)), seed.seed);
    }
    assert_eq!(home.read(home.creds_file("O", "A", "u")), "creds of u");
    assert!(home.keystore().join(".gitignore").exists() && !home.keystore().join("O").exists());
    home.tree().assert_private(&[".local/share/nats/nsc/keys"]);
    let kept = beside(&home);
    assert_eq!(kept.len(), 1);
    assert!(
        kept[0].starts_with("keys_") && kept[0].len() == "keys_".len() + 22,
        "{kept:?}"
    );
    let kept = FileTree::of(home.keystore().with_file_name(&kept[0])).without(".nsc-rs");
    assert_eq!(kept.names(), old.names());
    home.nsc(["add", "user", "-a", "A", "w"]).success();
    home.nsc(["keys", "migrate"])
        .success()
        .stdout_has("needs no migration");
    assert_eq!(beside(&home).len(), 1);
}

#[test]
fn what_cannot_be_filed_changes_nothing() {
    for (file, content) in [("O/accounts/A/junk.nk", "junk"), ("O/stray.creds", "creds")] {
        let home = home();
        home.write(home.keystore().join(file), content);
        let before = FileTree::of(home.keystore());
        home.nsc(["keys", "migrate"]).failure(1).stderr_has(file);
        assert_eq!(
            before.changes(&FileTree::of(home.keystore()).without(".nsc-rs")),
            [""; 0]
        );
        assert_eq!(beside(&home), [""; 0]);
    }
}

#[test]
fn a_folder_for_everything_is_not_moved_away() {
    let home = home();
    std::fs::write(home.keystore().join("nsc.json"), "{}").unwrap();
    home.nsc(["keys", "migrate"])
        .failure(1)
        .stderr_has("--keystore-dir");
    assert!(home.keystore().join("O/O.nk").exists());
}

#[test]
fn a_new_keystore_needs_nothing() {
    let home = stock::home();
    let output = home.nsc(["keys", "migrate", "--output", "json"]).success();
    assert_eq!(output.json()["result"]["migrated"], false);
    assert_eq!(beside(&home), [""; 0]);
}
