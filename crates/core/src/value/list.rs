//! Comma separated lists: one CSV record (RFC 4180) for each use of a flag.

use super::ValueError;

const LIST: &str = "values separated by commas, such as `a,b` or `\"with, comma\",b`";

/// Parses one use of a list flag; blanks are kept, empty text is an empty list.
///
/// A value in double quotes may hold commas and line ends, and `""` for a quote.
///
/// # Errors
///
/// [`ValueProblem::Syntax`](super::ValueProblem::Syntax) for a stray or unclosed quote and for
/// text beyond the first line.
pub fn parse_list(text: &str) -> Result<Vec<String>, ValueError> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    parse_record(text).ok_or_else(|| ValueError::syntax(text, LIST))
}

fn parse_record(text: &str) -> Option<Vec<String>> {
    let mut fields = Vec::new();
    let mut rest = text.trim_start_matches(['\r', '\n']);
    loop {
        let (field, after) = if rest.starts_with('"') {
            quoted_field(rest)?
        } else {
            bare_field(rest)?
        };
        fields.push(field);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None => {
                return after
                    .trim_matches(['\r', '\n'])
                    .is_empty()
                    .then_some(fields);
            }
        }
    }
}

fn bare_field(text: &str) -> Option<(String, &str)> {
    let line_end = text.find("\r\n").unwrap_or(text.len());
    let end = text.find([',', '\n']).unwrap_or(text.len()).min(line_end);
    let (field, after) = text.split_at(end);
    (!field.contains('"')).then(|| (field.to_owned(), after))
}

fn quoted_field(text: &str) -> Option<(String, &str)> {
    let mut field = String::new();
    let mut rest = text.strip_prefix('"')?;
    loop {
        let (part, after) = rest.split_once('"')?;
        field.push_str(part);
        match after.strip_prefix('"') {
            Some(next) => {
                field.push('"');
                rest = next;
            }
            None => break rest = after,
        }
    }
    let closed = rest.is_empty() || rest.starts_with([',', '\n']) || rest.starts_with("\r\n");
    closed.then(|| (field.replace("\r\n", "\n"), rest))
}
