//! What a command returns: a typed result, the steps that were taken, the files that changed.

use nsc_store::{ChangeKind, ChangeSummary, Committed};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::error::{CliError, Kind};
use crate::outfile::Written;
use crate::schema::foreign;
use crate::ui::json::{Document, Failure, Long, Shape};
use crate::ui::page::Page;
use crate::ui::step::{Level, Step};

/// How a result is shown to people.
pub trait Show {
    /// Puts it on the page.
    fn show(&self, page: &mut Page);
}

/// A result whose steps say it all.
impl Show for () {
    fn show(&self, _page: &mut Page) {}
}

/// A result of any type.
trait AnyResult {
    fn shape(&self) -> Shape<'_>;
    fn show(&self, page: &mut Page);
}

impl<T: Serialize + Show> AnyResult for T {
    fn shape(&self) -> Shape<'_> {
        Shape::Whole(nsc_core::json::sorted(self))
    }

    fn show(&self, page: &mut Page) {
        Show::show(self, page);
    }
}

/// A result that is written piece by piece, since it is as long as a store is large.
struct LongResult<T>(T);

impl<T: Long> AnyResult for LongResult<T> {
    fn shape(&self) -> Shape<'_> {
        self.0.shape()
    }

    fn show(&self, page: &mut Page) {
        self.0.show(page);
    }
}

/// How a command went as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// All of it was done.
    Done,
    /// Some of it was done, some failed.
    Partial,
    /// It failed.
    Failed,
}

/// A file that the command wrote, or would write.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[schemars(rename = "ChangedFile")]
pub struct Change {
    // In alphabetical order, as all of a document.
    /// What happened to it.
    #[schemars(with = "foreign::FileChange")]
    change: &'static str,
    /// Its path, absolute.
    path: String,
}

impl From<&ChangeSummary> for Change {
    fn from(summary: &ChangeSummary) -> Self {
        let change = match summary.change {
            ChangeKind::Create => "create",
            ChangeKind::Replace => "replace",
            ChangeKind::Remove => "remove",
        };
        Self {
            change,
            path: summary.path.display().to_string(),
        }
    }
}

impl From<&Written> for Change {
    fn from(written: &Written) -> Self {
        Self {
            change: if written.replaced {
                "replace"
            } else {
                "create"
            },
            path: written.path.display().to_string(),
        }
    }
}

/// A warning of the store, in words.
pub fn warning_text(warning: &nsc_store::Warning) -> String {
    match warning {
        nsc_store::Warning::NoLocks { path } => format!(
            "the file system of `{}` has no locks: run one nsc at a time",
            path.display()
        ),
        other => format!("{other:?}"),
    }
}

/// The outcome of a command that ran.
pub struct Report {
    result: Box<dyn AnyResult>,
    steps: Vec<Step>,
    changes: Vec<Change>,
    dry_run: bool,
    failure: Option<Kind>,
    changed: Option<bool>,
    beyond_refusal: bool,
    aside: bool,
    jobs: bool,
    compares: bool,
}

impl Report {
    /// A result.
    pub fn new(result: impl Serialize + JsonSchema + Show + 'static) -> Self {
        Self {
            result: Box::new(result),
            steps: Vec::new(),
            changes: Vec::new(),
            dry_run: false,
            failure: None,
            changed: None,
            beyond_refusal: false,
            aside: false,
            jobs: false,
            compares: false,
        }
    }

    /// A result that is as long as a store is large.
    pub fn long(result: impl Long + JsonSchema + 'static) -> Self {
        Self {
            result: Box::new(LongResult(result)),
            ..Self::new(())
        }
    }

    /// Steps that are all there is to say.
    pub fn steps(steps: Vec<Step>) -> Self {
        Self::new(()).with_steps(steps)
    }

    /// Adds steps. One that is an error makes the whole a failure.
    #[must_use]
    pub fn with_steps(mut self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.steps.extend(steps);
        self
    }

    /// Adds what a commit wrote, or would have written, and its warnings.
    #[must_use]
    pub fn with_commit(mut self, committed: &Committed) -> Self {
        self.changes
            .extend(committed.changes.iter().map(Change::from));
        self.dry_run |= committed.dry_run;
        self.changed = Some(self.changed == Some(true) || !committed.changes.is_empty());
        self.with_steps(
            committed
                .warnings
                .iter()
                .map(|warning| Step::warning(warning_text(warning))),
        )
    }

    /// Adds a file that was written because a flag named it, or would have been.
    #[must_use]
    pub fn with_written(mut self, written: &Written) -> Self {
        self.changes.push(Change::from(written));
        self.changed = self.changed.map(|_| true);
        self.dry_run |= written.dry_run;
        self
    }

    /// Says that everything was as it was asked to be.
    #[must_use]
    pub fn unchanged(mut self) -> Self {
        self.changed = Some(false);
        self
    }

    /// Says that something has left this machine, so that a refusal would come too late.
    #[must_use]
    pub fn beyond_refusal(mut self) -> Self {
        self.beyond_refusal = true;
        self
    }

    /// Whether something has left this machine.
    pub fn is_beyond_refusal(&self) -> bool {
        self.beyond_refusal
    }

    /// Whether a commit wrote something, or a file that a flag named was written.
    pub fn has_written(&self) -> bool {
        !self.dry_run && !self.changes.is_empty()
    }

    /// All warnings.
    pub fn warnings(&self) -> Vec<String> {
        self.steps.iter().flat_map(Step::warnings).collect()
    }

    /// All errors among the steps.
    pub fn errors(&self) -> Vec<String> {
        self.steps.iter().flat_map(Step::errors).collect()
    }

    /// Whether something is different now, or would be; only of commands that write.
    pub fn changed(&self) -> Option<bool> {
        self.changed
    }

    /// The files that were written, or would be.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The steps.
    pub fn all_steps(&self) -> &[Step] {
        &self.steps
    }

    /// The JSON of the result; can be serialised once.
    pub fn shape(&self) -> Shape<'_> {
        self.result.shape()
    }

    /// The text for people as a part of another report, which tells what was written.
    pub fn part_text(&self) -> String {
        let mut page = Page::held();
        self.result.show(&mut page);
        for line in self.step_lines() {
            page.out.push_str(&line);
            page.out.push('\n');
        }
        page.err + &page.out
    }

    /// Says that the command failed in part or whole although there is a result.
    #[must_use]
    pub fn with_failure(mut self, kind: Kind) -> Self {
        self.failure = Some(kind);
        self
    }

    /// Puts the steps on standard error, since the result is meant to be redirected as it is.
    #[must_use]
    pub fn aside(mut self) -> Self {
        self.aside = true;
        self
    }

    /// Leaves the steps on standard output although the status tells of differences: they are what was
    /// asked for.
    #[must_use]
    pub fn compares(mut self) -> Self {
        self.compares = true;
        self
    }

    /// Takes each step for a job of its own: a last line tells how the jobs went.
    #[must_use]
    pub fn of_jobs(mut self) -> Self {
        self.jobs = true;
        self
    }

    /// How the jobs went; a single one that was done speaks for itself.
    fn summary(&self) -> Option<String> {
        let count = |level| self.steps.iter().filter(|step| step.level == level).count();
        let (all, failed, warned) = (self.steps.len(), count(Level::Error), count(Level::Warning));
        let jobs = |number: usize| format!("{number} job{}", if number == 1 { "" } else { "s" });
        match (failed, warned) {
            _ if !self.jobs || self.dry_run => None,
            (0, _) if self.failure.is_some() => None,
            (0, _) if all < 2 => None,
            (0, 0) => Some("all jobs succeeded".to_owned()),
            (0, _) => Some(format!(
                "{} succeeded, {warned} had warnings",
                jobs(all - warned)
            )),
            _ if failed == all => Some("Error: all jobs failed".to_owned()),
            _ => Some(format!(
                "Error: {} failed, {} succeeded, {warned} had warnings",
                jobs(failed),
                all - failed - warned
            )),
        }
    }

    /// The kind of failure, if it is one.
    pub fn failure(&self) -> Option<Kind> {
        let worst = self.steps.iter().map(|step| step.level).max();
        self.failure
            .or_else(|| (worst == Some(Level::Error)).then_some(Kind::Failed))
    }

    fn status(&self) -> Status {
        match self.failure() {
            None => Status::Done,
            Some(Kind::Partial) => Status::Partial,
            Some(_) => Status::Failed,
        }
    }

    /// The failure in part or whole as an error, for machines: the first step that failed, and the others.
    pub(super) fn error(&self) -> Option<CliError> {
        let kind = self.failure()?;
        let failed = self.steps.iter().filter(|step| step.level == Level::Error);
        let mut texts = failed.map(|step| step.text.clone());
        let message = texts.next();
        let mut error = CliError::new(kind, message.unwrap_or_else(|| kind.told().to_owned()));
        error.causes = texts.collect();
        Some(error)
    }

    /// The one JSON document. `error` is what [`error`](Self::error) gives.
    pub(super) fn document<'a>(
        &'a self,
        command: &'a str,
        error: Option<&'a CliError>,
    ) -> Document<'a> {
        Document {
            changed: self.changed,
            changes: &self.changes,
            command,
            dry_run: self.dry_run,
            error: error.map(Failure::of),
            result: self.result.shape(),
            status: self.status(),
            steps: &self.steps,
        }
    }

    /// JSON lines: the items of a result that is a list, or the document. The steps, which items have no place
    /// for, go to standard error.
    pub(super) fn lines(&self, command: &str, page: &mut Page) {
        match self.result.shape() {
            Shape::Whole(Value::Array(items)) => items.iter().for_each(|item| page.json_line(item)),
            Shape::List(items) => items.into_items().for_each(|item| page.json_line(&item)),
            _ => {
                let error = self.error();
                let document = self.document(command, error.as_ref());
                return page.json_line(&nsc_core::json::sorted(&document));
            }
        }
        for line in self.step_lines() {
            page.err.push_str(&line);
            page.err.push('\n');
        }
    }

    fn step_lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for step in &self.steps {
            step.lines(0, &mut lines);
        }
        lines
    }

    /// The text for people. With an error among the steps all of them go to standard error.
    pub(super) fn show(&self, page: &mut Page) {
        self.result.show(page);
        let mut lines = self.step_lines();
        if self.dry_run {
            for change in &self.changes {
                lines.push(format!(
                    "would {} {}",
                    change.change,
                    super::text::escape(&change.path)
                ));
            }
            lines.push("nothing was written (--dry-run)".to_owned());
        }
        lines.extend(self.summary());
        let target = if (self.failure().is_some() && !self.compares) || self.aside {
            &mut page.err
        } else {
            &mut page.out
        };
        for line in lines {
            target.push_str(&line);
            target.push('\n');
        }
    }
}
