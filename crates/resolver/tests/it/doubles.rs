//! Answers that a real server does not give on demand, from subscribers on a server without
//! operators.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use nsc_resolver::{
    AccountToken, Answer, ConnectOptions, Level, NatsResolver, NatsUrls, PushOptions, PushOutcome,
    ResolverError,
};
use nsc_testkit::NatsServer;

use crate::world::SECOND;

/// Answers every message on the subject with all texts.
fn answer(server: &NatsServer, subject: &'static str, texts: Vec<String>) {
    serve(server, subject, texts, Duration::ZERO);
}

/// Takes updates one after the other, each for a while.
fn answer_slowly(server: &NatsServer, delay: Duration) {
    serve(
        server,
        "$SYS.REQ.CLAIMS.UPDATE",
        vec![from("a", DONE)],
        delay,
    );
}

/// Subscribes in a thread of its own, which ends with the server.
fn serve(server: &NatsServer, subject: &'static str, texts: Vec<String>, delay: Duration) {
    let url = server.url();
    let (ready, is_ready) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let options = async_nats::ConnectOptions::new().max_reconnects(1);
            let client = options.connect(url).await.unwrap();
            let mut messages = client.subscribe(subject).await.unwrap();
            // Once this is answered the server has taken the subscription, too.
            let request = client.request("$SYS.REQ.USER.INFO", "".into());
            request.await.unwrap();
            ready.send(()).unwrap();
            while let Some(message) = messages.next().await {
                tokio::time::sleep(delay).await;
                for text in &texts {
                    let reply = message.reply.clone().unwrap();
                    client.publish(reply, text.clone().into()).await.unwrap();
                }
            }
        });
    });
    is_ready.recv().unwrap();
}

fn setting() -> (tempfile::TempDir, NatsServer) {
    let folder = tempfile::tempdir().unwrap();
    let server = NatsServer::start(folder.path().join("server"), "");
    (folder, server)
}

fn resolver(server: &NatsServer) -> NatsResolver {
    let urls = NatsUrls::parse(&server.url()).unwrap();
    NatsResolver::connect(&urls, &ConnectOptions::new("nsc_push")).unwrap()
}

fn from(name: &str, rest: &str) -> String {
    format!(r#"{{"server":{{"name":"{name}","id":"N{name}"}},{rest}}}"#)
}

fn account() -> AccountToken {
    let (id, name, token) = ("AX".to_owned(), "x".to_owned(), "a.b.c".to_owned());
    AccountToken { id, name, token }
}

const DONE: &str = r#""data":{"account":"AX","code":200,"message":"jwt updated"}"#;
const FULL: &str = r#""error":{"account":"AX","code":500,"description":"jwt store is full"}"#;

#[test]
fn errors_and_nonsense_do_not_hide_the_other_answers() {
    let (_folder, server) = setting();
    let nameless = format!("{{{DONE}}}");
    let texts = vec![
        from("a", FULL),
        "nonsense".to_owned(),
        nameless,
        from("b", DONE),
    ];
    answer(&server, "$SYS.REQ.CLAIMS.UPDATE", texts);
    let ping = |name| from(name, r#""statsz":{"active_servers":4}"#);
    answer(
        &server,
        "$SYS.REQ.SERVER.PING",
        ["a", "b", "c", "d"].map(ping).to_vec(),
    );
    let start = Instant::now();
    let report = resolver(&server)
        .push(&[account()], &PushOptions::default())
        .unwrap();
    assert!(
        start.elapsed() < SECOND,
        "four answers were awaited and came"
    );
    let PushOutcome::Sent {
        replies, silent, ..
    } = &report.accounts[0].outcome
    else {
        panic!("{report:?}");
    };
    let levels: Vec<_> = replies
        .iter()
        .map(nsc_resolver::ServerReply::level)
        .collect();
    assert_eq!(
        levels,
        [Level::Error, Level::Error, Level::Error, Level::Ok]
    );
    assert!(
        matches!(&replies[2].answer, Answer::Unusable { problem } if problem.contains("no server"))
    );
    let silent: Vec<_> = silent.iter().map(|server| server.name.as_str()).collect();
    assert_eq!(silent, ["c", "d"]);
    assert_eq!(
        (report.accounts[0].accepted(), report.level()),
        (1, Level::Error)
    );
}

#[test]
fn without_a_count_the_timeout_ends_the_wait() {
    let (_folder, server) = setting();
    answer(&server, "$SYS.REQ.CLAIMS.UPDATE", vec![from("a", DONE)]);
    let mut options = PushOptions::default();
    options.timeout = Duration::from_millis(300);
    let start = Instant::now();
    let report = resolver(&server).push(&[account()], &options).unwrap();
    assert!(start.elapsed() >= options.timeout);
    assert_eq!(report.level(), Level::Ok);
    // Told how many to expect, it ends with them.
    options.timeout = SECOND * 20;
    options.expect_servers = Some(1);
    let start = Instant::now();
    assert_eq!(
        resolver(&server)
            .push(&[account()], &options)
            .unwrap()
            .level(),
        Level::Ok
    );
    assert!(start.elapsed() < SECOND * 10);
}

#[test]
fn servers_that_are_gone_are_waited_for_once() {
    let (_folder, server) = setting();
    answer(&server, "$SYS.REQ.CLAIMS.UPDATE", Vec::new());
    let mut options = PushOptions::default();
    options.timeout = Duration::from_millis(300);
    options.in_flight = 1;
    let accounts = vec![account(); 20];
    let start = Instant::now();
    let report = resolver(&server).push(&accounts, &options).unwrap();
    assert!(start.elapsed() < SECOND * 3, "{:?}", start.elapsed());
    for account in &report.accounts {
        let PushOutcome::Failed(error) = &account.outcome else {
            panic!("{account:?}");
        };
        assert!(matches!(**error, ResolverError::Timeout { .. }), "{error}");
    }
}

#[test]
fn lists_and_packs_that_make_no_sense_are_errors() {
    let (_folder, server) = setting();
    let list = vec![
        from("b", r#""data":["A1"]"#),
        "x".to_owned(),
        from("a", FULL),
    ];
    answer(&server, "$SYS.REQ.CLAIMS.LIST", list);
    answer(
        &server,
        "$SYS.REQ.CLAIMS.PACK",
        vec!["A1|a.b.c".to_owned(), "no bar".to_owned()],
    );
    let mut resolver = resolver(&server);
    let listings = resolver.list(0, Duration::from_millis(300)).unwrap();
    let accounts: Vec<_> = listings
        .iter()
        .map(|listing| listing.accounts.is_ok())
        .collect();
    assert_eq!(accounts, [false, false, true]);
    let error = resolver.pull(SECOND, None).unwrap_err();
    assert!(
        matches!(
            error,
            ResolverError::Answer {
                request: "PACK",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn a_pull_without_end_mark_times_out() {
    let (_folder, server) = setting();
    answer(&server, "$SYS.REQ.CLAIMS.PACK", vec!["A1|a.b.c".to_owned()]);
    let error = resolver(&server)
        .pull(Duration::from_millis(200), None)
        .unwrap_err();
    assert!(matches!(error, ResolverError::Timeout { .. }), "{error}");
}

#[test]
fn a_server_that_goes_away_ends_the_push_with_its_reason() {
    let (_folder, server) = setting();
    answer(&server, "$SYS.REQ.CLAIMS.UPDATE", Vec::new());
    let mut resolver = resolver(&server);
    let mut options = PushOptions::default();
    options.timeout = SECOND * 20;
    options.expect_servers = Some(1);
    resolver.servers(Duration::from_millis(100)).unwrap();
    let stopping = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(800));
        drop(server);
    });
    let report = resolver.push(&[account()], &options).unwrap();
    stopping.join().unwrap();
    let PushOutcome::Failed(error) = &report.accounts[0].outcome else {
        panic!("{report:?}");
    };
    assert!(matches!(**error, ResolverError::Closed { .. }), "{error}");
}

#[test]
fn a_slow_server_has_time_for_all_that_was_sent() {
    let (_folder, server) = setting();
    // Twenty requests at once, 50 ms each: the last is answered long after its own timeout.
    answer_slowly(&server, Duration::from_millis(50));
    let mut options = PushOptions::default();
    options.timeout = Duration::from_millis(400);
    options.expect_servers = Some(1);
    let report = resolver(&server)
        .push(&vec![account(); 20], &options)
        .unwrap();
    assert_eq!(report.level(), Level::Ok, "{report:?}");
}
