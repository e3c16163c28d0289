//! `--strict`: warnings refuse.
//!
//! One rule: what would be written with a warning is not written. It is asked where there is no way back, which is
//! before an account goes to an account server ([`crate::managed::exchange`]) and before a commit ([`commit`]). A
//! warning that comes later, such as the answer of a server, makes the command fail all the same ([`settle`]).

use nsc_store::Transaction;

use crate::app::App;
use crate::error::{CliError, Kind};
use crate::ui::progress::Work;
use crate::ui::report::warning_text;
use crate::ui::{Report, Step};

/// Commits what is staged, and adds to the report what was written.
///
/// # Errors
/// What the store refuses; with `--strict`, the warnings that are in the report.
pub fn commit(app: &App, tx: Transaction<'_>, report: Report) -> Result<Report, CliError> {
    if !report.is_beyond_refusal() {
        let mut texts = report.warnings();
        texts.extend(tx.warnings().iter().map(warning_text));
        refuse(app, texts)?;
    }
    let _writing = Work::begin("writing");
    Ok(report.with_commit(&tx.commit()?))
}

/// Refuses the warnings among the steps, if `--strict` was given.
///
/// # Errors
/// With `--strict` and a warning.
pub fn check<'a>(app: &App, steps: impl IntoIterator<Item = &'a Step>) -> Result<(), CliError> {
    refuse(app, steps.into_iter().flat_map(Step::warnings).collect())
}

/// Refuses the warnings of a report that has written nothing yet, if `--strict` was given.
///
/// # Errors
/// With `--strict` and a warning.
pub fn refuse_warnings(app: &App, report: &Report) -> Result<(), CliError> {
    refuse(app, report.warnings())
}

fn refuse(app: &App, warnings: Vec<String>) -> Result<(), CliError> {
    if warnings.is_empty() || !app.is_strict() {
        return Ok(());
    }
    let count = match warnings.len() {
        1 => "a warning refuses".to_owned(),
        several => format!("{several} warnings refuse"),
    };
    let mut error = CliError::failed(format!("{count} with --strict; nothing was written"));
    error.causes = warnings;
    Err(error.hint("mend what is warned of, or allow it with `--strict=false`"))
}

/// Makes a failure of a report that still has warnings: something was read, or it was too late to refuse.
#[must_use]
pub fn settle(strict: bool, report: Report) -> Report {
    if !strict || report.failure().is_some() || report.warnings().is_empty() {
        return report;
    }
    let kind = if report.has_written() {
        Kind::Partial
    } else {
        Kind::Failed
    };
    let step = Step::error("there are warnings, which count as failures with --strict");
    report.with_steps([step]).with_failure(kind)
}
