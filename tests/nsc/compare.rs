//! Pushes that are complete or said not to be, and what they would replace.

use nsc_testkit::TestHome;
use serde_json::{Value, json};

use crate::stock::{self, key};
use crate::system::{self, account_key, cluster, full_server, held, holds};
use nsc_core::keys::KeyKind;

fn push<'h>(home: &'h TestHome, url: &str, args: &[&str]) -> nsc_testkit::Call<'h> {
    let start = ["push", "-u", url];
    home.nsc(start.iter().chain(args))
}

fn difference(list: &Value, path: &str) -> Value {
    let found = list
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["path"] == path);
    found
        .unwrap_or_else(|| panic!("no `{path}` in {list}"))
        .clone()
}

#[test]
fn diff_shows_contents_claim_by_claim() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    let nats = json!({"tags": ["old"], "description": "x\u{1b}[2J"});
    stock::account(&home, "O", "A", 1, nats);
    push(&home, &server.url(), &["-A"]).success();
    let nats = json!({"/iat": 1_700_000_500, "tags": ["new"], "revocations": {key(KeyKind::User, 1).public: 5}});
    stock::account(&home, "O", "A", 1, nats);
    let output = push(&home, &server.url(), &["-D", "--output", "json"]).success();
    let accounts = output.json()["result"]["diff"]["accounts"].clone();
    assert_eq!(accounts[0]["held"][0]["servers"], 1);
    assert_eq!(accounts[1].get("held"), None);
    let found = &accounts[0]["held"][0]["differences"];
    assert_eq!(difference(found, "iat")["to"], 1_700_000_500);
    assert_eq!(
        difference(found, "nats.tags[old]"),
        json!({"path": "nats.tags[old]", "from": "old"})
    );
    assert_eq!(difference(found, "nats.tags[new]")["to"], "new");
    let revoked = format!("nats.revocations.{}", key(KeyKind::User, 1).public);
    assert_eq!(difference(found, &revoked)["to"], 5);
    assert!(
        found
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["path"] != "jti")
    );
    let output = push(&home, &server.url(), &["-D"]).success();
    output
        .stdout_has("would get by a push")
        .stdout_has(r#"nats.tags[new]: none -> "new""#)
        .stdout_has(r#"nats.description: "x\u001b[2J" -> none"#);
}

#[test]
fn a_refused_push_shows_the_difference_and_the_way_out() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    stock::account(
        &home,
        "O",
        "A",
        1,
        json!({"/iat": 1_700_000_500, "tags": ["colleague"]}),
    );
    push(&home, &server.url(), &["-a", "A"]).success();
    stock::account(&home, "O", "A", 1, json!({"tags": ["mine"]}));
    let output = push(&home, &server.url(), &["-a", "A"]).failure(4);
    output
        .stderr_has(r#"nats.tags[colleague]: "colleague" -> none"#)
        .stderr_has("`nsc pull` fetches it")
        .stderr_has("--force");
    let output = push(&home, &server.url(), &["-a", "A", "--output", "json"]).failure(4);
    let account = output.json()["result"]["accounts"][0].clone();
    assert_eq!(account["outcome"], "newer_on_server");
    assert_eq!(
        difference(&account["differences"], "nats.tags[mine]")["to"],
        "mine"
    );
}

#[test]
fn a_revocation_made_elsewhere_is_not_taken_back_silently() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    let user = key(KeyKind::User, 1).public;
    let revoked = json!({"revocations": {user.as_str(): 1_700_000_000}});
    stock::account(&home, "O", "A", 1, revoked);
    push(&home, &server.url(), &["-a", "A"]).success();
    let before = held(&server, 1);
    // An old checkout, edited later.
    stock::account(
        &home,
        "O",
        "A",
        1,
        json!({"/iat": 1_700_000_900, "tags": ["edited"]}),
    );
    let output = push(&home, &server.url(), &["-a", "A"]).failure(4);
    output
        .stderr_has("take back the revocation of user")
        .stderr_has(&user)
        .stderr_has("--force");
    let output = push(&home, &server.url(), &["-A", "--output", "json"]).failure(7);
    assert_eq!(output.json()["result"]["accounts"][0]["outcome"], "kept");
    assert_eq!(held(&server, 1), before);
    // A later revocation of everybody covers it.
    let all = json!({"/iat": 1_700_000_901, "revocations": {"*": 1_700_000_000}});
    stock::account(&home, "O", "A", 1, all);
    push(&home, &server.url(), &["-a", "A"]).success();
    stock::account(&home, "O", "A", 1, json!({"/iat": 1_700_000_902}));
    push(&home, &server.url(), &["-a", "A"])
        .failure(4)
        .stderr_has("all users");
    push(&home, &server.url(), &["-a", "A", "-F"]).success();
}

#[test]
fn a_revocation_that_was_taken_back_here_is_pushed() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    home.nsc(["revocations", "add-user", "-a", "A", "-u", "u"])
        .success();
    push(&home, &server.url(), &["-a", "A"]).success();
    home.nsc(["revocations", "delete-user", "-a", "A", "-u", "u"])
        .success();
    push(&home, &server.url(), &["-a", "A"]).success();
    assert_eq!(held(&server, 1), home.account_token("O", "A").text());
}

#[test]
fn the_number_of_servers_can_be_pinned() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    let url = server.url();
    let output = push(&home, &url, &["-A", "--expect-servers", "2"]).failure(7);
    output
        .stderr_has("1 more server should have answered")
        .stderr_has("account `B`");
    assert!(
        holds(&server, 1) && holds(&server, 2),
        "those that are there have it"
    );
    let args = ["-A", "--expect-servers", "2", "--output", "json"];
    let output = push(&home, &url, &args).failure(7);
    let accounts = output.json()["result"]["accounts"].clone();
    assert_eq!(
        (&accounts[0]["missing"], &accounts[0]["outcome"]),
        (&json!(1), &json!("sent"))
    );
    push(&home, &url, &["-A", "--expect-servers", "1"])
        .success()
        .stdout_has("unchanged");
    push(&home, &url, &["-A", "--expect-servers", "0"]).failure(2);
    push(
        &home,
        "http://127.0.0.1:1",
        &["-A", "--expect-servers", "1"],
    )
    .failure(1);
}

#[test]
fn a_cluster_with_a_node_down_is_told() {
    let home = system::home(json!({}));
    let mut servers = cluster(&home);
    let url = servers[0].url();
    push(&home, &url, &["-a", "A"])
        .success()
        .stdout_has("accepted by 3 of 3 servers");
    assert!(servers.iter().all(|server| holds(server, 1)));
    drop(servers.pop());
    let output = push(&home, &url, &["-a", "B"]).failure(7);
    output
        .stderr_has("1 of 3 servers did not answer")
        .stderr_has("--expect-servers 2");
    assert!(servers.iter().all(|server| holds(server, 2)));
    let output = push(&home, &url, &["-A", "--expect-servers", "3"]).failure(7);
    output.stderr_has("1 more server should have answered");
    push(&home, &url, &["-A", "--expect-servers", "2"]).success();
    let output = push(
        &home,
        &url,
        &["-R", &account_key(77), "--expect-servers", "3"],
    )
    .failure(7);
    output.stderr_has("1 more server should have answered");
    home.nsc(["status", "-u", &url, "--expect-servers", "3"])
        .failure(1)
        .stdout_has("1 of 3 expected servers did not answer");
}
