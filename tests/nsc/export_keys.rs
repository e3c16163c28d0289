//! `nsc export keys`.

use nsc_core::keys::KeyKind;
use nsc_testkit::{FileTree, TestHome};
use serde_json::json;

use crate::stock::{self, key, line};

fn exported(home: &TestHome, dir: &str) -> Vec<String> {
    let tree = FileTree::of(home.work().join(dir));
    tree.names().iter().map(|name| (*name).to_owned()).collect()
}

fn file(kind: KeyKind, n: u8) -> String {
    format!("{}.nk", key(kind, n).public)
}

#[test]
fn the_usual_keys_are_copied() {
    let home = stock::home();
    home.nsc(["select", "account", "A"]).success();
    home.nsc(["export", "keys", "--dir", "out"]).success();
    let mut wanted = vec![
        file(KeyKind::Account, 1),
        file(KeyKind::Operator, 1),
        file(KeyKind::User, 1),
        file(KeyKind::User, 2),
    ];
    wanted.sort();
    assert_eq!(exported(&home, "out"), wanted);
    let operator = key(KeyKind::Operator, 1);
    assert_eq!(
        home.read(home.work().join("out").join(&wanted[1])),
        operator.seed
    );
    home.tree().assert_private(&["work/out"]);
    assert_eq!(home.tree().mode("work/out"), 0o700);
    assert!(home.seed_file(&operator.public).exists());
}

#[test]
fn kinds_names_and_text_select() {
    let home = stock::home();
    let xkey = key(KeyKind::Curve, 4);
    let nats = json!({"authorization": {"auth_users": [key(KeyKind::User, 1).public], "xkey": xkey.public}});
    stock::account(&home, "O", "A", 1, nats);
    stock::store_seed(&home, &xkey);
    let loose = key(KeyKind::Curve, 5);
    stock::store_seed(&home, &loose);
    for (dir, args, wanted) in [
        ("o", vec!["-o"], vec![file(KeyKind::Operator, 1)]),
        (
            "u",
            vec!["-u", "--account", "A", "--user", "v"],
            vec![file(KeyKind::User, 2)],
        ),
        ("c", vec!["--curves"], vec![file(KeyKind::Curve, 4)]),
        (
            "k",
            vec!["--curve", &xkey.public],
            vec![file(KeyKind::Curve, 4)],
        ),
        (
            "l",
            vec!["--curve", &loose.public],
            vec![file(KeyKind::Curve, 5)],
        ),
        ("n", vec!["--not-referenced"], vec![file(KeyKind::Curve, 5)]),
        (
            "f",
            vec!["-A", "--filter", &key(KeyKind::Operator, 1).public[..20]],
            vec![file(KeyKind::Operator, 1)],
        ),
    ] {
        home.nsc(["export", "keys", "-d", dir].iter().chain(&args))
            .success();
        assert_eq!(exported(&home, dir), wanted, "{args:?}");
    }
}

#[test]
fn files_stay_unless_forced() {
    let home = stock::home();
    let path = format!("work/out/{}", file(KeyKind::Operator, 1));
    home.write(&path, "mine");
    home.nsc(["export", "keys", "-A", "-d", "out"])
        .failure(7)
        .stderr_has("already exists");
    assert_eq!(home.read(&path), "mine");
    assert_eq!(exported(&home, "out").len(), 4, "the others are written");
    home.nsc(["export", "keys", "-o", "-d", "out"]).failure(1);
    home.nsc(["export", "keys", "-A", "-F", "-d", "out"])
        .success();
    assert_eq!(home.read(&path), key(KeyKind::Operator, 1).seed);
}

#[test]
fn a_key_that_is_not_stored_is_a_warning() {
    let home = stock::home();
    let output = home
        .nsc(["export", "keys", "-a", "-d", "out", "--output", "json"])
        .success();
    assert_eq!(
        output.json()["result"]["not_stored"],
        json!([key(KeyKind::Account, 2).public])
    );
}

#[test]
fn removed_keys_leave_nothing_behind() {
    let home = stock::home();
    let operator = key(KeyKind::Operator, 1);
    home.nsc(["export", "keys", "-o", "--remove", "-d", "out"])
        .success();
    assert!(!home.seed_file(&operator.public).exists());
    assert_eq!(exported(&home, "out"), [file(KeyKind::Operator, 1)]);
    let keystore = FileTree::of(home.keystore()).to_string();
    assert!(!keystore.contains(&operator.public), "{keystore}");

    // One that could not be exported stays.
    home.write(format!("work/out/{}", file(KeyKind::User, 1)), "mine");
    home.nsc(["export", "keys", "-u", "-R", "-d", "out"])
        .failure(7);
    assert!(home.seed_file(&key(KeyKind::User, 1).public).exists());
    assert!(!home.seed_file(&key(KeyKind::User, 2).public).exists());
}

#[test]
fn jwts_come_along() {
    let home = stock::home();
    home.nsc(["export", "keys", "-u", "--include-jwts", "-d", "out"])
        .success();
    let jwt = home.read(
        home.work()
            .join("out")
            .join(format!("{}.jwt", key(KeyKind::User, 1).public)),
    );
    assert_eq!(
        jwt,
        home.read(home.stores().join("O/accounts/A/users/u.jwt"))
    );
}

#[test]
fn nothing_to_export_makes_no_folder() {
    let home = stock::home();
    home.nsc(["export", "keys"]).failure(2);
    home.nsc(["export", "keys", "-A", "-f", "NOSUCH", "-d", "out"])
        .failure(3);
    home.nsc(["export", "keys", "--curves", "-d", "out"])
        .failure(3);
    home.nsc([
        "export",
        "keys",
        "--curve",
        &key(KeyKind::User, 1).public,
        "-d",
        "out",
    ])
    .failure(1);
    home.nsc(["export", "keys", "-A", "--dry-run", "-d", "out"])
        .success()
        .stdout_has("would create");
    assert!(!home.work().join("out").exists());
    home.write("work/file", "");
    home.nsc(["export", "keys", "-A", "-d", "file"]).failure(1);
}

#[test]
fn a_curve_key_goes_by_the_name_of_its_account() {
    let home = stock::home();
    let user = key(KeyKind::User, 1).public;
    let words = format!("edit authcallout -a A --auth-user {user} --curve generate");
    line(&home, &words).success();
    let token = home.account_token("O", "A");
    let curve = token.claim("nats.authorization.xkey").as_str().unwrap();
    line(&home, &format!("export keys -d out --curve {curve}"))
        .success()
        .stdout_has(&format!("`{curve}` of `A`"));
}
