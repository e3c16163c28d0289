//! `nsc edit authcallout`.

use nsc_core::keys::KeyKind;
use nsc_testkit::TestHome;
use serde_json::{Value, json};

use crate::stock::{self, key, line, refused};

fn authorization(home: &TestHome) -> Value {
    home.account_token("O", "A")
        .claim("nats.authorization")
        .clone()
}

#[test]
fn users_accounts_and_the_curve_key() {
    let home = stock::home();
    let [u1, u2] = [1, 2].map(|n| key(KeyKind::User, n));
    let other = key(KeyKind::Account, 9).public;
    let words = format!(
        "edit authcallout A --auth-user {},{} --auth-user {} --allowed-account {other} -x generate --output json",
        u1.public, u2.seed, u1.public
    );
    let json = line(&home, &words).success().json();
    let curve = json["result"]["generated_keys"][0].as_str().unwrap();
    assert!(curve.starts_with('X') && home.seed_file(curve).is_file());
    assert_eq!(
        authorization(&home),
        json!({"auth_users": [u1.public, u2.public], "allowed_accounts": [other], "xkey": curve})
    );
    assert_eq!(
        home.account_token("O", "A").claim("nats.limits.streams"),
        &Value::Null
    );

    refused(
        &home,
        1,
        &[
            "edit authcallout A --allowed-account *",
            &format!(
                "edit authcallout A --rm-auth-user {},{}",
                u1.public, u2.public
            ),
        ],
    );
    let words = format!(
        "edit authcallout -a A --rm-auth-user {} --rm-allowed-account {other} --allowed-account * --rm-curve",
        u2.public
    );
    line(&home, &words).success();
    assert_eq!(
        authorization(&home),
        json!({"auth_users": [u1.public], "allowed_accounts": ["*"]})
    );
    line(&home, "edit authcallout A --disable").success();
    assert_eq!(authorization(&home), json!({}));
}

#[test]
fn a_curve_key_may_come_alone_and_is_replaced() {
    let home = stock::home();
    let [one, two] = [1, 2].map(|n| key(KeyKind::Curve, n));
    line(&home, &format!("edit authcallout A --curve {}", one.public)).success();
    line(
        &home,
        &format!("edit authcallout A --curve {} --rm-curve", two.seed),
    )
    .success();
    assert_eq!(authorization(&home), json!({"xkey": two.public}));
    assert!(!home.seed_file(&two.public).exists());
}

#[test]
fn what_makes_no_sense_changes_nothing() {
    let home = stock::home();
    let [user, account] = [KeyKind::User, KeyKind::Account].map(|kind| key(kind, 3).public);
    refused(
        &home,
        2,
        &[
            "edit authcallout A",
            "edit authcallout A --disable=false",
            "edit authcallout A --disable --rm-curve",
        ],
    );
    refused(
        &home,
        5,
        &[
            "edit authcallout A --auth-user u",
            "edit authcallout A --auth-user *",
            "edit authcallout A --rm-auth-user u",
            &format!("edit authcallout A --auth-user {account}"),
            &format!("edit authcallout A --allowed-account {user}"),
            "edit authcallout A --rm-allowed-account B",
            &format!("edit authcallout A --curve {user}"),
            "edit authcallout A --curve=",
        ],
    );
    refused(
        &home,
        1,
        &[&format!("edit authcallout A --allowed-account {account}")],
    );
    refused(&home, 3, &["edit authcallout C --disable"]);
}
