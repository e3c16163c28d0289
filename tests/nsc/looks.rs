//! How output looks at terminals of many widths, in pipes, and in colours.

use nsc_core::keys::KeyKind;
use nsc_testkit::{Call, TestHome};
use serde_json::json;

use crate::stock::{self, key};

/// Names as they come in the wild.
const NAMES: [&str; 4] = [
    "東京支店の注文",
    "e\u{301}quipe-\u{1f9c0}-fromage",
    "a-name-of-an-account-that-is-longer-than-anybody-would-want-to-type-it-twice-a-day",
    "plain",
];

fn home() -> TestHome {
    let home = stock::home();
    let tags: Vec<String> = (0..40).map(|n| format!("tag-number-{n}")).collect();
    let subject = format!("orders.{}.>", "x".repeat(70));
    let exports = json!([
        {"name": NAMES[0], "subject": subject, "type": "stream", "description": NAMES[2]},
        {"name": NAMES[1], "subject": "q.*", "type": "service", "token_req": true},
    ]);
    let role = json!({
        "kind": "user_scope", "key": key(KeyKind::Account, 7).public, "role": NAMES[1],
        "template": {"pub": {"allow": [subject]}, "subs": -1, "data": -1, "payload": -1},
    });
    for (n, name) in NAMES.into_iter().enumerate() {
        let n = u8::try_from(n).unwrap();
        let nats = json!({"tags": tags, "exports": exports, "signing_keys": [role], "/exp": 1_700_000_000 + i64::from(n)});
        stock::account(&home, "O", name, 10 + n, nats);
    }
    let limits = json!({
        "tags": tags, "src": ["192.168.0.0/16", "fe80::/10"], "pub": {"allow": [subject]},
        "subs": -1, "data": -1, "payload": -1, "/exp": 1_700_000_000,
    });
    for (n, name) in NAMES.into_iter().enumerate() {
        stock::user(
            &home,
            "A",
            name,
            10 + u8::try_from(n).unwrap(),
            limits.clone(),
        );
    }
    home.nsc(["env", "-a", "A"]).success();
    home
}

/// Commands that show something, with their exit status.
fn showing(home: &TestHome) -> Vec<(i32, Call<'_>)> {
    let long = NAMES[2];
    [
        (0, &["list", "accounts"][..]),
        (0, &["list", "operators"]),
        (0, &["list", "users", "-a", "A"]),
        (0, &["list", "keys", "--all"]),
        (0, &["describe", "operator"]),
        (0, &["describe", "account", NAMES[0]]),
        (0, &["describe", "account", long]),
        (0, &["describe", "user", "-a", "A", NAMES[1]]),
        (0, &["describe", "user", "-a", "A", long]),
        (0, &["expirations"]),
        (0, &["env"]),
        (0, &["log"]),
        (0, &["trash", "list"]),
        (1, &["validate", "-A"]),
        (0, &["add", "--help"]),
        (0, &["edit", "user", "--help"]),
        (0, &["--help"]),
    ]
    .into_iter()
    .map(|(status, line)| (status, home.nsc(line)))
    .collect()
}

#[test]
fn tables_fit_terminals() {
    let home = home();
    for columns in [40, 80, 120] {
        for (status, call) in showing(&home) {
            let is_help = call.title().ends_with("--help");
            if is_help && columns < 80 {
                continue;
            }
            call.columns(columns).terminal().fits(status);
        }
    }
}

#[test]
fn keys_are_whole_in_pipes() {
    let home = home();
    let output = home
        .nsc(["list", "accounts"])
        .env("COLUMNS", "20")
        .success();
    output.stdout_has(&key(KeyKind::Account, 12).public);
    output.stdout_has(NAMES[2]);
    let output = home.nsc(["list", "keys", "--all"]).success();
    output.stdout_has(&key(KeyKind::User, 12).public);
}

#[test]
fn colours_are_for_those_who_want_them() {
    let home = home();
    let expirations = || home.nsc(["expirations"]).env_remove("NO_COLOR");
    let is_coloured = |call: Call<'_>| call.success().stdout().contains('\u{1b}');
    assert!(!is_coloured(expirations()), "in a pipe");
    assert!(is_coloured(
        expirations()
            .env("CLICOLOR_FORCE", "1")
            .env("TERM", "xterm")
    ));
    assert!(!is_coloured(
        home.nsc(["expirations"]).env("CLICOLOR_FORCE", "0")
    ));
    // Red is what has expired.
    let output = expirations().env("CLICOLOR_FORCE", "1").success();
    let line = output
        .stdout()
        .lines()
        .find(|line| line.contains("O/plain"));
    assert!(line.unwrap().contains("\u{1b}[31m"), "{output}");
    let described = home
        .nsc(["describe", "account", "plain"])
        .env_remove("NO_COLOR");
    let output = described.env("CLICOLOR_FORCE", "1").success();
    let line = output
        .stdout()
        .lines()
        .find(|line| line.contains("Expires"));
    assert!(line.unwrap().contains("\u{1b}[31m"), "{output}");
}

#[test]
fn errors_are_coloured_at_terminals_alone() {
    let home = stock::home();
    let call = || {
        home.nsc(["describe", "account", "NOPE"])
            .env_remove("NO_COLOR")
    };
    assert!(!call().failure(3).stderr().contains('\u{1b}'));
    let forced = call().env("CLICOLOR_FORCE", "1").failure(3);
    assert!(
        forced.stderr().starts_with("\u{1b}[31mError:\u{1b}[0m "),
        "{forced}"
    );
}

/// Work that takes more than a second is told of on a terminal, and nothing of it stays.
#[test]
fn long_work_shows_how_far_it_is() {
    let home = stock::home();
    let names: String = (0..30_000).map(|n| format!("user{n}\n")).collect();
    let file = home.write("users.csv", format!("name\n{names}"));
    let line = [
        "add",
        "users",
        "-a",
        "A",
        "--dry-run",
        "--output",
        "json",
        "--from",
    ];
    let line = || {
        let words = line.iter().map(|word| (*word).to_owned());
        home.nsc(words.chain([file.display().to_string()]))
    };
    let limit = std::time::Duration::from_secs(120);
    // The result goes elsewhere, so that the screen has the rest.
    let title = format!(
        "nsc add users -a A --dry-run --output json --from {} > /dev/null",
        file.display()
    );
    let mut terminal = home.shell(&title).limit(limit).terminal();
    terminal.shows("signing");
    assert_eq!(terminal.ends(0).trim(), "");
    let output = line().limit(limit).success();
    assert_eq!(output.stderr(), "");
}
