//! `nsc delete user`.

use nsc_core::keys::KeyKind;
use serde_json::{Value, json};

use crate::stock::{self, key, line, refused};

#[test]
fn a_user_goes_and_its_key_stays() {
    let home = stock::home();
    line(&home, "edit user -a A u --tag x").success();
    let u = key(KeyKind::User, 1).public;
    line(&home, "delete user -a A u")
        .success()
        .stdout_has("stay valid until it is revoked")
        .stdout_has(&u);
    assert!(!home.stores().join("O/accounts/A/users/u.jwt").exists());
    assert!(home.seed_file(&u).is_file() && home.creds_file("O", "A", "u").is_file());
    assert_eq!(
        home.account_token("O", "A").claim("nats.revocations"),
        &Value::Null
    );
}

#[test]
fn everything_of_several_users_goes_at_once() {
    let home = stock::home();
    line(&home, "edit user -a A u --tag x").success();
    let [u, v] = [1, 2].map(|n| key(KeyKind::User, n).public);
    let json = line(&home, "delete user -a A -n u,u v -R -D -C --output json")
        .success()
        .json();
    let users = json["result"]["users"].as_array().unwrap();
    assert_eq!(users.len(), 2);
    assert_eq!(
        users[0],
        json!({"name": "u", "public_key": u, "revoked": true, "key_removed": true, "creds_removed": true, "expiry": 0})
    );
    assert_eq!(users[1]["creds_removed"], false);
    let revocations = home
        .account_token("O", "A")
        .claim("nats.revocations")
        .clone();
    assert!(revocations[&u].is_number() && revocations[&v].is_number());
    assert!(!home.seed_file(&u).exists() && !home.creds_file("O", "A", "u").exists());
    assert_eq!(
        home.account_token("O", "A").claim("nats.limits.streams"),
        &Value::Null
    );
}

#[test]
fn an_entry_that_covers_the_user_stays() {
    let home = stock::home();
    let [u, v] = [1, 2].map(|n| key(KeyKind::User, n).public);
    // The users were issued at 1700000000.
    let revocations = json!({"revocations": {&u: 1_800_000_000, &v: 1_600_000_000}});
    stock::account(&home, "O", "A", 1, revocations);
    line(&home, "delete user -a A -n u,v -R").success();
    let revocations = home
        .account_token("O", "A")
        .claim("nats.revocations")
        .clone();
    assert_eq!(revocations[&u], 1_800_000_000);
    assert!(
        revocations[&v].as_i64().unwrap() > 1_700_000_000,
        "an older one did not"
    );
}

#[test]
fn nothing_goes_unless_everything_can() {
    let home = stock::home();
    refused(
        &home,
        3,
        &[
            "delete user -a A -n u,none",
            "delete user -a C u",
            "delete user -a B u",
        ],
    );
    refused(&home, 2, &["delete user -a A", "delete user -a A u v"]);
    let by_key = key(KeyKind::User, 1).public;
    refused(&home, 3, &[&format!("delete user -a A {by_key}")]);
    let stranger = key(KeyKind::Operator, 9).seed;
    refused(&home, 5, &[&format!("delete user -a A u -R -K {stranger}")]);
    std::fs::remove_file(home.seed_file(&key(KeyKind::Operator, 1).public)).unwrap();
    refused(&home, 5, &["delete user -a A u -R"]);
    line(&home, "delete user -a A u").success();
}

#[test]
fn a_damaged_user_can_be_deleted_but_not_revoked() {
    let home = stock::home();
    home.write(home.stores().join("O/accounts/A/users/u.jwt"), "junk");
    refused(&home, 1, &["delete user -a A u -R"]);
    line(&home, "delete user -a A u -D")
        .success()
        .stdout_has("could not be read");
    assert!(home.seed_file(&key(KeyKind::User, 1).public).is_file());
}

#[test]
fn an_older_revocation_is_not_told_as_done_now() {
    let home = stock::home();
    line(&home, "revocations add-user -a A -n u").success();
    let output = line(&home, "delete user -a A u").success();
    assert!(!output.stdout().contains("revoked its JWT"), "{output}");
    assert!(!output.stdout().contains("stay valid"), "{output}");
}

#[test]
fn what_is_left_behind_is_told() {
    let home = stock::home();
    line(&home, "edit user -a A u --expiry 2500-01-01").success();
    let creds = home.creds_file("O", "A", "u");
    let told = line(&home, "delete user -a A u --dry-run").success();
    told.stdout_has("stay valid until 2500-01-01 00:00:00 UTC unless it is revoked")
        .stdout_has("kept its creds file");
    let json = line(&home, "delete user -a A u --output json")
        .success()
        .json();
    let user = &json["result"]["users"][0];
    assert_eq!(user["creds_kept"], creds.display().to_string());
    assert_eq!(user["expiry"], 16_725_225_600_i64);
    let warned = json["steps"].as_array().unwrap().iter();
    assert_eq!(warned.filter(|step| step["level"] == "warning").count(), 1);
}

#[test]
fn revoking_can_be_made_the_default() {
    let home = stock::home();
    let revocations = || {
        let token = home.account_token("O", "A");
        token.claim("nats.revocations").clone()
    };
    let [u, v] = [1, 2].map(|n| key(KeyKind::User, n).public);
    let config = home.config().join("nsc.json");
    line(&home, "env").success();
    let before = home.read(&config);
    line(&home, "env --revoke-on-delete --dry-run").success();
    assert_eq!(
        line(&home, "env --output json").success().json()["result"]["revoke_on_delete"],
        false
    );
    line(&home, "env --revoke-on-delete").success();
    assert_eq!(
        home.read(&config),
        before,
        "the original would lose it there"
    );
    assert_eq!(
        line(&home, "env --output json").success().json()["result"]["revoke_on_delete"],
        true
    );

    // For one call, and by a variable.
    line(
        &home,
        "delete user -a A u --revoke=false --dry-run --strict",
    )
    .success();
    line(&home, "delete user -a A u --dry-run")
        .env("NSC_REVOKE_ON_DELETE", "0")
        .success()
        .stdout_has("stay valid");
    line(&home, "delete user -a A u --strict").success();
    assert!(revocations()[&u].is_number());
    // A user whose key nobody knows is deleted all the same.
    home.write(home.stores().join("O/accounts/A/users/w.jwt"), "junk");
    line(&home, "delete user -a A w")
        .success()
        .stdout_has("could not be read");

    line(&home, "env --revoke-on-delete=false").success();
    refused(&home, 1, &["delete user -a A v --strict"]);
    line(&home, "delete user -a A v")
        .env("NSC_REVOKE_ON_DELETE", "1")
        .success();
    assert!(revocations()[&v].is_number());
}
