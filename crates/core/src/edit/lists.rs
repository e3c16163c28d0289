//! Sorted lists of tags and networks.

use crate::edit::Change;
use crate::lists::tags;

/// Values to add to and remove from a list of tags or networks, which is kept sorted.
///
/// Both kinds are trimmed, in lower case and unique. What is added and removed at once is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListEdit {
    /// Values to add; empty ones add nothing.
    pub add: Vec<String>,
    /// Values to remove; unknown ones are no error.
    pub remove: Vec<String>,
}

impl ListEdit {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }

    /// Changes `list`; `what` names one of its values in the changes.
    pub fn apply(&self, list: &mut Vec<String>, what: &'static str) -> Vec<Change> {
        if self.is_empty() {
            return Vec::new();
        }
        let before = list.clone();
        for value in &self.add {
            tags::add(list, value);
        }
        for value in &self.remove {
            tags::remove(list, value);
        }
        list.sort();
        difference(&before, list, what)
    }
}

/// What came and went between two states of a list.
pub(super) fn difference(before: &[String], after: &[String], what: &'static str) -> Vec<Change> {
    let came = after.iter().filter(|value| !before.contains(value));
    let went = before.iter().filter(|value| !after.contains(value));
    came.map(|value| Change::added(what, value))
        .chain(went.map(|value| Change::removed(what, value)))
        .collect()
}
