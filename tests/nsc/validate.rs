//! `nsc validate`.

use nsc_core::keys::KeyKind;
use nsc_testkit::token;
use serde_json::{Value, json};

use crate::stock::{self, key};

fn topics(output: &nsc_testkit::Output, object: usize) -> Vec<String> {
    let issues = output.json()["result"][object]["issues"].clone();
    let topic = |issue: &Value| issue["topic"].as_str().unwrap().to_owned();
    issues.as_array().unwrap().iter().map(topic).collect()
}

#[test]
fn the_operator_and_the_current_account_are_judged() {
    let home = stock::home();
    let output = home.nsc(["validate"]).success();
    output
        .stdout_has("Operator \"O\"")
        .stdout_has("No issues found");
    assert!(!output.stdout().contains("Account"), "{output}");
    assert_eq!(output.stderr(), "");

    home.nsc(["select", "account", "A"]).success();
    home.nsc(["validate"]).success().stdout_has("Account \"A\"");
    let all = home
        .nsc(["validate", "-A", "--output", "json"])
        .success()
        .json();
    let names: Vec<_> = all["result"]
        .as_array()
        .unwrap()
        .iter()
        .map(|o| o["name"].clone())
        .collect();
    assert_eq!(names, ["O", "A", "B"]);
    let by_key = key(KeyKind::Account, 2).public;
    home.nsc(["validate", "-a", &by_key])
        .success()
        .stdout_has("Account \"B\"");
    home.nsc(["validate", "-a", "NONE"]).failure(3);
    for both in [["-A", "-aA"], ["-A", "-fx"], ["-aA", "-fx"]] {
        home.nsc(["validate"].iter().chain(&both)).failure(2);
    }
}

#[test]
fn blocking_and_time_findings_fail_warnings_do_not() {
    let home = stock::home();
    stock::user(
        &home,
        "A",
        "late",
        3,
        json!({"/exp": 1_600_000_000, "subs": -1, "data": -1, "payload": -1}),
    );
    let output = home.nsc(["validate", "-a", "A"]).failure(1);
    output
        .stdout_has("| ! |")
        .stdout_has("user \"late\": ")
        .stdout_has("expired");

    let home = stock::home();
    let scoped = key(KeyKind::Account, 5);
    let scope = json!({"signing_keys": [{"kind": "user_scope", "key": scoped.public, "role": "r", "template": {"subs": -1, "data": -1, "payload": -1}}]});
    stock::account(&home, "O", "A", 1, scope);
    let own = json!({"issuer_account": key(KeyKind::Account, 1).public, "subs": -1, "data": -1, "payload": -1});
    stock::user_by(&home, "A", "u", 1, own, &scoped);
    let output = home
        .nsc(["validate", "-a", "A", "--output", "json"])
        .success();
    assert_eq!(topics(&output, 1), ["scope"]);
    assert_eq!(output.json()["result"][1]["failed"], false);
}

#[test]
fn issuers_are_judged_also_of_strict_operators() {
    let home = stock::home();
    let strict = json!({"strict_signing_key_usage": true, "signing_keys": [key(KeyKind::Operator, 2).public]});
    stock::operator(&home, "O", &key(KeyKind::Operator, 1), strict);
    let output = home.nsc(["validate", "-A", "--output", "json"]).failure(1);
    assert_eq!(topics(&output, 0), [""; 0]);
    assert_eq!(topics(&output, 1), ["issuer"; 3], "account and both users");
    let users: Vec<_> = output.json()["result"][1]["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|i| i["user"].clone())
        .collect();
    assert_eq!(users, [Value::Null, "u".into(), "v".into()]);

    let home = stock::home();
    stock::user_by(
        &home,
        "A",
        "foreign",
        3,
        json!({}),
        &key(KeyKind::Account, 2),
    );
    home.nsc(["validate", "-A"])
        .failure(1)
        .stdout_has("user \"foreign\": issuer");
}

#[test]
fn a_damaged_jwt_is_a_finding() {
    let home = stock::home();
    home.write(home.stores().join("O/accounts/A/users/u.jwt"), "junk");
    home.write(home.stores().join("O/accounts/B/B.jwt"), "junk");
    let output = home.nsc(["validate", "-A", "--output", "json"]).failure(1);
    assert_eq!(
        (topics(&output, 1), topics(&output, 2)),
        (vec!["unreadable".to_owned()], vec!["unreadable".to_owned()])
    );
}

#[test]
fn the_jwts_of_a_file_are_judged_without_a_store() {
    let home = nsc_testkit::TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let token = |n: u8, nats: Value| {
        let by = key(KeyKind::Account, 1);
        token::sign(
            &stock::claims("u", &key(KeyKind::User, n).public, "user", nats),
            &by.seed,
        )
    };
    let good = token(1, json!({"subs": -1}));
    home.write("work/good", format!("\n{good}\n\n"));
    let output = home.nsc(["validate", "-f", "good"]).success();
    output.stdout_has(&key(KeyKind::User, 1).public);
    assert!(
        !output.stdout().contains("Operator") && !output.stdout().contains("Summary"),
        "{output}"
    );

    let late = token(2, json!({"/exp": 1_600_000_000}));
    home.write("work/mixed", format!("{good}\nLABEL|{late}\n"));
    let output = home.nsc(["validate", "--file", "mixed"]).failure(1);
    output
        .stdout_has(&key(KeyKind::User, 2).public)
        .stdout_has("expired")
        .stdout_has("Summary");

    home.write("work/junk", "hello\n");
    home.nsc(["validate", "-f", "junk"])
        .failure(1)
        .stdout_has("line 1");
    home.write("work/empty", "\n");
    home.nsc(["validate", "-f", "empty"]).failure(1);
    home.nsc(["validate", "-f", "missing"]).failure(3);
}
