//! What an account shares, as tables.

use std::collections::BTreeMap;

use nsc_core::claims::{AccountClaims, Activation, Export, Import, WeightedMapping};
use nsc_core::jwt;
use nsc_core::time::format_duration;

use super::{Names, kind_name, one_line, time};
use crate::ui::table::Table;
use crate::ui::text::yes_no;

/// The tables of exports, imports and mappings that there are.
pub(super) fn tables(claims: &AccountClaims, names: &Names) -> Vec<Table> {
    let tables = [
        exports(claims),
        descriptions(claims),
        settings(claims),
        imports(claims, names),
        mappings(claims),
    ];
    tables
        .into_iter()
        .filter(|table| !table.is_empty())
        .collect()
}

fn exports(claims: &AccountClaims) -> Table {
    let header = [
        "Name",
        "Type",
        "Subject",
        "Account Token Position",
        "Public",
        "Revocations",
        "Tracking",
        "Allow Trace",
    ];
    let mut table = Table::new("Exports", &header);
    for export in claims.exports() {
        let position = match export.account_token_position {
            0 => "-".to_owned(),
            position => position.to_string(),
        };
        let trace = if export.is_service() {
            yes_no(export.allow_trace)
        } else {
            "N/A"
        };
        table.row(&[
            export.name.as_str(),
            &export_type(export),
            &export.subject,
            &position,
            yes_no(!export.token_req),
            &export.revocations.len().to_string(),
            &tracking(export),
            trace,
        ]);
    }
    table
}

fn export_type(export: &Export) -> String {
    let kind = kind_name(export.kind);
    match export.response_type.as_str() {
        responses @ ("Stream" | "Chunked") if export.is_service() => {
            format!("{kind} [{responses}]")
        }
        _ => kind.to_owned(),
    }
}

fn tracking(export: &Export) -> String {
    match &export.service_latency {
        _ if !export.is_service() => "N/A".to_owned(),
        None => "-".to_owned(),
        Some(latency) => match latency.sampling.0 {
            0 => format!("{} (headers)", latency.results),
            percent => format!("{} ({percent}%)", latency.results),
        },
    }
}

fn descriptions(claims: &AccountClaims) -> Table {
    let mut table = Table::new(
        "Exports - Descriptions",
        &["Name", "Description", "Info Url"],
    );
    let described =
        |export: &&Export| !(export.description.is_empty() && export.info_url.is_empty());
    for export in claims.exports().filter(described) {
        let description = one_line(&export.description);
        table.row(&[&export.name, &description, &export.info_url]);
    }
    table
}

/// Settings that few exports have.
fn settings(claims: &AccountClaims) -> Table {
    let mut table = Table::new(
        "Exports - Settings",
        &["Name", "Response Threshold", "Advertised"],
    );
    let has_some = |export: &&Export| export.response_threshold != 0 || export.advertise;
    for export in claims.exports().filter(has_some) {
        let threshold = match export.response_threshold {
            0 => "-".to_owned(),
            threshold => format_duration(threshold),
        };
        table.row(&[&export.name, &threshold, yes_no(export.advertise)]);
    }
    table
}

fn imports(claims: &AccountClaims, names: &Names) -> Table {
    let header = [
        "Name",
        "Type",
        "Remote",
        "Local",
        "Expires",
        "From Account",
        "Public",
        "Allow Trace",
    ];
    let mut table = Table::new("Imports", &header);
    for import in claims.imports() {
        let (remote, local) = subjects(import);
        let trace = if import.is_stream() {
            yes_no(import.allow_trace)
        } else {
            "N/A"
        };
        let kind = match (kind_name(import.kind), import.share) {
            (kind, true) => format!("{kind} [shares latency]"),
            (kind, false) => kind.to_owned(),
        };
        table.row(&[
            import.name.as_str(),
            &kind,
            remote,
            local,
            &expiry(import),
            names.get(&import.account).unwrap_or(&import.account),
            yes_no(import.token.is_empty()),
            trace,
        ]);
    }
    table
}

/// The subject in the exporting account and the one here; the latter is empty when it is the same.
fn subjects(import: &Import) -> (&str, &str) {
    match (import.to.as_str(), import.local_subject.as_str()) {
        ("", local) => (&import.subject, local),
        // Old imports of services name the subject here first.
        (to, "") if import.is_service() => (to, &import.subject),
        (to, "") => (&import.subject, to),
        (_, local) => (&import.subject, local),
    }
}

/// When the activation of a private import ends.
fn expiry(import: &Import) -> String {
    jwt::decode_as::<Activation>(&import.token)
        .map_or_else(|_| String::new(), |token| time(token.exp))
}

fn mappings(claims: &AccountClaims) -> Table {
    let mappings = &claims.nats.mappings;
    let in_clusters = mappings
        .values()
        .flatten()
        .flatten()
        .any(|target| !target.cluster.is_empty());
    let header = ["From", "To", "Weight (%)", "Cluster"];
    let columns = if in_clusters { 4 } else { 3 };
    let mut table = Table::new("Mappings", &header[..columns]);
    for (from, targets) in mappings {
        let targets = targets.as_deref().unwrap_or_default();
        for (n, target) in targets.iter().enumerate() {
            let from = if n == 0 { from.as_str() } else { "" };
            let weight = target.effective_weight().to_string();
            let row = [from, &target.subject, &weight, &target.cluster];
            table.row(&row[..columns]);
        }
        for (cluster, sum) in sums(targets) {
            let sum = format!("sum={sum}");
            table.row(&["", "", &sum, cluster][..columns]);
        }
    }
    table
}

/// The sum of the weights in each cluster: they share the messages there.
fn sums(targets: &[WeightedMapping]) -> BTreeMap<&str, u32> {
    let mut sums = BTreeMap::new();
    for target in targets {
        *sums.entry(target.cluster.as_str()).or_default() += u32::from(target.effective_weight());
    }
    sums
}
