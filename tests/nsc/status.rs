//! `nsc status`.

use nsc_core::keys::KeyKind;
use nsc_testkit::{Call, NatsServer, TestHome};
use serde_json::{Value, json};

use crate::stock::{self, key, store_seed};
use crate::system::{self, account_key, full_server};

fn status<'h>(home: &'h TestHome, server: &NatsServer, args: &[&str]) -> Call<'h> {
    let url = server.url();
    let start = ["status", "-u", &url];
    home.nsc(start.iter().chain(args))
}

fn found(call: Call<'_>, code: i32) -> Value {
    let output = call.run();
    assert_eq!(output.code(), Some(code), "{output}");
    output.json()["result"].clone()
}

#[test]
fn the_exit_status_tells_whether_anything_differs() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    let result = found(status(&home, &server, &["--output", "json"]), 1);
    assert_eq!(result["same"], false);
    assert_eq!(result["servers"][0]["missing"], json!(["A", "B"]));
    home.nsc(["push", "-A", "-u", &server.url()]).success();
    let before = home.tree();
    let result = found(status(&home, &server, &["--output", "json"]), 0);
    assert_eq!(
        (&result["same"], &result["servers"][0]["operator"]),
        (&json!(true), &json!("same"))
    );
    assert_eq!(result["servers"][0]["held"], 3);
    assert_eq!(result["servers"][0]["only_there"], json!([]));
    let states: Vec<&Value> = (0..3).map(|n| &result["accounts"][n]["state"]).collect();
    assert_eq!(states, ["same", "same", "same"]);
    let output = status(&home, &server, &[]).success();
    output.stdout_has("runs with the operator JWT of the store");
    assert_eq!(before.changes(&home.tree()), [""; 0]);

    stock::account(
        &home,
        "O",
        "A",
        1,
        json!({"/iat": 1_700_000_500, "tags": ["x"]}),
    );
    stock::account(&home, "O", "B", 2, json!({"/iat": 1_600_000_000}));
    let output = status(&home, &server, &[]).failure(1);
    output
        .stdout_has("newer here: `nsc push -a 'A'`")
        .stdout_has("newer on a server: `nsc pull -a 'B'`")
        .stdout_has(r#"nats.tags[x]: none -> "x""#);
    assert_eq!(output.stderr(), "");
    std::fs::remove_dir_all(home.stores().join("O/accounts/B")).unwrap();
    let result = found(status(&home, &server, &["--output", "json"]), 1);
    assert_eq!(result["servers"][0]["only_there"], json!([account_key(2)]));
    let result = found(
        status(
            &home,
            &server,
            &["--expect-servers", "2", "--output", "json"],
        ),
        1,
    );
    assert_eq!(result["missing_servers"], 1);
}

#[test]
fn an_operator_that_servers_do_not_see_comes_with_the_line_to_change() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    home.nsc(["push", "-A", "-u", &server.url()]).success();
    // Nothing that a server looks at.
    let output = home.nsc(["edit", "operator", "--tag", "x"]).success();
    assert!(!output.stdout().contains("restart"));
    status(&home, &server, &[])
        .success()
        .stdout_has("differs in nothing that servers look at");

    let output = home.nsc(["edit", "operator", "--sk", "generate"]).success();
    let line = format!("operator: {}", home.operator_token("O").text());
    output
        .stdout_has("running servers do not see this")
        .stdout_has(&line);
    let output = status(&home, &server, &[]).failure(1);
    output
        .stdout_has("other signing keys")
        .stdout_has(&line)
        .stdout_has("restart");
    let result = found(status(&home, &server, &["--output", "json"]), 1);
    assert_eq!(result["servers"][0]["operator"], "outdated");
    assert_eq!(result["config_lines"], json!([line]));
    let output = home.nsc(["push", "-A", "-u", &server.url()]).success();
    output
        .stdout_has("[WARN] server")
        .stdout_has("`nsc status` shows the line");

    // The line does what it says.
    let config = home.read("server/server.conf");
    let config: Vec<&str> = config
        .lines()
        .map(|old| {
            if old.starts_with("operator:") {
                line.as_str()
            } else {
                old
            }
        })
        .collect();
    let server = server.restart(&config.join("\n"));
    status(&home, &server, &[]).success();
    let output = home.nsc(["push", "-A", "-u", &server.url()]).success();
    assert!(!output.stdout().contains("[WARN]"), "{output}");
}

#[test]
fn resolvers_that_keep_no_accounts_are_told() {
    let home = system::home(json!({}));
    let server = system::server(&home, "--mem-resolver");
    let output = status(&home, &server, &[]).failure(1);
    output
        .stdout_has("runs with the operator JWT of the store")
        .stdout_has("accounts cannot be compared: no responders");
    home.nsc(["status"])
        .failure(1)
        .stderr_has("no account server URL");
    home.nsc(["status", "-u", "nats://127.0.0.1:1"]).failure(6);
    home.nsc(["status", "-u", "http://127.0.0.1:1"])
        .failure(1)
        .stderr_has("-u nats://");
}

#[test]
fn another_system_account_is_told() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    home.nsc(["push", "-A", "-u", &server.url()]).success();
    store_seed(&home, &key(KeyKind::Account, 2));
    system::operator(&home, json!({"system_account": account_key(2)}));
    // Its users are no longer those that the server listens to.
    status(&home, &server, &["--timeout", "1"]).failure(6);
}
