//! Permissions of users, of scopes and the defaults of accounts.

use crate::claims::{Permissions, ResponsePermission};
use crate::edit::Change;
use crate::edit::lists::difference;
use crate::lists::strings;
use crate::time;

/// Subjects to allow and deny, answers to allow, and what to take away again.
///
/// Additions come first, so what is added and removed at once is gone. Whether the subjects make
/// sense is judged with the whole claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PermissionEdit {
    /// Publishing to these is allowed.
    pub allow_pub: Vec<String>,
    /// Subscribing to these is allowed; entries may be `subject queue`.
    pub allow_sub: Vec<String>,
    /// Both are allowed.
    pub allow_pubsub: Vec<String>,
    /// Publishing to these is denied.
    pub deny_pub: Vec<String>,
    /// Subscribing to these is denied; entries may be `subject queue`.
    pub deny_sub: Vec<String>,
    /// Both are denied.
    pub deny_pubsub: Vec<String>,
    /// How many messages may answer a request.
    pub max_responses: Option<i64>,
    /// For how long after the request, in nanoseconds.
    pub response_ttl: Option<i64>,
    /// Entries to remove from all four lists, to the letter.
    pub remove: Vec<String>,
    /// Whether the permission to answer is removed.
    pub remove_responses: bool,
}

impl PermissionEdit {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Changes the permissions. The lists are kept sorted.
    pub fn apply(&self, permissions: &mut Permissions) -> Vec<Change> {
        let mut changes = Vec::new();
        let (publish, subscribe) = (&mut permissions.publish, &mut permissions.subscribe);
        for (list, what, own) in [
            (&mut publish.allow, "pub allow", &self.allow_pub),
            (&mut subscribe.allow, "sub allow", &self.allow_sub),
        ] {
            changes.extend(self.apply_list(list, what, own, &self.allow_pubsub));
        }
        for (list, what, own) in [
            (&mut publish.deny, "pub deny", &self.deny_pub),
            (&mut subscribe.deny, "sub deny", &self.deny_sub),
        ] {
            changes.extend(self.apply_list(list, what, own, &self.deny_pubsub));
        }
        changes.extend(self.apply_responses(&mut permissions.resp));
        changes
    }

    fn apply_list(
        &self,
        list: &mut Vec<String>,
        what: &'static str,
        own: &[String],
        both: &[String],
    ) -> Vec<Change> {
        if own.is_empty() && both.is_empty() && self.remove.is_empty() {
            return Vec::new();
        }
        let before = list.clone();
        for subject in own.iter().chain(both) {
            if !strings::contains(list, subject) {
                // An empty subject must not get lost on its way to the judge.
                list.push(subject.clone());
            }
        }
        list.retain(|subject| !self.remove.contains(subject));
        list.sort();
        difference(&before, list, what)
    }

    fn apply_responses(&self, resp: &mut Option<ResponsePermission>) -> Vec<Change> {
        let before = resp.clone();
        if let Some(max) = self.max_responses {
            resp.get_or_insert_default().max = max;
        }
        if let Some(ttl) = self.response_ttl {
            resp.get_or_insert_default().ttl = ttl;
        }
        if self.remove_responses {
            *resp = None;
        }
        response_changes(before.as_ref(), resp.as_ref())
    }
}

fn response_changes(
    before: Option<&ResponsePermission>,
    after: Option<&ResponsePermission>,
) -> Vec<Change> {
    let ttl = time::format_duration;
    match (before, after) {
        (None, None) => Vec::new(),
        (Some(before), None) => {
            let value = format!("max {}, ttl {}", before.max, ttl(before.ttl));
            vec![Change::removed("response permissions", value)]
        }
        (None, Some(after)) => vec![
            Change::set("max responses", after.max.to_string()),
            Change::set("response ttl", ttl(after.ttl)),
        ],
        (Some(before), Some(after)) => {
            let max = (before.max != after.max).then(|| {
                Change::set("max responses", after.max.to_string()).from(before.max.to_string())
            });
            let ttl = (before.ttl != after.ttl)
                .then(|| Change::set("response ttl", ttl(after.ttl)).from(ttl(before.ttl)));
            max.into_iter().chain(ttl).collect()
        }
    }
}
