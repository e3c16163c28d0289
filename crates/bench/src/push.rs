//! How long a push takes, beside what the server itself takes.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use nsc_testkit::client::{Login, NatsClient};
use nsc_testkit::nats::{NatsServer, free_port};

use crate::cases::{Line, Section};
use crate::measure::{Figures, Nsc, Run, words};
use crate::shape::{BigHome, Shape, grouped};

/// A number of accounts, and what pushing them should take at most.
pub(crate) struct Push {
    accounts: usize,
    goal: Option<u64>,
    /// Goal for a push of what the server holds already.
    again: Option<u64>,
}

impl Push {
    /// What it is, in words.
    pub(crate) fn title(&self) -> String {
        let accounts = grouped(self.accounts);
        format!("Pushing {accounts} accounts to one local server")
    }
}

/// What is measured.
pub(crate) const PUSHES: [Push; 2] = [
    Push {
        accounts: 1_000,
        goal: Some(500),
        again: Some(300),
    },
    Push {
        accounts: 10_000,
        goal: Some(4_000),
        again: None,
    },
];

/// Servers that have never seen the accounts, for as many first pushes.
const SERVERS: usize = 3;

/// Updates that are sent before the first is answered, when the server is measured alone.
const IN_FLIGHT: usize = 256;

/// Makes a store below `dir` and pushes it to fresh servers.
pub(crate) fn measure(nsc: &Nsc, dir: &Path, push: &Push) -> Result<Section> {
    let home = tempfile::Builder::new().prefix("push-").tempdir_in(dir)?;
    nsc.run(home.path(), &words("add operator --name O --sys"))?;
    nsc.run(
        home.path(),
        &words("generate config --nats-resolver --config-file resolver.conf"),
    )?;
    let big = BigHome::open(home.path())?;
    big.fill(Shape {
        accounts: push.accounts,
        users: 0,
    })?;
    let stage = Stage {
        nsc,
        home: &big,
        config: std::fs::read_to_string(home.path().join("resolver.conf"))?,
    };
    let mut first = Vec::new();
    let mut again = Vec::new();
    let mut alone = Vec::new();
    for n in 0..SERVERS {
        let server = stage.server(&format!("server-{n}"));
        first.push(stage.push(&server)?);
        again.push(stage.push(&server)?);
        let server = stage.server(&format!("alone-{n}"));
        alone.push(stage.updates(&server)?);
    }
    let line = |command: &str, goal, runs| -> Result<Line> {
        Ok(Line {
            command: command.to_owned(),
            original: None,
            goal,
            figures: Figures::of(runs).context("no runs")?,
        })
    };
    Ok(Section {
        title: push.title(),
        lines: vec![
            line("push --all", push.goal, first)?,
            line("push --all (again, nothing changed)", push.again, again)?,
            line("bare client (the same updates, 256 in flight)", None, alone)?,
        ],
    })
}

struct Stage<'a> {
    nsc: &'a Nsc,
    home: &'a BigHome,
    config: String,
}

impl Stage<'_> {
    /// A server that knows the operator and its system account.
    fn server(&self, name: &str) -> NatsServer {
        let folder = self.home.dir.join(name);
        NatsServer::start_on(folder, &self.config, Some(free_port()))
    }

    fn push(&self, server: &NatsServer) -> Result<Run> {
        let line = format!("push --all --account-jwt-server-url {}", server.url());
        self.nsc.run(&self.home.dir, &words(&line))
    }

    /// Sends all accounts as a client that does nothing else.
    fn updates(&self, server: &NatsServer) -> Result<Run> {
        let login = Login::from_creds(&self.home.system_creds()?);
        let tokens = self.home.account_tokens()?;
        let mut client = NatsClient::connect(server.port(), &login).map_err(anyhow::Error::msg)?;
        client.subscribe("_INBOX.bench");
        client.settle();
        let start = Instant::now();
        for (n, token) in tokens.iter().enumerate() {
            if n >= IN_FLIGHT {
                client.next_message();
            }
            client.publish_for("$SYS.REQ.CLAIMS.UPDATE", "_INBOX.bench", token);
        }
        for _ in 0..tokens.len().min(IN_FLIGHT) {
            client.next_message();
        }
        Ok(Run {
            wall: start.elapsed(),
            cpu: Duration::ZERO,
            memory: 0,
        })
    }
}
