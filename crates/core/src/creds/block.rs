//! Finding the framed lines of a decorated text.

/// Returns the content lines of all blocks: a line with dashes at both ends, a line made only of
/// letters, digits, `_`, `-`, `.` and `=`, and another line with dashes at both ends.
///
/// Blanks around lines do no harm, and the first line may have other text before its dashes.
#[expect(
    clippy::indexing_slicing,
    reason = "the pattern holds three lines at least"
)]
pub(super) fn contents(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut found = Vec::new();
    let mut rest = lines.as_slice();
    while let [open, content, close, after @ ..] = rest {
        if opens(open) && is_content(content) && closes(close) {
            found.push(*content);
            rest = after;
        } else {
            rest = &rest[1..];
        }
    }
    found
}

/// Returns the lines between `-----BEGIN … SEED-----` and `------END … SEED------`.
#[expect(clippy::indexing_slicing, reason = "`position` found the line")]
pub(super) fn seed_lines(text: &str) -> Option<Vec<&str>> {
    let mut lines = text.lines().map(str::trim);
    lines.find(|line| line.starts_with("-----BEGIN ") && line.ends_with(" SEED-----"))?;
    let ends = |line: &str| line.starts_with("------END ") && line.ends_with(" SEED------");
    let rest: Vec<&str> = lines.collect();
    let end = rest.iter().position(|line| ends(line))?;
    Some(rest[..end].to_vec())
}

#[expect(clippy::string_slice, reason = "`find` gives the start of a match")]
fn opens(line: &str) -> bool {
    line.find("---").is_some_and(|start| closes(&line[start..]))
}

/// Three dashes, any text, three dashes.
fn closes(line: &str) -> bool {
    line.len() >= 6 && line.starts_with("---") && line.ends_with("---")
}

fn is_content(line: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '=');
    !line.is_empty() && line.chars().all(allowed)
}
