//! `nsc import`.

use nsc_core::keys::KeyKind;
use nsc_testkit::{TestHome, Token, token};
use serde_json::{Value, json};

use crate::stock::{self, Key, key};

fn account_jwt(name: &str, n: u8, by: &Key, nats: Value) -> String {
    let claims = stock::claims(name, &key(KeyKind::Account, n).public, "account", nats);
    token::sign(&claims, &by.seed)
}

fn unlimited() -> Value {
    json!({"limits": {"subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true, "conn": -1, "leaf": -1}})
}

fn user_jwt(name: &str, n: u8, by: &Key, nats: Value) -> String {
    let claims = stock::claims(name, &key(KeyKind::User, n).public, "user", nats);
    token::sign(&claims, &by.seed)
}

fn stored(home: &TestHome, account: &str) -> String {
    let path = format!("O/accounts/{account}/{account}.jwt");
    home.read(home.stores().join(path))
}

#[test]
fn seeds_of_a_folder_are_stored_by_their_public_keys() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let (a, u) = (key(KeyKind::Account, 1), key(KeyKind::Curve, 2));
    home.write("work/in/any.nk", format!("{}\n", a.seed));
    home.write("work/in/sub/x.nk", &u.seed);
    home.write("work/in/u.txt", &key(KeyKind::User, 3).seed);
    home.nsc(["import", "keys", "--dir", "in"])
        .success()
        .stdout_has(&a.public);
    assert_eq!(
        home.read(home.seed_file(&a.public)),
        a.seed,
        "no line end is kept"
    );
    assert!(!home.seed_file(&u.public).exists());
    let output = home
        .nsc(["import", "keys", "-R", "-d", "in", "--output", "json"])
        .success();
    assert_eq!(output.json()["result"]["keys"][1]["kind"], "x25519");
    assert_eq!(home.read(home.seed_file(&u.public)), u.seed);
    home.tree().assert_private(&[".local/share/nats/nsc/keys"]);
}

#[test]
fn files_that_hold_no_seed_are_refused_and_the_others_kept() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let good = key(KeyKind::Operator, 1);
    home.write("work/in/good.nk", &good.seed);
    home.write("work/in/public.nk", key(KeyKind::User, 1).public);
    home.write("work/in/junk.nk", "junk");
    let output = home.nsc(["import", "keys", "--dir", "in"]).failure(7);
    output.stderr_has("public.nk").stderr_has("junk.nk");
    assert!(home.seed_file(&good.public).exists());

    home.nsc(["import", "keys"]).failure(2);
    home.nsc(["import", "keys", "--dir", "none"]).failure(3);
    home.nsc(["import", "keys", "--dir", "in/good.nk"])
        .failure(1);
    home.write("work/empty/x", "");
    home.nsc(["import", "keys", "--dir", "empty"]).failure(3);
    home.write("work/bad/x.nk", "junk");
    home.nsc(["import", "keys", "--dir", "bad"]).failure(1);
}

#[test]
fn accounts_of_the_operator_are_stored_as_they_are() {
    let home = stock::home();
    let jwt = account_jwt("N", 7, &key(KeyKind::Operator, 1), unlimited());
    home.write(
        "work/n.jwt",
        format!("-----BEGIN NATS ACCOUNT JWT-----\n{jwt}\n------END NATS ACCOUNT JWT------\n"),
    );
    home.nsc(["list", "accounts"]).success();
    let before = home.read(home.config().join("nsc.json"));
    let output = home
        .nsc(["import", "account", "--file", "n.jwt", "--output", "json"])
        .success();
    assert_eq!(output.json()["result"]["resigned"], false);
    assert_eq!(stored(&home, "N"), jwt);
    assert_eq!(home.read(home.config().join("nsc.json")), before);

    home.nsc(["import", "account", "-j", "n.jwt"])
        .failure(4)
        .stderr_has("--overwrite");
    home.nsc(["import", "account", "-j", "n.jwt", "--overwrite"])
        .success();
    let other = account_jwt("N", 8, &key(KeyKind::Operator, 1), unlimited());
    home.write("work/other.jwt", other);
    home.nsc([
        "import",
        "account",
        "-j",
        "other.jwt",
        "--overwrite",
        "--force",
    ])
    .failure(4);
    assert_eq!(stored(&home, "N"), jwt);
}

#[test]
fn self_signed_accounts_are_signed_by_the_operator() {
    let home = stock::home();
    home.write(
        "work/n.jwt",
        account_jwt("N", 7, &key(KeyKind::Account, 7), unlimited()),
    );
    home.nsc(["import", "account", "--file", "n.jwt"]).success();
    let token = home.account_token("O", "N");
    assert_eq!(token.issuer(), key(KeyKind::Operator, 1).public);
    assert_eq!(token.subject(), key(KeyKind::Account, 7).public);

    home.write(
        "work/f.jwt",
        account_jwt("F", 8, &key(KeyKind::Operator, 3), unlimited()),
    );
    home.nsc(["import", "account", "--file", "f.jwt"])
        .failure(1)
        .stderr_has("--force");
    home.nsc(["import", "account", "--file", "f.jwt", "--force"])
        .success();
    assert_eq!(
        home.account_token("O", "F").issuer(),
        key(KeyKind::Operator, 1).public
    );
}

#[test]
fn account_files_that_are_none_change_nothing() {
    let home = stock::home();
    home.nsc(["list", "accounts"]).success();
    home.write("work/junk.jwt", "junk");
    home.write(
        "work/n.txt",
        account_jwt("N", 7, &key(KeyKind::Operator, 1), unlimited()),
    );
    home.write(
        "work/u.jwt",
        user_jwt("x", 7, &key(KeyKind::Account, 1), json!({"subs": -1})),
    );
    home.write(
        "work/path.jwt",
        account_jwt("../../../evil", 7, &key(KeyKind::Operator, 1), unlimited()),
    );
    let before = home.tree();
    home.nsc(["import", "account"]).failure(2);
    home.nsc(["import", "account", "--file", "none.jwt"])
        .failure(3);
    for file in ["junk.jwt", "n.txt", "u.jwt", "path.jwt", "."] {
        home.nsc(["import", "account", "--file", file]).failure(1);
    }
    let changes = before
        .without(".local/share/nats/nsc/stores/O/.nsc-rs")
        .changes(
            &home
                .tree()
                .without(".local/share/nats/nsc/stores/O/.nsc-rs"),
        );
    assert_eq!(changes, [""; 0]);
}

#[test]
fn an_operator_key_is_needed() {
    let home = stock::home();
    std::fs::remove_file(home.seed_file(&key(KeyKind::Operator, 1).public)).unwrap();
    home.write(
        "work/n.jwt",
        account_jwt("N", 7, &key(KeyKind::Account, 7), unlimited()),
    );
    home.nsc(["import", "account", "--file", "n.jwt"])
        .failure(5);
    home.nsc([
        "import",
        "account",
        "--file",
        "n.jwt",
        "-K",
        &key(KeyKind::Operator, 3).seed,
    ])
    .failure(5);
    home.nsc([
        "import",
        "account",
        "--file",
        "n.jwt",
        "-K",
        &key(KeyKind::Operator, 1).seed,
    ])
    .success();
}

#[test]
fn expired_accounts_need_to_be_wanted() {
    let home = stock::home();
    let mut nats = unlimited();
    nats["/exp"] = 1_600_000_000.into();
    home.write(
        "work/n.jwt",
        account_jwt("N", 7, &key(KeyKind::Operator, 1), nats),
    );
    home.nsc(["import", "account", "--file", "n.jwt"])
        .failure(1)
        .stderr_has("expired");
    home.nsc(["import", "account", "--file", "n.jwt", "--skip"])
        .success()
        .stdout_has("expired");
    stored(&home, "N");
}

#[test]
fn a_managed_store_takes_what_its_operator_signed() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let operator = key(KeyKind::Operator, 1);
    home.write(
        "work/op.jwt",
        token::sign(
            &stock::claims("O", &operator.public, "operator", json!({})),
            &operator.seed,
        ),
    );
    home.nsc(["add", "operator", "-u", "op.jwt"]).success();
    home.write(
        "work/self.jwt",
        account_jwt("N", 7, &key(KeyKind::Account, 7), unlimited()),
    );
    home.nsc(["import", "account", "--file", "self.jwt", "--force"])
        .failure(1);
    let jwt = account_jwt("N", 7, &operator, unlimited());
    home.write("work/n.jwt", &jwt);
    home.nsc(["import", "account", "--file", "n.jwt"]).success();
    assert_eq!(stored(&home, "N"), jwt);
}

#[test]
fn users_go_to_the_account_that_issued_them() {
    let home = stock::home();
    let jwt = user_jwt(
        "n",
        7,
        &key(KeyKind::Account, 1),
        json!({"subs": -1, "data": -1, "payload": -1}),
    );
    home.write("work/n.jwt", &jwt);
    home.nsc(["import", "user", "--file", "n.jwt"])
        .success()
        .stdout_has("account `A`");
    assert_eq!(
        home.read(home.stores().join("O/accounts/A/users/n.jwt")),
        jwt
    );
    home.nsc(["import", "user", "-f", "n.jwt"]).failure(4);
    home.nsc(["import", "user", "-f", "n.jwt", "--overwrite"])
        .success();

    home.write(
        "work/lost.jwt",
        user_jwt("l", 8, &key(KeyKind::Account, 9), json!({"subs": -1})),
    );
    home.nsc(["import", "user", "-f", "lost.jwt"]).failure(3);
    let claimed = json!({"subs": -1, "issuer_account": key(KeyKind::Account, 1).public});
    home.write(
        "work/claimed.jwt",
        user_jwt("c", 8, &key(KeyKind::Account, 9), claimed),
    );
    home.nsc(["import", "user", "-f", "claimed.jwt"]).failure(1);
    let late = json!({"/exp": 1_600_000_000, "subs": -1});
    home.write(
        "work/late.jwt",
        user_jwt("late", 9, &key(KeyKind::Account, 1), late),
    );
    home.nsc(["import", "user", "-f", "late.jwt"]).failure(1);
    home.nsc(["import", "user", "-f", "late.jwt", "--skip"])
        .success();
}

#[test]
fn a_creds_file_brings_its_key_along() {
    let home = stock::home();
    let user = key(KeyKind::User, 7);
    let jwt = user_jwt(
        "n",
        7,
        &key(KeyKind::Account, 1),
        json!({"subs": -1, "data": -1, "payload": -1}),
    );
    let creds = |seed: &str| {
        format!(
            "-----BEGIN NATS USER JWT-----\n{jwt}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
        )
    };
    home.write("work/other.creds", creds(&key(KeyKind::User, 8).seed));
    home.nsc(["import", "user", "-f", "other.creds"]).failure(1);
    assert!(!home.stores().join("O/accounts/A/users/n.jwt").exists());
    home.write("work/none.creds", &jwt);
    home.nsc(["import", "user", "-f", "none.creds"]).failure(1);

    home.write("work/n.creds", creds(&user.seed));
    let output = home
        .nsc(["import", "user", "-f", "n.creds", "--output", "json"])
        .success();
    assert_eq!(output.json()["result"]["key_stored"], true);
    assert_eq!(home.read(home.seed_file(&user.public)), user.seed);
    assert!(
        !home.creds_file("O", "A", "n").exists(),
        "generate creds makes it"
    );
    assert_eq!(
        Token::parse(&home.read(home.stores().join("O/accounts/A/users/n.jwt"))).text(),
        jwt
    );
}
