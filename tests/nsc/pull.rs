//! `nsc pull`.

use std::collections::BTreeMap;

use nsc_core::keys::KeyKind;
use nsc_testkit::{Answer, FileTree, HttpDouble, NatsServer, TestHome, token};
use serde_json::json;

use crate::stock::{self, Key, key};
use crate::system::{self, account_by, account_key, account_path, full_server};

fn pull<'h>(home: &'h TestHome, url: &str, args: &[&str]) -> nsc_testkit::Call<'h> {
    let start = ["pull", "-u", url];
    home.nsc(start.iter().chain(args))
}

fn operator_key() -> Key {
    key(KeyKind::Operator, 1)
}

/// An account server that has these accounts, by number, and no operator.
fn http_server(accounts: &[(u8, &str)]) -> HttpDouble {
    let accounts: BTreeMap<String, String> = accounts
        .iter()
        .map(|(n, token)| {
            (
                format!("/accounts/{}", account_key(*n)),
                (*token).to_owned(),
            )
        })
        .collect();
    HttpDouble::start(move |request| match accounts.get(&request.path) {
        Some(token) => Answer::new(200, token.as_str()),
        None => Answer::new(404, "no matching account JWT"),
    })
}

/// A full resolver that has these JWTs from the start.
fn server_with(home: &TestHome, accounts: &[(u8, &str)]) -> NatsServer {
    for (n, token) in accounts {
        home.write(format!("server/jwt/{}.jwt", account_key(*n)), token);
    }
    full_server(home)
}

/// The store without what only this tool looks at.
fn store(home: &TestHome) -> FileTree {
    FileTree::of(home.stores()).without("O/.nsc-rs")
}

/// What became of each account, by name.
fn outcomes(output: &nsc_testkit::Output) -> BTreeMap<String, String> {
    let received = output.json()["result"]["received"].clone();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let pair = |one: &serde_json::Value| (text(&one["name"]), text(&one["outcome"]));
    received.as_array().unwrap().iter().map(pair).collect()
}

#[test]
fn all_accounts_of_a_server_are_stored() {
    let home = system::home(json!({}));
    let changed = account_by(
        "A",
        1,
        json!({"/iat": 1_700_000_100, "tags": ["new"]}),
        &operator_key(),
    );
    let unknown = account_by("C c", 3, json!({}), &operator_key());
    let server = server_with(&home, &[(1, &changed), (3, &unknown)]);
    let output = pull(&home, &server.url(), &["-A", "--output", "json"]).success();
    let wanted = [("A", "updated"), ("C c", "added"), ("SYS", "unchanged")];
    let wanted = wanted.map(|(name, outcome)| (name.to_owned(), outcome.to_owned()));
    assert_eq!(outcomes(&output), BTreeMap::from(wanted));
    assert_eq!(home.read(account_path(&home, "A")), changed);
    assert_eq!(home.read(account_path(&home, "C c")), unknown);
    assert!(account_path(&home, "B").exists());
}

#[test]
fn one_account_is_looked_up() {
    let home = system::home(json!({}));
    let changed = account_by(
        "A",
        1,
        json!({"/iat": 1_700_000_100, "tags": ["new"]}),
        &operator_key(),
    );
    let server = server_with(&home, &[(1, &changed)]);
    let before = store(&home);
    pull(&home, &server.url(), &["-a", "B"])
        .failure(3)
        .stderr_has("no server holds");
    pull(&home, &server.url(), &["-a", "A", "--dry-run"]).success();
    pull(&home, &server.url(), &["-a", "NOPE"]).failure(3);
    pull(&home, &server.url(), &[])
        .failure(1)
        .stderr_has("no account is set");
    assert_eq!(before.changes(&store(&home)), [""; 0]);
    pull(&home, &server.url(), &["-a", &account_key(1)]).success();
    assert_eq!(home.read(account_path(&home, "A")), changed);
}

#[test]
fn a_newer_account_of_the_store_stays_unless_told() {
    let home = system::home(json!({}));
    let older = account_by("A", 1, json!({"/iat": 1_600_000_000}), &operator_key());
    let server = server_with(&home, &[(1, &older)]);
    let before = store(&home);
    pull(&home, &server.url(), &["-a", "A"])
        .failure(4)
        .stderr_has("issued later here");
    pull(&home, &server.url(), &["-A"]).failure(7);
    assert_eq!(before.changes(&store(&home)), [""; 0]);
    pull(&home, &server.url(), &["-A", "-F"]).success();
    assert_eq!(home.read(account_path(&home, "A")), older);
}

#[test]
fn what_the_operator_did_not_sign_or_misnamed_is_refused() {
    let home = system::home(json!({}));
    let stranger = key(KeyKind::Operator, 5);
    let (itself, by) = (key(KeyKind::Account, 1), operator_key());
    let cases = [
        (account_by("A", 1, json!({}), &stranger), "signed by"),
        (account_by("A", 1, json!({}), &itself), "signed by"),
        (account_by("A", 2, json!({}), &by), "is about account"),
        (
            account_by("B", 1, json!({}), &by),
            "the store has this account as `A`",
        ),
        (account_by("../../x", 1, json!({}), &by), "its name"),
        ("eyJ.no.token".to_owned(), "A"),
        (home.user_token("O", "A", "u").text().to_owned(), "type"),
        (home.operator_token("O").text().to_owned(), "type"),
    ];
    let before = store(&home);
    for (token, says) in cases {
        let server = http_server(&[(1, &token)]);
        let output = pull(&home, &server.url(), &["-a", "A", "-F"]).failure(1);
        output.stderr_has(says);
        assert_eq!(before.changes(&store(&home)), [""; 0], "{output}");
    }
}

#[test]
fn servers_cannot_put_another_account_in_a_names_place() {
    let home = system::home(json!({}));
    let by = operator_key();
    let thief = account_by("A", 3, json!({"/iat": 1_800_000_000}), &by);
    let path = account_by("..", 4, json!({}), &by);
    let foreign = account_by("F", 5, json!({}), &key(KeyKind::Operator, 5));
    let server = server_with(&home, &[(3, &thief), (4, &path), (5, &foreign)]);
    let before = store(&home);
    let output = pull(&home, &server.url(), &["-A", "-F"]).failure(7);
    output.stderr_has("another account of that name");
    assert_eq!(before.changes(&store(&home)), [""; 0]);
}

#[test]
fn an_account_server_gives_operator_and_accounts() {
    let home = system::home(json!({}));
    let claims = stock::claims(
        "O",
        &operator_key().public,
        "operator",
        json!({"/iat": 1_700_000_100, "signing_keys": [key(KeyKind::Operator, 2).public]}),
    );
    let operator = token::sign(&claims, &operator_key().seed);
    // Signed by a key that only the new operator JWT lists.
    let a = account_by(
        "A",
        1,
        json!({"/iat": 1_700_000_100, "tags": ["new"]}),
        &key(KeyKind::Operator, 2),
    );
    let (path_a, sent_a) = (format!("/jwt/v1/accounts/{}", account_key(1)), a.clone());
    let path_sys = format!("/jwt/v1/accounts/{}", account_key(9));
    let sent_operator = operator.clone();
    let server = HttpDouble::start(move |request| match request.path.as_str() {
        "/jwt/v2/operator" => Answer::new(200, sent_operator.as_str()),
        path if path == path_a => Answer::new(
            200,
            format!(
                "-----BEGIN NATS ACCOUNT JWT-----\n{sent_a}\n------END NATS ACCOUNT JWT------\n"
            ),
        ),
        path if path == path_sys => Answer::new(202, ""),
        _ => Answer::new(404, "not here"),
    });
    let url = format!("{}/jwt/v1", server.url());
    let output = pull(&home, &url, &["-A"]).failure(7);
    output
        .stderr_has("404")
        .stderr_has("not here")
        .stderr_has("waits to be signed");
    assert_eq!(home.operator_token("O").text(), operator);
    assert_eq!(home.read(account_path(&home, "A")), a);
}

#[test]
fn the_operator_is_compared_with_the_operator() {
    let home = system::home(json!({"/iat": 1_800_000_000}));
    let sent = |nats, subject: &Key, by: &Key| {
        let claims = stock::claims("O", &subject.public, "operator", nats);
        token::sign(&claims, &by.seed)
    };
    let (own, other) = (operator_key(), key(KeyKind::Operator, 5));
    let before = home.operator_token("O");
    let older = sent(json!({}), &own, &own);
    for (token, flags, outcome) in [
        (&older, &[][..], "newer_here"),
        (&sent(json!({}), &other, &other), &["-F"], "refused"),
        (&sent(json!({}), &own, &other), &["-F"], "refused"),
    ] {
        let server =
            HttpDouble::with_routes([("GET", "/operator", Answer::new(200, token.as_str()))]);
        let output = pull(
            &home,
            &server.url(),
            &[&["-A", "--output", "json"], flags].concat(),
        )
        .run();
        assert_eq!(outcomes(&output)["O"], outcome);
        assert_eq!(home.operator_token("O"), before);
    }
    let server = HttpDouble::with_routes([("GET", "/operator", Answer::new(200, older.as_str()))]);
    let _ = pull(&home, &server.url(), &["-A", "-F"]).failure(7);
    assert_eq!(home.operator_token("O").text(), older);
}

#[test]
fn a_managed_store_takes_self_signed_accounts() {
    let home = system::home(json!({}));
    let info = json!({"managed": true, "name": "O", "kind": "operator", "version": "1"});
    home.write(home.stores().join("O/.nsc"), info.to_string());
    let token = account_by(
        "A",
        1,
        json!({"/iat": 1_700_000_100, "tags": ["self"]}),
        &key(KeyKind::Account, 1),
    );
    let server = http_server(&[(1, &token)]);
    pull(&home, &server.url(), &["-a", "A"]).success();
    assert_eq!(home.read(account_path(&home, "A")), token);
    let token = account_by("A", 1, json!({}), &key(KeyKind::Operator, 5));
    let server = http_server(&[(1, &token)]);
    pull(&home, &server.url(), &["-a", "A"]).failure(1);
}

#[test]
fn a_damaged_account_is_replaced_when_told() {
    let home = system::home(json!({}));
    let good = home.account_token("O", "A").text().to_owned();
    let server = server_with(&home, &[(1, &good)]);
    home.write(account_path(&home, "A"), "damaged");
    pull(&home, &server.url(), &["-A"])
        .failure(7)
        .stderr_has("--overwrite-newer");
    pull(&home, &server.url(), &["-A", "-F"]).success();
    assert_eq!(home.read(account_path(&home, "A")), good);
}

#[test]
fn only_full_resolvers_can_be_pulled_from() {
    let home = system::home(json!({}));
    let server = system::server(&home, "--nats-resolver-cache");
    pull(&home, &server.url(), &["-A"]).failure(6);
    pull(&home, &server.url(), &["-a", "A"]).failure(6);
    home.nsc(["pull", "-A"])
        .failure(1)
        .stderr_has("no account server URL");
}

#[test]
fn issued_in_the_same_second_the_fetched_one_counts() {
    let home = system::home(json!({}));
    let other = account_by("A", 1, json!({"tags": ["other"]}), &operator_key());
    let server = server_with(&home, &[(1, &other)]);
    pull(&home, &server.url(), &["-a", "A"]).success();
    assert_eq!(home.read(account_path(&home, "A")), other);
}

#[test]
fn users_of_a_pulled_account_stay() {
    let home = system::home(json!({}));
    let newer = account_by("A", 1, json!({"/iat": 1_700_000_100}), &operator_key());
    let server = server_with(&home, &[(1, &newer)]);
    let users = || FileTree::of(home.stores().join("O/accounts/A/users"));
    let (before, keys) = (users(), FileTree::of(home.keystore()));
    assert_eq!(before.names().len(), 2);
    pull(&home, &server.url(), &["-A"]).success();
    assert_eq!(home.read(account_path(&home, "A")), newer);
    assert_eq!(before.changes(&users()), [""; 0]);
    assert_eq!(keys.changes(&FileTree::of(home.keystore())), [""; 0]);
    home.nsc(["validate", "-a", "A"]).success();
}
