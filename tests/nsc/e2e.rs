//! End to end: what commands write, and what a real server makes of it when a client comes.

mod account_limits;
mod connection_types;
mod jetstream;
mod permissions;
mod roles;
mod updates;
mod user_limits;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use nsc_core::time::UnixTime;
use nsc_testkit::{Login, NatsClient, NatsServer, Output, TestHome};

use crate::stock;

/// What the server tells whoever it turns away, whatever the reason.
const REFUSED: &str = "Authorization Violation";
/// What it tells a client or leaf node too many.
const FULL: &str = "maximum account active connections exceeded";

/// An operator `O` with a system account and an account `A`, all made by commands, and a server that trusts it.
struct World {
    home: TestHome,
    server: Option<NatsServer>,
}

impl World {
    #[track_caller]
    fn new() -> Self {
        Self::made_by(&["add operator O --sys", "add account A"])
    }

    /// What these commands make.
    #[track_caller]
    fn made_by(lines: &[&str]) -> Self {
        let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
        let world = Self { home, server: None };
        for line in lines {
            world.nsc(line);
        }
        world
    }

    /// Runs a command line whose words have no blanks in them.
    #[track_caller]
    fn nsc(&self, line: &str) -> Output {
        stock::line(&self.home, line).success()
    }

    /// Starts a server that holds the accounts as they are now, with these lines in its configuration.
    #[track_caller]
    fn serve(&mut self, lines: &str) {
        self.serve_as("--mem-resolver", lines);
    }

    /// Starts a server that takes pushes, and pushes all accounts.
    #[track_caller]
    fn serve_pushes(&mut self, lines: &str) {
        self.serve_as("--nats-resolver", lines);
        self.push();
    }

    #[track_caller]
    fn serve_as(&mut self, kind: &str, lines: &str) {
        let config = self.nsc(&format!("generate config {kind}"));
        let config = config
            .stdout()
            .replace("allow_delete: false", "allow_delete: true");
        let folder = self.home.path().join("server");
        self.server = Some(NatsServer::start(folder, &format!("{config}\n{lines}\n")));
    }

    fn server(&self) -> &NatsServer {
        self.server.as_ref().expect("the server was started")
    }

    #[track_caller]
    fn push(&self) -> Output {
        self.nsc(&format!("push -A -u {}", self.server().url()))
    }

    /// The creds of a user of an account.
    #[track_caller]
    fn login(&self, account: &str, user: &str) -> Login {
        let creds = self.home.creds_file("O", account, user);
        Login::from_creds(&self.home.read(creds))
    }

    /// Signs a user of `A` in.
    #[track_caller]
    fn connect(&self, user: &str) -> Result<NatsClient, String> {
        NatsClient::connect(self.server().port(), &self.login("A", user))
    }

    /// A user of `A`, who is let in.
    #[track_caller]
    fn client(&self, user: &str) -> NatsClient {
        self.client_of("A", user)
    }

    /// A user of an account, who is let in.
    #[track_caller]
    fn client_of(&self, account: &str, user: &str) -> NatsClient {
        match NatsClient::connect(self.server().port(), &self.login(account, user)) {
            Ok(client) => client,
            Err(error) => panic!("`{user}` of `{account}`: {error}\n{}", self.server().log()),
        }
    }

    /// Expects that a user of `A` is turned away with this error.
    #[track_caller]
    fn refuses(&self, user: &str, error: &str) {
        match self.connect(user) {
            Ok(_) => panic!("`{user}` is let in"),
            Err(said) => assert_eq!(said, error, "`{user}`"),
        }
    }
}

/// The present second.
fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("it is after 1970")
        .as_secs()
        .try_into()
        .expect("it is before the end of time")
}

/// So many seconds from now, as dates are typed.
fn date_in(seconds: i64) -> String {
    UnixTime(now() + seconds).to_string()
}

/// Waits until the clock shows another second, so that a JWT issued now is younger than those before.
fn next_second() {
    let start = now();
    while now() == start {
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The errors of trying to publish on a subject.
fn publish_errors(client: &mut NatsClient, subject: &str) -> Vec<String> {
    client.publish(subject, "");
    client.settle()
}

/// The errors of trying to subscribe to a subject.
fn subscribe_errors(client: &mut NatsClient, subject: &str) -> Vec<String> {
    client.subscribe(subject);
    client.settle()
}

/// Expects that these subjects, and no others of the list, may be published on.
#[track_caller]
fn assert_publishes(client: &mut NatsClient, subjects: &[(&str, bool)]) {
    for (subject, allowed) in subjects {
        let errors = publish_errors(client, subject);
        let wanted = match allowed {
            true => vec![],
            false => vec![format!(
                "Permissions Violation for Publish to \"{subject}\""
            )],
        };
        assert_eq!(errors, wanted, "publish on `{subject}`");
    }
}

/// Expects that these subjects, and no others of the list, may be subscribed to.
#[track_caller]
fn assert_subscribes(client: &mut NatsClient, subjects: &[(&str, bool)]) {
    for (subject, allowed) in subjects {
        let errors = subscribe_errors(client, subject);
        let wanted = match allowed {
            true => vec![],
            false => vec![format!(
                "Permissions Violation for Subscription to \"{subject}\""
            )],
        };
        assert_eq!(errors, wanted, "subscribe to `{subject}`");
    }
}
