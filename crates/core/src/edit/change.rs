//! What an edit did.

use std::fmt;

use serde::Serialize;

/// One thing that an edit changed in claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What was done.
    pub action: Action,
    /// To what, in words: `pub allow`, `tag`, `expiry`.
    pub what: &'static str,
    /// The value; empty where a removal has none.
    pub value: String,
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
    pub fn added(what: &'static str, value: impl Into<String>) -> Self {
        Self::new(Action::Added, what, value)
    }

    /// A value left a list, or, without value, a member was cleared.
    pub fn removed(what: &'static str, value: impl Into<String>) -> Self {
        Self::new(Action::Removed, what, value)
    }

    /// A member got a value.
    pub fn set(what: &'static str, value: impl Into<String>) -> Self {
        Self::new(Action::Set, what, value)
    }

    fn new(action: Action, what: &'static str, value: impl Into<String>) -> Self {
        Self {
            action,
            what,
            value: value.into(),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            action,
            what,
            value,
        } = self;
        match action {
            Action::Added => write!(f, "added {what} `{value}`"),
            Action::Removed if value.is_empty() => write!(f, "removed {what}"),
            Action::Removed => write!(f, "removed {what} `{value}`"),
            Action::Set => write!(f, "set {what} to `{value}`"),
        }
    }
}
