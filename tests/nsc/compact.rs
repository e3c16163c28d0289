//! `nsc revocations compact`.

use nsc_core::keys::KeyKind;
use nsc_testkit::TestHome;
use serde_json::{Value, json};

use crate::asked::{self, Answer};
use crate::stock::{self, key, line};

const PAST: i64 = 1_600_000_000;

fn user(n: u8) -> String {
    key(KeyKind::User, n).public
}

fn account(n: u8) -> String {
    key(KeyKind::Account, n).public
}

/// `u` has expired, `v` never does; both are revoked, and so is a user that the store does not have.
fn home() -> TestHome {
    let home = stock::home();
    let limits = json!({"/exp": PAST + 10, "/iat": PAST, "subs": -1, "data": -1, "payload": -1});
    stock::user(&home, "A", "u", 1, limits);
    let revocations = json!({
        user(1): PAST + 5, user(2): 1_700_000_005, user(9): PAST + 5,
    });
    let exports = json!([{"name": "e", "subject": "e", "type": "stream", "token_req": true,
        "revocations": {account(7): PAST, "*": PAST + 1}}]);
    let nats = json!({"revocations": revocations, "exports": exports});
    stock::account(&home, "O", "A", 1, nats);
    home
}

fn left(home: &TestHome) -> (Vec<String>, Vec<String>) {
    let claims = home.account_token("O", "A");
    let keys = |list: &Value| match list.as_object() {
        Some(list) => list.keys().cloned().collect(),
        None => Vec::new(),
    };
    let export = &claims.claim("nats.exports")[0];
    (
        keys(claims.claim("nats.revocations")),
        keys(&export["revocations"]),
    )
}

#[test]
fn nothing_goes_before_it_was_shown_and_wanted() {
    let home = home();
    let before = home.account_token("O", "A");
    let refused = line(&home, "revocations compact -a A").failure(1);
    refused
        .stderr_has(&user(1))
        .stderr_has(&account(7))
        .stderr_has("--yes");
    assert!(!refused.stderr().contains(&user(2)), "{refused}");
    let dry = line(&home, "revocations compact -a A --dry-run").success();
    dry.stdout_has(&user(1)).stdout_has("would be valid again");
    let no = [("Drop 2 revocations?", Answer::Confirm(false))];
    asked::run(&home, &["revocations", "compact", "-a", "A"], &no).unwrap();
    assert_eq!(home.account_token("O", "A").text(), before.text());
    let yes = [("Drop 2 revocations?", Answer::Confirm(true))];
    asked::run(&home, &["revocations", "compact", "-a", "A"], &yes).unwrap();
    let mut users = [user(2), user(9)];
    users.sort();
    assert_eq!(left(&home), (users.to_vec(), vec!["*".to_owned()]));
}

#[test]
fn what_somebody_vouches_for_goes_too() {
    let home = home();
    let words = "revocations compact -a A --longest 1y --yes --output json";
    let result = line(&home, words).success().json()["result"].clone();
    assert_eq!(result["dropped"], true);
    let reasons: Vec<_> = result["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (
                entry["key"].as_str().unwrap(),
                entry["reason"].as_str().unwrap(),
            )
        })
        .collect();
    assert!(
        reasons.contains(&(account(7).as_str(), "covered_by_all")),
        "{reasons:?}"
    );
    assert!(reasons.contains(&("*", "outlived")), "{reasons:?}");
    assert_eq!(left(&home), (Vec::new(), Vec::new()));
    let again = line(&home, "revocations compact -a A").success();
    again.stdout_has("no revocation that can go");
}

#[test]
fn periods_are_periods() {
    let home = home();
    stock::refused(
        &home,
        2,
        &[
            "revocations compact -a A --yes --longest 2030-01-01",
            "revocations compact -a A --yes --longest -5d",
            "revocations compact -a A --yes --longest 0",
        ],
    );
    stock::refused(&home, 1, &["revocations compact -a A --yes --longest soon"]);
}

#[test]
fn it_is_taken_back_like_any_other_change() {
    let home = home();
    let before = left(&home);
    assert_eq!((before.0.len(), before.1.len()), (3, 2));
    line(&home, "revocations compact -a A --yes").success();
    assert_eq!((left(&home).0.len(), left(&home).1.len()), (2, 1));
    line(&home, "undo").success();
    assert_eq!(left(&home), before);
}

/// An earlier JWT of a user may live longer than the one in the store.
#[test]
fn a_revocation_stays_for_what_was_handed_out_before() {
    let home = stock::home();
    let key = |name: &str| home.user_token("O", "A", name).subject().to_owned();
    // Each token was issued before the revocation, and the last one of either has expired.
    for words in [
        "add user -a A longer",
        "edit user -a A longer --expiry 2020-01-01",
        "add user -a A once --expiry 2020-01-01",
    ] {
        line(&home, words).success();
    }
    let (longer, once) = (key("longer"), key("once"));
    for name in ["longer", "once"] {
        line(&home, &format!("revocations add-user -a A -n {name}")).success();
    }
    line(&home, "delete user -a A once").success();
    let words = "revocations compact -a A --yes --output json";
    let json = line(&home, words).success().json();
    let entries = json["result"]["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 1, "{json}");
    assert_eq!(entries[0]["key"], once.as_str());
    let (users, _) = left(&home);
    assert_eq!(users, [longer]);
}
