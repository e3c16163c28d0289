//! An account as tables.

use nsc_core::claims::{Account, AccountClaims, JetStreamLimits, OperatorLimits};
use nsc_core::value::format_size;

use super::permissions::permissions;
use super::{Names, one_line, sharing, standard, user};
use crate::ui::table::Table;

/// All tables of an account; `names` are those of the accounts it imports from.
pub(in super::super) fn all(claims: &AccountClaims, names: &Names) -> Vec<Table> {
    let mut tables = vec![details(claims)];
    tables.extend(sharing::tables(claims, names));
    tables.extend(claims.nats.signing_keys.scopes().map(user::scope));
    tables
}

fn details(claims: &AccountClaims) -> Table {
    let account = &claims.nats;
    let mut table = Table::details("Account Details");
    standard(&mut table, "Account ID", claims, "");
    table.separator();
    about(&mut table, account);
    limits(&mut table, &account.limits);
    permissions(&mut table, &account.default_permissions);
    table.separator();
    jetstream(&mut table, &account.limits);
    cluster_traffic(&mut table, account);
    table.separator();
    counts(&mut table, account);
    tracing(&mut table, account);
    table
}

/// Groups that are there only when they say something.
fn about(table: &mut Table, account: &Account) {
    if !account.description.is_empty() {
        table.pair("Description", &one_line(&account.description));
    }
    if !account.info_url.is_empty() {
        table.pair("Info Url", &account.info_url);
    }
    if !(account.description.is_empty() && account.info_url.is_empty()) {
        table.separator();
    }
    let signing_keys: Vec<&str> = account.signing_keys.keys().collect();
    if !signing_keys.is_empty() {
        table.list("Signing Keys", &signing_keys);
        table.separator();
    }
    let callout = &account.authorization;
    if callout.is_enabled() {
        table.list("Auth Callout Users", &callout.auth_users);
        table.list("Allowed Accounts", &callout.allowed_accounts);
        if !callout.xkey.is_empty() {
            table.pair("Encrypt For", &callout.xkey);
        }
        table.separator();
    }
}

fn limits(table: &mut Table, limits: &OperatorLimits) {
    let account = &limits.account;
    let nats = &limits.nats;
    table.pair("Max Connections", &count(account.conn));
    let leaf = match account.leaf {
        0 => "Not Allowed".to_owned(),
        leaf => count(leaf),
    };
    table.pair("Max Leaf Node Connections", &leaf);
    table.pair("Max Data", &size(nats.data));
    table.pair("Max Exports", &count(account.exports));
    table.pair("Max Imports", &count(account.imports));
    table.pair("Max Msg Payload", &size(nats.payload));
    table.pair("Max Subscriptions", &count(nats.subs));
    table.pair("Exports Allows Wildcards", true_false(account.wildcards));
    table.pair("Disallow Bearer Token", true_false(account.disallow_bearer));
}

/// Whose account carries the replication of streams; servers take the system account without.
fn cluster_traffic(table: &mut Table, account: &Account) {
    if !account.cluster_traffic.is_empty() {
        table.pair("Cluster Traffic", &account.cluster_traffic);
    }
}

fn jetstream(table: &mut Table, limits: &OperatorLimits) {
    if !limits.is_jetstream_enabled() {
        table.pair("Jetstream", "Disabled");
        return;
    }
    table.pair("Jetstream", "Enabled");
    if limits.tiered_limits.is_empty() {
        jetstream_limits(table, &limits.jetstream);
    }
    for (tier, limits) in &limits.tiered_limits {
        table.separator();
        table.pair("Jetstream Tier", tier);
        jetstream_limits(table, limits);
    }
}

fn jetstream_limits(table: &mut Table, limits: &JetStreamLimits) {
    let storage = |limit| match limit {
        0 => "Disabled".to_owned(),
        limit if limit < 0 => "Unlimited".to_owned(),
        limit => format_size(limit),
    };
    let above_zero = |limit: i64, text: String, otherwise: &str| {
        if limit > 0 {
            text
        } else {
            otherwise.to_owned()
        }
    };
    let number = |limit: i64, otherwise| above_zero(limit, limit.to_string(), otherwise);
    let stream_size = |limit: i64| above_zero(limit, format_size(limit), "Unlimited");
    let max_bytes = if limits.max_bytes_required {
        "required Stream setting"
    } else {
        "optional Stream setting"
    };
    table.pair("Max Disk Storage", &storage(limits.disk_storage));
    table.pair("Max Mem Storage", &storage(limits.mem_storage));
    table.pair("Max Streams", &number(limits.streams, "Unlimited"));
    table.pair("Max Consumers", &number(limits.consumer, "Unlimited"));
    let ack_pending = number(limits.max_ack_pending, "Consumer Setting");
    table.pair("Max Ack Pending", &ack_pending);
    table.pair("Max Bytes", max_bytes);
    let memory_stream = stream_size(limits.mem_max_stream_bytes);
    table.pair("Max Memory Stream", &memory_stream);
    let disk_stream = stream_size(limits.disk_max_stream_bytes);
    table.pair("Max Disk Stream", &disk_stream);
}

fn counts(table: &mut Table, account: &Account) {
    if account.imports.is_empty() {
        table.pair("Imports", "None");
    }
    if account.exports.is_empty() {
        table.pair("Exports", "None");
    }
    if !account.revocations.is_empty() {
        table.pair("Revocations", &account.revocations.len().to_string());
    }
    let has_rows =
        account.imports.is_empty() || account.exports.is_empty() || !account.revocations.is_empty();
    if has_rows {
        table.separator();
    }
}

fn tracing(table: &mut Table, account: &Account) {
    let Some(trace) = &account.trace else {
        table.pair("Tracing Context", "Disabled");
        return;
    };
    let sampling = match trace.sampling {
        0 => 100,
        percent => percent,
    };
    table.pair("Tracing Context", "Enabled");
    table.pair("Subject", &trace.dest);
    table.pair("Sampling", &format!("{sampling}%"));
}

fn count(limit: i64) -> String {
    if limit < 0 {
        "Unlimited".to_owned()
    } else {
        limit.to_string()
    }
}

fn size(limit: i64) -> String {
    if limit < 0 {
        "Unlimited".to_owned()
    } else {
        format!("{} ({limit} bytes)", format_size(limit))
    }
}

fn true_false(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}
