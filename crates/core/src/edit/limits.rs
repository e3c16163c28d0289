//! Numbers and switches of claims, changed and told about.

use crate::claims::{NO_LIMIT, NatsLimits};
use crate::edit::Change;

/// Sets a number where a value is given.
pub(super) fn number(
    what: impl Into<String>,
    member: &mut i64,
    value: Option<i64>,
) -> Option<Change> {
    let value = value.filter(|value| value != member)?;
    let was = std::mem::replace(member, value);
    Some(Change::set(what.into(), shown(value)).from(shown(was)))
}

/// Sets a switch where a value is given.
pub(super) fn switch(
    what: impl Into<String>,
    member: &mut bool,
    value: Option<bool>,
) -> Option<Change> {
    let value = value.filter(|value| value != member)?;
    let was = std::mem::replace(member, value);
    Some(Change::set(what.into(), value.to_string()).from(was.to_string()))
}

/// A limit in words where it is none.
fn shown(limit: i64) -> String {
    if limit == NO_LIMIT {
        "unlimited".to_owned()
    } else {
        limit.to_string()
    }
}

/// Limits that accounts, users and scopes share; `None` keeps one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NatsLimitEdit {
    /// Subscriptions.
    pub subs: Option<i64>,
    /// Bytes of data.
    pub data: Option<i64>,
    /// Bytes of one message.
    pub payload: Option<i64>,
}

impl NatsLimitEdit {
    /// Sets the limits that are given; -1 is unlimited.
    pub fn apply(&self, limits: &mut NatsLimits) -> Vec<Change> {
        [
            number("max subscriptions", &mut limits.subs, self.subs),
            number("max data", &mut limits.data, self.data),
            number("max payload", &mut limits.payload, self.payload),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
