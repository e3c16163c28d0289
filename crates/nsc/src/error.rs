//! Failures of commands: kinds with a stable exit status, causes, and what to do next.

mod from;

use std::error::Error;
use std::fmt;
use std::num::NonZeroU32;
use std::path::Path;
use std::process::ExitCode;

use nsc_core::edit::Difference;
use schemars::JsonSchema;
use serde::Serialize;

use crate::argv::quoted;
use crate::entity::{Entity, EntityKind};
use crate::suggest::Missing;

/// What sort of failure it is; decides the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// Refused, or failed for a reason that is none of the others.
    Failed,
    /// The command line makes no sense.
    Usage,
    /// Something that was named does not exist.
    NotFound,
    /// Something exists already, or was changed underneath.
    Conflict,
    /// No key that may sign is at hand.
    NoKey,
    /// A server, or the way to it.
    Server,
    /// Some of the work was done, some failed.
    Partial,
}

impl Kind {
    /// All of them, by exit status.
    pub const ALL: [Self; 7] = [
        Self::Failed,
        Self::Usage,
        Self::NotFound,
        Self::Conflict,
        Self::NoKey,
        Self::Server,
        Self::Partial,
    ];

    /// What it means, as one sentence.
    pub fn told(self) -> &'static str {
        match self {
            Self::Failed => "Refused, or failed for a reason that is none of the others.",
            Self::Usage => "The command line makes no sense.",
            Self::NotFound => "Something that was named does not exist.",
            Self::Conflict => "Something exists already, or was changed underneath.",
            Self::NoKey => "No key that may sign is at hand.",
            Self::Server => "A server, or the way to it.",
            Self::Partial => "Some of the work was done, some failed.",
        }
    }

    /// The exit status of the process.
    pub fn status(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::Conflict => 4,
            Self::NoKey => 5,
            Self::Server => 6,
            Self::Partial => 7,
        }
    }
}

impl From<Kind> for ExitCode {
    fn from(kind: Kind) -> Self {
        Self::from(kind.status())
    }
}

/// Why a command ended without doing what it was asked.
#[derive(Clone, Debug)]
pub struct CliError {
    /// What sort it is.
    pub kind: Kind,
    /// What happened, to which thing.
    pub message: String,
    /// The thing that it is about, where it is about one.
    pub entity: Option<Box<Entity>>,
    /// Why, nearest cause first.
    pub causes: Vec<String>,
    /// What to do next; a command to type stands in backticks.
    pub hints: Vec<String>,
    /// What was asked for and is otherwise, where that is the reason.
    pub differences: Box<[Difference]>,
    /// The line of a batch that failed, from 1.
    pub line: Option<NonZeroU32>,
    /// What was named and is not there.
    pub missing: Option<Box<Missing>>,
}

impl CliError {
    /// A failure of a kind.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            entity: None,
            causes: Vec::new(),
            hints: Vec::new(),
            differences: Box::default(),
            line: None,
            missing: None,
        }
    }

    /// Refused or failed.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Kind::Failed, message)
    }

    /// A mistake in the flags that the parser cannot see.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Something named does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, message)
    }

    /// Says what it is about.
    #[must_use]
    pub fn about(self, kind: EntityKind, name: impl Into<String>) -> Self {
        self.about_entity(Some(Entity::new(kind, name)))
    }

    /// Says that it is about a file.
    #[must_use]
    pub fn about_file(self, path: &Path) -> Self {
        self.about_entity(Some(Entity::file(path)))
    }

    /// Says what it is about, unless that is said already.
    #[must_use]
    pub fn about_entity(mut self, entity: Option<Entity>) -> Self {
        self.entity = self.entity.or(entity.map(Box::new));
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds an error and its own causes.
    #[must_use]
    pub fn caused_by(mut self, error: &dyn Error) -> Self {
        let mut next = Some(error);
        while let Some(cause) = next {
            self.causes.push(plain(&cause.to_string()));
            next = cause.source();
        }
        self
    }

    /// Says which export or import of an account is not there.
    fn of_account(mut self, account: &str, what: &'static str, subject: &str) -> Self {
        self.missing = Some(Box::new(Missing::of_account(account, what, subject)));
        self.hint(format!("nsc describe account {}", quoted(account)))
    }

    /// Message and causes, for places that have one line.
    pub fn on_one_line(&self) -> String {
        let causes = self.causes.iter().map(String::as_str);
        let texts: Vec<&str> = [self.message.as_str()].into_iter().chain(causes).collect();
        texts.join(": ")
    }

    /// Wraps an error of a library: its text, its causes.
    pub fn wrap(kind: Kind, error: &dyn Error) -> Self {
        let mut wrapped = Self::new(kind, error.to_string());
        if let Some(source) = error.source() {
            wrapped = wrapped.caused_by(source);
        }
        wrapped
    }
}

/// What a system said, without the number that it has for that.
fn plain(cause: &str) -> String {
    let text = match cause.rsplit_once(" (os error ") {
        Some((text, number)) if number.ends_with(')') => text,
        _ => cause,
    };
    text.to_owned()
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for CliError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// What begins as a command is one that can be typed, and nothing else.
    #[test]
    fn hints_are_commands_or_sentences() {
        let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
        let mut count = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                for hint in text.split(".hint(").skip(1).filter_map(literal) {
                    let is_command = hint.starts_with("nsc ");
                    let says_more = [", or ", " (", ", then", " or "]
                        .iter()
                        .any(|word| hint.contains(word));
                    assert!(!(is_command && says_more), "{}: {hint}", path.display());
                    count += 1;
                }
            }
        }
        assert!(count > 60, "{count}");
    }

    /// The text that a call begins with, in quotes or in `format!`.
    fn literal(call: &str) -> Option<&str> {
        let call = call.trim_start();
        let call = call.strip_prefix("format!(").unwrap_or(call).trim_start();
        call.strip_prefix('"')?.split('"').next()
    }

    #[test]
    fn causes_are_words() {
        let error = std::io::Error::from_raw_os_error(2);
        let failed = CliError::failed("x").caused_by(&error);
        assert!(!failed.causes[0].contains("os error"), "{failed:?}");
    }
}
