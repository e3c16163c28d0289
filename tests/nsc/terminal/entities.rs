//! Operators, accounts, users and their keys.

use nsc_core::keys::KeyKind;
use nsc_testkit::{TestHome, find_secret};
use serde_json::json;

use super::{DOWN, TICK, ask, talk, talk_after_second_thoughts};
use crate::stock::{self, key};

fn empty() -> TestHome {
    TestHome::new(env!("CARGO_BIN_EXE_nsc"))
}

/// A home in which a signing key of account `A` is at hand, too.
fn with_signing_key() -> (TestHome, stock::Key) {
    let home = stock::home();
    let signing = key(KeyKind::Account, 5);
    let nats = json!({"signing_keys": [signing.public]});
    stock::account(&home, "O", "A", 1, nats);
    stock::store_seed(&home, &signing);
    (home, signing)
}

#[test]
fn add_operator() {
    let home = empty();
    let dialog = [
        ("import the operator", "n"),
        ("name of the operator", "O"),
        ("valid from", ""),
        ("valid until", "1y"),
        ("system account?", ""),
        ("signing key?", ""),
        ("generate the operator key?", ""),
    ];
    let screen = talk_after_second_thoughts(&home, "add operator", &dialog);
    assert!(screen.contains("added operator `O`"), "{screen}");
    let token = home.operator_token("O");
    assert!(token.claim("exp").as_i64() > token.claim("iat").as_i64());
    assert_eq!(token.claim("nbf"), &json!(null));
    assert_eq!(
        token.claim("nats.signing_keys").as_array().map(Vec::len),
        Some(1)
    );
    let system = home.account_token("O", "SYS");
    assert_eq!(token.claim("nats.system_account"), system.subject());
    // Taken names and bad answers are told where they are typed, and can be corrected there.
    let mut terminal = ask(&home, "add operator");
    terminal.dialog(&[("import", "n"), ("name of", "O")]);
    terminal.shows("operator `O` exists already");
    terminal.asks("name of").answer("/");
    terminal.shows("O/");
    terminal.asks("name of").answer("\x7f\x7fP");
    terminal.dialog(&[("valid from", "soon"), ("valid from", "\x7f\x7f\x7f\x7f0")]);
    terminal.dialog(&[("valid until", ""), ("system account?", "n")]);
    terminal.dialog(&[("signing key?", "n"), ("operator key?", "")]);
    terminal.ends(0);
    assert_eq!(
        home.operator_token("P").claim("nats.signing_keys"),
        &json!(null)
    );
}

#[test]
fn a_typed_seed_is_not_shown() {
    let home = empty();
    let own = key(KeyKind::Operator, 7);
    let start = [
        ("import", "n"),
        ("name of", "O"),
        ("valid from", ""),
        ("valid until", ""),
        ("system account?", "n"),
        ("signing key?", "n"),
        ("operator key?", "n"),
    ];
    let mut terminal = ask(&home, "add operator");
    terminal.dialog(&start).asks("key or path of a key file");
    terminal.answer(&key(KeyKind::Account, 1).seed);
    terminal.shows("operator").asks("key or path");
    terminal.types(&own.seed).shows(&"*".repeat(own.seed.len()));
    terminal.answer("");
    // `ends` searches the screen and all that went over it for seeds.
    let screen = terminal.ends(0);
    assert!(find_secret(&screen).is_none());
    assert_eq!(home.operator_token("O").subject(), own.public);
    assert!(!home.seed_file(&own.public).exists());

    let file = home.write("account.nk", key(KeyKind::Account, 3).seed);
    let file = file.display().to_string();
    let dialog = [
        ("name of", "A"),
        ("generate the account key?", "n"),
        ("key or path", file.as_str()),
        ("valid from", ""),
        ("valid until", ""),
        ("key that signs", ""),
        ("key or path", &own.seed),
    ];
    talk(&home, "add account", &dialog);
    assert_eq!(
        home.account_token("O", "A").subject(),
        key(KeyKind::Account, 3).public
    );
}

#[test]
fn import_an_operator() {
    let other = stock::home();
    let file = other.stores().join("O/O.jwt").display().to_string();
    let home = empty();
    let dialog = [("import the operator", ""), ("path or URL", file.as_str())];
    talk_after_second_thoughts(&home, "add operator", &dialog);
    assert_eq!(home.operator_token("O"), other.operator_token("O"));
    let mut terminal = ask(&home, "add operator");
    terminal.dialog(&[("import", ""), ("path or URL", "")]);
    terminal.asks("path or URL");
}

#[test]
fn add_account() {
    let home = stock::home();
    let dialog = [
        ("name of the account", "N"),
        ("generate the account key?", ""),
        ("valid from", "2026-01-01"),
        ("valid until", "0"),
    ];
    talk_after_second_thoughts(&home, "add account", &dialog);
    assert_eq!(home.account_token("O", "N").claim("nbf"), 1_767_225_600);
    let mut terminal = ask(&home, "add account");
    terminal.asks("name of").answer("a");
    terminal.shows("exists already");
}

#[test]
fn add_user() {
    let (home, signing) = with_signing_key();
    let dialog = [
        ("Account", ""),
        ("name of the user", "n"),
        ("generate the user key?", ""),
        ("valid from", ""),
        ("valid until", "1M"),
        ("key that signs", DOWN),
    ];
    talk_after_second_thoughts(&home, "add user", &dialog);
    let user = home.user_token("O", "A", "n");
    assert_eq!(user.issuer(), signing.public);
    assert!(home.creds_file("O", "A", "n").exists());
    let mut terminal = ask(&home, "add user -a A");
    terminal.asks("name of").answer("n");
    terminal.shows("user `n` exists already");
}

#[test]
fn edit_operator() {
    let home = stock::home();
    let url = "nats://localhost:4222";
    let nats = json!({"tags": ["old", "kept"], "operator_service_urls": [url]});
    stock::operator(&home, "O", &key(KeyKind::Operator, 1), nats);
    let dialog = [
        ("valid from", ""),
        ("valid until", "1y"),
        ("tags to remove", TICK),
        ("tags to add", "new,newer"),
        ("account server URL", url),
        ("add a service URL?", "y"),
        ("service URL", "tls://h:1"),
        ("add a service URL?", ""),
        ("service URLs to remove", TICK),
        ("set the system account?", "y"),
        ("system account", DOWN),
        ("add signing keys?", "y"),
        ("key or path of a key file", ""),
        ("add another signing key?", ""),
    ];
    talk_after_second_thoughts(&home, "edit operator", &dialog);
    let token = home.operator_token("O");
    assert_eq!(token.claim("nats.tags"), &json!(["kept", "new", "newer"]));
    assert_eq!(token.claim("nats.account_server_url"), url);
    assert_eq!(
        token.claim("nats.operator_service_urls"),
        &json!(["tls://h:1"])
    );
    assert_eq!(
        token.claim("nats.system_account"),
        &json!(key(KeyKind::Account, 2).public)
    );
    let made = token.claim("nats.signing_keys")[0].as_str().unwrap();
    assert!(home.seed_file(made).exists());
}

#[test]
fn edit_account() {
    let home = stock::home();
    stock::account(&home, "O", "A", 1, json!({"tags": ["old"]}));
    let dialog = [
        ("Account", ""),
        ("add signing keys?", ""),
        ("max connections", "10"),
        ("max leaf node connections", "0"),
        ("max data", ""),
        ("max exports", "1"),
        ("max imports", "2"),
        ("max payload", "1 MiB"),
        ("max subscriptions", ""),
        ("set JetStream limits?", "y"),
        ("tier", "3"),
        ("memory storage", "0"),
        ("disk storage", "1G"),
        ("max streams", "5"),
        ("max consumers", ""),
        ("memory stream", ""),
        ("disk stream", "1M"),
        ("pending", ""),
        ("name their size?", "y"),
        ("valid from", ""),
        ("valid until", ""),
        ("tags to remove", TICK),
        ("tags to add", ""),
        ("description", "What it is for"),
        ("info URL", "https://example.com"),
        ("message tracing?", "y"),
        ("subject for traces", ""),
        ("percent", "50"),
    ];
    talk_after_second_thoughts(&home, "edit account", &dialog);
    let token = home.account_token("O", "A");
    let limits = token.claim("nats.limits");
    assert_eq!(limits["conn"], 10);
    assert_eq!(limits["leaf"], json!(null));
    assert_eq!(limits["payload"], 1_048_576);
    assert_eq!(limits["subs"], -1);
    let tier = &limits["tiered_limits"]["R3"];
    assert_eq!(tier["disk_storage"], 1_000_000_000);
    assert_eq!(
        (&tier["streams"], &tier["consumer"]),
        (&json!(5), &json!(-1))
    );
    assert_eq!(tier["max_bytes_required"], true);
    assert_eq!(token.claim("nats.tags"), &json!(null));
    assert_eq!(
        token.claim("nats.trace"),
        &json!({"dest": "trace.messages", "sampling": 50})
    );
    // All that was given is offered again: Enter all the way changes nothing.
    let mut terminal = ask(&home, "edit account A");
    let enter = dialog[1..]
        .iter()
        .filter(|(question, _)| *question != "tags to remove");
    let enter: Vec<_> = enter.map(|(question, _)| (*question, "")).collect();
    let (start, rest) = enter.split_at(9);
    // No tier, no tracing: their questions do not come.
    terminal
        .dialog(&start[..8])
        .asks("set JetStream")
        .answer("n");
    terminal
        .dialog(&rest[9..14])
        .asks("message tracing?")
        .answer("");
    terminal.ends(0);
    let again = home.account_token("O", "A");
    assert_eq!(again.claim("nats"), token.claim("nats"));
}

#[test]
fn wrong_answers_are_told_at_once() {
    let home = stock::home();
    let mut terminal = ask(&home, "edit account A");
    terminal.dialog(&[("signing keys?", ""), ("max connections", "many")]);
    terminal.asks("max connections").answer("\x7f\x7f\x7f\x7f3");
    for question in [
        "leaf",
        "data",
        "exports",
        "imports",
        "payload",
        "subscriptions",
    ] {
        terminal.asks(question).answer("");
    }
    terminal.dialog(&[("JetStream", ""), ("valid from", ""), ("valid until", "")]);
    terminal.dialog(&[
        ("tags to add", "\""),
        ("tags to add", "\x7fx"),
        ("description", ""),
    ]);
    terminal.dialog(&[
        ("info URL", "a"),
        ("info URL", "\x7fhttps://h"),
        ("tracing?", "y"),
    ]);
    terminal.dialog(&[("subject", "a.*"), ("subject", "\x7fb")]);
    terminal.dialog(&[("percent", "101"), ("percent", "\x7f\x7f\x7f100")]);
    terminal.ends(0);
    let token = home.account_token("O", "A");
    assert_eq!(token.claim("nats.limits.conn"), 3);
    assert_eq!(token.claim("nats.tags"), &json!(["x"]));
    assert_eq!(
        token.claim("nats.trace"),
        &json!({"dest": "a.b", "sampling": 100})
    );
}

#[test]
fn edit_user() {
    let (home, signing) = with_signing_key();
    let dialog = [
        ("Account", ""),
        ("User", DOWN),
        ("key that signs", DOWN),
        ("max payload", "1k"),
        ("valid from", ""),
        ("valid until", ""),
        ("tags to add", "a:b"),
    ];
    talk_after_second_thoughts(&home, "edit user", &dialog);
    let user = home.user_token("O", "A", "v");
    assert_eq!(user.claim("nats.payload"), 1000);
    assert_eq!(user.claim("nats.tags"), &json!(["a:b"]));
    assert_eq!(user.issuer(), signing.public);
    // What a role says is not asked.
    let role = format!(
        "edit signing-key -a A {} --role r --payload 5",
        signing.public
    );
    stock::line(&home, &role).success();
    home.nsc(["add", "user", "-a", "A", "of_role", "-K", "r"])
        .success();
    let dialog = [
        ("key that signs", ""),
        ("valid from", ""),
        ("valid until", "1y"),
        ("tags to add", ""),
    ];
    let screen = talk_after_second_thoughts(&home, "edit user -a A of_role", &dialog);
    assert!(screen.contains("(role r)"), "{screen}");
    let user = home.user_token("O", "A", "of_role");
    assert_eq!(user.issuer(), signing.public);
}

#[test]
fn delete_users() {
    let home = stock::home();
    let dialog = [
        ("Account", ""),
        ("users to delete", " \x1b[B "),
        ("revoke the users?", "y"),
        ("private keys?", "y"),
        ("creds files?", ""),
        ("delete u, v?", "y"),
    ];
    let mut no = dialog;
    no[5].1 = "";
    let mut terminal = ask(&home, "delete user");
    terminal.dialog(&no);
    assert!(terminal.ends(1).contains("nothing was changed"));
    let mut terminal = ask(&home, "delete user -a A");
    terminal.asks("users to delete").answer("");
    assert!(terminal.ends(1).contains("no user was chosen"));
    talk_after_second_thoughts(&home, "delete user", &dialog);
    let account = home.account_token("O", "A");
    let revoked = account.claim("nats.revocations");
    for n in [1, 2] {
        let key = key(KeyKind::User, n).public;
        assert!(revoked[&key].is_i64(), "{revoked}");
        assert!(!home.seed_file(&key).exists());
    }
    assert!(!home.stores().join("O/accounts/A/users/u.jwt").exists());
}

#[test]
fn delete_an_account() {
    let home = stock::home();
    let dialog = [
        ("Account", ""),
        ("revoke its users?", ""),
        ("private keys?", ""),
        ("creds files?", ""),
        ("delete account `A` and its users?", "y"),
    ];
    let mut terminal = ask(&home, "delete account");
    terminal
        .dialog(&dialog[..4])
        .asks("delete account")
        .answer("");
    assert!(terminal.ends(1).contains("nothing was changed"));
    talk_after_second_thoughts(&home, "delete account", &dialog);
    assert!(!home.stores().join("O/accounts/A").exists());
    assert!(home.seed_file(&key(KeyKind::Account, 1).public).exists());
}

#[test]
fn roles_and_callouts_ask_for_the_account_alone() {
    let home = stock::home();
    let line = "edit signing-key --sk generate --role r";
    talk_after_second_thoughts(&home, line, &[("Account", "")]);
    assert_eq!(
        home.account_token("O", "A").claim("nats.signing_keys")[0]["role"],
        "r"
    );
    let user = key(KeyKind::User, 1).public;
    let line = format!("edit authcallout --auth-user {user}");
    talk_after_second_thoughts(&home, &line, &[("Account", DOWN)]);
    let token = home.account_token("O", "B");
    assert_eq!(token.claim("nats.authorization.auth_users"), &json!([user]));
}
