//! Servers that are gone, slow, strange or secured, and the way to them: each failure names its cause and
//! what to do, and leaves nothing half done here.

use std::path::{Path, PathBuf};
use std::slice::from_ref;

use nsc_core::keys::KeyKind;
use nsc_testkit::{Answer, Call, Fault, FileTree, HttpDouble, NatsServer, Output, Proxy, TestHome};
use serde_json::{Value, json};

use crate::stock::{self, key};
use crate::system::{self, account_key, add_many, full_server, full_server_with, holds};

fn push<'h>(home: &'h TestHome, url: &str, args: &[&str]) -> Call<'h> {
    let start = ["push", "-u", url];
    home.nsc(start.iter().chain(args))
}

fn pull<'h>(home: &'h TestHome, url: &str, args: &[&str]) -> Call<'h> {
    let start = ["pull", "-u", url];
    home.nsc(start.iter().chain(args))
}

/// The store and the keystore without what only this tool looks at.
fn kept(home: &TestHome) -> (FileTree, FileTree) {
    (
        FileTree::of(home.stores()).without("O/.nsc-rs"),
        FileTree::of(home.keystore()),
    )
}

fn outcomes(output: &Output, outcome: &str) -> usize {
    let accounts = output.json()["result"]["accounts"].clone();
    let accounts: Vec<Value> = accounts.as_array().unwrap().clone();
    accounts
        .iter()
        .filter(|account| account["outcome"] == outcome)
        .count()
}

#[test]
fn a_server_that_goes_midway_leaves_a_push_that_can_be_repeated() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    add_many(&home, 600);
    let before = kept(&home);
    // After all look-ups and about half of the updates.
    let proxy = Proxy::start(server.port(), Fault::CutAfter(330_000));
    let output = push(&home, &proxy.url(), &["-A", "--output", "json"]).failure(7);
    let (sent, failed) = (outcomes(&output, "sent"), outcomes(&output, "failed"));
    assert!(sent > 0 && failed > 0, "{sent} sent, {failed} failed");
    assert!(output.stdout().contains("was closed"));
    assert!(output.stdout().contains("try again"));
    let output = push(&home, &server.url(), &["-A", "--output", "json"]).success();
    assert!(outcomes(&output, "unchanged") >= sent);
    assert_eq!(
        outcomes(&output, "sent") + outcomes(&output, "unchanged"),
        603
    );
    assert_eq!(before, kept(&home));

    // While asking what servers hold: nothing is sent.
    let proxy = Proxy::start(server.port(), Fault::CutAfter(20_000));
    let output = push(&home, &proxy.url(), &["-A", "-F"]).failure(6);
    output.stderr_has("was closed").stderr_has("try again");
}

#[test]
fn a_server_that_goes_midway_leaves_nothing_half_pulled() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    push(&home, &server.url(), &["-A"]).success();
    stock::account(&home, "O", "A", 1, json!({"/iat": 1_600_000_000}));
    let before = kept(&home);
    for fault in [Fault::CutAfter(0), Fault::StallAt("CONNECT")] {
        let proxy = Proxy::start(server.port(), fault);
        pull(&home, &proxy.url(), &["-A"]).failure(6);
        assert_eq!(before, kept(&home), "{fault:?}");
    }
    // Let in, and then no answer.
    let proxy = Proxy::start(server.port(), Fault::StallAt("CLAIMS.PACK"));
    let output = pull(&home, &proxy.url(), &["-A"]).failure(6);
    output
        .stderr_has("no answer to")
        .stderr_has("longer timeout");
    assert_eq!(before, kept(&home));
    pull(&home, &server.url(), &["-A"]).success();
}

#[test]
fn a_slow_server_is_waited_for_and_a_silent_one_is_not() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    let proxy = Proxy::start(
        server.port(),
        Fault::Delay(std::time::Duration::from_millis(300)),
    );
    let output = push(&home, &proxy.url(), &["-A", "--timeout", "5"]).success();
    assert_eq!(output.stderr(), "", "a bar is for terminals");
    assert!(holds(&server, 1));
    pull(&home, &proxy.url(), &["-A", "--timeout", "5"]).success();

    stock::account(&home, "O", "A", 1, json!({"tags": ["new"]}));
    let proxy = Proxy::start(server.port(), Fault::StallAt("CLAIMS.UPDATE"));
    let output = push(&home, &proxy.url(), &["-a", "A", "--timeout", "1"]).failure(6);
    output
        .stderr_has("no answer to UPDATE within 1 s")
        .stderr_has("try a longer timeout");
    assert!(proxy.sent() > 0);
}

#[test]
#[cfg(unix)]
fn a_person_at_a_terminal_sees_how_far_a_long_push_is() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    system::add_many(&home, 20);
    let delay = std::time::Duration::from_millis(300);
    let proxy = Proxy::start(server.port(), Fault::Delay(delay));
    let args = ["-A", "--timeout", "10"];
    let mut terminal = push(&home, &proxy.url(), &args).terminal();
    terminal.shows("ing accounts ");
    let screen = terminal.ends(0);
    assert!(
        !screen.contains("ing accounts "),
        "the bar is gone: {screen}"
    );
    assert!(screen.contains("jwt updated"), "{screen}");
}

#[test]
fn a_user_that_will_not_do_is_told() {
    let home = system::home(json!({}));
    let server = full_server(&home);
    home.nsc([
        "add",
        "user",
        "-a",
        "SYS",
        "mute",
        "--deny-pub",
        "$SYS.REQ.CLAIMS.>",
    ])
    .success();
    home.nsc([
        "add",
        "user",
        "-a",
        "SYS",
        "reader",
        "--allow-pub",
        "$SYS.REQ.CLAIMS.LIST",
    ])
    .success();
    for user in ["mute", "reader"] {
        let output = push(&home, &server.url(), &["-a", "A", "--system-user", user]).failure(6);
        output
            .stderr_has("Permissions Violation for Publish")
            .stderr_has("allow the subject");
    }
    assert!(!holds(&server, 1));
    // One that another account signed.
    stock::user_by(
        &home,
        "SYS",
        "foreign",
        7,
        json!({}),
        &key(KeyKind::Account, 1),
    );
    stock::store_seed(&home, &key(KeyKind::User, 7));
    let output = push(
        &home,
        &server.url(),
        &["-a", "A", "--system-user", "foreign"],
    )
    .failure(6);
    output
        .stderr_has("authorization violation")
        .stderr_has("check that the server trusts");
    assert!(!holds(&server, 1));
}

#[test]
fn a_server_without_resolver_for_pushes_says_so() {
    let home = system::home(json!({}));
    let system = home.account_token("O", "SYS").text().to_owned();
    let http = HttpDouble::start(move |request| {
        let body = if request.path.ends_with(&account_key(9)) {
            system.as_str()
        } else {
            ""
        };
        Answer::new(200, body)
    });
    let config = format!(
        "operator: {}\nsystem_account: {}\nresolver: URL({}/accounts/)\n",
        home.operator_token("O").text(),
        account_key(9),
        http.url()
    );
    let url_resolver = NatsServer::start(home.path().join("url"), &config);
    let memory = system::server(&home, "--mem-resolver");
    let before = kept(&home);
    for server in [&url_resolver, &memory] {
        for args in [&["-A"][..], &["-P"], &["-R", "A"], &["-D"]] {
            let output = push(&home, &server.url(), args).failure(6);
            output
                .stderr_has("no responders for")
                .stderr_has("change the server's resolver");
        }
        let output = pull(&home, &server.url(), &["-A"]).failure(6);
        output.stderr_has("no responders for PACK");
    }
    assert_eq!(before, kept(&home));
}

#[test]
fn deletions_that_the_server_forbids_name_the_setting() {
    let home = system::home(json!({}));
    let config = system::config(&home, "--nats-resolver");
    let config = config.replace("allow_delete: true", "allow_delete: false");
    let server = NatsServer::start(home.path().join("server"), &config);
    stock::account(&home, "O", "gone", 3, json!({}));
    stock::store_seed(&home, &key(KeyKind::Account, 3));
    push(&home, &server.url(), &["-A"]).success();
    std::fs::remove_dir_all(home.stores().join("O/accounts/gone")).unwrap();
    for args in [&["-R", "A"][..], &["-P"]] {
        let output = push(&home, &server.url(), args).failure(6);
        output.stderr_has("refused").stderr_has("allow_delete");
    }
    assert!(holds(&server, 1) && holds(&server, 3));
}

#[test]
fn a_jwt_over_the_servers_limit_is_told_before_it_is_sent() {
    let home = system::home(json!({}));
    let server = full_server_with(&home, "max_payload: 4000");
    stock::account(&home, "O", "A", 1, json!({"description": "x".repeat(8000)}));
    let output = push(&home, &server.url(), &["-A"]).failure(7);
    output.stderr_has("max_payload of 4000 bytes");
    assert!(!holds(&server, 1));
    assert!(holds(&server, 2), "the others go on");
}

/// A throw-away certificate for 127.0.0.1.
fn pem(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../resolver/tests/it/tls");
    folder.join(name).canonicalize().unwrap()
}

fn secured(home: &TestHome, more: &str) -> NatsServer {
    let (cert, key, ca) = (pem("server.pem"), pem("server-key.pem"), pem("ca.pem"));
    let tls = format!(
        "tls {{ cert_file: '{}', key_file: '{}', ca_file: '{}', {more} }}",
        cert.display(),
        key.display(),
        ca.display()
    );
    full_server_with(home, &tls)
}

fn flag(name: &str, file: &str) -> [String; 2] {
    [name.to_owned(), pem(file).display().to_string()]
}

fn with<'h>(home: &'h TestHome, url: &str, flags: &[[String; 2]], more: &[&str]) -> Call<'h> {
    let flags: Vec<&str> = flags.iter().flatten().map(String::as_str).collect();
    push(home, url, &[&["-a", "A"], flags.as_slice(), more].concat())
}

#[test]
fn secured_servers_are_checked() {
    let home = system::home(json!({}));
    let server = secured(&home, "");
    let (ca, other) = (
        flag("--ca-cert", "ca.pem"),
        flag("--ca-cert", "other-ca.pem"),
    );
    for flags in [&[][..], &[other]] {
        let output = with(&home, &server.url(), flags, &[]).failure(6);
        output.stderr_has("TLS with").stderr_has("check the CA");
    }
    assert!(!holds(&server, 1));
    with(&home, &server.url(), from_ref(&ca), &[]).success();
    let output = with(&home, &server.url(), from_ref(&ca), &["--tls-first"]).failure(6);
    output.stderr_has("does not speak TLS at this point");
    let missing = ["--ca-cert".to_owned(), "/no/such.pem".to_owned()];
    with(&home, &server.url(), &[missing], &[])
        .failure(1)
        .stderr_has("/no/such.pem");
    drop(server);
    let server = full_server(&home);
    let output = with(&home, &server.url(), &[ca], &[]).failure(6);
    output.stderr_has("secure connection not available");
}

#[test]
fn servers_that_want_tls_first_get_it() {
    let home = system::home(json!({}));
    let server = secured(&home, "handshake_first: true");
    let ca = [flag("--ca-cert", "ca.pem")];
    with(&home, &server.url(), &ca, &[])
        .failure(6)
        .stderr_has("TLS first");
    with(&home, &server.url(), &ca, &["--tls-first"]).success();
    assert!(holds(&server, 1));
}

#[test]
fn servers_that_want_a_certificate_get_it() {
    let home = system::home(json!({}));
    let server = secured(&home, "verify: true");
    let ca = flag("--ca-cert", "ca.pem");
    let output = with(&home, &server.url(), from_ref(&ca), &[]).failure(6);
    output.stderr_has("client certificate");
    let (cert, key) = (
        flag("--client-cert", "client.pem"),
        flag("--client-key", "client-key.pem"),
    );
    with(&home, &server.url(), &[ca.clone(), cert.clone()], &[]).failure(2);
    let wrong = flag("--client-key", "server-key.pem");
    with(
        &home,
        &server.url(),
        &[ca.clone(), cert.clone(), wrong],
        &[],
    )
    .failure(6);
    assert!(!holds(&server, 1));
    with(&home, &server.url(), &[ca, cert, key], &[]).success();
    assert!(holds(&server, 1));
}
