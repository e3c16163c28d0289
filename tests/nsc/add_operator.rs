//! `nsc add operator`.

use nsc_core::keys::KeyKind;
use nsc_testkit::{Answer, HttpDouble, TestHome, token};
use serde_json::{Value, json};

use crate::stock::{self, key, line};

fn home() -> TestHome {
    TestHome::new(env!("CARGO_BIN_EXE_nsc"))
}

/// An operator JWT somewhere outside of a store.
fn operator_jwt(n: u8, nats: Value) -> String {
    let key = key(KeyKind::Operator, n);
    let claims = stock::claims("OP", &key.public, "operator", nats);
    token::sign(&claims, &key.seed)
}

fn context(home: &TestHome) -> (String, String) {
    let text = home.read(home.config().join("nsc.json"));
    let config: Value = serde_json::from_str(&text).unwrap();
    let text = |name: &str| config[name].as_str().unwrap().to_owned();
    (text("operator"), text("account"))
}

#[test]
fn an_operator_is_made_with_its_key_and_becomes_current() {
    let home = home();
    let output = home
        .nsc([
            "add",
            "operator",
            "O",
            "--start",
            "2020-01-01",
            "--expiry",
            "2500-01-01",
        ])
        .success();
    let token = home.operator_token("O");
    output
        .stdout_has(token.subject())
        .stdout_has("operator `O`");
    assert_eq!(token.issuer(), token.subject());
    assert_eq!(
        (token.claim("nbf"), token.claim("exp")),
        (&json!(1_577_836_800), &json!(16_725_225_600_i64))
    );
    assert_eq!(
        token.claim("nats"),
        &json!({"type": "operator", "version": 2})
    );
    assert_eq!(
        token::public_key(&home.read(home.seed_file(token.subject()))),
        token.subject()
    );
    assert_eq!(
        home.read(home.stores().join("O/.nsc")),
        r#"{"managed":false,"name":"O","kind":"operator","version":"1"}"#
    );
    assert!(home.stores().join("O/accounts").is_dir());
    assert_eq!(context(&home), ("O".to_owned(), String::new()));
    home.tree().assert_private(&[".local/share/nats/nsc"]);
}

#[test]
fn a_system_account_comes_with_exports_and_a_user() {
    let home = home();
    let json = home
        .nsc([
            "add",
            "operator",
            "-n",
            "O",
            "--sys",
            "--generate-signing-key",
            "--output",
            "json",
        ])
        .success()
        .json();
    let (operator, sys) = (home.operator_token("O"), home.account_token("O", "SYS"));
    let user = home.user_token("O", "SYS", "sys");
    let signing = operator.claim("nats.signing_keys")[0].as_str().unwrap();
    assert_eq!(operator.claim("nats.system_account"), sys.subject());
    assert_eq!(
        (operator.issuer(), sys.issuer()),
        (operator.subject(), signing)
    );
    assert_eq!(user.issuer(), sys.claim("nats.signing_keys")[0]);
    assert_eq!(user.claim("nats.issuer_account"), sys.subject());
    let url = "https://docs.nats.io/nats-server/configuration/sys_accounts";
    let streams = json!({
        "name": "account-monitoring-streams", "subject": "$SYS.ACCOUNT.*.>", "type": "stream",
        "account_token_position": 3, "description": "Account specific monitoring stream", "info_url": url,
    });
    let services = json!({
        "name": "account-monitoring-services", "subject": "$SYS.REQ.ACCOUNT.*.*", "type": "service",
        "response_type": "Stream", "account_token_position": 4, "info_url": url,
        "description": "Request account specific monitoring services for: SUBSZ, CONNZ, LEAFZ, JSZ and INFO",
    });
    assert_eq!(sys.claim("nats.exports"), &json!([streams, services]));
    for key in [
        operator.subject(),
        signing,
        sys.subject(),
        user.issuer(),
        user.subject(),
    ] {
        assert!(home.seed_file(key).is_file(), "{key}");
    }
    let creds = home.creds_file("O", "SYS", "sys");
    assert_eq!(home.token(&creds).text(), user.text());
    assert_eq!(context(&home), ("O".to_owned(), "SYS".to_owned()));

    let result = &json["result"];
    assert_eq!(result["public_key"], operator.subject());
    assert_eq!(result["signing_keys"], json!([signing]));
    assert_eq!(result["system_account"]["public_key"], sys.subject());
    assert_eq!(result["system_user"]["creds"], creds.display().to_string());
}

#[test]
fn a_given_identity_signs_and_is_not_stored() {
    let home = home();
    let own = key(KeyKind::Operator, 7);
    let file = home.write("own.nk", format!("{}\n", own.seed));
    let file = file.to_str().unwrap();
    home.nsc(["add", "operator", "O", "-K", file, "--generate-signing-key"])
        .success();
    let token = home.operator_token("O");
    assert_eq!(token.subject(), own.public);
    assert!(!home.seed_file(&own.public).exists());
    let signing = token.claim("nats.signing_keys")[0].as_str().unwrap();
    assert!(home.seed_file(signing).is_file());
}

#[test]
fn refusals_leave_nothing_behind() {
    let home = home();
    home.nsc(["add", "operator", "O"]).success();
    let public = key(KeyKind::Operator, 7).public;
    let account = key(KeyKind::Account, 7).seed;
    let before = home.tree();
    let cases: [(&[&str], i32); 17] = [
        (&[], 2),
        (&["a/b"], 1),
        (&["a\\b"], 1),
        (&[".."], 1),
        (&[" x"], 1),
        (&["O"], 4),
        (&["O", "--sys"], 4),
        (&["P", "--force"], 1),
        (&["P", "--expiry", "soon"], 1),
        (&["P", "--start", "1.5d"], 1),
        (&["P", "-K", &public], 5),
        (&["P", "-K", &account], 5),
        (&["P", "-K", "nowhere"], 5),
        (&["P", "Q"], 2),
        (&["P", "--url", "nowhere"], 3),
        (&["P", "--url", "http://127.0.0.1:1/x"], 6),
        (&["P", "--nonsense"], 2),
    ];
    for (args, status) in cases {
        let args = ["add", "operator"].iter().chain(args);
        home.nsc(args).failure(status);
    }
    assert_eq!(before.changes(&home.tree()), Vec::<String>::new());
}

#[test]
fn a_star_invents_a_name() {
    let home = home();
    let json = home
        .nsc(["add", "operator", "*", "--output", "json"])
        .success()
        .json();
    let name = json["result"]["name"].as_str().unwrap();
    let words: Vec<&str> = name.split('_').collect();
    let lower = |word: &&str| word.bytes().all(|b| b.is_ascii_lowercase());
    assert!(words.len() == 2 && words.iter().all(lower), "{name}");
    assert_eq!(home.operator_token(name).claim("name"), name);
}

#[test]
fn a_dry_run_shows_everything_and_writes_nothing() {
    let home = home();
    home.nsc(["env"]).success();
    let before = home.tree();
    let output = home
        .nsc(["add", "operator", "O", "--sys", "--dry-run"])
        .success();
    output.stdout_has("would create").stdout_has("SYS.jwt");
    assert_eq!(before.changes(&home.tree()), Vec::<String>::new());
}

#[test]
fn an_operator_is_imported_as_it_is() {
    let home = home();
    let jwt = operator_jwt(1, json!({}));
    let file = home.write(
        "op.jwt",
        format!("-----BEGIN NATS OPERATOR JWT-----\n{jwt}\n------END NATS OPERATOR JWT------\n\n"),
    );
    let file = file.to_str().unwrap();
    home.nsc(["add", "operator", "--url", file]).success();
    assert_eq!(home.read(home.stores().join("OP/OP.jwt")), jwt);
    assert!(
        home.read(home.stores().join("OP/.nsc"))
            .contains(r#""managed":true"#)
    );
    assert_eq!(context(&home).0, "OP");

    home.nsc(["add", "operator", "other", "-u", file, "--expiry", "1d"])
        .success()
        .stdout_has("[WARN] `--expiry` is ignored");
    assert_eq!(home.read(home.stores().join("other/other.jwt")), jwt);
    home.nsc(["add", "operator", "-u", file]).failure(4);
    home.nsc(["add", "operator", "x", "-u", file, "--sys"])
        .failure(1);
    assert!(!home.stores().join("x").exists());
}

#[test]
fn force_replaces_the_jwt_and_keeps_the_rest() {
    let home = stock::home();
    let info = home.read(home.stores().join("O/.nsc"));
    let same = home.write("same.jwt", operator_jwt(1, json!({"tags": ["new"]})));
    let output = home
        .nsc([
            "add",
            "operator",
            "O",
            "--force",
            "-u",
            same.to_str().unwrap(),
        ])
        .success();
    assert!(!output.stdout().contains("[WARN]"), "{output}");
    assert_eq!(home.operator_token("O").claim("nats.tags"), &json!(["new"]));
    assert_eq!(
        home.read(home.stores().join("O/.nsc")),
        info,
        "stays unmanaged"
    );

    let other = home.write("other.jwt", operator_jwt(2, json!({})));
    home.nsc([
        "add",
        "operator",
        "O",
        "--force",
        "-u",
        other.to_str().unwrap(),
    ])
    .success()
    .stdout_has("[WARN] operator `O` was");
}

#[test]
fn only_operators_that_can_be_trusted_are_imported() {
    let home = home();
    let jwt = operator_jwt(1, json!({}));
    let (body, _) = jwt.rsplit_once('.').unwrap();
    let account = key(KeyKind::Account, 1);
    let account = token::sign(
        &stock::claims("A", &account.public, "account", json!({})),
        &account.seed,
    );
    let crafted = stock::claims(
        "../../x",
        &key(KeyKind::Operator, 1).public,
        "operator",
        json!({}),
    );
    let crafted = token::sign(&crafted, &key(KeyKind::Operator, 1).seed);
    home.nsc(["env"]).success();
    for (n, content) in ["junk", "", &format!("{body}.AAAA"), &account, &crafted]
        .into_iter()
        .enumerate()
    {
        let file = home.write(format!("{n}.jwt"), content);
        let before = home.tree();
        home.nsc(["add", "operator", "-u", file.to_str().unwrap()])
            .failure(1);
        assert_eq!(before.changes(&home.tree()), Vec::<String>::new());
    }
}

#[test]
fn operators_come_by_url_and_by_name() {
    let home = home();
    let server = HttpDouble::with_routes([
        ("GET", "/op", Answer::new(200, operator_jwt(1, json!({})))),
        ("GET", "/old", Answer::new(202, operator_jwt(1, json!({})))),
    ]);
    let url = |path: &str| format!("{}{path}", server.url());
    home.nsc(["add", "operator", "-u", &url("/op")]).success();
    assert!(home.stores().join("OP/OP.jwt").is_file());
    home.nsc(["add", "operator", "x", "-u", &url("/missing")])
        .failure(6);
    home.nsc(["add", "operator", "x", "-u", &url("/old")])
        .failure(6);

    home.nsc(["add", "operator", "-u", "ACME"])
        .env("NSC_Acme_OPERATOR", url("/op"))
        .success();
    assert_eq!(
        home.token(home.stores().join("Acme/Acme.jwt"))
            .claim("name"),
        "OP"
    );
    home.nsc(["add", "operator", "-u", &url("/op")])
        .env("nsc_Known_operator", url("/op"))
        .success();
    assert!(home.stores().join("Known/Known.jwt").is_file());
    home.nsc(["add", "operator", "-u", "stranger"]).failure(3);
}

#[test]
fn a_public_key_is_no_identity_even_if_its_seed_is_stored() {
    let home = stock::home();
    let key = stock::key(KeyKind::Operator, 1).public;
    line(&home, &format!("add operator P -K {key}"))
        .failure(5)
        .stderr_has("is a public key, which cannot sign");
}
