//! JSON Schemas of what `--output json` and `--output jsonl` print, made of the types of the results.
//!
//! Each command has one: the document around the result is the same for all, what is in `result`
//! is its own. [`published`] gives the texts of the files in `docs/schemas`, which `cargo xtask
//! schemas` writes.

mod closed;
mod document;
pub mod foreign;

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};

use crate::{cli, commands};

/// Describes a type as another one, which it is serialised as.
macro_rules! described_as {
    ($type:ty, $other:ty) => {
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                <$other as schemars::JsonSchema>::schema_name()
            }

            fn inline_schema() -> bool {
                <$other as schemars::JsonSchema>::inline_schema()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                <$other as schemars::JsonSchema>::json_schema(generator)
            }
        }
    };
}
pub(crate) use described_as;

/// A file of `docs/schemas`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Its name: the words of the command with dashes between them, or `error`, and the ending.
    pub name: String,
    /// Its content, ending in a line feed.
    pub text: String,
}

/// What a command can tell.
pub struct CommandResults {
    command: &'static str,
    results: Vec<fn(&mut SchemaGenerator) -> Schema>,
}

impl CommandResults {
    /// The result of a command, named by its words.
    pub fn of<T: JsonSchema>(command: &'static str) -> Self {
        let results = vec![of_type::<T> as fn(&mut SchemaGenerator) -> Schema];
        Self { command, results }
    }

    /// Another result of the same command.
    #[must_use]
    pub fn or<T: JsonSchema>(mut self) -> Self {
        self.results.push(of_type::<T>);
        self
    }

    /// The words of the command.
    pub fn command(&self) -> &'static str {
        self.command
    }

    /// The schema of all that `--output json` prints for it, but for errors.
    fn schema(&self, about: &str) -> Value {
        let mut generator = generator();
        let results = self.results.iter().map(|result| result(&mut generator));
        let results: Vec<Schema> = results.collect();
        let lines = document::lines(&results, generator.definitions());
        let result = document::any_of(results);
        let mut schema = document::of_command(&mut generator, self.command, result, about);
        let mut definitions = generator.take_definitions(true);
        // No type has a name in small letters.
        definitions.insert("line".to_owned(), lines);
        finish(&mut schema, definitions);
        schema
    }
}

/// Every command, with what it can tell.
pub fn all() -> Vec<CommandResults> {
    commands::results()
}

/// The words of every command of the tool, in the order of the help.
pub fn commands() -> Vec<String> {
    let mut found = Vec::new();
    leaves(&cli::command(), &mut Vec::new(), &mut |words, _| {
        found.push(words.join(" "));
    });
    found
}

/// The files of `docs/schemas`: one for each command, one for errors, and the index.
pub fn published() -> Vec<Published> {
    let abouts = abouts();
    let about = |command: &str| abouts.get(command).map_or("", String::as_str);
    let mut files: Vec<Published> = all()
        .iter()
        .map(|results| {
            let command = results.command();
            file(command, &results.schema(about(command)))
        })
        .collect();
    files.push(file("error", &error()));
    files.push(index(&abouts));
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

/// The page that says how documents look, and lists the schemas.
fn index(abouts: &BTreeMap<String, String>) -> Published {
    let mut text = include_str!("index.md").to_owned();
    text.push_str("| command | what it does |\n|---|---|\n");
    for (command, about) in abouts {
        let file = file_name(command);
        text.push_str(&format!("| [`nsc {command}`]({file}) | {about} |\n"));
    }
    Published {
        name: "README.md".to_owned(),
        text,
    }
}

/// The schema of what is printed instead of a result.
fn error() -> Value {
    let mut generator = generator();
    let mut schema = document::of_error(&mut generator);
    let definitions = generator.take_definitions(true);
    finish(&mut schema, definitions);
    schema
}

fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
}

fn of_type<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

fn finish(schema: &mut Value, definitions: Map<String, Value>) {
    schema["$defs"] = Value::Object(definitions);
    closed::close(schema);
}

fn file(command: &str, schema: &Value) -> Published {
    Published {
        name: file_name(command),
        text: nsc_core::json::to_pretty_text(schema, "  ", false) + "\n",
    }
}

fn file_name(command: &str) -> String {
    format!("{}.json", command.replace(' ', "-"))
}

/// What the help says of each command.
fn abouts() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    leaves(&cli::command(), &mut Vec::new(), &mut |words, command| {
        let about = command.get_about().map(ToString::to_string);
        found.insert(words.join(" "), about.unwrap_or_default());
    });
    found
}

/// Visits the commands that have no commands below them.
fn leaves<'a>(
    level: &'a clap::Command,
    words: &mut Vec<&'a str>,
    visit: &mut impl FnMut(&[&str], &clap::Command),
) {
    for command in level.get_subcommands().filter(|c| c.get_name() != "help") {
        words.push(command.get_name());
        if command.has_subcommands() {
            leaves(command, words, visit);
        } else {
            visit(words, command);
        }
        words.pop();
    }
}

#[cfg(test)]
mod tests;
