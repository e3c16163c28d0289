//! Results as JSON: one document, its members in alphabetical order at every level.
//!
//! What is as long as a store is large is written piece by piece.

use std::cell::Cell;
use std::num::NonZeroU32;

use nsc_core::edit::Difference;
use schemars::JsonSchema;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::Show;
use super::report::{Change, Status};
use super::step::Step;
use crate::entity::Entity;
use crate::error::{CliError, Kind};
use crate::schema::foreign;

/// The items of a long list, each with its members in order.
pub type Items<'a> = Box<dyn Iterator<Item = Value> + 'a>;

/// A result that is as long as a store is large.
pub trait Long: Show {
    /// Its JSON, the list in it made as it is written.
    fn shape(&self) -> Shape<'_>;
}

/// The JSON of a result; can be serialised once.
pub enum Shape<'a> {
    /// All of it.
    Whole(Value),
    /// A long list.
    List(Once<Items<'a>>),
    /// Members, and after them one that is a long list.
    Record(Map<String, Value>, &'static str, Once<Items<'a>>),
}

impl<'a> Shape<'a> {
    /// A long list.
    pub fn list<T: Serialize>(items: impl Iterator<Item = T> + 'a) -> Self {
        Self::List(sorted(items))
    }

    /// The members of `head`, and after them a long list.
    pub fn record<T: Serialize>(
        head: &impl Serialize,
        list: &'static str,
        items: impl Iterator<Item = T> + 'a,
    ) -> Self {
        match nsc_core::json::sorted(head) {
            Value::Object(members) => Self::Record(members, list, sorted(items)),
            other => Self::Whole(other),
        }
    }
}

/// The items as values with their members in order.
fn sorted<'a, T: Serialize>(items: impl Iterator<Item = T> + 'a) -> Once<Items<'a>> {
    Once::new(Box::new(items.map(|item| nsc_core::json::sorted(&item))))
}

impl Serialize for Shape<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Whole(value) => value.serialize(serializer),
            Self::List(items) => items.serialize(serializer),
            Self::Record(members, list, items) => {
                let mut map = serializer.serialize_map(None)?;
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.serialize_entry(list, items)?;
                map.end()
            }
        }
    }
}

/// Items that are made as they are serialised, which can be done once.
pub struct Once<I>(Cell<Option<I>>);

impl<I> Once<I> {
    /// Of an iterator.
    pub fn new(items: I) -> Self {
        Self(Cell::new(Some(items)))
    }
}

impl<I: Iterator> Once<I> {
    /// The items.
    pub fn into_items(self) -> impl Iterator<Item = I::Item> {
        self.0.into_inner().into_iter().flatten()
    }
}

impl<I: Iterator<Item: Serialize>> Serialize for Once<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.take().into_iter().flatten())
    }
}

/// What a command did. Members that say nothing are left out.
#[derive(Serialize)]
pub(super) struct Document<'a> {
    /// Whether something is different now, or would be; only of commands that write.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) changed: Option<bool>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) changes: &'a [Change],
    pub(super) command: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) dry_run: bool,
    /// Why it ends with another status than 0, although there is a result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<Failure<'a>>,
    pub(super) result: Shape<'a>,
    pub(super) status: Status,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) steps: &'a [Step],
}

/// What is printed instead of a result.
#[derive(Serialize)]
pub(super) struct ErrorDocument<'a> {
    command: &'a str,
    error: Failure<'a>,
    status: Status,
}

/// What went wrong.
#[derive(JsonSchema, Serialize)]
pub(crate) struct Failure<'a> {
    /// Why, nearest cause first.
    causes: &'a [String],
    /// What was asked for and is otherwise, where that is the reason.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schemars(with = "Vec<foreign::Difference>")]
    differences: &'a [Difference],
    /// The thing that it is about; absent where it is about none in particular.
    #[serde(skip_serializing_if = "Option::is_none")]
    entity: Option<&'a Entity>,
    /// The exit status of the process, decided by the kind.
    #[schemars(range(min = 1, max = 7))]
    exit_status: u8,
    /// What to do next; a command to type stands in backticks.
    hints: &'a [String],
    /// What sort it is.
    kind: Kind,
    /// The line of a batch that failed, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<NonZeroU32>,
    /// What happened, to which thing.
    message: &'a str,
}

impl<'a> Failure<'a> {
    /// What an error tells.
    pub(super) fn of(error: &'a CliError) -> Self {
        Self {
            causes: &error.causes,
            differences: &error.differences,
            entity: error.entity.as_deref(),
            exit_status: error.kind.status(),
            hints: &error.hints,
            kind: error.kind,
            line: error.line,
            message: &error.message,
        }
    }
}

impl<'a> ErrorDocument<'a> {
    /// Of an error that ended a command.
    pub(super) fn new(command: &'a str, error: &'a CliError) -> Self {
        Self {
            command,
            error: Failure::of(error),
            status: Status::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_results_look_like_whole_ones() {
        #[derive(Serialize)]
        struct Head {
            b: u8,
            a: u8,
        }
        let items = || [Head { b: 1, a: 2 }, Head { b: 3, a: 4 }].into_iter();
        let text = |shape| nsc_core::json::to_text(&shape);
        let list = r#"[{"a":2,"b":1},{"a":4,"b":3}]"#;
        assert_eq!(text(Shape::list(items())), list);
        let record = Shape::record(&Head { b: 0, a: 0 }, "c", items());
        assert_eq!(text(record), format!(r#"{{"a":0,"b":0,"c":{list}}}"#));
    }
}
