//! Several servers of one system.

use std::time::{Duration, Instant};

use nsc_resolver::PushOptions;
use nsc_testkit::NatsServer;
use nsc_testkit::nats::free_port;

use crate::world::{NOW, SECOND, World, connect, outcomes, push};

/// Three servers; the second one has this resolver.
fn cluster(world: &World, second: &str) -> Vec<NatsServer> {
    let ports = [free_port(), free_port(), free_port()];
    let routes = ports
        .map(|port| format!("nats://127.0.0.1:{port}"))
        .join(", ");
    (0..3)
        .map(|i| {
            let resolver = if i == 1 { second } else { FULL };
            let config = format!(
                "server_name: n{i}\n{}{resolver}\ncluster {{ name: c, listen: '127.0.0.1:{}', \
                 routes: [{routes}] }}\n",
                world.trust(),
                ports[i]
            );
            NatsServer::start(world.folder.path().join(format!("n{i}")), &config)
        })
        .collect()
}

/// Connects once all servers know each other.
fn joined(world: &World, servers: &[NatsServer]) -> nsc_resolver::NatsResolver {
    let start = Instant::now();
    loop {
        let mut resolver = connect(&servers[0].url(), world.push_user()).unwrap();
        let known = resolver.servers(SECOND).unwrap();
        if known.len() == servers.len() {
            return resolver;
        }
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "the cluster does not form: {known:?}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_push_waits_for_every_server_and_no_longer() {
    let world = World::new();
    let servers = cluster(&world, FULL);
    let mut resolver = joined(&world, &servers);
    let accounts = [world.account(1, NOW, 5), world.account(2, NOW, 5)];
    let start = Instant::now();
    let report = push(&mut resolver, &accounts);
    assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
    assert_eq!(outcomes(&report), ["Ok 3/3 silent 0", "Ok 3/3 silent 0"]);
    let mut names: Vec<_> = report
        .servers
        .iter()
        .map(|server| server.name.as_str())
        .collect();
    names.sort();
    assert_eq!(names, ["n0", "n1", "n2"]);
    assert_eq!(
        outcomes(&push(&mut resolver, &accounts)),
        ["unchanged 3", "unchanged 3"]
    );
    assert_eq!(resolver.list(0, SECOND).unwrap().len(), 3);
}

#[test]
fn a_server_with_another_resolver_is_reported_and_holds_up_only_once() {
    let world = World::new();
    let servers = cluster(&world, "resolver: MEMORY");
    let mut resolver = joined(&world, &servers);
    let accounts: Vec<_> = (0..600)
        .map(|number| world.account(number, NOW, 5))
        .collect();
    let mut options = PushOptions::default();
    options.in_flight = 100;
    let start = Instant::now();
    let report = resolver.push(&accounts, &options).unwrap();
    // Six windows: waiting a timeout for each would take six seconds, twice with the look-ups.
    assert!(start.elapsed() < SECOND * 5, "{:?}", start.elapsed());
    let seen = outcomes(&report);
    assert!(
        seen.iter().all(|outcome| outcome == "Error 2/2 silent 1"),
        "{:?}",
        seen.first()
    );
}

const FULL: &str = "resolver { type: full, dir: './jwt', allow_delete: true, limit: 0 }";
