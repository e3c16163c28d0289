//! One page of help.

use std::fmt::Write as _;

use clap::builder::{StyledStr, Styles};
use clap::{Arg, ArgAction, Command};

use super::examples::{self, Example};
use super::tasks::TASKS;
use crate::pflag;

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What is special to the command.
    Short,
    /// The flags of every command, and examples, too.
    Full,
}

/// The help of the command that these words lead to, from the root of the tree.
pub(super) fn of(mut root: Command, path: &[String], detail: Detail) -> StyledStr {
    root.build();
    let mut command = path.iter().fold(root, below);
    command = command.mut_args(|arg| dressed(arg, detail));
    let styles = command.get_styles().clone();
    if path.is_empty() {
        let template = template(&command, &styles);
        command = command.help_template(template);
    } else if command.has_subcommands() {
        command = command.mut_subcommand("help", |help| help.hide(true));
    }
    if detail == Detail::Full
        && let Some(about) = command.get_long_about().cloned()
    {
        command = command.about(about);
    }
    let end = ending(&command, path, detail, &styles);
    command.after_help(end).render_help()
}

fn below(level: Command, word: &String) -> Command {
    match level.find_subcommand(word) {
        Some(found) => found.clone(),
        None => level,
    }
}

/// An on/off flag is shown as people type it, and flags of every command only where all is told.
fn dressed(arg: Arg, detail: Detail) -> Arg {
    let mut arg = arg;
    if pflag::is_adapted_switch(&arg) {
        arg = arg.num_args(0).action(ArgAction::SetTrue);
    }
    if arg.get_id() == "help" {
        arg = arg.help("Show this help; `--help` shows all of it");
    }
    match detail {
        Detail::Short if arg.is_global_set() && is_of_root(&arg) => arg.hide(true),
        Detail::Full => match arg.get_long_help().cloned() {
            Some(help) => arg.help(help),
            None => arg,
        },
        Detail::Short => arg,
    }
}

/// Groups have flags for all that is below them, too (`nsc list -J`).
fn is_of_root(arg: &Arg) -> bool {
    arg.get_help_heading() == Some(crate::cli::GLOBAL_FLAGS)
}

/// The page of the root, its commands under their tasks.
fn template(root: &Command, styles: &Styles) -> StyledStr {
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let mut text = String::from("{about-with-newline}\n{usage-heading} {usage}\n");
    for task in &TASKS {
        let _ = write!(text, "\n{header}{}:{header:#}\n", task.title);
        for name in task.commands {
            let about = root.find_subcommand(name).and_then(Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(text, "  {literal}{name:<11}{literal:#}  {about}");
        }
    }
    text.push_str("\n{options}{after-help}");
    text.into()
}

fn ending(command: &Command, path: &[String], detail: Detail, styles: &Styles) -> StyledStr {
    let mut words = vec!["nsc"];
    words.extend(path.iter().map(String::as_str));
    let title = words.join(" ");
    let literal = styles.get_literal();
    let mut text = String::new();
    if detail == Detail::Full {
        if let Some(notes) = command.get_after_help() {
            let _ = writeln!(text, "{notes}\n");
        }
        show_examples(&mut text, &examples::below(command, path), styles);
    } else {
        let _ = writeln!(
            text,
            "`{literal}{title} --help{literal:#}` shows examples, and the flags of every command:\n\
             -K (signing key), -i (ask questions), --output json, --dry-run, --strict ..."
        );
    }
    if command.has_subcommands() {
        let _ = writeln!(
            text,
            "{}`{literal}{title} COMMAND --help{literal:#}` tells of one command.",
            if text.is_empty() { "" } else { "\n" }
        );
    }
    text.truncate(text.trim_end().len());
    text.into()
}

fn show_examples(text: &mut String, examples: &[&Example], styles: &Styles) {
    if examples.is_empty() {
        return;
    }
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let _ = writeln!(text, "{header}Examples:{header:#}");
    for example in examples {
        let _ = writeln!(text, "  # {}", example.what);
        if example.status != 0 {
            let _ = writeln!(text, "  # (ends with status {})", example.status);
        }
        let _ = writeln!(text, "  {literal}{}{literal:#}", example.line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: usize = 80;

    /// All commands, groups included, by their words.
    fn paths(level: &Command, words: &[String], found: &mut Vec<Vec<String>>) {
        found.push(words.to_vec());
        let visible = level.get_subcommands();
        for below in visible.filter(|below| !below.is_hide_set() && below.get_name() != "help") {
            let mut words = words.to_vec();
            words.push(below.get_name().to_owned());
            paths(below, &words, found);
        }
    }

    fn pages(detail: Detail) -> Vec<(String, String)> {
        let root = crate::cli::command().term_width(WIDTH);
        let mut found = Vec::new();
        paths(&root, &[], &mut found);
        assert!(found.len() > 60, "{}", found.len());
        let page =
            |path: &Vec<String>| (path.join(" "), of(root.clone(), path, detail).to_string());
        found.iter().map(page).collect()
    }

    #[test]
    fn pages_fit_80_columns() {
        for detail in [Detail::Short, Detail::Full] {
            for (path, page) in pages(detail) {
                for line in page.lines() {
                    // A word that is longer than a line cannot be broken.
                    let is_wide = line.chars().count() > WIDTH;
                    assert!(!is_wide, "nsc {path}: `{line}`");
                }
            }
        }
    }

    #[test]
    fn short_pages_keep_to_the_command() {
        for (path, page) in pages(Detail::Short) {
            assert!(!page.contains("--lock-timeout"), "nsc {path}\n{page}");
            assert!(!page.contains("true|false"), "nsc {path}\n{page}");
            assert!(page.contains("Usage: nsc"), "nsc {path}\n{page}");
            assert!(
                page.contains(" --help` shows examples"),
                "nsc {path}\n{page}"
            );
        }
        for (path, page) in pages(Detail::Full) {
            assert!(page.contains("--lock-timeout"), "nsc {path}\n{page}");
            assert!(page.contains("Examples:"), "nsc {path}\n{page}");
        }
    }

    #[test]
    fn full_pages_keep_what_commands_say_of_themselves() {
        for (path, words) in [
            ("batch", "A line is a command"),
            ("status", "The exit status is 0"),
        ] {
            let page = of(crate::cli::command(), &[path.to_owned()], Detail::Full).to_string();
            assert!(page.contains(words), "{page}");
            assert!(page.contains("Examples:"), "{page}");
        }
    }

    #[test]
    fn full_pages_name_the_variable_of_every_global_flag() {
        let page = of(crate::cli::command().term_width(400), &[], Detail::Full).to_string();
        for variable in crate::variables::all() {
            let shown = format!("[env: {}]", variable.name);
            assert!(page.contains(&shown), "{shown} in\n{page}");
        }
    }

    #[test]
    fn the_root_lists_commands_under_tasks() {
        let page = of(crate::cli::command(), &[], Detail::Short).to_string();
        assert!(page.contains("Begin:\n  init "), "{page}");
        assert!(page.contains("\n  help         "), "{page}");
        assert!(page.contains("--version"), "{page}");
    }
}
