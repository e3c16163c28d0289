//! `nsc edit account`.

use nsc_core::keys::KeyKind;
use serde_json::{Value, json};

use crate::stock::{self, key, line, refused};

#[test]
fn limits_take_units_and_stay() {
    let home = stock::home();
    line(
        &home,
        "edit account A --conns 1,000 --data 10mib --exports 15 --imports 20 --payload 1.5KB --subscriptions 30 --leaf-conns 0 --wildcard-exports=false --disallow-bearer",
    )
    .success()
    .stdout_has("set max connections to `1000`, was `unlimited`");
    line(&home, "edit account A --tag x").success();
    let token = home.account_token("O", "A");
    let limits = token.claim("nats.limits");
    assert_eq!(
        limits,
        &json!({
            "subs": 30, "data": 10_485_760, "payload": 1500, "imports": 20, "exports": 15,
            "disallow_bearer": true, "conn": 1000, "streams": -1, "consumer": -1,
            "max_ack_pending": -1, "mem_max_stream_bytes": -1, "disk_max_stream_bytes": -1,
        })
    );
}

#[test]
fn numbers_that_are_none_are_refused() {
    let home = stock::home();
    let lines: Vec<String> = [
        "abc",
        "1x",
        "1e3",
        "0x10",
        "--",
        "9223372036854775808",
        "8EiB",
    ]
    .iter()
    .map(|value| format!("edit account A --data={value}"))
    .collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    refused(&home, 2, &lines);
    refused(
        &home,
        2,
        &[
            "edit account A",
            "edit account A B --tag x",
            "edit account A --conns",
        ],
    );
    line(&home, "edit account A --data 9007199254740993").success();
    assert_eq!(
        home.account_token("O", "A").claim("nats.limits.data"),
        &json!(9_007_199_254_740_993_i64)
    );
}

#[test]
fn the_account_is_named_by_flag_word_key_or_context() {
    let home = stock::home();
    let by_key = key(KeyKind::Account, 1).public;
    line(&home, &format!("edit account {by_key} --tag one")).success();
    line(&home, "edit account -n A B --tag two").success();
    let tags = home.account_token("O", "A").claim("nats.tags").clone();
    assert_eq!(tags, json!(["one", "two"]));
    refused(&home, 3, &["edit account C --tag x"]);
    refused(&home, 1, &["edit account --tag x"]);
    line(&home, "select account B").success();
    line(&home, "edit account --tag three").success();
    let tags = home.account_token("O", "B").claim("nats.tags").clone();
    assert_eq!(tags, json!(["three"]));
}

#[test]
fn signing_keys_come_and_go_and_keep_their_scope() {
    let home = stock::home();
    let [two, three] = [2, 3].map(|n| key(KeyKind::Account, n));
    let words = format!("edit signing-key -a A --sk {} --role r", three.public);
    line(&home, &words).success();
    let words = format!("edit account A --sk {},{}", two.seed, three.public);
    line(&home, &words).success();
    let keys = home
        .account_token("O", "A")
        .claim("nats.signing_keys")
        .clone();
    assert!(keys.as_array().unwrap().contains(&json!(two.public)));
    assert!(keys.to_string().contains(r#""role":"r""#), "{keys}");
    assert!(!home.seed_file(&two.public).exists());

    stock::user_by(
        &home,
        "A",
        "w",
        3,
        json!({"issuer_account": key(KeyKind::Account, 1).public}),
        &two,
    );
    line(
        &home,
        &format!("edit account A --rm-sk {},unknown", two.public),
    )
    .success()
    .stdout_has("removed key signed (w)");
    refused(
        &home,
        5,
        &[
            &format!("edit account A --sk {}", key(KeyKind::Operator, 1).public),
            &format!("edit account A --sk {}", key(KeyKind::User, 1).public),
            "edit account A --sk generate,no-such-file",
        ],
    );
}

#[test]
fn descriptions_urls_and_traces_are_checked_when_set() {
    let home = stock::home();
    home.nsc([
        "edit",
        "account",
        "A",
        "--description",
        "a text",
        "--info-url",
        "https://host/page",
        "--trace-context-subject",
        "t.x",
        "--trace-context-sampling",
        "5",
        "--host-cluster-traffic",
    ])
    .success();
    let token = home.account_token("O", "A");
    assert_eq!(token.claim("nats.description"), "a text");
    assert_eq!(
        token.claim("nats.trace"),
        &json!({"dest": "t.x", "sampling": 5})
    );
    assert_eq!(token.claim("nats.cluster_traffic"), "owner");
    refused(
        &home,
        1,
        &[
            "edit account A --info-url host",
            "edit account A --trace-context-subject a.*",
            "edit account A --trace-context-subject .a",
            "edit account A --trace-context-sampling 101",
            "edit account A --trace-context-subject= --trace-context-sampling 1",
            "edit account B --trace-context-sampling 1",
            "edit account A --exports 0 --allow-pub a..b",
        ],
    );
    line(
        &home,
        "edit account A --description= --info-url= --trace-context-subject= --host-cluster-traffic=false",
    )
    .success();
    let token = home.account_token("O", "A");
    for claim in ["description", "info_url", "trace", "cluster_traffic"] {
        assert_eq!(
            token.claim(&format!("nats.{claim}")),
            &Value::Null,
            "{claim}"
        );
    }
}

#[test]
fn default_permissions_take_every_flag_of_one_call() {
    let home = stock::home();
    home.nsc([
        "edit",
        "account",
        "A",
        "--allow-pub",
        "b,a",
        "--allow-pubsub",
        "c",
        "--allow-sub",
        "d q",
        "--max-responses",
        "5",
        "--response-ttl",
        "4ms",
    ])
    .success()
    .stderr_has("deprecated");
    let permissions = |home: &nsc_testkit::TestHome| {
        home.account_token("O", "A")
            .claim("nats.default_permissions")
            .clone()
    };
    assert_eq!(
        permissions(&home),
        json!({
            "pub": {"allow": ["a", "b", "c"]}, "sub": {"allow": ["c", "d q"]},
            "resp": {"max": 5, "ttl": 4_000_000},
        })
    );
    home.nsc([
        "edit",
        "account",
        "A",
        "--rm",
        "c,d q",
        "--rm-response-perms",
        "--deny-sub",
        "z",
    ])
    .success();
    assert_eq!(
        permissions(&home),
        json!({"pub": {"allow": ["a", "b"]}, "sub": {"deny": ["z"]}})
    );
}

#[test]
fn bearer_users_keep_an_account_from_disallowing_them() {
    let home = stock::home();
    line(&home, "edit user -a A u --bearer").success();
    line(&home, "edit account A --disallow-bearer")
        .failure(1)
        .stderr_has("user `u` is a bearer user");
    line(&home, "edit user -a A u --bearer=false").success();
    line(&home, "edit account A --disallow-bearer").success();
    refused(&home, 1, &["edit user -a A u --bearer"]);
}

#[test]
fn a_defect_of_before_is_told_and_in_nobodys_way() {
    let home = stock::home();
    stock::account(
        &home,
        "O",
        "C",
        3,
        json!({"info_url": "nowhere", "limits": {"exports": -1, "imports": -1}}),
    );
    line(&home, "edit account C --tag x")
        .success()
        .stdout_has("was not valid before");
    let user = key(KeyKind::User, 1).public;
    refused(
        &home,
        1,
        &[&format!("edit authcallout C --auth-user {user}")],
    );
    line(&home, "edit account C --info-url https://host").success();
    line(&home, &format!("edit authcallout C --auth-user {user}")).success();
}

#[test]
fn the_previous_issuer_signs_again_and_strangers_do_not() {
    let home = stock::home();
    let signing = key(KeyKind::Operator, 2);
    stock::store_seed(&home, &signing);
    line(&home, &format!("edit operator --sk {}", signing.public)).success();
    line(
        &home,
        &format!("edit account A --tag x -K {}", signing.public),
    )
    .success();
    line(&home, "edit account A --tag y").success();
    assert_eq!(home.account_token("O", "A").issuer(), signing.public);
    line(&home, "edit account B --tag y").success();
    assert_eq!(
        home.account_token("O", "B").issuer(),
        key(KeyKind::Operator, 1).public
    );

    let role = "edit signing-key -a A --sk generate --role r";
    line(&home, role).success();
    refused(
        &home,
        5,
        &[
            "edit account A --tag z -K r",
            "edit account A --tag z -K mistyped",
            &format!(
                "edit account A --tag z -K {}",
                key(KeyKind::Operator, 9).seed
            ),
            &format!(
                "edit account A --tag z -K {}",
                key(KeyKind::Account, 1).seed
            ),
        ],
    );
}

#[test]
fn limits_below_what_there_is_are_set_with_a_warning() {
    let home = stock::home();
    line(&home, "add export -a A --subject a.>").success();
    line(&home, "edit account A --exports 0 --wildcard-exports=false")
        .success()
        .stdout_has("account has 1 exports, its limit is 0");
    let limits = home.account_token("O", "A");
    assert_eq!(limits.claim("nats.limits.exports"), &Value::Null);
    let user = key(KeyKind::User, 1).public;
    refused(
        &home,
        1,
        &[
            "add export -a A --subject b",
            &format!("edit authcallout A --auth-user {user}"),
        ],
    );
}

#[test]
fn empty_values_stand_for_the_current_account() {
    let home = stock::home();
    line(&home, "select account A").success();
    home.nsc(["edit", "account", "-n", "", "--tag", "x"])
        .success();
    home.nsc(["describe", "account", ""])
        .success()
        .stdout_has("| x ");
    home.nsc(["add", "user", "-a", "", "w"]).success();
    home.nsc(["describe", "operator", "-n", ""]).success();
    home.nsc(["describe", "user", "-a", "", "-n", "w"])
        .success();
}
