//! `nsc add export`, `edit export` and `delete export`.

use nsc_core::keys::KeyKind;
use nsc_testkit::{FileTree, TestHome};
use serde_json::{Value, json};

use crate::asked::{self, Answer};
use crate::stock::{self, key};

fn exports(home: &TestHome) -> Value {
    home.account_token("O", "A").claim("nats.exports").clone()
}

fn nsc(home: &TestHome, line: &str) {
    home.nsc(line.split(' ').chain(["-a", "A"])).success();
}

/// What is in the home, but for the configuration, and the lock that a writing command takes.
fn tree(home: &TestHome) -> FileTree {
    let tree = home.tree().without(".config");
    tree.without(".local/share/nats/nsc/stores/O/.nsc-rs")
}

/// Runs a command that has to be refused, and leave nothing behind.
#[track_caller]
fn refused(home: &TestHome, line: &str, code: i32) -> String {
    let before = tree(home);
    let output = home.nsc(line.split(' ').chain(["-a", "A"])).failure(code);
    assert_eq!(before.changes(&tree(home)), [""; 0], "{line}");
    output.stderr().to_owned()
}

#[test]
fn a_stream_and_a_service_are_stored_with_their_settings() {
    let home = stock::home();
    nsc(
        &home,
        "add export -s s.* --account-token-position 2 --advertise",
    );
    let args = "add export -s q -n Queue -r -p --latency l.q --sampling HEADER --response-type Chunked \
                --response-threshold 1m30s --allow-trace";
    let words = args
        .split_whitespace()
        .chain(["-a", "A", "--output", "json"]);
    let json = home.nsc(words).success().json();
    let service = json!({
        "name": "Queue", "subject": "q", "type": "service", "token_req": true, "response_type": "Chunked",
        "response_threshold": 90_000_000_000_u64, "allow_trace": true,
        "service_latency": {"sampling": "headers", "results": "l.q"},
    });
    assert_eq!(
        exports(&home),
        json!([service, {
            "name": "s.*", "subject": "s.*", "type": "stream", "account_token_position": 2, "advertise": true,
        }])
    );
    assert_eq!(json["result"]["account"], "A");
    assert_eq!(json["result"]["export"], service);
    assert_eq!(
        json["result"]["changes"][1],
        json!({"action": "set", "what": "visibility", "value": "private", "was": "public"})
    );
    let token = home.account_token("O", "A");
    assert_eq!(token.issuer(), key(KeyKind::Operator, 1).public);
    let path = ".local/share/nats/nsc/stores/O/accounts/A/A.jwt";
    assert_eq!(home.tree().mode(path), 0o600);
}

#[test]
fn the_message_tells_visibility_kind_and_name() {
    let home = stock::home();
    let words = ["add", "export", "-a", "A", "-s", "x", "-n", "N", "-p", "-r"];
    home.nsc(words)
        .success()
        .stdout_has("[ OK ] added private service export `N`");
    let words = ["delete", "export", "-a", "A"];
    home.nsc(words)
        .success()
        .stdout_has("deleted private service export `x` (`N`)");
}

#[test]
fn exports_that_cannot_be_are_refused() {
    let home = stock::home();
    refused(&home, "add export", 2);
    for line in [
        "-s a..b",
        "-s s --response-type Singleton",
        "-s s --response-threshold 1s",
        "-s s --latency l",
        "-s s --sampling 10",
        "-s s --allow-trace",
        "-s q -r --sampling 10",
        "-s q -r --sampling 0 --latency l",
        "-s q -r --sampling junk --latency l",
        "-s q -r --sampling 101 --latency l",
        "-s q -r --latency l.*",
        "-s q -r --response-type stream",
        "-s q -r --response-threshold -1s",
        "-s q -r --response-threshold 5",
        "-s q -r --response-threshold=",
        "-s q.* -p --account-token-position 2",
        "-s q.a --account-token-position 1",
        "-s q.* --account-token-position 1",
        "-s q.* --account-token-position 3",
    ] {
        refused(&home, &format!("add export {line}"), 1);
    }
    nsc(&home, "add export -s s --allow-trace=false");
    let text = refused(&home, "add export -s s", 1);
    assert!(text.contains("covers another stream export"), "{text}");
    nsc(&home, "add export -s s -r");
    nsc(&home, "add export -s s.> -n s");
    refused(&home, "add export -s s.a", 1);
    refused(&home, "add export -s x extra", 2);
}

#[test]
fn limits_of_the_account_count() {
    let home = stock::home();
    let limits = json!({"limits": {"exports": 1, "imports": -1, "conn": -1, "subs": -1}});
    stock::account(&home, "O", "A", 1, limits);
    let text = refused(&home, "add export -s s.*", 1);
    assert!(text.contains("has wildcards"), "{text}");
    nsc(&home, "add export -s s");
    let text = refused(&home, "add export -s t", 1);
    assert!(text.contains("its limit is 1"), "{text}");
}

#[test]
fn what_was_wrong_before_can_be_mended() {
    let home = stock::home();
    let wrong = json!({"subject": "q", "name": "q", "type": "service", "response_threshold": -1});
    stock::account(&home, "O", "A", 1, json!({"exports": [wrong]}));
    nsc(&home, "edit export --name mended");
    nsc(&home, "edit export --response-threshold 0s");
    assert_eq!(
        exports(&home),
        json!([{"subject": "q", "name": "mended", "type": "service"}])
    );
}

#[test]
fn an_edit_keeps_what_it_does_not_name() {
    let home = stock::home();
    let export = json!({
        "name": "q", "subject": "q.*", "type": "service", "response_type": "Chunked", "advertise": true,
        "allow_trace": true, "account_token_position": 2, "revocations": {key(KeyKind::Account, 2).public: 5},
        "tomorrow": {"x": 1},
    });
    stock::account(&home, "O", "A", 1, json!({"exports": [export.clone()]}));
    nsc(
        &home,
        "edit export --name other --description words --info-url http://h/p",
    );
    let mut wanted = export;
    wanted["name"] = "other".into();
    wanted["description"] = "words".into();
    wanted["info_url"] = "http://h/p".into();
    assert_eq!(exports(&home), json!([wanted]));
    home.nsc([
        "edit",
        "export",
        "-a",
        "A",
        "--description",
        "",
        "--info-url",
        "",
    ])
    .success();
    assert_eq!(exports(&home)[0]["description"], Value::Null);
}

#[test]
fn edits_that_break_importers_warn() {
    let home = stock::home();
    nsc(&home, "add export -s q -r --response-threshold 1s");
    let edit = |args: &[&str]| {
        let words = ["edit", "export", "-a", "A"].iter().chain(args);
        home.nsc(words).success().stdout().to_owned()
    };
    let text = edit(&["--private"]);
    assert!(
        text.contains("[WARN]") && text.contains("now private") && !text.contains("now public"),
        "{text}"
    );
    let text = edit(&["-p=false"]);
    assert!(
        text.contains("[WARN]") && text.contains("now public") && !text.contains("now private"),
        "{text}"
    );
    let text = edit(&["--service=false"]);
    assert!(
        text.contains("kind") && text.contains("removed response threshold"),
        "{text}"
    );
    assert_eq!(
        exports(&home),
        json!([{"name": "q", "subject": "q", "type": "stream"}])
    );
    assert!(!edit(&["--name", "z"]).contains("[WARN]"));
}

#[test]
fn latency_tracking_is_set_and_removed() {
    let home = stock::home();
    nsc(&home, "add export -s q -r");
    refused(&home, "edit export --sampling 5", 1);
    nsc(&home, "edit export --latency l --sampling 5");
    nsc(&home, "edit export --sampling header");
    let latency = |home: &TestHome| exports(home)[0]["service_latency"].clone();
    assert_eq!(
        latency(&home),
        json!({"sampling": "headers", "results": "l"})
    );
    nsc(&home, "edit export --rm-latency-sampling");
    assert_eq!(latency(&home), Value::Null);
    let words = ["edit", "export", "-a", "A", "--rm-latency-sampling"];
    home.nsc(words).success().stdout_has("tracked no latency");
    refused(&home, "edit export --rm-latency-sampling --latency l", 2);
    refused(&home, "edit export --latency l.>", 1);
}

#[test]
fn edits_that_cannot_be_are_refused() {
    let home = stock::home();
    refused(&home, "edit export --name x", 3);
    nsc(&home, "add export -s s");
    nsc(&home, "add export -s q -r");
    refused(&home, "edit export", 2);
    refused(&home, "edit export --name x", 1);
    refused(&home, "edit export -s nope --name x", 3);
    for line in [
        "-s s --allow-trace",
        "-s s --response-threshold 1s",
        "-s s --latency l",
        "-s s --sampling 5",
        "-s q --response-type none",
        "-s q --info-url nowhere",
        "-s q --service=false --allow-trace",
    ] {
        refused(&home, &format!("edit export {line}"), 1);
    }
    nsc(&home, "edit export -s q");
}

#[test]
fn a_stream_and_a_service_of_one_subject_can_be_told_apart() {
    let home = stock::home();
    for line in ["add export -s x", "add export -s x -r"] {
        nsc(&home, line);
    }
    nsc(&home, "edit export -s x --service --name S");
    let names = |home: &TestHome| -> Vec<Value> {
        let list = exports(home);
        list.as_array()
            .unwrap()
            .iter()
            .map(|e| e["name"].clone())
            .collect()
    };
    assert_eq!(names(&home), ["x", "S"]);
    nsc(&home, "delete export -s x --service");
    assert_eq!(names(&home), ["x"]);
    refused(&home, "delete export -s x --service", 3);
    nsc(&home, "add export -s x -r");
    let words = ["delete", "export", "-a", "A", "-s", "x"];
    home.nsc(words).success().stdout_has("[WARN]");
    assert_eq!(exports(&home)[0]["type"], "service");
}

#[test]
fn the_only_export_is_deleted_without_being_named() {
    let home = stock::home();
    refused(&home, "delete export", 3);
    nsc(&home, "add export -s a");
    nsc(&home, "add export -s b");
    refused(&home, "delete export", 1);
    refused(&home, "delete export -s c", 3);
    nsc(&home, "delete export -s a");
    nsc(&home, "delete export");
    assert_eq!(exports(&home), Value::Null);
}

#[test]
fn the_operator_signs_and_nobody_else() {
    let home = stock::home();
    let stranger = key(KeyKind::Operator, 9);
    for (value, code) in [
        (stranger.seed.as_str(), 5),
        (&key(KeyKind::Account, 1).public, 5),
        ("no-such-file", 5),
    ] {
        let words = ["add", "export", "-a", "A", "-s", "x", "-K", value];
        home.nsc(words).failure(code);
    }
    std::fs::remove_file(home.seed_file(&key(KeyKind::Operator, 1).public)).unwrap();
    refused(&home, "add export -s x", 5);
    let seed = key(KeyKind::Operator, 1).seed;
    home.nsc(["add", "export", "-a", "A", "-s", "x", "-K", &seed])
        .success();
    refused(&home, "add export -s y", 5);
    let words = ["add", "export", "-a", "NOPE", "-s", "y"];
    home.nsc(words).failure(3);
}

#[test]
fn a_dry_run_writes_nothing() {
    let home = stock::home();
    let before = tree(&home);
    let words = [
        "add",
        "export",
        "-a",
        "A",
        "-s",
        "x",
        "--dry-run",
        "--output",
        "json",
    ];
    let json = home.nsc(words).success().json();
    assert_eq!(json["dry_run"], true);
    assert_eq!(json["changes"][0]["change"], "replace");
    assert_eq!(before.changes(&tree(&home)), [""; 0]);
}

#[test]
fn questions_make_an_export() {
    let home = stock::home();
    let answers = [
        ("ccount", Answer::Choice("A")),
        ("kind", Answer::Choice("service")),
        ("subject", Answer::Text("q")),
        ("name", Answer::Offered),
        ("private", Answer::Confirm(false)),
        ("latency?", Answer::Confirm(true)),
        ("sampling", Answer::Text("25")),
        ("results", Answer::Text("l")),
        ("response type", Answer::Choice("Stream")),
        ("threshold", Answer::Offered),
        ("tracing", Answer::Confirm(true)),
    ];
    asked::run(&home, &["add", "export"], &answers).unwrap();
    assert_eq!(
        exports(&home),
        json!([{
            "name": "q", "subject": "q", "type": "service", "response_type": "Stream", "allow_trace": true,
            "service_latency": {"sampling": 25, "results": "l"},
        }])
    );
    let answers = [
        ("kind", Answer::Offered),
        ("subject", Answer::Text("q.new")),
        ("name", Answer::Text("N")),
        ("private", Answer::Confirm(true)),
        ("latency?", Answer::Confirm(false)),
        ("response type", Answer::Offered),
        ("threshold", Answer::Text("2s")),
        ("description", Answer::Text("words")),
        ("info URL", Answer::Offered),
    ];
    asked::run(&home, &["edit", "export", "-a", "A"], &answers).unwrap();
    assert_eq!(
        exports(&home),
        json!([{
            "name": "N", "subject": "q.new", "type": "service", "response_type": "Stream", "allow_trace": true,
            "token_req": true, "response_threshold": 2_000_000_000, "description": "words",
        }])
    );
    nsc(&home, "add export -s other");
    let answers = [("export", Answer::Choice("q.new"))];
    asked::run(&home, &["delete", "export", "-a", "A"], &answers).unwrap();
    assert_eq!(exports(&home)[0]["subject"], "other");
}
