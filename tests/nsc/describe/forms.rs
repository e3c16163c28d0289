//! The forms that all describe commands share.

use serde_json::{Value, json};

use super::rich_home;
use crate::stock;

#[test]
fn one_value_can_be_asked_for() {
    let home = rich_home();
    let field = |path: &str| {
        let output = home.nsc(["describe", "account", "-F", path]).success();
        output.stdout().to_owned()
    };
    assert_eq!(field("name"), "\"A\"\n");
    assert_eq!(field("nats.tags[1]"), "\"y\"\n");
    assert_eq!(field("nats.tags.0"), "\"x\"\n");
    assert_eq!(field("nats.trace"), "{\"dest\":\"t.d\"}\n");
    assert_eq!(field("nats.nothing"), "null\n");
    for path in [
        "nats.nothing.below",
        "name.x",
        "nats.tags[2]",
        "nats.tags[-1]",
        "nats.tags[x]",
        "nats.tags[0",
    ] {
        let output = home
            .nsc(["describe", "account", "--field", path])
            .failure(1);
        assert_eq!(output.stdout(), "", "{path}");
    }
    let typed = home
        .nsc(["describe", "account", "-F", "nats.tags", "--output", "json"])
        .success();
    assert_eq!(typed.json()["result"]["field"], json!(["x", "y"]));
}

#[test]
fn json_is_sorted_exact_and_readable() {
    let home = stock::home();
    let nats = json!({"subs": 9_007_199_254_740_993i64, "pub": {"allow": ["<a&b>"]}, "sub": {}, "hat": {"b": 1, "a": 2}});
    stock::user(&home, "A", "u", 1, nats);
    let output = home
        .nsc(["describe", "user", "-a", "A", "u", "--json"])
        .success();
    for text in [
        "9007199254740993",
        "\"<a&b>\"",
        "  \"hat\": {\n   \"a\": 2,\n   \"b\": 1\n  }",
    ] {
        output.stdout_has(text);
    }
    let field = home
        .nsc(["describe", "user", "-a", "A", "u", "-F", "nats.subs"])
        .success();
    assert_eq!(field.stdout(), "9007199254740993\n");
}

#[test]
fn raw_wins_over_field_over_json() {
    let home = stock::home();
    let token = home.account_token("O", "A").text().to_owned();
    let output = home
        .nsc(["describe", "account", "A", "-R", "-J", "-F", "name"])
        .success();
    assert_eq!(output.stdout(), format!("{token}\n"));
    let output = home
        .nsc(["describe", "account", "A", "-J", "-F", "name"])
        .success();
    assert_eq!(output.stdout(), "\"A\"\n");
    let typed = home
        .nsc(["describe", "account", "A", "-R", "--output", "json"])
        .success();
    assert_eq!(
        typed.json()["result"],
        json!({"kind": "account", "token": token})
    );
}

#[test]
fn every_form_goes_into_a_file() {
    let home = stock::home();
    let token = home.account_token("O", "A").text().to_owned();
    let write = |form: &[&str]| {
        let args = ["describe", "account", "A", "-o", "~/out"]
            .iter()
            .chain(form);
        home.nsc(args)
            .success()
            .stdout_has("[ OK ]")
            .stdout_has("`~/out`");
        assert_eq!(home.tree().mode("out") & 0o777, 0o600);
        home.read("out")
    };
    home.write("out", "something longer than what comes now".repeat(1000));
    assert!(write(&[]).contains("Account Details"));
    let json = write(&["-J"]);
    assert!(
        json.starts_with("{\n \"iat\"") && json.ends_with("\"\n}\n"),
        "{json}"
    );
    assert_eq!(write(&["-F", "name"]), "\"A\"");
    let framed =
        format!("-----BEGIN NATS ACCOUNT JWT-----\n{token}\n------END NATS ACCOUNT JWT------\n\n");
    assert_eq!(write(&["-R"]), framed);
    let before = home.tree();
    home.nsc(["describe", "account", "A", "-o", "no/out"])
        .failure(3)
        .stderr_has("mkdir -p");
    home.nsc(["describe", "account", "A", "-o", "."])
        .failure(1)
        .stderr_has("is a folder");
    home.nsc(["describe", "account", "A", "-Jo", "~/out", "--dry-run"])
        .success()
        .stdout_has("would replace");
    assert!(before.changes(&home.tree()).is_empty());
    let output = home
        .nsc(["describe", "account", "A", "-J", "-o", "--"])
        .success();
    assert_eq!(output.stdout(), format!("{}\n", { write(&["-J"]) }));
}

#[test]
fn claims_stay_values() {
    let home = rich_home();
    let shown: Value = home
        .nsc(["describe", "account", "A", "-J"])
        .success()
        .json();
    assert_eq!(shown, *home.account_token("O", "A").claims());
}

#[test]
fn an_empty_field_is_none() {
    let home = stock::home();
    home.nsc(["describe", "account", "A", "-F", ""])
        .success()
        .stdout_has("Account Details");
}
