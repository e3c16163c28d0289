//! Permissions and limits of users, also those that accounts and roles give them.

use nsc_core::claims::{Permissions, UserPermissionLimits};
use nsc_core::time::format_duration;
use nsc_core::value::format_size;

use crate::ui::table::Table;
use crate::ui::text::yes_no;

/// Subjects, and whether requests may be answered.
pub(super) fn permissions(table: &mut Table, permissions: &Permissions) {
    table.separator();
    let Permissions {
        publish, subscribe, ..
    } = permissions;
    table.list("Pub Allow", &publish.allow);
    table.list("Pub Deny", &publish.deny);
    table.list("Sub Allow", &subscribe.allow);
    table.list("Sub Deny", &subscribe.deny);
    match &permissions.resp {
        Some(resp) => {
            table.pair("Max Responses", &resp.max.to_string());
            table.pair("Response Permission TTL", &format_duration(resp.ttl));
        }
        None => table.pair("Response Permissions", "Not Set"),
    }
}

/// Numbers, and where and when a user may connect.
pub(super) fn limits(table: &mut Table, limits: &UserPermissionLimits) {
    let numbers = &limits.limits;
    table.separator();
    table.pair("Max Msg Payload", &bytes(numbers.payload));
    table.pair("Max Data", &bytes(numbers.data));
    let subs = if numbers.subs > 0 {
        numbers.subs.to_string()
    } else {
        "Unlimited".to_owned()
    };
    table.pair("Max Subs", &subs);
    if limits.src.is_empty() {
        table.pair("Network Src", "Any");
    } else {
        table.list("Network Src", &limits.src);
    }
    if limits.times.is_empty() {
        table.pair("Time", "Any");
    } else {
        let ranges = limits.times.iter();
        let ranges: Vec<String> = ranges
            .map(|range| format!("{}-{}", range.start, range.end))
            .collect();
        table.list("Time", &ranges);
    }
    if !limits.times_location.is_empty() {
        table.pair("Time Zone", &limits.times_location);
    }
}

/// How a user may connect.
pub(super) fn connections(table: &mut Table, limits: &UserPermissionLimits) {
    if limits.proxy_required {
        table.pair("Proxy Required", "Yes");
    }
    table.list("Allowed Connection Types", &limits.allowed_connection_types);
}

/// Whether the token alone is enough to connect.
pub(super) fn bearer(table: &mut Table, limits: &UserPermissionLimits) {
    table.pair("Bearer Token", yes_no(limits.bearer_token));
}

pub(super) fn bytes(limit: i64) -> String {
    if limit > 0 {
        format!("{limit} bytes (≈{})", format_size(limit))
    } else {
        "Unlimited".to_owned()
    }
}
