//! What the lines of a batch told.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::app::App;
use crate::schema::described_as;
use crate::ui::json::{Long, Shape};
use crate::ui::page::Page;
use crate::ui::report::Change;
use crate::ui::{Report, Show, Step};

/// A line that went well. Its result is kept as it is going to be printed: later lines change what it was read from.
pub(in crate::commands) struct Done {
    number: usize,
    shown: String,
    told: Told,
}

enum Told {
    Json(Value),
    Text(String),
}

impl Done {
    pub(super) fn new(app: &App, number: usize, shown: String, report: &Report) -> Self {
        let told = if app.is_for_machines() {
            Told::Json(nsc_core::json::sorted(&Entry {
                changed: report.changed(),
                changes: report.changes(),
                command: &shown,
                line: number,
                result: nsc_core::json::sorted(&report.shape()),
                steps: report.all_steps(),
                warnings: report.warnings(),
            }))
        } else {
            Told::Text(report.part_text())
        };
        Self {
            number,
            shown,
            told,
        }
    }
}

/// What each line told, in their order.
pub(in crate::commands) struct Lines(Vec<Done>);

impl Lines {
    pub(super) fn new(done: Vec<Done>) -> Self {
        Self(done)
    }
}

/// A line of a batch that was run.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "BatchLine")]
struct Entry<'a> {
    // In alphabetical order, as all of a document.
    /// Whether the line made something different; only of commands that write.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
    /// The files that the line changed, compared with how the lines before it left them.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    changes: &'a [Change],
    /// The command line, secrets masked.
    command: &'a str,
    /// The number of the line in the input, from 1.
    line: usize,
    /// What the command tells, as on its own: the `result` in its schema.
    result: Value,
    /// What a person reads: what was done, and how it went.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    steps: &'a [Step],
    /// The warnings among the steps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

described_as!(Lines, Vec<Entry<'_>>);

impl Long for Lines {
    fn shape(&self) -> Shape<'_> {
        Shape::list(self.0.iter().filter_map(|done| match &done.told {
            Told::Json(entry) => Some(entry),
            Told::Text(_) => None,
        }))
    }
}

impl Show for Lines {
    fn show(&self, page: &mut Page) {
        for Done {
            number,
            shown,
            told,
        } in &self.0
        {
            page.line(&format!("line {number}: {shown}"));
            if let Told::Text(text) = told {
                page.raw(text);
            }
        }
    }
}
