//! Limits and restrictions of one user.

use nsc_core::time::UnixTime;
use nsc_testkit::NatsClient;

use super::{REFUSED, World, date_in, next_second, now, subscribe_errors};

#[test]
fn payload_and_subscriptions() {
    let mut world = World::new();
    for user in ["u", "free"] {
        world.nsc(&format!("add user -a A {user}"));
    }
    world.nsc("edit user -a A u --payload 10 --subs 2");
    world.serve("");
    let (mut limited, mut free) = (world.client("u"), world.client("free"));
    for n in 0..2 {
        assert_eq!(subscribe_errors(&mut limited, &format!("s.{n}")), [""; 0]);
    }
    for n in 0..3 {
        assert_eq!(subscribe_errors(&mut free, &format!("s.{n}")), [""; 0]);
    }
    let errors = subscribe_errors(&mut limited, "s.2");
    assert_eq!(errors, ["maximum subscriptions exceeded"]);
    limited.publish("x", "0123456789");
    free.publish("x", "0123456789+");
    assert_eq!((limited.settle(), free.settle()), (vec![], vec![]));
    limited.publish("x", "0123456789+");
    assert_eq!(limited.wait_for_end(), ["Maximum Payload Violation"]);
}

#[test]
fn zero_is_none_and_minus_one_is_any() {
    let mut world = World::new();
    world.nsc("add user -a A none");
    world.nsc("edit user -a A none --subs 0");
    world.nsc("add user -a A any");
    world.nsc("edit user -a A any --subs 0 --payload 0");
    world.nsc("edit user -a A any --subs -1 --payload -1");
    world.serve("");
    // The server wants a subscription of its own for each client, so it may say so before the client asks for one.
    let error = match world.connect("none") {
        Ok(mut client) => subscribe_errors(&mut client, "s").pop(),
        Err(error) => Some(error),
    };
    assert_eq!(error.as_deref(), Some("maximum subscriptions exceeded"));
    let mut any = world.client("any");
    any.publish("x", "0123456789");
    assert_eq!(subscribe_errors(&mut any, "s"), [""; 0]);
}

/// The whole of CONNECT has to fit into a line.
#[test]
fn the_jwt_fits_into_a_line() {
    let mut world = World::new();
    let subjects = |count: usize| {
        let subjects: Vec<String> = (0..count)
            .map(|n| format!("a.long.subject.{n:04}"))
            .collect();
        subjects.join(",")
    };
    let line = format!("add user -a A fits --allow-pub {}", subjects(100));
    let output = world.nsc(&line);
    assert!(!output.stdout().contains("max_control_line"), "{output}");
    let line = format!("add user -a A long --allow-pub {}", subjects(120));
    world.nsc(&line).stdout_has("max_control_line");
    world
        .nsc("edit user -a A long --tag x")
        .stdout_has("max_control_line");
    world.serve("");
    world.client("fits");
    world.refuses("long", "maximum control line exceeded");
}

/// Nothing counts the bytes of a user or an account: the limit is a word between people.
#[test]
fn data_is_not_enforced() {
    let mut world = World::new();
    world.nsc("add user -a A u");
    world.nsc("edit user -a A u --data 1");
    world.nsc("edit account A --data 1");
    world.serve("");
    let mut client = world.client("u");
    for _ in 0..3 {
        client.publish("x", "more than a byte");
    }
    assert_eq!(client.settle(), [""; 0]);
}

#[test]
fn source_networks() {
    let mut world = World::new();
    for (user, networks) in [
        ("here", "127.0.0.1/32"),
        ("elsewhere", "10.0.0.0/8"),
        ("both", "10.0.0.0/8,127.0.0.0/8"),
    ] {
        world.nsc(&format!("add user -a A {user} --source-network {networks}"));
    }
    world.nsc("add user -a A freed --source-network 10.0.0.0/8");
    world.nsc("edit user -a A freed --rm-source-network 10.0.0.0/8");
    world.serve("");
    for user in ["here", "both", "freed"] {
        world.client(user);
    }
    world.refuses("elsewhere", REFUSED);
}

/// The daily range that begins and ends so many hours from now, by the clock of a zone that is so many hours ahead.
fn range(zone: i64, from: i64, until: i64) -> String {
    let clock = |hours: i64| {
        let text = UnixTime(now() + (zone + hours) * 3600).to_string();
        text[11..19].to_owned()
    };
    format!("{}-{}", clock(from), clock(until))
}

#[test]
fn daily_times_and_their_zone() {
    let mut world = World::new();
    let (around, later) = (range(0, -1, 1), range(0, 2, 3));
    let tokyo = range(9, -1, 1);
    for (user, times, zone) in [
        ("inside", around.as_str(), "UTC"),
        ("outside", &later, "UTC"),
        ("across", &range(0, -22, 1), "UTC"),
        ("tokyo", &tokyo, "Asia/Tokyo"),
        ("tokyo_by_utc", &tokyo, "UTC"),
        ("utc_by_tokyo", &around, "Asia/Tokyo"),
    ] {
        world.nsc(&format!("add user -a A {user}"));
        world.nsc(&format!(
            "edit user -a A {user} --time {times} --locale {zone}"
        ));
    }
    world.nsc("add user -a A either");
    world.nsc(&format!(
        "edit user -a A either --time {later} --time {around} --locale UTC"
    ));
    world.nsc("add user -a A freed");
    world.nsc(&format!("edit user -a A freed --time {later} --locale UTC"));
    world.nsc(&format!("edit user -a A freed --rm-time {}", &later[..8]));
    world.serve("");
    for user in ["inside", "across", "tokyo", "either", "freed"] {
        world.client(user);
    }
    for user in ["outside", "tokyo_by_utc", "utc_by_tokyo"] {
        world.refuses(user, REFUSED);
    }
}

/// At the end of its range a client has to go.
#[test]
fn the_end_of_the_time_range_disconnects() {
    let mut world = World::new();
    world.nsc("add user -a A u");
    world.serve("");
    let clock = |seconds: i64| UnixTime(now() + seconds).to_string()[11..19].to_owned();
    let times = format!("{}-{}", clock(-3600), clock(3));
    world.nsc(&format!("edit user -a A u --time {times} --locale UTC"));
    let errors = world.client("u").wait_for_end();
    assert_eq!(errors, ["User Authentication Expired"]);
    world.refuses("u", REFUSED);
}

#[test]
fn bearers_need_no_proof_and_others_do() {
    let mut world = World::new();
    world.nsc("add user -a A bearer --bearer");
    world.nsc("add user -a A plain");
    world.nsc("add user -a A former --bearer");
    world.nsc("edit user -a A former --bearer=false");
    world.serve("");
    let port = world.server().port();
    let unproved = |user| NatsClient::connect(port, &world.login("A", user).without_proof());
    assert!(unproved("bearer").is_ok());
    for user in ["plain", "former"] {
        assert_eq!(unproved(user).err().as_deref(), Some(REFUSED), "{user}");
        world.client(user);
    }
}

#[test]
fn users_begin_and_end() {
    let mut world = World::new();
    world.serve("");
    let dated = |user: &str, flag: &str, date: &str| {
        let args = ["add", "user", "-a", "A", user, flag, date];
        world.home.nsc(args).success();
    };
    dated("short", "--expiry", &date_in(4));
    let mut short = world.client("short");
    dated("future", "--start", &date_in(3600));
    dated("past", "--expiry", &date_in(-10));
    dated("now", "--start", &date_in(-10));
    world.refuses("future", REFUSED);
    world.refuses("past", REFUSED);
    world.client("now");
    world.nsc("edit user -a A past --expiry 0");
    world.client("past");
    assert!(short.is_alive());
    assert_eq!(short.wait_for_end(), ["User Authentication Expired"]);
    // The last second still counts for those who come.
    next_second();
    world.refuses("short", REFUSED);
}

#[test]
fn revoked_users_are_thrown_out_until_issued_again() {
    let mut world = World::new();
    for user in ["u", "v", "w"] {
        world.nsc(&format!("add user -a A {user}"));
    }
    world.serve_pushes("");
    let (mut u, mut v) = (world.client("u"), world.client("v"));
    world.nsc("revocations add-user -a A -n u");
    world.push();
    assert_eq!(u.wait_for_end(), ["User Authentication Revoked"]);
    world.refuses("u", REFUSED);
    assert!(v.is_alive());
    next_second();
    world.nsc("edit user -a A u --tag again");
    world.client("u");
    // Everybody there is, up to now.
    world.nsc("revocations add-user -a A -u *");
    world.push();
    assert_eq!(v.wait_for_end(), ["User Authentication Revoked"]);
    world.refuses("w", REFUSED);
    next_second();
    world.nsc("edit user -a A w --tag again");
    world.client("w");
    world.nsc("delete user -a A w --revoke");
    let deleted = world.login("A", "w");
    world.push();
    let error = NatsClient::connect(world.server().port(), &deleted).err();
    assert_eq!(error.as_deref(), Some(REFUSED));
}
