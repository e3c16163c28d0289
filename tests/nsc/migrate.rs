//! `nsc migrate`.

use nsc_core::keys::KeyKind;
use nsc_testkit::TestHome;
use serde_json::json;

use crate::stock::{self, key};

/// The home of [`stock`], and the operator `P` (key 3) without accounts, which is current.
pub(crate) fn home() -> TestHome {
    let home = stock::home();
    stock::operator(&home, "P", &key(KeyKind::Operator, 3), json!({}));
    stock::store_seed(&home, &key(KeyKind::Operator, 3));
    home.nsc(["select", "operator", "P"]).success();
    home
}

pub(crate) fn account_file(home: &TestHome) -> String {
    home.stores()
        .join("O/accounts/A/A.jwt")
        .display()
        .to_string()
}

#[test]
fn an_account_comes_over_with_its_users() {
    let home = home();
    let user = home.user_token("O", "A", "u");
    let output = home
        .nsc(["migrate", "--url", &account_file(&home), "--output", "json"])
        .success();
    let token = home.account_token("P", "A");
    assert_eq!(token.subject(), key(KeyKind::Account, 1).public);
    assert_eq!(token.issuer(), key(KeyKind::Operator, 3).public);
    assert_eq!(home.user_token("P", "A", "u"), user);
    assert_eq!(
        output.json()["result"]["accounts"][0]["users"],
        json!(["u", "v"])
    );
    home.account_token("O", "A");
    home.nsc(["validate", "-A"]).success();

    home.nsc(["migrate", "-u", &account_file(&home)])
        .failure(4)
        .stderr_has("--force");
    home.nsc(["migrate", "-u", &account_file(&home), "--force"])
        .success();
}

#[test]
fn all_accounts_of_an_operator_come_over() {
    let home = home();
    let dir = home.stores().join("O");
    // The key of B is not stored.
    let output = home
        .nsc(["migrate", "--operator-dir", dir.to_str().unwrap()])
        .failure(7);
    output.stderr_has("account `B`");
    home.account_token("P", "A");
    assert!(!home.stores().join("P/accounts/B").exists());
    stock::store_seed(&home, &key(KeyKind::Account, 2));
    home.nsc(["migrate", "--operator-dir", dir.to_str().unwrap(), "-F"])
        .success();
    home.account_token("P", "B");
}

#[test]
fn users_of_a_replaced_account_do_not_stay() {
    let home = home();
    home.nsc(["migrate", "-u", &account_file(&home)]).success();
    let other = home.path().join("other/accounts/A");
    std::fs::create_dir_all(&other).unwrap();
    stock::account(&home, "O", "A", 2, json!({}));
    stock::store_seed(&home, &key(KeyKind::Account, 2));
    std::fs::rename(
        home.stores().join("O/accounts/A/A.jwt"),
        other.join("A.jwt"),
    )
    .unwrap();
    let file = other.join("A.jwt").display().to_string();
    home.nsc(["migrate", "-u", &file, "--force"]).success();
    assert_eq!(
        home.account_token("P", "A").subject(),
        key(KeyKind::Account, 2).public
    );
    assert!(!home.stores().join("P/accounts/A/users/u.jwt").exists());
}

#[test]
fn a_managed_operator_gets_self_signed_accounts() {
    let home = home();
    home.write(
        home.stores().join("P/.nsc"),
        r#"{"managed":true,"name":"P","kind":"operator","version":"1"}"#,
    );
    std::fs::remove_file(home.seed_file(&key(KeyKind::Operator, 3).public)).unwrap();
    home.nsc(["migrate", "-u", &account_file(&home)])
        .success()
        .stdout_has("self-signed");
    assert_eq!(
        home.account_token("P", "A").issuer(),
        key(KeyKind::Account, 1).public
    );
}

#[test]
fn refusals() {
    let home = home();
    home.nsc(["migrate"]).failure(2);
    home.nsc(["migrate", "-u", "x", "--operator-dir", "y"])
        .failure(2);
    home.nsc(["migrate", "-u", "none"]).failure(3);
    home.nsc(["migrate", "--operator-dir", "none"]).failure(3);
    home.write("work/junk", "junk");
    home.nsc(["migrate", "-u", "junk"]).failure(1);
    home.nsc([
        "migrate",
        "--operator-dir",
        home.stores().join("P").to_str().unwrap(),
    ])
    .failure(1);
    home.nsc(["select", "operator", "O"]).success();
    home.nsc(["migrate", "-u", &account_file(&home)]).failure(1);
}
