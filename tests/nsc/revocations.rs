//! `nsc revocations`.

use nsc_core::keys::KeyKind;
use nsc_testkit::TestHome;
use serde_json::{Value, json};

use crate::asked::{self, Answer};
use crate::stock::{self, key};

fn user(n: u8) -> String {
    key(KeyKind::User, n).public
}

fn account(n: u8) -> String {
    key(KeyKind::Account, n).public
}

fn revocations(home: &TestHome) -> Value {
    home.account_token("O", "A")
        .claim("nats.revocations")
        .clone()
}

fn nsc(home: &TestHome, line: &str) -> String {
    let words = line.split(' ').chain(["-a", "A"]);
    home.nsc(["revocations"].into_iter().chain(words))
        .success()
        .stdout()
        .to_owned()
}

#[track_caller]
fn refused(home: &TestHome, line: &str, code: i32) {
    let before = home.account_token("O", "A");
    let words = line.split(' ').chain(["-a", "A"]);
    home.nsc(["revocations"].into_iter().chain(words))
        .failure(code);
    assert_eq!(home.account_token("O", "A").text(), before.text(), "{line}");
}

#[test]
fn users_are_revoked_by_name_key_or_all_at_once() {
    let home = stock::home();
    let before = home.user_token("O", "A", "u");
    nsc(&home, "add-user -n U --at 1000");
    nsc(&home, "add_user -u v --at 2020-01-02T03:04:05+01:00");
    nsc(&home, &format!("add-user -u {} --at -5", user(9)));
    nsc(&home, "add-user -u * --at 7");
    let wanted = json!({user(1): 1000, user(2): 1_577_930_645, user(9): -5, "*": 7});
    assert_eq!(revocations(&home), wanted);
    assert_eq!(home.user_token("O", "A", "u").text(), before.text());
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    nsc(&home, &format!("add-user -u {}", user(8)));
    assert!(revocations(&home)[user(8)].as_u64().unwrap() >= now);
}

#[test]
fn a_revocation_never_moves_back() {
    let home = stock::home();
    nsc(&home, "add-user -n u --at 1000");
    let words = [
        "revocations",
        "add-user",
        "-a",
        "A",
        "-n",
        "u",
        "--at",
        "500",
        "--output",
        "json",
    ];
    let json = home.nsc(words).success().json();
    assert_eq!(
        json["result"],
        json!({"account": "A", "key": user(1), "at": 1000, "kept_later": true})
    );
    assert_eq!(revocations(&home), json!({user(1): 1000}));
}

#[test]
fn users_that_are_not_meant_are_refused() {
    let home = stock::home();
    refused(&home, "add-user", 2);
    refused(&home, &format!("add-user -n u -u {}", user(1)), 2);
    refused(&home, "add-user -n nope", 3);
    refused(&home, "add-user -u nope", 3);
    refused(&home, &format!("add-user -u {}", account(1)), 1);
    refused(&home, "add-user -n u --at hello", 1);
    refused(&home, "delete-user -n u", 3);
    nsc(&home, "add-user -n u");
    refused(&home, "delete-user -n v", 3);
    refused(&home, "delete-user -u *", 3);
    nsc(&home, "delete_user -n u");
    assert_eq!(revocations(&home), Value::Null);
    // The only user is meant without being named.
    stock::user_by(&home, "B", "b", 3, json!({}), &key(KeyKind::Account, 2));
    home.nsc(["revocations", "add-user", "-a", "B"]).success();
    let list = home
        .account_token("O", "B")
        .claim("nats.revocations")
        .clone();
    assert!(list[user(3)].is_number());
}

#[test]
fn lists_are_sorted_and_need_no_key() {
    let home = stock::home();
    let list = ["revocations", "list-users", "-a", "A"];
    home.nsc(list).failure(1).stderr_has("has revoked no users");
    nsc(&home, "add-user -n u --at 1577934245");
    nsc(&home, "add-user -u * --at 7");
    std::fs::remove_file(home.seed_file(&key(KeyKind::Operator, 1).public)).unwrap();
    let text = nsc(&home, "list_users");
    let rows: Vec<&str> = text.lines().collect();
    assert!(rows[1].contains("Revoked Users for A"), "{text}");
    assert!(rows[3].contains("Public Key") && rows[3].contains("Revoke Credentials Before"));
    assert!(rows[5].contains("* [All Users]") && rows[5].contains("Thu, 01 Jan 1970 00:00:07 UTC"));
    assert!(rows[6].contains(&user(1)) && rows[6].contains("Thu, 02 Jan 2020 03:04:05 UTC"));
    let json = home
        .nsc(list.iter().chain(&["--output", "json"]))
        .success()
        .json();
    assert_eq!(
        json["result"],
        json!([{"key": "*", "at": 7}, {"key": user(1), "at": 1_577_934_245}])
    );
    let text = home
        .nsc(list)
        .env("TZ", "EST5")
        .success()
        .stdout()
        .to_owned();
    assert!(text.contains("Wed, 01 Jan 2020 22:04:05 EST"), "{text}");
}

/// `A` exports two services and one stream.
fn exporting_home() -> TestHome {
    let home = stock::home();
    let exports = json!([
        {"name": "P", "subject": "p.*", "type": "service", "token_req": true},
        {"name": "q", "subject": "q", "type": "service"},
        {"name": "s", "subject": "s.>", "type": "stream", "token_req": true},
    ]);
    stock::account(&home, "O", "A", 1, json!({"exports": exports}));
    home
}

fn of_export(home: &TestHome, place: usize) -> Value {
    home.account_token("O", "A").claim("nats.exports")[place]["revocations"].clone()
}

#[test]
fn activations_are_revoked_in_the_export_that_covers_the_subject() {
    let home = exporting_home();
    nsc(&home, "add_activation -t B --at 10");
    nsc(&home, "add-activation -t B --service -s p.x --at 20");
    nsc(&home, "add-activation -t B --service -s p.x --at 5");
    nsc(&home, "add-activation -t * --service -s p.* --at 30");
    // A public export, and an account that nobody knows.
    nsc(
        &home,
        &format!("add-activation -t {} --service -s q --at 40", account(9)),
    );
    assert_eq!(of_export(&home, 0), json!({account(2): 20, "*": 30}));
    assert_eq!(of_export(&home, 1), json!({account(9): 40}));
    assert_eq!(of_export(&home, 2), json!({account(2): 10}));

    let words = [
        "revocations",
        "delete_activation",
        "-a",
        "A",
        "-t",
        "B",
        "--output",
        "json",
    ];
    let json = home.nsc(words).success().json();
    let ended = json!({"account": "A", "key": account(2), "was_revoked": true, "export": "s.>"});
    assert_eq!(json["result"], ended);
    // What is not there is no error.
    nsc(&home, "delete-activation -t B");
    assert_eq!(of_export(&home, 2), Value::Null);
}

#[test]
fn activations_that_are_not_meant_are_refused() {
    let home = stock::home();
    refused(&home, "add-activation -t B", 3);
    let home = exporting_home();
    refused(&home, "add-activation", 2);
    refused(&home, "add-activation -t B --service", 1);
    refused(&home, "add-activation -t B -s q", 3);
    refused(&home, "add-activation -t NOPE", 3);
    refused(&home, &format!("add-activation -t {}", user(1)), 1);
    refused(&home, "add-activation -t B --at 2020-01-01", 1);
}

#[test]
fn revoked_activations_are_listed_without_a_key() {
    let home = exporting_home();
    home.nsc(["revocations", "list-activations", "-a", "A"])
        .failure(1);
    nsc(&home, "add-activation -t * --service -s p.x --at 7");
    nsc(&home, "add-activation -t B --service -s p.x --at 8");
    std::fs::remove_file(home.seed_file(&key(KeyKind::Operator, 1).public)).unwrap();
    let text = nsc(&home, "list_activations --service -s p.x");
    assert!(text.contains("Revoked Accounts for service P"), "{text}");
    let all = text.find("* [All Accounts]").unwrap();
    assert!(all < text.find(&account(2)).unwrap());
    refused(&home, "list-activations --service", 1);
}

#[test]
fn questions_revoke_and_end_revocations() {
    let home = exporting_home();
    let answers = [
        ("by name", Answer::Confirm(true)),
        ("user", Answer::Choice("v")),
        ("up to", Answer::Text("100")),
    ];
    asked::run(&home, &["revocations", "add-user", "-a", "A"], &answers).unwrap();
    let answers = [
        ("by name", Answer::Confirm(false)),
        ("public key", Answer::Text("*")),
        ("up to", Answer::Text("200")),
    ];
    asked::run(&home, &["revocations", "add-user", "-a", "A"], &answers).unwrap();
    assert_eq!(revocations(&home), json!({user(2): 100, "*": 200}));
    let answers = [("revocation", Answer::Choice("*"))];
    asked::run(&home, &["revocations", "delete-user", "-a", "A"], &answers).unwrap();
    assert_eq!(revocations(&home), json!({user(2): 100}));

    let answers = [
        ("kind", Answer::Choice("service")),
        ("export", Answer::Choice("p.*")),
        ("importing account", Answer::Text("B")),
        ("up to", Answer::Text("300")),
    ];
    asked::run(
        &home,
        &["revocations", "add-activation", "-a", "A"],
        &answers,
    )
    .unwrap();
    assert_eq!(of_export(&home, 0), json!({account(2): 300}));
    let answers = [
        ("kind", Answer::Choice("service")),
        ("export", Answer::Choice("p.*")),
        ("revocation", Answer::Offered),
    ];
    let words = ["revocations", "delete-activation", "-a", "A"];
    asked::run(&home, &words, &answers).unwrap();
    assert_eq!(of_export(&home, 0), Value::Null);
}
