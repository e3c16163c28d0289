//! One JSON document on standard output, whatever goes wrong.

use nsc_core::keys::KeyKind;
use nsc_testkit::{Call, TestHome};
use serde_json::{Value, json};

use crate::stock;

/// Expects one error document, and nothing else on standard output.
#[track_caller]
fn error(call: Call<'_>) -> Value {
    let output = call.env("NSC_OUTPUT", "json").run();
    let document = output.json();
    let error = &document["error"];
    assert!(error.is_object(), "{output}");
    assert_eq!(error["exit_status"], output.code().unwrap(), "{output}");
    for member in ["kind", "message"] {
        assert!(!error[member].as_str().unwrap().is_empty(), "{output}");
    }
    assert!(
        !error["message"].as_str().unwrap().ends_with(':'),
        "{output}"
    );
    assert_eq!(output.stderr(), "", "{output}");
    error.clone()
}

/// The commands that have none below them, as words.
fn commands() -> Vec<Vec<String>> {
    let commands = nsc::schema::commands().into_iter();
    commands
        .map(|words| words.split(' ').map(str::to_owned).collect())
        .collect()
}

#[test]
fn a_flag_that_no_command_has_is_one_error() {
    let home = stock::home();
    for words in commands() {
        let line = words.iter().map(String::as_str).chain(["--zork"]);
        let error = error(home.nsc(line));
        assert_eq!(error["kind"], "usage", "{words:?}");
        assert_eq!(
            error["entity"],
            json!({"kind": "flag", "name": "--zork"}),
            "{words:?}"
        );
    }
}

#[test]
fn every_command_in_an_empty_home_prints_one_document() {
    for words in commands() {
        // What is newest is asked of the internet.
        let extra: &[&str] = if words == ["update"] {
            &["--version", "zork"]
        } else {
            &[]
        };
        let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
        let line = words
            .iter()
            .map(String::as_str)
            .chain(extra.iter().copied());
        let output = home
            .nsc(line)
            .env("NSC_OUTPUT", "json")
            .secret_expected()
            .run();
        let document = output.json();
        let failed = document["error"].is_object();
        assert_eq!(failed, output.code() != Some(0), "{output}");
        assert!(failed || document.get("result").is_some(), "{output}");
    }
}

#[test]
fn errors_tell_what_they_are_about() {
    let home = stock::home();
    let server = "http://127.0.0.1:1/operator";
    home.write("work/broken.jwt", "no token");
    let curve = stock::key(KeyKind::Curve, 1).public;
    for (words, kind, name) in [
        ("describe account X".to_owned(), "account", "X"),
        ("describe user -a A -n X".to_owned(), "user", "X"),
        ("select operator X".to_owned(), "operator", "X"),
        ("add account A".to_owned(), "account", "A"),
        ("add account N/M".to_owned(), "account", "N/M"),
        ("add user -a A u".to_owned(), "user", "u"),
        ("add user -a A w -K nobody".to_owned(), "key", "nobody"),
        ("add export -a A --subject a..b".to_owned(), "account", "A"),
        ("delete export -a A --subject x".to_owned(), "account", "A"),
        ("edit signing-key -a A --role r".to_owned(), "role", "r"),
        (format!("add operator --url {server}"), "server", server),
        (
            "describe jwt --file nothing.jwt".to_owned(),
            "file",
            "nothing.jwt",
        ),
        (
            "describe jwt --file broken.jwt".to_owned(),
            "file",
            "broken.jwt",
        ),
        ("import keys --dir nothing".to_owned(), "folder", "nothing"),
        (format!("trash restore {curve}"), "key", &curve),
        ("undo 77".to_owned(), "commit", "77"),
        ("env --operator X".to_owned(), "operator", "X"),
        ("add account --expiry".to_owned(), "flag", "--expiry"),
        ("add account N --output xml".to_owned(), "flag", "--output"),
        ("zork".to_owned(), "command", "zork"),
        ("add zork --output json".to_owned(), "command", "zork"),
        ("add export -a A".to_owned(), "flag", "--subject"),
    ] {
        let error = error(stock::line(&home, &words));
        assert_eq!(error["entity"]["kind"], kind, "{words}: {error:#}");
        let found = error["entity"]["name"].as_str().unwrap();
        assert!(
            found == name || found.ends_with(&format!("/{name}")),
            "{words}: {error:#}"
        );
    }
}

#[test]
fn what_fails_before_a_command_runs_is_one_error_too() {
    let home = stock::home();
    let broken = home.config().join("nsc.json");
    home.write(&broken, "{ no json");
    let error_of = |words: &str| error(stock::line(&home, words));
    let found = error_of("list accounts");
    assert_eq!(found["entity"]["kind"], "file");
    assert!(
        found["entity"]["name"]
            .as_str()
            .unwrap()
            .ends_with("nsc.json")
    );
    let found = error(stock::line(&home, "env").env("NSC_TRASH_DAYS", "soon"));
    assert_eq!(
        found["entity"],
        json!({"kind": "variable", "name": "NSC_TRASH_DAYS"})
    );
    for words in ["", "tool", "add", "add zork"] {
        let found = error_of(words);
        assert_eq!(found["kind"], "usage", "{words}");
    }
    let found = error_of("generate profile");
    assert!(
        found["message"].as_str().unwrap().contains("URL"),
        "{found}"
    );
}

#[test]
fn the_json_flag_of_the_original_has_errors_as_json_beside_their_text() {
    let home = stock::home();
    let output = home.nsc(["describe", "account", "X", "--json"]).failure(3);
    assert_eq!(
        output.json()["error"]["entity"],
        json!({"kind": "account", "name": "X"})
    );
    output.stderr_has("Error: account `X` does not exist");
    let output = home.nsc(["describe", "account", "X"]).failure(3);
    assert_eq!(output.stdout(), "");
}

#[test]
fn lines_have_one_error_line() {
    let home = stock::home();
    let output = home
        .nsc(["describe", "account", "X"])
        .env("NSC_OUTPUT", "jsonl")
        .failure(3);
    assert_eq!(output.stdout().lines().count(), 1);
    assert_eq!(output.json()["error"]["kind"], "not_found");
}
