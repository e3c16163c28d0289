//! Several commands at once lose nothing, and changes of others are not overwritten.

use std::path::PathBuf;

use nsc_core::keys::KeyKind;
use nsc_testkit::{Answer, HttpDouble, TestHome, token};
use serde_json::json;

use crate::stock::{self, key};

fn home() -> TestHome {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    home.nsc(["add", "operator", "O"]).success();
    home.nsc(["add", "account", "A"]).success();
    home
}

/// Lets eight writers run one command after the other, each with its number and that of the command.
fn eight_writers(count: usize, run: impl Fn(usize, usize) + Sync) {
    let run = &run;
    std::thread::scope(|scope| {
        for writer in 0..8 {
            scope.spawn(move || (0..count).for_each(|n| run(writer, n)));
        }
    });
}

#[test]
fn eight_processes_edit_one_account() {
    let home = home();
    eight_writers(25, |writer, n| {
        let tag = format!("t{writer}-{n}");
        home.nsc([
            "edit",
            "account",
            "A",
            "--tag",
            &tag,
            "--lock-timeout",
            "120",
        ])
        .limit(std::time::Duration::from_secs(180))
        .success();
    });
    let account = home.account_token("O", "A");
    let mut tags: Vec<&str> = account.claims()["nats"]["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag.as_str().unwrap())
        .collect();
    tags.sort_unstable();
    let mut expected: Vec<String> = (0..8)
        .flat_map(|writer| (0..25).map(move |n| format!("t{writer}-{n}")))
        .collect();
    expected.sort_unstable();
    assert_eq!(tags, expected);
    let log = home
        .nsc(["log", "--limit", "500", "--output", "json"])
        .success();
    let ids: Vec<u64> = log.json()["result"]
        .as_array()
        .unwrap()
        .iter()
        .map(|commit| commit["id"].as_u64().unwrap())
        .collect();
    assert_eq!(ids, (1..=202).rev().collect::<Vec<_>>());
}

#[test]
fn eight_processes_add_users() {
    let home = home();
    eight_writers(15, |writer, n| {
        let name = format!("u{writer}-{n}");
        home.nsc(["add", "user", &name, "--lock-timeout", "120"])
            .limit(std::time::Duration::from_secs(180))
            .success();
    });
    for writer in 0..8 {
        for n in 0..15 {
            let name = format!("u{writer}-{n}");
            let user = home.user_token("O", "A", &name);
            assert!(home.seed_file(user.subject()).exists(), "{name}");
            assert!(home.creds_file("O", "A", &name).exists(), "{name}");
        }
    }
}

/// Waits for its turn behind seven others, on a machine that may be slow.
fn patiently(home: &TestHome, line: &str) {
    home.nsc(line.split(' ').chain(["--lock-timeout", "120"]))
        .limit(std::time::Duration::from_secs(180))
        .success();
}

#[test]
fn eight_processes_revoke() {
    let home = home();
    let user = |writer: usize, n: usize| key(KeyKind::User, (writer * 5 + n + 1) as u8).public;
    eight_writers(5, |writer, n| {
        patiently(
            &home,
            &format!("revocations add-user -a A -u {}", user(writer, n)),
        );
    });
    let account = home.account_token("O", "A");
    let revoked = account.claims()["nats"]["revocations"].as_object().unwrap();
    let expected: std::collections::BTreeSet<String> = (0..8)
        .flat_map(|writer| (0..5).map(move |n| user(writer, n)))
        .collect();
    assert_eq!(expected, revoked.keys().cloned().collect());
}

#[test]
fn eight_processes_add_exports() {
    let home = home();
    eight_writers(5, |writer, n| {
        let kind = if n % 2 == 0 { " --service" } else { "" };
        patiently(
            &home,
            &format!("add export -a A -n e{writer}-{n} -s e.{writer}.{n}{kind}"),
        );
    });
    let account = home.account_token("O", "A");
    let mut names: Vec<&str> = account.claims()["nats"]["exports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|export| export["name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    let expected: Vec<String> = (0..8)
        .flat_map(|writer| (0..5).map(move |n| format!("e{writer}-{n}")))
        .collect();
    assert_eq!(names, expected);
}

#[test]
fn eight_processes_edit_the_operator() {
    let home = home();
    eight_writers(5, |writer, n| {
        patiently(&home, &format!("edit operator --tag t{writer}-{n}"));
    });
    let operator = home.operator_token("O");
    let tags = operator.claims()["nats"]["tags"].as_array().unwrap();
    assert_eq!(tags.len(), 40);
}

/// Commands of different kinds at once, which touch the same account and the same keystore.
#[test]
fn eight_processes_do_different_things() {
    let home = home();
    for n in 0..8 {
        home.nsc(["add", "user", &format!("old{n}")]).success();
    }
    eight_writers(3, |writer, n| {
        let line = match n {
            0 => format!("add account B{writer}"),
            1 => format!("delete user -a A old{writer} --rm-nkey --rm-creds --revoke"),
            _ => format!("edit signing-key -a A --sk generate --role r{writer}"),
        };
        patiently(&home, &line);
    });
    let account = home.account_token("O", "A");
    let nats = &account.claims()["nats"];
    assert_eq!(nats["signing_keys"].as_array().unwrap().len(), 8);
    assert_eq!(nats["revocations"].as_object().unwrap().len(), 8);
    for n in 0..8 {
        home.account_token("O", &format!("B{n}"));
    }
    let listed = home.nsc(["list", "users", "-a", "A", "-J"]).success();
    assert_eq!(listed.json().as_array().unwrap().len(), 0);
    home.nsc(["validate", "-A"]).success();
}

#[test]
fn one_name_is_added_once() {
    let home = home();
    let statuses = std::sync::Mutex::new(Vec::new());
    eight_writers(1, |_, _| {
        let output = home.nsc(["add", "user", "only"]).run();
        statuses.lock().unwrap().push(output.code().unwrap());
    });
    let mut statuses = statuses.into_inner().unwrap();
    statuses.sort_unstable();
    assert_eq!(statuses, [0, 4, 4, 4, 4, 4, 4, 4]);
    let user = home.user_token("O", "A", "only");
    let keys = home.keystore().join("keys/U");
    let count = std::fs::read_dir(keys).unwrap().count();
    assert_eq!(count, 1, "no key of those that came too late");
    assert!(home.seed_file(user.subject()).exists());
}

/// A home of a managed operator whose account server does something with the home before it
/// answers: in the middle of a command, when everything was read and nothing is written.
fn with_meddler(
    meddle: impl Fn(&std::path::Path) + Send + Sync + 'static,
) -> (TestHome, HttpDouble) {
    let stores: std::sync::Arc<std::sync::OnceLock<PathBuf>> = std::sync::Arc::default();
    let seen = std::sync::Arc::clone(&stores);
    let server = HttpDouble::start(move |_| {
        if let Some(stores) = seen.get() {
            meddle(stores);
        }
        Answer::new(202, "")
    });
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let operator = key(KeyKind::Operator, 1);
    let nats = json!({"account_server_url": server.url()});
    let claims = stock::claims("OP", &operator.public, "operator", nats);
    let file = home.write("op.jwt", token::sign(&claims, &operator.seed));
    home.nsc(["add", "operator", "-u", file.to_str().unwrap()])
        .success();
    home.nsc(["add", "account", "A"]).success();
    stores.set(home.stores()).unwrap();
    (home, server)
}

fn append(path: PathBuf) {
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}\n")).unwrap();
}

#[test]
fn a_change_by_another_program_is_not_overwritten() {
    for touched in ["OP/OP.jwt", "OP/accounts/A/A.jwt"] {
        let (home, server) = with_meddler(|stores| append(stores.join("OP/accounts/A/A.jwt")));
        let (home, _server) = if touched == "OP/OP.jwt" {
            drop((home, server));
            with_meddler(|stores| append(stores.join("OP/OP.jwt")))
        } else {
            (home, server)
        };
        let before = home.tree();
        home.nsc(["edit", "account", "A", "--tag", "mine", "--sk", "generate"])
            .failure(4)
            .stderr_has(touched)
            .stderr_has("nothing was written");
        let changes = before.changes(&home.tree());
        let mut changes = changes.iter().filter(|change| !change.contains(".nsc-rs"));
        let change = changes.next().unwrap();
        assert!(
            change.starts_with('~') && change.ends_with(touched),
            "{change}"
        );
        assert_eq!(changes.next(), None);
    }
}

#[test]
fn a_twin_of_another_program_is_not_overwritten() {
    let (home, _server) = with_meddler(|stores| {
        let folder = stores.join("OP/accounts/B");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("B.jwt"), "theirs").unwrap();
    });
    home.nsc(["add", "account", "B"])
        .failure(4)
        .stderr_has("B.jwt");
    assert_eq!(
        home.read(home.stores().join("OP/accounts/B/B.jwt")),
        "theirs"
    );
}

#[test]
fn a_busy_store_is_given_up_in_time() {
    let held = std::sync::Arc::new(std::sync::Barrier::new(2));
    let (here, there) = (std::sync::Arc::clone(&held), held);
    let (home, _server) = with_meddler(move |_| {
        there.wait();
        there.wait();
    });
    let slow = home.nsc(["edit", "account", "A", "--tag", "slow"]).spawn();
    here.wait();
    home.nsc([
        "edit",
        "account",
        "A",
        "--tag",
        "fast",
        "--lock-timeout",
        "1",
    ])
    .failure(1)
    .stderr_has("is in use by edit account (process")
    .stderr_has("gave up after 1 s");
    // Readers wait for nobody.
    home.nsc(["list", "accounts"]).success();
    here.wait();
    let output = slow.finish();
    assert_eq!(output.code(), Some(0), "{output}");
}
