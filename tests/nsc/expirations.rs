//! `nsc expirations`.

use nsc_testkit::TestHome;
use serde_json::{Value, json};

use crate::stock;

/// An operator for ever, an account that has expired, users that expire in ten days and in ten years.
fn home() -> TestHome {
    let home = stock::home();
    let now = i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
    let unlimited = |exp: i64| json!({"/exp": exp, "subs": -1, "data": -1, "payload": -1});
    stock::account(&home, "O", "B", 2, json!({"/exp": 1_577_836_800}));
    stock::user(&home, "A", "u", 1, unlimited(now + 10 * 86_400 + 60));
    stock::user(&home, "A", "v", 2, unlimited(now + 3650 * 86_400));
    let jwt = home.read(home.stores().join("O/accounts/A/users/u.jwt"));
    home.write(
        home.creds_file("O", "A", "u"),
        format!("-----BEGIN NATS USER JWT-----\n{jwt}\n------END NATS USER JWT------\n"),
    );
    home
}

fn report(home: &TestHome, args: &[&str]) -> Vec<Value> {
    let args = ["expirations", "--json"].iter().chain(args);
    let output = home.nsc(args).success();
    output.json()["report"].as_array().unwrap().clone()
}

#[test]
fn everything_is_listed_with_its_creds() {
    let home = home();
    let report = report(&home, &[]);
    let creds = home.creds_file("O", "A", "u").display().to_string();
    let resources: Vec<_> = report
        .iter()
        .map(|entry| entry["resource"].as_str().unwrap())
        .collect();
    assert_eq!(resources, ["O", "O/A", "O/A/u", &creds, "O/A/v", "O/B"]);
    let (never, soon, past) = (&report[0], &report[2], &report[5]);
    assert_eq!(
        (&never["when"], &never["expiry"], &never["expiration_date"]),
        (&json!("Never"), &json!(0), &json!(""))
    );
    assert_eq!(
        (&soon["when"], &soon["expires_soon"], &soon["expired"]),
        (&json!("1 week from now"), &json!(true), &json!(false))
    );
    assert_eq!(past["expiration_date"], "2020-01-01T00:00:00Z");
    assert_eq!(
        (&past["expires_soon"], &past["expired"]),
        (&json!(true), &json!(true))
    );
    assert!(past["when"].as_str().unwrap().ends_with(" ago"));
    assert_eq!(
        report[3]["id"], soon["id"],
        "the creds are those of the user"
    );
}

#[test]
fn the_threshold_decides_what_is_soon() {
    let home = home();
    let soon = |within: &str| {
        let entries = report(&home, &["--within", within]);
        entries
            .iter()
            .filter(|entry| entry["expires_soon"] == true)
            .count()
    };
    assert_eq!(
        [soon("11d"), soon("9d"), soon("0"), soon("11y"), soon("-1d")],
        [3, 1, 0, 4, 1]
    );
    assert_eq!(report(&home, &["-e", "2w", "--skip"]).len(), 3);
    for bad in [".", "x3dy", "3", "1.5d"] {
        home.nsc(["expirations", "--within", bad]).failure(1);
    }
    let output = home
        .nsc(["expirations", "--within", "2100-01-02", "--json"])
        .success();
    assert_eq!(
        output.json()["expiration_threshold"],
        "2100-01-02T00:00:00Z"
    );
}

#[test]
fn the_table_is_a_result() {
    let home = home();
    let output = home.nsc(["expirations"]).success();
    output
        .stdout_has("Expiration Report")
        .stdout_has("| Yes ")
        .stdout_has("| Soon ")
        .stdout_has("| Never ");
    assert_eq!(output.stderr(), "");
    let typed = home
        .nsc(["expirations", "--output", "json"])
        .success()
        .json();
    assert_eq!(typed["result"]["report"].as_array().unwrap().len(), 6);
}

#[test]
fn nothing_is_an_empty_list() {
    let home = stock::home();
    assert!(report(&home, &["--skip"]).is_empty());
}

#[test]
fn what_cannot_be_read_is_told() {
    let home = home();
    home.write(home.stores().join("O/accounts/B/B.jwt"), "junk");
    let output = home.nsc(["expirations"]).failure(7);
    output.stdout_has("O/A/u").stderr_has("B.jwt");
}
