//! `nsc add import` and `delete import`.

use nsc_core::keys::KeyKind;
use nsc_testkit::{Answer as HttpAnswer, HttpDouble, TestHome, token};
use serde_json::{Value, json};

use crate::asked::{self, Answer};
use crate::stock::{self, key};

/// `O` with the seed of `B` stored; `A` exports something of each kind.
fn home() -> TestHome {
    let home = stock::home();
    let exports = json!([
        {"name": "pos", "subject": "pos.*.x", "type": "service", "response_type": "Singleton", "account_token_position": 2},
        {"name": "priv", "subject": "priv.*", "type": "service", "response_type": "Singleton", "token_req": true},
        {"name": "s.>", "subject": "s.>", "type": "stream", "description": "words"},
    ]);
    stock::account(&home, "O", "A", 1, json!({"exports": exports}));
    stock::store_seed(&home, &key(KeyKind::Account, 2));
    home
}

fn imports(home: &TestHome) -> Value {
    home.account_token("O", "B").claim("nats.imports").clone()
}

fn account(n: u8) -> String {
    key(KeyKind::Account, n).public
}

fn nsc(home: &TestHome, line: &str) {
    home.nsc(line.split(' ').chain(["-a", "B"])).success();
}

#[track_caller]
fn refused(home: &TestHome, line: &str, code: i32) -> String {
    let before = home.account_token("O", "B");
    let output = home.nsc(line.split(' ').chain(["-a", "B"])).failure(code);
    let after = home.account_token("O", "B");
    assert_eq!(before.text(), after.text(), "{line}");
    output.stderr().to_owned()
}

/// An activation from account 1, or signed by another key in its name.
fn activation(subject: &str, kind: &str, target: u8, signer: u8, top: Value) -> String {
    let mut nats = json!({"subject": subject, "kind": kind});
    if signer != 1 {
        nats["issuer_account"] = account(1).into();
    }
    if let Value::Object(members) = top {
        for (name, value) in members {
            nats[format!("/{name}")] = value;
        }
    }
    let claims = stock::claims("token name", &account(target), "activation", nats);
    token::sign(&claims, &key(KeyKind::Account, signer).seed)
}

fn framed(token: &str, end: &str) -> String {
    [
        "-----BEGIN NATS ACTIVATION JWT-----",
        token,
        "------END NATS ACTIVATION JWT------",
        "",
    ]
    .join(end)
}

#[test]
fn public_imports_are_stored_as_given() {
    let home = home();
    nsc(
        &home,
        "add import --src-account A --remote-subject s.a --allow-trace",
    );
    nsc(
        &home,
        "add import --src-account A --remote-subject q.*.* --service --share -n Q -s q2.$2.$1",
    );
    // Neither the account nor the export has to be known.
    let stranger = account(9);
    let line = format!("add import --src-account {stranger} --remote-subject no --output json");
    let json = home
        .nsc(line.split(' ').chain(["-a", "B"]))
        .success()
        .json();
    let no = json!({"account": stranger, "name": "no", "subject": "no", "type": "stream"});
    let from = json!({"action": "set", "what": "exporting account", "value": stranger});
    assert_eq!(
        json["result"],
        json!({"account": "B", "import": no, "changes": [from]})
    );
    assert_eq!(
        imports(&home),
        json!([
            no,
            {"name": "Q", "subject": "q.*.*", "account": account(1), "local_subject": "q2.$2.$1", "type": "service", "share": true},
            {"name": "s.a", "subject": "s.a", "account": account(1), "type": "stream", "allow_trace": true},
        ])
    );
}

#[test]
fn imports_that_cannot_be_are_refused() {
    let home = home();
    for line in [
        "",
        " --src-account A",
        " --remote-subject x",
        " --token x --src-account A",
        " --token x --remote-subject x",
    ] {
        refused(&home, &format!("add import{line}"), 2);
    }
    let user = key(KeyKind::User, 1).public;
    for (line, code) in [
        ("--src-account B --remote-subject x".to_owned(), 1),
        (
            format!("--src-account {} --remote-subject x", account(2)),
            1,
        ),
        ("--src-account NOPE --remote-subject x".to_owned(), 3),
        (format!("--src-account {user} --remote-subject x"), 1),
        ("--src-account A --remote-subject x --share".to_owned(), 1),
        ("--src-account A --remote-subject x..y".to_owned(), 1),
        ("--src-account A --remote-subject x.* -s y".to_owned(), 1),
        ("--src-account A --remote-subject x.* -s y.$2".to_owned(), 1),
        ("--src-account A --remote-subject x.> -s y.x".to_owned(), 1),
        (
            "--src-account A --remote-subject x.*.* -s z.$1.$1".to_owned(),
            1,
        ),
    ] {
        refused(&home, &format!("add import {line}"), code);
    }
    nsc(
        &home,
        "add import --src-account A --remote-subject q.* --service",
    );
    refused(
        &home,
        "add import --src-account A --remote-subject q.* --service -n x",
        4,
    );
    refused(
        &home,
        "add import --src-account A --remote-subject q.a --service",
        1,
    );
    nsc(
        &home,
        "add import --src-account A --remote-subject q.a --service -s r.a",
    );
    refused(
        &home,
        "add import --src-account A --remote-subject q.b --service -s r.a",
        1,
    );
    // Streams may overlap, and so may services of others.
    nsc(&home, "add import --src-account A --remote-subject q.*");
    nsc(
        &home,
        "add import --src-account A --remote-subject q.a -s z.a",
    );
    let line = format!(
        "add import --src-account {} --remote-subject q.* --service",
        account(9)
    );
    nsc(&home, &line);
}

#[test]
fn the_number_of_imports_is_limited() {
    let home = home();
    let limits = json!({"imports": 1, "exports": -1, "conn": -1, "subs": -1});
    stock::account(&home, "O", "B", 2, json!({"limits": limits}));
    nsc(&home, "add import --src-account A --remote-subject a");
    let text = refused(&home, "add import --src-account A --remote-subject b", 1);
    assert!(text.contains("its limit is 1"), "{text}");
}

#[test]
fn a_token_tells_what_is_imported() {
    let home = home();
    let token = activation("priv.b", "service", 2, 1, json!({}));
    home.write("work/bare.jwt", &token);
    nsc(&home, "add import --token bare.jwt");
    let service = json!({
        "name": "token name", "subject": "priv.b", "account": account(1), "token": token,
        "local_subject": "priv.b", "type": "service",
    });
    assert_eq!(imports(&home), json!([service]));
    nsc(&home, "delete import");

    // A signing key in the name of the account, DOS line ends, a home folder, a stream.
    let token = activation("s.a", "stream", 2, 5, json!({}));
    home.write("s.jwt", framed(&token, "\r\n"));
    let words = [
        "add",
        "import",
        "-a",
        "B",
        "-u",
        "~/s.jwt",
        "--service",
        "-n",
        "N",
    ];
    home.nsc(words)
        .success()
        .stdout_has("`--service` does not count");
    let stream = json!({"name": "N", "subject": "s.a", "account": account(1), "token": token, "type": "stream"});
    assert_eq!(imports(&home), json!([stream]));
}

#[test]
fn tokens_come_from_the_web_too() {
    let home = home();
    let token = activation("priv.b", "service", 2, 1, json!({"exp": 1_600_000_000}));
    let body = framed(&token, "\n");
    let server = HttpDouble::with_routes([
        ("GET", "/t", HttpAnswer::new(200, body.clone())),
        ("GET", "/created", HttpAnswer::new(201, body)),
    ]);
    let url = server.url();
    refused(&home, &format!("add import --token {url}/created"), 6);
    refused(&home, &format!("add import --token {url}/none"), 6);
    let words = ["add", "import", "-a", "B", "--local-subject", "ask", "-u"];
    // An expired token is taken, with a warning.
    let words = words
        .into_iter()
        .map(str::to_owned)
        .chain([format!("{url}/t")]);
    home.nsc(words)
        .success()
        .stdout_has("[WARN] activation token: the expiry");
    assert_eq!(imports(&home)[0]["token"], token);
    assert_eq!(imports(&home)[0]["local_subject"], "ask");
}

#[test]
fn tokens_that_do_not_fit_are_refused() {
    let home = home();
    home.write("work/junk", "junk");
    home.write("work/other", activation("x", "stream", 3, 1, json!({})));
    home.write("work/own", activation("x", "stream", 1, 1, json!({})));
    let user = home.user_token("O", "A", "u");
    home.write("work/user", user.text());
    refused(&home, "add import --token missing", 3);
    for file in ["junk", "other", "own", "user"] {
        refused(&home, &format!("add import --token {file}"), 1);
    }
    home.write("work/mine", activation("x", "stream", 2, 1, json!({})));
    refused(&home, "add import --token mine --share", 1);
    home.nsc(["add", "import", "-a", "A", "--token", "own"])
        .failure(1);
}

#[test]
fn imports_are_deleted_by_subject_source_and_kind() {
    let home = home();
    refused(&home, "delete import", 3);
    let stranger = account(9);
    nsc(&home, "add import --src-account A --remote-subject x");
    refused(
        &home,
        &format!("delete import -s x --src-account {stranger}"),
        3,
    );
    nsc(
        &home,
        "add import --src-account A --remote-subject x --service",
    );
    nsc(
        &home,
        &format!("add import --src-account {stranger} --remote-subject x"),
    );
    refused(&home, "delete import", 1);
    refused(&home, "delete import -s nope", 3);
    let text = refused(&home, "delete import -s x", 1);
    assert!(
        text.contains(&stranger) && text.contains(&account(1)),
        "{text}"
    );
    nsc(&home, "delete import -s x --src-account A --service");
    nsc(
        &home,
        &format!("delete import -s x --src-account {stranger}"),
    );
    let left = json!([{"name": "x", "subject": "x", "account": account(1), "type": "stream"}]);
    assert_eq!(imports(&home), left);
    nsc(&home, "delete import");
    assert_eq!(imports(&home), Value::Null);
}

#[test]
fn questions_pick_a_local_export() {
    let home = home();
    let answers = [
        ("pick", Answer::Confirm(true)),
        ("export", Answer::Choice("A <- [pos] pos.*.x")),
        ("share", Answer::Confirm(true)),
        ("name", Answer::Text("P")),
        ("local subject", Answer::Offered),
    ];
    asked::run(&home, &["add", "import", "-a", "B"], &answers).unwrap();
    let pos = json!({
        "name": "P", "subject": format!("pos.{}.x", account(2)), "account": account(1), "local_subject": "pos.x",
        "type": "service", "share": true,
    });
    assert_eq!(imports(&home), json!([pos]));

    // The activation is made on the way.
    let answers = [
        ("pick", Answer::Confirm(true)),
        ("export", Answer::Choice("[priv] priv.* [!]")),
        ("subject to import", Answer::Text("priv.b")),
        ("share", Answer::Confirm(false)),
        ("name", Answer::Offered),
        ("local subject", Answer::Offered),
    ];
    asked::run(&home, &["add", "import", "-a", "B"], &answers).unwrap();
    let import = imports(&home)[1].clone();
    assert_eq!(
        (&import["subject"], &import["local_subject"]),
        (&json!("priv.b"), &json!("priv.b"))
    );
    let token = nsc_testkit::Token::parse(import["token"].as_str().unwrap());
    assert_eq!(
        (token.issuer(), token.subject()),
        (account(1).as_str(), account(2).as_str())
    );

    let answers = [
        ("pick", Answer::Confirm(true)),
        ("export", Answer::Choice("A -> s.> - words")),
        ("name", Answer::Offered),
        ("local subject", Answer::Text("mine.>")),
        ("tracing", Answer::Confirm(true)),
    ];
    asked::run(&home, &["add", "import", "-a", "B"], &answers).unwrap();
    assert_eq!(imports(&home)[2]["local_subject"], "mine.>");
    let answers = [("import", Answer::Choice("s.>"))];
    asked::run(&home, &["delete", "import", "-a", "B"], &answers).unwrap();
    assert_eq!(imports(&home).as_array().unwrap().len(), 2);
}

#[test]
fn questions_take_a_key_or_a_token() {
    let home = home();
    let stranger: &'static str = account(9).leak();
    let answers = [
        ("pick", Answer::Confirm(false)),
        ("public?", Answer::Confirm(true)),
        ("public key", Answer::Text(stranger)),
        ("remote subject", Answer::Text("r.*")),
        ("service?", Answer::Confirm(false)),
        ("name", Answer::Offered),
        ("local subject", Answer::Offered),
        ("tracing", Answer::Confirm(false)),
    ];
    asked::run(&home, &["add", "import", "-a", "B"], &answers).unwrap();
    let public = json!({"name": "r.*", "subject": "r.*", "account": stranger, "type": "stream"});
    assert_eq!(imports(&home), json!([public]));
    home.write("work/t", activation("priv.b", "service", 2, 1, json!({})));
    let answers = [
        ("pick", Answer::Confirm(false)),
        ("public?", Answer::Confirm(false)),
        ("token", Answer::Text("t")),
        ("name", Answer::Offered),
        ("local subject", Answer::Text("ask")),
    ];
    asked::run(&home, &["add", "import", "-a", "B"], &answers).unwrap();
    assert_eq!(imports(&home)[0]["local_subject"], "ask");
    assert_eq!(imports(&home)[0]["name"], "token name");
}
