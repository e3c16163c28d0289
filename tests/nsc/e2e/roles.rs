//! Roles: what the template of a scoped signing key makes of its users.

use nsc_testkit::NatsClient;

use super::{
    REFUSED, World, assert_publishes, assert_subscribes, next_second, publish_errors,
    subscribe_errors,
};

/// Adds a role to `A`, with these flags.
fn role(world: &World, name: &str, flags: &[&str]) {
    let start = [
        "edit",
        "signing-key",
        "-a",
        "A",
        "--sk",
        "generate",
        "--role",
        name,
    ];
    world.home.nsc(start.iter().chain(flags)).success();
}

/// Adds a user of a role, with these flags.
fn user(world: &World, role: &str, name: &str, flags: &str) {
    world.nsc(&format!("add user -a A {name} -K {role} {flags}"));
}

#[test]
fn names_and_keys_are_filled_in() {
    let mut world = World::new();
    for (name, template) in [
        ("name", "n.{{name()}}.>"),
        ("subject", "s.{{subject()}}.>"),
        ("account_name", "an.{{account-name()}}.>"),
        ("account_subject", "as.{{account-subject()}}.>"),
        ("upper", "b.{{NAME()}}.>"),
    ] {
        role(
            &world,
            name,
            &["--allow-pub", template, "--allow-sub", template],
        );
        user(&world, name, &format!("u_{name}"), "");
    }
    world.serve("");
    let key = |user: &str| world.home.user_token("O", "A", user).subject().to_owned();
    let account = world.home.account_token("O", "A").subject().to_owned();
    for (user, own, other) in [
        (
            "u_name",
            "n.u_name.x".to_owned(),
            "n.u_subject.x".to_owned(),
        ),
        (
            "u_subject",
            format!("s.{}.x", key("u_subject")),
            format!("s.{}.x", key("u_name")),
        ),
        ("u_account_name", "an.A.x".to_owned(), "an.SYS.x".to_owned()),
        (
            "u_account_subject",
            format!("as.{account}.x"),
            format!("as.{}.x", key("u_name")),
        ),
        ("u_upper", "b.u_upper.x".to_owned(), "b.u_name.x".to_owned()),
    ] {
        let mut client = world.client(user);
        let table = [(own.as_str(), true), (&other, false)];
        assert_publishes(&mut client, &table);
        assert_subscribes(&mut client, &table);
    }
}

#[test]
fn tags_multiply() {
    let mut world = World::new();
    world.nsc("edit account A --tag region:eu,region:us");
    let template = "t.{{tag(team)}}.{{tag(site)}}.{{account-tag(region)}}";
    role(&world, "tags", &["--allow-pub", template]);
    user(
        &world,
        "tags",
        "u",
        "--tag team:red,team:blue,site:s1,site:s2,other:x",
    );
    world.serve("");
    let mut client = world.client("u");
    for team in ["red", "blue"] {
        for site in ["s1", "s2"] {
            for region in ["eu", "us"] {
                let subject = format!("t.{team}.{site}.{region}");
                assert_eq!(publish_errors(&mut client, &subject), [""; 0]);
            }
        }
    }
    let refused = ["t.red.s3.eu", "t.green.s1.eu", "t.red.s1.asia", "t.x.s1.eu"];
    assert_publishes(&mut client, &refused.map(|subject| (subject, false)));
}

#[test]
fn a_missing_tag_drops_an_allow_and_refuses_with_a_deny() {
    let mut world = World::new();
    role(&world, "some", &["--allow-pub", "t.{{tag(team)}},plain"]);
    role(&world, "only", &["--allow-pub", "t.{{tag(team)}}"]);
    role(&world, "deny", &["--deny-pub", "t.{{tag(team)}}"]);
    role(
        &world,
        "account",
        &["--allow-pub", "t.{{account-tag(none)}}"],
    );
    for role in ["some", "only", "deny", "account"] {
        user(&world, role, &format!("{role}_untagged"), "");
    }
    user(&world, "deny", "deny_tagged", "--tag team:red");
    world.serve("");
    let mut some = world.client("some_untagged");
    assert_publishes(&mut some, &[("plain", true), ("t.red", false)]);
    for user in ["only_untagged", "account_untagged"] {
        let mut client = world.client(user);
        assert_publishes(&mut client, &[("plain", false), ("t.red", false)]);
        assert_subscribes(&mut client, &[("t.red", true)]);
    }
    world.refuses("deny_untagged", REFUSED);
    let mut tagged = world.client("deny_tagged");
    assert_publishes(&mut tagged, &[("t.red", false), ("t.blue", true)]);
}

#[test]
fn limits_and_restrictions_come_from_the_template() {
    let mut world = World::new();
    role(&world, "small", &["--payload", "10", "--subs", "1"]);
    role(&world, "far", &["--source-network", "10.0.0.0/8"]);
    role(&world, "near", &["--source-network", "127.0.0.0/8"]);
    role(&world, "web", &["--conn-type", "WEBSOCKET"]);
    role(&world, "bearer", &["--bearer"]);
    role(
        &world,
        "never",
        &["--time", "00:00:00-00:00:00", "--locale", "UTC"],
    );
    role(
        &world,
        "answers",
        &["--allow-sub", "q", "--allow-pub-response"],
    );
    role(&world, "plain", &[]);
    for name in [
        "small", "far", "near", "web", "bearer", "never", "answers", "plain",
    ] {
        user(&world, name, &format!("u_{name}"), "");
    }
    world.serve("");
    for user in ["u_far", "u_web", "u_never"] {
        world.refuses(user, REFUSED);
    }
    world.client("u_near");

    let mut small = world.client("u_small");
    assert_eq!(subscribe_errors(&mut small, "one"), [""; 0]);
    let errors = subscribe_errors(&mut small, "two");
    assert_eq!(errors, ["maximum subscriptions exceeded"]);
    small.publish("x", "0123456789+");
    assert_eq!(small.wait_for_end(), ["Maximum Payload Violation"]);

    let mut plain = world.client("u_plain");
    for subject in ["one", "two", "three"] {
        assert_eq!(subscribe_errors(&mut plain, subject), [""; 0]);
    }
    let port = world.server().port();
    let unproved = |user| NatsClient::connect(port, &world.login("A", user).without_proof());
    assert!(unproved("u_bearer").is_ok());
    assert!(unproved("u_plain").is_err());

    let mut answers = world.client("u_answers");
    assert_subscribes(&mut answers, &[("q", true)]);
    plain.publish_for("q", "one", "?");
    plain.settle();
    answers.next_message();
    assert_publishes(
        &mut answers,
        &[("two", false), ("one", true), ("one", false)],
    );
}

/// What nsc refuses to sign for a role, a server would refuse as well.
#[test]
fn users_of_a_role_bring_nothing_of_their_own() {
    let mut world = World::new();
    role(&world, "r", &["--allow-pub", "x"]);
    for flags in ["--allow-pub y", "--bearer", "--source-network 10.0.0.0/8"] {
        let line = format!("add user -a A u -K r {flags}");
        crate::stock::line(&world.home, &line).failure(1);
    }
    user(&world, "r", "u", "--tag a:b");
    world.serve("");
    world.client("u");
    let key = world.home.user_token("O", "A", "u").issuer().to_owned();
    let seed = world.home.read(world.home.seed_file(&key));
    let mut claims = world.home.user_token("O", "A", "u").claims().clone();
    claims["nats"]["subs"] = (-1).into();
    let creds = world.home.read(world.home.creds_file("O", "A", "u"));
    let good = world.home.user_token("O", "A", "u").text().to_owned();
    let bad = nsc_testkit::token::sign(&claims, seed.trim());
    let login = nsc_testkit::Login::from_creds(&creds.replace(&good, &bad));
    let error = NatsClient::connect(world.server().port(), &login).err();
    assert_eq!(error.as_deref(), Some(REFUSED));
}

#[test]
fn a_changed_role_disconnects_its_users_and_counts_from_then_on() {
    let mut world = World::new();
    role(&world, "r", &["--allow-pub", "old"]);
    role(&world, "other", &["--allow-pub", "old"]);
    user(&world, "r", "u", "");
    user(&world, "other", "v", "");
    world.serve_pushes("");
    let (mut u, mut v) = (world.client("u"), world.client("v"));
    assert_publishes(&mut u, &[("old", true), ("new", false)]);
    next_second();
    world.nsc("edit signing-key -a A r --allow-pub new --rm old");
    world.push();
    u.wait_for_end();
    assert!(v.is_alive());
    let mut u = world.client("u");
    assert_publishes(&mut u, &[("old", false), ("new", true)]);

    let key = world.home.user_token("O", "A", "u").issuer().to_owned();
    world.nsc(&format!("edit account A --rm-sk {key}"));
    world.push();
    u.wait_for_end();
    world.refuses("u", REFUSED);
    assert!(v.is_alive());
}
