use std::collections::BTreeSet;

use serde_json::json;

use super::*;

#[test]
fn every_command_is_described_once() {
    let described: Vec<String> = all().iter().map(|r| r.command().to_owned()).collect();
    let unique: BTreeSet<String> = described.iter().cloned().collect();
    assert_eq!(described.len(), unique.len(), "{described:?}");
    assert_eq!(unique, commands().into_iter().collect());
}

fn closed(mut schema: Value) -> Value {
    closed::close(&mut schema);
    schema
}

#[test]
fn objects_have_no_other_members() {
    let object = || json!({ "properties": { "a": { "properties": {} } } });
    let shut = json!({
        "properties": { "a": { "additionalProperties": false, "properties": {} } },
        "additionalProperties": false,
    });
    assert_eq!(closed(object()), shut);
    assert_eq!(
        closed(json!({ "items": object() })),
        json!({ "items": shut })
    );
    let open = json!({ "properties": {}, "additionalProperties": true });
    assert_eq!(closed(open.clone()), open);
}

#[test]
fn parts_of_an_object_leave_room_for_the_others() {
    let part = json!({ "properties": { "b": true } });
    let object = json!({ "properties": { "a": true }, "oneOf": [part] });
    let mut shut = object.clone();
    shut["unevaluatedProperties"] = json!(false);
    assert_eq!(closed(object), shut);
    // Choices between whole objects are closed one by one.
    let choice = closed(json!({ "anyOf": [part] }));
    assert_eq!(choice["anyOf"][0]["additionalProperties"], false);
}

#[test]
fn what_may_be_absent_is_never_null() {
    let nullable = json!({ "type": ["string", "null"] });
    let reference = json!({ "anyOf": [{ "$ref": "#/$defs/A" }, { "type": "null" }] });
    let schema = closed(json!({
        "properties": { "a": nullable, "b": nullable, "c": reference },
        "required": ["b"],
    }));
    let member = |name: &str| schema["properties"][name].clone();
    assert_eq!(member("a"), json!({ "type": "string" }));
    assert_eq!(member("b"), nullable);
    assert_eq!(member("c"), json!({ "$ref": "#/$defs/A" }));
}
