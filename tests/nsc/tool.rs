//! `nsc tool` and its short forms.

use nsc_core::keys::KeyKind;
use nsc_testkit::{NatsServer, TestHome};
use serde_json::json;

use crate::stock::{self, key};
use crate::system;

/// A home whose users have creds, and a server that knows its accounts.
fn start() -> (TestHome, NatsServer) {
    let home = system::home(json!({}));
    let denied = json!({"subs": -1, "data": -1, "payload": -1,
        "pub": {"deny": ["denied"]}, "sub": {"deny": ["denied"]}});
    stock::user(&home, "A", "v", 2, denied);
    for name in ["u", "v"] {
        let creds = home.nsc(["generate", "creds", "-a", "A", "-n", name]);
        let creds = creds.secret_expected().success();
        home.write(home.creds_file("O", "A", name), creds.stdout());
    }
    let server = system::server(&home, "--mem-resolver");
    system::operator(
        &home,
        json!({"operator_service_urls": ["ws://127.0.0.1:1", server.url()]}),
    );
    (home, server)
}

const USER: [&str; 4] = ["-a", "A", "-u", "u"];

fn tool<'h>(home: &'h TestHome, args: &[&str]) -> nsc_testkit::Call<'h> {
    home.nsc(["tool"].iter().chain(args).chain(&USER))
}

#[test]
fn messages_go_from_pub_to_sub() {
    let (home, _server) = start();
    let mut sub = tool(&home, &["sub", "a.*", "--max-messages", "2"]).spawn();
    sub.wait_for("Listening on [a.*]");
    tool(&home, &["pub", "a.b", "hé\u{1b}[2J"])
        .success()
        .stderr_has("Published [a.b]");
    tool(&home, &["pub", "a.c"]).success();
    let output = sub.finish();
    assert_eq!(output.code(), Some(0));
    assert_eq!(
        output.stdout(),
        "[#1] received on [a.b]: 'hé\\u{1b}[2J'\n[#2] received on [a.c]: ''\n"
    );
}

#[test]
fn messages_are_json_too() {
    let (home, _server) = start();
    for (format, messages) in [("jsonl", None), ("json", Some("result"))] {
        let args = [
            "--output",
            format,
            "sub",
            "x",
            "-q",
            "queue",
            "--max-messages",
            "1",
        ];
        let mut sub = home.nsc(args.iter().chain(&USER)).spawn();
        sub.wait_for("Listening");
        home.nsc(["pub", "x", "payload"].iter().chain(&USER))
            .success();
        let output = sub.finish().json();
        let message = messages.map_or(&output, |member| &output[member][0]);
        assert_eq!(
            (&message["subject"], &message["payload"], &message["number"]),
            (&json!("x"), &json!("payload"), &json!(1))
        );
    }
}

#[test]
fn an_interrupt_is_a_good_end() {
    let (home, _server) = start();
    for args in [&["sub", ">"][..], &["reply", "x"]] {
        let mut running = tool(&home, args).spawn();
        running.wait_for("Listening");
        assert_eq!(running.interrupt().code(), Some(0));
    }
}

#[test]
fn requests_are_answered() {
    let (home, _server) = start();
    let mut echo = tool(&home, &["reply", "svc", "--max-messages", "2"]).spawn();
    echo.wait_for("Listening on [svc]");
    tool(&home, &["pub", "svc", "nothing wanted"]).success();
    let output = tool(&home, &["req", "svc", "question"]).success();
    output
        .stdout_has("received reply: [_INBOX.")
        .stdout_has("'question'");
    let output = echo.finish();
    output.stdout_has("[#2] received on [svc]: 'question'");
    output.stderr_has("wants no answer");

    let mut fixed = tool(&home, &["reply", "svc", "42", "--max-messages", "1"]).spawn();
    fixed.wait_for("Listening");
    let output = tool(&home, &["--output", "json", "req", "svc"]).success();
    assert_eq!(output.json()["result"]["payload"], "42");
    assert_eq!(fixed.finish().code(), Some(0));
}

#[test]
fn unanswered_and_denied_requests_fail() {
    let (home, _server) = start();
    tool(&home, &["req", "nobody"])
        .failure(6)
        .stderr_has("no responders");
    let as_v = |args: &[&str]| {
        let start = ["tool", "-a", "A", "-u", "v"];
        let args: Vec<&str> = args.iter().chain(&start[1..]).copied().collect();
        home.nsc(["tool"].iter().chain(&args)).failure(6)
    };
    for command in ["pub", "req", "sub", "reply"] {
        as_v(&[command, "denied"]).stderr_has("denied");
    }
    // Somebody listens but does not answer.
    let mut sub = tool(&home, &["sub", "silent"]).spawn();
    sub.wait_for("Listening");
    tool(&home, &["req", "silent"]).failure(6).stderr_has("5 s");
    assert_eq!(sub.interrupt().code(), Some(0));
}

#[test]
fn the_round_trip_is_measured_everywhere() {
    let (home, server) = start();
    let url = server.url();
    system::operator(&home, json!({}));
    for args in [
        &["tool", "rtt", "--nats", &url][..],
        &["tool", "--nats", &url, "rtt"],
        &["tools", "rtt", "--nats", &url],
        &["rtt", "--nats", &url],
    ] {
        let output = home.nsc(args.iter().chain(&USER)).success();
        output.stdout_has(&format!("round trip time to [{url}] = "));
    }
    tool(&home, &["rtt"])
        .failure(1)
        .stderr_has("no service URLs");
    let ca = home.write("ca.pem", "not a certificate");
    tool(&home, &["rtt", "--nats", &url])
        .env("NATS_CA", &ca)
        .failure(1)
        .stderr_has("ca.pem");
    tool(&home, &["rtt", "--nats", &url, "--tls-first"]).failure(6);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let (home, _server) = start();
    for (args, code) in [
        (&["pub"][..], 2),
        (&["sub"], 2),
        (&["req"], 2),
        (&["pub", "a", "b", "c"], 2),
        (&["rtt", "extra"], 2),
        (&["pub", "a..b"], 2),
        (&["pub", "a.*"], 2),
        (&["pub", "a b"], 2),
        (&["req", ">"], 2),
        (&["sub", "--max-messages", "0", "a"], 2),
        (&["reply", "--max-messages", "0", "a"], 2),
        (&["sub", "-E", "a"], 2),
        (&["req", "-E", "a"], 2),
        (&["nonsense"], 2),
    ] {
        tool(&home, args).failure(code);
    }
    home.nsc(["tool", "nonsense"]).failure(2);
    home.nsc(["tool"]).success().stdout_has("rtt");
}

#[test]
fn creds_decide_who_connects() {
    let (home, _server) = start();
    home.nsc(["rtt", "-a", "A"])
        .failure(2)
        .stderr_has("2 users");
    home.nsc(["rtt", "-a", "NOPE"]).failure(3);
    home.nsc(["rtt", "-a", "B"]).failure(3);
    home.nsc(["rtt", "-a", "A", "-u", "nobody"])
        .failure(3)
        .stderr_has("nobody.creds");
    let public = key(KeyKind::User, 1).public;
    home.nsc(["rtt", "-a", "A", "-u", &public]).success();
    // The seed of the keystore is not used.
    std::fs::remove_file(home.seed_file(&public)).unwrap();
    tool(&home, &["rtt"]).success();
    std::fs::remove_file(home.creds_file("O", "A", "u")).unwrap();
    tool(&home, &["rtt"]).failure(3).stderr_has("u.creds");
    home.write(home.creds_file("O", "A", "u"), "nothing");
    tool(&home, &["rtt"]).failure(1).stderr_has("u.creds");
}
