//! `nsc generate activation`.

use nsc_core::keys::KeyKind;
use nsc_testkit::{Answer as HttpAnswer, HttpDouble, TestHome, Token};
use serde_json::{Value, json};

use crate::asked::{self, Answer};
use crate::stock::{self, key};

fn account(n: u8) -> String {
    key(KeyKind::Account, n).public
}

/// `A` exports `pub` and privately `p.*`.
fn home() -> TestHome {
    let home = stock::home();
    export(&home, &[], json!([]));
    home
}

fn export(home: &TestHome, more: &[Value], signing_keys: Value) {
    let mut exports = vec![
        json!({"name": "P", "subject": "p.*", "type": "stream", "token_req": true}),
        json!({"name": "pub", "subject": "pub", "type": "stream"}),
    ];
    exports.extend_from_slice(more);
    let nats = json!({"exports": exports, "signing_keys": signing_keys});
    stock::account(home, "O", "A", 1, nats);
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    "generate activation -a A "
        .split(' ')
        .chain(line.split(' '))
        .filter(|word| !word.is_empty())
}

#[test]
fn standard_output_holds_the_token_and_nothing_else() {
    let home = home();
    let before = home.account_token("O", "A");
    let output = home.nsc(words("-t B")).success();
    let lines: Vec<&str> = output.stdout().split('\n').collect();
    assert_eq!(lines[0], "-----BEGIN NATS ACTIVATION JWT-----");
    assert_eq!(lines[2..], ["------END NATS ACTIVATION JWT------", "", ""]);
    output.stderr_has("[ OK ] generated stream activation `p.*`");
    let token = Token::parse(lines[1]);
    assert_eq!(
        (token.issuer(), token.subject()),
        (account(1).as_str(), account(2).as_str())
    );
    assert_eq!(token.claim("name"), "p.*");
    assert_eq!(
        token.claim("nats"),
        &json!({"subject": "p.*", "kind": "stream", "type": "activation", "version": 2})
    );
    assert_eq!(home.account_token("O", "A").text(), before.text());
    let json = home
        .nsc(words("-t B -s p.x --output json"))
        .success()
        .json();
    let result = &json["result"];
    assert_eq!(
        Token::parse(result["token"].as_str().unwrap()).claim("name"),
        "p.x"
    );
    assert_eq!(result["id"].as_str().unwrap().len(), 56);
}

#[test]
fn a_file_is_private_and_replaced() {
    let home = home();
    let file = home.write("t.jwt", "old");
    let line = "-t B -s p.x -o ~/t.jwt --start 2020-01-02 --expiry 2099-12-31";
    home.nsc(words(line)).success().stdout_has("[ OK ]");
    let token = home.token(&file);
    assert_eq!(token.claim("nbf"), 1_577_923_200);
    assert_eq!(token.claim("exp"), 4_102_358_400_u64);
    assert_eq!(home.tree().mode("t.jwt"), 0o600);
    home.nsc(words("-t B -o no/t.jwt")).failure(3);
    // Past dates are accepted, and doubted.
    home.nsc(words("-t B -o ~/t.jwt --expiry -1d"))
        .success()
        .stdout_has("[WARN]");
}

#[test]
fn activations_that_cannot_be_are_refused() {
    let bare = stock::home();
    bare.nsc(words("-t B")).failure(3).stderr_has("no exports");
    let home = home();
    let user = key(KeyKind::User, 1).public;
    for (line, code) in [
        ("", 2),
        ("-t *", 2),
        ("-t NOPE", 3),
        (&format!("-t {user}"), 1),
        ("-t A", 1),
        ("-t B -s pub", 3),
        ("-t B -s p.a.b", 3),
        ("-t B -s p..a", 1),
        ("-t B --expiry soon", 1),
        ("-t B --start 1.5d", 1),
        ("-t B --push", 1),
        ("-t B -K misspelt", 5),
        ("-t B extra", 2),
    ] {
        let output = home.nsc(words(line)).failure(code);
        assert_eq!(output.stdout(), "", "{line}");
    }
    let more = json!({"name": "Q", "subject": "p.*", "type": "service", "token_req": true});
    export(&home, &[more], json!([]));
    home.nsc(words("-t B")).failure(1);
    home.nsc(words("-t B -s p.a"))
        .success()
        .stderr_has("[WARN]");
    let output = home.nsc(words("-t B -s p.a --service")).success();
    assert_eq!(Token::parse(output.stdout()).claim("nats.kind"), "service");
}

#[test]
fn signing_keys_sign_in_the_name_of_the_account() {
    let home = home();
    let scope = json!({
        "kind": "user_scope", "key": account(5), "role": "r",
        "template": {"pub": {}, "sub": {}}, "description": "",
    });
    export(&home, &[], json!([account(4), scope]));
    for n in [4, 5] {
        stock::store_seed(&home, &key(KeyKind::Account, n));
    }
    let issuer = |line: &str| {
        let output = home.nsc(words(line)).success();
        let token = Token::parse(output.stdout());
        let named = token.claim("nats.issuer_account").clone();
        (token.issuer().to_owned(), named)
    };
    assert_eq!(issuer("-t B"), (account(1), Value::Null));
    assert_eq!(issuer("-t B -K r"), (account(5), json!(account(1))));
    std::fs::remove_file(home.seed_file(&account(1))).unwrap();
    assert_eq!(issuer("-t B"), (account(4), json!(account(1))));
    // A key of somebody else signs nothing.
    let stranger = key(KeyKind::Account, 9).seed;
    home.nsc(words(&format!("-t B -K {stranger}"))).failure(5);
    let operator = key(KeyKind::Operator, 1).public;
    home.nsc(words(&format!("-t B -K {operator}"))).failure(5);
}

fn with_server(url: &str) -> TestHome {
    let home = home();
    let nats = json!({"account_server_url": url});
    stock::operator(&home, "O", &key(KeyKind::Operator, 1), nats);
    home
}

#[test]
fn an_activation_is_pushed_to_the_account_server() {
    let server = HttpDouble::start(|_| HttpAnswer::new(200, "thanks"));
    let home = with_server(&format!("{}/jwt/v1/", server.url()));
    let output = home.nsc(words("-t B --push -o t.jwt")).success();
    let token = home.token("work/t.jwt");
    let requests = server.requests();
    assert_eq!(
        (requests[0].method.as_str(), requests[0].path.as_str()),
        ("POST", "/jwt/v1/activations")
    );
    assert_eq!(
        (requests[0].body.as_str(), requests.len()),
        (token.text(), 1)
    );
    assert_eq!(requests[0].headers["content-type"], "application/jwt");
    output.stdout_has("> thanks");
    output.stdout_has(&format!("{}/jwt/v1/activations/", server.url()));
    home.nsc(words("-t B --push --dry-run")).success();
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_failed_push_leaves_the_token() {
    for (status, code) in [(201, 0), (202, 0), (400, 6), (500, 6)] {
        let server = HttpDouble::start(move |_| HttpAnswer::new(status, ""));
        let home = with_server(&server.url());
        let output = home.nsc(words("-t B --push")).failure(code);
        assert_eq!(Token::parse(output.stdout()).subject(), account(2));
        output.stderr_has("/activations/");
    }
    let gone = HttpDouble::start(|_| HttpAnswer::new(200, "")).url();
    let home = with_server(&gone);
    let output = home.nsc(words("-t B --push")).failure(6);
    assert_eq!(Token::parse(output.stdout()).subject(), account(2));
    let home = with_server("nats://127.0.0.1:1");
    home.nsc(words("-t B --push"))
        .failure(1)
        .stderr_has("over HTTP");
}

#[test]
fn questions_make_an_activation() {
    let server = HttpDouble::start(|_| HttpAnswer::new(200, ""));
    let home = with_server(&server.url());
    let answers = [
        ("subject", Answer::Text("p.x")),
        ("importing account", Answer::Text("B")),
        ("valid from", Answer::Offered),
        ("valid until", Answer::Text("2099-12-31")),
        ("push", Answer::Confirm(true)),
    ];
    let args = ["generate", "activation", "-a", "A", "-o", "t.jwt"];
    asked::run(&home, &args, &answers).unwrap();
    let token = home.token("work/t.jwt");
    assert_eq!(token.claim("nats.subject"), "p.x");
    assert_eq!(token.claim("exp"), 4_102_358_400_u64);
    assert_eq!(server.requests().len(), 1);
}
