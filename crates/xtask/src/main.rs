//! The workspace's own tooling: `cargo xtask bench`, `book`, `demo`, `schemas`, `test`, `tools`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool for people: printing is what it does"
)]

mod bench;
mod book;
mod demo;
mod schemas;
mod step;
mod suite;
mod tools;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use step::Workspace;

const USAGE: &str = "\
cargo xtask COMMAND

  bench [TEXT]    make stores of up to 100,000 users, time nsc on them, and write docs/performance.md; with TEXT
                  only what has it in its title, such as `Pushing`, and nothing is written
  book            build the pages of docs into target/book, and check that every link leads somewhere
  demo            show the tools at work, from an operator to a message across accounts
  schemas         write the JSON Schemas of all results into docs/schemas
  test [ARG...]   install what the tests need, then run all of them; ARGs go to `cargo test`
  tools           install the pinned nats-server, unless there is one already
";

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut args: Vec<String>) -> Result<()> {
    if args.is_empty() {
        bail!("which command?\n\n{USAGE}");
    }
    let command = args.remove(0);
    if matches!(command.as_str(), "-h" | "--help" | "help") {
        print!("{USAGE}");
        return Ok(());
    }
    let workspace = Workspace::find().context("cannot tell where the workspace is")?;
    match (command.as_str(), args.as_slice()) {
        ("bench", [] | [_]) => bench::run(&workspace, args.first()),
        ("book", []) => book::run(&workspace),
        ("demo", []) => demo::run(&workspace),
        ("schemas", []) => schemas::run(&workspace),
        ("test", args) => suite::run(&workspace, args),
        ("tools", []) => tools::nats_server(&workspace).map(|_| ()),
        ("bench", _) => bail!("`bench` takes one text at most"),
        ("book" | "demo" | "schemas" | "tools", _) => bail!("`{command}` takes no arguments"),
        _ => bail!("no command `{command}`\n\n{USAGE}"),
    }
}
