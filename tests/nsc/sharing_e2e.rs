//! What accounts share, on a real server: what the commands say is what happens.

use std::time::{Duration, Instant, SystemTime};

use nsc_testkit::{NatsServer, Output, TestHome, nats};

use crate::stock::line;

/// An operator `O` with accounts `A`, `B` and `C`, each with a user of the same name in lower case, and a server
/// that takes pushes.
struct World {
    home: TestHome,
    _server: NatsServer,
}

impl World {
    fn start() -> Self {
        let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
        let port = nats::free_port();
        let url = format!("nats://127.0.0.1:{port}");
        line(&home, "add operator --sys -n O").success();
        let urls = format!("edit operator --service-url {url} --account-jwt-server-url {url}");
        line(&home, &urls).success();
        for account in ["A", "B", "C"] {
            line(&home, &format!("add account -n {account}")).success();
            let user = account.to_lowercase();
            line(&home, &format!("add user -a {account} -n {user}")).success();
        }
        let config = line(&home, "generate config --nats-resolver").success();
        let folder = home.path().join("server");
        let server = NatsServer::start_on(folder, config.stdout(), Some(port));
        Self {
            home,
            _server: server,
        }
    }

    /// Runs a command that succeeds; words are separated by blanks.
    #[track_caller]
    fn nsc(&self, words: &str) -> Output {
        line(&self.home, words).success()
    }

    fn push(&self) {
        self.nsc("push -A");
    }

    fn key(&self, account: &str) -> String {
        self.home.account_token("O", account).subject().to_owned()
    }

    /// Whether a request of the account's user is answered.
    fn answers(&self, account: &str, subject: &str) -> bool {
        let user = account.to_lowercase();
        let words = ["tools", "req", subject, "?", "-a", account, "-u", &user];
        self.home.nsc(words).run().code() == Some(0)
    }

    /// Whether it is so within a few seconds.
    #[track_caller]
    fn until(&self, what: &str, is_so: impl Fn() -> bool) {
        let start = Instant::now();
        while !is_so() {
            assert!(start.elapsed() < Duration::from_secs(15), "never: {what}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Waits until what is issued now is younger than what was revoked before.
fn next_second() {
    let second = || {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        now.unwrap().as_secs()
    };
    let before = second();
    while second() <= before {
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn streams_arrive_under_the_names_of_the_importer() {
    let world = World::start();
    world.nsc("add export -a A -s ticks.*.*");
    world.nsc("add export -a A -s secret --private");
    world.nsc("add import -a B --src-account A --remote-subject ticks.*.* -s mine.$2.$1");
    let token = world.nsc("generate activation -a A -t B -s secret");
    let import = ["add", "import", "-a", "B", "--token", "-", "-s", "told"];
    world.home.nsc(import).stdin(token.stdout()).success();
    world.push();

    let sub = |subject: &str| {
        let words = [
            "tools",
            "sub",
            subject,
            "--max-messages",
            "1",
            "-a",
            "B",
            "-u",
            "b",
        ];
        let mut sub = world.home.nsc(words).spawn();
        sub.wait_for("Listening");
        sub
    };
    let (renamed, private) = (sub("mine.>"), sub("told"));
    world.nsc("tools pub ticks.x.y tick -a A -u a");
    world.nsc("tools pub secret word -a A -u a");
    renamed.finish().stdout_has("[mine.y.x]: 'tick'");
    private.finish().stdout_has("[told]: 'word'");
}

#[test]
fn activations_are_revoked_and_renewed() {
    let world = World::start();
    world.nsc("add export -a A -s svc.* --private --service");
    world.nsc("add export -a A -s open --service");
    world.nsc("generate activation -a A -t B -s svc.b -o one.jwt");
    world.nsc("add import -a B --token one.jwt -s ask");
    world.nsc("add import -a B --src-account A --remote-subject open --service");
    // Without a token it is there, and does not work.
    let without = world.nsc("add import -a C --src-account A --remote-subject svc.c --service");
    without.stdout_has("needs an activation token");
    world.push();
    let reply = |subject: &str| {
        let mut reply = line(&world.home, &format!("tools reply {subject} yes -a A -u a")).spawn();
        reply.wait_for("Listening");
        reply
    };
    let (private, public) = (reply("svc.*"), reply("open"));
    world.until("the private service", || world.answers("B", "ask"));
    assert!(world.answers("B", "open"));
    assert!(!world.answers("C", "svc.c"));

    world.nsc("revocations add-activation -a A -t B --service -s svc.b");
    world.push();
    world.until("the revocation", || !world.answers("B", "ask"));
    let found = world.nsc("validate -a B");
    found.stdout_has("import-token-revoked");
    assert!(world.answers("B", "open"));

    next_second();
    world.nsc("generate activation -a A -t B -s svc.b -o two.jwt");
    world.nsc("delete import -a B -s svc.b");
    let renewed = world.nsc("add import -a B --token two.jwt -s ask");
    assert!(!renewed.stdout().contains("WARN"), "{renewed}");
    world.push();
    world.until("the new activation", || world.answers("B", "ask"));
    assert_eq!(private.interrupt().code(), Some(0));
    assert_eq!(public.interrupt().code(), Some(0));
}

#[test]
fn users_are_revoked_and_renewed() {
    let world = World::start();
    world.push();
    let publishes = || line(&world.home, "tools pub x y -a B -u b").run().code() == Some(0);
    world.until("the push", publishes);
    world.nsc("revocations add-user -a B -n b");
    world.push();
    world.until("the revocation", || !publishes());
    // A token made now would end the revocation by the back door.
    line(&world.home, "generate creds -a B -n b --expire 1h")
        .failure(1)
        .stderr_has("revoked");
    next_second();
    world.nsc("edit user -a B -n b --tag renewed");
    world.until("the renewed user", publishes);
}

#[test]
fn short_lived_creds_connect() {
    let world = World::start();
    world.push();
    world.nsc("generate creds -a B -n b --expire 1h -o short.creds");
    let creds = world.home.read("work/short.creds");
    let path = world.home.creds_file("O", "B", "b");
    assert_ne!(creds, world.home.read(&path));
    world.home.write(&path, &creds);
    world.until("the short-lived user", || {
        line(&world.home, "tools pub x y -a B -u b").run().code() == Some(0)
    });
}

#[test]
fn mappings_share_messages_out_by_weight() {
    let world = World::start();
    world.nsc("add mapping -a A --from orders --to orders.v1 --weight 50");
    world.nsc("add mapping -a A --from orders --to orders.v2 --weight 50");
    world.push();
    let words = "tools sub orders.* --max-messages 24 -a A -u a";
    let mut sub = line(&world.home, words).spawn();
    sub.wait_for("Listening");
    for _ in 0..24 {
        world.nsc("tools pub orders x -a A -u a");
    }
    let output = sub.finish();
    for target in ["[orders.v1]", "[orders.v2]"] {
        assert!(output.stdout().contains(target), "{target}: {output}");
    }
    assert!(!output.stdout().contains("[orders]"), "{output}");
}

#[test]
fn latencies_are_told() {
    let world = World::start();
    world.nsc("add export -a A -s svc --service --latency lat --sampling 100");
    world.nsc("add import -a B --src-account A --remote-subject svc --service");
    world.push();
    let mut reply = line(&world.home, "tools reply svc yes -a A -u a").spawn();
    reply.wait_for("Listening");
    let mut sub = line(&world.home, "tools sub lat --max-messages 1 -a A -u a").spawn();
    sub.wait_for("Listening");
    world.until("the service", || world.answers("B", "svc"));
    sub.finish()
        .stdout_has("io.nats.server.metric.v1.service_latency");
    assert_eq!(reply.interrupt().code(), Some(0));
}

#[test]
fn an_account_token_serves_its_own_account_only() {
    let world = World::start();
    world.nsc("add export -a A -s svc.* --service --account-token-position 2");
    let remote = format!("svc.{}", world.key("B"));
    let import = |account: &str| {
        world.nsc(&format!(
            "add import -a {account} --src-account A --remote-subject {remote} -s svc --service"
        ))
    };
    let own = import("B");
    assert!(!own.stdout().contains("WARN"), "{own}");
    import("C").stdout_has("does not work");
    world.push();
    let mut reply = line(&world.home, "tools reply svc.* yes -a A -u a").spawn();
    reply.wait_for("Listening");
    world.until("the service", || world.answers("B", "svc"));
    assert!(!world.answers("C", "svc"));
    assert_eq!(reply.interrupt().code(), Some(0));
}
