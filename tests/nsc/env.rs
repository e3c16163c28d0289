//! `nsc env` and `nsc select`.

use serde_json::json;

use crate::stock;

fn saved(home: &nsc_testkit::TestHome) -> (String, String) {
    let config: serde_json::Value =
        serde_json::from_str(&home.read(home.config().join("nsc.json"))).unwrap();
    let text = |name: &str| config[name].as_str().unwrap().to_owned();
    (text("operator"), text("account"))
}

fn two_operators() -> nsc_testkit::TestHome {
    let home = stock::home();
    stock::operator(
        &home,
        "P",
        &stock::key(nsc_core::keys::KeyKind::Operator, 2),
        json!({}),
    );
    stock::account(&home, "P", "C", 3, json!({}));
    home
}

#[test]
fn env_shows_what_is_in_force() {
    let home = stock::home();
    let output = home.nsc(["env"]).env("NATS_CA", " /ca.pem ").success();
    for text in [
        "NSC Environment",
        "| Setting ",
        "$NKEYS_PATH (deprecated)",
        "~/.local/share/nats/nsc/keys",
        "~/.config/nats/nsc",
        "File: /ca.pem",
        "~/.local/share/nats/nsc/stores",
    ] {
        output.stdout_has(text);
    }
    assert_eq!(output.stderr(), "");
    let result = home.nsc(["env", "--output", "json"]).success().json()["result"].clone();
    assert_eq!(result["operator"], "O");
    assert_eq!(result["account"], json!(null));
    assert_eq!(result["from_cwd"], false);
    let set = |name: &str, variables: &serde_json::Value| {
        let found = variables
            .as_array()
            .unwrap()
            .iter()
            .find(|v| v["name"] == name);
        found.unwrap()["set"] == true
    };
    assert!(!set("NSC_CWD_ONLY", &result["variables"]));
    let here = home
        .nsc(["env", "--output", "json"])
        .env("NSC_CWD_ONLY", "")
        .cwd(home.stores().join("O/accounts/A"))
        .success()
        .json()["result"]
        .clone();
    assert!(set("NSC_CWD_ONLY", &here["variables"]));
    assert_eq!(
        (&here["account"], &here["from_cwd"]),
        (&json!("A"), &json!(true))
    );
}

#[test]
fn env_changes_all_or_nothing() {
    let home = two_operators();
    home.nsc(["env", "-o", "O", "-a", "B"])
        .success()
        .stdout_has("| Current Account");
    assert_eq!(saved(&home), ("O".to_owned(), "B".to_owned()));
    let before = home.tree();
    home.nsc(["env", "-o", "P", "-a", "NO"])
        .failure(3)
        .stderr_has("account `NO`");
    home.nsc(["env", "-o", "NO"])
        .failure(3)
        .stderr_has("nsc list operators");
    home.nsc(["env", "-o", "P", "extra"]).failure(2);
    home.nsc(["env", "-o", "P", "--dry-run"])
        .success()
        .stdout_has("would replace");
    assert!(before.changes(&home.tree()).is_empty());
    home.nsc(["env", "-o", "P"])
        .env("NSC_CWD_ONLY", "")
        .failure(1)
        .stderr_has("NSC_CWD_ONLY");
    home.nsc(["env", "-o", "P"]).success();
    assert_eq!(saved(&home), ("P".to_owned(), "C".to_owned()));
}

#[test]
fn env_store_expands_and_need_not_exist() {
    let home = stock::home();
    home.nsc(["env", "-s", "~/other"])
        .success()
        .stdout_has("~/other");
    assert_eq!(saved(&home), (String::new(), String::new()));
    home.nsc(["list", "accounts"])
        .failure(1)
        .stderr_has("nsc env");
    home.nsc(["env", "-s", "../.local/share/nats/nsc/stores"])
        .success();
    assert_eq!(saved(&home).0, "O");
}

#[test]
fn select_is_silent_and_checks_names() {
    let home = two_operators();
    let output = home.nsc(["select", "operator", "O"]).success();
    assert_eq!((output.stdout(), output.stderr()), ("", ""));
    home.nsc(["select", "account", "B"]).success();
    assert_eq!(saved(&home), ("O".to_owned(), "B".to_owned()));
    let before = home.tree();
    home.nsc(["select", "account", "NO"]).failure(3);
    home.nsc(["select", "operator", "NO"]).failure(3);
    home.nsc(["select", "operator"]).failure(2);
    home.nsc(["select", "account", "A", "B"]).failure(2);
    home.nsc(["select", "account", "A", "--dry-run"]).success();
    assert!(before.changes(&home.tree()).is_empty());
    let account = stock::key(nsc_core::keys::KeyKind::Account, 1).public;
    let output = home
        .nsc(["select", "account", &account, "--output", "json"])
        .success();
    assert_eq!(output.json()["result"]["account"], "A");
    assert_eq!(saved(&home).1, "A");
    home.nsc(["select"]).success().stdout_has("operator");
}

#[test]
fn what_is_out_of_date_is_refused_with_the_way_on() {
    let home = stock::home();
    let operator = stock::key(nsc_core::keys::KeyKind::Operator, 2);
    let nats = json!({"/type": "operator"});
    stock::operator(&home, "P", &operator, nats);
    home.nsc(["env", "-o", "P"]).success();
    for args in [
        &["list", "accounts"][..],
        &["describe", "operator"],
        &["select", "operator", "O"],
    ] {
        home.nsc(args).failure(1).stderr_has("nsc upgrade-jwt");
    }
    home.nsc(["env", "-o", "O"]).success();
    home.nsc(["list", "accounts"]).success();
    let old = home.keystore().join("O/O.nk");
    home.write(&old, "x");
    for args in [&["list", "operators"][..], &["env"]] {
        home.nsc(args)
            .failure(1)
            .stderr_has("nsc keys migrate")
            .stderr_has("O/O.nk");
    }
    std::fs::remove_file(&old).unwrap();
    // A creds file that somebody saved there is no old layout.
    home.write(home.keystore().join("mine/u.creds"), "x");
    home.nsc(["list", "operators"]).success();
}

#[test]
fn the_version_and_mistakes_in_flags_are_told_without_a_home() {
    let home = nsc_testkit::TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    for flag in ["--version", "-v"] {
        let output = home.nsc([flag]).success();
        assert!(output.stdout().starts_with("nsc version "), "{output}");
    }
    let output = home.nsc(["list", "accounts", "--no-such"]).failure(2);
    assert!(output.stderr().starts_with("Error: "), "{output}");
    assert!(!home.path().join(".config").exists());
}
