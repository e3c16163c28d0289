//! `nsc generate creds` in parts, and for a short time.

use nsc_core::keys::KeyKind;
use nsc_testkit::{TestHome, Token};
use serde_json::{Value, json};

use crate::stock::{self, key, line};

fn home() -> TestHome {
    let home = stock::home();
    let urls = json!({"operator_service_urls": ["nats://one:4222", "tls://two"]});
    stock::operator(&home, "O", &key(KeyKind::Operator, 1), urls);
    home
}

fn creds(home: &TestHome, flags: &str) -> String {
    let output = line(home, &format!("generate creds -a A -n u {flags}"));
    output.secret_expected().success().stdout().to_owned()
}

#[test]
fn token_and_seed_come_apart() {
    let home = home();
    let (token, seed) = (home.user_token("O", "A", "u"), key(KeyKind::User, 1).seed);
    let token = token.text();
    let url = "nats://one:4222,tls://two";
    assert_eq!(
        creds(&home, "--format env"),
        format!("NATS_JWT={token}\nNATS_NKEY_SEED={seed}\nNATS_URL={url}\n")
    );
    let json: Value = serde_json::from_str(&creds(&home, "--format json")).unwrap();
    assert_eq!(
        json,
        json!({"NATS_JWT": token, "NATS_NKEY_SEED": seed, "NATS_URL": url})
    );
    assert_eq!(
        creds(&home, "--format k8s-secret"),
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: \"nats-o-u-creds\"\ntype: Opaque\n\
             stringData:\n  NATS_JWT: \"{token}\"\n  NATS_NKEY_SEED: \"{seed}\"\n  NATS_URL: \"{url}\"\n"
        )
    );
    let named = creds(&home, "--format k8s-secret --secret-name my.secret");
    assert!(named.contains("  name: \"my.secret\"\n"), "{named}");
}

#[test]
fn files_are_private_and_reports_without_seeds() {
    let home = home();
    for format in ["env", "json", "k8s-secret", "creds"] {
        let words = format!("generate creds -a A -n u --format {format} -o out.{format}");
        line(&home, &words).success();
        assert_eq!(home.tree().mode(&format!("work/out.{format}")), 0o600);
        assert!(
            home.read(format!("work/out.{format}"))
                .contains(&key(KeyKind::User, 1).seed)
        );
    }
}

#[test]
fn short_lived_creds_leave_the_user_as_it_is() {
    let home = home();
    let before = home.user_token("O", "A", "u");
    let json: Value = serde_json::from_str(&creds(&home, "--format json --expire 1h")).unwrap();
    let short = Token::parse(json["NATS_JWT"].as_str().unwrap());
    let (iat, exp) = (short.claim("iat").as_i64(), short.claim("exp").as_i64());
    let lives = exp.unwrap() - iat.unwrap();
    assert!((3_590..=3_600).contains(&lives), "{lives}");
    assert_eq!(short.subject(), before.subject());
    assert_eq!(short.issuer(), before.issuer());
    for limit in ["subs", "data", "payload"] {
        assert_eq!(short.claim("nats")[limit], before.claim("nats")[limit]);
    }
    assert_eq!(home.user_token("O", "A", "u").text(), before.text());
    let plain = creds(&home, "--expire 1d");
    assert!(plain.starts_with("-----BEGIN NATS USER JWT-----\n") && !plain.contains(before.text()));
}

#[test]
fn a_role_is_kept() {
    let home = home();
    let role = key(KeyKind::Account, 5);
    let scope = json!({"signing_keys": [{"kind": "user_scope", "key": role.public, "role": "r",
        "template": {"subs": -1, "data": -1, "payload": -1}}]});
    stock::account(&home, "O", "A", 1, scope);
    let own = json!({"issuer_account": key(KeyKind::Account, 1).public});
    stock::user_by(&home, "A", "u", 1, own, &role);
    // The identity key cannot stand in for it: nothing would restrict the user.
    line(&home, "generate creds -a A -n u --expire 1h")
        .failure(1)
        .stderr_has("role `r`");
    stock::store_seed(&home, &role);
    let json: Value = serde_json::from_str(&creds(&home, "--format json --expire 1h")).unwrap();
    assert_eq!(
        Token::parse(json["NATS_JWT"].as_str().unwrap()).issuer(),
        role.public
    );
}

#[test]
fn what_cannot_be_is_refused() {
    let home = home();
    let limited = json!({"/exp": 4_000_000_000_i64, "subs": -1, "data": -1, "payload": -1});
    stock::user(&home, "A", "v", 2, limited);
    let refused = |status, words: &[&str]| {
        let lines: Vec<String> = words
            .iter()
            .map(|words| format!("generate creds -a A -o x.creds {words}"))
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        stock::refused(&home, status, &lines);
    };
    refused(
        1,
        &[
            "-n v --expire 2200-01-01",
            "-n u --expire 2001-01-01",
            "-n u --expire -1h",
            "-n u --expire soon",
        ],
    );
    refused(
        2,
        &[
            "-n u --expire 0",
            "-n u --format yaml",
            "-n u --secret-name x",
            "-n u --format k8s-secret --secret-name A_B",
        ],
    );
    std::fs::remove_file(home.seed_file(&key(KeyKind::Account, 1).public)).unwrap();
    refused(5, &["-n u --expire 1h"]);
    let revoked = json!({"revocations": {"*": 1_800_000_000}});
    stock::account(&home, "O", "A", 1, revoked);
    refused(1, &["-n u --expire 1h"]);
}
