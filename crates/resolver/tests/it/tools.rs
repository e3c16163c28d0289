//! The small tools.

use std::ops::ControlFlow;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use nsc_core::claims::UserClaims;
use nsc_core::keys::Seed;
use nsc_resolver::{
    Heard, Listen, ListenEnd, Message, NatsTool, PayloadLimit, ResolverError, UserCredentials,
};
use nsc_testkit::NatsServer;

use crate::world::{NOW, SECOND, World, account_seed};

struct Setting {
    world: World,
    server: NatsServer,
    account: Seed,
}

impl Setting {
    fn new() -> Self {
        let world = World::new();
        let server = world.start(&world.memory_config(&[world.account(1, NOW, -1)]));
        Self {
            world,
            server,
            account: account_seed(1),
        }
    }

    fn user(&self, edit: impl FnOnce(&mut UserClaims)) -> UserCredentials {
        self.world.user(&self.account, edit)
    }

    fn tool(&self) -> NatsTool {
        self.world.tool(&self.server, self.user(|_| {}))
    }

    fn restricted(&self, edit: impl FnOnce(&mut UserClaims)) -> NatsTool {
        self.world.tool(&self.server, self.user(edit))
    }

    /// Listens in a thread until as many messages came as wanted.
    fn listen(&self, listen: Listen, reply: Option<Option<&'static str>>) -> Listener {
        let mut tool = self.tool();
        let (ready, is_ready) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let mut messages = Vec::new();
            let heard = |event: Heard<'_>| {
                match event {
                    Heard::Listening => ready.send(()).unwrap(),
                    Heard::Message(message) => messages.push(message.clone()),
                    other => panic!("{other:?}"),
                }
                ControlFlow::Continue(())
            };
            let end = match reply {
                None => tool.subscribe(&listen, heard),
                Some(text) => tool.reply(&listen, text.map(str::as_bytes), heard),
            };
            (end, messages)
        });
        is_ready.recv().unwrap();
        Listener(thread)
    }
}

struct Listener(JoinHandle<(Result<ListenEnd, ResolverError>, Vec<Message>)>);

impl Listener {
    fn end(self) -> Vec<Message> {
        let (end, messages) = self.0.join().unwrap();
        assert_eq!(end.unwrap(), ListenEnd::MaxMessages);
        messages
    }
}

fn listen(subject: &str, max: u64) -> Listen {
    Listen {
        subject: subject.to_owned(),
        max_messages: Some(max),
        ..Listen::default()
    }
}

#[test]
fn messages_get_from_pub_to_sub() {
    let setting = Setting::new();
    let listener = setting.listen(listen("a.*", 2), None);
    let mut tool = setting.tool();
    tool.publish("a.b", "hé llo".as_bytes()).unwrap();
    tool.publish("a.c", b"").unwrap();
    let messages = listener.end();
    assert_eq!(messages[0].subject, "a.b");
    assert_eq!(messages[0].payload, "hé llo".as_bytes());
    assert_eq!((messages[1].payload.len(), &messages[1].reply), (0, &None));
}

#[test]
fn queue_members_share_and_the_caller_may_stop() {
    let setting = Setting::new();
    let member = Listen {
        queue: Some("q".to_owned()),
        ..listen("a", 1)
    };
    let listeners = [
        setting.listen(member.clone(), None),
        setting.listen(member, None),
    ];
    let mut tool = setting.tool();
    tool.publish("a", b"1").unwrap();
    tool.publish("a", b"2").unwrap();
    let mut seen: Vec<_> = listeners
        .into_iter()
        .flat_map(Listener::end)
        .map(|m| m.payload)
        .collect();
    seen.sort();
    assert_eq!(seen, [b"1", b"2"]);
    let end = tool
        .subscribe(&listen("b", 1), |_| ControlFlow::Break(()))
        .unwrap();
    assert_eq!(end, ListenEnd::Stopped);
}

#[test]
fn requests_are_answered_with_a_text_or_an_echo() {
    let setting = Setting::new();
    let mut tool = setting.tool();
    let listener = setting.listen(listen("q", 2), Some(Some("pong")));
    assert_eq!(tool.request("q", b"ping", SECOND).unwrap().payload, b"pong");
    // Not a request: it counts, and there is nobody to answer to.
    tool.publish("q", b"x").unwrap();
    assert_eq!(listener.end()[1].reply, None);
    let listener = setting.listen(listen("q", 1), Some(None));
    assert_eq!(tool.request("q", b"ping", SECOND).unwrap().payload, b"ping");
    listener.end();
}

#[test]
fn unanswered_requests_say_why() {
    let setting = Setting::new();
    let mut tool = setting.tool();
    let error = tool.request("nobody", b"", SECOND).unwrap_err();
    assert!(
        matches!(error, ResolverError::NoResponders { .. }),
        "{error}"
    );
    let listener = setting.listen(listen("slow", 1), None);
    let error = tool
        .request("slow", b"", Duration::from_millis(200))
        .unwrap_err();
    assert!(matches!(error, ResolverError::Timeout { .. }), "{error}");
    listener.end();
}

#[test]
fn the_round_trip_is_measured_also_without_any_permission() {
    let setting = Setting::new();
    let time = setting.tool().round_trip().unwrap();
    assert!(time > Duration::ZERO && time < SECOND);
    let mut mute = setting.restricted(|claims| {
        claims.nats.limits.permissions.publish.deny = vec![">".to_owned()];
        claims.nats.limits.permissions.subscribe.deny = vec![">".to_owned()];
    });
    assert!(mute.round_trip().unwrap() < SECOND);
}

#[test]
fn denied_acts_are_errors_with_the_servers_text() {
    let setting = Setting::new();
    let mut tool = setting.restricted(|claims| {
        claims.nats.limits.permissions.publish.deny = vec!["no.>".to_owned()];
        claims.nats.limits.permissions.subscribe.deny = vec!["no.>".to_owned()];
    });
    let denied = |result: Result<(), ResolverError>, words: &str| {
        let error = result.unwrap_err();
        assert!(matches!(error, ResolverError::Permission { .. }), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    };
    denied(
        tool.publish("no.a", b""),
        "Permissions Violation for Publish to \"no.a\"",
    );
    denied(
        tool.request("no.b", b"", SECOND).map(drop),
        "for Publish to \"no.b\"",
    );
    let heard = |_: Heard<'_>| ControlFlow::Continue(());
    denied(
        tool.subscribe(&listen("no.c", 1), heard).map(drop),
        "for Subscription to \"no.c\"",
    );
    tool.publish("yes", b"").unwrap();
    let mut deaf = setting.restricted(|claims| {
        claims.nats.limits.permissions.publish.deny = vec!["_INBOX.>".to_owned()];
    });
    let replying = std::thread::spawn(move || {
        deaf.reply(&listen("q", 1), None, |_| ControlFlow::Continue(()))
    });
    std::thread::sleep(Duration::from_millis(300));
    let _ = setting.tool().request("q", b"", Duration::from_millis(300));
    denied(
        replying.join().unwrap().map(drop),
        "for Publish to \"_INBOX.",
    );
}

#[test]
fn impossible_input_is_named() {
    let setting = Setting::new();
    let mut tool = setting.tool();
    let heard = |_: Heard<'_>| ControlFlow::Continue(());
    for error in [
        tool.publish("a b", b"").unwrap_err(),
        tool.publish("", b"").unwrap_err(),
        tool.subscribe(&listen("a..b", 1), heard).unwrap_err(),
        tool.subscribe(&listen("a", 0), heard).unwrap_err(),
    ] {
        assert!(matches!(error, ResolverError::Input { .. }), "{error}");
    }
}

#[test]
fn a_payload_over_a_limit_says_whose_limit_it_is() {
    let world = World::new();
    let small = world.limited_account(1, 50);
    let config = format!("max_payload: 1000\n{}", world.memory_config(&[small]));
    let server = world.start(&config);
    let account = account_seed(1);
    let mut tool = world.tool(&server, world.user(&account, |_| {}));
    let error = tool.publish("a", &[b'x'; 1001]).unwrap_err();
    let server_limit = PayloadLimit::Server(1000);
    assert!(
        matches!(error, ResolverError::PayloadTooLarge { size: 1001, limit } if limit == server_limit)
    );
    let error = tool.publish("a", &[b'x'; 51]).unwrap_err();
    assert!(
        matches!(error, ResolverError::PayloadRefused { size: 51, .. }),
        "{error}"
    );

    let limited = world.user(&account, |claims| claims.nats.limits.limits.payload = 20);
    let mut tool = world.tool(&server, limited);
    let error = tool.publish("a", &[b'x'; 21]).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the user's payload limit of 20 bytes"),
        "{error}"
    );
    tool.publish("a", &[b'x'; 20]).unwrap();
}

#[test]
fn listening_survives_a_restart_of_the_server() {
    let setting = Setting::new();
    let listener = setting.listen(listen("a", 1), None);
    let Setting {
        world,
        server,
        account,
    } = setting;
    let config = world.memory_config(&[world.account(1, NOW, -1)]);
    let server = server.restart(&config);
    let mut tool = world.tool(&server, world.user(&account, |_| {}));
    let thread = std::thread::spawn(move || listener.end());
    while !thread.is_finished() {
        tool.publish("a", b"again").unwrap();
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(thread.join().unwrap()[0].payload, b"again");
}
