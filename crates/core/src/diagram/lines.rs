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
    lines.extend(text.iter().map(|line| plain(line)));
    lines.push("end note".to_owned());
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
    text.chars()
        .map(|c| match c {
            '"' => '\'',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
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
