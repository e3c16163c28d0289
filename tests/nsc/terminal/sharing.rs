//! Exports, imports, activations and revocations.

use nsc_core::keys::KeyKind;
use nsc_testkit::{TestHome, Token};
use serde_json::{Value, json};

use super::{DOWN, ask, talk, talk_after_second_thoughts};
use crate::stock::{self, key};

/// `A` exports the stream `s.>`, and the services `q` and privately `p.*`; all seeds are stored.
fn home() -> TestHome {
    let home = stock::home();
    let exports = json!([
        {"name": "S", "subject": "s.>", "type": "stream"},
        {"name": "Q", "subject": "q", "type": "service"},
        {"name": "P", "subject": "p.*", "type": "service", "token_req": true},
    ]);
    stock::account(&home, "O", "A", 1, json!({"exports": exports}));
    stock::store_seed(&home, &key(KeyKind::Account, 2));
    home
}

/// The export or import whose member has this value.
#[track_caller]
fn of<'t>(token: &'t Token, list: &str, member: &str, value: &str) -> &'t Value {
    let list = token.claim(&format!("nats.{list}")).as_array().unwrap();
    let found = list.iter().find(|one| one[member] == value);
    found.unwrap_or_else(|| panic!("no `{value}` in {list:?}"))
}

#[test]
fn add_export() {
    let home = stock::home();
    let dialog = [
        ("Account", ""),
        ("kind of export", DOWN),
        ("subject", "q.>"),
        ("name", "Questions"),
        ("private", "y"),
        ("track latency?", "y"),
        ("sampling", "50"),
        ("latency results", "lat.q"),
        ("response type", DOWN),
        ("response threshold", "300ms"),
        ("allow tracing?", "y"),
    ];
    talk_after_second_thoughts(&home, "add export", &dialog);
    let export = json!({
        "name": "Questions", "subject": "q.>", "type": "service", "token_req": true,
        "response_type": "Stream", "response_threshold": 300_000_000,
        "service_latency": {"sampling": 50, "results": "lat.q"}, "allow_trace": true,
    });
    assert_eq!(
        home.account_token("O", "A").claim("nats.exports"),
        &json!([export])
    );
    // What cannot be is told where it is typed.
    let mut terminal = ask(&home, "add export -a B");
    terminal.dialog(&[
        ("kind", DOWN),
        ("subject", "a..b"),
        ("subject", "\x7f\x7fb"),
    ]);
    terminal.dialog(&[("name", ""), ("private", ""), ("track latency?", "y")]);
    terminal.dialog(&[
        ("sampling", "0"),
        ("sampling", "\x7fheader"),
        ("results", "l.*"),
    ]);
    terminal.shows("wildcards");
    terminal.dialog(&[
        ("results", "\x7fq"),
        ("response type", ""),
        ("threshold", "1"),
    ]);
    terminal.dialog(&[("threshold", "s"), ("tracing", "")]);
    terminal.ends(0);
    let token = home.account_token("O", "B");
    let latency = &token.claim("nats.exports")[0]["service_latency"];
    assert_eq!(latency, &json!({"sampling": "headers", "results": "l.q"}));
}

#[test]
fn edit_export() {
    let home = home();
    let dialog = [
        ("Account", ""),
        ("export", DOWN),
        ("kind of export", ""),
        ("subject", "q2"),
        ("name", ""),
        ("private", ""),
        ("track latency?", "y"),
        ("sampling", "header"),
        ("latency results", "lat"),
        ("response type", ""),
        ("response threshold", ""),
        ("description", "It answers"),
        ("info URL", "https://h"),
    ];
    talk_after_second_thoughts(&home, "edit export", &dialog);
    let token = home.account_token("O", "A");
    let export = &token.claim("nats.exports")[1];
    assert_eq!(export["subject"], "q2");
    assert_eq!(export["description"], "It answers");
    assert_eq!(export["service_latency"]["results"], "lat");
}

#[test]
fn add_import() {
    let home = home();
    let pick = [
        ("pick from the exports", ""),
        ("export", ""),
        ("name", "mine"),
        ("local subject", "from.a.>"),
        ("allow tracing?", "y"),
    ];
    talk_after_second_thoughts(&home, "add import -a B", &pick);
    let service = [
        ("pick", ""),
        ("export", DOWN),
        ("share latency data?", ""),
        ("name", ""),
        ("local subject", ""),
    ];
    talk(&home, "add import -a B", &service);
    let source = key(KeyKind::Account, 1).public;
    let typed = [
        ("pick", "n"),
        ("is the export public?", ""),
        ("public key of the exporting account", source.as_str()),
        ("remote subject", "s.part.>"),
        ("is it a service?", "n"),
        ("name", "typed"),
        ("local subject", "part.>"),
        ("allow tracing?", ""),
    ];
    talk_after_second_thoughts(&home, "add import -a B", &typed);
    let token = home.account_token("O", "B");
    let local = |name: &str| &of(&token, "imports", "name", name)["local_subject"];
    assert_eq!(
        (local("mine"), local("typed")),
        (&json!("from.a.>"), &json!("part.>"))
    );
    assert_eq!(of(&token, "imports", "subject", "q")["type"], "service");
}

#[test]
fn a_private_export_is_activated_on_the_way() {
    let home = home();
    let pick = [("pick", ""), ("export", "\x1b[B\x1b[B")];
    let mut terminal = ask(&home, "add import -a B");
    terminal
        .dialog(&pick)
        .asks("subject to import")
        .answer("other");
    terminal.shows("does not cover");
    drop(terminal);
    let rest = [
        ("subject to import", "p.one"),
        ("share latency data?", ""),
        ("name", ""),
        ("local subject", ""),
    ];
    talk_after_second_thoughts(&home, "add import -a B", &[&pick[..], &rest].concat());
    let token = home.account_token("O", "B");
    let activation = token.claim("nats.imports")[0]["token"].as_str().unwrap();
    assert_eq!(Token::parse(activation).claim("nats.subject"), "p.one");
}

#[test]
fn exports_and_imports_are_picked_to_be_deleted() {
    let home = home();
    talk(
        &home,
        "add import -a B",
        &[
            ("pick", ""),
            ("export", ""),
            ("name", ""),
            ("local subject", ""),
            ("tracing", ""),
        ],
    );
    talk_after_second_thoughts(&home, "delete import -a B", &[("import", "")]);
    assert_eq!(
        home.account_token("O", "B").claim("nats.imports"),
        &json!(null)
    );
    let dialog = [("Account", ""), ("export", DOWN)];
    talk_after_second_thoughts(&home, "delete export", &dialog);
    let token = home.account_token("O", "A");
    let exports = token.claim("nats.exports").as_array().unwrap();
    let left: Vec<_> = exports.iter().map(|export| &export["subject"]).collect();
    assert_eq!(left, ["p.*", "s.>"]);
}

#[test]
fn mappings_ask_for_the_account_alone() {
    let home = stock::home();
    let dialog = [("Account", DOWN)];
    talk_after_second_thoughts(&home, "add mapping --from a --to b", &dialog);
    let token = home.account_token("O", "B");
    assert_eq!(token.claim("nats.mappings")["a"][0]["subject"], "b");
    talk_after_second_thoughts(&home, "delete mapping --from a", &dialog);
    assert_eq!(
        home.account_token("O", "B").claim("nats.mappings"),
        &json!(null)
    );
}

#[test]
fn generate_an_activation() {
    let home = home();
    let dialog = [
        ("Account", ""),
        ("subject", "p.x"),
        ("importing account", "B"),
        ("valid from", ""),
        ("valid until", "1w"),
    ];
    let screen = talk_after_second_thoughts(&home, "generate activation", &dialog);
    let token = Token::parse(&screen.replace('\n', " "));
    assert_eq!(token.subject(), key(KeyKind::Account, 2).public);
    let mut terminal = ask(&home, "generate activation -a A");
    terminal.dialog(&[("subject", ""), ("importing account", "NOPE")]);
    terminal.asks("importing account").shows("`NOPE`");
}

#[test]
fn revoke_and_end_it() {
    let home = home();
    let dialog = [
        ("Account", ""),
        ("choose the user by name?", ""),
        ("user", DOWN),
        ("revoke what was issued up to", ""),
    ];
    talk_after_second_thoughts(&home, "revocations add-user", &dialog);
    let everyone = [
        ("by name?", "n"),
        ("public key of the user", "*"),
        ("up to", "5"),
    ];
    talk(&home, "revocations add-user -a A", &everyone);
    let token = home.account_token("O", "A");
    let revoked = token.claim("nats.revocations");
    assert_eq!(revoked["*"], 5);
    assert!(revoked[key(KeyKind::User, 2).public].is_i64(), "{revoked}");
    talk_after_second_thoughts(&home, "revocations delete-user -a A", &[("revocation", "")]);
    assert_eq!(
        home.account_token("O", "A").claim("nats.revocations")["*"],
        json!(null)
    );

    let dialog = [
        ("Account", ""),
        ("kind of export", DOWN),
        ("export", ""),
        ("importing account", "B"),
        ("up to", "7"),
    ];
    talk_after_second_thoughts(&home, "revocations add-activation", &dialog);
    let target = key(KeyKind::Account, 2).public;
    let token = home.account_token("O", "A");
    let revocations = &of(&token, "exports", "subject", "p.*")["revocations"];
    assert_eq!(revocations, &json!({target: 7}));
    let dialog = [("kind", DOWN), ("export", ""), ("revocation", "")];
    talk_after_second_thoughts(&home, "revocations delete-activation -a A", &dialog);
    let token = home.account_token("O", "A");
    let revocations = &of(&token, "exports", "subject", "p.*")["revocations"];
    assert_eq!(revocations, &json!(null));
}
