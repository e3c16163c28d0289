//! `nsc edit operator`.

use nsc_core::keys::KeyKind;
use serde_json::{Value, json};

use crate::stock::{self, key, line, refused};

#[test]
fn tags_dates_and_urls_are_changed_and_told() {
    let home = stock::home();
    line(&home, "edit operator --tag Zulu,alpha --tag ALPHA --expiry 2500-01-02 -n NATS://H:4222,wss://h -u https://h/jwt/v1").success();
    let token = home.operator_token("O");
    assert_eq!(token.claim("nats.tags"), &json!(["alpha", "zulu"]));
    let urls = json!(["nats://h:4222", "wss://h"]);
    assert_eq!(token.claim("nats.operator_service_urls"), &urls);
    assert_eq!(token.claim("nats.account_server_url"), "https://h/jwt/v1");
    assert_eq!(token.claim("exp"), &json!(16_725_312_000_i64));

    let json = line(
        &home,
        "edit operator --rm-tag ZULU,none --expiry 0 --rm-service-url Nats://h:4222 --rm-account-jwt-server-url --output json",
    )
    .success()
    .json();
    let changes = json["result"]["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 4, "{json}");
    assert_eq!(
        changes[0],
        json!({"action": "removed", "what": "expiry", "value": "2500-01-02 00:00:00 UTC"})
    );
    let token = home.operator_token("O");
    assert_eq!(token.claim("nats.account_server_url"), &Value::Null);
    assert_eq!(token.claim("exp"), &Value::Null);
    line(
        &home,
        "edit operator -u nats://a --rm-account-jwt-server-url=false",
    )
    .success()
    .stdout_has("set account server URL to `nats://a`");
}

#[test]
fn keys_are_generated_given_and_removed() {
    let home = stock::home();
    let [two, three] = [2, 3].map(|n| key(KeyKind::Operator, n));
    let words = format!(
        "edit operator --sk generate,{} --sk {} --output json",
        two.public, three.seed
    );
    let json = line(&home, &words).success().json();
    let generated = json["result"]["generated_keys"][0].as_str().unwrap();
    assert!(home.seed_file(generated).is_file());
    assert!(!home.seed_file(&three.public).exists());
    let keys = home.operator_token("O").claim("nats.signing_keys").clone();
    assert_eq!(keys, json!([generated, two.public, three.public]));

    let words = format!("edit operator --rm-sk {},{}", three.public, two.public);
    line(&home, &words).success();
    assert!(home.seed_file(generated).is_file());
    let keys = home.operator_token("O").claim("nats.signing_keys").clone();
    assert_eq!(keys, json!([generated]));
}

#[test]
fn accounts_of_a_removed_key_are_told() {
    let home = stock::home();
    let signing = key(KeyKind::Operator, 2);
    line(&home, &format!("edit operator --sk {}", signing.public)).success();
    line(
        &home,
        &format!("edit account A --tag x -K {}", signing.seed),
    )
    .success();
    line(&home, &format!("edit operator --rm-sk {}", signing.public))
        .success()
        .stdout_has("removed key signed (A)");
}

#[test]
fn what_makes_no_sense_changes_nothing() {
    let home = stock::home();
    let foreign = key(KeyKind::Operator, 9).seed;
    let account = key(KeyKind::Account, 1);
    refused(
        &home,
        2,
        &[
            "edit operator",
            "edit operator O --tag x",
            "edit operator --bogus",
        ],
    );
    refused(
        &home,
        1,
        &[
            "edit operator --expiry never",
            "edit operator -u host",
            "edit operator -u host:8080/jwt/v1",
            "edit operator -n http://h",
            "edit operator -n nats://h/",
            "edit operator -n nats://u:p@h",
            "edit operator --sk generate --require-signing-keys --expiry x",
        ],
    );
    refused(&home, 3, &["edit operator --system-account none"]);
    refused(
        &home,
        5,
        &[
            &format!("edit operator --sk {}", account.public),
            "edit operator --sk no-such-file",
            &format!("edit operator --tag x -K {}", account.seed),
            &format!("edit operator --tag x -K {foreign}"),
        ],
    );
}

#[test]
fn a_system_account_has_no_jetstream() {
    let home = stock::home();
    line(&home, "edit account A --js-disk-storage 1").success();
    refused(&home, 1, &["edit operator --system-account A"]);
    line(&home, "edit account A --js-disk-storage 0").success();
    line(&home, "edit operator --system-account A").success();
    let account = key(KeyKind::Account, 1).public;
    assert_eq!(
        home.operator_token("O").claim("nats.system_account"),
        account.as_str()
    );
    let unknown = key(KeyKind::Account, 9).public;
    line(&home, &format!("edit operator --system-account {unknown}")).success();
}

#[test]
fn signing_keys_are_required_when_nothing_needs_the_identity() {
    let home = stock::home();
    let flag = "edit operator --require-signing-keys";
    refused(&home, 1, &[flag, &format!("{flag} --sk generate")]);
    let signing = key(KeyKind::Operator, 2);
    line(&home, &format!("edit operator --sk {}", signing.public)).success();
    for account in ["A", "B"] {
        let words = format!("edit account {account} --tag x -K {}", signing.seed);
        line(&home, &words).success();
    }
    line(&home, flag)
        .failure(1)
        .stderr_has("user `u` is signed by the identity key of account `A`");
    line(&home, "delete user -a A -n u,v").success();
    line(&home, flag).success();
    let token = home.operator_token("O");
    assert_eq!(token.claim("nats.strict_signing_key_usage"), &json!(true));
    assert_eq!(
        token.issuer(),
        key(KeyKind::Operator, 1).public,
        "its own JWT"
    );
    let last = format!("edit operator --rm-sk {}", signing.public);
    refused(&home, 1, &[&last]);
    let identity = key(KeyKind::Operator, 1).seed;
    refused(
        &home,
        5,
        &[
            "edit account A --tag y",
            &format!("edit account A --tag y -K {identity}"),
        ],
    );
    line(&home, &format!("{last} --require-signing-keys=false")).success();
}

#[test]
fn a_dry_run_tells_and_writes_nothing() {
    let home = stock::home();
    line(&home, "env").success();
    let before = home.tree();
    let output = line(&home, "edit operator --sk generate --dry-run").success();
    output.stdout_has("nothing was written");
    assert_eq!(before.changes(&home.tree()), Vec::<String>::new());
}
