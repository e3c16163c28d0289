//! The only place that prints: results as text for people or as JSON for machines.

pub mod age;
pub mod json;
pub mod page;
pub mod progress;
pub mod prompt;
pub mod report;
pub mod step;
pub mod style;
pub mod table;
pub mod text;

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::error::ErrorKind as ParseKind;
use serde_json::Value;

use crate::error::{CliError, Kind};
use crate::groups::GroupHelp;
use crate::help;
use crate::similar;
use crate::ui::json::ErrorDocument;
use crate::ui::page::Page;
pub use crate::ui::report::{Report, Show};
pub use crate::ui::step::{Level, Step};
use crate::ui::style::{BAD, DIM, EMPHASIS, WARN, styled};
use crate::usage;

/// How results are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Output {
    /// Tables and sentences.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// JSON lines: one a list item, or one for the whole result.
    Jsonl,
}

/// Prints the outcome of one command.
pub struct Ui {
    output: Output,
    command: String,
    json_errors: bool,
}

impl Ui {
    /// For a command, named by its words.
    pub fn new(output: Output, command: String) -> Self {
        Self {
            output,
            command,
            json_errors: false,
        }
    }

    /// Prints errors as JSON beside their text: somebody reads standard output as JSON although it is not asked for
    /// with `--output`.
    #[must_use]
    pub fn with_json_errors(self, json_errors: bool) -> Self {
        Self {
            json_errors,
            ..self
        }
    }

    /// For a command line that could not be parsed: looks for the output format in it, and in `NSC_OUTPUT`.
    pub fn for_parse_errors(args: &[OsString]) -> Self {
        let before_dashes = args.iter().take_while(|arg| *arg != "--");
        let words: Vec<&str> = before_dashes.filter_map(|arg| arg.to_str()).collect();
        let format = |text: &str| <Output as clap::ValueEnum>::from_str(text, false).ok();
        let typed = words.iter().enumerate().rev().find_map(|(n, word)| {
            if let Some(value) = word.strip_prefix("--output=") {
                return format(value);
            }
            (*word == "--output").then(|| words.get(n + 1).copied().and_then(format))?
        });
        let set = || format(&std::env::var("NSC_OUTPUT").ok()?);
        let output = typed.or_else(set).unwrap_or_default();
        Self::new(output, String::new())
    }

    /// Whether results are printed as JSON.
    pub fn is_for_machines(&self) -> bool {
        self.output != Output::Text
    }

    /// Prints what the parser has to say: help and version are results, the rest is a usage error.
    pub fn show_parse_error(&self, args: &[OsString], error: &clap::Error) -> ExitCode {
        let asked_for = match error.kind() {
            ParseKind::DisplayHelp => true,
            // A person is helped; a machine is told that something is missing.
            ParseKind::DisplayHelpOnMissingArgumentOrSubcommand => !self.is_for_machines(),
            ParseKind::DisplayVersion => {
                write_out(&error.render().to_string());
                return ExitCode::SUCCESS;
            }
            _ => false,
        };
        if asked_for {
            write_out(&with_line_end(help::answer(args).ansi().to_string()));
            return ExitCode::SUCCESS;
        }
        self.show_error(&usage::refusal(args, error));
        Kind::Usage.into()
    }

    /// Prints the help of a group below which a word is unknown.
    pub fn show_group_help(&self, answer: &GroupHelp) -> ExitCode {
        let word = text::escape(&answer.word);
        write_err(&format!(
            "{} unknown command `{word}`\n",
            styled(WARN, "warning:")
        ));
        if let Some(meant) = &answer.meant {
            write_err(&format!("  {}\n", styled(EMPHASIS, meant)));
        }
        write_out(&with_line_end(answer.help.ansi().to_string()));
        ExitCode::SUCCESS
    }

    /// Prints a result or an error, and tells the exit status.
    pub fn show(&self, outcome: Result<Report, CliError>) -> ExitCode {
        match outcome {
            Ok(report) => self.show_report(&report),
            Err(error) => {
                self.show_error(&error);
                error.kind.into()
            }
        }
    }

    fn show_report(&self, report: &Report) -> ExitCode {
        match self.output {
            Output::Text => {
                let mut page = Page::for_terminal();
                report.show(&mut page);
                write_out(&page.out);
                write_err(&page.err);
            }
            Output::Json => {
                let mut page = Page::for_terminal();
                let error = report.error();
                let document = report.document(&self.command, error.as_ref());
                page.json(&document, "  ", false);
                write_out(&page.out);
            }
            Output::Jsonl => {
                let mut page = Page::for_terminal();
                report.lines(&self.command, &mut page);
                write_out(&page.out);
                write_err(&page.err);
            }
        }
        report.failure().map_or(ExitCode::SUCCESS, ExitCode::from)
    }

    fn show_error(&self, error: &CliError) {
        let document = || nsc_core::json::sorted(&ErrorDocument::new(&self.command, error));
        match self.output {
            Output::Text => {
                write_err(&error_text(error));
                if self.json_errors {
                    write_out(&with_line_end(pretty(&document())));
                }
            }
            Output::Json => write_out(&with_line_end(pretty(&document()))),
            Output::Jsonl => write_out(&with_line_end(nsc_core::json::to_text(&document()))),
        }
    }
}

fn error_text(error: &CliError) -> String {
    let mut text = format!(
        "{} {}\n",
        styled(BAD, "Error:"),
        text::escape(&error.message)
    );
    for cause in &error.causes {
        text.push_str(&format!(
            "  {} {}\n",
            styled(DIM, "because:"),
            text::escape(cause)
        ));
    }
    for hint in &error.hints {
        let hint = text::escape(hint);
        // A question is none that is tried.
        if hint.starts_with(similar::BEGINNING) {
            text.push_str(&format!("  {}\n", styled(EMPHASIS, &hint)));
        } else {
            text.push_str(&format!("  {} {hint}\n", styled(DIM, "try:")));
        }
    }
    text
}

fn pretty(value: &Value) -> String {
    nsc_core::json::to_pretty_text(value, "  ", false)
}

fn with_line_end(mut text: String) -> String {
    text.push('\n');
    text
}

/// A word to a person while a command runs.
pub fn notice(message: &str) {
    write_err(&format!("{}\n", text::escape(message)));
}

/// A line of a result that comes piece by piece, such as a received message.
pub fn stream_line(line: &str) {
    write_out(&format!("{line}\n"));
}

/// The answer to a shell that asks for candidates.
pub(crate) fn show_candidates(answer: &str) -> ExitCode {
    write_out(answer);
    ExitCode::SUCCESS
}

/// Whether a person is looking at standard output.
pub fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

fn write_out(text: &str) {
    let mut stream = anstream::stdout();
    let text = if stream.current_choice() == anstream::ColorChoice::Never {
        // The stream would write what stands between any two styles by itself.
        Cow::Owned(anstream::adapter::strip_str(text).to_string())
    } else {
        Cow::Borrowed(text)
    };
    give_up_on_broken_pipe(
        stream
            .write_all(text.as_bytes())
            .and_then(|()| stream.flush()),
    );
}

fn write_err(text: &str) {
    // Where standard error is gone there is nobody left to tell.
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// A reader that has gone away (`| head`) is no failure.
#[expect(clippy::exit, reason = "nobody reads what else would be printed")]
fn give_up_on_broken_pipe(written: io::Result<()>) {
    match written {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => {
            write_err(&format!(
                "Error: cannot write to standard output: {error}\n"
            ));
            std::process::exit(1);
        }
    }
}
