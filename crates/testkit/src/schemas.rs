//! Whatever `nsc` prints for machines is held against the schemas in `docs/schemas`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use boon::{Compiler, Schemas};
use serde_json::Value;

/// Where the schemas are published.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schemas");

/// A command has this many words at most.
const WORDS: usize = 3;

/// Whether JSON lines are asked for.
pub(crate) fn wants_lines(command: &Command) -> bool {
    let mut variables = command.get_envs();
    let by_variable =
        variables.any(|(name, value)| name == "NSC_OUTPUT" && value == Some(OsStr::new("jsonl")));
    let args: Vec<&OsStr> = command.get_args().collect();
    by_variable
        || args.contains(&OsStr::new("--output=jsonl"))
        || args.windows(2).any(|pair| pair == ["--output", "jsonl"])
}

/// Checks what a run printed, if that are documents or lines of JSON. `args` are those of the run;
/// `in_lines` tells whether JSON lines were asked for.
#[track_caller]
pub(crate) fn assert_described(args: &[String], in_lines: bool, stdout: &str) {
    if in_lines {
        let lines = stdout.lines().map(serde_json::from_str);
        for line in lines.map_while(Result::ok) {
            assert_line(args, &line);
        }
    } else if let Ok(document) = serde_json::from_str(stdout)
        && is_document(&document)
    {
        assert_document(&document);
    }
}

#[track_caller]
fn assert_line(args: &[String], line: &Value) {
    if is_document(line) {
        return assert_document(line);
    }
    let Some(name) = command_of(args) else {
        panic!("no schema for the lines of `nsc {}`", args.join(" "));
    };
    assert_valid(&name, "#/$defs/line", line);
}

#[track_caller]
fn assert_document(document: &Value) {
    // A command that failed in part or whole has both.
    if document.get("error").is_some() && document.get("result").is_none() {
        return assert_valid("error", "", document);
    }
    let command = document["command"].as_str().unwrap_or_default();
    assert_valid(&command.replace(' ', "-"), "", document);
}

/// Every document says which command it is of and how it went; what `-J` and such print does not.
fn is_document(value: &Value) -> bool {
    let has = |name: &str| value.get(name).is_some_and(Value::is_string);
    has("command") && has("status")
}

/// The schema of the command in a command line: the longest that is named there.
fn command_of(args: &[String]) -> Option<String> {
    let of_length = |length: usize| {
        let names = args.windows(length).map(|words| words.join("-"));
        names.into_iter().find(|name| file(name).exists())
    };
    (1..=WORDS).rev().find_map(of_length)
}

fn file(name: &str) -> PathBuf {
    Path::new(FOLDER).join(format!("{name}.json"))
}

#[track_caller]
fn assert_valid(name: &str, part: &str, value: &Value) {
    let path = file(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        panic!(
            "no schema `{}`: cargo xtask schemas writes it",
            path.display()
        );
    };
    let schema: Value = serde_json::from_str(&text).expect("a schema is JSON");
    let url = format!("file:///schemas/{name}.json");
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    let added = compiler.add_resource(&url, schema);
    added.expect("a schema has an address");
    if name != "error" {
        let text = std::fs::read_to_string(file("error")).expect("errors have a schema");
        let errors = serde_json::from_str(&text).expect("a schema is JSON");
        let added = compiler.add_resource("file:///schemas/error.json", errors);
        added.expect("a schema has an address");
    }
    let index = match compiler.compile(&format!("{url}{part}"), &mut schemas) {
        Ok(index) => index,
        Err(error) => panic!("`{}` is no schema: {error:#}", path.display()),
    };
    if let Err(error) = schemas.validate(value, index) {
        panic!(
            "not as `docs/schemas/{name}.json` says: {error:#}\n{value:#}\n\
             (after a change of a result: cargo xtask schemas)"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document() -> Value {
        json!({
            "command": "select operator",
            "result": { "operator": "O" },
            "status": "done",
        })
    }

    #[track_caller]
    fn check(args: &[&str], in_lines: bool, stdout: &str) {
        let args: Vec<String> = args.iter().map(ToString::to_string).collect();
        assert_described(&args, in_lines, stdout);
    }

    #[test]
    fn described_documents_pass() {
        check(&[], false, &document().to_string());
        check(&[], true, &document().to_string());
        check(&[], false, "[1]");
        check(&[], false, "no JSON");
        let lines = "{\"name\":\"A\",\"public_key\":\"\"}\n{\"name\":\"B\",\"public_key\":\"\"}\n";
        check(&["-H", "list", "list", "accounts"], true, lines);
    }

    #[test]
    #[should_panic(expected = "not as `docs/schemas/select-operator.json` says")]
    fn forgotten_members_fail() {
        let mut document = document();
        document["result"]["more"] = json!(1);
        check(&[], false, &document.to_string());
    }

    #[test]
    #[should_panic(expected = "not as `docs/schemas/select-operator.json` says")]
    fn missing_members_fail() {
        let mut document = document();
        document.as_object_mut().unwrap().remove("result");
        check(&[], true, &document.to_string());
    }

    #[test]
    #[should_panic(expected = "not as `docs/schemas/error.json` says")]
    fn errors_are_checked() {
        let document = json!({ "command": "", "status": "failed", "error": {} });
        check(&[], false, &document.to_string());
    }

    #[test]
    #[should_panic(expected = "not as `docs/schemas/list-accounts.json` says")]
    fn wrong_lines_fail() {
        check(&["list", "accounts"], true, "{\"name\":1}\n");
    }

    #[test]
    #[should_panic(expected = "no schema")]
    fn undescribed_commands_fail() {
        let document = json!({ "command": "do it", "status": "done", "result": null });
        check(&[], false, &document.to_string());
    }
}
