//! Every claim has a flag, or a reason why not.

use std::collections::BTreeMap;

use nsc_core::claims::{AccountClaims, ActivationClaims, OperatorClaims, UserClaims};
use nsc_testkit::{NatsServer, TestHome};

use crate::client::Client;

/// The rows of `docs/claims.md`: what sets each claim, by title of the table.
fn rows() -> BTreeMap<String, BTreeMap<String, String>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/claims.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    let mut tables: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut title = String::new();
    for line in page.lines() {
        if let Some(found) = line.strip_prefix("## ") {
            title = found.to_owned();
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let ["", claim, set_with, _, ""] = cells[..]
            && claim.starts_with('`')
        {
            let table = tables.entry(title.clone()).or_default();
            let claim = claim.trim_matches('`').to_owned();
            assert!(table.insert(claim, set_with.to_owned()).is_none(), "{line}");
        }
    }
    tables
}

#[test]
fn the_page_knows_every_claim_and_no_other() {
    let rows = rows();
    for (title, paths) in [
        ("Operator", OperatorClaims::member_paths()),
        ("Account", AccountClaims::member_paths()),
        ("User", UserClaims::member_paths()),
        ("Activation", ActivationClaims::member_paths()),
    ] {
        let mut paths = paths;
        paths.sort();
        let written: Vec<&String> = rows[title].keys().collect();
        assert_eq!(paths.iter().collect::<Vec<_>>(), written, "{title}");
    }
}

#[test]
fn every_flag_on_the_page_is_in_the_help() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let mut help: BTreeMap<String, String> = BTreeMap::new();
    let mut flags = 0;
    for (title, table) in rows() {
        for (claim, set_with) in table {
            assert!(!set_with.is_empty(), "{title}: {claim}");
            for span in set_with.split('`').skip(1).step_by(2) {
                let (command, flag) = span.split_once(" --").expect("a command and a flag");
                let text = help.entry(command.to_owned()).or_insert_with(|| {
                    let words = command.split(' ').chain(["--help"]);
                    home.nsc(words).success().stdout().to_owned()
                });
                let flag = format!("--{flag}");
                let found = text
                    .split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
                    .any(|word| word == flag);
                assert!(found, "{title}: {claim}: `{span}`");
                flags += 1;
            }
        }
    }
    assert!(flags > 100, "only {flags} flags were looked for");
}

fn run(home: &TestHome, lines: &[&str]) {
    for line in lines {
        home.nsc(line.split_whitespace()).success();
    }
}

#[test]
fn claims_of_newer_servers_are_set_shown_and_accepted() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    run(&home, &["add operator O --sys", "add account A"]);
    home.nsc(["edit", "operator", "--assert-server-version", "2.12.0"])
        .success()
        .stdout_has("set asserted server version to `2.12.0`");
    home.nsc(["edit", "operator", "--assert-server-version", "2.12"])
        .failure(1)
        .stderr_has("2.12");
    home.nsc(["describe", "operator"])
        .success()
        .stdout_has("2.12.0");
    for (value, shown) in [("owner", "owner"), ("system", "system")] {
        home.nsc(["edit", "account", "A", "--cluster-traffic", value])
            .success();
        let output = home.nsc(["describe", "account", "A"]).success();
        output.stdout_has("Cluster Traffic").stdout_has(shown);
    }
    home.nsc(["edit", "account", "A", "--cluster-traffic", "else"])
        .failure(2);
    home.nsc(["edit", "account", "A", "--cluster-traffic", ""])
        .success()
        .stdout_has("removed cluster traffic `system`");
    home.nsc(["edit", "account", "A", "--host-cluster-traffic"])
        .success();
    assert_eq!(
        home.account_token("O", "A").claim("nats.cluster_traffic"),
        "owner"
    );
    run(
        &home,
        &[
            "add export --subject q.* --service --advertise --description d --info-url http://i/ --response-threshold 5s",
            "edit export --subject q.* --account-token-position 2 --advertise=false",
            "edit account A --trace-context-subject t.d --trace-context-sampling 50",
        ],
    );
    let token = home.account_token("O", "A");
    let export = &token.claim("nats.exports")[0];
    assert_eq!(export["account_token_position"], 2);
    assert_eq!(export["description"], "d");
    assert!(export.get("advertise").is_none());
    home.nsc(["edit", "export", "--subject", "q.*", "--private"])
        .failure(1);
    let output = home.nsc(["describe", "account", "A"]).success();
    output.stdout_has("Exports - Settings").stdout_has("5s");

    let config = home.nsc(["generate", "config", "--mem-resolver"]).success();
    let server = NatsServer::start(home.path().join("server"), config.stdout());
    home.nsc(["add", "user", "u", "-a", "A"]).success();
    home.nsc(["edit", "operator", "--service-url", &server.url()])
        .success();
    home.nsc(["tool", "rtt", "-a", "A", "-u", "u"]).success();
    assert!(!server.log().contains("[ERR]"), "{}", server.log());
}

#[test]
fn traces_go_where_the_account_says() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    run(
        &home,
        &[
            "add operator O --sys",
            "add account A",
            "edit account A --trace-context-subject t.d",
            "add user u",
        ],
    );
    let config = home.nsc(["generate", "config", "--mem-resolver"]).success();
    let server = NatsServer::start(home.path().join("server"), config.stdout());
    let connect = || Client::connect(&server, &home, "A", "u").expect("the user gets in");
    let mut watcher = connect();
    watcher.send("SUB t.d 1\r\n");
    assert_eq!(watcher.ping(), "");
    let header =
        "NATS/1.0\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n";
    let (start, all) = (header.len(), header.len() + 2);
    let mut sender = connect();
    sender.send(&format!("HPUB x {start} {all}\r\n{header}hi\r\n"));
    assert_eq!(sender.ping(), "");
    let message = watcher.line();
    assert!(
        message.starts_with("MSG t.d 1 ") || message.starts_with("HMSG t.d 1 "),
        "{message}"
    );
}
