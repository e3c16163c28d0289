//! Limits as rows of an object.

use super::Rows;
use crate::claims::{JetStreamLimits, OperatorLimits, UserPermissionLimits};

pub(super) fn of_account(limits: &OperatorLimits, detail: bool) -> Rows {
    let (nats, account) = (&limits.nats, &limits.account);
    let mut rows = Rows::new(detail);
    for (label, limit) in [
        ("Max Connections", account.conn),
        ("Max Leaf Node Connections", account.leaf),
        ("Max Data", nats.data),
        ("Max Exports", account.exports),
        ("Max Imports", account.imports),
        ("Max Msg Payload", nats.payload),
        ("Max Subscriptions", nats.subs),
    ] {
        rows.limit(label, limit);
    }
    if detail || !account.wildcards {
        let allowed = account.wildcards;
        rows.line(&format!("Exports Allows Wildcards = {allowed}"));
    }
    rows.flag("Disallow Bearer Token", account.disallow_bearer);
    let mut rows = rows.under("Account Limits");
    if limits.tiered_limits.is_empty() {
        rows.extend(of_jetstream(&limits.jetstream, detail).under("JetStream Limits"));
    }
    for (tier, limits) in &limits.tiered_limits {
        let title = super::plain(&format!("JetStream Limits {tier}"));
        rows.extend(of_jetstream(limits, detail).under(&title));
    }
    rows
}

/// An account without storage has no JetStream, and no limits of it to speak of.
fn of_jetstream(limits: &JetStreamLimits, detail: bool) -> Rows {
    let mut rows = Rows::new(detail);
    if !limits.is_enabled() && !detail {
        return rows;
    }
    for (label, limit) in [
        ("Max Mem Storage", limits.mem_storage),
        ("Max Disk Storage", limits.disk_storage),
        ("Max Streams", limits.streams),
        ("Max Consumer", limits.consumer),
    ] {
        rows.limit(label, limit);
    }
    // 0 is no limit here.
    for (label, limit) in [
        ("Max Ack Pending", limits.max_ack_pending),
        ("Max Mem Stream Bytes", limits.mem_max_stream_bytes),
        ("Max Disk Stream Bytes", limits.disk_max_stream_bytes),
    ] {
        rows.limit(label, if limit == 0 { -1 } else { limit });
    }
    rows.flag("Max Bytes Required", limits.max_bytes_required);
    rows
}

pub(super) fn of_user(limits: &UserPermissionLimits, detail: bool) -> Rows {
    let mut rows = Rows::new(detail);
    for (label, limit) in [
        ("Max Data", limits.limits.data),
        ("Max Msg Payload", limits.limits.payload),
        ("Max Subscriptions", limits.limits.subs),
    ] {
        rows.limit(label, limit);
    }
    rows.list("Network Src", &limits.src);
    let times: Vec<String> = limits
        .times
        .iter()
        .map(|range| format!("{}-{}", range.start, range.end))
        .collect();
    rows.list("Times", &times);
    rows.text("Times Location", &limits.times_location);
    rows.list("Connection Types", &limits.allowed_connection_types);
    if let Some(resp) = &limits.permissions.resp {
        rows.text("Max Responses", &resp.max.to_string());
        rows.text("Response TTL", &crate::time::format_duration(resp.ttl));
    }
    rows.under("User Limits")
}
