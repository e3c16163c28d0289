//! `nsc fix`.

use nsc_core::keys::KeyKind;
use nsc_testkit::{FileTree, TestHome, token};
use serde_json::json;

use crate::stock::{self, key};

/// The JWTs and seeds of [`stock`] in one heap, under names that say nothing.
fn heap() -> TestHome {
    let home = stock::home();
    home.write(home.creds_file("O", "A", "u"), "no creds");
    let mut n = 0;
    let tree = home.tree();
    for name in tree.names() {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        if ["nk", "jwt"].contains(&ending) {
            n += 1;
            home.write(format!("heap/{}/{n}.{ending}", n % 3), home.read(name));
        }
    }
    std::fs::remove_dir_all(home.path().join(".local")).unwrap();
    home
}

fn heap_dir(home: &TestHome) -> String {
    home.path().join("heap").display().to_string()
}

#[test]
fn stores_and_keystore_are_made_anew() {
    let home = heap();
    let before = home.read("heap/1/1.nk");
    let output = home
        .nsc(["fix", "--in", &heap_dir(&home), "--out", "out"])
        .success();
    output
        .stdout_has("2 accounts, 2 users")
        .stdout_has("export NKEYS_PATH=");
    let out = home.work().join("out");
    let token = home.token(out.join("operators/O/O.jwt"));
    assert_eq!(token.subject(), key(KeyKind::Operator, 1).public);
    assert!(
        home.read(out.join("operators/O/.nsc"))
            .contains(r#""managed":false"#)
    );
    for path in [
        "operators/O/accounts/A/users/u.jwt",
        "operators/O/accounts/B/B.jwt",
        "keys/creds/O/A/u.creds",
        "keys/.gitignore",
    ] {
        assert!(out.join(path).exists(), "{path}\n{}", home.tree());
    }
    home.tree()
        .assert_private(&["work/out/keys", "work/out/operators"]);
    assert_eq!(home.read("heap/1/1.nk"), before);
    home.nsc(["validate", "-A"])
        .cwd(out.join("operators"))
        .env("NKEYS_PATH", out.join("keys"))
        .success();
    home.nsc(["fix", "--in", &heap_dir(&home), "--out", "out"])
        .failure(4);
    let made = home
        .nsc(["fix", "--in", &heap_dir(&home), "--output", "json"])
        .success()
        .json();
    let made = made["result"]["stores_dir"].as_str().unwrap().to_owned();
    assert!(
        made.contains("/fix_") && std::path::Path::new(&made).join("O/O.jwt").exists(),
        "{made}"
    );
}

#[test]
fn the_later_jwt_counts_and_strangers_stay_behind() {
    let home = heap();
    let by = key(KeyKind::Operator, 1);
    let old = json!({"/iat": 1_600_000_000, "tags": ["old"]});
    home.write(
        "heap/old.jwt",
        token::sign(
            &stock::claims("B", &key(KeyKind::Account, 2).public, "account", old),
            &by.seed,
        ),
    );
    let new = json!({"/iat": 1_800_000_000, "tags": ["new"]});
    home.write(
        "heap/new.jwt",
        token::sign(
            &stock::claims("A", &key(KeyKind::Account, 1).public, "account", new),
            &by.seed,
        ),
    );
    let foreign = token::sign(
        &stock::claims("F", &key(KeyKind::Account, 6).public, "account", json!({})),
        &key(KeyKind::Operator, 6).seed,
    );
    home.write("heap/foreign.jwt", foreign);
    let evil = token::sign(
        &stock::claims(
            "../../evil",
            &key(KeyKind::Account, 7).public,
            "account",
            json!({}),
        ),
        &by.seed,
    );
    home.write("heap/evil.jwt", evil);
    home.write("heap/junk.jwt", "junk");
    home.write("heap/junk.nk", "junk");
    let output = home
        .nsc(["fix", "--in", &heap_dir(&home), "--out", "out"])
        .success();
    for file in ["foreign.jwt", "evil.jwt", "junk.jwt", "junk.nk"] {
        output.stdout_has(file);
    }
    let out = home.work().join("out/operators/O/accounts");
    assert_eq!(
        home.token(out.join("A/A.jwt")).claim("nats.tags"),
        &json!(["new"])
    );
    assert_eq!(
        home.token(out.join("B/B.jwt")).claim("nats.tags"),
        &serde_json::Value::Null
    );
    assert_eq!(
        FileTree::of(&out)
            .names()
            .iter()
            .filter(|name| !name.contains('/'))
            .count(),
        2
    );
}

#[test]
fn creds_and_curve_keys_are_restored() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let (operator, account, user, curve) = (
        key(KeyKind::Operator, 1),
        key(KeyKind::Account, 1),
        key(KeyKind::User, 1),
        key(KeyKind::Curve, 1),
    );
    home.write(
        "heap/o.jwt",
        token::sign(
            &stock::claims("O", &operator.public, "operator", json!({})),
            &operator.seed,
        ),
    );
    let nats = json!({"authorization": {"auth_users": [user.public], "xkey": curve.public}});
    home.write(
        "heap/a.jwt",
        token::sign(
            &stock::claims("A", &account.public, "account", nats),
            &operator.seed,
        ),
    );
    home.write("heap/x.nk", &curve.seed);
    let jwt = token::sign(
        &stock::claims("u", &user.public, "user", json!({"subs": -1})),
        &account.seed,
    );
    home.write("heap/u.creds", format!("-----BEGIN NATS USER JWT-----\n{jwt}\n------END NATS USER JWT------\n\n-----BEGIN USER NKEY SEED-----\n{}\n------END USER NKEY SEED------\n", user.seed));
    let in_dirs = format!("{},nowhere", heap_dir(&home));
    home.nsc(["fix", "--in", &in_dirs, "--out", "plain"])
        .success();
    assert!(
        !home
            .work()
            .join("plain/operators/O/accounts/A/users")
            .exists()
    );
    home.nsc(["fix", "--in", &in_dirs, "--creds", "--out", "out"])
        .success()
        .stdout_has("managed");
    let out = home.work().join("out");
    assert_eq!(
        home.read(out.join("operators/O/accounts/A/users/u.jwt")),
        jwt
    );
    assert!(
        home.read(out.join("operators/O/.nsc"))
            .contains(r#""managed":true"#)
    );
    assert!(
        out.join(format!(
            "keys/keys/X/{}/{}.nk",
            &curve.public[1..3],
            curve.public
        ))
        .exists()
    );
    assert!(out.join("keys/creds/O/A/u.creds").exists());
}

#[test]
fn services_are_called_as_they_are_known() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let operator = key(KeyKind::Operator, 1);
    let nats = json!({"account_server_url": "https://h/jwt/v1"});
    home.write(
        "heap/o.jwt",
        token::sign(
            &stock::claims("The Service", &operator.public, "operator", nats),
            &operator.seed,
        ),
    );
    home.nsc(["fix", "--in", &heap_dir(&home), "--out", "out"])
        .env("NSC_svc_OPERATOR", "https://h/jwt/v1/operator")
        .success();
    assert!(home.work().join("out/operators/svc/svc.jwt").exists());
    home.nsc(["fix", "--in", &heap_dir(&home), "--out", "as-is"])
        .success();
    assert!(
        home.work()
            .join("as-is/operators/The Service/The Service.jwt")
            .exists()
    );
}

#[test]
fn without_an_operator_nothing_is_made() {
    let home = heap();
    home.nsc(["fix"]).failure(2);
    home.nsc(["fix", "--in", "nowhere", "--out", "out"])
        .failure(3);
    home.nsc(["fix", "--in", &heap_dir(&home), "--out", "out", "--dry-run"])
        .success()
        .stdout_has("would make");
    assert!(!home.work().join("out").exists());
}
