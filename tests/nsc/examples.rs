//! Every example of the help, run by a shell as it stands there.

use std::path::Path;
use std::process::Command;

use nsc::help::examples::{self, Example};
use nsc_core::keys::KeyKind;
use nsc_testkit::nats::free_port;
use nsc_testkit::{NatsServer, TestHome};

use crate::{load, stock, update};

/// What the examples say, and tests have elsewhere.
const SERVER: &str = "nats://localhost:4222";

/// How the home of the examples comes about.
const SCENE: &str = r#"
nsc add operator OLD
nsc add account LEGACY
mkdir old && mv ../.local/share/nats/nsc/stores/OLD old
nsc add operator --sys PARTNER
nsc describe operator --raw -o partner.jwt
rm -r ../.local/share/nats/nsc/stores/PARTNER
nsc add operator --sys ACME
nsc edit operator --account-jwt-server-url nats://localhost:4222 --service-url nats://localhost:4222
nsc add account SHIPPING
nsc describe account SHIPPING --raw -o SHIPPING.jwt
nsc delete account SHIPPING
nsc add account BILLING
nsc add account ORDERS
nsc add user alice
nsc add user bob
nsc add user dave
nsc add user frank
nsc add user -a BILLING carol
nsc generate creds -n alice -o alice.creds
nsc generate creds -n frank -o frank.creds
nsc delete user frank
nsc add user eve -k EVE
nsc delete user eve --rm-nkey
nsc edit signing-key --sk generate --role reader --allow-sub 'orders.>'
nsc add export --subject 'orders.>' --name orders
nsc add export --subject 'orders.status' --service
nsc add export --subject 'prices.*' --service --private
nsc add import -a BILLING --src-account ORDERS --remote-subject 'orders.>'
nsc add mapping --from orders.old --to orders.new
nsc generate activation -s prices.new -t BILLING -o activation.jwt
nsc revocations add-user --name dave
nsc revocations add-activation --service -s 'prices.*' -t SYS
nsc export keys --all --dir saved-keys
mkdir backup
cp -r ../.local/share/nats/nsc/stores/ACME ../.local/share/nats/nsc/keys backup
printf 'name,tag\nu1,new\nu2,new\n' > users.csv
printf 'name,description\nA1,one\nA2,two\n' > accounts.csv
nsc edit user alice --tag shop
"#;

/// A home that is put back after each example.
struct Scene {
    home: TestHome,
    saved: tempfile::TempDir,
    port: u16,
}

impl Scene {
    fn new() -> Self {
        let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
        let port = free_port();
        let scene = Self {
            home,
            saved: tempfile::tempdir().unwrap(),
            port,
        };
        let eve = stock::key(KeyKind::User, 7);
        stock::store_seed(&scene.home, &eve);
        scene.home.write("work/account.nk", load::seed());
        for line in SCENE.lines().filter(|line| !line.is_empty()) {
            let line = line.replace("EVE", &eve.public);
            scene.shell(&line).secret_expected().success();
        }
        copy(scene.home.path(), scene.saved.path());
        scene
    }

    fn put_back(&self) {
        for entry in std::fs::read_dir(self.home.path()).unwrap() {
            std::fs::remove_dir_all(entry.unwrap().path()).unwrap();
        }
        copy(self.saved.path(), self.home.path());
    }

    fn shell(&self, line: &str) -> nsc_testkit::Call<'_> {
        let server = format!("nats://localhost:{}", self.port);
        self.home.shell(&line.replace(SERVER, &server))
    }

    /// A server that knows all accounts.
    fn server(&self) -> NatsServer {
        let config = "nsc generate config --nats-resolver --allow-delete";
        let config = self.shell(config).success();
        let folder = self.home.path().join("server");
        let server = NatsServer::start_on(folder, config.stdout(), Some(self.port));
        self.shell("nsc push --all").success();
        server
    }

    /// Runs an example, with what it needs around it.
    fn try_out(&self, command: &str, example: &Example) {
        self.put_back();
        let line = example.line;
        let talks = [
            "push", "pull", "status", "watch", "tool pub", "tool sub", "tool req",
        ];
        let talks = talks.contains(&command) || command.starts_with("tool");
        let _server = talks.then(|| self.server());
        if let Some(sign) = endless(line) {
            let mut running = self.shell(&format!("exec {line}")).spawn();
            running.wait_for(sign);
            assert_eq!(running.interrupt().code(), Some(0), "{line}");
            return;
        }
        let _answering = (command == "tool req").then(|| {
            let reply = "exec nsc tool reply -a ORDERS -u alice 'prices.*' 42";
            let mut reply = self.shell(reply).spawn();
            reply.wait_for("Listening");
            reply
        });
        let service = (command == "load").then(load::service);
        let url = service.as_ref().map(nsc_testkit::HttpDouble::url);
        let line = url.map_or_else(
            || line.to_owned(),
            |url| line.replace("https://example.com", &url),
        );
        // Files and seeds are what these are for.
        let call = self.shell(&line).secret_expected();
        call.failure(i32::from(example.status));
    }
}

/// What commands say that end when they are told to.
fn endless(line: &str) -> Option<&'static str> {
    if line.starts_with("nsc tool sub") || line.starts_with("nsc tool reply") {
        Some("Listening")
    } else {
        (line == "nsc watch").then_some("Watching")
    }
}

fn copy(from: &Path, to: &Path) {
    let from = format!("{}/.", from.display());
    let done = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(done.unwrap().success());
}

/// Runs each `of`th example, beginning with the `n`th.
fn try_some(n: usize, of: usize) {
    let scene = Scene::new();
    let all = examples::all().flat_map(|group| {
        let examples = group.examples.iter();
        examples.map(|example| (group.command, example))
    });
    let mut count = 0;
    for (command, example) in all.skip(n).step_by(of) {
        if command != "update" {
            scene.try_out(command, example);
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
}

#[test]
fn examples_work_1() {
    try_some(0, 3);
}

#[test]
fn examples_work_2() {
    try_some(1, 3);
}

#[test]
fn examples_work_3() {
    try_some(2, 3);
}

/// The program that is replaced is one of its own, and the releases are on loopback.
#[test]
fn updates_work() {
    let releases = update::releases("v99.1.0", update::DIGEST);
    for example in examples::of("update") {
        let (home, _folder, _program) = update::home(&releases);
        home.shell(example.line).failure(i32::from(example.status));
    }
}

/// From an empty home, one after the other.
#[test]
fn the_first_page_begins_with_nothing() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    for example in examples::start() {
        home.shell(example.line).success();
    }
    home.user_token("ACME", "SHOP", "eve");
}
