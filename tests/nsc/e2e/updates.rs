//! What becomes of connected clients when an account changes, ends or goes, and when keys do.

use nsc_testkit::{Login, NatsClient, token};

use super::{REFUSED, World, date_in, next_second};

#[test]
fn an_account_ends_with_its_date() {
    let mut world = World::new();
    world.nsc("add user -a A u");
    world.nsc("add account B");
    world.nsc("add user -a B v");
    world.serve_pushes("");
    let (mut u, mut v) = (world.client("u"), world.client_of("B", "v"));
    next_second();
    let expiry = ["edit", "account", "A", "--expiry", &date_in(4)];
    world.home.nsc(expiry).success();
    world.push();
    assert!(u.is_alive());
    assert_eq!(u.wait_for_end(), ["Account Authentication Expired"]);
    world.refuses("u", REFUSED);
    assert!(v.is_alive());
    world.nsc("edit account A --expiry 0");
    world.push();
    world.client("u");
}

#[test]
fn accounts_that_are_out_of_date_let_nobody_in() {
    let mut world = World::new();
    for (account, flag, date) in [
        ("past", "--expiry", date_in(-60)),
        ("future", "--start", date_in(3600)),
        ("present", "--start", date_in(-60)),
    ] {
        let add = ["add", "account", account, flag, &date];
        world.home.nsc(add).success();
        world.nsc(&format!("add user -a {account} u"));
    }
    world.serve("");
    let port = world.server().port();
    let connect = |account| NatsClient::connect(port, &world.login(account, "u"));
    for account in ["past", "future"] {
        assert_eq!(
            connect(account).err().as_deref(),
            Some(REFUSED),
            "{account}"
        );
    }
    assert!(connect("present").is_ok());
}

/// The dates of the operator are a word between people; servers go by its keys alone.
#[test]
fn the_operators_dates_are_not_enforced() {
    let mut world = World::new();
    world.nsc("add user -a A u");
    let expiry = ["edit", "operator", "--expiry", &date_in(-60)];
    world.home.nsc(expiry).success();
    world.serve("");
    world.client("u");
}

#[test]
fn an_operator_that_requires_signing_keys_trusts_no_other() {
    let mut world = World::made_by(&[
        "add operator O --sys --generate-signing-key",
        "edit operator --require-signing-keys",
        "add account A",
        "edit account A --sk generate",
        "add user -a A u",
    ]);
    world.serve_pushes("");
    world.client("u");
    let (home, port) = (&world.home, world.server().port());
    let seed = |key: &str| home.read(home.seed_file(key)).trim().to_owned();

    let user = home.user_token("O", "A", "u");
    let by_identity = token::sign(user.claims(), &seed(home.account_token("O", "A").subject()));
    let creds = home.read(home.creds_file("O", "A", "u"));
    let login = Login::from_creds(&creds.replace(user.text(), &by_identity));
    let error = NatsClient::connect(port, &login).err();
    assert_eq!(error.as_deref(), Some(REFUSED));

    // An account that the servers have not seen yet.
    for line in [
        "add account B",
        "edit account B --sk generate",
        "add user -a B v",
    ] {
        world.nsc(line);
    }
    let account = home.account_token("O", "B");
    let by_identity = token::sign(account.claims(), &seed(home.operator_token("O").subject()));
    let subject = format!("$SYS.REQ.ACCOUNT.{}.CLAIMS.UPDATE", account.subject());
    let mut sys = world.client_of("SYS", "sys");
    sys.request(&subject, &by_identity);
    let error = NatsClient::connect(port, &world.login("B", "v")).err();
    assert_eq!(error.as_deref(), Some(REFUSED));
    next_second();
    world.nsc("edit account B --tag better");
    world.push();
    world.client_of("B", "v");
}

#[test]
fn a_removed_signing_key_of_the_account_takes_its_users_along() {
    let mut world = World::new();
    world.nsc("add user -a A by_identity");
    world.nsc("edit account A --sk generate");
    let keys = world.home.account_token("O", "A");
    let key = keys.claim("nats.signing_keys")[0]
        .as_str()
        .expect("a key")
        .to_owned();
    world.nsc(&format!("add user -a A by_key -K {key}"));
    world.serve_pushes("");
    let (mut one, mut other) = (world.client("by_identity"), world.client("by_key"));
    next_second();
    world.nsc(&format!("edit account A --rm-sk {key}"));
    world.push();
    other.wait_for_end();
    world.refuses("by_key", REFUSED);
    assert!(one.is_alive());
}

#[test]
fn a_deleted_account_ends_its_connections() {
    let mut world = World::new();
    world.nsc("add user -a A u");
    world.nsc("add account B");
    world.nsc("add user -a B v");
    world.serve_pushes("");
    let (mut u, mut v) = (world.client("u"), world.client_of("B", "v"));
    let login = world.login("A", "u");
    let id = world.home.account_token("O", "A").subject().to_owned();
    let url = world.server().url();
    world.nsc("delete account A");
    world.nsc(&format!("push -u {url} -R {id}"));
    u.wait_for_end();
    let error = NatsClient::connect(world.server().port(), &login).err();
    assert!(error.is_some());
    assert!(v.is_alive());
}
