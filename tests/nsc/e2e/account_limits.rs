//! Limits of a whole account.

use nsc_testkit::{NatsClient, token};
use serde_json::{Value, json};

use super::{FULL, REFUSED, World, next_second, subscribe_errors};

#[test]
fn connections() {
    let mut world = World::new();
    world.nsc("add user -a A u");
    world.nsc("edit account A --conns 2");
    world.serve_pushes("");
    let first = world.client("u");
    let mut second = world.client("u");
    world.refuses("u", FULL);
    drop(first);
    second.settle();
    let mut third = retry(&world);
    // Fewer from now on: the youngest goes.
    next_second();
    world.nsc("edit account A --conns 1");
    world.push();
    assert_eq!(third.wait_for_end(), [FULL]);
    assert!(second.is_alive());
    next_second();
    world.nsc("edit account A --conns 0");
    world.push();
    second.wait_for_end();
    world.refuses("u", FULL);
    next_second();
    world.nsc("edit account A --conns -1");
    world.push();
    let many: Vec<NatsClient> = (0..5).map(|_| world.client("u")).collect();
    assert_eq!(many.len(), 5);
}

/// The server notices a moment later that somebody left.
fn retry(world: &World) -> NatsClient {
    for _ in 0..100 {
        if let Ok(client) = world.connect("u") {
            return client;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("nobody is let in");
}

/// Each connection may do so much; the account as a whole has no sum.
#[test]
fn payload_and_subscriptions_of_each_connection() {
    let mut world = World::new();
    world.nsc("add user -a A u");
    world.nsc("add user -a A wide");
    world.nsc("edit user -a A wide --payload 100 --subs 100");
    world.nsc("add user -a A narrow");
    world.nsc("edit user -a A narrow --subs 1");
    world.nsc("edit account A --payload 10 --subscriptions 2");
    world.serve("");
    let mut clients = ["u", "u", "wide"].map(|user| world.client(user));
    for client in &mut clients {
        for subject in ["one", "two"] {
            assert_eq!(subscribe_errors(client, subject), [""; 0]);
        }
        let errors = subscribe_errors(client, "three");
        assert_eq!(errors, ["maximum subscriptions exceeded"]);
        client.publish("x", "0123456789");
        assert_eq!(client.settle(), [""; 0]);
        client.publish("x", "0123456789+");
        assert_eq!(client.wait_for_end(), ["Maximum Payload Violation"]);
    }
    let mut narrow = world.client("narrow");
    assert_eq!(subscribe_errors(&mut narrow, "one"), [""; 0]);
    let errors = subscribe_errors(&mut narrow, "two");
    assert_eq!(errors, ["maximum subscriptions exceeded"]);
}

#[test]
fn bearers_are_disallowed_at_once() {
    let mut world = World::new();
    world.nsc("add user -a A bearer --bearer");
    world.nsc("add user -a A plain");
    world.serve_pushes("");
    let mut bearer = world.client("bearer");
    // nsc keeps an account from turning its own users away, so that its user has to go first.
    crate::stock::line(&world.home, "edit account A --disallow-bearer")
        .failure(1)
        .stderr_has("bearer");
    let login = world.login("A", "bearer");
    world.nsc("delete user -a A bearer");
    next_second();
    world.nsc("edit account A --disallow-bearer");
    crate::stock::line(&world.home, "add user -a A other --bearer").failure(1);
    world.push();
    bearer.wait_for_end();
    let error = NatsClient::connect(world.server().port(), &login).err();
    assert_eq!(error.as_deref(), Some(REFUSED));
    world.client("plain");
    next_second();
    world.nsc("edit account A --disallow-bearer=false");
    world.push();
    assert!(NatsClient::connect(world.server().port(), &login).is_ok());
}

/// Changes claims.
type Edit<'a> = &'a dyn Fn(&mut Value);

/// What nsc refuses to write is what a server refuses to take.
#[test]
fn exports_imports_and_wildcards() {
    let mut world = World::new();
    world.nsc("add account B");
    world.nsc("add export -a B -s shared");
    world.nsc("add export -a B -s other");
    let b = world.home.account_token("O", "B").subject().to_owned();
    let refused = |line: &str| {
        crate::stock::line(&world.home, line).failure(1);
    };
    world.nsc("edit account A --exports 1 --imports 1");
    world.nsc("add export -a A -s one");
    refused("add export -a A -s two");
    world.nsc(&format!(
        "add import -a A --src-account {b} --remote-subject shared --local-subject mine"
    ));
    refused(&format!(
        "add import -a A --src-account {b} --remote-subject other"
    ));
    world.nsc("edit account A --wildcard-exports=false");
    world.nsc("add account C");
    world.nsc("add export -a C -s c.>");
    world
        .nsc("edit account C --wildcard-exports=false")
        .stdout_has("only where the number of exports is limited");
    world
        .nsc("edit account C --exports 5")
        .stdout_has("has wildcards, which the account may not");
    refused("add export -a C -s d.>");
    world.nsc("delete export -a C -s c.>");
    world.nsc("edit account A --wildcard-exports=false");
    world.serve_pushes("");

    let mut sys = world.client_of("SYS", "sys");
    let good = world.home.account_token("O", "A");
    let id = good.subject().to_owned();
    let signer = world.home.operator_token("O").subject().to_owned();
    let seed = world.home.read(world.home.seed_file(&signer));
    let export = |subject: &str| json!({"name": subject, "subject": subject, "type": "stream"});
    let import = json!({"name": "m", "subject": "other", "account": b, "type": "stream"});
    let edits: [(bool, Edit<'_>); 5] = [
        (true, &|nats| nats["description"] = "changed".into()),
        (false, &|nats| {
            nats["exports"] = json!([export("one"), export("two")]);
        }),
        (false, &|nats| nats["exports"] = json!([export("one.>")])),
        // As the warning says.
        (true, &|nats| {
            nats["exports"] = json!([export("one.>")]);
            nats["limits"]["exports"] = (-1).into();
        }),
        (false, &|nats| {
            let imports = nats["imports"].as_array_mut().expect("imports");
            imports.push(import.clone());
        }),
    ];
    for (n, (accepted, edit)) in edits.into_iter().enumerate() {
        let mut claims = good.claims().clone();
        edit(&mut claims["nats"]);
        let token = token::sign(&claims, seed.trim());
        let answer = sys.request(&format!("$SYS.REQ.ACCOUNT.{id}.CLAIMS.UPDATE"), &token);
        let answer = answer.json();
        let (member, code) = if accepted {
            ("data", 200)
        } else {
            ("error", 500)
        };
        assert_eq!(answer[member]["code"], code, "edit {n}: {answer}");
    }
}
