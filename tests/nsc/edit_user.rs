//! `nsc edit user`.

use nsc_core::keys::KeyKind;
use nsc_testkit::TestHome;
use serde_json::{Value, json};

use crate::stock::{self, key, line, refused};

/// A home whose account `A` has the role `reader` (key 5, stored), and user `s` of it.
fn home_with_role() -> TestHome {
    let home = stock::home();
    let role = key(KeyKind::Account, 5);
    stock::store_seed(&home, &role);
    let words = format!(
        "edit signing-key -a A --sk {} --role reader --allow-sub r.>",
        role.public
    );
    line(&home, &words).success();
    line(&home, "add user -a A s -K reader").success();
    home
}

fn nats(home: &TestHome, user: &str) -> Value {
    home.user_token("O", "A", user).claim("nats").clone()
}

#[test]
fn limits_change_and_the_creds_follow() {
    let home = stock::home();
    home.nsc([
        "edit",
        "user",
        "-a",
        "A",
        "u",
        "--subs",
        "5",
        "--data",
        "1k",
        "--payload=-1",
        "--bearer",
        "--conn-type",
        "mqtt,Standard",
        "--source-network",
        "192.0.2.0/24,10.0.0.0/8",
        "--time",
        "08:00:00-09:00:00",
        "--locale",
        "UTC",
        "--allow-pub-response",
        "--output",
        "json",
    ])
    .success();
    assert_eq!(
        nats(&home, "u"),
        json!({
            "pub": {}, "sub": {}, "resp": {"max": 1, "ttl": 0},
            "src": ["10.0.0.0/8", "192.0.2.0/24"],
            "times": [{"start": "08:00:00", "end": "09:00:00"}], "times_location": "UTC",
            "subs": 5, "data": 1000, "payload": -1, "bearer_token": true,
            "allowed_connection_types": ["MQTT", "STANDARD"], "type": "user", "version": 2,
        })
    );
    let creds = home.token(home.creds_file("O", "A", "u"));
    assert_eq!(creds.text(), home.user_token("O", "A", "u").text());

    line(
        &home,
        "edit user -a A u --subs 0 --bearer=false --rm-conn-type MQTT,standard --rm-source-network 10.0.0.0/8 --rm-time 08:00:00 --rm-response-perms --locale=",
    )
    .success();
    let nats = nats(&home, "u");
    for gone in [
        "subs",
        "bearer_token",
        "allowed_connection_types",
        "times",
        "times_location",
        "resp",
    ] {
        assert_eq!(nats[gone], Value::Null, "{gone}");
    }
    line(&home, "edit user -a A u --locale Europe/Berlin").success();
}

#[test]
fn the_only_user_needs_no_name() {
    let home = stock::home();
    refused(
        &home,
        2,
        &[
            "edit user -a A --tag x",
            "edit user -a A u",
            "edit user -a A u v --tag x",
        ],
    );
    line(&home, "delete user -a A v").success();
    line(&home, "edit user -a A --tag only").success();
    assert_eq!(nats(&home, "u")["tags"], json!(["only"]));
    let by_key = key(KeyKind::User, 1).public;
    refused(
        &home,
        3,
        &[
            "edit user -a A none --tag x",
            "edit user -a C u --tag x",
            "edit user -a B --tag x",
            &format!("edit user -a A {by_key} --tag x"),
        ],
    );
}

#[test]
fn what_makes_no_sense_changes_nothing() {
    let home = stock::home();
    refused(
        &home,
        2,
        &[
            "edit user -a A u --subs 1k",
            "edit user -a A u --payload x",
            "edit user -a A u --bearer=maybe",
        ],
    );
    refused(
        &home,
        1,
        &[
            "edit user -a A u --conn-type bogus",
            "edit user -a A u --rm-conn-type bogus",
            "edit user -a A u --source-network 10.0.0.1",
            "edit user -a A u --time 8-9",
            "edit user -a A u --locale Nowhere/City",
            "edit user -a A u --allow-pub a..b",
            "edit user -a A u --expiry never",
        ],
    );
}

#[test]
fn a_user_of_a_role_stays_without_anything_of_its_own() {
    let home = home_with_role();
    line(&home, "edit user -a A s --tag t").success();
    assert_eq!(
        home.user_token("O", "A", "s").issuer(),
        key(KeyKind::Account, 5).public
    );
    assert_eq!(nats(&home, "s")["subs"], Value::Null);
    line(&home, "edit user -a A s --allow-pub x")
        .failure(1)
        .stderr_has("role `reader`");
    refused(
        &home,
        1,
        &[
            "edit user -a A s --subs 1",
            "edit user -a A u --tag x -K reader",
        ],
    );
}

#[test]
fn a_user_of_a_role_loses_its_restrictions_only_when_told() {
    let home = home_with_role();
    let identity = key(KeyKind::Account, 1);
    std::fs::remove_file(home.seed_file(&key(KeyKind::Account, 5).public)).unwrap();
    line(&home, "edit user -a A s --tag t")
        .failure(1)
        .stderr_has("would lose all restrictions")
        .stderr_has("-K ROLE");
    line(
        &home,
        &format!("edit user -a A s --tag t -K {}", identity.public),
    )
    .success()
    .stdout_has("removed role `reader`");
    let token = home.user_token("O", "A", "s");
    assert_eq!(token.issuer(), identity.public);
    assert_eq!(token.claim("nats.subs"), &json!(-1));
    assert_eq!(
        token.claim("nats.issuer_account"),
        identity.public.as_str(),
        "stays"
    );

    line(
        &home,
        &format!("edit account A --rm-sk {}", key(KeyKind::Account, 5).public),
    )
    .success();
    let role = key(KeyKind::Account, 5);
    stock::user_by(
        &home,
        "A",
        "t",
        4,
        json!({"pub": {}, "sub": {}, "issuer_account": identity.public}),
        &role,
    );
    refused(&home, 1, &["edit user -a A t --tag x"]);
    line(&home, "edit user -a A t --allow-pub x").success();
    assert_eq!(nats(&home, "t")["payload"], json!(-1));
}

#[test]
fn a_key_that_the_account_does_not_list_signs_nothing() {
    let home = stock::home();
    let stranger = key(KeyKind::Account, 9).seed;
    refused(
        &home,
        5,
        &[
            &format!("edit user -a A u --tag x -K {stranger}"),
            "edit user -a A u --tag x -K mistyped",
        ],
    );
    std::fs::remove_file(home.seed_file(&key(KeyKind::Account, 1).public)).unwrap();
    refused(&home, 5, &["edit user -a A u --tag x"]);
}

#[test]
fn a_damaged_seed_costs_the_creds_only() {
    let home = stock::home();
    home.write(home.seed_file(&key(KeyKind::User, 1).public), "junk");
    line(&home, "edit user -a A u --tag x")
        .success()
        .stdout_has("no creds file was written");
}
