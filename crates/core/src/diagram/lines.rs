//! Lines of a diagram. Names and descriptions are foreign text: they must not end a quoted text or a line.

use crate::diagram::Scene;

/// Begins a diagram.
pub(super) fn begin(scene: &Scene<'_>, what: &str) -> Vec<String> {
    vec![
        "@startuml".to_owned(),
        format!("title {what} - Operator {}", plain(&scene.operator.name)),
        String::new(),
    ]
}

/// Ends a diagram with the legend and the footer.
pub(super) fn end(scene: &Scene<'_>, legend: &[&str], mut lines: Vec<String>) -> String {
    lines.push("legend".to_owned());
    lines.extend(legend.iter().map(|line| (*line).to_owned()));
    lines.push("end legend".to_owned());
    let (place, at) = (plain(scene.place), scene.at);
    lines.push(format!("footer {place} - {at}"));
    lines.push("@enduml".to_owned());
    lines.join("\n") + "\n"
}

/// A note beside a thing; nothing when there is no text.
pub(super) fn note(side: &str, of: &str, text: &[String], lines: &mut Vec<String>) {
    if text.is_empty() {
        return;
    }
    lines.push(format!("note {side} of {of}"));
    lines.extend(text.iter().map(|line| alone(line)));
    lines.push("end note".to_owned());
}

/// Foreign text in a line of its own: not the end of the note or the diagram, nor an order such as `!include`.
#[expect(clippy::string_slice, reason = "cut after the first character")]
fn alone(text: &str) -> String {
    let text = plain(text);
    let line = text.trim_start();
    let letters: String = line.to_lowercase().split_whitespace().collect();
    let is_order = line.starts_with(['@', '!', '\''])
        || ["{{", "}}", "/'"].iter().any(|sign| line.starts_with(sign));
    match line.chars().next() {
        Some(first) if is_order || letters == "endnote" => {
            format!("&#{};{}", u32::from(first), &line[first.len_utf8()..])
        }
        _ => text,
    }
}

/// A description and a link, as a note.
pub(super) fn info(description: &str, url: &str) -> Vec<String> {
    let mut text = wrapped(description);
    if !url.is_empty() && !url.contains([' ', ']', '"']) {
        text.push(format!("[[{url} info]]"));
    }
    text
}

/// Foreign text in one line, without quotes.
pub(super) fn plain(text: &str) -> String {
    one_line(text).replace('"', "'")
}

/// Foreign text in one line.
pub(super) fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// Words in lines of about 20 columns.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= COLUMNS => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

const COLUMNS: usize = 20;
