//! Exports on the left, imports on the right, and arrows the way messages go.

use super::{ComponentOptions, local_subject, sort};
use crate::claims::{AccountClaims, Export, Import};
use crate::diagram::Scene;
use crate::diagram::sheet::{Card, Link, Port, Sheet};
use crate::subject;
use crate::validate::across::Exporters;

/// Lays out the accounts that share something; one that gives and takes stands on both sides.
pub(in crate::diagram) fn component_sheet(scene: &Scene<'_>, options: ComponentOptions) -> Sheet {
    let legend = "arrows show which way messages go; what is dashed does not work";
    let mut sheet = Sheet::new(scene, "Exports and imports", 2, legend);
    let accounts = || scene.accounts.iter().map(|account| &account.claims);
    for claims in accounts().filter(|claims| claims.exports().next().is_some()) {
        let place = sheet.add(0, card(claims, options));
        for export in claims.exports() {
            sheet.row(place, &export_line(export), false);
        }
    }
    let exporters: Exporters<'_> = accounts().collect();
    for claims in accounts().filter(|claims| claims.imports().next().is_some()) {
        let place = sheet.add(1, card(claims, options));
        for import in claims.imports() {
            let findings = exporters.judge_import(claims, import, scene.at);
            let own = import.validate(&claims.sub);
            let why = findings.iter().chain(&own).map(|issue| issue.text.clone());
            let why: Vec<String> = why.collect();
            let exporter = accounts().find(|claims| claims.sub == import.account);
            let bad = exporter.is_none() || !why.is_empty();
            let from = source(&mut sheet, exporter, import);
            let to = sheet.row(place, &import_line(import), bad);
            sheet.link(arrow(from, to, import, &why, bad));
        }
    }
    sheet
}

fn card(claims: &AccountClaims, options: ComponentOptions) -> Card {
    let mut card = Card::new(&claims.sub, "account", &claims.name);
    if options.detail && !claims.nats.description.is_empty() {
        card.row(&claims.nats.description);
    }
    card
}

/// Where an import comes from; what nobody exports gets a row of its own.
fn source(sheet: &mut Sheet, exporter: Option<&AccountClaims>, import: &Import) -> Port {
    let place = sheet.find(0, &import.account).unwrap_or_else(|| {
        let card = match exporter {
            Some(claims) => Card::new(&claims.sub, "account", &claims.name),
            None => Card::new(&import.account, "not in the store", &import.account),
        };
        sheet.add(0, card)
    });
    let covers = |export: &&Export| {
        export.kind == import.kind && subject::is_subset(&import.subject, &export.subject)
    };
    match exporter.and_then(|claims| claims.exports().find(covers)) {
        Some(export) => sheet.row(place, &export_line(export), false),
        None => {
            let sort = import.kind.map_or("export", |kind| kind.name());
            let why = match exporter {
                Some(_) => "not exported",
                None => "not known here",
            };
            let line = format!("{sort} {} ({why})", import.subject);
            sheet.row(place, &line, true)
        }
    }
}

fn arrow(export: Port, import: Port, of: &Import, why: &[String], bad: bool) -> Link {
    let label = match why {
        [] => import_line(of),
        why => why.join("; "),
    };
    // Requests go to the exporter.
    let (from, to) = if of.is_service() {
        (import, export)
    } else {
        (export, import)
    };
    Link {
        from,
        to,
        label,
        bad,
    }
}

fn export_line(export: &Export) -> String {
    let sort = sort(export.token_req, export.kind);
    if export.name.is_empty() || export.name == export.subject {
        format!("{sort} {}", export.subject)
    } else {
        format!("{sort} {} [{}]", export.subject, export.name)
    }
}

fn import_line(import: &Import) -> String {
    let kind = import.kind.map_or("import", |kind| kind.name());
    let (remote, local) = (&import.subject, local_subject(import));
    if local.is_empty() || local == remote {
        format!("{kind} {remote}")
    } else {
        format!("{kind} {remote} as {local}")
    }
}
