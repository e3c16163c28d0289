//! `nsc load`.

use nsc_core::keys::KeyKind;
use nsc_testkit::{Answer, HttpDouble, TestHome, token};
use serde_json::{Value, json};

use crate::stock::{self, key};

/// A service with the operator `Service` (key 1) and the account `ACC` (key 1).
pub(crate) fn service() -> HttpDouble {
    HttpDouble::start(|request| {
        let by = key(KeyKind::Operator, 1);
        let account = key(KeyKind::Account, 1).public;
        let host = &request.headers["host"];
        let operator = json!({"account_server_url": format!("http://{host}/jwt/v1")});
        if request.path == "/jwt/v1/operator" {
            Answer::new(
                200,
                token::sign(
                    &stock::claims("Service", &by.public, "operator", operator),
                    &by.seed,
                ),
            )
        } else if request.path == format!("/jwt/v1/accounts/{account}") {
            Answer::new(
                200,
                token::sign(
                    &stock::claims("ACC", &account, "account", json!({})),
                    &by.seed,
                ),
            )
        } else {
            Answer::new(404, "not here")
        }
    })
}

pub(crate) fn operator_url(server: &HttpDouble) -> String {
    format!("{}/jwt/v1/operator", server.url())
}

pub(crate) fn seed() -> String {
    key(KeyKind::Account, 1).seed
}

fn home() -> TestHome {
    TestHome::new(env!("CARGO_BIN_EXE_nsc"))
}

#[test]
fn a_profile_sets_everything_up() {
    let (server, home) = (service(), home());
    let load = |profile: &str| {
        home.nsc(["load", "--profile", profile, "--output", "json"])
            .env("NSC_Zoom_OPERATOR", operator_url(&server))
    };
    load(&format!("nsc://zOOm?secret={}", seed())).success();
    assert_eq!(
        home.operator_token("Zoom").subject(),
        key(KeyKind::Operator, 1).public
    );
    assert_eq!(
        home.account_token("Zoom", "ACC").issuer(),
        key(KeyKind::Operator, 1).public
    );
    let user = home.user_token("Zoom", "ACC", "default");
    assert_eq!(user.issuer(), key(KeyKind::Account, 1).public);
    assert!(home.creds_file("Zoom", "ACC", "default").exists());
    assert_eq!(
        home.read(home.seed_file(&key(KeyKind::Account, 1).public)),
        seed()
    );
    let config: Value = serde_json::from_str(&home.read(home.config().join("nsc.json"))).unwrap();
    assert_eq!(
        (&config["operator"], &config["account"]),
        (&json!("Zoom"), &json!("ACC"))
    );
    assert!(
        home.read(home.stores().join("Zoom/.nsc"))
            .contains(r#""managed":true"#)
    );
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.method == "GET"),
        "nothing is pushed"
    );

    let output = load(&format!("nsc://zoom?secret={}&user=bob", seed())).success();
    assert_eq!(output.json()["result"]["user"]["name"], "bob");
    let output = load(&format!("nsc://zoom?secret={}", seed())).success();
    output.stdout_has("there already");
    assert_eq!(
        home.user_token("Zoom", "ACC", "default"),
        user,
        "an existing user stays"
    );
}

#[test]
fn a_url_will_do() {
    let (server, home) = (service(), home());
    home.nsc([
        "load",
        "--url",
        &operator_url(&server),
        "--seed",
        &seed(),
        "--user",
        "me",
    ])
    .success();
    home.user_token("Service", "ACC", "me");
    let tree = home.tree();
    assert!(!tree.has(".local/share/nats/nsc/stores/.nsc"), "{tree}");
}

#[test]
fn refusals_leave_nothing_behind() {
    let (server, home) = (service(), home());
    home.nsc(["env"]).success();
    let before = home.tree();
    let url = operator_url(&server);
    home.nsc(["load"]).failure(2);
    home.nsc(["load", "--profile", "nsc://unknown?secret=x"])
        .failure(3);
    home.nsc(["load", "--profile", "no address"]).failure(1);
    home.nsc(["load", "--url", &url]).failure(2);
    home.nsc(["load", "--url", &url, "--seed", "SAJUNK"])
        .failure(1);
    home.nsc(["load", "--url", &url, "--seed", &key(KeyKind::User, 1).seed])
        .failure(1);
    home.nsc([
        "load",
        "--url",
        &url,
        "--seed",
        &key(KeyKind::Account, 2).seed,
    ])
    .failure(3);
    home.nsc([
        "load",
        "--url",
        &format!("{}/none", server.url()),
        "--seed",
        &seed(),
    ])
    .failure(6);
    home.nsc(["load", "--url", &url, "--seed", &seed(), "--user", "../x"])
        .failure(1);
    let side = ".local/share/nats/nsc/stores/.nsc-rs";
    assert_eq!(
        before.without(side).changes(&home.tree().without(side)),
        [""; 0]
    );
}

#[test]
fn a_different_operator_of_that_name_is_refused() {
    let (server, home) = (service(), home());
    stock::operator(&home, "Service", &key(KeyKind::Operator, 5), json!({}));
    let args = ["load", "--url", &operator_url(&server), "--seed", &seed()];
    home.nsc(args).failure(4);
    assert_eq!(
        home.operator_token("Service").subject(),
        key(KeyKind::Operator, 5).public
    );
}
