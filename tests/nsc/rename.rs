//! `nsc rename account`.

use nsc_core::keys::KeyKind;
use nsc_testkit::TestHome;
use serde_json::{Value, json};

use crate::stock::{self, key};

/// A home whose current account is `A`, whose user `u` has creds.
fn home() -> TestHome {
    let home = stock::home();
    home.nsc(["select", "account", "A"]).success();
    home.write(home.creds_file("O", "A", "u"), "creds of u");
    home
}

fn config(home: &TestHome) -> Value {
    serde_json::from_str(&home.read(home.config().join("nsc.json"))).unwrap()
}

/// The names in the store and below the creds folder, without our side files.
fn names(home: &TestHome) -> Vec<String> {
    let tree = home.tree();
    let ours = |name: &&str| {
        (name.contains("stores/O/accounts") || name.contains("keys/creds"))
            && !name.contains(".nsc-rs")
    };
    let short = |name: &str| name.replace(".local/share/nats/nsc/", "");
    tree.names().into_iter().filter(ours).map(short).collect()
}

#[test]
fn users_and_creds_move_and_the_context_follows() {
    let home = home();
    let user = home.read(home.stores().join("O/accounts/A/users/u.jwt"));
    let key_before = home.account_token("O", "A").subject().to_owned();
    let output = home
        .nsc([
            "rename", "account", "A", "New one", "--OK", "--output", "json",
        ])
        .success();
    assert_eq!(output.json()["result"]["is_current"], true);
    let token = home.account_token("O", "New one");
    assert_eq!(
        (token.subject(), token.claim("name")),
        (key_before.as_str(), &json!("New one"))
    );
    assert_eq!(token.issuer(), key(KeyKind::Operator, 1).public);
    assert_eq!(
        home.read(home.stores().join("O/accounts/New one/users/u.jwt")),
        user
    );
    assert_eq!(
        home.read(home.creds_file("O", "New one", "u")),
        "creds of u"
    );
    assert_eq!(config(&home)["account"], "New one");
    let left = names(&home);
    assert!(!left.iter().any(|name| name.contains("/A")), "{left:?}");
    home.nsc(["validate", "-A"]).success();
    home.nsc(["undo"]).success();
    assert_eq!(
        home.read(home.stores().join("O/accounts/A/users/u.jwt")),
        user
    );
}

#[test]
fn another_current_account_stays() {
    let home = home();
    home.nsc([
        "rename",
        "account",
        &key(KeyKind::Account, 2).public,
        "C",
        "--OK",
    ])
    .success();
    assert_eq!(config(&home)["account"], "A");
    home.account_token("O", "C");
}

#[test]
fn refusals_change_nothing() {
    let home = home();
    home.write(home.creds_file("O", "Taken", "x"), "creds of somebody");
    let before = names(&home);
    home.nsc(["rename", "account", "A", "N"])
        .failure(1)
        .stderr_has("--OK");
    home.nsc(["rename", "account", "A"]).failure(2);
    home.nsc(["rename", "account", "NONE", "N", "--OK"])
        .failure(3);
    for (new, status) in [
        ("B", 4),
        ("b", 4),
        ("A", 4),
        ("Taken", 4),
        ("../../x", 1),
        ("..", 1),
        (" N", 1),
        ("", 1),
    ] {
        home.nsc(["rename", "account", "A", new, "--OK"])
            .failure(status);
    }
    std::fs::remove_file(home.seed_file(&key(KeyKind::Operator, 1).public)).unwrap();
    home.nsc(["rename", "account", "A", "N", "--OK"]).failure(5);
    assert_eq!(names(&home), before);
}

#[test]
fn letter_case_alone_can_change() {
    let home = home();
    home.nsc(["rename", "account", "A", "a", "--OK"]).success();
    home.account_token("O", "a");
}

#[test]
fn why_a_name_is_refused_is_told_once() {
    let home = stock::home();
    let output = home
        .nsc(["rename", "account", "A", "../x", "--OK"])
        .failure(1);
    assert_eq!(
        output.stderr().matches("cannot contain").count(),
        1,
        "{output}"
    );
}
