//! The lines of a file: CSV with a header line, or JSON objects.

use serde_json::Value;

use crate::app::App;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::source;

/// One line: its number, and its fields as the names and values of flags.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::commands::add) struct Record {
    pub(in crate::commands::add) line: u64,
    pub(in crate::commands::add) fields: Vec<(String, String)>,
}

/// A line that is a record, or what is wrong with it.
pub(in crate::commands::add) type Line = Result<Record, (u64, CliError)>;

/// The fields that there are.
pub(in crate::commands::add) trait Fields {
    /// The flag that a field is about, and whether it takes several values.
    fn flag(&self, field: &str) -> Result<(String, bool), CliError>;
}

/// Reads a file, or standard input.
pub(in crate::commands::add) fn read(app: &App, from: &str) -> Result<String, CliError> {
    let text = source::read_input(app, from)?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
}

/// Takes a text apart; its first character tells JSON from CSV.
///
/// # Errors
/// When no line can be right: an empty file, a header with unknown fields.
pub(in crate::commands::add) fn lines(
    text: &str,
    fields: &dyn Fields,
) -> Result<Vec<Line>, CliError> {
    let lines = match text.trim_start().chars().next() {
        None => Vec::new(),
        Some('{') => json_lines(text, fields),
        Some('[') => {
            return Err(CliError::failed("the file is a JSON array")
                .hint("one JSON object a line: jq -c '.[]' FILE | nsc add users --from -"));
        }
        Some(_) => csv_lines(text, fields)?,
    };
    if lines.is_empty() {
        return Err(CliError::failed("there is nothing to add in the file"));
    }
    Ok(lines)
}

fn csv_lines(text: &str, fields: &dyn Fields) -> Result<Vec<Line>, CliError> {
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|error| CliError::failed("the header line cannot be read").caused_by(&error))?;
    let mut flags = Vec::new();
    for field in header {
        let (flag, _) = fields.flag(field)?;
        if flags.contains(&flag) {
            return Err(CliError::failed(format!("field `{field}` is there twice"))
                .about(EntityKind::Field, field.to_string()));
        }
        flags.push(flag);
    }
    if !flags.iter().any(|flag| flag == "name") {
        return Err(CliError::failed("the header line has no field `name`")
            .about(EntityKind::Field, "name")
            .hint("a header line like: name,tag,expiry"));
    }
    let line = |row: Result<csv::StringRecord, csv::Error>| match row {
        Ok(row) => {
            let line = line_of(text, row.position());
            let cells = flags.iter().cloned().zip(row.iter().map(str::to_owned));
            // An empty cell says nothing.
            let fields = cells.filter(|(_, cell)| !cell.is_empty()).collect();
            Ok(Record { line, fields })
        }
        Err(error) => Err((
            line_of(text, error.position()),
            CliError::failed(csv_problem(&error)),
        )),
    };
    Ok(reader.records().map(line).collect())
}

/// The number of the line at a position, where the reader has not yet passed over empty lines.
fn line_of(text: &str, position: Option<&csv::Position>) -> u64 {
    let Some(position) = position else { return 0 };
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let empty = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + empty.filter(|byte| **byte == b'\n').count() as u64
}

fn csv_problem(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("there are {len} fields, but {expected_len} in the header line"),
        _ => format!("no CSV: {error}"),
    }
}

fn json_lines(text: &str, fields: &dyn Fields) -> Vec<Line> {
    let numbered = (1..).zip(text.lines());
    numbered
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| match json_fields(line, fields) {
            Ok(fields) => Ok(Record {
                line: number,
                fields,
            }),
            Err(error) => Err((number, error)),
        })
        .collect()
}

fn json_fields(line: &str, fields: &dyn Fields) -> Result<Vec<(String, String)>, CliError> {
    let value: Value = serde_json::from_str(line)
        .map_err(|error| CliError::failed("no JSON").caused_by(&error))?;
    let Value::Object(members) = value else {
        return Err(CliError::failed("no JSON object"));
    };
    let mut found = Vec::new();
    flatten(members, fields, &mut found)?;
    Ok(found)
}

fn flatten(
    members: serde_json::Map<String, Value>,
    fields: &dyn Fields,
    found: &mut Vec<(String, String)>,
) -> Result<(), CliError> {
    for (field, value) in members {
        match value {
            // Only for those who like their objects tidy.
            Value::Object(inner) if field == "limits" || field == "permissions" => {
                flatten(inner, fields, found)?;
            }
            Value::Null => {}
            Value::Array(items) => {
                let (flag, takes_several) = fields.flag(&field)?;
                if !takes_several {
                    return Err(CliError::failed(format!("field `{field}` takes one value"))
                        .about(EntityKind::Field, field.to_string()));
                }
                for item in items {
                    found.push((flag.clone(), list_item(&scalar(&field, item)?)));
                }
            }
            value => {
                let (flag, _) = fields.flag(&field)?;
                found.push((flag, scalar(&field, value)?));
            }
        }
    }
    Ok(())
}

fn scalar(field: &str, value: Value) -> Result<String, CliError> {
    match value {
        Value::String(text) => Ok(text),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        _ => Err(
            CliError::failed(format!("field `{field}` is no text or number"))
                .about(EntityKind::Field, field.to_string()),
        ),
    }
}

/// An item of a list as a flag takes it, where commas divide.
fn list_item(item: &str) -> String {
    if item.contains([',', '"', '\n']) {
        format!("\"{}\"", item.replace('"', "\"\""))
    } else {
        item.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    struct Known;

    impl Fields for Known {
        fn flag(&self, field: &str) -> Result<(String, bool), CliError> {
            match field {
                "name" | "subs" => Ok((field.to_owned(), false)),
                "tag" | "tags" => Ok(("tag".to_owned(), true)),
                _ => Err(CliError::failed(format!("unknown {field}"))),
            }
        }
    }

    fn fields(text: &str) -> Vec<Result<Vec<(String, String)>, String>> {
        let lines = lines(text, &Known).unwrap();
        let fields = |line: Line| {
            line.map(|record| record.fields)
                .map_err(|(line, error)| format!("{line}: {}", error.message))
        };
        lines.into_iter().map(fields).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Result<Vec<(String, String)>, String> {
        let own = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
        Ok(pairs.iter().map(own).collect())
    }

    #[test]
    fn csv_cells_are_fields() {
        let text = "name,tags\nu,\"a,b\"\nv,\n\nw\nx,\"q\"\"\"\n";
        let expected = [
            pairs(&[("name", "u"), ("tag", "a,b")]),
            pairs(&[("name", "v")]),
            Err("5: there are 1 fields, but 2 in the header line".to_owned()),
            pairs(&[("name", "x"), ("tag", "q\"")]),
        ];
        assert_eq!(fields(text), expected);
    }

    #[test]
    fn json_members_are_fields() {
        let text = concat!(
            "{\"name\":\"u\",\"tags\":[\"a\",\"b,c\"],\"limits\":{\"subs\":-1}}\n\n",
            "{\"name\":\"v\",\"subs\":null}\n",
            "{\"name\":[\"w\"]}\n[1]\n{\"name\":\n{\"tag\":{}}\n",
        );
        let expected = [
            pairs(&[
                ("name", "u"),
                ("tag", "a"),
                ("tag", "\"b,c\""),
                ("subs", "-1"),
            ]),
            pairs(&[("name", "v")]),
            Err("4: field `name` takes one value".to_owned()),
            Err("5: no JSON object".to_owned()),
            Err("6: no JSON".to_owned()),
            Err("7: field `tag` is no text or number".to_owned()),
        ];
        let mut found = fields(text);
        for line in found.iter_mut().flatten() {
            line.sort_by_key(|(name, _)| ["name", "tag", "subs"].iter().position(|n| n == name));
        }
        assert_eq!(found, expected);
    }

    #[test]
    fn files_that_cannot_be_right_are_refused() {
        for text in [
            "",
            " \n",
            "name\n",
            "tag\na\n",
            "name,tag,tags\n",
            "name,other\nu,v\n",
            "[{\"name\":\"u\"}]",
        ] {
            assert!(lines(text, &Known).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "(name,tag\n)?[{\\[]?\\PC*\n?\\PC*") {
            let _ = lines(&text, &Known);
        }
    }
}
