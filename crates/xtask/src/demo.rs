//! `cargo xtask demo`: from nothing to a message that crosses accounts, in a throw-away home.
//!
//! The server and the home are owned by values of this module's functions, so they go away on every
//! way out: at the end, after a failed step, and after Ctrl-C.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail, ensure};
use nsc_testkit::{NatsServer, Output, Running, TestHome};
use serde_json::Value;

use crate::step::{self, Workspace};
use crate::tools;

/// Builds the binaries, gets the server, and shows the steps.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let nsc = build(workspace)?;
    let server = tools::nats_server(workspace)?;
    let demo = Demo {
        home: TestHome::new(nsc),
        interrupted: interrupted_by_signals()?,
    };
    println!("home: {}", demo.home.path().display());
    let shown = show(&demo, &server);
    let home = demo.home.path().to_owned();
    drop(demo);
    println!("\nremoved {}", home.display());
    shown
}

/// The steps, in order.
fn show(demo: &Demo, server: &Path) -> Result<()> {
    demo.say("An operator with a system account, two accounts, a user in each");
    demo.nsc("add operator DEMO --sys")?;
    demo.nsc("add account ORDERS")?;
    demo.nsc("add account BILLING")?;
    demo.nsc("add user shop --account ORDERS --allow-pub orders.>")?;
    demo.nsc("add user clerk --account BILLING")?;
    demo.nsc("list accounts")?;

    demo.say("ORDERS exports the stream `orders.>`, BILLING imports it");
    demo.nsc("add export --account ORDERS --subject orders.>")?;
    demo.nsc("add import --account BILLING --src-account ORDERS --remote-subject orders.>")?;
    demo.nsc("describe account BILLING")?;

    demo.say("Creds that an application would take");
    demo.nsc("generate creds --account ORDERS --name shop --output-file shop.creds")?;
    demo.file_has("shop.creds", "BEGIN NATS USER JWT")?;

    demo.say("A server that knows the operator, and the accounts pushed to it");
    demo.nsc("generate config --nats-resolver --config-file server.conf")?;
    let server = demo.start(server, "server.conf")?;
    let url = server.url();
    let shop = format!("--nats {url} --account ORDERS --user shop");
    let clerk = format!("--nats {url} --account BILLING --user clerk");
    demo.nsc(&format!("push --all --account-jwt-server-url {url}"))?;
    demo.nsc(&format!("tool rtt {shop}"))?;

    demo.say("A message published in ORDERS arrives in BILLING");
    let mut listener = demo.start_nsc(&format!("tool sub {clerk} --max-messages 1 orders.>"));
    listener.wait_for("istening on");
    demo.nsc(&format!("tool pub {shop} orders.new two-apples"))?;
    println!("\nwhat the listener in BILLING printed:");
    let heard = demo.check(listener.finish(), true)?;
    let arrived = [heard.stdout(), heard.stderr()]
        .concat()
        .contains("two-apples");
    ensure!(arrived, "the message did not arrive in BILLING");

    demo.say("The user `shop` may publish to `orders.>` only");
    let denied = demo.nsc_refused(&format!("tool pub {shop} billing.total 0"))?;
    let told = denied
        .stderr()
        .to_ascii_lowercase()
        .contains("permissions violation");
    ensure!(told, "the reason of the refusal is not told");
    demo.say("Done");
    Ok(())
}

struct Demo {
    home: TestHome,
    interrupted: Arc<AtomicBool>,
}

impl Demo {
    fn say(&self, heading: &str) {
        println!("\n== {heading}");
    }

    /// Shows a command that must succeed; blanks separate its words.
    fn nsc(&self, command: &str) -> Result<Output> {
        self.check(self.start_nsc(command).finish(), true)
    }

    /// Shows a command that must be refused.
    fn nsc_refused(&self, command: &str) -> Result<Output> {
        self.check(self.start_nsc(command).finish(), false)
    }

    /// Prints a command and starts it.
    fn start_nsc(&self, command: &str) -> Running<'_> {
        println!("\n$ nsc {command}");
        self.home.nsc(command.split(' ')).spawn()
    }

    /// Prints what a command said and compares its end with what was expected.
    fn check(&self, output: Output, success: bool) -> Result<Output> {
        print!("{}{}", output.stdout(), output.stderr());
        ensure!(!self.interrupted.load(Ordering::SeqCst), "interrupted");
        match output.code() {
            Some(0) if success => {}
            Some(code @ 1..) if !success => println!("(exit status {code}, as expected)"),
            Some(code) => bail!("this step ended with exit status {code}"),
            None => bail!("this step was ended by a signal"),
        }
        Ok(output)
    }

    /// Expects `text` in a file that a command wrote.
    fn file_has(&self, file: &str, text: &str) -> Result<()> {
        let content = self.home.read(self.home.work().join(file));
        ensure!(content.contains(text), "no `{text}` in `{file}`");
        Ok(())
    }

    /// Starts the server with a configuration that a command wrote, on a free loopback port.
    fn start(&self, binary: &Path, config: &str) -> Result<NatsServer> {
        let text = self.home.read(self.home.work().join(config));
        let folder = self.home.path().join("server");
        let server = NatsServer::start_binary(binary, folder, &text, None);
        println!(
            "\n$ nats-server --config {config} --addr 127.0.0.1 --port {} &",
            server.port()
        );
        let log = server.log();
        println!(
            "{}",
            log.lines().last().context("the server logs its start")?
        );
        Ok(server)
    }
}

/// Builds the binaries and returns the path of `nsc`.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    println!("$ cargo build --locked --package nsc --package nk");
    let mut command = step::cargo();
    command
        .current_dir(&workspace.root)
        .args(["build", "--locked", "--package", "nsc"]);
    command.args([
        "--package",
        "nk",
        "--message-format",
        "json-render-diagnostics",
    ]);
    let messages = String::from_utf8(step::output(&mut command)?)?;
    let built = |line: &str| -> Option<PathBuf> {
        let message: Value = serde_json::from_str(line).ok()?;
        let path = (message["target"]["name"] == "nsc").then(|| message["executable"].as_str());
        path.flatten().map(PathBuf::from)
    };
    messages
        .lines()
        .find_map(built)
        .context("cargo built no nsc")
}

/// A flag that Ctrl-C and a request to end set, so that the demo cleans up instead of just dying.
fn interrupted_by_signals() -> Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&flag))?;
    }
    Ok(flag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn steps_must_end_as_expected_and_stop_when_interrupted() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/bin/sh", dir.path().join("nsc")).unwrap();
        let demo = Demo {
            home: TestHome::new(dir.path().join("nsc")),
            interrupted: Arc::default(),
        };
        assert_eq!(demo.nsc("-c true").unwrap().code(), Some(0));
        assert_eq!(demo.nsc_refused("-c false").unwrap().code(), Some(1));
        let error = demo.nsc("-c false").unwrap_err().to_string();
        assert!(error.contains("exit status 1"), "{error}");
        assert!(demo.nsc_refused("-c true").is_err());
        demo.interrupted.store(true, Ordering::SeqCst);
        assert_eq!(demo.nsc("-c true").unwrap_err().to_string(), "interrupted");
    }
}
