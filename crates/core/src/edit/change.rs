//! What an edit did.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

/// One thing that an edit changed in claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What was done.
    pub action: Action,
    /// To what, in words: `pub allow`, `tag`, `expiry`.
    pub what: Cow<'static, str>,
    /// The value; empty where a removal has none.
    pub value: String,
    /// What the member held before it was set; empty when nothing, or not told.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub was: String,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A value came into a list.
    Added,
    /// A value left a list, or a member was cleared.
    Removed,
    /// A member got a value.
    Set,
}

impl Change {
    /// A value came into a list.
    pub fn added(what: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self::new(Action::Added, what, value)
    }

    /// A value left a list, or, without value, a member was cleared.
    pub fn removed(what: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self::new(Action::Removed, what, value)
    }

    /// A member got a value.
    pub fn set(what: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self::new(Action::Set, what, value)
    }

    /// Adds what the member held before.
    #[must_use]
    pub fn from(mut self, was: impl Into<String>) -> Self {
        self.was = was.into();
        self
    }

    /// What becomes of a text member: set, removed when it is empty now, or left as it was.
    pub(super) fn of_text(what: &'static str, member: &mut String, value: &str) -> Option<Self> {
        if member == value {
            return None;
        }
        let was = std::mem::replace(member, value.to_owned());
        Some(if value.is_empty() {
            Self::removed(what, was)
        } else {
            Self::set(what, value).from(was)
        })
    }

    fn new(action: Action, what: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self {
            action,
            what: what.into(),
            value: value.into(),
            was: String::new(),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            action,
            what,
            value,
            was,
        } = self;
        match action {
            Action::Added => write!(f, "added {what} `{value}`"),
            Action::Removed if value.is_empty() => write!(f, "removed {what}"),
            Action::Removed => write!(f, "removed {what} `{value}`"),
            Action::Set if was.is_empty() => write!(f, "set {what} to `{value}`"),
            Action::Set => write!(f, "set {what} to `{value}`, was `{was}`"),
        }
    }
}
