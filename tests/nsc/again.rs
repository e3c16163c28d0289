//! Commands that may be given again: `--if-absent` and `--if-exists`.

use nsc_core::keys::KeyKind;
use nsc_testkit::{Output, TestHome};
use serde_json::{Value, json};

use crate::stock::{self, key, line, refused};

/// Runs a command line that changes nothing and says so.
#[track_caller]
fn unchanged(home: &TestHome, words: &str) -> Value {
    refused(home, 0, &[words, &format!("{words} --dry-run")]);
    line(home, words)
        .success()
        .stdout_has("nothing was changed");
    let json = line(home, &format!("{words} --output json"))
        .success()
        .json();
    assert_eq!(
        (&json["status"], &json["changed"]),
        (&json!("done"), &json!(false)),
        "{json}"
    );
    json
}

/// Runs a command line that finds other settings, and tells which.
#[track_caller]
fn differs(home: &TestHome, words: &str, field: &str) -> Output {
    refused(home, 4, &[words, &format!("{words} --dry-run")]);
    let json = line(home, &format!("{words} --output json"))
        .failure(4)
        .json();
    let fields: Vec<&str> = json["error"]["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields.join(","), field, "{json}");
    line(home, words).failure(4)
}

#[track_caller]
fn changed(home: &TestHome, words: &str) {
    let json = line(home, &format!("{words} --output json"))
        .success()
        .json();
    assert_eq!(json["changed"], true, "{json}");
}

/// Creds are filed under the name of the operator, whatever its folder is called.
#[test]
fn a_user_that_is_there_names_its_creds() {
    let home = stock::home();
    let words = "add user -a A w --if-absent";
    changed(&home, words);
    std::fs::rename(home.stores().join("O"), home.stores().join("moved")).unwrap();
    line(&home, "env -o moved").success();
    let creds = unchanged(&home, words)["result"]["creds"].clone();
    assert_eq!(creds, home.creds_file("O", "A", "w").to_str().unwrap());
}

#[test]
fn a_user_is_added_once() {
    let home = stock::home();
    let words = "add user -a A w --if-absent --tag X,b --allow-pub p,o --source-network 10.0.0.0/8 --expiry 1y";
    changed(&home, &format!("{words} --dry-run"));
    changed(&home, words);
    let json = unchanged(&home, words);
    assert_eq!(
        json["result"]["public_key"],
        home.user_token("O", "A", "w").subject()
    );
    assert!(json["result"]["creds"].is_string());
    // In any order, and not all that it has.
    unchanged(&home, "add user -a A w --if-absent --tag b,x");
    unchanged(&home, "add user -a A w --if-absent");
    let told = differs(&home, "add user -a A w --if-absent --tag b", "tag");
    told.stderr_has("asked for `b`, found `b, x`");
    differs(&home, "add user -a A w --if-absent --bearer", "bearer");
    differs(&home, "add user -a A w --if-absent --expiry 1M", "expiry");
    differs(
        &home,
        "add user -a A w --if-absent --start 2030-01-01",
        "start",
    );
    let other = key(KeyKind::User, 9).public;
    differs(
        &home,
        &format!("add user -a A w --if-absent -k {other}"),
        "public-key",
    );
    refused(&home, 4, &["add user -a A w"]);
    refused(&home, 2, &["add user -a A * --if-absent"]);
    refused(&home, 3, &["add user -a NONE w --if-absent"]);
}

#[test]
fn the_role_counts_when_it_is_asked_for() {
    let home = stock::home();
    line(
        &home,
        "edit signing-key -a A --sk generate --role r --allow-pub r",
    )
    .success();
    changed(&home, "add user -a A w --if-absent -K r");
    unchanged(&home, "add user -a A w --if-absent -K r");
    unchanged(&home, "add user -a A w --if-absent");
    differs(&home, "add user -a A u --if-absent -K r", "private-key");
    differs(
        &home,
        "add user -a A w --if-absent --allow-pub r",
        "allow-pub",
    );
    refused(&home, 5, &["add user -a A w --if-absent -K none"]);
}

#[test]
fn a_date_that_stands_fast_has_to_be_the_same() {
    let home = stock::home();
    changed(&home, "add account W --if-absent --expiry 2500-01-01");
    unchanged(&home, "add account W --if-absent --expiry 2500-01-01");
    differs(
        &home,
        "add account W --if-absent --expiry 2499-01-01",
        "expiry",
    );
    // One that was there a while ago would be earlier than if it were made now.
    differs(&home, "add account W --if-absent --expiry 1w", "expiry");
    differs(&home, "add account A --if-absent --expiry 1w", "expiry");
    differs(
        &home,
        "add account A --if-absent --deny-pubsub x",
        "deny-pub,deny-sub",
    );
}

#[test]
fn an_operator_is_added_once() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    changed(&home, "add operator P --if-absent --sys");
    unchanged(&home, "add operator P --if-absent --sys");
    unchanged(&home, "add operator P --if-absent");
    differs(
        &home,
        "add operator P --if-absent --generate-signing-key",
        "generate-signing-key",
    );
    changed(&home, "add account A --if-absent");
    unchanged(&home, "add account A --if-absent");
    let jwt = home.stores().join("P/P.jwt");
    let import = format!("add operator Q -u {} --if-absent", jwt.display());
    changed(&home, &import);
    unchanged(&home, &import);
    differs(&home, "add operator Q --if-absent", "url");
    line(&home, "select operator P").success();
    line(&home, "edit operator --tag t").success();
    differs(&home, &import, "jwt");
    changed(&home, &format!("{import} --force"));
}

#[test]
fn what_an_account_holds_is_added_once() {
    let home = stock::home();
    for (words, other, field) in [
        ("add export -a A -s e.* -n E", "--private", "private"),
        (
            "add export -a A -s q -r --response-type Stream",
            "--latency l",
            "latency",
        ),
        (
            "add mapping -a A -f a -t b --weight 40",
            "--weight 50",
            "weight",
        ),
        (
            "add import -a B --src-account A --remote-subject e.x",
            "-s other",
            "local-subject",
        ),
    ] {
        // The seed of B is not stored, which its operator signs.
        changed(&home, &format!("{words} --if-absent"));
        unchanged(&home, &format!("{words} --if-absent"));
        differs(&home, &format!("{words} --if-absent {other}"), field);
    }
    unchanged(&home, "add export -a A -s e.* --if-absent");
    unchanged(&home, "add mapping -a A -f a -t b --if-absent");
    // A stream is no service.
    changed(&home, "add export -a A -s e.* -r --if-absent");
}

/// A default counts like any other setting where it is asked for.
#[test]
fn what_is_asked_to_be_off_has_to_be_off() {
    let home = stock::home();
    let user =
        "add user -a A w --if-absent --bearer --proxy-required --expiry 1y --response-ttl 5s";
    changed(&home, user);
    unchanged(&home, user);
    for (flag, field) in [
        ("--bearer=false", "bearer"),
        ("--proxy-required=false", "proxy-required"),
        ("--expiry 0", "expiry"),
        ("--response-ttl 90s", "response-ttl"),
    ] {
        differs(&home, &format!("add user -a A w --if-absent {flag}"), field);
    }
    let told = differs(
        &home,
        "add user -a A w --if-absent --response-ttl 90s",
        "response-ttl",
    );
    told.stderr_has("asked for `1m30s`, found `5s`");
    unchanged(&home, "add user -a A w --if-absent --start 0");

    line(&home, "add export -a A -s p -n P -p --advertise").success();
    line(
        &home,
        "add export -a A -s s.* -r --response-type Stream --response-threshold 1s --allow-trace --account-token-position 2",
    )
    .success();
    for (words, field) in [
        ("-s p --private=false", "private"),
        ("-s p --advertise=false", "advertise"),
        ("-s p --name p", "name"),
        ("-s s.* -r --response-type Singleton", "response-type"),
        ("-s s.* -r --response-threshold 0s", "response-threshold"),
        ("-s s.* -r --allow-trace=false", "allow-trace"),
        (
            "-s s.* -r --account-token-position 0",
            "account-token-position",
        ),
    ] {
        differs(
            &home,
            &format!("add export -a A {words} --if-absent"),
            field,
        );
    }
    unchanged(&home, "add export -a A -s p --private --name P --if-absent");

    let import = "add import -a B --src-account A --remote-subject";
    line(&home, &format!("{import} e --allow-trace -n N")).success();
    line(&home, &format!("{import} s.x --service --share")).success();
    for (words, field) in [
        ("e --allow-trace=false", "allow-trace"),
        ("e --name e", "name"),
        ("s.x --service --share=false", "share"),
    ] {
        differs(&home, &format!("{import} {words} --if-absent"), field);
    }

    let file = home.write("work/off.csv", "name,bearer\nw,false\n");
    let words = format!("add users -a A --from {} --if-absent", file.display());
    refused(&home, 4, &[&words]);
}

/// Adding makes current, so that the commands that follow work on it: the second time, too.
#[test]
fn what_is_there_becomes_current_as_if_it_were_added() {
    let home = stock::home();
    let current = || {
        let env = line(&home, "env --output json").success().json();
        let name = |what: &str| env["result"][what].as_str().map(str::to_owned);
        (name("operator").unwrap(), name("account"))
    };
    line(&home, "select account B").success();
    refused(&home, 0, &["add account A --if-absent --dry-run"]);
    assert_eq!(current().1.as_deref(), Some("B"));
    changed(&home, "add account A --if-absent");
    assert_eq!(current().1.as_deref(), Some("A"));
    unchanged(&home, "add account A --if-absent");
    line(&home, "add operator P").success();
    changed(&home, "add operator O --if-absent");
    assert_eq!(current().0, "O");
    line(&home, "select account B").success();
    unchanged(&home, "add operator O --if-absent");
    assert_eq!(current(), ("O".to_owned(), Some("B".to_owned())));
}

#[test]
fn what_is_not_there_is_deleted_already() {
    let home = stock::home();
    line(&home, "add export -a A -s e").success();
    line(&home, "add mapping -a A -f a -t b").success();
    line(&home, "add import -a B --src-account A --remote-subject e").success();
    line(&home, "revocations add-user -a A -n u").success();
    line(&home, "revocations add-activation -a A -s e -t *").success();
    for words in [
        "revocations delete-activation -a A -s e -t *",
        "revocations delete-user -a A -n u",
        "delete import -a B -s e",
        "delete export -a A -s e",
        "delete mapping -a A -f a",
        "delete user -a A u",
        "delete account A",
    ] {
        changed(&home, &format!("{words} --if-exists"));
        if !words.starts_with("delete user") {
            unchanged(&home, &format!("{words} --if-exists"));
        }
    }
    // The account is gone, and its users with it.
    unchanged(&home, "delete user -a A u --if-exists");
    refused(&home, 3, &["delete user -a A u", "delete account A"]);
    // What is wrong in another way stays wrong.
    refused(
        &home,
        2,
        &["delete user -a B --if-exists", "delete account --if-exists"],
    );
    refused(&home, 1, &["delete account NONE --if-exists -H /nowhere"]);
}

#[test]
fn of_several_users_those_go_that_are_there() {
    let home = stock::home();
    let json = line(
        &home,
        "delete user -a A -n u,none --if-exists --output json",
    )
    .success()
    .json();
    assert_eq!(json["changed"], true);
    assert_eq!(json["result"]["missing"], json!(["none"]));
    assert_eq!(json["result"]["users"][0]["name"], "u");
    unchanged(&home, "delete user -a A -n u,none --if-exists -R");
}

#[test]
fn accounts_of_a_managed_store_are_added_once() {
    let home = stock::home();
    let jwt = home.stores().join("O/O.jwt");
    let import = format!("add operator M -u {}", jwt.display());
    line(&home, &import).success();
    changed(&home, "add account W --if-absent");
    unchanged(&home, "add account W --if-absent");
    changed(&home, "delete account W --force --if-exists");
    unchanged(&home, "delete account W --force --if-exists");
}

/// What still has to be done about an account is told again.
#[test]
fn an_account_that_waits_for_its_operator_says_so() {
    let there = stock::home();
    let jwt = there.stores().join("O/O.jwt");
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    line(&home, &format!("add operator M -u {}", jwt.display())).success();
    for _ in 0..2 {
        line(&home, "add account W --if-absent")
            .success()
            .stdout_has("account `W` is self-signed");
    }
    refused(&home, 1, &["add account W --if-absent --strict"]);
}

#[test]
fn many_users_are_added_once() {
    let home = stock::home();
    line(
        &home,
        "edit signing-key -a A --sk generate --role r --allow-pub r",
    )
    .success();
    let file = |name: &str, lines: &str| {
        let path = home.write(format!("work/{name}"), lines);
        format!("add users -a A --from {} --if-absent", path.display())
    };
    let header = "name,tag,expiry,role,allow-pub\n";
    let lines = format!("{header}a,x,1y,,p\nb,,,r,\n");
    let words = file("a.csv", &lines);
    changed(&home, &words);
    let json = line(&home, &format!("{words} --output json"))
        .success()
        .json();
    assert_eq!(json["changed"], false);
    assert_eq!(json["result"]["unchanged"], json!(["a", "b"]));
    refused(&home, 0, &[&words]);
    // One more goes in, and nothing when a line differs.
    let more = file("b.csv", &format!("{lines}c,,,,\n"));
    let json = line(&home, &format!("{more} --output json"))
        .success()
        .json();
    assert_eq!(json["result"]["added"][0]["name"], "c");
    let other = file("c.csv", &format!("{header}a,y,,,\nd,,,,\nb,,,,\n"));
    refused(&home, 4, &[&other]);
    let told = line(&home, &format!("{other} --keep-going")).failure(7);
    told.stderr_has("line 2, user `a`")
        .stderr_has("asked for `y`, found `x`");
    assert!(home.creds_file("O", "A", "d").is_file());
    // The same name twice in one file is another matter.
    refused(&home, 4, &[&file("d.csv", "name\ne\ne\n")]);
}

#[test]
fn many_accounts_are_added_once() {
    let home = stock::home();
    let file = |name: &str, lines: &str| {
        let path = home.write(format!("work/{name}"), lines);
        format!("add accounts --from {} --if-absent", path.display())
    };
    let header = "name,conns,sk,js-disk-storage\n";
    let words = file("a.csv", &format!("{header}X,5,generate,1G\nY,,,\n"));
    changed(&home, &words);
    let json = line(&home, &format!("{words} --output json"))
        .success()
        .json();
    assert_eq!(
        (&json["changed"], &json["result"]["unchanged"]),
        (&json!(false), &json!(["X", "Y"]))
    );
    refused(&home, 0, &[&words]);
    let other = file("b.csv", &format!("{header}X,6,,\n"));
    refused(&home, 4, &[&other]);
    line(&home, &other)
        .failure(4)
        .stderr_has("asked for `6`, found `5`");
    refused(
        &home,
        4,
        &[&file("c.csv", &format!("{header}Y,,generate,\n"))],
    );
}

#[test]
fn all_of_several_at_once_succeed() {
    let home = stock::home();
    let words = [
        "add",
        "user",
        "-a",
        "A",
        "w",
        "--if-absent",
        "--output",
        "json",
    ];
    let running: Vec<_> = (0..4).map(|_| home.nsc(words).spawn()).collect();
    let changed = running
        .into_iter()
        .map(|one| one.finish())
        .filter(|output| {
            assert_eq!(output.code(), Some(0), "{output}");
            output.json()["changed"] == true
        });
    assert_eq!(changed.count(), 1);
}
