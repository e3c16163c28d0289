//! `nsc add user`.

use nsc_core::keys::KeyKind;
use nsc_testkit::{FileTree, TestHome};
use serde_json::{Value, json};

use crate::stock::{self, key};

/// `O` with an account `S` (key 3, seed stored) that has a plain signing key (4) and the role `reader` (5).
fn home_with_roles() -> TestHome {
    let home = stock::home();
    let scope = json!({
        "kind": "user_scope", "key": key(KeyKind::Account, 5).public, "role": "reader",
        "template": {"pub": {}, "sub": {"allow": ["r"]}}, "description": "",
    });
    let keys = json!([key(KeyKind::Account, 4).public, scope]);
    stock::account(&home, "O", "S", 3, json!({"signing_keys": keys}));
    for n in [3, 4, 5] {
        stock::store_seed(&home, &key(KeyKind::Account, n));
    }
    home
}

/// What is in the home, but for the lock that a writing command takes.
fn tree(home: &TestHome) -> FileTree {
    home.tree()
        .without(".local/share/nats/nsc/stores/O/.nsc-rs")
}

#[test]
fn a_user_is_made_with_key_and_creds() {
    let home = stock::home();
    let json = home
        .nsc(["add", "user", "-a", "A", "w", "--output", "json"])
        .success()
        .json();
    let token = home.user_token("O", "A", "w");
    assert_eq!(
        token.claim("nats"),
        &json!({"pub": {}, "sub": {}, "subs": -1, "data": -1, "payload": -1, "type": "user", "version": 2})
    );
    assert_eq!(token.issuer(), key(KeyKind::Account, 1).public);
    assert!(home.seed_file(token.subject()).is_file());
    let creds = home.creds_file("O", "A", "w");
    assert_eq!(home.token(&creds).text(), token.text());
    assert!(home.read(&creds).contains("-----BEGIN USER NKEY SEED-----"));
    let modes = ["keys/creds/O", "keys/creds/O/A/w.creds"];
    let modes = modes.map(|path| home.tree().mode(&format!(".local/share/nats/nsc/{path}")));
    assert_eq!(modes, [0o700, 0o600]);
    assert_eq!(
        json["result"],
        json!({
            "name": "w", "public_key": token.subject(), "account": "A", "issuer": token.issuer(),
            "creds": creds.display().to_string(),
        })
    );
    // Letter case matters, and the account may be named by its key.
    let account = key(KeyKind::Account, 1).public;
    home.nsc(["add", "user", "-a", &account, "W"]).success();
    assert!(home.creds_file("O", "A", "W").is_file());
}

#[test]
fn all_that_a_user_can_be_given_at_once() {
    let home = stock::home();
    home.nsc([
        "add",
        "user",
        "w",
        "--account",
        "A",
        "--tag",
        "Team:Blue,b",
        "--tag",
        "a",
        "--source-network",
        "192.0.2.0/24,10.0.0.0/8",
        "--bearer",
        "--expiry",
        "2500-01-01",
        "--allow-pubsub",
        "x",
        "--deny-sub",
        "y q",
        "--response-ttl",
        "1h30m",
    ])
    .success();
    let token = home.user_token("O", "A", "w");
    assert_eq!(
        token.claim("nats"),
        &json!({
            "pub": {"allow": ["x"]}, "sub": {"allow": ["x"], "deny": ["y q"]},
            "resp": {"max": 0, "ttl": 5_400_000_000_000_i64},
            "src": ["10.0.0.0/8", "192.0.2.0/24"], "subs": -1, "data": -1, "payload": -1,
            "bearer_token": true, "tags": ["a", "b", "team:blue"], "type": "user", "version": 2,
        })
    );
    home.nsc(["add", "user", "z", "-a", "A", "--bearer=false"])
        .success();
    assert_eq!(
        home.user_token("O", "A", "z").claim("nats.bearer_token"),
        &Value::Null
    );
}

#[test]
fn creds_are_made_only_of_stored_seeds() {
    let home = stock::home();
    let own = key(KeyKind::User, 9);
    let output = home
        .nsc(["add", "user", "-a", "A", "w", "-k", &own.seed])
        .success();
    output.stdout_has("no creds file");
    assert!(!home.creds_file("O", "A", "w").exists());
    assert!(!home.seed_file(&own.public).exists());
    stock::store_seed(&home, &own);
    home.nsc(["add", "user", "-a", "A", "x", "-k", &own.public])
        .success();
    assert_eq!(
        home.token(home.creds_file("O", "A", "x")).subject(),
        own.public
    );
}

#[test]
fn signing_keys_name_the_account() {
    let home = home_with_roles();
    let signing = key(KeyKind::Account, 4);
    let json = home
        .nsc([
            "add",
            "user",
            "-a",
            "S",
            "w",
            "-K",
            &signing.seed,
            "--bearer",
            "--output",
            "json",
        ])
        .success()
        .json();
    let token = home.user_token("O", "S", "w");
    assert_eq!(token.issuer(), signing.public);
    assert_eq!(
        token.claim("nats.issuer_account"),
        key(KeyKind::Account, 3).public.as_str()
    );
    assert_eq!(token.claim("nats.subs"), &json!(-1));
    assert_eq!(json["result"]["issuer"], signing.public);
}

#[test]
fn a_role_gives_users_without_anything_of_their_own() {
    let home = home_with_roles();
    let scoped = key(KeyKind::Account, 5).public;
    let json = home
        .nsc([
            "add", "user", "-a", "S", "w", "-K", "reader", "--tag", "t", "--expiry", "1y",
            "--output", "json",
        ])
        .success()
        .json();
    let token = home.user_token("O", "S", "w");
    assert_eq!(token.issuer(), scoped);
    assert_eq!(
        token.claim("nats"),
        &json!({
            "pub": {}, "sub": {}, "issuer_account": key(KeyKind::Account, 3).public, "tags": ["t"],
            "type": "user", "version": 2,
        })
    );
    assert_eq!(json["result"]["role"], "reader");
    assert!(home.creds_file("O", "S", "w").is_file());

    let before = tree(&home);
    let own: [&[&str]; 5] = [
        &["--bearer"],
        &["--allow-pub", "x"],
        &["--deny-sub", "x"],
        &["--allow-pub-response"],
        &["--source-network", "10.0.0.0/8"],
    ];
    for flags in own {
        let args = ["add", "user", "-a", "S", "x", "-K", "reader"]
            .iter()
            .chain(flags);
        home.nsc(args).failure(1).stderr_has("role `reader`");
    }
    assert_eq!(before.changes(&tree(&home)), Vec::<String>::new());
}

#[test]
fn a_key_that_names_nothing_never_falls_back_to_the_identity() {
    let home = home_with_roles();
    std::fs::remove_file(home.seed_file(&key(KeyKind::Account, 5).public)).unwrap();
    home.nsc(["env"]).success();
    let before = tree(&home);
    let stranger = key(KeyKind::Account, 1).seed;
    let operator = key(KeyKind::Operator, 1).seed;
    for given in ["raeder", "reader", "missing.nk", &stranger, &operator] {
        home.nsc(["add", "user", "-a", "S", "x", "-K", given])
            .failure(5);
    }
    assert_eq!(before.changes(&tree(&home)), Vec::<String>::new());
}

#[test]
fn strict_operators_want_users_signed_by_signing_keys() {
    let home = home_with_roles();
    let nats = json!({"strict_signing_key_usage": true, "signing_keys": [key(KeyKind::Operator, 2).public]});
    stock::operator(&home, "O", &key(KeyKind::Operator, 1), nats);
    home.nsc(["add", "user", "-a", "A", "x"])
        .failure(5)
        .stderr_has("nsc edit account A --sk generate");
    let identity = key(KeyKind::Account, 3).public;
    home.nsc(["add", "user", "-a", "S", "x", "-K", &identity])
        .failure(5);
    home.nsc(["add", "user", "-a", "S", "x"]).success();
    let token = home.user_token("O", "S", "x");
    assert_eq!(
        token.issuer(),
        key(KeyKind::Account, 4).public,
        "unscoped before scoped"
    );
}

#[test]
fn refusals_leave_nothing_behind() {
    let home = stock::home();
    let limits = json!({"disallow_bearer": true, "subs": -1});
    stock::account(&home, "O", "NB", 1, json!({"limits": limits}));
    home.nsc(["env"]).success();
    let before = tree(&home);
    let account = key(KeyKind::Account, 5).public;
    let cases: [(&[&str], i32); 18] = [
        (&["-a", "A"], 2),
        (&["-a", "A", "a/b"], 1),
        (&["-a", "A", ".."], 1),
        (&["-a", "A", "u"], 4),
        (&["-a", "none", "x"], 3),
        (&["-a", &account, "x"], 3),
        (&["x"], 1),
        (&["-a", "B", "x"], 5),
        (&["-a", "NB", "x", "--bearer"], 1),
        (&["-a", "A", "x", "-k", &account], 5),
        (&["-a", "A", "x", "-k", "missing.nk"], 5),
        (&["-a", "A", "x", "--source-network", "home"], 1),
        (&["-a", "A", "x", "--start", "2020-02-30"], 1),
        (&["-a", "A", "x", "--expiry", "2.5h"], 1),
        (&["-a", "A", "x", "--allow-pub-response", "5"], 2),
        (&["-a", "A", "x", "--allow-pub-response=many"], 2),
        (&["-a", "A", "x", "--allow-pub", "a b"], 1),
        (&["-a", "A", "x", "--tag", "a\"b"], 1),
    ];
    for (args, status) in cases {
        let args = ["add", "user"].iter().chain(args);
        home.nsc(args).failure(status);
    }
    assert_eq!(before.changes(&tree(&home)), Vec::<String>::new());
}

#[test]
fn what_is_rarely_meant_is_told() {
    let home = stock::home();
    let output = home
        .nsc([
            "add",
            "user",
            "-a",
            "A",
            "x",
            "--bearer",
            "--allow-pub",
            "s",
            "--deny-pub",
            "s",
        ])
        .success();
    output
        .stdout_has("[WARN] a bearer user without expiry")
        .stdout_has("[WARN] `s` is allowed and denied to publish");
}

#[test]
fn questions_need_a_terminal() {
    let home = stock::home();
    home.nsc(["add", "user", "-i", "-a", "A", "x"]).failure(1);
    assert!(!home.creds_file("O", "A", "x").exists());
}

#[test]
fn a_leftover_account_folder_is_no_obstacle() {
    let home = stock::home();
    std::fs::create_dir(home.stores().join("O/accounts/empty")).unwrap();
    home.nsc(["add", "user", "-a", "A", "x"]).success();
}

/// A deny entry that cannot be filled in keeps the user out; an allow entry is only left out.
#[test]
fn a_role_that_does_not_fit_is_told() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    for words in [
        "add operator O",
        "add account A",
        "edit signing-key --sk generate --role deny --deny-pub x.{{tag(team)}}",
        "edit signing-key --sk generate --role allow --allow-pub x.{{tag(team)}}",
    ] {
        home.nsc(words.split_whitespace()).success();
    }
    let told = "servers turn the user away";
    let nsc = |words: &str| home.nsc(words.split_whitespace());
    nsc("add user u -K deny").success().stdout_has(told);
    nsc("add user v -K deny --strict")
        .failure(1)
        .stderr_has(told);
    let fits = nsc("edit user u --tag team:red").success();
    assert!(!fits.stdout().contains(told), "{fits}");
    nsc("edit user u --rm-tag team:red")
        .success()
        .stdout_has(told);
    let allowed = nsc("add user w -K allow").success();
    assert!(!allowed.stdout().contains(told), "{allowed}");
    let described = nsc("describe user u").success();
    assert!(
        !described.stdout().contains("Cannot Publish"),
        "{described}"
    );
}
