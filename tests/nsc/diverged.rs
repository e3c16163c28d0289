//! Accounts that were changed here and elsewhere: neither change gets lost unnoticed.

use nsc_testkit::{Call, NatsServer, TestHome};
use serde_json::{Value, json};

use crate::stock;
use crate::system::{self, account_path, full_server, held};

/// The issue time of the JWTs of [`stock`], Unix seconds.
const ISSUED: i64 = 1_700_000_000;

fn run<'h>(home: &'h TestHome, command: &str, server: &NatsServer, args: &[&str]) -> Call<'h> {
    let url = server.url();
    let start = [command, "-u", &url, "-a", "A"];
    home.nsc(start.iter().chain(args))
}

/// A home whose account `A` was pushed.
fn pushed() -> (TestHome, NatsServer) {
    let home = system::home(json!({}));
    let server = full_server(&home);
    stock::account(&home, "O", "A", 1, json!({"/iat": ISSUED}));
    run(&home, "push", &server, &[]).success();
    (home, server)
}

/// Somebody else, who has the same keys, pushes `A` with these claims.
fn push_elsewhere(server: &NatsServer, nats: Value) -> String {
    let home = system::home(json!({}));
    stock::account(&home, "O", "A", 1, nats);
    run(&home, "push", server, &["-F"]).success();
    held(server, 1)
}

fn outcome(home: &TestHome, command: &str, server: &NatsServer, list: &str) -> Value {
    let output = run(home, command, server, &["--output", "json"]).run();
    output.json()["result"][list][0]["outcome"].clone()
}

#[test]
fn what_was_made_elsewhere_is_not_replaced_unless_forced() {
    let (home, server) = pushed();
    let theirs = push_elsewhere(&server, json!({"/iat": ISSUED + 10, "tags": ["theirs"]}));
    home.nsc(["edit", "account", "A", "--tag", "ours"])
        .success();
    run(&home, "push", &server, &[])
        .failure(4)
        .stderr_has("made elsewhere since this store last pushed or pulled")
        .stderr_has("theirs")
        .stderr_has("--force");
    assert_eq!(outcome(&home, "push", &server, "accounts"), "kept");
    assert_eq!(held(&server, 1), theirs);
    // The way out: theirs, and then the change once more.
    run(&home, "pull", &server, &["-F"]).success();
    home.nsc(["edit", "account", "A", "--tag", "ours"])
        .success();
    run(&home, "push", &server, &[]).success();
    push_elsewhere(
        &server,
        json!({"/iat": ISSUED + 4_000_000_000, "tags": ["theirs"]}),
    );
    run(&home, "push", &server, &[])
        .failure(4)
        .stderr_has("issued later");
    run(&home, "push", &server, &["-F"]).success();
    assert_eq!(held(&server, 1), home.read(account_path(&home, "A")));
}

#[test]
fn a_server_that_fell_behind_is_brought_up_to_date() {
    let (home, server) = pushed();
    push_elsewhere(&server, json!({"/iat": ISSUED - 10, "tags": ["before"]}));
    run(&home, "push", &server, &[]).success();
    assert_eq!(held(&server, 1), home.read(account_path(&home, "A")));
}

#[test]
fn what_was_undone_here_is_taken_back_on_servers() {
    let (home, server) = pushed();
    let before = home.read(account_path(&home, "A"));
    home.nsc(["edit", "account", "A", "--tag", "ours"])
        .success();
    run(&home, "push", &server, &[]).success();
    home.nsc(["undo"]).success();
    run(&home, "push", &server, &[]).success();
    assert_eq!(held(&server, 1), before);
}

#[test]
fn an_old_checkout_takes_no_revocation_back() {
    let (home, server) = pushed();
    let before = home.read(account_path(&home, "A"));
    let revoke = ["revocations", "add-user", "-a", "A", "-u", "*"];
    home.nsc(revoke).success();
    run(&home, "push", &server, &[]).success();
    home.write(account_path(&home, "A"), before);
    home.nsc(["edit", "account", "A", "--tag", "t"]).success();
    // In the same second or later.
    run(&home, "push", &server, &[])
        .failure(4)
        .stderr_has("revocation of all users");
    run(&home, "pull", &server, &["-F"]).success();
    // On purpose it goes.
    home.nsc(["revocations", "delete-user", "-a", "A", "-u", "*"])
        .success();
    run(&home, "push", &server, &[]).success();
    assert_eq!(held(&server, 1), home.read(account_path(&home, "A")));
}

#[test]
fn without_a_history_revocations_are_taken_back_as_ever() {
    let (home, server) = pushed();
    let quietly = |call: Call<'_>| {
        call.env("NSC_NO_HISTORY", "1").success();
    };
    for command in ["add-user", "delete-user"] {
        quietly(home.nsc(["revocations", command, "-a", "A", "-u", "*"]));
        quietly(run(&home, "push", &server, &[]));
    }
    assert_eq!(held(&server, 1), home.read(account_path(&home, "A")));
}

#[test]
fn changes_of_the_same_second_here_and_there_are_a_conflict() {
    let (home, server) = pushed();
    let theirs = push_elsewhere(&server, json!({"/iat": ISSUED, "tags": ["theirs"]}));
    stock::account(
        &home,
        "O",
        "A",
        1,
        json!({"/iat": ISSUED, "tags": ["ours"]}),
    );
    let ours = home.read(account_path(&home, "A"));
    run(&home, "pull", &server, &[])
        .failure(4)
        .stderr_has("changed both here and there in the same second");
    assert_eq!(outcome(&home, "pull", &server, "received"), "conflict");
    assert_eq!(home.read(account_path(&home, "A")), ours);
    run(&home, "pull", &server, &["-F"]).success();
    assert_eq!(home.read(account_path(&home, "A")), theirs);
}

#[test]
fn a_change_of_the_same_second_that_only_others_made_is_taken() {
    let (home, server) = pushed();
    let theirs = push_elsewhere(&server, json!({"/iat": ISSUED, "tags": ["theirs"]}));
    run(&home, "pull", &server, &[]).success();
    assert_eq!(home.read(account_path(&home, "A")), theirs);
}

#[test]
fn a_change_made_here_right_after_the_push_stays() {
    let (home, server) = pushed();
    let edit = |tag: &str| {
        home.nsc(["edit", "account", "A", "--tag", tag]).success();
        let token = home.token(account_path(&home, "A"));
        token.claims()["iat"].as_i64().unwrap()
    };
    for round in 0..20 {
        let pushed = edit(&format!("p{round}"));
        run(&home, "push", &server, &[]).success();
        if edit(&format!("e{round}")) != pushed {
            continue;
        }
        let ours = home.read(account_path(&home, "A"));
        run(&home, "pull", &server, &[])
            .failure(4)
            .stderr_has("after it was pushed");
        assert_eq!(home.read(account_path(&home, "A")), ours);
        return;
    }
    panic!("no two edits fell into one second");
}

#[test]
fn a_store_that_cannot_be_written_is_pushed_all_the_same() {
    let (home, server) = pushed();
    stock::account(&home, "O", "A", 1, json!({"/iat": ISSUED + 1}));
    let side = home.stores().join("O/.nsc-rs");
    std::fs::remove_dir_all(&side).unwrap();
    home.write(&side, "in the way");
    run(&home, "push", &server, &[]).success();
    assert_eq!(held(&server, 1), home.read(account_path(&home, "A")));
}
