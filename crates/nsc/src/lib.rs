//! `nsc`: operators, accounts and users of NATS as signed JWTs in a store, their seeds in a
//! keystore, and the creds files, server configurations and pushes made from them.
//!
//! A command parses its flags, asks core, store and resolver, and returns one typed result; it
//! knows no key formats, no rules about claims and no protocol subjects, and it prints nothing.
//!
//! | module | what |
//! |---|---|
//! | [`cli`] | root parser and global flags; [`pflag`]: the flag syntax of the original |
//! | [`lazy`] | command trees of what a command line can mean |
//! | [`help`] | help: tasks, examples, and what the words of a command line lead to |
//! | [`groups`] | the answer to unknown words below a group of commands |
//! | [`argv`] | the command line as the history keeps it |
//! | [`args`] | flag groups that commands share |
//! | [`app`] | what a command is given: environment, clock, randomness, prompts |
//! | [`account_edit`] | the way of commands that change one account |
//! | [`commands`] | one file a command |
//! | [`complete`] | what a shell may offer behind the words of a command line |
//! | [`entity`] | what an error is about |
//! | [`presence`] | commands that may be given again |
//! | [`strict`] | warnings that refuse |
//! | [`outfile`] | results written into a file that a flag names |
//! | [`judge`] | claims are judged before they are written |
//! | [`managed`] | accounts of imported operators: the exchange with the account server |
//! | [`server`] | what push, pull and the tools share |
//! | [`release`] | names of the files of a release |
//! | [`rewrite`] | changed accounts and users are signed and staged |
//! | [`schema`] | JSON Schemas of all results |
//! | [`similar`] | names that are near to what was typed; [`suggest`]: those of a store; [`usage`]: mistyped command lines |
//! | [`source`] | files and URLs that a flag names |
//! | [`ui`] | the only place that prints: text for people, JSON for machines |
//! | [`error`] | kinds of failure, exit statuses, hints |
//! | [`variables`] | `NSC_*` variables of the global flags |
#![warn(missing_docs)]

pub mod account_edit;
pub mod app;
pub mod args;
pub mod argv;
pub mod cli;
pub mod commands;
pub mod complete;
pub mod entity;
pub mod error;
pub mod groups;
pub mod help;
pub mod judge;
mod keys;
pub mod lazy;
pub mod managed;
pub mod outfile;
pub mod pflag;
pub mod presence;
pub mod release;
pub mod rewrite;
pub mod schema;
pub mod server;
pub mod similar;
pub mod source;
pub mod strict;
pub mod suggest;
pub mod ui;
pub mod usage;
pub mod variables;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::app::App;
use crate::cli::Parsed;
use crate::ui::Ui;

/// Runs the tool with the given command line, the program's name first.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    start_log();
    let args: Vec<OsString> = args.into_iter().collect();
    if let Some(answer) = complete::answer(&args) {
        return ui::show_candidates(&answer);
    }
    let line = match variables::applied(&args, |name| std::env::var_os(name)) {
        Ok(line) => line,
        Err(error) => return Ui::for_parse_errors(&args).show(Err(error)),
    };
    let parsed = match cli::parse(&line) {
        Ok(parsed) => parsed,
        Err(error) => {
            let ui = Ui::for_parse_errors(&args);
            let help = groups::help(&args, &error).filter(|_| !ui.is_for_machines());
            return match help {
                Some(answer) => ui.show_group_help(&answer),
                None => ui.show_parse_error(&args, &error),
            };
        }
    };
    let Parsed {
        globals,
        command,
        path,
        json,
        ..
    } = parsed;
    let ui = Ui::new(globals.output, path.clone()).with_json_errors(json);
    let outcome = App::from_process(globals, &args).and_then(|app| {
        let report =
            commands::run(&app, command).map_err(|error| suggest::complete(&app, &path, error))?;
        Ok(strict::settle(app.is_strict(), report))
    });
    ui.show(outcome)
}

/// A debug log on standard error, off unless `NSC_LOG` asks for it (`NSC_LOG=debug`).
fn start_log() {
    let Ok(filter) = tracing_subscriber::EnvFilter::try_from_env("NSC_LOG") else {
        return;
    };
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
