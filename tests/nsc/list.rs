//! `nsc list`.

use nsc_core::keys::KeyKind;
use nsc_testkit::TestHome;
use serde_json::{Value, json};

use crate::stock::{self, key};

#[test]
fn entities_are_listed_as_tables_and_json() {
    let home = stock::home();
    let (a, b) = (
        key(KeyKind::Account, 1).public,
        key(KeyKind::Account, 2).public,
    );
    let output = home.nsc(["list", "accounts"]).success();
    output
        .stdout_has("Accounts")
        .stdout_has("| Name | Public Key ");
    output.stdout_has(&format!("| A    | {a} |"));
    let output = home.nsc(["list", "accounts", "-J"]).success();
    assert_eq!(
        output.stdout(),
        format!(
            "[\n {{\n  \"name\": \"A\",\n  \"public_key\": \"{a}\"\n }},\n {{\n  \"name\": \"B\",\n  \"public_key\": \"{b}\"\n }}\n]\n"
        )
    );
    assert_eq!(
        home.nsc(["list", "-J", "operator"]).success().json()[0]["name"],
        "O"
    );
    let typed = home
        .nsc(["list", "accounts", "--output", "json"])
        .success()
        .json();
    assert_eq!(typed["result"], output.json());
    home.nsc(["list", "users"])
        .failure(1)
        .stderr_has("no account is set");
    home.nsc(["list", "users", "-a", "B"])
        .success()
        .stdout_has("No entries defined");
    assert_eq!(
        home.nsc(["list", "users", "-J"]).success().json(),
        json!([])
    );
    let users = home.nsc(["list", "user", "-a", &a, "-J"]).success().json();
    assert_eq!(users[1]["public_key"], key(KeyKind::User, 2).public);
    home.nsc(["list", "accounts", "extra"]).failure(2);
    home.nsc(["list", "nothing"]).failure(2);
    home.nsc(["list"]).success().stdout_has("operators");
}

#[test]
fn no_operators_is_no_failure() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    home.nsc(["list", "operators"])
        .success()
        .stdout_has("nsc add operator");
    assert_eq!(
        home.nsc(["list", "operators", "-J"]).success().json(),
        json!([])
    );
    home.nsc(["list", "accounts"])
        .failure(1)
        .stderr_has("no operator is set");
}

#[test]
fn a_listing_with_names_changes_the_context_when_it_succeeds() {
    let home = stock::home();
    stock::operator(&home, "P", &key(KeyKind::Operator, 2), json!({}));
    let account = || {
        let config: Value =
            serde_json::from_str(&home.read(home.config().join("nsc.json"))).unwrap();
        (config["operator"].clone(), config["account"].clone())
    };
    home.nsc(["list", "users", "-o", "O", "-a", "A"]).success();
    assert_eq!(account(), (json!("O"), json!("A")));
    home.nsc(["list", "users", "-o", "P"]).failure(1);
    home.nsc(["list", "accounts", "-o", "NO"]).failure(3);
    assert_eq!(account(), (json!("O"), json!("A")));
    home.nsc(["list", "accounts", "-o", "P"]).success();
    assert_eq!(account(), (json!("P"), json!("")));
}

#[test]
fn odd_entries_are_shown_as_such() {
    let home = stock::home();
    let accounts = home.stores().join("O/accounts");
    home.write(
        accounts.join("X/X.jwt"),
        home.read(accounts.join("A/A.jwt")),
    );
    home.write(accounts.join("Y/Y.jwt"), "junk\x1b[2J");
    let output = home.nsc(["list", "accounts"]).success();
    output
        .stdout_has("| X (A)")
        .stdout_has("no usable account JWT");
    assert!(!output.stdout().contains('\x1b'));
    let list = home.nsc(["list", "accounts", "-J"]).success().json();
    assert_eq!(list[3]["name"], "Y");
    assert!(
        list[3]["error"]
            .as_str()
            .is_some_and(|text| text.contains("Y.jwt"))
    );
}

/// Names and public keys of a list of keys.
fn keys(home: &TestHome, args: &[&str]) -> Vec<(String, String)> {
    let call = home.nsc(["list", "keys", "-J"].iter().chain(args));
    let list = call.success().json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = list.as_array().unwrap().iter();
    rows.map(|row| (text(&row["name"]), text(&row["pub"])))
        .collect()
}

fn rows(wanted: &[(&str, KeyKind, u8)]) -> Vec<(String, String)> {
    let row = |(name, kind, n): &(&str, KeyKind, u8)| ((*name).to_owned(), key(*kind, *n).public);
    wanted.iter().map(row).collect()
}

/// A home whose account `A` has signing keys, one of them with a role, and a curve key.
fn keyed_home() -> TestHome {
    let home = stock::home();
    let signing = [
        key(KeyKind::Account, 8).public,
        key(KeyKind::Account, 9).public,
    ];
    let nats = json!({
        "signing_keys": [
            signing[0],
            {"kind": "user_scope", "key": signing[1], "role": "r", "template": {}, "description": ""},
        ],
        "authorization": {
            "auth_users": [key(KeyKind::User, 1).public],
            "xkey": key(KeyKind::Curve, 1).public,
        },
    });
    stock::account(&home, "O", "A", 1, nats);
    let operator_keys = json!({"signing_keys": [key(KeyKind::Operator, 9).public]});
    stock::operator(&home, "O", &key(KeyKind::Operator, 1), operator_keys);
    home
}

#[test]
fn keys_are_selected_by_kind_account_user_and_text() {
    use KeyKind::{Account, Curve, Operator, User};
    let home = keyed_home();
    let mut signing = [("A", Account, 8), ("A", Account, 9)];
    signing.sort_by_key(|(_, kind, n)| key(*kind, *n).public);
    let operator = [("O", Operator, 1), ("O", Operator, 9)];
    let a = [&[("A", Account, 1)], &signing[..], &[("A", Curve, 1)]].concat();
    let users = [("u", User, 1), ("v", User, 2)];
    let b = [("B", Account, 2)];
    let all = rows(&[&operator[..], &a, &users, &b].concat());
    assert_eq!(keys(&home, &[]), all, "without a current account");
    assert_eq!(keys(&home, &["-A"]), all);
    home.nsc(["select", "account", "B"]).success();
    assert_eq!(keys(&home, &[]), rows(&[&operator[..], &b].concat()));
    assert_eq!(keys(&home, &["--all"]), all);
    assert_eq!(keys(&home, &["-o"]), rows(&operator));
    assert_eq!(keys(&home, &["-a"]), rows(&[&a[..], &b].concat()));
    assert_eq!(keys(&home, &["-u"]), rows(&users));
    assert_eq!(keys(&home, &["-x"]), rows(&[("A", Curve, 1)]));
    assert_eq!(keys(&home, &["-u", "--account", "B"]), rows(&[]));
    assert_eq!(
        keys(&home, &["-u", "--account", "A", "--user", "v"]),
        rows(&users[1..])
    );
    let text = key(User, 2).public[..20].to_lowercase();
    assert_eq!(keys(&home, &["-A", "--filter", &text]), rows(&users[1..]));
    home.nsc(["list", "keys", "-u", "--user", "v"])
        .failure(3)
        .stderr_has("user `v`");
    home.nsc(["list", "keys", "--account", "NO"]).failure(3);
    home.nsc(["list", "keys", "-A", "-f", "NOSUCH1"])
        .success()
        .stdout_has("no keys matched");
    assert_eq!(keys(&home, &["-A", "-f", "NOSUCH1"]), rows(&[]));
}

#[test]
fn a_key_says_all_about_itself() {
    let home = keyed_home();
    let [operator, account, user] =
        [KeyKind::Operator, KeyKind::Account, KeyKind::User].map(|kind| key(kind, 1).public);
    let bad = key(KeyKind::User, 2);
    home.write(home.seed_file(&bad.public), key(KeyKind::User, 3).seed);
    let output = home.nsc(["list", "keys", "-A", "-J"]).success();
    let list = output.json();
    let find = |public: &str| {
        let row = list
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["pub"] == public);
        row.unwrap().clone()
    };
    let encoded = |token: &str| data_encoding::BASE64.encode(token.as_bytes());
    assert_eq!(
        find(&user),
        json!({
            "name": "u", "pub": user, "parent": account, "signing": false, "curve": false,
            "key_path": home.seed_file(&user), "invalid": false,
            "jwt": encoded(home.user_token("O", "A", "u").text()), "expected_kind": "user",
        })
    );
    assert_eq!(find(&account)["parent"], json!(operator));
    assert_eq!(find(&operator).get("parent"), None);
    let curve = find(&key(KeyKind::Curve, 1).public);
    assert_eq!(
        curve,
        json!({
            "name": "A", "pub": key(KeyKind::Curve, 1).public, "signing": false, "curve": true,
            "key_path": "", "invalid": false, "expected_kind": "x25519",
        })
    );
    let signing = find(&key(KeyKind::Account, 9).public);
    assert_eq!(
        (&signing["signing"], &signing["key_path"]),
        (&json!(true), &json!(""))
    );
    assert_eq!(find(&bad.public)["invalid"], true);
    assert_eq!(
        find(&bad.public)["key_path"],
        json!(home.seed_file(&bad.public))
    );
    assert!(
        output
            .stdout()
            .starts_with("[\n {\n  \"name\": \"O\",\n  \"pub\": \"O"),
        "{output}"
    );
}

#[test]
fn the_table_of_keys_marks_what_is_stored() {
    let home = keyed_home();
    let bad = key(KeyKind::User, 2).public;
    home.write(home.seed_file(&bad), "junk");
    let output = home.nsc(["list", "keys", "-A"]).success();
    let line = |text: &str| {
        output
            .stdout()
            .lines()
            .find(|line| line.contains(text))
            .unwrap()
    };
    let cells = |text: &str| {
        let cells = line(text).split('|').map(str::trim_end).collect::<Vec<_>>();
        (
            cells[1].to_owned(),
            cells[3].trim().to_owned(),
            cells[4].trim().to_owned(),
        )
    };
    let row = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(cells(&key(KeyKind::Operator, 1).public), row(" O", "", "*"));
    assert_eq!(cells(&key(KeyKind::Account, 9).public), row("  A", "*", ""));
    assert_eq!(cells(&key(KeyKind::Curve, 1).public), row("  A", "T", ""));
    assert_eq!(cells(&bad), row("   v", "", "BAD"));
    output.stdout_has("| Entity ").stdout_has("[BAD]");
}

#[test]
fn seeds_are_shown_only_when_asked_for() {
    let home = keyed_home();
    let user = key(KeyKind::User, 1);
    // The kit looks for seeds in what these print.
    home.nsc(["list", "keys", "-A"]).success();
    home.nsc(["list", "keys", "-A", "-J"]).success();
    home.nsc(["list", "keys", "-A", "--output", "json"])
        .success();
    let output = home
        .nsc(["list", "keys", "-A", "-S"])
        .secret_expected()
        .success();
    output.stdout_has("Seeds Keys").stdout_has(&user.seed);
    output.stdout_has(&format!("{} [!]", key(KeyKind::Account, 2).public));
    let list = home
        .nsc(["list", "keys", "-u", "-S", "-J"])
        .secret_expected()
        .success()
        .json();
    assert_eq!(list[0]["seed"], json!(user.seed));
    home.nsc(["list", "keys", "--not-referenced", "-S"])
        .failure(2);
}

#[test]
fn stored_keys_that_nothing_uses_are_found() {
    let home = keyed_home();
    for kind in [
        KeyKind::User,
        KeyKind::Curve,
        KeyKind::Operator,
        KeyKind::Server,
    ] {
        stock::store_seed(&home, &key(kind, 20));
    }
    home.nsc(["select", "account", "B"]).success();
    use KeyKind::{Curve, Operator, User};
    let unused = [("?", Operator, 20), ("?", User, 20), ("?", Curve, 20)];
    assert_eq!(
        keys(&home, &["--not-referenced"]),
        rows(&unused),
        "keys of other accounts are used"
    );
    assert_eq!(keys(&home, &["--not-referenced", "-x"]), rows(&unused[2..]));
    let list = home
        .nsc(["list", "keys", "--not-referenced", "-xJ"])
        .success()
        .json();
    let path = home.seed_file(&key(Curve, 20).public);
    assert_eq!(
        (&list[0]["curve"], &list[0]["key_path"]),
        (&json!(true), &json!(path))
    );
    home.write(home.stores().join("O/accounts/A/A.jwt"), "junk");
    home.nsc(["list", "keys", "--not-referenced"])
        .failure(1)
        .stderr_has("A.jwt");
}

#[test]
fn what_cannot_be_read_does_not_hide_the_rest() {
    let home = stock::home();
    home.write(home.stores().join("O/accounts/A/users/u.jwt"), "junk");
    let output = home.nsc(["list", "keys", "-u", "-J"]).failure(7);
    output.stderr_has("u.jwt");
    assert_eq!(output.json()[0]["name"], "v");
    std::fs::remove_dir_all(home.keystore()).unwrap();
    home.nsc(["list", "keys"]).failure(3).stderr_has("keystore");
}

#[test]
fn many_are_listed_in_the_order_of_their_names() {
    let home = stock::home();
    for n in 10..50 {
        stock::account(&home, "O", &format!("X{n}"), n, json!({}));
        stock::user(&home, "A", &format!("x{n}"), n, json!({}));
    }
    let found = keys(&home, &["-au"]);
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    let users = ["u", "v"].into_iter().map(str::to_owned);
    let users = users.chain((10..50).map(|n| format!("x{n}")));
    let accounts = (10..50).map(|n| format!("X{n}"));
    let wanted = ["A".to_owned()].into_iter().chain(users);
    let wanted: Vec<String> = wanted.chain(["B".to_owned()]).chain(accounts).collect();
    assert_eq!(names, wanted);
}
