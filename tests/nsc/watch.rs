//! `nsc watch`.

use std::time::{Duration, Instant};

use nsc_testkit::{NatsServer, Running, TestHome};
use serde_json::{Value, json};

use crate::stock;
use crate::system::{self, account_key, full_server};

fn watch<'h>(home: &'h TestHome, server: &NatsServer, args: &[&str]) -> Running<'h> {
    let url = server.url();
    let start = ["watch", "-u", &url];
    let mut running = home.nsc(start.iter().chain(args)).spawn();
    running.wait_for("Watching account updates");
    running
}

fn push(home: &TestHome, server: &NatsServer, args: &[&str]) {
    let url = server.url();
    let start = ["push", "-u", &url];
    home.nsc(start.iter().chain(args)).success();
}

#[test]
fn updates_and_deletions_are_shown_with_what_servers_made_of_them() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    let watching = watch(&home, &server, &["--count", "4"]);
    push(&home, &server, &["-a", "A"]);
    push(&home, &server, &["-R", "A"]);
    let output = watching.finish();
    assert_eq!(output.code(), Some(0), "{output}");
    let lines: Vec<&str> = output.stdout().lines().collect();
    let account = format!("account `A` ({})", account_key(1));
    assert_eq!(lines.len(), 4, "{output}");
    assert!(lines.iter().all(|line| line.contains(&account)), "{output}");
    assert!(lines[0].contains(": update, issued 20"), "{output}");
    assert!(lines[1].ends_with("accepted: jwt updated"), "{output}");
    assert!(lines[2].ends_with("deletion was asked for"), "{output}");
    assert!(
        lines[3].ends_with("accepted: deleted 1 accounts"),
        "{output}"
    );
}

#[test]
fn machines_get_json_lines_or_one_document() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    for form in ["jsonl", "json"] {
        stock::account(&home, "O", "A", 1, json!({"tags": [form]}));
        let watching = watch(&home, &server, &["--count", "2", "--output", form]);
        push(&home, &server, &["-a", "A"]);
        let output = watching.finish();
        let lines: Vec<Value> = match form {
            "json" => output.json()["result"].as_array().unwrap().clone(),
            _ => output
                .stdout()
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect(),
        };
        assert_eq!(lines.len(), 2, "{output}");
        assert_eq!(lines[0]["event"], "update");
        assert_eq!(
            lines[0]["accounts"],
            json!([{"public_key": account_key(1), "name": "A"}])
        );
        assert!(lines[0]["issued"].as_str().unwrap().ends_with('Z'));
        assert_eq!(
            (&lines[1]["event"], &lines[1]["answer"]),
            (&json!("answer"), &json!("accepted"))
        );
        assert!(lines[1]["server"]["id"].as_str().unwrap().starts_with('N'));
    }
}

#[test]
fn it_ends_when_told_to() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    let start = Instant::now();
    let output = watch(&home, &server, &["--for", "300ms"]).finish();
    assert_eq!((output.code(), output.stdout()), (Some(0), ""), "{output}");
    assert!(start.elapsed() < Duration::from_secs(20));
    #[cfg(unix)]
    {
        let output = watch(&home, &server, &[]).interrupt();
        assert_eq!((output.code(), output.stdout()), (Some(0), ""), "{output}");
    }
    let url = server.url();
    for (args, code) in [
        (&["--for", "0"][..], 2),
        (&["--for", "-1s"], 2),
        (&["--for", "soon"], 1),
        (&["--count", "0"], 2),
        (&["--system-user", "nobody"], 3),
    ] {
        let start = ["watch", "-u", &url];
        home.nsc(start.iter().chain(args)).failure(code);
    }
    home.nsc(["watch", "-u", "http://127.0.0.1:1"])
        .failure(1)
        .stderr_has("announces nothing");
    home.nsc(["watch", "-u", "nats://127.0.0.1:1"]).failure(6);
}

#[test]
fn a_user_that_may_not_watch_is_told_so() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    home.nsc(["add", "user", "-a", "SYS", "deaf", "--deny-sub", "$SYS.>"])
        .success();
    let url = server.url();
    let output = home
        .nsc(["watch", "-u", &url, "--system-user", "deaf"])
        .failure(6);
    output
        .stderr_has("Permissions Violation for Subscription")
        .stderr_has("allow the subject");
}
