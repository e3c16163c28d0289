//! `nsc add mapping` and `delete mapping`.

use nsc_testkit::TestHome;
use serde_json::{Value, json};

use crate::stock;

fn mappings(home: &TestHome) -> Value {
    home.account_token("O", "A").claim("nats.mappings").clone()
}

fn nsc(home: &TestHome, line: &str) {
    home.nsc(line.split(' ').chain(["-a", "A"])).success();
}

#[track_caller]
fn refused(home: &TestHome, line: &str, code: i32) {
    let before = mappings(home);
    home.nsc(line.split(' ').chain(["-a", "A"])).failure(code);
    assert_eq!(mappings(home), before, "{line}");
}

#[test]
fn targets_are_added_and_reweighted_in_place() {
    let home = stock::home();
    nsc(&home, "add mapping --from f.* --to a.$1 --weight 0x14");
    nsc(&home, "add mapping -f f.* -t b --weight 30");
    nsc(&home, "add mapping -f f.* -t a.$1 --cluster east");
    let words = [
        "add", "mapping", "-a", "A", "-f", "f.*", "-t", "a.$1", "--weight", "40", "--output",
        "json",
    ];
    let json = home.nsc(words).success().json();
    assert_eq!(
        json["result"],
        json!({"account": "A", "from": "f.*", "to": "a.$1", "weight": 40, "changes": [
            {"action": "set", "what": "weight", "value": "f.* -> a.$1 (40%)", "was": "20%"},
        ]})
    );
    assert_eq!(
        mappings(&home),
        json!({"f.*": [
            {"subject": "a.$1", "weight": 40}, {"subject": "b", "weight": 30}, {"subject": "a.$1", "cluster": "east"},
        ]})
    );
}

#[test]
fn mappings_that_cannot_be_are_refused() {
    let home = stock::home();
    for line in ["", " --from a", " --to a"] {
        refused(&home, &format!("add mapping{line}"), 2);
    }
    for line in [
        "--from a..b --to c",
        "--from a --to .b",
        "--from a --to b --weight 101",
        "--from c --to b.$1",
    ] {
        refused(&home, &format!("add mapping {line}"), 1);
    }
    for weight in ["256", "-1", "many"] {
        refused(
            &home,
            &format!("add mapping --from a --to b --weight {weight}"),
            2,
        );
    }
    nsc(&home, "add mapping --from a --to b --weight 60");
    refused(&home, "add mapping --from a --to c --weight 50", 1);
    refused(&home, "add mapping --from a --to c", 1);
    nsc(
        &home,
        "add mapping --from a --to c --weight 50 --cluster east",
    );
    // Servers pass it over, and the format takes it.
    let words = [
        "add",
        "mapping",
        "-a",
        "A",
        "--from",
        "w.*",
        "--to",
        "x.{{left(1,2)}}",
    ];
    home.nsc(words).success().stdout_has("[WARN]");
}

#[test]
fn only_the_named_targets_go() {
    let home = stock::home();
    for to in ["a", "b", "c", "d"] {
        nsc(
            &home,
            &format!("add mapping --from f --to {to} --weight 10"),
        );
        nsc(
            &home,
            &format!("add mapping --from f --to {to} --weight 10 --cluster east"),
        );
    }
    let left = |home: &TestHome| -> Vec<String> {
        let list = mappings(home)["f"].clone();
        let name = |t: &Value| {
            format!(
                "{}{}",
                t["subject"].as_str().unwrap(),
                t["cluster"].as_str().unwrap_or("")
            )
        };
        list.as_array().unwrap().iter().map(name).collect()
    };
    nsc(&home, "delete mapping --from f --to c");
    assert_eq!(
        left(&home),
        ["a", "aeast", "b", "beast", "ceast", "d", "deast"]
    );
    nsc(&home, "delete mapping --from f --to d --cluster east");
    assert_eq!(left(&home), ["a", "aeast", "b", "beast", "ceast", "d"]);
    nsc(&home, "delete mapping --from f --cluster east");
    assert_eq!(left(&home), ["a", "b", "d"]);
    // Nothing to delete is no failure.
    nsc(&home, "delete mapping --from f --to nope");
    nsc(&home, "delete mapping --from nope");
    nsc(&home, "delete mapping --from f");
    assert_eq!(mappings(&home), Value::Null);
    refused(&home, "delete mapping", 2);
    refused(&home, "delete mapping --to x", 2);
}
