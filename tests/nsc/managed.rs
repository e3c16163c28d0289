//! Accounts of imported operators, and the exchange with their account server.

use nsc_core::keys::KeyKind;
use nsc_testkit::{Answer, HttpDouble, TestHome, Token, account_server, token};
use serde_json::{Value, json};

use crate::stock::{self, key};

fn current_account(home: &TestHome) -> Value {
    let text = home.read(home.config().join("nsc.json"));
    serde_json::from_str::<Value>(&text).unwrap()["account"].clone()
}

/// Takes accounts over: signs what was posted with operator key 1, and sets a limit.
fn signing_server() -> HttpDouble {
    let posted = std::sync::Mutex::new(String::new());
    HttpDouble::start(move |request| {
        let mut posted = posted.lock().unwrap();
        if request.method == "GET" {
            return Answer::new(200, posted.clone());
        }
        let mut claims = Token::parse(&request.body).claims().clone();
        claims["nats"]["limits"]["conn"] = 7.into();
        *posted = token::sign(&claims, &key(KeyKind::Operator, 1).seed);
        Answer::new(200, "limits were set for you")
    })
}

#[test]
fn what_the_server_returns_is_stored() {
    let server = signing_server();
    let home = stock::managed(Some(&server.url()));
    let output = home
        .nsc(["add", "account", "M", "--output", "json"])
        .success();
    let account = home.account_token("OP", "M");
    assert_eq!(account.issuer(), key(KeyKind::Operator, 1).public);
    assert_eq!(account.claim("nats.limits.conn"), &json!(7));
    assert_eq!(output.json()["result"]["issuer"], account.issuer());
    let text = output.stdout();
    assert!(
        text.contains("limits were set for you") && text.contains("limit conn: -1 became 7"),
        "{text}"
    );
    assert_eq!(current_account(&home), "M");

    let requests = server.requests();
    assert_eq!(requests[0].path, format!("/accounts/{}", account.subject()));
    assert_eq!(requests[0].headers["content-type"], "application/jwt");
    let sent = Token::parse(&requests[0].body);
    assert_eq!(sent.issuer(), account.subject());

    home.nsc(["add", "user", "u"]).success();
    assert_eq!(home.user_token("OP", "M", "u").issuer(), account.subject());
    assert_eq!(server.requests().len(), 2, "users are never sent");
}

#[test]
fn a_failed_exchange_keeps_the_account_and_fails() {
    for (status, body) in [(500, "out of order"), (400, "")] {
        let server = HttpDouble::start(move |_| Answer::new(status, body));
        let home = stock::managed(Some(&server.url()));
        let output = home.nsc(["add", "account", "M"]).failure(6);
        output.stderr_has(&status.to_string()).stderr_has(body);
        let account = home.account_token("OP", "M");
        assert_eq!(account.issuer(), account.subject());
        assert!(home.seed_file(account.subject()).is_file());
        assert_eq!(current_account(&home), "");
    }
    let home = stock::managed(Some("http://127.0.0.1:1/jwt/v1"));
    home.nsc(["add", "account", "M"])
        .failure(6)
        .stderr_has("nsc push");
    assert_eq!(home.account_token("OP", "M").claim("name"), "M");
}

#[test]
fn an_account_that_waits_to_be_signed_is_no_failure() {
    let server = HttpDouble::start(|_| Answer::new(202, ""));
    let home = stock::managed(Some(&server.url()));
    home.nsc(["add", "account", "M"])
        .success()
        .stdout_has("[WARN]");
    assert_eq!(server.requests().len(), 1, "nothing to fetch yet");
    assert_eq!(current_account(&home), "M");
}

#[test]
fn an_answer_about_something_else_is_not_stored() {
    let other = key(KeyKind::Account, 9);
    let jwt = token::sign(
        &stock::claims("M", &other.public, "account", json!({})),
        &other.seed,
    );
    let server = HttpDouble::start(move |_| Answer::new(200, jwt.clone()));
    let home = stock::managed(Some(&server.url()));
    home.nsc(["add", "account", "M"])
        .failure(6)
        .stderr_has(&other.public);
    assert_ne!(home.account_token("OP", "M").subject(), other.public);
}

#[test]
fn a_dry_run_sends_nothing() {
    let server = account_server("");
    let home = stock::managed(Some(&format!("{}/jwt/v1", server.url())));
    let before = home.tree();
    home.nsc(["add", "account", "M", "--dry-run"])
        .success()
        .stdout_has("would send");
    assert!(server.requests().is_empty());
    assert_eq!(before.changes(&home.tree()), Vec::<String>::new());
}

#[test]
fn without_an_account_server_accounts_sign_themselves() {
    for server in [None, Some("nats://localhost:4222")] {
        let home = stock::managed(server);
        home.nsc(["add", "account", "M"])
            .success()
            .stdout_has("[WARN] account `M` is self-signed");
        let account = home.account_token("OP", "M");
        assert_eq!(account.issuer(), account.subject());

        let operator = key(KeyKind::Operator, 1);
        let output = home
            .nsc(["add", "account", "N", "-K", &operator.seed])
            .success();
        assert!(!output.stdout().contains("[WARN]"), "{output}");
        assert_eq!(home.account_token("OP", "N").issuer(), operator.public);
        // Without its private part it cannot sign itself.
        let public = key(KeyKind::Account, 3).public;
        home.nsc(["add", "account", "P", "-k", &public]).failure(5);
        let seed = key(KeyKind::Account, 3).seed;
        home.nsc(["add", "account", "P", "-k", &seed]).success();
        assert_eq!(home.account_token("OP", "P").issuer(), public);
        let stranger = key(KeyKind::Account, 8).seed;
        home.nsc(["add", "account", "Q", "-K", &stranger])
            .failure(5);
    }
}

#[test]
fn every_change_of_an_account_is_exchanged() {
    let server = signing_server();
    let home = stock::managed(Some(&server.url()));
    home.nsc(["add", "account", "M"]).success();
    home.nsc(["add", "export", "-s", "x", "-p"]).success();
    home.nsc(["revocations", "add-user", "-u", "*"]).success();
    let account = home.account_token("OP", "M");
    assert_eq!(account.issuer(), key(KeyKind::Operator, 1).public);
    assert_eq!(account.claim("nats.exports")[0]["subject"], "x");
    let posts = server
        .requests()
        .iter()
        .filter(|r| r.method == "POST")
        .count();
    assert_eq!(posts, 3);
    let activation = home.nsc([
        "generate",
        "activation",
        "-t",
        &key(KeyKind::Account, 9).public,
    ]);
    assert_eq!(
        Token::parse(activation.success().stdout()).issuer(),
        account.subject()
    );
}

#[test]
fn a_change_stays_when_the_server_fails() {
    let taken = std::sync::atomic::AtomicBool::new(false);
    let server = HttpDouble::start(move |_| {
        let first = !taken.swap(true, std::sync::atomic::Ordering::SeqCst);
        Answer::new(if first { 202 } else { 500 }, "")
    });
    let home = stock::managed(Some(&server.url()));
    home.nsc(["add", "account", "M"]).success();
    home.nsc(["add", "mapping", "-f", "a", "-t", "b"])
        .failure(6);
    let account = home.account_token("OP", "M");
    assert_eq!(account.issuer(), account.subject());
    assert_eq!(account.claim("nats.mappings.a"), &json!([{"subject": "b"}]));
}
