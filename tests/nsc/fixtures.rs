//! Whole homes that earlier versions left behind: every version goes on reading them.

use std::path::{Path, PathBuf};

use nsc_testkit::TestHome;
use serde_json::Value;

use crate::stock::line;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../keystore-fixtures")
        .join(name)
}

/// A copy of a fixture, with the modes that git does not keep.
fn copy(name: &str) -> TestHome {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    copy_folder(&fixture(name), home.path(), home.path());
    home
}

fn copy_folder(from: &Path, to: &Path, home: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy_folder(&path, &target, home);
            private(&target, 0o700);
        } else if !path.ends_with(".keep") {
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.replace("@HOME@", home.to_str().unwrap());
            std::fs::write(&target, text).unwrap();
            private(&target, 0o600);
        }
    }
}

#[cfg(unix)]
fn private(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn private(_: &Path, _: u32) {}

/// The names that a listing holds.
#[track_caller]
fn names(home: &TestHome, words: &str) -> Vec<String> {
    let listed = line(home, words).success().json();
    let rows = listed.as_array().unwrap().iter();
    rows.map(|row| row["name"].as_str().unwrap().to_owned())
        .collect()
}

/// The names and states of the keys that are listed.
fn keys(listed: &Value) -> Vec<String> {
    let state = |key: &Value| match (&key["invalid"], key["key_path"].as_str()) {
        (Value::Bool(true), _) => " BAD",
        (_, Some("")) => " missing",
        _ => "",
    };
    let rows = listed.as_array().unwrap().iter();
    rows.map(|key| {
        let kind = key["pub"].as_str().unwrap().get(..1).unwrap().to_owned();
        format!("{kind} {}{}", key["name"].as_str().unwrap(), state(key))
    })
    .collect()
}

/// Runs what only reads, in a home where nothing is to be brought up to date.
#[track_caller]
fn reads(home: &TestHome, account: &str, user: &str) {
    line(home, "env").success();
    let before = home.tree();
    line(home, "describe operator")
        .success()
        .stdout_has("Operator Details");
    line(home, &format!("describe account {account}"))
        .success()
        .stdout_has(account);
    line(home, &format!("describe user -a {account} {user}"))
        .success()
        .stdout_has(user);
    line(home, "keys migrate")
        .success()
        .stdout_has("needs no migration");
    line(home, "upgrade-jwt")
        .success()
        .stdout_has("version 2 already");
    assert_eq!(before.changes(&home.tree()), Vec::<String>::new());
}

#[test]
fn a_home_in_the_usual_folders() {
    let home = copy("xdg");
    assert_eq!(names(&home, "list operators -J"), ["T"]);
    assert_eq!(names(&home, "list accounts -J"), ["B", "SYS", "T"]);
    assert_eq!(names(&home, "list users -J"), ["T", "limited"]);
    let listed = line(&home, "list keys -A -J").success().json();
    assert_eq!(
        keys(&listed),
        [
            "O T",
            "A B",
            "U b1",
            "A SYS",
            "A SYS",
            "U sys",
            "A T",
            "U T",
            "U limited"
        ]
    );
    line(&home, "validate -A").success();
    reads(&home, "T", "limited");
    line(&home, "edit user limited --tag two").success();
    line(&home, "validate -A").success();
}

#[test]
fn a_home_in_the_folders_of_old_versions() {
    let home = copy("legacy");
    assert_eq!(names(&home, "list operators -J"), ["O", "P"]);
    assert_eq!(names(&home, "list accounts -J"), ["A"]);
    line(&home, "validate -A").success();
    reads(&home, "A", "u");
    line(&home, "add user v").success();
    assert!(!home.path().join(".config").exists() && !home.path().join(".local").exists());
}

#[test]
fn an_operator_that_is_managed_elsewhere() {
    let home = copy("managed");
    assert_eq!(names(&home, "list accounts -J"), ["SELF", "SIGNED"]);
    let listed = line(&home, "list keys -A -J").success().json();
    let expected = ["O M missing", "A SELF", "U s1", "A SIGNED", "U u1"];
    assert_eq!(keys(&listed), expected);
    line(&home, "validate -a SIGNED").success();
    line(&home, "validate -A")
        .failure(1)
        .stdout_has("self-signed");
    reads(&home, "SIGNED", "u1");
    line(&home, "edit operator --tag x").failure(5);
    line(&home, "reissue operator").failure(1);
}

#[test]
fn an_operator_that_requires_signing_keys() {
    let home = copy("strict");
    assert_eq!(names(&home, "list users -J"), ["plain", "svc", "w"]);
    let listed = line(&home, "list keys -A -J").success().json();
    let expected = [
        "O S missing",
        "O S",
        "A A",
        "A A",
        "A A",
        "X A",
        "U plain",
        "U svc",
        "U w",
    ];
    assert_eq!(keys(&listed), expected);
    line(&home, "validate -A").success();
    reads(&home, "A", "w");
    line(&home, "add user other -K worker").success();
    line(&home, "edit account A --tag x").success();
    line(&home, "validate -A").success();
}

#[test]
fn a_keyring_in_the_old_layout() {
    let home = copy("old-keyring");
    for words in [
        "list operators",
        "list keys",
        "describe operator",
        "validate",
        "upgrade-jwt",
    ] {
        line(&home, words).failure(1).stderr_has("nsc keys migrate");
    }
    line(&home, "keys migrate")
        .success()
        .stdout_has("3 keys and 1 creds");
    let listed = line(&home, "list keys -A -J").success().json();
    assert_eq!(keys(&listed), ["O O", "A A", "U u"]);
    line(&home, "validate -A").success();
    reads(&home, "A", "u");
    let creds = home.path().join(".nkeys/creds/O/A/u.creds");
    assert_eq!(
        home.read(creds),
        std::fs::read_to_string(fixture("old-keyring/.nkeys/O/accounts/A/users/u.creds")).unwrap()
    );
}

#[test]
fn an_operator_of_version_1() {
    let home = copy("v1-operator");
    for words in [
        "list operators",
        "list keys -A",
        "describe operator",
        "validate -A",
        "add account B",
    ] {
        line(&home, words).failure(1).stderr_has("nsc upgrade-jwt");
    }
    line(&home, "upgrade-jwt").success().stdout_has("--yes");
    line(&home, "upgrade-jwt --yes").success();
    assert_eq!(
        home.operator_token("OLD").claim("nats.version"),
        &Value::from(2)
    );
    assert_eq!(names(&home, "list accounts -J"), ["A"]);
    assert_eq!(names(&home, "list users -J"), ["u"]);
    let listed = line(&home, "list keys -A -J").success().json();
    assert_eq!(keys(&listed), ["O OLD", "A A", "U u missing"]);
    line(&home, "edit account A --tag x").success();
    line(&home, "edit user u --tag x").success();
    for version in [
        home.account_token("OLD", "A"),
        home.user_token("OLD", "A", "u"),
    ] {
        assert_eq!(version.claim("nats.version"), &Value::from(2));
    }
}

#[test]
fn a_damaged_store() {
    let home = copy("damaged");
    line(&home, "env").success();
    let before = home.tree();
    let listed = line(&home, "list accounts -J").success().json();
    assert_eq!(listed[2]["name"], "JUNK");
    assert!(listed[2]["error"].is_string(), "{listed}");
    line(&home, "list users")
        .failure(1)
        .stderr_has("no account");
    let listed = line(&home, "list keys -A -J").failure(7);
    let listed: Value = serde_json::from_str(listed.stdout()).unwrap();
    let expected = ["O O", "A A", "U keyless missing", "U u", "A B BAD", "U b"];
    assert_eq!(keys(&listed), expected);
    line(&home, "describe operator").success();
    line(&home, "describe user -a A forged").failure(1);
    let output = line(&home, "validate -A").failure(1);
    output.stdout_has("forged").stdout_has("JUNK");
    line(&home, "keys migrate").success();
    assert_eq!(before.changes(&home.tree()), Vec::<String>::new());
    line(&home, "add user -a A new").success();
    line(&home, "add user -a B new").failure(1);
    line(&home, "delete user -a A forged").success();
}
