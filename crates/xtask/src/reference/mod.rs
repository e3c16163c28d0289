//! `cargo xtask reference`: man pages and the reference of all commands, made of the command tree.
//!
//! Beside them the completion of `nk`, whose flags do not change with what is in a store.
//!
//! Commands that the help hides (names and conversions of old versions) have pages, too: who finds one in a script
//! wants to know what it does. Hidden flags, which are other names of flags, have none.

mod man;
mod nk;
mod pages;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use clap::{Arg, Command};
use nsc::help::examples::Example;

use crate::step::Workspace;

/// Folders below `docs` that hold nothing else.
const FOLDERS: [&str; 3] = ["completions", "man", "reference"];

/// Writes all pages, and removes those of commands that are gone.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let docs = workspace.root.join("docs");
    let files = files();
    for folder in FOLDERS {
        let folder = docs.join(folder);
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make `{}`", folder.display()))?;
    }
    for name in found(&docs)?
        .keys()
        .filter(|name| !files.contains_key(*name))
    {
        fs::remove_file(docs.join(name)).with_context(|| format!("cannot remove `{name}`"))?;
    }
    for (name, text) in &files {
        fs::write(docs.join(name), text).with_context(|| format!("cannot write `{name}`"))?;
    }
    println!("wrote {} files to `{}`", files.len(), docs.display());
    Ok(())
}

/// Every page: its path below `docs`, and its text.
fn files() -> BTreeMap<String, String> {
    let root = tree();
    let mut files = man::pages(&root);
    files.extend(pages::pages(&root));
    files.insert("man/nk.1".to_owned(), nk::man());
    files.insert("reference/nk.md".to_owned(), nk::page());
    // Those of `nsc` are in the program: `nsc completion SHELL`.
    for (name, script) in [
        ("bash", nk::bash()),
        ("fish", nk::fish()),
        ("zsh", nk::zsh()),
    ] {
        files.insert(format!("completions/nk.{name}"), script);
    }
    files
}

/// The pages that are there.
fn found(docs: &Path) -> Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for folder in FOLDERS {
        for entry in fs::read_dir(docs.join(folder))? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let text = fs::read_to_string(docs.join(folder).join(&name))?;
            found.insert(format!("{folder}/{name}"), text);
        }
    }
    Ok(found)
}

/// The command tree, with the global flags and the names of all commands everywhere.
fn tree() -> Command {
    let mut root = nsc::cli::command().disable_help_subcommand(true);
    root.build();
    root
}

/// The commands below a command, in the order of the help, hidden ones last.
fn below(command: &Command) -> Vec<&Command> {
    let mut commands: Vec<&Command> = command
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
        .collect();
    commands.sort_by_key(|command| command.is_hide_set());
    commands
}

/// The words that are typed for a command.
fn words(command: &Command) -> &str {
    command.get_bin_name().unwrap_or_else(|| command.get_name())
}

fn about(command: &Command) -> String {
    let about = command.get_about().map(ToString::to_string);
    about.unwrap_or_default()
}

/// What follows the flags in the long help, without any colour.
fn after_help(command: &Command) -> Option<String> {
    let text = command
        .get_after_long_help()
        .or_else(|| command.get_after_help())?;
    let text = text.to_string();
    Some(text.trim_end().to_owned()).filter(|text| !text.is_empty())
}

/// The examples of a command, which the help shows and a test runs; those of a group are with its commands.
fn examples(command: &Command) -> &'static [Example] {
    let words = words(command);
    nsc::help::examples::of(words.strip_prefix("nsc ").unwrap_or_default())
}

/// What an example does.
fn titled(example: &Example) -> String {
    match example.status {
        0 => example.what.to_owned(),
        status => format!("{} (ends with status {status})", example.what),
    }
}

/// The flags and words of a command that the help shows, without the global ones, `-h` and `-v`.
fn own_arguments(command: &Command) -> Vec<&Arg> {
    let shown = |arg: &&Arg| {
        !arg.is_hide_set()
            && !arg.is_global_set()
            && !matches!(arg.get_id().as_str(), "help" | "version")
    };
    command.get_arguments().filter(shown).collect()
}

/// The global flags.
fn global_arguments(root: &Command) -> Vec<&Arg> {
    root.get_arguments()
        .filter(|arg| arg.is_global_set())
        .collect()
}

/// How an argument is typed.
fn written(arg: &Arg) -> String {
    let values = values(arg);
    if arg.is_positional() {
        return values;
    }
    let names = [
        arg.get_short().map(|short| format!("-{short}")),
        arg.get_long().map(|long| format!("--{long}")),
    ];
    let names: Vec<String> = names.into_iter().flatten().collect();
    let names = names.join(", ");
    if is_switch(arg) {
        names
    } else {
        format!("{names} {values}")
    }
}

/// The names of an argument's values.
fn values(arg: &Arg) -> String {
    let names = arg.get_value_names().unwrap_or_default();
    let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
    let many = arg
        .get_num_args()
        .is_some_and(|range| range.max_values() > 1)
        || matches!(arg.get_action(), clap::ArgAction::Append) && arg.is_positional();
    format!("{}{}", names.join(" "), if many { " ..." } else { "" })
}

/// On or off, a value only behind a `=`.
fn is_switch(arg: &Arg) -> bool {
    arg.is_require_equals_set() || !arg.get_action().takes_values()
}

/// What an argument is for, with the values that it takes and what it is without.
fn told(arg: &Arg) -> String {
    let mut text = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let possible = arg.get_possible_values();
    if !possible.is_empty() && !arg.is_hide_possible_values_set() && !is_switch(arg) {
        let names: Vec<String> = possible
            .iter()
            .filter(|value| !value.is_hide_set())
            .map(|value| value.get_name().to_owned())
            .collect();
        text.push_str(&format!(" [values: {}]", names.join(", ")));
    }
    let defaults = arg.get_default_values();
    if !defaults.is_empty() && !arg.is_hide_default_value_set() {
        let defaults: Vec<_> = defaults
            .iter()
            .map(|value| value.to_string_lossy())
            .collect();
        text.push_str(&format!(" [default: {}]", defaults.join(", ")));
    }
    let mut aliases: Vec<String> = arg
        .get_visible_aliases()
        .unwrap_or_default()
        .into_iter()
        .map(|alias| format!("--{alias}"))
        .collect();
    aliases.extend(
        arg.get_visible_short_aliases()
            .unwrap_or_default()
            .into_iter()
            .map(|alias| format!("-{alias}")),
    );
    if !aliases.is_empty() {
        text.push_str(&format!(" [also: {}]", aliases.join(", ")));
    }
    text
}

/// The usage line.
fn usage(command: &Command) -> String {
    let mut line = words(command).to_owned();
    if !own_arguments(command).iter().all(|arg| arg.is_positional()) {
        line.push_str(" [FLAGS]");
    }
    for arg in command.get_positionals().filter(|arg| !arg.is_hide_set()) {
        let values = values(arg);
        if arg.is_required_set() {
            line.push_str(&format!(" {values}"));
        } else {
            line.push_str(&format!(" [{values}]"));
        }
    }
    if command.has_subcommands() {
        line.push_str(" COMMAND");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_published_is_up_to_date() {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
        let hint = "`cargo xtask reference` writes the pages anew";
        let found = found(&docs).expect(hint);
        let wanted = files();
        let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&found), names(&wanted), "{hint}");
        for (name, text) in wanted {
            assert!(found[&name] == text, "`docs/{name}` is out of date: {hint}");
        }
    }

    #[test]
    fn every_command_and_flag_has_its_place() {
        let root = tree();
        let files = files();
        let mut pending = vec![&root];
        while let Some(command) = pending.pop() {
            pending.extend(below(command));
            let page = format!("man/{}.1", words(command).replace(' ', "-"));
            let man = &files[&page];
            let reference = pages::page_of(command);
            let text = &files[&reference];
            assert!(
                text.contains(&format!("`{}", words(command))),
                "{reference}: {}",
                words(command)
            );
            for arg in own_arguments(command) {
                let Some(long) = arg.get_long() else { continue };
                let escaped = format!("\\-\\-{}", long.replace('-', "\\-"));
                assert!(man.contains(&escaped), "{page}: {long}");
                assert!(text.contains(&format!("--{long}")), "{reference}: {long}");
            }
        }
    }

    #[test]
    fn examples_of_the_help_are_shown() {
        let files = files();
        for page in ["man/nsc-batch.1", "reference/batch.md"] {
            let text = &files[page];
            for example in nsc::help::examples::of("batch") {
                assert!(text.contains(example.what), "{page}: {}", example.what);
            }
        }
    }

    #[test]
    fn the_page_about_pipelines_names_every_variable() {
        let page = include_str!("../../../../docs/tasks/automation.md");
        let (_, page) = page.split_once("\n## Variables\n").unwrap();
        let (table, _) = page.split_once("\n## ").unwrap();
        let known = nsc::variables::all().into_iter();
        let known = known.map(|variable| (variable.name, Some(variable.flag)));
        let others = man::OTHER_VARIABLES
            .iter()
            .flat_map(|(names, _)| names.split(", "))
            .filter(|name| *name != "NSC_NAME_OPERATOR")
            .map(|name| (name.to_owned(), None));
        for (name, flag) in known.chain(others) {
            let row = table
                .lines()
                .find(|line| line.contains(&format!("`{name}`")));
            let row = row.unwrap_or_else(|| panic!("no `{name}`"));
            if let Some(flag) = flag {
                assert!(row.contains(&format!("--{flag}`")), "{row}");
            }
        }
    }
}
