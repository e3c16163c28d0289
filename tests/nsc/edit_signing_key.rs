//! `nsc edit signing-key`.

use nsc_core::keys::KeyKind;
use nsc_testkit::TestHome;
use serde_json::{Value, json};

use crate::stock::{self, key, line, refused};

fn scope(home: &TestHome, key: &str) -> Value {
    let keys = home
        .account_token("O", "A")
        .claim("nats.signing_keys")
        .clone();
    let mut scopes = keys.as_array().unwrap().iter();
    scopes.find(|scope| scope["key"] == key).unwrap().clone()
}

#[test]
fn a_role_is_made_with_a_new_key() {
    let home = stock::home();
    let json = home
        .nsc([
            "edit",
            "signing-key",
            "-a",
            "A",
            "--sk",
            "generate",
            "--role",
            "svc",
            "--description",
            "some users",
            "--allow-pub",
            "q.{{name()}}.>",
            "--payload",
            "2Kib",
            "--bearer",
            "--source-network",
            "10.0.0.0/8",
            "--output",
            "json",
        ])
        .success()
        .json();
    let made = json["result"]["signing_key"]["key"].as_str().unwrap();
    assert_eq!(json["result"]["generated_keys"], json!([made]));
    assert!(home.seed_file(made).is_file());
    assert_eq!(
        scope(&home, made),
        json!({
            "kind": "user_scope", "key": made, "role": "svc", "description": "some users",
            "template": {
                "pub": {"allow": ["q.{{name()}}.>"]}, "sub": {}, "src": ["10.0.0.0/8"],
                "payload": 2048, "bearer_token": true,
            },
        })
    );
    let account = home.account_token("O", "A");
    assert_eq!(
        account.claim("nats.limits.streams"),
        &Value::Null,
        "untouched"
    );
}

#[test]
fn roles_are_found_by_key_word_or_role() {
    let home = stock::home();
    let two = key(KeyKind::Account, 2);
    line(&home, &format!("edit account A --sk {}", two.public)).success();
    line(&home, &format!("edit signing-key -a A {}", two.seed)).success();
    assert_eq!(scope(&home, &two.public)["role"], "");
    line(
        &home,
        &format!("edit signing-key -a A {} --role r", two.public),
    )
    .success();
    // The role is found only with its key.
    refused(
        &home,
        5,
        &[
            "edit signing-key -a A --role r --subs 1",
            "edit signing-key -a A r --subs 1",
        ],
    );
    stock::store_seed(&home, &two);
    line(&home, "edit signing-key -a A --role r --subs 5").success();
    line(&home, "edit signing-key -a A r --data 6").success();
    line(&home, "edit signing-key -a A --sk r --role q --deny-sub x").success();
    let scope = scope(&home, &two.public);
    assert_eq!(scope["role"], "q");
    let template = json!({"pub": {}, "sub": {"deny": ["x"]}, "subs": 5, "data": 6, "payload": -1});
    assert_eq!(scope["template"], template);
}

#[test]
fn a_role_with_several_keys_is_no_name() {
    let home = stock::home();
    for n in [2, 3] {
        let key = key(KeyKind::Account, n);
        stock::store_seed(&home, &key);
        line(
            &home,
            &format!("edit signing-key -a A --sk {} --role r", key.public),
        )
        .success();
    }
    line(&home, "edit signing-key -a A --role r --subs 1")
        .failure(1)
        .stderr_has("2 signing keys of role `r`");
}

#[test]
fn what_makes_no_sense_changes_nothing() {
    let home = stock::home();
    let [account, user, operator] =
        [KeyKind::Account, KeyKind::User, KeyKind::Operator].map(|kind| key(kind, 7).public);
    refused(
        &home,
        2,
        &[
            "edit signing-key -a A",
            &format!("edit signing-key -a A --sk {account} --tag x"),
            &format!("edit signing-key -a A --sk {account} --subs x"),
        ],
    );
    refused(
        &home,
        3,
        &[
            "edit signing-key -a A --role nobody",
            "edit signing-key -a C --sk generate",
        ],
    );
    refused(
        &home,
        5,
        &[
            "edit signing-key -a A --sk nobody",
            "edit signing-key -a A nobody",
            &format!("edit signing-key -a A --sk {user} --role r"),
            &format!("edit signing-key -a A --sk {operator} --role r"),
        ],
    );
    refused(
        &home,
        1,
        &[
            "edit signing-key -a A --sk generate --conn-type bogus",
            "edit signing-key -a A --sk generate --response-ttl x",
            "edit signing-key -a A --sk generate --allow-pub .a",
            "edit signing-key -a A --sk generate --source-network here",
            &format!(
                "edit signing-key -a A --sk {} --role r",
                key(KeyKind::Account, 1).public
            ),
        ],
    );
    home.nsc([
        "edit",
        "signing-key",
        "-a",
        "A",
        "--sk",
        "generate",
        "--allow-pub",
        "a b",
    ])
    .failure(1);
}

#[test]
fn unknown_functions_are_warned_of() {
    let home = stock::home();
    line(
        &home,
        "edit signing-key -a A --sk generate --role r --allow-pub {{nme()}}",
    )
    .success()
    .stdout_has("role `r`");
}

#[test]
fn findings_name_the_role_or_the_key() {
    let home = stock::home();
    let signing = key(KeyKind::Account, 5).public;
    line(
        &home,
        &format!("edit signing-key {signing} -a A --allow-pub .a"),
    )
    .failure(1)
    .stderr_has(&format!("signing key `{signing}` would not be valid"));
    let told = line(&home, "edit user u -a A --allow-pubsub a.>.b").success();
    let doubts = told.stdout().matches("servers do not accept the subject");
    assert_eq!(doubts.count(), 1);
}
