//! What is different between two states of an export, and what a new import is.

use crate::claims::{Export, ExportKind, Import, ServiceLatency};
use crate::edit::{Change, sampling_text};
use crate::time;

/// What is different in an export; of a new one, what is not as in any of its subject and kind.
pub(super) fn of_export(before: Option<&Export>, after: &Export) -> Vec<Change> {
    let blank = Export {
        subject: after.subject.clone(),
        name: after.subject.clone(),
        kind: after.kind,
        ..Export::default()
    };
    let before = before.unwrap_or(&blank);
    let mut changes: Vec<Change> = [
        text("subject", &before.subject, &after.subject),
        text("name", &before.name, &after.name),
        text("description", &before.description, &after.description),
        text("info url", &before.info_url, &after.info_url),
        text("kind", kind_name(before.kind), kind_name(after.kind)),
        text(
            "visibility",
            visibility(before.token_req),
            visibility(after.token_req),
        ),
        text("response type", &before.response_type, &after.response_type),
        text(
            "response threshold",
            &threshold(before.response_threshold),
            &threshold(after.response_threshold),
        ),
        text(
            "account token position",
            &position(before.account_token_position),
            &position(after.account_token_position),
        ),
        switch("allow trace", before.allow_trace, after.allow_trace),
        switch("advertise", before.advertise, after.advertise),
    ]
    .into_iter()
    .flatten()
    .collect();
    let latency = |export: &Export| export.service_latency.clone();
    changes.extend(of_latency(latency(before), latency(after)));
    changes
}

fn of_latency(before: Option<ServiceLatency>, after: Option<ServiceLatency>) -> Vec<Change> {
    let (before, after) = match (before, after) {
        (Some(before), None) => return vec![Change::removed("latency tracking", before.results)],
        (_, None) => return Vec::new(),
        (before, Some(after)) => (before, after),
    };
    let was = before.as_ref().map(|latency| latency.results.as_str());
    let results = text("latency results", was.unwrap_or_default(), &after.results);
    let was = before.map(|latency| sampling_text(latency.sampling));
    let now = sampling_text(after.sampling);
    let sampling = text("latency sampling", &was.unwrap_or_default(), &now);
    results.into_iter().chain(sampling).collect()
}

/// What there is to tell about a new import beyond its subject and kind.
pub(super) fn of_import(import: &Import) -> Vec<Change> {
    let token = if import.token.is_empty() { "" } else { "given" };
    [
        text("exporting account", "", &import.account),
        text("name", &import.subject, &import.name),
        text("local subject", "", &import.local_subject),
        text("activation token", "", token),
        switch("share", false, import.share),
        switch("allow trace", false, import.allow_trace),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn text(what: &'static str, before: &str, after: &str) -> Option<Change> {
    match (before, after) {
        (before, after) if before == after => None,
        (before, "") => Some(Change::removed(what, before)),
        (before, after) => Some(Change::set(what, after).from(before)),
    }
}

fn switch(what: &'static str, before: bool, after: bool) -> Option<Change> {
    (before != after).then(|| Change::set(what, after.to_string()).from(before.to_string()))
}

fn kind_name(kind: Option<ExportKind>) -> &'static str {
    kind.map_or("", ExportKind::name)
}

fn visibility(private: bool) -> &'static str {
    if private { "private" } else { "public" }
}

fn threshold(nanoseconds: i64) -> String {
    match nanoseconds {
        0 => String::new(),
        given => time::format_duration(given),
    }
}

fn position(position: u64) -> String {
    match position {
        0 => String::new(),
        given => given.to_string(),
    }
}
