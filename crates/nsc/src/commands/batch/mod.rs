//! `nsc batch`.

mod allowed;
mod done;
mod lines;

use std::num::NonZeroU32;

use nsc_store::Batch as Staged;
use nsc_store::secrets::mask;

use crate::app::App;
use crate::argv;
use crate::cli::{LineParser, Parsed};
use crate::commands;
use crate::error::{CliError, Kind};
use crate::source;
use crate::strict;
use crate::suggest;
use crate::ui::progress::Bar;
use crate::ui::report::warning_text;
use crate::ui::{Report, Step};
use done::Done;
pub(super) use done::Lines;
use lines::Line;

/// What the help says below the flags.
const ABOUT_LINES: &str = "\
A line is a command as in a shell, with or without `nsc`, quoted as there; or JSON: the words in a list, or \
{\"args\": [...]}. Empty lines and what follows a # count for nothing.

Each line sees what those before it did. Nothing is written before the last one went well; then all of it is, \
as one commit, which `nsc undo` takes back as one. If a line fails nothing is written, nor the files that flags \
name (-o FILE).

A batch changes one operator, which it may make. Commands that talk to servers, and those that are a commit of \
their own (undo, fix, ...), have no place in it. Global flags are given to the batch, -K and --strict also to \
single lines.";

/// Flags of the command.
#[derive(Debug, clap::Args)]
#[command(after_help = ABOUT_LINES)]
pub struct Batch {
    /// File with a command on each line; `-` is standard input
    #[arg(value_name = "FILE")]
    file: String,
}

/// A line that makes sense.
struct Job {
    number: usize,
    shown: String,
    parsed: Parsed,
}

impl Batch {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        if app.is_interactive() {
            return Err(CliError::usage(
                "a batch asks no questions: `-i` is for single commands",
            ));
        }
        let text = source::read_input(app, &self.file)?;
        let jobs = jobs(&lines::read(&text))?;
        let home = nsc_store::Home::resolve(&app.env, &app.globals.directories());
        let batch = Staged::new(home.config_dir);
        let done = run_all(app, &batch, jobs)?;
        let count = done.len();
        let told = batch.warnings();
        let told: Vec<Step> = told
            .iter()
            .map(|told| Step::warning(warning_text(told)))
            .collect();
        strict::check(app, &told)?;
        let committed = batch.commit(&app.begin_options("batch"))?;
        let step = Step::ok(summary(count, committed.changes.len(), committed.dry_run));
        let report = Report::long(Lines::new(done)).with_commit(&committed);
        Ok(report.with_steps([step]))
    }
}

fn summary(lines: usize, files: usize, dry_run: bool) -> String {
    let plural = |number: usize, what: &str| {
        let s = if number == 1 { "" } else { "s" };
        format!("{number} {what}{s}")
    };
    let files = match files {
        0 => "nothing changed".to_owned(),
        _ if dry_run => format!("{} would change", plural(files, "file")),
        _ => format!("{} changed in one commit", plural(files, "file")),
    };
    format!("{}: {files}", plural(lines, "line"))
}

/// Takes all lines apart before the first one runs.
fn jobs(lines: &[Result<Line, lines::Unreadable>]) -> Result<Vec<Job>, CliError> {
    let mut parser = LineParser::new();
    let mut jobs = Vec::with_capacity(lines.len());
    let mut refused = Vec::new();
    for line in lines {
        match line {
            Ok(line) => match job(&mut parser, line) {
                Ok(job) => jobs.push(job),
                Err(error) => refused.push((line.number, error)),
            },
            Err(line) => refused.push((line.number, CliError::usage(&line.reason))),
        }
    }
    match refused.len() {
        0 => Ok(jobs),
        1 => {
            let (number, error) = refused.remove(0);
            Err(at_line(number, error))
        }
        several => {
            let mut error = CliError::usage(format!(
                "{several} lines cannot be run; nothing was written"
            ));
            error.line = line_number(refused[0].0);
            for (number, refusal) in refused {
                let line = |text: &str| format!("line {number}: {text}");
                error.causes.push(line(&mask(&refusal.on_one_line())));
                error
                    .hints
                    .extend(refusal.hints.iter().map(|hint| line(hint)));
            }
            Err(error)
        }
    }
}

fn job(parser: &mut LineParser, line: &Line) -> Result<Job, CliError> {
    let parsed = parser
        .parse(&line.args)
        .map_err(|error| allowed::misunderstood(&line.args, &error))?;
    allowed::check(&parsed)?;
    Ok(Job {
        number: line.number,
        shown: argv::shown(&line.args),
        parsed,
    })
}

/// Runs one line after the other; the first that fails ends it.
fn run_all(app: &App, batch: &Staged, jobs: Vec<Job>) -> Result<Vec<Done>, CliError> {
    let bar = Bar::on_terminal();
    let all = jobs.len();
    let mut done = Vec::with_capacity(all);
    for (n, job) in jobs.into_iter().enumerate() {
        if let Some(bar) = &bar {
            bar.show("lines", n, Some(all));
        }
        let number = job.number;
        let shown = job.shown.clone();
        let ended = run(app, batch, job).map_err(|mut error| {
            error.causes.insert(0, format!("the line is `{shown}`"));
            at_line(number, error)
        });
        if let Some(bar) = bar.as_ref().filter(|_| ended.is_err()) {
            bar.clear();
        }
        done.push(ended?);
    }
    if let Some(bar) = bar {
        bar.clear();
    }
    Ok(done)
}

fn run(app: &App, batch: &Staged, job: Job) -> Result<Done, CliError> {
    let Job {
        number,
        shown,
        parsed,
    } = job;
    let of_line = app.of_line(batch, parsed.globals, &shown);
    // What may have been meant is told of what the lines before have made, too.
    let report = commands::run(&of_line, parsed.command)
        .map_err(|error| suggest::complete(&of_line, &parsed.path, error))?;
    strict::refuse_warnings(&of_line, &report)?;
    match report.failure() {
        None => Ok(Done::new(app, number, shown, &report)),
        Some(kind) => Err(failed(kind, &report)),
    }
}

/// A line that has a result, but did not do all that it was asked.
fn failed(kind: Kind, report: &Report) -> CliError {
    // Of what was done nothing is written.
    let kind = if kind == Kind::Partial {
        Kind::Failed
    } else {
        kind
    };
    let mut error = CliError::new(kind, "the command did not succeed");
    error.causes = report.errors();
    if error.causes.is_empty() {
        let text = report.part_text();
        let text = anstream::adapter::strip_str(&text).to_string();
        error.causes = text.lines().map(str::to_owned).collect();
    }
    error
}

/// Says which line it was, and that nothing came of the others.
fn at_line(number: usize, mut error: CliError) -> CliError {
    const NOTHING: &str = "nothing was written";
    error.message = format!("line {number}: {}", mask(&error.message));
    if !error.message.contains(NOTHING) {
        error.message.push_str("; ");
        error.message.push_str(NOTHING);
    }
    error.line = line_number(number);
    error
}

/// The line's number as errors have it; one beyond 4 billion has none.
fn line_number(number: usize) -> Option<NonZeroU32> {
    u32::try_from(number).ok().and_then(NonZeroU32::new)
}
