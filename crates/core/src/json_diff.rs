//! What differs between two JSON texts, member by member, such as two versions of an account's claims.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Where, such as `nats.limits.conn` or `nats.exports[orders.>].type`.
    pub path: String,
    /// What was there; absent when the member is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Value>,
    /// What is there now; absent when the member is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Value>,
}

/// Returns what changes on the way from one value to the other, in the order of their paths.
///
/// The items of a list are told apart by what names them (`subject`, `key`, `name`), or by
/// themselves where they are plain: their order is no difference, unless items are repeated or have
/// no name.
///
/// ```
/// use nsc_core::json_diff::differences;
/// use serde_json::json;
/// let found = differences(&json!({"tags": ["a", "b"]}), &json!({"tags": ["b", "c"]}));
/// assert_eq!(found[0].path, "tags[a]");
/// assert_eq!((&found[1].from, &found[1].to), (&None, &Some(json!("c"))));
/// ```
pub fn differences(from: &Value, to: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare("", Some(from), Some(to), &mut found);
    found
}

fn compare(path: &str, from: Option<&Value>, to: Option<&Value>, found: &mut Vec<Difference>) {
    match (from, to) {
        _ if from == to => {}
        (Some(Value::Object(_)) | None, Some(Value::Object(_)))
        | (Some(Value::Object(_)), None)
            if !path.ends_with(']') || (from.is_some() && to.is_some()) =>
        {
            let members = |value: Option<&Value>| -> BTreeSet<String> {
                let object = value.and_then(Value::as_object);
                object
                    .map(|o| o.keys().cloned().collect())
                    .unwrap_or_default()
            };
            for name in members(from).union(&members(to)) {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                let member = |value: Option<&'_ Value>| value.and_then(|v| v.get(name)).cloned();
                compare(&path, member(from).as_ref(), member(to).as_ref(), found);
            }
        }
        (Some(Value::Array(_)) | None, Some(Value::Array(_))) | (Some(Value::Array(_)), None) => {
            compare_lists(path, list(from), list(to), found);
        }
        _ => found.push(Difference {
            path: path.to_owned(),
            from: from.cloned(),
            to: to.cloned(),
        }),
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn compare_lists(path: &str, from: &[Value], to: &[Value], found: &mut Vec<Difference>) {
    let (Some(old), Some(new)) = (names(from), names(to)) else {
        let whole = |items: &[Value]| (!items.is_empty()).then(|| Value::from(items.to_vec()));
        found.push(Difference {
            path: path.to_owned(),
            from: whole(from),
            to: whole(to),
        });
        return;
    };
    for name in old.union(&new) {
        let item = |items: &'_ [Value]| {
            let item = items
                .iter()
                .find(|item| name_of(item).as_ref() == Some(name));
            item.cloned()
        };
        let path = format!("{path}[{name}]");
        compare(&path, item(from).as_ref(), item(to).as_ref(), found);
    }
}

/// The names of all items, if each has one of its own.
fn names(items: &[Value]) -> Option<BTreeSet<String>> {
    let names: Option<BTreeSet<String>> = items.iter().map(name_of).collect();
    names.filter(|names| names.len() == items.len())
}

/// What tells an item from its neighbours.
fn name_of(item: &Value) -> Option<String> {
    match item {
        Value::Object(members) => {
            let text = |name| members.get(name).and_then(Value::as_str);
            let own = ["subject", "key", "name"].into_iter().find_map(text)?;
            // The same subject may be imported from several accounts.
            Some(match text("account") {
                Some(account) => format!("{own} {account}"),
                None => own.to_owned(),
            })
        }
        Value::Array(_) => None,
        Value::String(text) => Some(text.clone()),
        plain => Some(plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn lines(from: &Value, to: &Value) -> Vec<String> {
        let text = |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), Value::to_string);
        differences(from, to)
            .iter()
            .map(|d| format!("{} {} {}", d.path, text(&d.from), text(&d.to)))
            .collect()
    }

    #[test]
    fn members_and_named_items_are_compared_one_by_one() {
        let from = json!({"iat": 1, "nats": {
            "limits": {"conn": 5, "subs": -1},
            "exports": [{"subject": "a", "type": "stream"}, {"subject": "b", "type": "service"}],
            "revocations": {"UA": 7}, "tags": ["x", "y"]}});
        let to = json!({"iat": 2, "nats": {
            "limits": {"conn": 6, "subs": -1},
            "exports": [{"subject": "b", "type": "service"}, {"subject": "a", "type": "service"}],
            "tags": ["y", "z"], "description": "d"}});
        assert_eq!(
            lines(&from, &to),
            [
                "iat 1 2",
                r#"nats.description - "d""#,
                r#"nats.exports[a].type "stream" "service""#,
                "nats.limits.conn 5 6",
                "nats.revocations.UA 7 -",
                r#"nats.tags[x] "x" -"#,
                r#"nats.tags[z] - "z""#,
            ]
        );
    }

    #[test]
    fn whole_items_come_and_go_and_nameless_lists_are_compared_as_they_are() {
        let from = json!({"l": [{"subject": "a"}], "m": [[1], [2]], "r": ["a", "a"]});
        let to = json!({"l": [{"subject": "b"}], "m": [[2], [1]], "r": ["a"]});
        assert_eq!(
            lines(&from, &to),
            [
                r#"l[a] {"subject":"a"} -"#,
                r#"l[b] - {"subject":"b"}"#,
                "m [[1],[2]] [[2],[1]]",
                r#"r ["a","a"] ["a"]"#,
            ]
        );
        assert_eq!(lines(&from, &from), [""; 0]);
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i8>().prop_map(Value::from),
            "[a-c]{0,2}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map("subject|key|[a-c]", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn both_ways_tell_the_same(a in value(), b in value()) {
            let there = differences(&a, &b);
            let back: Vec<_> = differences(&b, &a)
                .into_iter()
                .map(|d| Difference { path: d.path, from: d.to, to: d.from })
                .collect();
            prop_assert_eq!(there, back);
            prop_assert!(differences(&a, &a).is_empty());
        }
    }
}
