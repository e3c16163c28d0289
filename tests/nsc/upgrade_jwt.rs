//! `nsc upgrade-jwt`, and what an operator of version 1 allows.

use data_encoding::BASE64URL_NOPAD;
use nsc_core::keys::{KeyKind, Seed};
use nsc_testkit::TestHome;
use serde_json::json;

use crate::stock::{self, key};

/// A home whose operator `O` has a JWT of version 1.
pub(crate) fn home() -> TestHome {
    let home = stock::home();
    let operator = key(KeyKind::Operator, 1);
    let part = |text: String| BASE64URL_NOPAD.encode(text.as_bytes());
    let header = part(r#"{"typ":"jwt","alg":"ed25519"}"#.to_owned());
    let claims = json!({
        "jti": "X", "iat": 1_500_000_000, "iss": operator.public, "name": "O", "sub": operator.public,
        "type": "operator", "tags": ["old"],
        "nats": {"signing_keys": [key(KeyKind::Operator, 2).public]},
    });
    let claims = part(claims.to_string());
    let signature = Seed::parse(&operator.seed)
        .unwrap()
        .sign(claims.as_bytes())
        .unwrap();
    let token = format!("{header}.{claims}.{}", BASE64URL_NOPAD.encode(&signature));
    home.write(home.stores().join("O/O.jwt"), token);
    home
}

#[test]
fn most_commands_wait_for_the_upgrade() {
    let home = home();
    for args in [
        &["list", "accounts"][..],
        &["validate"],
        &["expirations"],
        &["add", "account", "N"],
    ] {
        home.nsc(args).failure(1).stderr_has("nsc upgrade-jwt");
    }
    home.nsc(["env"]).success();
    home.nsc(["completion", "bash"]).success();
    home.nsc(["add", "operator", "P"]).success();
}

#[test]
fn nobody_to_ask_means_no() {
    let home = home();
    let before = home.read(home.stores().join("O/O.jwt"));
    home.nsc(["upgrade-jwt"])
        .success()
        .stdout_has("stays as it is");
    assert_eq!(home.read(home.stores().join("O/O.jwt")), before);
    assert_eq!(std::fs::read_dir(home.work()).unwrap().count(), 0);
}

#[test]
fn the_jwt_is_converted_after_a_backup() {
    let home = home();
    let before = home.read(home.stores().join("O/O.jwt"));
    let output = home
        .nsc(["upgrade-jwt", "--yes", "--output", "json"])
        .success();
    assert_eq!(output.json()["result"]["converted"], true);
    let token = home.operator_token("O");
    assert_eq!(token.claim("nats.version"), 2);
    assert_eq!(token.claim("nats.tags"), &json!(["old"]));
    assert_eq!(
        token.claim("nats.signing_keys"),
        &json!([key(KeyKind::Operator, 2).public])
    );
    assert_eq!(token.issuer(), key(KeyKind::Operator, 1).public);
    let backup = std::fs::read(home.work().join("O-jwtV1-upgrade-backup.zip")).unwrap();
    let text = String::from_utf8_lossy(&backup);
    assert!(text.contains(&format!("O/O.jwt{before}")) && !text.contains("/O/O.jwt"));
    home.nsc(["list", "accounts"]).success();
    home.nsc(["upgrade-jwt"])
        .success()
        .stdout_has("version 2 already");
}

#[test]
fn what_cannot_be_done_is_a_failure() {
    let home = home();
    stock::store_seed(&home, &key(KeyKind::Operator, 2));
    std::fs::remove_file(home.seed_file(&key(KeyKind::Operator, 1).public)).unwrap();
    home.nsc(["upgrade-jwt", "--yes"]).failure(5);
    home.nsc([
        "upgrade-jwt",
        "--yes",
        "-K",
        &key(KeyKind::Operator, 1).seed,
    ])
    .success();

    let home = self::home();
    home.write("work/O-jwtV1-upgrade-backup.zip", "mine");
    home.nsc(["upgrade-jwt", "--yes"]).failure(4);
    home.write(
        home.stores().join("O/.nsc"),
        r#"{"managed":true,"name":"O","kind":"operator","version":"1"}"#,
    );
    home.nsc(["upgrade-jwt", "--yes"]).failure(1);
}
