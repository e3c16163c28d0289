//! `nsc add account`.

use nsc_core::keys::KeyKind;
use nsc_testkit::{FileTree, TestHome};
use serde_json::{Value, json};

use crate::stock::{self, key};

/// What is in the home, but for the lock that a writing command takes.
fn tree(home: &TestHome) -> FileTree {
    home.tree()
        .without(".local/share/nats/nsc/stores/O/.nsc-rs")
}

#[test]
fn an_account_is_made_without_limits_and_becomes_current() {
    let home = stock::home();
    let json = home
        .nsc(["add", "account", "N", "--output", "json"])
        .success()
        .json();
    let token = home.account_token("O", "N");
    assert_eq!(
        token.claim("nats"),
        &json!({
            "limits": {"subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1,
                       "wildcards": true, "conn": -1, "leaf": -1},
            "default_permissions": {"pub": {}, "sub": {}}, "authorization": {},
            "type": "account", "version": 2,
        })
    );
    assert_eq!(token.issuer(), key(KeyKind::Operator, 1).public);
    assert!(home.seed_file(token.subject()).is_file());
    let config: Value = serde_json::from_str(&home.read(home.config().join("nsc.json"))).unwrap();
    assert_eq!(config["account"], "N");
    assert_eq!(
        json["result"],
        json!({"name": "N", "public_key": token.subject(), "issuer": token.issuer(), "operator": "O"})
    );
}

#[test]
fn default_permissions_and_dates_are_set() {
    let home = stock::home();
    home.nsc([
        "add",
        "account",
        "N",
        "--allow-pub",
        "b,a",
        "--allow-pub",
        "a",
        "--allow-sub",
        "c q",
        "--allow-pubsub",
        "d",
        "--deny-pub",
        "\"e,e\"",
        "--deny-sub",
        "f",
        "--deny-pubsub",
        "g",
        "--allow-pub-response=3",
        "--response-ttl",
        "90s",
        "--expiry",
        "2500-01-01",
    ])
    .success();
    let token = home.account_token("O", "N");
    assert_eq!(
        token.claim("nats.default_permissions"),
        &json!({
            "pub": {"allow": ["a", "b", "d"], "deny": ["e,e", "g"]},
            "sub": {"allow": ["c q", "d"], "deny": ["f", "g"]},
            "resp": {"max": 3, "ttl": 90_000_000_000_i64},
        })
    );
    home.nsc(["add", "account", "P", "--allow-pub-response"])
        .success();
    let resp = |name: &str| {
        home.account_token("O", name)
            .claim("nats.default_permissions.resp")
            .clone()
    };
    assert_eq!(resp("P"), json!({"max": 1, "ttl": 0}));
    home.nsc([
        "add",
        "account",
        "Q",
        "--allow-pub-response=0",
        "--start",
        "-1w",
    ])
    .success();
    assert_eq!(resp("Q"), Value::Null);
    let output = home
        .nsc(["add", "account", "R", "--max-responses", "0"])
        .success();
    output.stderr_has("deprecated");
    assert_eq!(resp("R"), json!({"max": 0, "ttl": 0}));
}

#[test]
fn refusals_leave_nothing_behind() {
    let home = stock::home();
    home.nsc(["env"]).success();
    let before = tree(&home);
    let user = key(KeyKind::User, 5).public;
    let stranger = key(KeyKind::Operator, 9).seed;
    let account = key(KeyKind::Account, 1).seed;
    let cases: [(&[&str], i32); 21] = [
        (&[], 2),
        (&["a/b"], 1),
        (&["."], 1),
        (&["x "], 1),
        (&["A"], 4),
        (&["a"], 4),
        (&["N", "-k", &user], 5),
        (&["N", "-k", "nowhere"], 5),
        (&["N", "-K", "misspelt"], 5),
        (&["N", "-K", &stranger], 5),
        (&["N", "-K", &account], 5),
        (&["N", "--allow-pub", "x y"], 1),
        (&["N", "--allow-pubsub", "x y"], 1),
        (&["N", "--allow-sub", "x y z"], 1),
        (&["N", "--allow-sub", "a..b"], 1),
        (&["N", "--deny-pub", ".a"], 1),
        (&["N", "--deny-pub", "a,,b"], 1),
        (&["N", "--deny-pub", "a\"b"], 1),
        (&["N", "--response-ttl", "5"], 1),
        (&["N", "--expiry", "10"], 1),
        (&["N", "--conns", "5"], 2),
    ];
    for (args, status) in cases {
        let args = ["add", "account"].iter().chain(args);
        home.nsc(args).failure(status);
    }
    assert_eq!(before.changes(&tree(&home)), Vec::<String>::new());
    home.nsc(["add", "account", "N", "--allow-pub", ".API.>"])
        .failure(1)
        .stderr_has("single quotes");
}

#[test]
fn signers_are_the_operators_own_keys() {
    let home = stock::home();
    let signing = key(KeyKind::Operator, 2);
    let nats = json!({"signing_keys": [signing.public], "strict_signing_key_usage": true});
    stock::operator(&home, "O", &key(KeyKind::Operator, 1), nats);
    // Strict: the identity does not count, though it is stored.
    home.nsc(["add", "account", "N"]).failure(5);
    let identity = key(KeyKind::Operator, 1).public;
    home.nsc(["add", "account", "N", "-K", &identity])
        .failure(5);
    let file = home.write("sk.nk", format!("{}\n", signing.seed));
    home.nsc(["add", "account", "N", "-K", file.to_str().unwrap()])
        .success();
    assert_eq!(home.account_token("O", "N").issuer(), signing.public);
    assert!(!home.seed_file(&signing.public).exists());
    home.nsc(["add", "account", "P", "-K", &signing.public])
        .failure(5);
    stock::store_seed(&home, &signing);
    home.nsc(["add", "account", "P"]).success();
    assert_eq!(home.account_token("O", "P").issuer(), signing.public);
}

#[test]
fn a_given_key_is_not_stored_and_may_serve_twice() {
    let home = stock::home();
    let own = key(KeyKind::Account, 9);
    home.nsc(["add", "account", "N", "-k", &own.seed]).success();
    home.nsc(["add", "account", "P", "--public-key", &own.public])
        .success();
    assert_eq!(home.account_token("O", "P").subject(), own.public);
    assert!(!home.seed_file(&own.public).exists());
    let warned = home
        .nsc([
            "add",
            "account",
            "R",
            "--expiry",
            "2020-01-01",
            "--allow-pub",
            "",
        ])
        .success();
    warned
        .stdout_has("the expiry lies in the past")
        .stdout_has("`--allow-pub` has an empty value");
}

#[test]
fn without_an_operator_there_is_no_account() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    home.nsc(["add", "account", "A"]).failure(1);
    assert!(!home.keystore().exists());
}
