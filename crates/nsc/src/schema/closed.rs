//! Schemas made strict: what is not described may not be there.

use serde_json::{Value, json};

/// Members that hold one schema each.
const ONE: &[&str] = &["additionalProperties", "items", "not"];
/// Members that hold a list of schemas.
const LISTS: &[&str] = &["allOf", "anyOf", "oneOf", "prefixItems"];
/// Members that hold schemas by name.
const NAMED: &[&str] = &["$defs", "patternProperties", "properties"];

/// Lets objects have the members only that they are described with, and makes members that are left
/// out when they say nothing never `null`.
pub(super) fn close(schema: &mut Value) {
    visit(schema, true);
}

/// `alone` tells whether the schema describes all of its object, rather than a part of it.
fn visit(schema: &mut Value, alone: bool) {
    if schema.get("properties").is_some() {
        drop_nulls(schema);
        if alone {
            shut(schema);
        }
    }
    let is_part = schema.get("properties").is_some() || !alone;
    let Some(members) = schema.as_object_mut() else {
        return;
    };
    for (name, member) in members {
        match name.as_str() {
            name if ONE.contains(&name) => visit(member, true),
            name if LISTS.contains(&name) => {
                let parts = member.as_array_mut().into_iter().flatten();
                parts.for_each(|part| visit(part, !is_part));
            }
            name if NAMED.contains(&name) => {
                let named = member.as_object_mut().into_iter().flatten();
                named.for_each(|(_, schema)| visit(schema, true));
            }
            _ => {}
        }
    }
}

/// Refuses other members, unless it is said already whether there may be some.
fn shut(schema: &mut Value) {
    let is_composed = ["$ref", "allOf", "anyOf", "oneOf"]
        .iter()
        .any(|name| schema.get(name).is_some());
    let keyword = if is_composed {
        "unevaluatedProperties"
    } else {
        "additionalProperties"
    };
    if schema.get("additionalProperties").is_none() {
        schema[keyword] = json!(false);
    }
}

/// An optional member is absent rather than `null`.
fn drop_nulls(schema: &mut Value) {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let Some(properties) = schema["properties"].as_object_mut() else {
        return;
    };
    for (name, property) in properties {
        if !required.contains(&json!(name)) {
            drop_null(property);
        }
    }
}

fn drop_null(schema: &mut Value) {
    if let Some(types) = schema.get_mut("type").and_then(Value::as_array_mut) {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            schema["type"] = only.clone();
        }
    }
    let Some(choices) = schema.get_mut("anyOf").and_then(Value::as_array_mut) else {
        return;
    };
    choices.retain(|choice| choice["type"] != "null");
    if let [only] = choices.as_slice() {
        let Value::Object(only) = only.clone() else {
            return;
        };
        if let Some(members) = schema.as_object_mut() {
            members.remove("anyOf");
            members.extend(only);
        }
    }
}
