//! The programs in `examples`, run as their users would, against a real server.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs programs, with files and a clock, and fails by panicking"
)]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

use nsc_core::claims::{AccountClaims, OperatorClaims, UserClaims, UserScope};
use nsc_core::creds;
use nsc_core::jwt;
use nsc_core::keys::{KeyKind, Seed};
use nsc_core::revocation;
use nsc_core::time::UnixTime;
use nsc_testkit::{Login, NatsClient, NatsServer};

/// Seconds that the server waits for a callout; 2 are few on a machine with much to do.
const PATIENCE: u32 = 9;
const REFUSED: &str = "Authorization Violation";

fn now() -> UnixTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    UnixTime(i64::try_from(since.as_secs()).unwrap())
}

fn seed(kind: KeyKind, byte: u8) -> Seed {
    Seed::from_entropy(kind, [byte; 32])
}

/// An operator with an account `APP` that has a scoped signing key and a plain one, as files.
struct World {
    folder: tempfile::TempDir,
    operator: Seed,
    account: Seed,
    scoped: Seed,
    signing: Seed,
    claims: AccountClaims,
}

impl World {
    fn new() -> Self {
        let [scoped, signing] = [3, 4].map(|byte| seed(KeyKind::Account, byte));
        let account = seed(KeyKind::Account, 2);
        let mut claims = AccountClaims::new(&account.public_key());
        claims.name = "APP".to_owned();
        claims
            .nats
            .signing_keys
            .add(&signing.public_key().to_text());
        let mut scope = UserScope::new(&scoped.public_key().to_text());
        scope.role = "web".to_owned();
        scope.template.permissions.publish.allow = vec!["app.>".to_owned()];
        claims.nats.signing_keys.set_scope(scope);
        let world = Self {
            folder: tempfile::tempdir().unwrap(),
            operator: seed(KeyKind::Operator, 1),
            account,
            scoped,
            signing,
            claims,
        };
        world.write("scoped.nk", &world.scoped.expose());
        world.write("signing.nk", &world.signing.expose());
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    /// Signs operator and account as they are now, and writes them.
    fn sign(&mut self) -> [String; 2] {
        let system = seed(KeyKind::Account, 5).public_key().to_text();
        let mut operator = OperatorClaims::new(&self.operator.public_key());
        operator.name = "O".to_owned();
        operator.nats.system_account = system;
        let operator = jwt::encode(&mut operator, &self.operator, now()).unwrap();
        let account = jwt::encode(&mut self.claims, &self.operator, now()).unwrap();
        self.write("O.jwt", &operator);
        self.write("APP.jwt", &account);
        [operator, account]
    }

    /// The creds of a user, signed with the identity key of the account.
    fn creds(&self, mut user: UserClaims, seed: &Seed) -> String {
        let token = jwt::encode(&mut user, &self.account, now()).unwrap();
        creds::format_creds_of(&token, &user, seed)
            .unwrap()
            .to_string()
    }

    fn serve(&mut self) -> NatsServer {
        let [operator, account] = self.sign();
        let key = self.account.public_key();
        // Servers ask callouts only where there is a system account.
        let system = seed(KeyKind::Account, 5).public_key();
        let mut claims = AccountClaims::new(&system);
        let token = jwt::encode(&mut claims, &self.operator, now()).unwrap();
        let config = format!(
            "operator: {operator}\nresolver: MEMORY\nauthorization: {{ timeout: {PATIENCE} }}\n\
             resolver_preload: {{ {key}: {account}, {system}: {token} }}\n"
        );
        NatsServer::start(self.path("server"), &config)
    }

    fn verify(&self, creds: &Path) -> Output {
        let files = [&self.path("O.jwt"), &self.path("APP.jwt"), creds];
        example("verify_creds").args(files).output().unwrap()
    }
}

/// A program of `examples`; cargo builds them beside the tests.
fn example(name: &str) -> Command {
    let test = std::env::current_exe().unwrap();
    let built = test.parent().and_then(Path::parent).unwrap();
    let program = built
        .join("examples")
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.is_file(),
        "`{}` is missing: `cargo build -p nsc-core --examples`",
        program.display()
    );
    let mut command = Command::new(program);
    command.stdin(Stdio::null());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_service_issues_users_with_a_scoped_key_alone() {
    let mut world = World::new();
    let server = world.serve();
    let issue = |key: &str, lifetime: &str| {
        let mut command = example("issue_user");
        command.args([&world.path("APP.jwt"), &world.path(key)]);
        command.args([lifetime, "alice"]).output().unwrap()
    };
    let issued = issue("scoped.nk", "3600");
    assert!(issued.status.success(), "{}", text(&issued.stderr));
    let creds = text(&issued.stdout);
    let user = creds::read_user(&creds).unwrap();
    let left = user.claims.exp - now().0;
    assert!(
        user.claims.is_scoped() && (3590..=3600).contains(&left),
        "{left}"
    );
    let verified = world.verify(&world.write("alice.creds", &creds));
    assert!(verified.status.success(), "{}", text(&verified.stdout));

    let mut client = NatsClient::connect(server.port(), &Login::from_creds(&creds)).unwrap();
    client.publish("app.orders", "1");
    assert!(client.settle().is_empty());
    client.publish("other", "1");
    assert!(client.settle()[0].contains("Permissions Violation"));

    let again = text(&issue("scoped.nk", "3600").stdout);
    assert_ne!(again, creds, "each user has a key of its own");
    let short = text(&issue("scoped.nk", "-1").stdout);
    let refused = NatsClient::connect(server.port(), &Login::from_creds(&short));
    assert!(refused.err().unwrap().contains(REFUSED), "out of date");
    for (key, reason) in [("signing.nk", "no scope"), ("missing.nk", "missing.nk")] {
        let refused = issue(key, "3600");
        assert!(!refused.status.success() && refused.stdout.is_empty());
        assert!(
            text(&refused.stderr).contains(reason),
            "{}",
            text(&refused.stderr)
        );
    }
}

#[test]
fn creds_are_verified_as_a_server_would() {
    let mut world = World::new();
    let (good, late, gone, strange) = (
        seed(KeyKind::User, 10),
        seed(KeyKind::User, 11),
        seed(KeyKind::User, 12),
        seed(KeyKind::User, 13),
    );
    let of = |seed: &Seed| UserClaims::new(&seed.public_key());
    let good_creds = world.creds(of(&good), &good);
    let mut expired = of(&late);
    expired.exp = now().0 - 5;
    let late_creds = world.creds(expired, &late);
    let gone_creds = world.creds(of(&gone), &gone);
    let key = gone.public_key().to_text();
    revocation::revoke(&mut world.claims.nats.revocations, &key, now().0 + 60);
    let mut foreign = of(&strange);
    let token = jwt::encode(&mut foreign, &seed(KeyKind::Account, 99), now()).unwrap();
    let strange_creds = creds::format_creds_of(&token, &foreign, &strange)
        .unwrap()
        .to_string();
    let server = world.serve();
    for (creds, refusal) in [
        (&good_creds, None),
        (&late_creds, Some("expired")),
        (&gone_creds, Some("revoked")),
        (&strange_creds, Some("no key of account")),
    ] {
        let verified = world.verify(&world.write("user.creds", creds));
        let said = text(&verified.stdout);
        assert_eq!(verified.status.success(), refusal.is_none(), "{said}");
        assert!(said.contains(refusal.unwrap_or("may connect")), "{said}");
        let connected = NatsClient::connect(server.port(), &Login::from_creds(creds));
        assert_eq!(
            connected.is_ok(),
            refusal.is_none(),
            "the server agrees: {said}"
        );
    }
    let mixed = good_creds.replace(&*good.expose(), &late.expose());
    let refused = world.verify(&world.write("user.creds", &mixed));
    assert!(!refused.status.success());
    assert!(text(&refused.stderr).contains("the seed belongs to user"));

    // An operator that lists no key of this account's issuer.
    let mut other = OperatorClaims::new(&seed(KeyKind::Operator, 77).public_key());
    let other = jwt::encode(&mut other, &seed(KeyKind::Operator, 77), now()).unwrap();
    world.write("O.jwt", &other);
    let refused = world.verify(&world.write("user.creds", &good_creds));
    assert!(text(&refused.stdout).contains("refused: account: issuer"));
}

/// The example of the auth callout while it runs.
struct Running(Child);

impl Running {
    fn start(world: &World, server: &NatsServer, xkey: Option<&Path>) -> Self {
        let mut command = example("auth_callout");
        let files = ["callout.creds", "signing.nk", "people.txt"].map(|name| world.path(name));
        command.arg(server.url()).args(files).args(xkey);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let output = child.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        assert_eq!(line, "listening on $SYS.REQ.USER.AUTH\n");
        Self(child)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A door with and without a curve key, and who comes through.
fn check_callout(xkey: Option<&Seed>) {
    let mut world = World::new();
    let (service, sentinel) = (seed(KeyKind::User, 20), seed(KeyKind::User, 21));
    let service_key = service.public_key();
    let callout = world.creds(UserClaims::new(&service_key), &service);
    world.write("callout.creds", &callout);
    world.write("people.txt", "open-sesame ada\nlet-me-in bob\n");
    let mut claims = UserClaims::new(&sentinel.public_key());
    claims.nats.limits.bearer_token = true;
    claims.nats.limits.permissions.publish.deny = vec![">".to_owned()];
    claims.nats.limits.permissions.subscribe.deny = vec![">".to_owned()];
    let sentinel = Login::from_creds(&world.creds(claims, &sentinel)).without_proof();
    let authorization = &mut world.claims.nats.authorization;
    authorization.auth_users = vec![service_key.to_text()];
    let path = xkey.map(|xkey| {
        authorization.xkey = xkey.public_key().to_text();
        world.folder.path().join("xkey.nk")
    });
    if let (Some(xkey), Some(path)) = (xkey, &path) {
        std::fs::write(path, &*xkey.expose()).unwrap();
    }
    let server = world.serve();
    let connect = |login: &Login| NatsClient::connect(server.port(), login);
    let _running = Running::start(&world, &server, path.as_deref());
    let mut ada = connect(&sentinel.with_token("open-sesame")).unwrap();
    ada.subscribe("ada.inbox");
    ada.publish("ada.inbox", "hello");
    assert!(ada.settle().is_empty());
    assert_eq!(ada.next_message().payload, "hello");
    ada.publish("bob.inbox", "hello");
    assert!(ada.settle()[0].contains("Permissions Violation"));
    if let Err(error) = connect(&sentinel.with_token("let-me-in")) {
        panic!("{error}; the log of the server:\n{}", server.log());
    }
    for login in [sentinel.with_token("let-me-out"), sentinel.clone()] {
        assert!(connect(&login).err().unwrap().contains(REFUSED));
    }
}

#[test]
fn a_callout_answers_in_the_clear() {
    check_callout(None);
}

#[test]
fn a_callout_answers_sealed() {
    check_callout(Some(&seed(KeyKind::Curve, 30)));
}
