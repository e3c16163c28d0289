//! The documents around results, and what is printed instead of one.

use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::ui::json::Failure;
use crate::ui::report::{Change, Status};
use crate::ui::step::Step;

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The document of a command that ran.
pub(super) fn of_command(
    generator: &mut SchemaGenerator,
    command: &str,
    result: Value,
    about: &str,
) -> Value {
    let changes = generator.subschema_for::<Change>();
    let status = generator.subschema_for::<Status>();
    let steps = generator.subschema_for::<Step>();
    json!({
        "$schema": DIALECT,
        "title": format!("nsc {command}"),
        "description": format!("What `nsc {command} --output json` prints. {about}."),
        "type": "object",
        "required": ["command", "result", "status"],
        "properties": {
            "changed": {
                "description": "Whether something is different now, or would be; only of commands that write.",
                "type": "boolean",
            },
            "changes": {
                "description": "The files that were written, or would be with `--dry-run`.",
                "type": "array",
                "items": changes,
            },
            "command": { "description": "The words of the command.", "const": command },
            "dry_run": { "description": "Nothing was written.", "const": true },
            "error": {
                "description": "Why the exit status is not 0, although there is a result.",
                "$ref": "error.json#/properties/error",
            },
            "result": result,
            "status": status,
            "steps": {
                "description": "What a person reads: what was done, and how it went.",
                "type": "array",
                "items": steps,
            },
        },
    })
}

/// One of these.
pub(super) fn any_of(mut results: Vec<Schema>) -> Value {
    if results.len() == 1 {
        return results.remove(0).to_value();
    }
    json!({ "anyOf": results })
}

/// A line of `--output jsonl`: an item where the result is a list, else the document.
pub(super) fn lines(results: &[Schema], definitions: &Map<String, Value>) -> Value {
    let line = |result: &Schema| {
        let result = followed(result, definitions);
        let items = result.get("items").cloned();
        items.unwrap_or_else(|| json!({ "$ref": "#" }))
    };
    let description =
        "A line of `--output jsonl`: an item where the result is a list, else the document.";
    let mut lines: Vec<Value> = results.iter().map(line).collect();
    lines.dedup();
    let mut schema = match lines.len() {
        1 => lines.remove(0),
        _ => json!({ "anyOf": lines }),
    };
    schema["description"] = json!(description);
    schema
}

/// The definition that a reference names.
fn followed<'a>(schema: &'a Schema, definitions: &'a Map<String, Value>) -> &'a Value {
    let name = schema.get("$ref").and_then(Value::as_str);
    let name = name.and_then(|reference| reference.strip_prefix("#/$defs/"));
    let definition = name.and_then(|name| definitions.get(name));
    definition.unwrap_or_else(|| schema.as_value())
}

/// The document of a command that could not do what it was asked.
pub(super) fn of_error(generator: &mut SchemaGenerator) -> Value {
    let failure = generator.subschema_for::<Failure<'_>>();
    json!({
        "$schema": DIALECT,
        "title": "nsc: error",
        "description": "What `nsc --output json` and `--output jsonl` print for a command that ended without a result.",
        "type": "object",
        "required": ["command", "error", "status"],
        "properties": {
            "command": {
                "description": "The words of the command; empty where the command line makes no sense.",
                "type": "string",
            },
            "error": failure,
            "status": { "const": "failed" },
        },
    })
}
