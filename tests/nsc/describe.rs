//! `nsc describe`.

mod forms;
mod jwt;

use nsc_core::keys::KeyKind;
use nsc_testkit::{Output, TestHome, token};
use serde_json::json;

use crate::stock::{self, key};

/// The tables without borders: cells divided by `|`, blanks around them dropped.
fn cells(output: &Output) -> String {
    let lines = output.stdout().lines().filter(|line| line.starts_with('|'));
    let line = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        cells.join("|")
    };
    lines.map(line).collect::<Vec<_>>().join("\n")
}

fn account(n: u8) -> String {
    key(KeyKind::Account, n).public
}

/// An account with everything.
fn rich_home() -> TestHome {
    let home = stock::home();
    let template = json!({
        "pub": {"allow": ["a.{{name()}}"]}, "sub": {}, "resp": {"max": 2, "ttl": 90_000_000_000i64},
        "payload": 1000, "src": ["10.0.0.0/8"], "bearer_token": true,
    });
    let scope = json!({
        "kind": "user_scope", "key": account(9), "role": "reader", "template": template,
        "description": "reads\nonly",
    });
    let activation = stock::claims(
        "act",
        &account(1),
        "activation",
        json!({"/exp": 2_000_000_000, "subject": "p.>", "kind": "stream"}),
    );
    let activation = token::sign(&activation, &key(KeyKind::Account, 2).seed);
    let nats = json!({
        "/nbf": 1_600_000_000, "/exp": 2_000_000_000,
        "tags": ["x", "y"], "description": "one\ntwo", "info_url": "http://i",
        "signing_keys": [account(8), scope],
        "authorization": {"auth_users": [key(KeyKind::User, 1).public], "allowed_accounts": ["*"], "xkey": key(KeyKind::Curve, 1).public},
        "limits": {
            "subs": 5, "data": 2000, "payload": -1, "imports": 0, "exports": -1, "conn": 1000, "disallow_bearer": true,
            "tiered_limits": {
                "R3": {"disk_storage": -1, "max_bytes_required": true},
                "R1": {"disk_storage": 1_000_000, "streams": 3, "consumer": -1, "max_ack_pending": 7, "mem_max_stream_bytes": 2048},
            },
        },
        "default_permissions": {"pub": {"allow": ["p"], "deny": ["q"]}, "sub": {"allow": ["r"]}},
        "trace": {"dest": "t.d"},
        "revocations": {"*": 1, key(KeyKind::User, 1).public: 2},
        "exports": [
            {"name": "s", "subject": "s.*", "type": "service", "response_type": "Chunked", "account_token_position": 2, "token_req": true,
             "revocations": {"*": 1}, "service_latency": {"sampling": "headers", "results": "lat"}, "allow_trace": true, "description": "a\nb"},
            {"name": "t", "subject": "t.>", "type": "stream"},
        ],
        "imports": [
            {"name": "i", "subject": "p.>", "account": account(2), "type": "stream", "token": activation, "local_subject": "l.>", "allow_trace": true},
            {"name": "j", "subject": "q", "account": account(3), "type": "service"},
            {"name": "k", "subject": "q2", "account": account(4), "type": "service"},
        ],
        "mappings": {"m": [{"subject": "n", "weight": 60}, {"subject": "o", "weight": 40}, {"subject": "z", "weight": 0, "cluster": "c"}]},
    });
    stock::account(&home, "O", "A", 1, nats);
    stock::operator(&home, "P", &key(KeyKind::Operator, 2), json!({}));
    stock::account(&home, "P", "C", 3, json!({}));
    home.nsc(["env", "-o", "O", "-a", "A"]).success();
    home
}

/// Expects lines of cells, in this order, with any others between.
#[track_caller]
fn has_rows(output: &Output, rows: &[&str]) {
    let text = cells(output);
    let mut rest = text.lines();
    for row in rows {
        assert!(
            rest.any(|line| line == *row),
            "no `{row}` in its place\n{text}"
        );
    }
}

#[test]
fn an_account_is_described_in_full() {
    let home = rich_home();
    let output = home.nsc(["describe", "account", "A"]).success();
    has_rows(
        &output,
        &[
            "Account Details",
            "Name|A",
            &format!("Account ID|{}", account(1)),
            &format!("Issuer ID|{}", key(KeyKind::Operator, 1).public),
            "Issued|2023-11-14 22:13:20 UTC",
            "Starts|2020-09-13 12:26:40 UTC",
            "Expires|2033-05-18 03:33:20 UTC",
            "Tags|x",
            "|y",
            "Description|one two",
            "Info Url|http://i",
            &format!("Auth Callout Users|{}", key(KeyKind::User, 1).public),
            "Allowed Accounts|*",
            &format!("Encrypt For|{}", key(KeyKind::Curve, 1).public),
            "Max Connections|1000",
            "Max Leaf Node Connections|Not Allowed",
            "Max Data|2.0 kB (2000 bytes)",
            "Max Exports|Unlimited",
            "Max Imports|0",
            "Max Msg Payload|Unlimited",
            "Max Subscriptions|5",
            "Exports Allows Wildcards|False",
            "Disallow Bearer Token|True",
            "Pub Allow|p",
            "Pub Deny|q",
            "Sub Allow|r",
            "Response Permissions|Not Set",
            "Jetstream|Enabled",
            "Jetstream Tier|R1",
            "Max Disk Storage|1.0 MB",
            "Max Mem Storage|Disabled",
            "Max Streams|3",
            "Max Consumers|Unlimited",
            "Max Ack Pending|7",
            "Max Bytes|optional Stream setting",
            "Max Memory Stream|2.0 kB",
            "Max Disk Stream|Unlimited",
            "Jetstream Tier|R3",
            "Max Disk Storage|Unlimited",
            "Max Ack Pending|Consumer Setting",
            "Max Bytes|required Stream setting",
            "Revocations|2",
            "Tracing Context|Enabled",
            "Subject|t.d",
            "Sampling|100%",
        ],
    );
}

#[test]
fn what_an_account_shares_has_tables() {
    let home = rich_home();
    let output = home.nsc(["describe", "account"]).success();
    has_rows(
        &output,
        &[
            "Exports",
            "Name|Type|Subject|Account Token Position|Public|Revocations|Tracking|Allow Trace",
            "s|Service [Chunked]|s.*|2|No|1|lat (headers)|Yes",
            "t|Stream|t.>|-|Yes|0|N/A|N/A",
            "Exports - Descriptions",
            "s|a b|",
            "Imports",
            "Name|Type|Remote|Local|Expires|From Account|Public|Allow Trace",
            "i|Stream|p.>|l.>|2033-05-18 03:33:20 UTC|B|No|Yes",
            "j|Service|q|||P/C|Yes|N/A",
            &format!("k|Service|q2|||{}|Yes|N/A", account(4)),
            "Mappings",
            "m|n|60|",
            "|o|40|",
            "|z|100|c",
            "||sum=100|",
            "||sum=100|c",
            "Scoped Signing Key - Details",
            &format!("Key|{}", account(9)),
            "Role|reader",
            "Description|reads only",
            "Pub Allow|a.{{name()}}",
            "Max Responses|2",
            "Response Permission TTL|1m30s",
            "Max Msg Payload|1000 bytes (≈1.0 kB)",
            "Network Src|10.0.0.0/8",
            "Bearer Token|Yes",
        ],
    );
    let long = home.nsc(["describe", "account", "--long-ids"]).success();
    has_rows(&long, &[&format!("j|Service|q|||{}|Yes|N/A", account(3))]);
    assert!(!cells(&long).contains("P/C"));
    let typed = home
        .nsc(["describe", "account", "--output", "json"])
        .success();
    let result = &typed.json()["result"];
    assert_eq!(result["kind"], "account");
    assert_eq!(
        result["account_names"],
        json!({account(2): "B", account(3): "P/C"})
    );
    assert_eq!(result["claims"], *home.account_token("O", "A").claims());
}

#[test]
fn a_plain_account_says_what_it_has_not() {
    let home = stock::home();
    let by_key = account(2);
    for args in [
        ["describe", "account", "B"],
        ["describe", "account", &by_key],
    ] {
        has_rows(
            &home.nsc(args).success(),
            &[
                "Max Leaf Node Connections|Unlimited",
                "Jetstream|Disabled",
                "Imports|None",
                "Exports|None",
                "Tracing Context|Disabled",
            ],
        );
    }
    home.nsc(["describe", "account"])
        .failure(1)
        .stderr_has("nsc select account");
    home.nsc(["describe", "account", "NO"])
        .failure(3)
        .stderr_has("account `NO`");
    home.nsc(["describe", "account", &account(7)]).failure(3);
    home.nsc(["describe", "account", "A", "B"]).failure(2);
    has_rows(
        &home.nsc(["describe", "account", "A", "-n", "B"]).success(),
        &["Name|B"],
    );
    home.nsc(["describe", "account", "-i"])
        .failure(1)
        .stderr_has("terminal");
}

#[test]
fn operators_are_found_by_name_and_key() {
    let home = stock::home();
    let nats = json!({
        "system_account": account(2), "operator_service_urls": ["nats://a", "tls://b"],
        "account_server_url": "http://x", "strict_signing_key_usage": true,
        "signing_keys": [key(KeyKind::Operator, 9).public], "tags": ["t"],
    });
    stock::operator(&home, "P", &key(KeyKind::Operator, 2), nats);
    stock::account(&home, "P", "SYS", 2, json!({}));
    let rows = [
        "Operator Details".to_owned(),
        "Name|P".to_owned(),
        format!("Operator ID|{}", key(KeyKind::Operator, 2).public),
        "Expires|".to_owned(),
        "Tags|t".to_owned(),
        "Account JWT Server|http://x".to_owned(),
        "Operator Service URLs|nats://a".to_owned(),
        "|tls://b".to_owned(),
        format!("System Account|{} / SYS", account(2)),
        "Require Signing Keys|true".to_owned(),
        format!("Signing Keys|{}", key(KeyKind::Operator, 9).public),
    ];
    let rows = rows.each_ref().map(String::as_str);
    let by_key = key(KeyKind::Operator, 2).public;
    for name in ["P", by_key.as_str()] {
        has_rows(&home.nsc(["describe", "operator", name]).success(), &rows);
    }
    home.nsc(["describe", "operator"])
        .failure(1)
        .stderr_has("no operator is set");
    home.nsc(["describe", "operator", "NO"]).failure(3);
    home.nsc(["select", "operator", "O"]).success();
    let plain = home.nsc(["describe", "operator"]).success();
    has_rows(&plain, &["Name|O", "Require Signing Keys|false"]);
    let output = home.nsc(["describe", "operator", "-J"]).success();
    assert!(
        output.stdout().starts_with("{\n \"iat\": 1700000000,\n"),
        "{output}"
    );
    assert!(output.stdout().ends_with("\"\n}\n\n"), "{output}");
}

#[test]
fn users_show_their_limits_or_their_role() {
    let home = rich_home();
    let nats = json!({
        "/nbf": 1_600_000_000, "pub": {"deny": ["x"]}, "sub": {}, "payload": 1_000_000, "data": 1000, "subs": 5, "src": ["10.0.0.0/8", "192.0.2.0/24"],
        "times": [{"start": "08:00:00", "end": "12:00:00"}], "times_location": "Europe/Berlin",
        "allowed_connection_types": ["MQTT"], "bearer_token": true, "issuer_account": account(1),
    });
    stock::user_by(&home, "A", "w", 3, nats, &key(KeyKind::Account, 8));
    let output = home.nsc(["describe", "user", "w"]).success();
    has_rows(
        &output,
        &[
            "User",
            "Name|w",
            &format!("User ID|{}", key(KeyKind::User, 3).public),
            &format!("Issuer ID|{}", account(8)),
            &format!("Issuer Account|{}", account(1)),
            "Starts|2020-09-13 12:26:40 UTC",
            "Expires|",
            "Bearer Token|Yes",
            "Pub Deny|x",
            "Response Permissions|Not Set",
            "Max Msg Payload|1000000 bytes (≈1.0 MB)",
            "Max Data|1000 bytes (≈1.0 kB)",
            "Max Subs|5",
            "Network Src|10.0.0.0/8",
            "|192.0.2.0/24",
            "Time|08:00:00-12:00:00",
            "Time Zone|Europe/Berlin",
            "Allowed Connection Types|MQTT",
        ],
    );
    let scoped = json!({"pub": {}, "sub": {}, "issuer_account": account(1)});
    stock::user_by(&home, "A", "s", 4, scoped, &key(KeyKind::Account, 9));
    let output = home
        .nsc(["describe", "user", &key(KeyKind::User, 4).public])
        .success();
    has_rows(
        &output,
        &[
            "User",
            "Name|s",
            "Issuer Scoped|Yes",
            "Scoped Signing Key - Details",
            "Role|reader",
        ],
    );
    // Of the role; what it comes to has labels of its own.
    assert_eq!(cells(&output).matches("Bearer Token").count(), 1);
    let typed = home
        .nsc(["describe", "user", "s", "--output", "json"])
        .success();
    assert_eq!(typed.json()["result"]["scope"]["role"], "reader");
}

#[test]
fn the_only_user_needs_no_name() {
    let home = rich_home();
    home.nsc(["describe", "user"])
        .failure(2)
        .stderr_has("2 users");
    std::fs::remove_file(home.stores().join("O/accounts/A/users/v.jwt")).unwrap();
    has_rows(&home.nsc(["describe", "user"]).success(), &["Name|u"]);
    home.nsc(["describe", "user", "-a", "B"]).failure(3);
    home.nsc(["describe", "user", "NO"])
        .failure(3)
        .stderr_has("user `NO`");
    has_rows(
        &home.nsc(["describe", "user", "-a", &account(1)]).success(),
        &["Name|u"],
    );
}

#[test]
fn foreign_text_cannot_play_with_the_terminal() {
    let home = stock::home();
    let mut claims = stock::claims(
        "a\x1b[2Jb",
        &account(1),
        "account",
        json!({"description": "x\x1b]0;t\x07"}),
    );
    claims["nats"]["exports"] = json!([{"name": "n\r\x1b[1A", "subject": "s", "type": "stream"}]);
    home.write(
        home.stores().join("O/accounts/A/A.jwt"),
        token::sign(&claims, &key(KeyKind::Operator, 1).seed),
    );
    let output = home.nsc(["describe", "account", "A"]).success();
    assert!(
        !output.stdout().contains(['\x1b', '\x07', '\r']),
        "{output}"
    );
}
