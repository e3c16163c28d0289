//! What the store knows of the accounts that share something with each other.

use std::time::{Duration, Instant};

use nsc_core::keys::{KeyKind, Seed};
use nsc_testkit::{TestHome, token};
use serde_json::{Value, json};

use crate::stock::{self, key, line};

fn account(n: u8) -> String {
    key(KeyKind::Account, n).public
}

/// `A` exports something of each kind; the seed of `B` is stored.
fn home() -> TestHome {
    let home = stock::home();
    let exports = json!([
        {"name": "s", "subject": "s.*", "type": "stream"},
        {"name": "q", "subject": "q", "type": "service", "response_type": "Singleton"},
        {"name": "p", "subject": "p", "type": "stream", "token_req": true},
        {"name": "pos", "subject": "pos.*", "type": "service", "response_type": "Singleton", "account_token_position": 2},
    ]);
    stock::account(&home, "O", "A", 1, json!({"exports": exports}));
    stock::store_seed(&home, &key(KeyKind::Account, 2));
    home
}

#[track_caller]
fn import(home: &TestHome, words: &str) -> String {
    let output = line(
        home,
        &format!("add import -a B --src-account A --remote-subject {words}"),
    );
    output.success().stdout().to_owned()
}

/// The rules that the account's imports break.
fn rules(home: &TestHome, account: &str) -> Vec<String> {
    let words = format!("validate -a {account} --output json");
    let found = line(home, &words).success().json();
    let issues = found["result"][1]["issues"].as_array().unwrap().clone();
    let rule = |issue: &Value| issue["topic"].as_str().unwrap().to_owned();
    issues.iter().map(rule).collect()
}

#[test]
fn an_import_that_cannot_work_now_is_a_warning_with_the_next_step() {
    let home = home();
    for (words, warning) in [
        ("s.a", None),
        ("q --service", None),
        ("none", Some("nsc add export -a 'A' -s 'none'")),
        ("s.b --service", Some("import it without --service")),
        ("s.>", Some("is wider than the stream `s.*`")),
        ("p", Some("nsc generate activation -a 'A' -t 'B' -s 'p'")),
        ("pos.x --service", Some("as token 2 of `pos.*`")),
    ] {
        let said = import(&home, words);
        match warning {
            Some(warning) => assert!(said.contains(warning), "{words}: {said}"),
            None => assert!(!said.contains("WARN"), "{words}: {said}"),
        }
    }
    let own = format!("pos.{} --service", account(2));
    assert!(!import(&home, &own).contains("WARN"));
    // Of others nothing is known.
    let stranger = account(9);
    let words = format!("add import -a B --src-account {stranger} --remote-subject x");
    assert!(!line(&home, &words).success().stdout().contains("WARN"));

    let mut found = rules(&home, "B");
    found.sort();
    let wanted = [
        "import-no-export",
        "import-no-token",
        "import-other-kind",
        "import-token-position",
        "import-too-wide",
    ];
    assert_eq!(found, wanted);
    let text = line(&home, "validate -A").success();
    text.stdout_has("Rule").stdout_has("import-too-wide");
}

/// An activation of `p` for `B` in the name of `A`.
fn activation(signer: u8, top: Value) -> String {
    let mut nats = json!({"subject": "p", "kind": "stream", "issuer_account": account(1)});
    if let Value::Object(members) = top {
        for (name, value) in members {
            nats[format!("/{name}")] = value;
        }
    }
    let claims = stock::claims("p", &account(2), "activation", nats);
    token::sign(&claims, &key(KeyKind::Account, signer).seed)
}

#[test]
fn a_token_that_no_key_of_the_exporter_signed_is_refused() {
    let home = home();
    home.write("work/forged.jwt", activation(7, json!({})));
    let before = home.account_token("O", "B");
    line(&home, "add import -a B --token forged.jwt")
        .failure(1)
        .stderr_has("no key of account `A`");
    assert_eq!(home.account_token("O", "B").text(), before.text());
}

#[test]
fn tokens_come_from_standard_input_too() {
    let home = home();
    let add = ["add", "import", "-a", "B", "--token", "-"];
    home.nsc(add)
        .stdin("nothing\n")
        .failure(1)
        .stderr_has("standard input");
    home.nsc(add).stdin(activation(1, json!({}))).success();
    let imports = home.account_token("O", "B").claim("nats.imports").clone();
    assert_eq!(imports[0]["subject"], "p");
    assert!(rules(&home, "B").is_empty());
}

#[test]
fn tokens_that_ran_out_or_are_revoked_are_told() {
    let home = home();
    let late = json!({"exp": 1_600_000_000, "iat": 1_500_000_000});
    home.write("work/late.jwt", activation(1, late));
    let said = line(&home, "add import -a B --token late.jwt").success();
    said.stdout_has("WARN");
    assert_eq!(said.stdout().matches("WARN").count(), 1, "{said}");
    line(&home, "revocations add-activation -a A -t B -s p").success();
    assert_eq!(
        rules(&home, "B"),
        ["import-token-expired", "import-token-revoked"]
    );
}

#[test]
fn whoever_takes_an_export_away_is_told_who_imports_it() {
    let home = home();
    import(&home, "s.a");
    import(&home, "q --service");
    let deleted = line(&home, "delete export -a A -s s.* --output json")
        .success()
        .json();
    let broken = &deleted["result"]["broken_imports"];
    assert_eq!(broken.as_array().unwrap().len(), 1);
    assert_eq!(
        (
            &broken[0]["account"],
            &broken[0]["subject"],
            &broken[0]["topic"]
        ),
        (&json!("B"), &json!("s.a"), &json!("import-no-export"))
    );
    let edited = line(&home, "edit export -a A -s q --private").success();
    edited.stdout_has("this breaks imports of account `B`");
    edited.stdout_has("import `q` needs an activation token");
    // What nobody imports goes without a word.
    let deleted = line(&home, "delete export -a A -s pos.*").success();
    assert!(!deleted.stdout().contains("WARN"), "{deleted}");
    let edited = line(&home, "edit export -a A -s p --private=false").success();
    assert!(!edited.stdout().contains("this breaks"), "{edited}");
}

#[test]
fn an_account_token_that_becomes_wanted_breaks_imports() {
    let home = home();
    import(&home, "s.a");
    let words = "edit export -a A -s s.* --account-token-position 2";
    line(&home, words)
        .success()
        .stdout_has("as token 2 of `s.*`");
    let words = "edit export -a A -s s.* --description words";
    let edited = line(&home, words).success();
    assert!(!edited.stdout().contains("this breaks"), "{edited}");
}

#[test]
fn with_strict_nothing_that_does_not_work_is_written() {
    let home = home();
    import(&home, "q --service");
    stock::refused(
        &home,
        1,
        &[
            "add import -a B --src-account A --remote-subject none --strict",
            "delete export -a A -s q --strict",
            "edit export -a A -s q --private --strict",
        ],
    );
}

#[test]
fn a_dry_run_tells_it_before() {
    let home = home();
    import(&home, "q --service");
    let before = home.account_token("O", "A");
    let said = line(&home, "delete export -a A -s q --dry-run").success();
    said.stdout_has("this breaks imports of account `B`");
    assert_eq!(home.account_token("O", "A").text(), before.text());
}

#[test]
fn a_thousand_accounts_are_judged_in_one_go() {
    let home = home();
    let operator = key(KeyKind::Operator, 1);
    let limits = json!({"subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1,
        "wildcards": true, "conn": -1, "leaf": -1});
    for n in 0..1_000_u16 {
        let mut entropy = [3; 32];
        entropy[..2].copy_from_slice(&n.to_le_bytes());
        let seed = Seed::from_entropy(KeyKind::Account, entropy);
        let name = format!("N{n}");
        let wanted = if n % 100 == 0 { "none" } else { "q" };
        let nats = json!({
            "limits": limits,
            "imports": [{"name": "q", "subject": wanted, "account": account(1), "type": "service"}],
            "exports": [{"name": "e", "subject": format!("e.{n}"), "type": "stream"}],
        });
        let claims = stock::claims(&name, &seed.public_key().to_text(), "account", nats);
        let folder = home.stores().join("O/accounts").join(&name);
        home.write(
            folder.join(format!("{name}.jwt")),
            token::sign(&claims, &operator.seed),
        );
    }
    let start = Instant::now();
    let found = line(&home, "validate -A --output json").success().json();
    let took = start.elapsed();
    let objects = found["result"].as_array().unwrap();
    let broken = objects
        .iter()
        .filter(|o| o["issues"][0]["topic"] == "import-no-export");
    assert_eq!((objects.len(), broken.count()), (1_003, 10));
    // Generous for a busy machine; one look at all accounts for each import would take minutes.
    assert!(took < Duration::from_secs(30), "{took:?}");
    let deleted = line(&home, "delete export -a A -s q --output json")
        .success()
        .json();
    assert_eq!(
        deleted["result"]["broken_imports"]
            .as_array()
            .unwrap()
            .len(),
        990
    );
}
