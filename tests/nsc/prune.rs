//! `nsc push --prune`: which accounts go from servers, and how many at once.

use std::fs;

use nsc_core::keys::KeyKind;
use nsc_testkit::{Call, NatsServer, TestHome};
use serde_json::json;

use crate::asked::{self, Answer};
use crate::stock::{self, key};
use crate::system::{self, account_key, full_server, full_server_with, holds};

fn prune<'h>(home: &'h TestHome, server: &NatsServer, args: &[&str]) -> Call<'h> {
    let url = server.url();
    let start = ["push", "-P", "-u", &url];
    home.nsc(start.iter().chain(args))
}

/// Pushes accounts with these numbers, whose seeds are here, and takes them out of the store.
fn pushed_and_lost(home: &TestHome, server: &NatsServer, numbers: std::ops::Range<u8>) {
    for n in numbers.clone() {
        stock::account(home, "O", &format!("lost{n}"), n, json!({}));
        stock::store_seed(home, &key(KeyKind::Account, n));
    }
    home.nsc(["push", "-A", "-u", &server.url()]).success();
    for n in numbers {
        let folder = home.stores().join(format!("O/accounts/lost{n}"));
        fs::remove_dir_all(folder).unwrap();
    }
}

#[test]
fn more_than_a_few_need_the_flag_or_an_answer() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    pushed_and_lost(&home, &server, 20..32);
    let output = prune(&home, &server, &[]).failure(1);
    output
        .stderr_has("would delete 12 accounts from the servers, more than --max-delete 10")
        .stderr_has("lost20")
        .stderr_has("and 2 more")
        .stderr_has("--max-delete 12");
    prune(&home, &server, &["-F"]).failure(1);
    let output = prune(&home, &server, &["--dry-run"]).success();
    output
        .stdout_has("would delete")
        .stdout_has(&account_key(31))
        .stdout_has("--max-delete 10");
    assert!((20..32).all(|n| holds(&server, n)));

    // What was pushed before is told, and why the rest was not done.
    let output = prune(&home, &server, &["-A"]).failure(7);
    output.stderr_has("unchanged").stderr_has("--max-delete 12");

    let url = server.url();
    let args = [
        "push",
        "-P",
        "-u",
        &url,
        "--system-user",
        "sys",
        "--system-account",
        "SYS",
    ];
    let asks = [
        ("URL", Answer::Offered),
        ("Delete them?", Answer::Confirm(false)),
    ];
    assert!(asked::run(&home, &args, &asks).is_err());
    assert!((20..32).all(|n| holds(&server, n)));
    let asks = [
        ("URL", Answer::Offered),
        ("Delete them?", Answer::Confirm(true)),
    ];
    asked::run(&home, &args, &asks).unwrap();
    assert!(!(20..32).any(|n| holds(&server, n)));

    pushed_and_lost(&home, &server, 40..52);
    prune(&home, &server, &["--max-delete", "11"]).failure(1);
    prune(&home, &server, &["--max-delete", "12"]).success();
    assert!(!(40..52).any(|n| holds(&server, n)));
    pushed_and_lost(&home, &server, 60..61);
    prune(&home, &server, &["--max-delete", "0"]).failure(1);
    prune(&home, &server, &["--max-delete", "many"]).failure(2);
    assert!(holds(&server, 60) && holds(&server, 9));
}

#[test]
fn accounts_that_were_deleted_here_need_no_question() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    for n in 20..23 {
        stock::account(&home, "O", &format!("x{n}"), n, json!({}));
        stock::store_seed(&home, &key(KeyKind::Account, n));
    }
    home.nsc(["push", "-A", "-u", &server.url()]).success();
    // With its seed in the keystore, in the trash, and destroyed.
    home.nsc(["delete", "account", "x20"]).success();
    home.nsc(["delete", "account", "x21", "--rm-nkey", "--force"])
        .success();
    home.nsc([
        "delete",
        "account",
        "x22",
        "--rm-nkey",
        "--force",
        "--no-trash",
    ])
    .success();
    let output = prune(&home, &server, &["--output", "json"]).success();
    let pruned = output.json()["result"]["prune"].clone();
    let keys: Vec<String> = (20..23).map(account_key).collect();
    let mut deleted: Vec<String> = serde_json::from_value(pruned["deleted"].clone()).unwrap();
    deleted.sort();
    let mut expected = keys;
    expected.sort();
    assert_eq!(deleted, expected);
    assert_eq!(pruned["accounts"][0]["once_ours"], true);
    assert!(
        pruned["accounts"][0]["name"]
            .as_str()
            .unwrap()
            .starts_with('x')
    );
    assert!(!(20..23).any(|n| holds(&server, n)) && holds(&server, 9));
}

#[test]
fn accounts_with_data_are_named_first() {
    let home = system::home(json!({}));
    let server = full_server_with(&home, "jetstream { store_dir: './js' }");
    let limits = json!({
        "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true,
        "conn": -1, "leaf": -1, "disk_storage": -1, "mem_storage": -1, "streams": -1, "consumer": -1,
    });
    // Of the keys, the one with data sorts last.
    let mut numbers = [20, 21, 22];
    numbers.sort_by_key(|n| account_key(*n));
    let rich = numbers[2];
    for n in numbers {
        stock::account(&home, "O", &format!("x{n}"), n, json!({"limits": limits}));
        stock::store_seed(&home, &key(KeyKind::Account, n));
    }
    let (url, name) = (server.url(), format!("x{rich}"));
    home.nsc(["push", "-A", "-u", &url]).success();
    home.nsc(["add", "user", "-a", &name, "w"]).success();
    let run = |args: &[&str]| {
        let user = ["--nats", &url, "-a", &name, "-u", "w"];
        home.nsc(["tool"].iter().chain(args).chain(&user)).success();
    };
    run(&[
        "req",
        "$JS.API.STREAM.CREATE.S",
        r#"{"name":"S","subjects":["s"]}"#,
    ]);
    run(&["req", "s", "kept"]);
    for n in numbers {
        let folder = home.stores().join(format!("O/accounts/x{n}"));
        fs::remove_dir_all(folder).unwrap();
    }
    let output = prune(&home, &server, &["--dry-run", "--output", "json"]).success();
    let pruned = output.json()["result"]["prune"].clone();
    assert_eq!(pruned["deleted"][0], json!(account_key(rich)), "{pruned}");
    assert!(
        pruned["accounts"][0]["jetstream"]["storage"]
            .as_u64()
            .unwrap()
            > 0
    );
    assert_eq!(pruned["accounts"][1]["jetstream"], json!(null));
    let output = prune(&home, &server, &["--dry-run"]).success();
    output
        .stdout_has("[WARN] would delete")
        .stdout_has("bytes in files");
    let output = home
        .nsc(["push", "-u", &url, "-R", &account_key(rich), "--dry-run"])
        .success();
    output.stdout_has("bytes in files");
    prune(&home, &server, &[]).success();
    assert!(!holds(&server, rich));
}

#[test]
fn a_server_that_is_missing_stops_the_prune() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    pushed_and_lost(&home, &server, 20..21);
    let output = prune(&home, &server, &["--expect-servers", "2"]).failure(6);
    output
        .stderr_has("1 of 2 servers listed")
        .stderr_has("--expect-servers 1");
    assert!(holds(&server, 20));
    let url = server.url();
    let removal = [
        "push",
        "-u",
        &url,
        "-R",
        &account_key(20),
        "--expect-servers",
        "2",
    ];
    home.nsc(removal)
        .failure(7)
        .stderr_has("1 more server should have answered");
    assert!(!holds(&server, 20));
    pushed_and_lost(&home, &server, 21..22);
    prune(&home, &server, &["--expect-servers", "1"]).success();
    assert!(!holds(&server, 21));
}

#[test]
#[cfg(unix)]
fn a_person_at_a_terminal_is_asked_before_many_go() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    pushed_and_lost(&home, &server, 20..32);
    let question = "more than --max-delete 10";
    let mut terminal = prune(&home, &server, &[]).terminal();
    terminal.asks("Delete them?").shows(question);
    terminal.shows("lost20").shows("and 2 more");
    terminal.answer("n");
    let screen = terminal.ends(1);
    assert!(screen.contains("nothing was deleted"), "{screen}");
    assert!((20..32).all(|n| holds(&server, n)));
    let mut terminal = prune(&home, &server, &[]).terminal();
    terminal.dialog(&[("Delete them?", "y")]);
    terminal.ends(0);
    assert!(!(20..32).any(|n| holds(&server, n)));
}
