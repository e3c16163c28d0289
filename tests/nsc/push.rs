//! `nsc push`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use nsc_core::keys::KeyKind;
use nsc_testkit::{Answer, HttpDouble, NatsServer, TestHome, account_server};
use serde_json::{Value, json};

use crate::stock::{self, key};
use crate::system::{self, account_by, account_key, account_path, full_server, held, holds};

fn push<'h>(home: &'h TestHome, url: &str, args: &[&str]) -> nsc_testkit::Call<'h> {
    let start = ["push", "-u", url];
    home.nsc(start.iter().chain(args))
}

/// Marks an account as once removed from the store.
fn once_removed(home: &TestHome, n: u8) {
    let list = home.stores().join("O/.nsc-rs/history/removed-accounts");
    home.write(list, format!("{}\n", account_key(n)));
}

#[test]
fn accounts_reach_the_server_and_are_sent_once() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    let output = push(&home, &server.url(), &["-a", "A"]).success();
    output.stdout_has("account `A`").stdout_has("jwt updated");
    assert_eq!(held(&server, 1), home.account_token("O", "A").text());
    assert!(!holds(&server, 2));

    let start = Instant::now();
    let url = server.url();
    let output = push(&home, &url, &["-A", "--timeout", "20", "--output", "json"]).success();
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "it waits for nobody"
    );
    let accounts = output.json()["result"]["accounts"].clone();
    let outcome = |n: usize| (accounts[n]["name"].clone(), accounts[n]["outcome"].clone());
    assert_eq!(outcome(0), (json!("A"), json!("unchanged")));
    assert_eq!(outcome(1), (json!("B"), json!("sent")));
    assert_eq!(outcome(2), (json!("SYS"), json!("unchanged")));
    assert_eq!(accounts[1]["replies"][0]["answer"], "accepted");
    assert!(holds(&server, 2));

    push(&home, &url, &["-a", &account_key(2)]).success();
    push(&home, &format!(" nats://127.0.0.1:1,{url} "), &[])
        .failure(1)
        .stderr_has("no account is set");
}

#[test]
fn the_operators_url_is_used_and_not_changed() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    home.nsc(["push", "-A"])
        .failure(1)
        .stderr_has("no account server URL");
    system::operator(&home, json!({"account_server_url": server.url()}));
    let before = home.operator_token("O");
    home.nsc(["push", "-A", "-u", ""]).success();
    push(&home, "nats://127.0.0.1:1", &["-A"])
        .failure(6)
        .stderr_has("no servers available");
    assert_eq!(home.operator_token("O"), before);
}

#[test]
fn flags_that_make_no_sense_are_refused() {
    let home = system::home(json!({"account_server_url": "nats://127.0.0.1:1"}));
    for (args, code) in [
        (&["-A", "-a", "A"][..], 2),
        (&["-P", "-D"], 2),
        (&["-R", "A", "-P"], 2),
        (&["-R", "A", "-D"], 2),
        (&["-a", "NOPE"], 3),
        (&["-a", &account_key(77)], 3),
        (&["-R", "NOPE"], 3),
        (&["-R", "SYS"], 1),
        (&["-A", "-u", "ftp://h"], 2),
        (&["-A", "-u", "nats://h,ws://h"], 2),
        (&["-A", "extra"], 2),
        (&["-A", "--tls-curves", "P111"], 2),
        (&["-A", "--client-cert", "c.pem"], 2),
    ] {
        home.nsc(["push"].iter().chain(args)).failure(code);
    }
    let empty = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    stock::operator(&empty, "O", &key(KeyKind::Operator, 1), json!({}));
    for args in [&["-A"][..], &[], &["-P"]] {
        let start = ["push", "-u", "nats://127.0.0.1:1"];
        empty.nsc(start.iter().chain(args)).failure(3);
    }
}

#[test]
fn one_bad_account_keeps_all_back_unless_forced() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    stock::account(&home, "O", "B", 2, json!({"/exp": 1_600_000_000}));
    for args in [&["-a", "B"][..], &["-A"]] {
        let output = push(&home, &server.url(), args).failure(1);
        output.stderr_has("account `B`").stderr_has("expired");
    }
    let foreign = account_by("B", 2, json!({}), &key(KeyKind::Operator, 5));
    home.write(account_path(&home, "B"), &foreign);
    let output = push(&home, &server.url(), &["-A"]).failure(1);
    output.stderr_has(&key(KeyKind::Operator, 5).public);
    assert!(!holds(&server, 1) && !holds(&server, 2));

    let output = push(&home, &server.url(), &["-A", "-F"]).success();
    output.stdout_has("[WARN]").stdout_has("will not use it");
    assert_eq!(held(&server, 2), foreign);
}

#[test]
fn a_newer_account_of_the_server_stays_unless_forced() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    stock::account(&home, "O", "A", 1, json!({"/iat": 1_700_000_500}));
    push(&home, &server.url(), &["-a", "A"]).success();
    let newer = held(&server, 1);
    stock::account(&home, "O", "A", 1, json!({"tags": ["older"]}));
    let output = push(&home, &server.url(), &["-a", "A"]).failure(4);
    output.stderr_has("issued later");
    assert_eq!(held(&server, 1), newer);
    push(&home, &server.url(), &["-A"]).failure(7);
    assert!(holds(&server, 2), "the others go on");
    push(&home, &server.url(), &["-a", "A", "-F"]).success();
    assert_ne!(held(&server, 1), newer);
}

#[test]
fn a_dry_run_sends_nothing() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    let output = push(&home, &server.url(), &["-A", "--dry-run"]).success();
    output.stdout_has("would be pushed");
    // What would be refused is told, too.
    let later = json!({"/iat": 1_700_000_500});
    stock::account(&home, "O", "A", 1, later);
    push(&home, &server.url(), &["-a", "A"]).success();
    stock::account(&home, "O", "A", 1, json!({}));
    let output = push(&home, &server.url(), &["-A", "--dry-run"]).failure(7);
    output
        .stderr_has("issued later")
        .stderr_has("would be pushed")
        .stderr_has("unchanged");
    let output = push(&home, &server.url(), &["-A", "-F", "--dry-run"]).success();
    output.stdout_has("would be pushed");
    assert!(!holds(&server, 2));
    push(&home, &server.url(), &["-R", "A"]).success();
    push(&home, &server.url(), &["-R", "SYS", "--dry-run"]).failure(1);
    assert!(!holds(&server, 1));
    push(&home, &server.url(), &["-A"]).success();
    push(&home, &server.url(), &["-R", "A", "--dry-run"])
        .success()
        .stdout_has("would be deleted");
    push(&home, &server.url(), &["-P", "-F", "--dry-run"]).success();
    assert!(holds(&server, 1));
}

#[test]
fn prune_deletes_what_the_store_once_held() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    stock::account(&home, "O", "gone", 3, json!({}));
    stock::account(&home, "O", "strange", 4, json!({}));
    stock::account(&home, "O", "lost", 5, json!({}));
    stock::store_seed(&home, &key(KeyKind::Account, 5));
    push(&home, &server.url(), &["-A"]).success();
    for name in ["gone", "strange", "lost"] {
        std::fs::remove_dir_all(home.stores().join("O/accounts").join(name)).unwrap();
    }
    once_removed(&home, 3);

    let output = push(&home, &server.url(), &["-P"]).success();
    output.stdout_has("[WARN]").stdout_has(&account_key(4));
    assert!(!holds(&server, 3) && !holds(&server, 5));
    assert!(holds(&server, 4) && holds(&server, 1) && holds(&server, 9));
    let output = push(&home, &server.url(), &["-P", "--output", "json"]).success();
    let pruned = output.json()["result"]["prune"].clone();
    assert_eq!(
        (&pruned["deleted"], &pruned["left"]),
        (&json!([]), &json!([account_key(4)]))
    );
    push(&home, &server.url(), &["-P", "-F"]).success();
    assert!(!holds(&server, 4) && holds(&server, 1) && holds(&server, 9));

    home.write(account_path(&home, "A"), "damaged");
    push(&home, &server.url(), &["-P", "-F"]).failure(1);
    assert!(
        holds(&server, 1),
        "an account that cannot be read is not gone"
    );
}

#[test]
fn an_account_is_removed_by_name_or_key() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    push(&home, &server.url(), &["-A"]).success();
    push(&home, &server.url(), &["-R", "A"]).success();
    assert!(!holds(&server, 1) && holds(&server, 2));
    let output = push(&home, &server.url(), &["-R", &account_key(77)]).success();
    output.stdout_has("no server held it");

    let operator = key(KeyKind::Operator, 1);
    std::fs::remove_file(home.seed_file(&operator.public)).unwrap();
    push(&home, &server.url(), &["-R", "B"]).failure(5);
    let stranger = key(KeyKind::Operator, 5).seed;
    push(&home, &server.url(), &["-R", "B", "-K", &stranger]).failure(5);
    assert!(holds(&server, 2));
    push(&home, &server.url(), &["-R", "B", "-K", &operator.seed]).success();
    assert!(!holds(&server, 2));
}

#[test]
fn the_very_jwt_that_was_removed_is_warned_of() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    let locked = "keep the account locked";
    push(&home, &server.url(), &["-a", "A"]).success();
    push(&home, &server.url(), &["-R", "A", "--dry-run"]).success();
    let output = push(&home, &server.url(), &["-a", "A"]).success();
    assert!(!output.stdout().contains(locked));
    for _ in 0..2 {
        push(&home, &server.url(), &["-R", &account_key(1)]).success();
    }
    push(&home, &server.url(), &["-A", "--strict"])
        .failure(1)
        .stderr_has("account `A`: servers were told")
        .stderr_has("a warning refuses with --strict");
    assert!(!holds(&server, 1));
    let output = push(&home, &server.url(), &["-A"]).success();
    output.stdout_has("[WARN] account `A`").stdout_has(locked);
    stock::account(&home, "O", "A", 1, json!({"tags": ["other"]}));
    let output = push(&home, &server.url(), &["-a", "A"]).success();
    assert!(!output.stdout().contains("[WARN]"));
}

#[test]
fn the_last_line_tells_how_the_jobs_went() {
    let home = system::home(json!({}));
    let fails = Arc::new(AtomicUsize::new(0));
    let left = Arc::clone(&fails);
    let server = HttpDouble::start(move |request| {
        let fail = |left: usize| left.checked_sub(1);
        match request.method.as_str() {
            "POST" if left.fetch_update(SeqCst, SeqCst, fail).is_ok() => Answer::new(500, ""),
            "POST" => Answer::new(200, ""),
            _ => Answer::new(404, ""),
        }
    });
    let one = push(&home, &server.url(), &["-a", "A"]).success();
    assert!(!one.stdout().contains("jobs"));
    let all = push(&home, &server.url(), &["-A"]).success();
    assert!(
        all.stdout().ends_with("\nall jobs succeeded\n"),
        "{}",
        all.stdout()
    );
    for (failing, args, status, last) in [
        (1, "-aA", 6, "Error: all jobs failed"),
        (3, "-A", 6, "Error: all jobs failed"),
        (
            1,
            "-A",
            7,
            "Error: 1 job failed, 2 succeeded, 0 had warnings",
        ),
    ] {
        fails.store(failing, SeqCst);
        let output = push(&home, &server.url(), &[args]).failure(status);
        assert_eq!(output.stderr().lines().last(), Some(last));
        assert_eq!(output.stdout(), "");
    }
    let planned = push(&home, &server.url(), &["-A", "--dry-run"]).success();
    assert!(!planned.stdout().contains("jobs"));
}

#[test]
fn a_server_that_forbids_deletion_is_reported() {
    let home = system::home(json!({}));
    let config = home
        .nsc(["generate", "config", "--nats-resolver"])
        .success();
    let server = NatsServer::start(home.path().join("server"), config.stdout());
    push(&home, &server.url(), &["-A"]).success();
    let output = push(&home, &server.url(), &["-R", "A"]).failure(6);
    output.stderr_has("refused");
    assert_eq!(output.stdout(), "");
    assert!(holds(&server, 1));
}

#[test]
fn diff_tells_both_directions_and_contents() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    stock::account(&home, "O", "gone", 3, json!({}));
    push(&home, &server.url(), &["-A"]).success();
    std::fs::remove_dir_all(home.stores().join("O/accounts/gone")).unwrap();
    stock::account(&home, "O", "A", 1, json!({"/iat": 1_700_000_500}));
    stock::account(&home, "O", "new", 4, json!({}));
    let before = home.tree();

    let output = push(&home, &server.url(), &["-D", "--output", "json"]).success();
    let diff = output.json()["result"]["diff"].clone();
    assert_eq!(diff["servers"][0]["missing"], json!(["new"]));
    let held = diff["servers"][0]["accounts"].as_array().unwrap().clone();
    let name_of = |n| {
        held.iter()
            .find(|a| a["public_key"] == json!(account_key(n)))
            .unwrap()["name"]
            .clone()
    };
    assert_eq!((name_of(1), name_of(3)), (json!("A"), Value::Null));
    let states: Vec<&Value> = (0..4).map(|n| &diff["accounts"][n]["state"]).collect();
    assert_eq!(states, ["differs", "same", "same", "missing"]);
    let output = push(&home, &server.url(), &["-D"]).success();
    output
        .stdout_has("only on the server")
        .stdout_has("holds 4 accounts");
    assert_eq!(before.changes(&home.tree()), [""; 0]);
}

#[test]
fn any_key_of_the_system_account_will_do() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    let identity = home.seed_file(&system::system_key().public);
    std::fs::remove_file(&identity).unwrap();
    // The stored user is left.
    push(&home, &server.url(), &["-a", "A"]).success();
    push(&home, &server.url(), &["-a", "B", "--system-user", "sys"]).success();

    // Its creds file will do, too.
    let creds = home.nsc(["generate", "creds", "-a", "SYS", "-n", "sys"]);
    let creds = creds.secret_expected().success();
    home.write(home.creds_file("O", "SYS", "sys"), creds.stdout());
    std::fs::remove_file(home.seed_file(&key(KeyKind::User, 9).public)).unwrap();
    push(&home, &server.url(), &["-D"]).success();
    std::fs::remove_file(home.creds_file("O", "SYS", "sys")).unwrap();
    let output = push(&home, &server.url(), &["-A"]).failure(5);
    output.stderr_has("SYS").stderr_has("--system-user");
    push(&home, &server.url(), &["-A", "--system-user", "sys"])
        .failure(5)
        .stderr_has("sys");
}

#[test]
fn unscoped_signing_keys_sign_the_temporary_user() {
    let home = system::home(json!({}));
    let (plain, scoped) = (key(KeyKind::Account, 20), key(KeyKind::Account, 21));
    let scope = json!({"kind": "user_scope", "key": scoped.public, "role": "r", "description": "",
        "template": {"pub": {}, "sub": {}, "subs": -1, "data": -1, "payload": -1}});
    stock::account(
        &home,
        "O",
        "SYS",
        9,
        json!({"signing_keys": [plain.public, scope]}),
    );
    let server = full_server(&home);
    std::fs::remove_file(home.seed_file(&system::system_key().public)).unwrap();
    std::fs::remove_file(home.seed_file(&key(KeyKind::User, 9).public)).unwrap();
    stock::store_seed(&home, &scoped);
    push(&home, &server.url(), &["-a", "A"]).failure(5);
    stock::store_seed(&home, &plain);
    push(&home, &server.url(), &["-a", "A"]).success();
}

#[test]
fn a_wrong_system_account_is_named() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    for (args, code, says) in [
        (&["--system-account", "A"][..], 1, "not the system account"),
        (&["--system-account", "NOPE"], 3, "NOPE"),
        (&["--system-user", "nobody"], 3, "nobody"),
    ] {
        let output = push(&home, &server.url(), &[&["-A"], args].concat()).failure(code);
        output.stderr_has(says);
    }
    let system = account_key(9);
    for name in ["SYS", &system] {
        push(&home, &server.url(), &["-A", "--system-account", name]).success();
    }
    system::operator(&home, json!({"system_account": ""}));
    push(&home, &server.url(), &["-A"])
        .failure(3)
        .stderr_has("system account");
}

#[test]
fn servers_that_cannot_take_accounts_are_reported() {
    let home = system::home(json!({}));
    let server = system::server(&home, "--mem-resolver");
    for args in [&["-a", "A"][..], &["-P"], &["-R", "A"], &["-D"]] {
        push(&home, &server.url(), args)
            .failure(6)
            .stderr_has("no responders");
    }
    drop(server);
    let other = stock::home();
    let nats = json!({"system_account": account_key(8)});
    stock::operator(&other, "O", &key(KeyKind::Operator, 1), nats);
    stock::account(&other, "O", "SYS", 8, json!({}));
    let server = full_server(&other);
    push(&home, &server.url(), &["-A"])
        .failure(6)
        .stderr_has("authorization violation");
}

#[test]
fn accounts_are_posted_to_an_account_server() {
    let home = system::home(json!({}));
    let server = account_server(home.operator_token("O").text());
    let url = format!("{}/jwt/v1/", server.url());
    push(&home, &url, &["-a", "A"])
        .success()
        .stdout_has("status 200");
    let request = server.requests().pop().unwrap();
    let path = format!("/jwt/v1/accounts/{}", account_key(1));
    assert_eq!((request.method.as_str(), request.path), ("POST", path));
    assert_eq!(request.headers["content-type"], "application/jwt");
    assert_eq!(request.body, home.account_token("O", "A").text());

    push(&home, &url, &["-A"]).success().stdout_has("unchanged");
    let posts = |server: &HttpDouble| {
        let requests = server.requests();
        requests.iter().filter(|r| r.method == "POST").count()
    };
    assert_eq!(posts(&server), 3);
    push(&home, &url, &["-A", "--dry-run"]).success();
    for flags in [&["-P"][..], &["-D"], &["-R", "A"]] {
        push(&home, &url, flags)
            .failure(1)
            .stderr_has("account server");
    }
    assert_eq!(posts(&server), 3);
}

#[test]
fn the_status_of_an_account_server_decides() {
    let home = system::home(json!({}));
    let (a, b) = (account_key(1), account_key(2));
    let server = HttpDouble::start(move |request| match request.method.as_str() {
        "POST" if request.path.ends_with(&a) => Answer::new(500, "disk\x1b[2J full\n"),
        "POST" if request.path.ends_with(&b) => Answer::new(202, "wait for it"),
        "POST" => Answer::new(200, ""),
        _ => Answer::new(404, "no"),
    });
    let output = push(&home, &server.url(), &["-A"]).failure(7);
    output
        .stderr_has("500")
        .stderr_has("202")
        .stderr_has("> wait for it");
    output.stderr_has("> disk\\u{1b}[2J full");
    assert_eq!(output.stdout(), "");
    push(&home, &server.url(), &["-a", "B"])
        .success()
        .stdout_has("[WARN]");
    push(&home, &server.url(), &["-a", "A"]).failure(6);
}
