//! `nsc init`.

use nsc_core::keys::KeyKind;
use nsc_testkit::{Answer, HttpDouble, TestHome, account_server, token};
use serde_json::{Value, json};

use crate::stock::{self, key};

fn home() -> TestHome {
    TestHome::new(env!("CARGO_BIN_EXE_nsc"))
}

fn config(home: &TestHome) -> Value {
    serde_json::from_str(&home.read(home.config().join("nsc.json"))).unwrap()
}

/// An operator JWT with an account server.
fn operator_jwt(n: u8, server: &str, strict: bool) -> String {
    let key = key(KeyKind::Operator, n);
    let mut nats = json!({"account_server_url": format!("{server}/jwt/v1")});
    if strict {
        nats["strict_signing_key_usage"] = true.into();
    }
    token::sign(
        &stock::claims("OP", &key.public, "operator", nats),
        &key.seed,
    )
}

/// An account server, and the URL of its operator's JWT, which a second server gives.
fn remote(n: u8, strict: bool) -> (HttpDouble, HttpDouble, String) {
    let accounts = account_server("");
    let jwt = operator_jwt(n, &accounts.url(), strict);
    let operator = HttpDouble::start(move |_| Answer::new(200, jwt.clone()));
    let url = format!("{}/operator", operator.url());
    (accounts, operator, url)
}

#[test]
fn everything_for_a_start_is_made_at_once() {
    let home = home();
    let json = home
        .nsc(["init", "-n", "T", "--output", "json"])
        .success()
        .json();
    let (operator, account) = (home.operator_token("T"), home.account_token("T", "T"));
    let (sys, user) = (
        home.account_token("T", "SYS"),
        home.user_token("T", "T", "T"),
    );
    assert_eq!(
        operator.claim("nats.operator_service_urls"),
        &json!(["nats://localhost:4222"])
    );
    assert_eq!(operator.claim("nats.system_account"), sys.subject());
    assert_eq!(operator.claim("nats.signing_keys"), &Value::Null);
    assert_eq!(
        (sys.issuer(), account.issuer()),
        (operator.subject(), operator.subject())
    );
    assert_eq!(
        (user.issuer(), user.claim("nats.issuer_account")),
        (account.subject(), &Value::Null)
    );
    assert!(
        home.creds_file("T", "T", "T").is_file() && home.creds_file("T", "SYS", "sys").is_file()
    );
    let config = config(&home);
    assert_eq!(
        (&config["operator"], &config["account"]),
        (&json!("T"), &json!("T"))
    );
    let result = &json["result"];
    assert_eq!(result["operator"]["system_user"]["name"], "sys");
    assert_eq!(result["account"]["public_key"], account.subject());
    assert_eq!(
        result["user"]["creds"],
        home.creds_file("T", "T", "T").display().to_string()
    );
    home.tree().assert_private(&[".local/share/nats/nsc"]);

    let before = home.tree();
    home.nsc(["init", "-n", "T"]).failure(4);
    home.nsc(["init", "-n", "a/b"]).failure(1);
    home.nsc(["init", "-n", "X", "extra"]).failure(2);
    home.nsc(["init", "-o", "nobody"]).failure(3);
    home.nsc(["init"])
        .failure(1)
        .stderr_has("nsc init --name NAME");
    assert_eq!(before.changes(&home.tree()), Vec::<String>::new());
}

#[test]
fn the_store_root_in_force_is_used() {
    let home = home();
    let all = home.path().join("all");
    home.nsc(["-H", all.to_str().unwrap(), "init", "-n", "T"])
        .success();
    assert!(all.join("T/T.jwt").is_file());
    assert!(!home.stores().exists());

    let data = home.path().join("data");
    home.nsc(["init", "--data-dir", data.to_str().unwrap(), "-n", "T"])
        .success();
    assert!(data.join("T/accounts/T/users/T.jwt").is_file());
}

#[test]
fn one_that_is_there_is_told_what_the_command_can_do() {
    let home = home();
    home.nsc(["init", "--name", "demo"]).success();
    let again = home.nsc(["init", "--name", "demo"]).failure(4);
    again.stderr_has("try: take another name");
    assert!(!again.stderr().contains("--if-absent"), "{again}");
    home.nsc(["add", "operator", "demo"])
        .failure(4)
        .stderr_has("--if-absent");
}

#[test]
fn a_folder_becomes_the_saved_store_root() {
    let home = home();
    home.nsc(["init", "-d", "~/deep/stores"]).success();
    let root = home.path().join("deep/stores");
    let config = config(&home);
    assert_eq!(config["store_root"], root.display().to_string());
    let name = config["operator"].as_str().unwrap();
    assert_eq!(
        (name.split('_').count(), &config["account"]),
        (2, &json!(name))
    );
    assert!(root.join(name).join(".nsc").is_file());
}

#[test]
fn at_a_remote_operator_the_account_is_exchanged() {
    let home = home();
    let (server, _operator, url) = remote(1, false);
    home.nsc(["init", "-u", &url, "-n", "mine"])
        .success()
        .stdout_has("> stored the jwt for account");
    let account = home.account_token("OP", "mine");
    assert_eq!(account.issuer(), account.subject());
    assert_eq!(
        home.user_token("OP", "mine", "mine").issuer(),
        account.subject()
    );
    assert!(home.creds_file("OP", "mine", "mine").is_file());
    assert!(!home.stores().join("OP/accounts/SYS").exists());
    assert!(
        home.read(home.stores().join("OP/.nsc"))
            .contains(r#""managed":true"#)
    );
    let methods: Vec<String> = server.requests().into_iter().map(|r| r.method).collect();
    assert_eq!(methods, ["POST", "GET"]);
    let config = config(&home);
    assert_eq!(
        (&config["operator"], &config["account"]),
        (&json!("OP"), &json!("mine"))
    );

    // The same operator is reused, for an account that is not there yet.
    home.nsc(["init", "-u", &url, "-n", "mine"]).failure(4);
    home.nsc(["init", "-o", "oP", "-n", "OP"])
        .env("NSC_OP_OPERATOR", &url)
        .success();
    assert!(home.creds_file("OP", "OP", "OP").is_file());
    let (_server, _operator, other) = remote(2, false);
    let before = home.tree();
    home.nsc(["init", "-u", &other, "-n", "third"]).failure(4);
    assert_eq!(before.changes(&home.tree()), Vec::<String>::new());
}

#[test]
fn a_strict_remote_operator_gets_a_user_of_a_signing_key() {
    let home = home();
    let (_server, _operator, url) = remote(1, true);
    home.nsc(["init", "-u", &url, "-n", "mine"]).success();
    let (account, user) = (
        home.account_token("OP", "mine"),
        home.user_token("OP", "mine", "mine"),
    );
    assert_eq!(account.claim("nats.signing_keys"), &json!([user.issuer()]));
    assert_eq!(user.claim("nats.issuer_account"), account.subject());
    assert!(home.seed_file(user.issuer()).is_file());
}

#[test]
fn a_remote_operator_needs_an_account_server() {
    let home = home();
    home.nsc(["env"]).success();
    let key = key(KeyKind::Operator, 1);
    let jwt = token::sign(
        &stock::claims("OP", &key.public, "operator", json!({})),
        &key.seed,
    );
    let server = HttpDouble::start(move |_| Answer::new(200, jwt.clone()));
    let before = home.tree();
    home.nsc(["init", "-u", &server.url(), "-n", "x"])
        .failure(1);
    assert_eq!(before.changes(&home.tree()), Vec::<String>::new());
}
