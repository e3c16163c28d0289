//! What `nsc describe user` says a user may do in the end, and whether a server sees it so.

use nsc_core::subject;
use nsc_testkit::{NatsServer, TestHome};
use serde_json::{Value, json};

use crate::client::Client;

/// Runs commands whose words are divided by blanks.
fn run(home: &TestHome, lines: &[&str]) {
    for line in lines {
        home.nsc(line.split_whitespace()).success();
    }
}

fn home(lines: &[&str]) -> TestHome {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    run(&home, &["add operator O --sys", "add account A"]);
    run(&home, lines);
    home
}

fn server(home: &TestHome) -> NatsServer {
    let config = home.nsc(["generate", "config", "--mem-resolver"]).success();
    NatsServer::start(home.path().join("server"), config.stdout())
}

fn effective(home: &TestHome, user: &str) -> Value {
    let output = home.nsc(["describe", "user", "-a", "A", user, "--output", "json"]);
    output.success().json()["result"]["effective"].clone()
}

/// What the description says about a literal subject.
fn shown(direction: &Value, literal: &str) -> bool {
    let rules = direction["rules"].as_array().expect("there are rules");
    let matches = |verdict: &str| {
        rules
            .iter()
            .filter(|rule| rule["verdict"] == verdict)
            .any(|rule| {
                let subject = rule["subject"].as_str().expect("a rule has a subject");
                subject::is_subset(literal, subject)
            })
    };
    !matches("deny") && (matches("allow") || direction["others"] == "allow")
}

const PROBES: [&str; 12] = [
    "a", "a.b", "a.b.c", "b", "secret", "secret.x", "u.red", "u.blue", "x.A", "def", "def.x",
    "other",
];

/// Publishes and subscribes to all probes, and compares with the description.
#[track_caller]
fn as_described(home: &TestHome, server: &NatsServer, user: &str) {
    let effective = effective(home, user);
    assert_eq!(effective["refused"], json!([]), "{user}");
    let mut client = Client::connect(server, home, "A", user).expect("the user gets in");
    for probe in PROBES {
        let described = (
            shown(&effective["publish"], probe),
            shown(&effective["subscribe"], probe),
        );
        let found = (client.may_publish(probe), client.may_subscribe(probe));
        assert_eq!(
            described, found,
            "user {user}, subject {probe}: {effective}"
        );
    }
}

#[test]
fn servers_allow_and_deny_what_is_shown() {
    let home = home(&[
        "add user plain",
        "add user own --allow-pub a.>,b,secret --deny-pub a.b,secret.> --deny-sub secret,a.*",
        "add user both --allow-pubsub a,secret --deny-pubsub secret",
        "add user answers --allow-pub-response --allow-sub a.>",
        "edit signing-key --sk generate --role team --allow-pub {{name()}}.{{tag(team)}},x.{{account-name()}} --allow-sub {{tag(none)}} --deny-pub x.{{name()}}",
        "edit signing-key --sk generate --role partly --allow-pub a.{{tag(none)}},b --deny-sub a.>",
        "add user u -K team --tag team:red,team:blue",
        "add user p -K partly",
    ]);
    let server = server(&home);
    for user in ["plain", "own", "both", "answers", "u", "p"] {
        as_described(&home, &server, user);
    }
}

#[test]
fn defaults_of_the_account_are_shown_where_servers_apply_them() {
    let home = home(&[
        "edit account A --allow-pub def.> --deny-sub secret,def",
        "add user nothing",
        "add user something --deny-sub other",
        "edit signing-key --sk generate --role empty",
        "add user scoped -K empty",
    ]);
    let server = server(&home);
    for user in ["nothing", "something", "scoped"] {
        as_described(&home, &server, user);
    }
    let from = |user| effective(&home, user)["subscribe"]["rules"][0]["from"].clone();
    assert_eq!(from("nothing"), "account_defaults");
    assert_eq!(from("something"), "user");
    assert_eq!(from("scoped"), "account_defaults");
}

#[test]
fn users_that_are_shown_as_refused_do_not_get_in() {
    let home = home(&[
        "edit signing-key --sk generate --role deny --deny-pub x.{{tag(none)}}",
        "edit signing-key --sk generate --role unknown --allow-pub x.{{nme()}}",
        "add user deny -K deny",
        "add user unknown -K unknown",
        "add user gone",
        "revocations add-user --name gone",
        "add user late --start 1h",
    ]);
    let server = server(&home);
    for (user, reason) in [
        ("deny", "template"),
        ("unknown", "template"),
        ("gone", "revoked"),
        ("late", "not_yet"),
    ] {
        assert_eq!(
            effective(&home, user)["refused"][0]["reason"],
            reason,
            "{user}"
        );
        let error = Client::connect(&server, &home, "A", user).err();
        let error = error.unwrap_or_else(|| panic!("{user} got in"));
        assert!(error.contains("Authorization Violation"), "{user}: {error}");
        let output = home.nsc(["describe", "user", "-a", "A", user]).success();
        output.stdout_has("Refused");
    }
}

#[test]
fn a_required_proxy_holds_for_users_and_roles() {
    let home = home(&[
        "add user direct --proxy-required",
        "add user edited",
        "edit user edited --proxy-required",
        "add user freed --proxy-required",
        "edit user freed --proxy-required=false",
        "edit signing-key --sk generate --role proxied --proxy-required",
        "add user scoped -K proxied",
    ]);
    let server = server(&home);
    for user in ["direct", "edited", "scoped"] {
        assert_eq!(effective(&home, user)["proxy_required"], true);
        let error = Client::connect(&server, &home, "A", user).err();
        let error = error.unwrap_or_else(|| panic!("{user} got in"));
        assert!(error.contains("Authorization Violation"), "{error}");
    }
    assert_eq!(effective(&home, "freed")["proxy_required"], false);
    Client::connect(&server, &home, "A", "freed").expect("the user gets in");
    home.nsc(["edit", "signing-key", "proxied", "--proxy-required=false"])
        .success()
        .stdout_has("set proxy required to `false`, was `true`");
    home.nsc(["edit", "signing-key", "proxied", "--proxy-required"])
        .success()
        .stdout_has("which servers of 2.14 do not see");
}

#[test]
fn the_lowest_limit_is_shown_and_holds() {
    let home = home(&[
        "edit account A --payload 100 --subscriptions 2",
        "add user u",
        "edit user u --payload 200 --subs 1",
    ]);
    let shown = effective(&home, "u");
    assert_eq!(shown["payload"], json!({"limit": 100, "from": "account"}));
    assert_eq!(shown["subs"], json!({"limit": 1, "from": "user"}));
    let server = server(&home);
    let mut client = Client::connect(&server, &home, "A", "u").expect("the user gets in");
    client.send("SUB a 1\r\nSUB b 2\r\n");
    let error = client.ping();
    assert!(error.to_lowercase().contains("subscriptions"), "{error}");
    let mut client = Client::connect(&server, &home, "A", "u").expect("the user gets in");
    let payload = "x".repeat(101);
    client.send(&format!("PUB a 101\r\n{payload}\r\n"));
    let error = client.ping();
    assert!(error.contains("Maximum Payload"), "{error}");
}

#[test]
fn the_table_marks_where_everything_comes_from() {
    let home = home(&[
        "edit signing-key --sk generate --role team --allow-pub {{name()}}.{{tag(team)}},a.{{tag(none)}} --deny-pub {{name()}}.blue",
        "add user u -K team --tag team:red,team:blue",
    ]);
    let output = home.nsc(["describe", "user", "-a", "A", "u"]).success();
    let lines: Vec<String> = (output.stdout().lines())
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    for line in [
        "| Cannot Publish | u.blue | role team: {{name()}}.blue |",
        "| Can Publish | u.red | role team: {{name()}}.{{tag(team)}} |",
        "| Can Publish | (nothing) | role team: a.{{tag(none)}} |",
        "| Cannot Publish | everything else | role team |",
        "| Can Subscribe | everything | no restriction |",
        "| Subscription Limit | Unlimited | role team |",
    ] {
        assert!(
            lines.iter().any(|found| found == line),
            "{line}\n{}",
            output.stdout()
        );
    }
    // The recorded forms stay as they are.
    let claims = home
        .nsc(["describe", "user", "-a", "A", "u", "--json"])
        .success();
    assert_eq!(claims.json()["name"], "u");
    assert!(claims.json().get("effective").is_none());
}

/// Scripts look for the labels of the claims, or for their absence.
#[test]
fn labels_of_the_claims_stand_only_for_claims() {
    let home = home(&["add user plain", "edit user plain --allow-pub a"]);
    let output = home.nsc(["describe", "user", "-a", "A", "plain"]).success();
    let text = output.stdout();
    for (label, count) in [
        ("Pub Allow", 1),
        ("Pub Deny", 0),
        ("Sub Allow", 0),
        ("Sub Deny", 0),
        ("Bearer Token", 1),
        ("Max Subs", 1),
        ("Network Src", 1),
        ("Allowed Connection Types", 0),
        ("Response Permission TTL", 0),
    ] {
        assert_eq!(text.matches(label).count(), count, "{label}: {text}");
    }
}
