//! The workspace's own tooling: `cargo xtask api`, `bench`, `book`, `demo`, `dist`, `reference`, `schemas`, `test`,
//! `tools`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool for people: printing is what it does"
)]

mod api;
mod bench;
mod book;
mod demo;
mod dist;
mod reference;
mod schemas;
mod step;
mod suite;
mod tools;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use step::Workspace;

const USAGE: &str = "\
cargo xtask COMMAND

  api [--check]   write the public API of nsc-core into docs/api, or tell whether it is as it stands there
  bench [TEXT]    make stores of up to 100,000 users, time nsc on them, and write docs/performance.md; with TEXT
                  only what has it in its title, such as `Pushing`, and nothing is written
  book            build the pages of docs into target/book, and check that every link leads somewhere
  demo            show the tools at work, from an operator to a message across accounts
  dist [--target TRIPLE] [--static] [--out DIR] [--releases URL]
                  make the files of a release in target/dist or DIR: program, archive, .deb, SBOM, installer, SHA256SUMS
  reference       write man pages, the reference of all commands and the completion of nk into docs
  schemas         write the JSON Schemas of all results into docs/schemas
  test [ARG...]   install what the tests need, then run all of them; ARGs go to `cargo test`
  tools           install the pinned nats-server, unless there is one already
";

fn main() -> ExitCode {
    if let Some(rustdoc) = std::env::var_os(api::RUSTDOC) {
        return api::as_rustdoc(&rustdoc);
    }
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
    let is_help = |word: &str| matches!(word, "-h" | "--help");
    // What follows `test` is for cargo.
    let below = command != "test" && args.iter().any(|arg| is_help(arg));
    if below || is_help(&command) || command == "help" {
        print!("{USAGE}");
        return Ok(());
    }
    let workspace = Workspace::find().context("cannot tell where the workspace is")?;
    match (command.as_str(), args.as_slice()) {
        ("bench", [] | [_]) => bench::run(&workspace, args.first()),
        ("book", []) => book::run(&workspace),
        ("api", []) => api::write(&workspace),
        ("api", [check]) if check == "--check" => api::check(&workspace),
        ("demo", []) => demo::run(&workspace),
        ("dist", args) => dist::run(&workspace, args),
        ("reference", []) => reference::run(&workspace),
        ("schemas", []) => schemas::run(&workspace),
        ("test", args) => suite::run(&workspace, args),
        ("tools", []) => tools::nats_server(&workspace).map(|_| ()),
        ("api", _) => bail!("`api` takes `--check` at most"),
        ("bench", _) => bail!("`bench` takes one text at most"),
        ("book" | "demo" | "reference" | "schemas" | "tools", _) => {
            bail!("`{command}` takes no arguments")
        }
        _ => bail!("no command `{command}`\n\n{USAGE}"),
    }
}
