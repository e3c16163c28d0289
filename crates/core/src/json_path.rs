//! Paths to one value of a JSON text, such as `nats.exports[0].subject`.

use serde_json::Value;

/// Why a path leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// A `[` of the path is not followed by digits and `]`.
    #[error("`{part}` is not understood; write an index from 0 as in `name[0]`")]
    Bracket {
        /// The part of the path.
        part: String,
    },
    /// The list has no such item.
    #[error("`{part}` asks for item {index} of a list of {length}; items count from 0")]
    Index {
        /// The part of the path.
        part: String,
        /// The index, as typed.
        index: String,
        /// The length of the list.
        length: usize,
    },
    /// An item is asked of a value that is no list.
    #[error("`{part}` asks for an item of something that is no list")]
    NotAList {
        /// The part of the path.
        part: String,
    },
    /// A member is asked of a value that has none.
    #[error("`{part}` asks for a member of something that has none")]
    NotAnObject {
        /// The part of the path.
        part: String,
    },
}

/// Returns the value under `path`: names joined by dots, with `[index]` or `.index` for the items
/// of lists, from 0. A missing last member is `null`.
///
/// # Errors
///
/// [`PathError`] for going into a missing or plain value, and for indexes that are no number or
/// beyond the list.
///
/// ```
/// use nsc_core::json_path::lookup;
/// use serde_json::json;
/// let claims = json!({"nats": {"tags": ["a", "b"]}});
/// assert_eq!(lookup(&claims, "nats.tags[1]"), Ok(json!("b")));
/// assert_eq!(lookup(&claims, "nats.exports"), Ok(json!(null)));
/// ```
pub fn lookup(json: &Value, path: &str) -> Result<Value, PathError> {
    let mut current = Some(json);
    for part in path.split('.') {
        let (name, indexes) = split_part(part)?;
        if !(name.is_empty() && current.is_some_and(Value::is_array) && !indexes.is_empty()) {
            current = member(current, name, part)?;
        }
        for index in indexes {
            let list = current.and_then(Value::as_array);
            let list = list.ok_or_else(|| PathError::NotAList {
                part: part.to_owned(),
            })?;
            current = Some(item(list, index, part)?);
        }
    }
    Ok(current.cloned().unwrap_or_default())
}

/// Splits `name[1][2]` into the name and the texts of the indexes.
fn split_part(part: &str) -> Result<(&str, Vec<&str>), PathError> {
    let bracket = || PathError::Bracket {
        part: part.to_owned(),
    };
    let Some((name, mut rest)) = part.split_once('[') else {
        return Ok((part, Vec::new()));
    };
    let mut indexes = Vec::new();
    loop {
        let (index, after) = rest.split_once(']').ok_or_else(bracket)?;
        if !is_index(index) {
            return Err(bracket());
        }
        indexes.push(index);
        match after.strip_prefix('[') {
            Some(next) => rest = next,
            None if after.is_empty() => return Ok((name, indexes)),
            None => return Err(bracket()),
        }
    }
}

fn member<'a>(
    of: Option<&'a Value>,
    name: &str,
    part: &str,
) -> Result<Option<&'a Value>, PathError> {
    match of {
        Some(Value::Object(members)) => Ok(members.get(name)),
        Some(Value::Array(list)) if is_index(name) => item(list, name, part).map(Some),
        _ => Err(PathError::NotAnObject {
            part: part.to_owned(),
        }),
    }
}

fn item<'a>(list: &'a [Value], index: &str, part: &str) -> Result<&'a Value, PathError> {
    let found = index.parse().ok().and_then(|index: usize| list.get(index));
    found.ok_or_else(|| PathError::Index {
        part: part.to_owned(),
        index: index.to_owned(),
        length: list.len(),
    })
}

fn is_index(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;
    use proptest::prelude::*;

    #[test]
    fn paths() {
        let whole = serde_json::json!({"a": [[1, 2], {"b": null}], "": {"": 7}, "0": "zero"});
        for (path, found) in [
            ("a[0][1]", Some("2")),
            ("a.0.1", Some("2")),
            ("a[1].b", Some("null")),
            ("a[1].c", Some("null")),
            (".", Some("7")),
            ("0", Some("\"zero\"")),
            ("a[00][0]", Some("1")),
            ("a[2]", None),
            ("a[-1]", None),
            ("a[x]", None),
            ("a[", None),
            ("a[]", None),
            ("a[0]x", None),
            ("a[0", None),
            ("a.x", None),
            ("a.", None),
            ("x.y", None),
            ("x[0]", None),
            ("0[0]", None),
            ("a[1].b.c", None),
            ("a[1][0]", None),
            ("a[99999999999999999999]", None),
            ("a[+1]", None),
        ] {
            let value = lookup(&whole, path).ok().map(|value| json::to_text(&value));
            assert_eq!(value.as_deref(), found, "{path}");
        }
        assert_eq!(lookup(&serde_json::json!([5]), "[0]"), Ok(5.into()));
    }

    #[test]
    fn errors_name_the_part() {
        let error = lookup(&serde_json::json!({"a": [1]}), "a[1]").unwrap_err();
        assert_eq!(
            error.to_string(),
            "`a[1]` asks for item 1 of a list of 1; items count from 0"
        );
    }

    proptest! {
        #[test]
        fn never_panics(path in "[ab.\\[\\]0-2é]{0,12}") {
            let _ = lookup(&serde_json::json!({"a": [[1, 2], {"b": []}], "": {"a": 0}}), &path);
        }
    }
}
