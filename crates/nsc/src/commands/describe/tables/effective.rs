//! What a user may do in the end, as a table. Its labels are not those of the table of the claims, so that whoever looks
//! for one of them in the output finds what the claims say.

use nsc_core::claims::NO_LIMIT;
use nsc_core::effective::{
    Direction, Effective, Limit, Refusal, Responses, Restrictions, Role, Source, SubjectRule,
    Verdict,
};
use nsc_core::time::format_duration;

use super::permissions::bytes;
use crate::ui::table::Table;
use crate::ui::text::yes_no;

/// The table: what is denied stands first, as it wins.
pub(in super::super) fn table(effective: &Effective) -> Table {
    let mut table = Table::new(
        "Effective Permissions and Limits",
        &["", "Effective", "From"],
    );
    let role = effective.role.as_ref();
    if !effective.refused.is_empty() {
        let reasons: Vec<String> = effective.refused.iter().map(Refusal::to_string).collect();
        table.row(&["Refused", &reasons.join("\n"), ""]);
        table.separator();
    }
    let is_misfit = |refusal: &Refusal| matches!(refusal, Refusal::Template(_));
    // Nothing comes out of a template that cannot be filled in.
    if !effective.refused.iter().any(is_misfit) {
        direction(&mut table, "Publish", &effective.publish, role);
        table.separator();
        direction(&mut table, "Subscribe", &effective.subscribe, role);
        table.separator();
    }
    if let Some(responses) = &effective.responses {
        answers(&mut table, responses, role);
        table.separator();
    }
    restrictions(&mut table, &effective.restrictions, role);
    table
}

fn direction(table: &mut Table, label: &str, direction: &Direction, role: Option<&Role>) {
    let (deny, allow) = (format!("Cannot {label}"), format!("Can {label}"));
    for rule in &direction.rules {
        let label = match rule.verdict {
            Verdict::Deny => &deny,
            Verdict::Allow => &allow,
        };
        table.row(&[label.as_str(), &rule.subject, &origin(rule, role)]);
    }
    for entry in &direction.without_effect {
        let from = source(Source::Role, role);
        table.row(&[allow.as_str(), "(nothing)", &format!("{from}: {entry}")]);
    }
    let label = match direction.others {
        Verdict::Deny => &deny,
        Verdict::Allow => &allow,
    };
    let rest = match direction.rules.as_slice() {
        [] => "everything",
        _ => "everything else",
    };
    // A deny of everything leaves nothing else.
    if !direction.rules.iter().any(denies_all) {
        table.row(&[label.as_str(), rest, &source(direction.others_from, role)]);
    }
}

fn denies_all(rule: &SubjectRule) -> bool {
    rule.verdict == Verdict::Deny && rule.subject == ">"
}

fn origin(rule: &SubjectRule, role: Option<&Role>) -> String {
    let from = source(rule.from, role);
    match (&rule.template, &rule.denied_by) {
        (Some(template), Some(deny)) => format!("{from}: {template} (allowed, but for {deny})"),
        (Some(template), None) => format!("{from}: {template}"),
        (None, Some(deny)) => format!("{from} (allowed, but for {deny})"),
        (None, None) => from,
    }
}

fn answers(table: &mut Table, responses: &Responses, role: Option<&Role>) {
    let from = source(responses.from, role);
    let max = match responses.max {
        max if max < 0 => "Unlimited".to_owned(),
        max => max.to_string(),
    };
    table.row(&["Answers to Requests", &max, &from]);
    let ttl = match responses.ttl {
        ttl if ttl < 0 => "Unlimited".to_owned(),
        ttl => format_duration(ttl),
    };
    table.row(&["Time to Answer", &ttl, &from]);
}

fn restrictions(table: &mut Table, found: &Restrictions, role: Option<&Role>) {
    let number = |limit: Limit, shown: fn(i64) -> String| match limit.limit {
        limit if limit == NO_LIMIT => "Unlimited".to_owned(),
        0 => "0 (none)".to_owned(),
        limit => shown(limit),
    };
    let mut limit = |label: &str, limit: Limit, shown: fn(i64) -> String| {
        let from = source(limit.from, role);
        table.row(&[label, &number(limit, shown), &from]);
    };
    limit("Payload Limit", found.payload, bytes);
    limit("Subscription Limit", found.subs, |subs| subs.to_string());
    limit("Data Limit", found.data, |data| {
        format!("{} (not enforced)", bytes(data))
    });
    let from = source(found.from, role);
    let any = |values: &[String], otherwise: &str| match values {
        [] => otherwise.to_owned(),
        values => values.join("\n"),
    };
    let ranges: Vec<String> = (found.times.iter())
        .map(|range| format!("{}-{}", range.start, range.end))
        .collect();
    let mut times = any(&ranges, "Any");
    if !ranges.is_empty() {
        let zone = match found.time_zone.as_str() {
            "" => "the server's time zone",
            zone => zone,
        };
        times.push_str(&format!("\n{zone}"));
    }
    table.row(&["Bearer", yes_no(found.bearer_token), &from]);
    table.row(&["Only by Proxy", yes_no(found.proxy_required), &from]);
    table.row(&["Connects With", &any(&found.connection_types, "Any"), &from]);
    table.row(&["From Networks", &any(&found.networks, "Any"), &from]);
    table.row(&["At Times", &times, &from]);
}

fn source(source: Source, role: Option<&Role>) -> String {
    match (source, role) {
        (Source::Account, _) => "account".to_owned(),
        (Source::AccountDefaults, _) => "account defaults".to_owned(),
        (Source::Nobody, _) => "no restriction".to_owned(),
        (Source::Role, Some(role)) if !role.name.is_empty() => format!("role {}", role.name),
        (Source::Role, _) => "signing key".to_owned(),
        (Source::User, _) => "user".to_owned(),
    }
}
