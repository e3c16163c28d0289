//! What may be published and subscribed to.

use std::time::Duration;

use super::{World, assert_publishes, assert_subscribes};

#[test]
fn deny_goes_before_allow() {
    let mut world = World::new();
    world.nsc("add user -a A u --allow-pubsub a.>,b.* --deny-pubsub a.secret.>,b.x");
    world.nsc("add user -a A denied --deny-pub d.> --deny-sub d.>");
    world.serve("");
    let mut u = world.client("u");
    let table = [
        ("a.x", true),
        ("a.secret.x", false),
        ("a.secret", true),
        ("b.x", false),
        ("b.y", true),
        ("b.y.z", false),
        ("c", false),
    ];
    assert_publishes(&mut u, &table);
    assert_subscribes(&mut u, &table);
    // Wider than what is allowed is refused; a deny within it filters what arrives.
    assert_subscribes(&mut u, &[(">", false), ("a.>", true)]);
    u.messages();
    let mut denied = world.client("denied");
    let table = [("d.x", false), ("d", true), ("e.x", true)];
    assert_publishes(&mut denied, &table);
    assert_subscribes(&mut denied, &table);
    for subject in ["a.secret.x", "a.open"] {
        denied.publish(subject, subject);
    }
    denied.settle();
    assert_eq!(u.next_message().subject, "a.open");
}

#[test]
fn directions_are_apart_and_removals_work() {
    let mut world = World::new();
    world.nsc("add user -a A u --allow-pub p.>,both --allow-sub s.>,both");
    world.nsc("add user -a A v --allow-pub p.>,q --deny-sub s");
    world.nsc("edit user -a A v --rm q,s");
    world.serve("");
    let mut u = world.client("u");
    assert_publishes(&mut u, &[("p.x", true), ("both", true), ("s.x", false)]);
    assert_subscribes(&mut u, &[("p.x", false), ("both", true), ("s.x", true)]);
    let mut v = world.client("v");
    assert_publishes(&mut v, &[("p.x", true), ("q", false)]);
    assert_subscribes(&mut v, &[("s", true), ("q", true)]);
}

#[test]
fn queues_are_part_of_a_subscription() {
    let mut world = World::new();
    let add = |user: &str, flag: &str, subject: &str| {
        let args = ["add", "user", "-a", "A", user, flag, subject];
        world.home.nsc(args).success();
    };
    add("allowed", "--allow-sub", "jobs workers.*");
    add("denied", "--deny-sub", "jobs workers.*");
    world.serve("");
    for (user, queue, refused) in [
        ("allowed", "workers.a", false),
        ("allowed", "others", true),
        ("allowed", "", true),
        ("denied", "workers.a", true),
        ("denied", "others", false),
        ("denied", "", false),
    ] {
        let mut client = world.client(user);
        client.subscribe_queue("jobs", queue);
        let errors = client.settle();
        assert_eq!(
            !errors.is_empty(),
            refused,
            "{user} in `{queue}`: {errors:?}"
        );
    }
}

#[test]
fn answers_are_limited_in_number_and_time() {
    let mut world = World::new();
    world.nsc("add user -a A asker");
    world.nsc("add user -a A two --allow-sub q.two --allow-pub-response=2");
    world.nsc("add user -a A fast --allow-sub q.fast --allow-pub-response --response-ttl 300ms");
    world.nsc("add user -a A none --allow-sub q.none --allow-pub other");
    world.serve("");
    let mut asker = world.client("asker");
    asker.subscribe("answer.*");
    asker.settle();
    let mut ask = |user: &str| {
        let mut client = world.client(user);
        let subject = format!("q.{user}");
        client.subscribe(&subject);
        client.settle();
        asker.publish_for(&subject, &format!("answer.{user}"), "?");
        asker.settle();
        let question = client.next_message();
        (client, question.reply.expect("an answer is wanted"))
    };
    let violation = |subject: &str| {
        vec![format!(
            "Permissions Violation for Publish to \"{subject}\""
        )]
    };

    let (mut two, reply) = ask("two");
    for wanted in [vec![], vec![], violation(&reply)] {
        two.publish(&reply, "!");
        assert_eq!(two.settle(), wanted);
    }
    two.publish("answer.unasked", "!");
    assert_eq!(two.settle(), violation("answer.unasked"));

    let (mut none, reply) = ask("none");
    none.publish(&reply, "!");
    assert_eq!(none.settle(), violation(&reply));

    let (mut fast, reply) = ask("fast");
    std::thread::sleep(Duration::from_millis(500));
    fast.publish(&reply, "late");
    assert_eq!(fast.settle(), violation(&reply));

    // Taken back, nothing else restricts publishing.
    world.nsc("edit user -a A two --rm-response-perms");
    let (mut two, reply) = ask("two");
    for _ in 0..3 {
        two.publish(&reply, "!");
    }
    assert_eq!(two.settle(), [""; 0]);
}

#[test]
fn an_account_has_permissions_for_those_who_bring_none() {
    let mut world = World::new();
    world.nsc("edit account A --allow-pub d.> --deny-sub secret");
    world.nsc("add user -a A plain");
    world.nsc("add user -a A own --allow-pub o.>");
    world.serve("");
    let mut plain = world.client("plain");
    assert_publishes(&mut plain, &[("d.x", true), ("o.x", false)]);
    assert_subscribes(&mut plain, &[("secret", false), ("open", true)]);
    let mut own = world.client("own");
    assert_publishes(&mut own, &[("d.x", false), ("o.x", true)]);
    assert_subscribes(&mut own, &[("secret", true)]);
}
