//! `nsc reissue operator`.

use nsc_core::keys::KeyKind;
use nsc_testkit::TestHome;
use serde_json::json;

use crate::stock::{self, key};

fn old() -> String {
    key(KeyKind::Operator, 1).public
}

#[test]
fn accounts_of_the_old_identity_are_signed_anew() {
    let home = stock::home();
    home.nsc(["edit", "operator", "--sk", "generate"]).success();
    let signing = home.operator_token("O").claim("nats.signing_keys")[0]
        .as_str()
        .unwrap()
        .to_owned();
    home.nsc(["edit", "account", "B", "--tag", "x", "-K", &signing])
        .success();
    let user = home.user_token("O", "A", "u");
    let output = home
        .nsc(["reissue", "operator", "--output", "json"])
        .success();
    let token = home.operator_token("O");
    assert_ne!(token.subject(), old());
    assert_eq!(token.issuer(), token.subject());
    assert_eq!(home.account_token("O", "A").issuer(), token.subject());
    assert_eq!(home.account_token("O", "B").issuer(), signing);
    assert_eq!(home.user_token("O", "A", "u"), user);
    assert!(home.seed_file(token.subject()).exists() && home.seed_file(&old()).exists());
    let result = &output.json()["result"];
    assert_eq!(
        (&result["old_public_key"], &result["public_key"]),
        (&json!(old()), &json!(token.subject()))
    );
    assert_eq!(result["accounts"].as_array().unwrap().len(), 1);
    home.nsc(["validate", "-A"]).success();
}

#[test]
fn the_old_identity_can_become_a_signing_key() {
    let home = stock::home();
    let account = home.account_token("O", "A");
    home.nsc(["reissue", "operator", "--convert-to-signing-key"])
        .success();
    assert_eq!(
        home.operator_token("O").claim("nats.signing_keys"),
        &json!([old()])
    );
    assert_eq!(home.account_token("O", "A"), account);
    home.nsc(["validate", "-A"]).success();
}

#[test]
fn a_key_can_be_given_in_every_form() {
    for form in ["seed", "public", "file"] {
        let home = stock::home();
        let new = key(KeyKind::Operator, 7);
        let value = match form {
            "seed" => new.seed.clone(),
            "public" => {
                stock::store_seed(&home, &new);
                new.public.clone()
            }
            _ => {
                home.write("work/new.nk", &new.seed);
                "new.nk".to_owned()
            }
        };
        home.nsc(["reissue", "operator", "-K", &value]).success();
        assert_eq!(home.operator_token("O").subject(), new.public, "{form}");
        assert_eq!(home.account_token("O", "B").issuer(), new.public, "{form}");
        assert_eq!(home.read(home.seed_file(&new.public)), new.seed, "{form}");
    }
}

#[test]
fn strict_operators_sign_with_their_signing_keys() {
    let home = stock::home();
    let signing = key(KeyKind::Operator, 2);
    let strict = json!({"strict_signing_key_usage": true, "signing_keys": [signing.public]});
    stock::operator(&home, "O", &key(KeyKind::Operator, 1), strict);
    home.nsc(["reissue", "operator"]).failure(5);
    assert_eq!(home.operator_token("O").subject(), old());
    stock::store_seed(&home, &signing);
    home.nsc(["reissue", "operator"]).success();
    assert_eq!(home.account_token("O", "A").issuer(), signing.public);

    let home = stock::home();
    stock::operator(
        &home,
        "O",
        &key(KeyKind::Operator, 1),
        json!({"strict_signing_key_usage": true}),
    );
    home.nsc(["reissue", "operator"]).failure(5);
    home.nsc(["reissue", "operator", "--convert-to-signing-key"])
        .success();
}

#[test]
fn another_operator_can_be_named() {
    let home = stock::home();
    let other = key(KeyKind::Operator, 3);
    stock::operator(&home, "P", &other, json!({}));
    home.nsc(["select", "operator", "O"]).success();
    home.nsc(["reissue", "operator", "-n", "P"]).success();
    assert_ne!(home.operator_token("P").subject(), other.public);
    assert_eq!(home.operator_token("O").subject(), old());
    assert!(
        home.read(home.config().join("nsc.json"))
            .contains(r#""operator":"O""#)
    );
}

fn keys(home: &TestHome) -> usize {
    home.tree()
        .names()
        .iter()
        .filter(|name| name.ends_with(".nk"))
        .count()
}

#[test]
fn refusals_leave_no_key_behind() {
    let home = stock::home();
    let before = keys(&home);
    home.nsc(["reissue", "operator", "-n", "NONE"]).failure(3);
    for value in [
        "misspelt",
        &key(KeyKind::Account, 1).seed,
        &key(KeyKind::Operator, 8).public,
    ] {
        home.nsc(["reissue", "operator", "-K", value]).failure(5);
    }
    home.write(home.stores().join("O/accounts/B/B.jwt"), "junk");
    home.nsc(["reissue", "operator"]).failure(1);
    home.nsc(["reissue", "operator", "extra"]).failure(2);
    assert_eq!(
        (keys(&home), home.operator_token("O").subject()),
        (before, old().as_str())
    );

    home.write(
        home.stores().join("O/.nsc"),
        r#"{"managed":true,"name":"O","kind":"operator","version":"1"}"#,
    );
    home.nsc(["reissue", "operator"]).failure(1);
}
