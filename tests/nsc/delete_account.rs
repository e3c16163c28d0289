//! `nsc delete account`.

use nsc_core::keys::KeyKind;
use nsc_testkit::{Answer, HttpDouble, TestHome, Token, account_server, token};
use serde_json::{Value, json};

use crate::stock::{self, key, line, refused};

fn folder(home: &TestHome) -> std::path::PathBuf {
    home.stores().join("O/accounts/A")
}

#[test]
fn an_account_goes_with_its_users_and_their_keys_stay() {
    let home = stock::home();
    line(&home, "edit user -a A u --tag x").success();
    let json = line(&home, "delete account A --output json")
        .success()
        .json();
    assert_eq!(json["result"]["users"].as_array().unwrap().len(), 2);
    assert_eq!(json["result"]["keys_removed"], json!([]));
    assert!(!folder(&home).exists());
    assert!(home.seed_file(&key(KeyKind::Account, 1).public).is_file());
    assert!(home.creds_file("O", "A", "u").is_file());
    refused(&home, 3, &["delete account A"]);
}

#[test]
fn keys_and_creds_go_when_told() {
    let home = stock::home();
    line(&home, "edit user -a A u --tag x").success();
    let signing = key(KeyKind::Account, 4);
    stock::store_seed(&home, &signing);
    line(&home, &format!("edit account A --sk {}", signing.public)).success();
    let by_key = key(KeyKind::Account, 1).public;
    line(&home, &format!("delete account {by_key} -D -C")).success();
    for key in [
        &by_key,
        &signing.public,
        &key(KeyKind::User, 1).public,
        &key(KeyKind::User, 2).public,
    ] {
        assert!(!home.seed_file(key).exists(), "{key}");
    }
    assert!(!home.creds_file("O", "A", "u").exists());
    assert!(home.seed_file(&key(KeyKind::Operator, 1).public).is_file());
}

#[test]
fn the_current_account_is_deleted_with_a_word_of_warning() {
    let home = stock::home();
    refused(&home, 1, &["delete account"]);
    line(&home, "select account A").success();
    line(&home, "edit operator --system-account A").success();
    let output = line(&home, "delete account").success();
    output
        .stdout_has("because it was the current one")
        .stdout_has("was the system account");
    assert!(!folder(&home).exists());
}

#[test]
fn who_names_the_current_account_learns_how_to_take_another() {
    let home = stock::home();
    line(&home, "select account A").success();
    line(&home, "delete account A")
        .success()
        .stdout_has("was the current one; take another: nsc select account NAME");
}

#[test]
fn without_a_signer_everything_stays() {
    let home = stock::home();
    refused(
        &home,
        5,
        &[&format!(
            "delete account A -K {}",
            key(KeyKind::Operator, 9).seed
        )],
    );
    std::fs::remove_file(home.seed_file(&key(KeyKind::Operator, 1).public)).unwrap();
    refused(&home, 5, &["delete account A -D -C"]);
}

#[test]
fn foreign_files_keep_the_folder() {
    let home = stock::home();
    home.write(folder(&home).join("notes.txt"), "mine");
    line(&home, "delete account A")
        .failure(7)
        .stderr_has("stays");
    assert_eq!(home.read(folder(&home).join("notes.txt")), "mine");
    assert!(!folder(&home).join("A.jwt").exists());
    line(&home, "list accounts -J").success();
}

#[test]
fn a_dry_run_deletes_nothing() {
    let home = stock::home();
    line(&home, "env").success();
    let before = home.tree();
    line(&home, "delete account A -D -C --dry-run")
        .success()
        .stdout_has("would remove");
    assert_eq!(before.changes(&home.tree()), Vec::<String>::new());
}

/// A home with the imported operator `OP` (key 1), and its account `M` with the user `w`.
fn managed_home(server: &HttpDouble) -> TestHome {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let nats = json!({"account_server_url": format!("{}/jwt/v1", server.url())});
    let key = key(KeyKind::Operator, 1);
    let claims = stock::claims("OP", &key.public, "operator", nats);
    let file = home.write("op.jwt", token::sign(&claims, &key.seed));
    home.nsc(["add", "operator", "-u", file.to_str().unwrap()])
        .success();
    line(&home, "add account M").success();
    line(&home, "add user w").success();
    home
}

#[test]
fn the_server_of_a_managed_store_gets_the_last_jwt() {
    let server = account_server("none");
    let home = managed_home(&server);
    refused(&home, 1, &["delete account M"]);
    let user = home.user_token("OP", "M", "w").subject().to_owned();
    line(&home, "delete account M --force").success();
    assert!(!home.stores().join("OP/accounts/M").exists());
    let requests = server.requests();
    let posted = requests
        .iter()
        .rfind(|request| request.method == "POST")
        .unwrap();
    let last = Token::parse(&posted.body);
    assert!(last.claim("nats.revocations")[&user].is_number());
    let left = last.claim("exp").as_i64().unwrap() - last.claim("iat").as_i64().unwrap();
    assert_eq!(left, 60);
}

#[test]
fn an_account_that_the_server_does_not_hear_of_stays() {
    let server = account_server("none");
    let home = managed_home(&server);
    drop(server);
    line(&home, "env").success();
    let before = home.tree();
    line(&home, "delete account M --force -D")
        .failure(6)
        .stderr_has("was not deleted");
    let changes = before.changes(&home.tree());
    assert!(
        changes.iter().all(|change| change.contains(".nsc-rs")),
        "{changes:?}"
    );
    line(
        &home,
        "delete account M --force --revoke=false -D --dry-run",
    )
    .success();

    let waiting = HttpDouble::start(|_| Answer::new(202, "later"));
    let nats: Value = json!({"account_server_url": waiting.url()});
    let operator = key(KeyKind::Operator, 1);
    let claims = stock::claims("OP", &operator.public, "operator", nats);
    home.write(
        home.stores().join("OP/OP.jwt"),
        token::sign(&claims, &operator.seed),
    );
    line(&home, "delete account M --force")
        .success()
        .stdout_has("later");
}
