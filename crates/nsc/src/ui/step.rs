//! The lines of a report: what was done, and how it went.

use schemars::JsonSchema;
use serde::Serialize;

use crate::error::CliError;
use crate::ui::style::{BAD, GOOD, SERVER, WARN, styled};

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Done.
    Ok,
    /// Text that a server sent.
    Server,
    /// Done, but look at it.
    Warning,
    /// Not done.
    Error,
}

/// A line of the report, with details below it.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Step {
    // In alphabetical order, as all of a document.
    /// Details.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Self>,
    /// How it went; at least as bad as the details.
    pub level: Level,
    /// What was done, to what.
    pub text: String,
}

impl Step {
    fn new(level: Level, text: impl Into<String>) -> Self {
        Self {
            level,
            text: text.into(),
            details: Vec::new(),
        }
    }

    /// Something that was done.
    pub fn ok(text: impl Into<String>) -> Self {
        Self::new(Level::Ok, text)
    }

    /// What an edit changed, one step each.
    pub fn changes(changes: &[nsc_core::edit::Change]) -> Vec<Self> {
        let steps = changes.iter().map(|change| Self::ok(change.to_string()));
        steps.collect()
    }

    /// Something done that is worth a look.
    pub fn warning(text: impl Into<String>) -> Self {
        Self::new(Level::Warning, text)
    }

    /// Something that failed.
    pub fn error(text: impl Into<String>) -> Self {
        Self::new(Level::Error, text)
    }

    /// Something that failed while the rest went on.
    pub fn failed(error: impl Into<CliError>) -> Self {
        Self::error(error.into().on_one_line())
    }

    /// What a server said.
    pub fn server(text: impl Into<String>) -> Self {
        Self::new(Level::Server, text)
    }

    /// A step made of others: as bad as the worst.
    pub fn group(text: impl Into<String>, details: Vec<Self>) -> Self {
        let level = details
            .iter()
            .map(|step| step.level)
            .max()
            .unwrap_or(Level::Ok);
        let level = if level == Level::Server {
            Level::Ok
        } else {
            level
        };
        Self {
            level,
            text: text.into(),
            details,
        }
    }

    /// The warnings in it: its own, or those among its details.
    pub fn warnings(&self) -> Vec<String> {
        if self.details.is_empty() {
            let is_warning = self.level == Level::Warning;
            return is_warning.then(|| self.text.clone()).into_iter().collect();
        }
        self.details.iter().flat_map(Self::warnings).collect()
    }

    /// The errors in it: its own, or those among its details.
    pub fn errors(&self) -> Vec<String> {
        let below: Vec<String> = self.details.iter().flat_map(Self::errors).collect();
        if below.is_empty() && self.level == Level::Error {
            return vec![self.text.clone()];
        }
        below
    }

    /// The text for people, indented.
    pub(super) fn lines(&self, depth: usize, out: &mut Vec<String>) {
        let indent = " ".repeat(7 * depth);
        let colon = if self.details.is_empty() { "" } else { ":" };
        let text = super::text::escape(&self.text);
        out.push(match self.level {
            Level::Ok => format!("{indent}[{}] {text}{colon}", styled(GOOD, " OK ")),
            Level::Server => format!("{indent}{} {text}{colon}", styled(SERVER, ">")),
            Level::Warning => format!("{indent}[{}] {text}{colon}", styled(WARN, "WARN")),
            Level::Error => format!("{indent}[{}] {text}{colon}", styled(BAD, "ERR ")),
        });
        for detail in &self.details {
            detail.lines(depth + 1, out);
        }
    }
}
