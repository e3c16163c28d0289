//! `--strict`: warnings refuse, and what is warned of.

use nsc_core::keys::KeyKind;
use nsc_testkit::{Answer, HttpDouble, TestHome};
use serde_json::json;

use crate::stock::{self, key, line, refused};

/// Runs a command line that warns; with `--strict` it is refused for the same reason and leaves nothing.
#[track_caller]
fn warned(home: &TestHome, words: &str, warning: &str) {
    refused(home, 1, &[&format!("{words} --strict")]);
    line(home, &format!("{words} --strict"))
        .failure(1)
        .stderr_has(warning)
        .stderr_has("nothing was written");
    line(home, words)
        .success()
        .stdout_has(&format!("[WARN] {warning}"));
}

#[test]
fn what_is_rarely_meant_is_warned_of_wherever_it_is_written() {
    let home = stock::home();
    let key = key(KeyKind::Account, 7).public;
    let past = "the expiry lies in the past";
    let both = "`s` is allowed and denied to publish";
    let wide = "`>` allows to subscribe on every subject";
    let bearer = "a bearer user without expiry";
    let eaten = "`JS.API.x` looks like `$JS.API.x` after a shell took the `$`: single quotes keep it, '$JS.API.x'";
    for (words, warning) in [
        ("add user -a A w1 --expiry 2020-01-01", past),
        ("add user -a A w2 --allow-pub s --deny-pub s", both),
        ("add user -a A w3 --allow-sub >", wide),
        ("add user -a A w4 --bearer", bearer),
        ("add user -a A w5 --allow-pub JS.API.x", eaten),
        ("edit user -a A u --expiry 2020-01-01", past),
        ("edit user -a A v --allow-pub s --deny-pub s", both),
        ("edit user -a A v --allow-sub >", wide),
        ("edit user -a A v --bearer", bearer),
        ("edit user -a A v --deny-sub JS.API.x", eaten),
        ("add account X1 --expiry 2020-01-01", past),
        (
            "add account X2 --allow-pub s --deny-pub s",
            "publish subject of the default permissions `s` is allowed and denied",
        ),
        ("edit account A --expiry 2020-01-01", past),
        (
            "edit account B --allow-sub >",
            &format!("default permissions: {wide}"),
        ),
        (
            "edit account B --allow-pub JS.API.x",
            &format!("default permissions: {eaten}"),
        ),
        (
            &format!("edit signing-key -a B --sk {key} --role r --allow-sub >"),
            &format!("role `r`: {wide}"),
        ),
        (
            &format!("edit signing-key -a B --sk {key} --allow-pub s --deny-pub s"),
            &format!("role `r`: {both}"),
        ),
        (
            "add export -a B --subject SYS.REQ.x",
            "export `SYS.REQ.x`: `SYS.REQ.x` looks like `$SYS.REQ.x`",
        ),
        (
            "add export -a B --subject > --service",
            "an export of `>` offers every subject",
        ),
        (
            "add mapping -a B --from KV.a --to b",
            "mapping of `KV.a`: `KV.a` looks like `$KV.a`",
        ),
        ("edit operator --expiry 2020-01-01", past),
    ] {
        warned(&home, words, warning);
    }
    let exporter = nsc_core::keys::Seed::from_entropy(KeyKind::Account, [8; 32]).public_key();
    warned(
        &home,
        &format!("add import -a B --src-account {exporter} --remote-subject a -s JS.API.x"),
        "import `a`: ",
    );
}

#[test]
fn bearer_roles_make_bearer_users() {
    let home = stock::home();
    line(
        &home,
        "edit signing-key -a A --sk generate --role r --bearer",
    )
    .success();
    warned(
        &home,
        "add user -a A w -K r",
        "a bearer user without expiry",
    );
    let quiet = line(&home, "add user -a A x -K r --expiry 1y --strict").success();
    assert!(!quiet.stdout().contains("WARN"), "{quiet}");
    // What was there before is not warned of again.
    line(&home, "edit user -a A w --tag t --strict").success();
}

#[test]
fn subjects_that_a_shell_ate_are_refused_with_the_right_quotes() {
    let home = stock::home();
    for (words, hint) in [
        (
            "add user -a A w --allow-pub .API.>",
            "'$JS.API.>' in single quotes",
        ),
        (
            "edit user -a A u --allow-pub .REQ.x",
            "'$SYS.REQ.x' in single quotes",
        ),
        (
            "add export -a A --subject .x",
            "single quotes, as in '$JS.API.>'",
        ),
        (
            "add mapping -a A --from a.* --to b.",
            "single quotes, as in '$JS.API.>'",
        ),
    ] {
        line(&home, words).failure(1).stderr_has(hint);
    }
}

#[test]
fn the_variable_counts_and_the_flag_wins() {
    let home = stock::home();
    let words = ["add", "user", "-a", "A", "w", "--bearer"];
    let strict = |value: &str| home.nsc(words).env("NSC_STRICT", value);
    let json = home
        .nsc(words.into_iter().chain(["--output", "json"]))
        .env("NSC_STRICT", "1")
        .failure(1)
        .json();
    assert_eq!(json["error"]["kind"], "failed");
    let causes = json["error"]["causes"].as_array().unwrap();
    assert!(causes[0].as_str().unwrap().contains("bearer"), "{json}");
    strict("maybe").failure(2).stderr_has("NSC_STRICT");
    home.nsc(words.into_iter().chain(["--strict=false"]))
        .env("NSC_STRICT", "1")
        .success();
    let json = home
        .nsc([
            "edit",
            "user",
            "-a",
            "A",
            "w",
            "--allow-pub",
            ">",
            "--output",
            "json",
        ])
        .env("NSC_STRICT", "")
        .success()
        .json();
    assert_eq!(json["steps"][0]["level"], "warning", "{json}");
}

#[test]
fn all_reasons_are_told_and_a_dry_run_is_refused_too() {
    let home = stock::home();
    refused(
        &home,
        1,
        &["add user -a A w --bearer --allow-pub > --strict --dry-run"],
    );
    line(&home, "add user -a A w --bearer --allow-pub > --strict")
        .failure(1)
        .stderr_has("2 warnings refuse")
        .stderr_has("`>` allows to publish")
        .stderr_has("bearer user");
    // Sharing: what the command itself warns of.
    line(&home, "add export -a A --subject s").success();
    line(&home, "add export -a A --subject s --service").success();
    refused(&home, 1, &["delete export -a A --subject s --strict"]);
    line(&home, "delete export -a A --subject s --service --strict").success();
}

#[test]
fn lines_of_many_are_refused_one_by_one() {
    let home = stock::home();
    let file = home.write("work/users.csv", "name,bearer\na,true\nb,false\n");
    let file = file.to_str().unwrap();
    refused(
        &home,
        1,
        &[&format!("add users -a A --from {file} --strict")],
    );
    line(
        &home,
        &format!("add users -a A --from {file} --strict --keep-going"),
    )
    .failure(7)
    .stderr_has("line 2, user `a`")
    .stderr_has("bearer user without expiry");
    assert!(!home.creds_file("O", "A", "a").exists() && home.creds_file("O", "A", "b").exists());
}

#[test]
fn reading_fails_where_there_are_warnings() {
    let home = stock::home();
    let scope = json!({
        "kind": "user_scope", "key": key(KeyKind::Account, 5).public, "role": "r",
        "template": {"pub": {}, "sub": {}}, "description": "",
    });
    stock::account(&home, "O", "A", 1, json!({"signing_keys": [scope]}));
    let nats = json!({"subs": 7, "issuer_account": key(KeyKind::Account, 1).public});
    stock::user_by(&home, "A", "u", 1, nats, &key(KeyKind::Account, 5));
    line(&home, "validate -a A").success();
    let json = line(&home, "validate -a A --strict --output json")
        .failure(1)
        .json();
    assert_eq!(json["status"], "failed");
    assert!(
        json["result"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["failed"] == true)
    );
    line(&home, "validate -a B --strict").success();
}

#[test]
fn nothing_is_sent_that_is_refused() {
    let server = HttpDouble::start(|_| Answer::new(500, "not expected"));
    let home = stock::managed(Some(&server.url()));
    refused(&home, 1, &["add account M --allow-pub > --strict"]);
    assert_eq!(server.requests().len(), 0);
    line(&home, "add account M --allow-pub >").failure(6);
    assert_ne!(server.requests().len(), 0);
}

#[test]
fn what_a_server_answers_comes_too_late_to_refuse() {
    let server = HttpDouble::start(|_| Answer::new(202, "wait"));
    let home = stock::managed(Some(&server.url()));
    let json = line(&home, "add account M --strict --output json")
        .failure(7)
        .json();
    assert_eq!(json["status"], "partial");
    // What was sent is kept.
    assert_eq!(home.account_token("OP", "M").claim("name"), "M");
    line(&home, "add account N").success();
}
