//! What somebody may have meant who mistyped a name, and how to begin where there is nothing.

use nsc_testkit::TestHome;
use serde_json::{Value, json};

use crate::stock;

/// `O` with the accounts `ORDERS` (users `alice`, `bob`) and `BILLING` (user `carol`, current).
fn home() -> TestHome {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    for line in [
        "add operator --sys O",
        "add account ORDERS",
        "add user alice",
        "add user bob",
        "edit signing-key --sk generate --role writer --allow-pub x",
        "add export --subject orders.> --name o",
        "add account BILLING",
        "add user carol",
        "add import --src-account ORDERS --remote-subject orders.new",
    ] {
        stock::line(&home, line).success();
    }
    home
}

fn hints(home: &TestHome, status: i32, line: &str) -> Vec<String> {
    let output = stock::line(home, &format!("{line} --output json")).failure(status);
    let hints = output.json()["error"]["hints"].clone();
    let hints = hints.as_array().cloned().unwrap_or_default();
    hints
        .iter()
        .map(|hint| hint.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn names_that_are_near_are_offered() {
    let home = home();
    for (status, line, meant) in [
        (3, "describe account ORDRES", "`ORDERS`"),
        (3, "describe account orders", "`ORDERS`"),
        (3, "describe account BILL", "`BILLING`"),
        (3, "describe operator o", "`O`"),
        (3, "select account BILING", "`BILLING`"),
        (3, "list users -a ORDRES", "`ORDERS`"),
        (3, "describe user -a ORDERS bbo", "`bob`"),
        (3, "edit user -a ORDERS alic --tag x", "`alice`"),
        (3, "delete user -a ORDERS Bob", "`bob`"),
        (3, "generate creds -a ORDERS -n alcie", "`alice`"),
        (3, "push -a ORDRES -u nats://127.0.0.1:1", "`ORDERS`"),
        (
            3,
            "add import --src-account ORDRES --remote-subject x",
            "`ORDERS`",
        ),
        (3, "revocations add-user -a ORDERS -n bbo", "`bob`"),
        (3, "delete export -a ORDERS --subject order.>", "`orders.>`"),
        (
            3,
            "edit export -a ORDERS --subject orders.* --name x",
            "`orders.>`",
        ),
        (3, "delete import --subject orders.nw", "`orders.new`"),
        (5, "add user -a ORDERS x -K writr", "`writer`"),
        (1, "edit user carol --conn-type websoket", "`websocket`"),
        (
            1,
            "add export --subject q --service --response-type Singelton",
            "`Singleton`",
        ),
        (
            1,
            "describe account ORDERS --field nats.limts.conn",
            "`limits`",
        ),
        (2, "list acounts", "`accounts`"),
        (2, "lst accounts", "`list`"),
        (2, "add user --alow-pub x", "`--allow-pub`"),
        (2, "generate config --nats-resolver --format hlm", "`helm`"),
    ] {
        let first = &hints(&home, status, line)[0];
        assert_eq!(first, &format!("did you mean {meant}?"), "{line}");
        let text = stock::line(&home, line).failure(status);
        text.stderr_has(&format!("\n  did you mean {meant}?\n"));
    }
}

#[test]
fn names_that_are_not_near_are_not() {
    let home = home();
    for (status, line) in [
        (3, "describe account SHIPPING"),
        (
            3,
            "describe account AADMZ5W2TVLMKDW2U4RUHMUW56MYXOXNWYJOPSU4TA7MWZGM6VZZPUH4",
        ),
        (3, "describe user -a ORDERS zoe"),
        (3, "delete export -a ORDERS --subject prices"),
        (2, "zork"),
    ] {
        let hints = hints(&home, status, line);
        assert!(!hints.is_empty(), "{line}");
        let meant = hints.iter().find(|hint| hint.contains("did you mean"));
        assert_eq!(meant, None, "{line}");
    }
}

#[test]
fn a_user_may_be_in_another_account() {
    let home = home();
    let output = home.nsc(["describe", "user", "bob"]).failure(3);
    output.stderr_has("user `bob` does not exist in account `BILLING`");
    output.stderr_has("account `ORDERS` has a user `bob`: add -a ORDERS");
}

#[test]
fn what_is_not_set_is_no_mistake() {
    let home = home();
    for (field, note) in [
        ("nats.imports", ""),
        ("nats.description", ""),
        ("nats.limit", "did you mean `limits`?\n"),
    ] {
        let output = home
            .nsc(["describe", "account", "ORDERS", "-F", field])
            .success();
        assert_eq!(
            (output.stdout(), output.stderr()),
            ("null\n", note),
            "{field}"
        );
    }
}

#[test]
fn unknown_words_below_a_group_have_their_question() {
    let home = home();
    let output = home.nsc(["add", "usr"]).success();
    output
        .stderr_has("did you mean `user`?")
        .stdout_has("Usage: nsc add");
}

/// Every command that needs an operator says how to get one.
#[test]
fn with_no_store_there_is_a_beginning() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    home.nsc([""; 0]).success().stdout_has("Begin:\n  init ");
    for line in [
        "add account A",
        "add export --subject x",
        "add user x",
        "delete account X",
        "describe account",
        "describe operator",
        "describe user",
        "edit operator --tag x",
        "expirations",
        "generate config --nats-resolver",
        "generate creds",
        "list accounts",
        "list users",
        "log",
        "pull",
        "push",
        "push -A",
        "revocations list-users",
        "select account X",
        "status",
        "tool pub x",
        "undo",
        "validate",
        "watch",
    ] {
        let call = stock::line(&home, line);
        let output = call.failure(1);
        output.stderr_has("Error: no operator is set\n");
        output.stderr_has("\n  try: nsc init --name NAME\n");
        let hints = hints(&home, 1, line);
        assert_eq!(
            hints,
            ["nsc init --name NAME", "nsc add operator --sys NAME"],
            "{line}"
        );
    }
    home.nsc(["env"]).success();
    home.nsc(["list", "operators"])
        .success()
        .stdout_has("nsc init");
    stock::line(&home, "init")
        .failure(1)
        .stderr_has("try: nsc init --name NAME");
    home.nsc(["init", "--name", "NAME"]).success();
    assert_eq!(hints(&home, 1, "pull").len(), 2);
}

#[test]
fn of_several_operators_one_is_chosen() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    home.nsc(["add", "operator", "P"]).success();
    assert_eq!(hints(&home, 1, "list users"), ["nsc add account NAME"]);
    home.nsc(["add", "operator", "Q"]).success();
    let config: Value = serde_json::from_str(&home.read(".config/nats/nsc/nsc.json")).unwrap();
    let mut config = config;
    config["operator"] = json!("");
    home.write(".config/nats/nsc/nsc.json", config.to_string());
    let hints = hints(&home, 1, "list accounts");
    assert_eq!(hints, ["nsc select operator P", "nsc select operator Q"]);
    home.shell(&hints[1]).success();
    home.nsc(["list", "accounts"]).success();
}

/// What an error says can be tried works as it stands there.
#[test]
fn hints_can_be_pasted() {
    let mut tried = 0;
    for (status, line) in [
        (2, "add user --zork"),
        (2, "lst"),
        (2, "undo x"),
        (2, "edit user carol"),
        (2, "edit user -a ORDERS --tag x"),
        (2, "generate config"),
        (2, "generate nkey"),
        (3, "describe account NOPE"),
        (3, "describe operator NOPE"),
        (3, "describe user -a ORDERS nope"),
        (3, "edit signing-key -a ORDERS --role reader --subs 3"),
        (3, "delete export -a ORDERS --subject nope"),
        (3, "delete import --subject nope"),
        (3, "undo 999"),
        (3, "log 999"),
        (1, "trash restore nope"),
        (4, "add account ORDERS"),
        (4, "add operator O"),
        (5, "add user x -K nope"),
        (5, "add user x -k nope"),
        (5, "edit account ORDERS --sk nope"),
        (1, "edit operator --require-signing-keys"),
        (1, "rename account ORDERS SALES"),
        (1, "push -a ORDERS"),
    ] {
        let home = home();
        for hint in hints(&home, status, line) {
            let is_open = hint
                .split(' ')
                .any(|word| word.len() > 2 && is_placeholder(word));
            if !hint.starts_with("nsc ") || is_open {
                continue;
            }
            home.shell(&hint).secret_expected().success();
            tried += 1;
        }
    }
    assert!(tried >= 20, "{tried}");
}

/// Stands for what only the person knows.
fn is_placeholder(word: &str) -> bool {
    ["NAME", "FILE", "DIR", "HOST"]
        .iter()
        .any(|open| word.contains(open))
}
