//! Claims requests to one server.

use std::time::Instant;

use nsc_core::keys::{KeyKind, Seed};
use nsc_core::time::UnixTime;
use nsc_resolver::{
    Answer, DiffState, ErrorKind, Level, PushOptions, PushOutcome, ResolverError, delete_request,
};

use crate::world::{NOW, SECOND, World, connect, outcomes, push};

#[test]
fn a_push_ends_as_soon_as_the_server_has_answered() {
    let world = World::new();
    let server = world.start(&world.full_config());
    let mut resolver = world.resolver(&server);
    let account = world.account(1, NOW, 5);
    let start = Instant::now();
    let options = PushOptions::default();
    let report = resolver
        .push(std::slice::from_ref(&account), &options)
        .unwrap();
    assert!(start.elapsed() < options.timeout, "{:?}", start.elapsed());
    assert_eq!(outcomes(&report), ["Ok 1/1 silent 0"]);
    assert_eq!(report.servers.len(), 1);
    let PushOutcome::Sent { replies, .. } = &report.accounts[0].outcome else {
        panic!("{report:?}");
    };
    assert_eq!(replies[0].server.as_ref(), Some(&report.servers[0]));
    assert!(matches!(&replies[0].answer, Answer::Accepted { message } if message == "jwt updated"));
    let file = server
        .folder()
        .join("jwt")
        .join(format!("{}.jwt", account.id));
    assert_eq!(std::fs::read_to_string(file).unwrap(), account.token);
}

#[test]
fn what_the_server_holds_decides_whether_anything_is_sent() {
    let world = World::new();
    let server = world.start(&world.full_config());
    let mut resolver = world.resolver(&server);
    let first = world.account(1, NOW, 5);
    push(&mut resolver, std::slice::from_ref(&first));
    let accounts = [first, world.system_token(), world.account(2, NOW, 1)];
    let report = push(&mut resolver, &accounts);
    // The system account is preloaded by the server and was never pushed.
    assert_eq!(
        outcomes(&report),
        ["unchanged 1", "unchanged 1", "Ok 1/1 silent 0"]
    );
    assert_eq!(report.level(), Level::Ok);

    let same_second = [world.account(1, NOW, 6)];
    assert_eq!(
        outcomes(&push(&mut resolver, &same_second)),
        ["Ok 1/1 silent 0"]
    );
    let older = [world.account(1, NOW - 1, 7)];
    let report = push(&mut resolver, &older);
    assert_eq!(outcomes(&report), ["newer"]);
    assert_eq!(report.level(), Level::Error);
    let mut forced = PushOptions::default();
    forced.force = true;
    assert_eq!(
        outcomes(&resolver.push(&older, &forced).unwrap()),
        ["Ok 1/1 silent 0"]
    );
}

#[test]
fn refused_accounts_do_not_stop_the_others() {
    let world = World::new();
    let server = world.start(&world.full_config());
    let mut resolver = world.resolver(&server);
    let mut broken = world.account(1, NOW, 5);
    broken.token = format!("{}x", broken.token);
    let report = push(&mut resolver, &[broken, world.account(2, NOW, 5)]);
    assert_eq!(outcomes(&report), ["Error 0/1 silent 0", "Ok 1/1 silent 0"]);
    let PushOutcome::Sent { replies, .. } = &report.accounts[0].outcome else {
        panic!("{report:?}");
    };
    assert!(
        matches!(&replies[0].answer, Answer::Refused { code: 500, .. }),
        "{replies:?}"
    );
}

#[test]
fn an_account_over_the_servers_limit_is_not_sent() {
    let world = World::new();
    let server = world.start(&format!("{}max_payload: 2000\n", world.full_config()));
    let mut resolver = world.resolver(&server);
    let mut large = world.account(1, NOW, 5);
    large.token = "x".repeat(2001);
    let report = push(&mut resolver, &[large, world.account(2, NOW, 5)]);
    let seen = outcomes(&report);
    assert!(seen[0].contains("max_payload of 2000 bytes"), "{seen:?}");
    assert_eq!(seen[1], "Ok 1/1 silent 0");
}

#[test]
fn a_memory_resolver_has_no_responders() {
    let world = World::new();
    let server = world.start(&world.memory_config(&[]));
    let mut resolver = world.resolver(&server);
    let report = push(&mut resolver, &[world.account(1, NOW, 5)]);
    let seen = outcomes(&report);
    assert!(
        seen[0].starts_with("failed: no responders for UPDATE"),
        "{seen:?}"
    );
    let is_no_resolver = |error| matches!(error, ResolverError::NoResolver { .. });
    assert!(is_no_resolver(resolver.list(0, SECOND).unwrap_err()));
    assert!(is_no_resolver(resolver.delete("x", SECOND).unwrap_err()));
    assert!(is_no_resolver(resolver.diff(&[], SECOND).unwrap_err()));
    let mut puller = connect(&server.url(), world.user(&world.system, |_| {})).unwrap();
    assert!(is_no_resolver(puller.pull(SECOND, None).unwrap_err()));
}

#[test]
fn a_cache_resolver_says_that_it_skipped() {
    let world = World::new();
    let cache = "resolver { type: cache, dir: './jwt', limit: 10, ttl: '1h' }\n";
    let server = world.start(&format!("{}{cache}", world.trust()));
    let mut resolver = world.resolver(&server);
    let report = push(
        &mut resolver,
        &[world.account(1, NOW, 5), world.system_token()],
    );
    assert_eq!(
        outcomes(&report),
        ["Warning 0/1 silent 0", "Ok 1/1 silent 0"]
    );
    assert_eq!(report.level(), Level::Warning);
    let held = resolver
        .lookup(&[&world.system_token().id], SECOND)
        .unwrap();
    assert!(!held[0].is_known());
    let mut puller = connect(&server.url(), world.user(&world.system, |_| {})).unwrap();
    let error = puller.pull(SECOND, None).unwrap_err();
    assert!(
        matches!(error, ResolverError::NoResolver { request: "PACK" }),
        "{error}"
    );
}

#[test]
fn a_thousand_accounts_are_pushed_in_little_time() {
    let world = World::new();
    let server = world.start(&world.full_config());
    let mut resolver = world.resolver(&server);
    let accounts: Vec<_> = (0..1000)
        .map(|number| world.account(number, NOW, 5))
        .collect();
    let start = Instant::now();
    let report = push(&mut resolver, &accounts);
    let first = start.elapsed();
    assert!(
        outcomes(&report)
            .iter()
            .all(|outcome| outcome == "Ok 1/1 silent 0")
    );
    let report = push(&mut resolver, &accounts);
    let again = start.elapsed() - first;
    assert!(
        outcomes(&report)
            .iter()
            .all(|outcome| outcome == "unchanged 1")
    );
    println!("1000 accounts: {first:?}, unchanged: {again:?}");
    // One at a time, each waiting its timeout, would take a quarter of an hour.
    assert!(first + again < SECOND * 30, "{first:?} {again:?}");
}

#[test]
fn pull_and_look_up_give_back_the_bytes() {
    let world = World::new();
    let server = world.start(&world.full_config());
    let accounts: Vec<_> = (1..=20)
        .map(|number| world.account(number, NOW, 5))
        .collect();
    push(&mut world.resolver(&server), &accounts);
    let mut resolver = connect(&server.url(), world.user(&world.system, |_| {})).unwrap();
    let mut pulled = resolver.pull(SECOND, None).unwrap();
    pulled.sort();
    let mut expected: Vec<_> = accounts
        .iter()
        .chain([&world.system_token()])
        .map(|account| (account.id.clone(), account.token.clone()))
        .collect();
    expected.sort();
    assert_eq!(pulled, expected);

    let unknown = world.account(99, NOW, 5).id;
    let held = resolver
        .lookup(&[&accounts[3].id, &unknown, "nonsense"], SECOND)
        .unwrap();
    assert_eq!(held[0].newest(), Some(accounts[3].token.as_str()));
    assert_eq!((held[1].without, held[1].newest()), (1, None));
    assert!(!held[2].is_known());
}

#[test]
fn accounts_are_listed_compared_and_deleted() {
    let world = World::new();
    let server = world.start(&world.full_config());
    let mut resolver = world.resolver(&server);
    let accounts = [world.account(1, NOW, 5), world.account(2, NOW, 5)];
    push(&mut resolver, &accounts);
    let listings = resolver.list(0, SECOND).unwrap();
    assert_eq!(listings.len(), 1);
    assert_eq!(listings[0].accounts.as_ref().map(Vec::len), Ok(3));

    let local = [world.account(1, NOW + 9, 6), world.account(3, NOW, 5)];
    let diff = resolver.diff(&local, SECOND).unwrap();
    let states: Vec<_> = diff.accounts.iter().map(|account| account.state).collect();
    let differs = DiffState::Differs {
        local: NOW + 9,
        remote: NOW,
    };
    assert_eq!(states, [differs, DiffState::Missing]);
    assert_eq!(diff.servers[0].missing_there, [local[1].id.clone()]);
    assert!(diff.servers[0].only_there.contains(&accounts[1].id));

    let ids: Vec<String> = accounts.iter().map(|account| account.id.clone()).collect();
    let request = delete_request(&ids, &*world.operator, UnixTime(NOW)).unwrap();
    let report = resolver.delete(&request, SECOND).unwrap();
    assert!(report.silent.is_empty());
    assert!(matches!(
        &report.replies[0].answer,
        Answer::Accepted { message } if message == "deleted 2 accounts"
    ));
    assert_eq!(
        resolver.list(0, SECOND).unwrap()[0]
            .accounts
            .as_ref()
            .map(Vec::len),
        Ok(1)
    );
    let stranger = Seed::from_entropy(KeyKind::Operator, [77; 32]);
    let request = delete_request(&ids, &stranger, UnixTime(NOW)).unwrap();
    assert_eq!(
        resolver.delete(&request, SECOND).unwrap().replies[0].level(),
        Level::Error
    );
}

#[test]
fn a_user_that_may_only_update_can_push() {
    let world = World::new();
    let server = world.start(&world.full_config());
    let user = world.user(&world.system, |claims| {
        claims.nats.limits.permissions.publish.allow = vec!["$SYS.REQ.CLAIMS.UPDATE".to_owned()];
    });
    let mut resolver = connect(&server.url(), user).unwrap();
    let report = push(
        &mut resolver,
        &[world.account(1, NOW, 5), world.account(2, NOW, 5)],
    );
    assert_eq!(outcomes(&report), ["Ok 1/1 silent 0", "Ok 1/1 silent 0"]);
    assert!(report.servers.is_empty());
    let error = resolver.list(0, SECOND).unwrap_err();
    assert!(matches!(&error, ResolverError::Permission { text } if text.contains("CLAIMS.LIST")));
}

#[test]
fn a_user_that_may_not_update_fails_at_once_with_the_reason() {
    let world = World::new();
    let server = world.start(&world.full_config());
    let user = world.user(&world.system, |claims| {
        claims.nats.limits.permissions.publish.deny = vec!["$SYS.REQ.CLAIMS.>".to_owned()];
    });
    let mut resolver = connect(&server.url(), user).unwrap();
    let start = Instant::now();
    let report = push(&mut resolver, &[world.account(1, NOW, 5)]);
    let seen = outcomes(&report);
    assert!(
        seen[0].contains("Permissions Violation for Publish"),
        "{seen:?}"
    );
    assert!(start.elapsed() < SECOND);
}

#[test]
fn strangers_and_the_dead_are_told_apart() {
    let world = World::new();
    let server = world.start(&world.full_config());
    let stranger = Seed::from_entropy(KeyKind::Account, [50; 32]);
    let error = connect(&server.url(), world.user(&stranger, |_| {})).unwrap_err();
    assert!(
        matches!(error, ResolverError::Authorization { .. }),
        "{error}"
    );
    assert!(error.to_string().starts_with("authorization violation"));
    let error = connect("nats://127.0.0.1:1", world.push_user()).unwrap_err();
    assert!(
        error.to_string().starts_with("no servers available"),
        "{error}"
    );
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    // A server that is down is passed over.
    let both = format!("nats://127.0.0.1:1,{}", server.url());
    assert_eq!(
        connect(&both, world.push_user()).unwrap().url(),
        server.url()
    );
}

#[test]
fn a_signer_that_fails_gives_its_reason() {
    let world = World::new();
    let server = world.start(&world.full_config());
    let jwt = world.push_user().jwt().to_owned();
    let user = nsc_resolver::UserCredentials::from_fn(jwt, |_| Err("agent is locked".to_owned()));
    let error = connect(&server.url(), user).unwrap_err();
    assert!(matches!(&error, ResolverError::Sign { problem, .. } if problem == "agent is locked"));
}

#[test]
fn a_user_jwt_over_the_control_line_is_explained() {
    let world = World::new();
    let server = world.start(&world.full_config());
    let user = world.user(&world.system, |claims| {
        let subject = |number| format!("some.long.subject.name.{number:05}.>");
        claims.nats.limits.permissions.publish.allow = (0..110).map(subject).collect();
    });
    let length = user.jwt().len();
    let error = connect(&server.url(), user).unwrap_err();
    assert!(
        matches!(error, ResolverError::ControlLine { length: l, .. } if l == length),
        "{error}"
    );
    assert!(error.to_string().contains("4096"));
}
