//! Rules for users and permissions.

use crate::claims::{Claims, Permissions, TimeRange, User};
use crate::time;
use crate::validate::{Issues, Judged};
use crate::value;

impl Judged for User {
    fn judge(claims: &Claims<Self>, issues: &mut Issues) {
        let limits = &claims.nats.limits;
        judge_permissions(&limits.permissions, issues);
        for network in &limits.src {
            if let Err(error) = value::parse_cidr(network) {
                issues.error("cidr", format!("source network {error}"));
            }
        }
        for range in &limits.times {
            judge_range(range, issues);
        }
        if !limits.times_location.is_empty()
            && let Err(error) = time::check_time_zone(&limits.times_location)
        {
            issues.error("time-location", format!("time zone {error}"));
        }
        issues.issuer_account(&claims.nats.issuer_account);
    }
}

pub(super) fn judge_permissions(permissions: &Permissions, issues: &mut Issues) {
    let (publish, subscribe) = (&permissions.publish, &permissions.subscribe);
    for entry in subscribe.allow.iter().chain(&subscribe.deny) {
        judge_entry("subscribe", entry, true, issues);
    }
    for entry in publish.allow.iter().chain(&publish.deny) {
        judge_entry("publish", entry, false, issues);
    }
}

/// A subject, for subscribing also `subject queue`.
fn judge_entry(direction: &str, entry: &str, queue_allowed: bool, issues: &mut Issues) {
    let of = format!("{direction} permission");
    let parts: Vec<&str> = entry.split(' ').collect();
    match parts[..] {
        [subject] => issues.subject(&of, subject),
        [subject, queue] => {
            issues.subject(&of, subject);
            issues.subject(&format!("queue of the {of}"), queue);
            if !queue_allowed {
                let text = format!("{of} `{entry}` names a queue, which only subscribing can have");
                issues.error("permission-queue", text);
            }
        }
        _ => issues.error(
            "permission-spaces",
            format!("{of} `{entry}` has too many spaces"),
        ),
    }
}

fn judge_range(range: &TimeRange, issues: &mut Issues) {
    for (text, missing, wrong, which) in [
        (&range.start, "time-start-missing", "time-start", "start"),
        (&range.end, "time-end-missing", "time-end", "end"),
    ] {
        if text.is_empty() {
            issues.error(missing, format!("a time range has no {which}"));
        } else if let Err(error) = time::check_daily_time(text) {
            issues.error(wrong, format!("{which} of a time range {error}"));
        }
    }
}
