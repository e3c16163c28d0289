//! Accounts with what they export to and import from each other.

mod sheet;

use std::collections::{BTreeMap, BTreeSet};

use crate::claims::{AccountClaims, Export, ExportKind, Import};
use crate::diagram::lines::{self, plain};
use crate::diagram::{AccountScene, Scene};
use crate::subject;

pub(super) use sheet::component_sheet;

/// What a component diagram shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ComponentOptions {
    /// Descriptions of accounts.
    pub detail: bool,
}

/// Draws who exports what, and who imports it. Accounts that do neither are left out.
pub(super) fn component_diagram(scene: &Scene<'_>, options: ComponentOptions) -> String {
    let mut drawing = Drawing {
        scene,
        options,
        lines: lines::begin(scene, "Component Diagram"),
        problems: BTreeMap::new(),
        missing: BTreeSet::new(),
    };
    for account in drawing.shown() {
        drawing.account(&account.claims);
    }
    for account in drawing.shown() {
        for import in account.claims.imports() {
            drawing.import(&account.claims, import);
        }
    }
    drawing.notes();
    lines::end(scene, &LEGEND, drawing.lines)
}

const LEGEND: [&str; 3] = [
    "an account offers its exports, and imports with a dotted arrow",
    "<&resize-width> is the local subject of an import",
    "notes on the left tell what is wrong",
];

struct Drawing<'a> {
    scene: &'a Scene<'a>,
    options: ComponentOptions,
    lines: Vec<String>,
    /// What is wrong with each thing.
    problems: BTreeMap<String, Vec<String>>,
    /// Imported things that nobody exports, as far as they are drawn.
    missing: BTreeSet<String>,
}

impl<'a> Drawing<'a> {
    fn shown(&self) -> impl Iterator<Item = &'a AccountScene> + use<'a> {
        self.scene.accounts.iter().filter(|account| {
            let claims = &account.claims;
            claims.exports().next().is_some() || claims.imports().next().is_some()
        })
    }

    fn account(&mut self, claims: &AccountClaims) {
        let key = &claims.sub;
        let name = plain(&claims.name);
        self.lines
            .push(format!("component [{name}] as {key} <<account>>"));
        if self.options.detail {
            let text = lines::info(&claims.nats.description, &claims.nats.info_url);
            lines::note("right", key, &text, &mut self.lines);
        }
        let mut of_parts = Vec::new();
        for export in claims.exports() {
            self.export(key, export);
            of_parts.extend(self.judge_export(key, export));
        }
        for import in claims.imports() {
            of_parts.extend(import.validate(key).iter().map(|issue| issue.text.clone()));
        }
        let issues = claims.validate(self.scene.at);
        let own = issues.iter().map(|issue| issue.text.clone());
        let own: Vec<String> = own.filter(|text| !of_parts.contains(text)).collect();
        self.problem(key, own);
        self.lines.push(String::new());
    }

    fn export(&mut self, key: &str, export: &Export) {
        let id = id_of(key, &export.name);
        let (name, subject) = (plain(&export.name), plain(&export.subject));
        let sort = sort(export.token_req, export.kind);
        self.lines
            .push(format!("interface \"{name}\" << {sort} >> as {id}"));
        self.lines
            .push(format!("{id} -- {key} : \"\"{subject}\"\"\""));
        let text = lines::info(&export.description, &export.info_url);
        lines::note("right", &id, &text, &mut self.lines);
    }

    /// Notes what is wrong with an export, and returns it.
    fn judge_export(&mut self, key: &str, export: &Export) -> Vec<String> {
        let issues = export.validate();
        let texts: Vec<String> = issues.iter().map(|issue| issue.text.clone()).collect();
        self.problem(&id_of(key, &export.name), texts.clone());
        texts
    }

    fn import(&mut self, importer: &AccountClaims, import: &Import) {
        let id = match self.exported(import) {
            Some(export) => {
                let id = id_of(&import.account, &export.name);
                match (export.token_req, import.token.is_empty()) {
                    (true, true) => self.import_problem(&id, importer, import, "has no token"),
                    (false, false) => {
                        self.import_problem(
                            &id,
                            importer,
                            import,
                            "has a token for a public export",
                        );
                    }
                    _ => {}
                }
                id
            }
            None => self.missing_export(importer, import),
        };
        let issues = import.validate(&importer.sub);
        let texts = issues.iter().map(|issue| issue.text.clone()).collect();
        self.problem(&id, texts);
        let (key, remote) = (&importer.sub, plain(&import.subject));
        let local = local_subject(import);
        let renamed = if local.is_empty() || local == import.subject {
            String::new()
        } else {
            format!(" \"<&resize-width>{}\"", plain(local))
        };
        self.lines
            .push(format!("{key}{renamed} ..> {id} : \"{remote}\""));
    }

    fn exporter(&self, key: &str) -> Option<&'a AccountClaims> {
        let mut accounts = self.scene.accounts.iter().map(|account| &account.claims);
        accounts.find(|claims| claims.sub == key)
    }

    fn exported(&self, import: &Import) -> Option<&'a Export> {
        let covers = |export: &&Export| {
            export.kind == import.kind && subject::is_contained(&import.subject, &export.subject)
        };
        self.exporter(&import.account)?.exports().find(covers)
    }

    /// Draws something that is imported but not exported; returns its id.
    fn missing_export(&mut self, importer: &AccountClaims, import: &Import) -> String {
        let id = id_of(&import.account, &import.subject);
        if self.missing.insert(id.clone()) {
            let sort = sort(!import.token.is_empty(), import.kind);
            self.lines
                .push(format!("interface \" \" << not-found {sort} >> as {id}"));
        }
        let why = match self.exporter(&import.account) {
            Some(_) => "is not exported",
            None => "comes from an account that is not in the store",
        };
        self.import_problem(&id, importer, import, why);
        id
    }

    fn import_problem(&mut self, id: &str, importer: &AccountClaims, import: &Import, why: &str) {
        let text = format!("import `{}` of {} {why}", import.subject, importer.name);
        self.problem(id, vec![text]);
    }

    fn problem(&mut self, id: &str, texts: Vec<String>) {
        if !texts.is_empty() {
            self.problems
                .entry(id.to_owned())
                .or_default()
                .extend(texts);
        }
    }

    fn notes(&mut self) {
        self.lines.push(String::new());
        for (id, texts) in std::mem::take(&mut self.problems) {
            lines::note("left", &id, &texts, &mut self.lines);
        }
    }
}

/// `public stream` and the like.
fn sort(private: bool, kind: Option<ExportKind>) -> String {
    let visibility = if private { "private" } else { "public" };
    format!("{visibility} {}", kind.map_or("export", ExportKind::name))
}

/// The id of an export; letters that mean something to PlantUML are spelled out.
fn id_of(key: &str, name: &str) -> String {
    let mut id = format!("{}_", plain(key));
    for c in name.chars() {
        match c {
            '*' => id.push_str("_A_"),
            '>' => id.push_str("_G_"),
            '$' => id.push_str("_D_"),
            '-' => id.push_str("_M_"),
            '"' => id.push('_'),
            c if c.is_whitespace() || c.is_control() => id.push('_'),
            c => id.push(c),
        }
    }
    id
}

fn local_subject(import: &Import) -> &str {
    if import.local_subject.is_empty() {
        &import.to
    } else {
        &import.local_subject
    }
}
