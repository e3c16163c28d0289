//! A sheet in the language of Mermaid.

use std::collections::BTreeMap;

use super::{Card, Sheet};
use crate::yaml;

impl Sheet {
    /// The flowchart: a node for each thing, whatever columns it stands in.
    pub(in crate::diagram) fn mermaid(&self) -> String {
        let mut lines = vec![
            "---".to_owned(),
            format!("title: {}", &*yaml::quoted(&self.title)),
            "---".to_owned(),
            format!("%% {}", comment(self.legend)),
            format!("%% {}", comment(&self.footer)),
            "flowchart LR".to_owned(),
        ];
        let mut nodes: BTreeMap<&str, String> = BTreeMap::new();
        for card in self.columns.iter().flatten() {
            if !nodes.contains_key(card.id.as_str()) {
                let node = format!("n{}", nodes.len());
                lines.push(format!("  {node}[\"{}\"]", text(card)));
                nodes.insert(&card.id, node);
            }
        }
        let mut broken = Vec::new();
        for (n, link) in self.links.iter().enumerate() {
            let ends = [link.from, link.to].map(|port| nodes.get(self.card(port).id.as_str()));
            let [Some(from), Some(to)] = ends else {
                continue;
            };
            let arrow = if link.bad { "-.->" } else { "-->" };
            lines.push(format!(
                "  {from} {arrow}|\"{}\"| {to}",
                escaped(&link.label)
            ));
            if link.bad {
                broken.push(n.to_string());
            }
        }
        if !broken.is_empty() {
            lines.push(format!("  linkStyle {} stroke:#c00", broken.join(",")));
        }
        lines.join("\n") + "\n"
    }
}

/// Title and rows.
fn text(card: &Card) -> String {
    let title = format!("<b>{}</b><br/>{}", escaped(&card.title), card.kind);
    let rows = card.rows.iter().map(|row| escaped(&row.text));
    let lines: Vec<String> = [title].into_iter().chain(rows).collect();
    lines.join("<br/>")
}

/// Text in a quoted label: all but letters, digits and a few signs as character codes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' | '.' | ',' | '-' | '_' | ':' | '/' | '=' | '(' | ')' => out.push(c),
            c if c.is_alphanumeric() => out.push(c),
            c if c.is_control() => out.push(' '),
            c => out.push_str(&format!("#{};", u32::from(c))),
        }
    }
    out
}

/// Text in a comment; braces there could begin a directive.
fn comment(text: &str) -> String {
    text.replace(['{', '}'], " ")
}
