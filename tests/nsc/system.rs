//! A home with a system account, and servers that its accounts are pushed to.

use std::time::{Duration, Instant};

use nsc_core::keys::{KeyKind, Seed};
use nsc_testkit::nats::free_port;
use nsc_testkit::{NatsServer, TestHome, token};
use serde_json::{Value, json};

use crate::stock::{self, Key, key};

/// The public key of the `n`th account.
pub(crate) fn account_key(n: u8) -> String {
    key(KeyKind::Account, n).public
}

/// The key of the system account `SYS`.
pub(crate) fn system_key() -> Key {
    key(KeyKind::Account, 9)
}

/// The home of [`stock`] with a system account `SYS` (key 9) and its user `sys` (key 9), seeds stored; `nats` goes
/// into the operator's claims.
pub(crate) fn home(nats: Value) -> TestHome {
    let home = stock::home();
    operator(&home, nats);
    stock::account(&home, "O", "SYS", 9, json!({}));
    stock::user_by(&home, "SYS", "sys", 9, json!({}), &system_key());
    stock::store_seed(&home, &system_key());
    stock::store_seed(&home, &key(KeyKind::User, 9));
    home
}

/// Rewrites the operator with the system account and these claims.
pub(crate) fn operator(home: &TestHome, mut nats: Value) {
    if nats["system_account"].is_null() {
        nats["system_account"] = system_key().public.into();
    }
    stock::operator(home, "O", &key(KeyKind::Operator, 1), nats);
}

/// A full resolver with the generated configuration, which lets accounts be deleted.
pub(crate) fn full_server(home: &TestHome) -> NatsServer {
    server(home, "--nats-resolver")
}

/// A server with a generated configuration of this kind.
pub(crate) fn server(home: &TestHome, kind: &str) -> NatsServer {
    start(home, kind, "")
}

/// A full resolver with more in its configuration.
pub(crate) fn full_server_with(home: &TestHome, more: &str) -> NatsServer {
    start(home, "--nats-resolver", more)
}

fn start(home: &TestHome, kind: &str, more: &str) -> NatsServer {
    let config = format!("{}\n{more}\n", config(home, kind));
    NatsServer::start(home.path().join("server"), &config)
}

/// A generated configuration, which lets accounts be deleted.
pub(crate) fn config(home: &TestHome, kind: &str) -> String {
    let config = home.nsc(["generate", "config", kind]).success();
    config
        .stdout()
        .replace("allow_delete: false", "allow_delete: true")
}

/// Full resolvers `n0`, `n1` and `n2` in one cluster that has formed.
pub(crate) fn cluster(home: &TestHome) -> Vec<NatsServer> {
    let ports = [free_port(), free_port(), free_port()];
    let routes = ports
        .map(|port| format!("nats://127.0.0.1:{port}"))
        .join(", ");
    let config = config(home, "--nats-resolver");
    let servers: Vec<NatsServer> = (0..3)
        .map(|n| {
            let more = format!(
                "server_name: n{n}\ncluster {{ name: c, listen: '127.0.0.1:{}', routes: [{routes}] }}\n",
                ports[n]
            );
            NatsServer::start(home.path().join(format!("n{n}")), &format!("{config}\n{more}"))
        })
        .collect();
    let start = Instant::now();
    while count(home, &servers[0]) < 3 {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "the cluster does not form"
        );
    }
    servers
}

/// How many servers answer.
pub(crate) fn count(home: &TestHome, server: &NatsServer) -> usize {
    let url = server.url();
    let output = home.nsc(["status", "-u", &url, "--output", "json"]).run();
    let servers = output.json()["result"]["servers"].clone();
    servers.as_array().map_or(0, Vec::len)
}

/// Whether the server has the JWT of an account in its folder.
pub(crate) fn holds(server: &NatsServer, n: u8) -> bool {
    jwt_path(server, n).is_file()
}

/// The JWT that a server has in its folder.
pub(crate) fn held(server: &NatsServer, n: u8) -> String {
    std::fs::read_to_string(jwt_path(server, n)).expect("the server holds the account")
}

fn jwt_path(server: &NatsServer, n: u8) -> std::path::PathBuf {
    server
        .folder()
        .join("jwt")
        .join(format!("{}.jwt", account_key(n)))
}

/// A token of the `n`th account that this key signs.
pub(crate) fn account_by(name: &str, n: u8, nats: Value, by: &Key) -> String {
    let mut claims = stock::claims(name, &account_key(n), "account", nats);
    claims["nats"]["limits"] = json!({
        "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1,
        "wildcards": true, "conn": -1, "leaf": -1,
    });
    token::sign(&claims, &by.seed)
}

/// The place of an account's JWT in the store of `O`.
pub(crate) fn account_path(home: &TestHome, name: &str) -> std::path::PathBuf {
    let folder = home.stores().join("O/accounts").join(name);
    folder.join(format!("{name}.jwt"))
}

/// Adds so many accounts, `m0000` and on.
pub(crate) fn add_many(home: &TestHome, count: u16) {
    let operator = key(KeyKind::Operator, 1);
    for n in 0..count {
        let mut entropy = [7; 32];
        entropy[..2].copy_from_slice(&n.to_be_bytes());
        let account = Seed::from_entropy(KeyKind::Account, entropy)
            .public_key()
            .to_text();
        let name = format!("m{n:04}");
        let mut claims = stock::claims(&name, &account, "account", json!({}));
        claims["iss"] = operator.public.as_str().into();
        claims["nats"]["limits"] = json!({"subs": -1, "data": -1, "payload": -1, "imports": -1,
            "exports": -1, "wildcards": true, "conn": -1, "leaf": -1});
        let folder = home.stores().join("O/accounts").join(&name);
        home.write(
            folder.join(format!("{name}.jwt")),
            token::sign(&claims, &operator.seed),
        );
    }
}
