//! The reference: one page a top-level command, with all below it, and an index.

use std::collections::BTreeMap;
use std::fmt::Write;

use clap::{Arg, Command};

use super::man::OTHER_VARIABLES;
use super::{
    about, after_help, below, examples, global_arguments, own_arguments, titled, told, usage,
    words, written,
};

/// All pages of `nsc`.
pub(super) fn pages(root: &Command) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    pages.insert("reference/README.md".to_owned(), index(root));
    for command in below(root) {
        let mut text = String::new();
        section(&mut text, command, 1);
        pages.insert(page_of(command), text);
    }
    pages
}

/// The page that a command is on.
pub(super) fn page_of(command: &Command) -> String {
    match words(command).split(' ').nth(1) {
        Some(top) => format!("reference/{top}.md"),
        None => "reference/README.md".to_owned(),
    }
}

fn index(root: &Command) -> String {
    let mut text = String::from(
        "# The commands\n\n\
         Made of the program itself (`cargo xtask reference`), as are the man pages. `nsc COMMAND --help` shows the same.\n\n\
         `nsc` keeps operators, accounts and users; [`nk`](nk.md) makes and uses single keys.\n\n\
         | command | what it does |\n|---|---|\n",
    );
    for command in below(root) {
        row(&mut text, command);
        for command in below(command) {
            row(&mut text, command);
        }
    }
    text.push_str("\n`nsc help` does not list commands marked with *, as that of the original tool does not; `nsc COMMAND --help` tells of them.\n");
    text.push_str("\n## Global flags\n\nEvery command takes these, anywhere on the line.\n\n");
    table(&mut text, &global_arguments(root));
    text.push_str(
        "\nOn/off flags take a value only behind a `=`: `--dry-run`, `--strict=false`. A flag that is given twice \
         counts once, the last.\n\n\
         ## Environment variables\n\n\
         Each global flag has a variable, which counts where the flag is not given. An empty one counts as unset; a value \
         that the flag does not take is an error (2).\n\n\
         | variable | what it does |\n|---|---|\n",
    );
    for known in nsc::variables::all() {
        let _ = writeln!(text, "| `{}` | as `--{}` |", known.name, known.flag);
    }
    for (name, told) in OTHER_VARIABLES {
        let _ = writeln!(text, "| `{name}` | {} |", escaped(told));
    }
    text.push_str(
        "\n## Exit status\n\nThe table is with the [JSON documents](../schemas/README.md#a-command-that-could-not-do-it).\n",
    );
    text
}

fn row(text: &mut String, command: &Command) {
    let path = words(command);
    let page = page_of(command);
    let page = page.trim_start_matches("reference/");
    let place = if path.split(' ').count() > 2 {
        format!("{page}#{}", path.replace(' ', "-"))
    } else {
        page.to_owned()
    };
    let mark = if command.is_hide_set() { " *" } else { "" };
    let _ = writeln!(
        text,
        "| [`{path}`]({place}){mark} | {} |",
        escaped(&about(command))
    );
}

/// A command and those below it.
fn section(text: &mut String, command: &Command, level: usize) {
    let heading = "#".repeat(level.min(4));
    if level > 1 {
        text.push('\n');
    }
    let _ = writeln!(text, "{heading} `{}`\n", words(command));
    let long = command.get_long_about().map(ToString::to_string);
    let told = long.unwrap_or_else(|| about(command));
    let _ = writeln!(
        text,
        "{}{}",
        told.trim_end(),
        if told.ends_with('.') { "" } else { "." }
    );
    if command.is_hide_set() {
        text.push_str("\nNot listed by `nsc help`, as with the original tool.\n");
    }
    let aliases: Vec<&str> = command.get_all_aliases().collect();
    if !aliases.is_empty() {
        let _ = writeln!(text, "\nAlso: `{}`.", aliases.join("`, `"));
    }
    let _ = writeln!(text, "\n```text\n{}\n```", usage(command));
    let own = own_arguments(command);
    if !own.is_empty() {
        text.push('\n');
        table(text, &own);
    }
    if let Some(after) = after_help(command) {
        for paragraph in after.split("\n\n") {
            let _ = writeln!(text, "\n{}", escaped(paragraph));
        }
    }
    let examples = examples(command);
    if !examples.is_empty() {
        text.push_str("\n```sh\n");
        for example in examples {
            let _ = writeln!(text, "# {}\n{}", titled(example), example.line);
        }
        text.push_str("```\n");
    }
    for command in below(command) {
        section(text, command, level + 1);
    }
}

fn table(text: &mut String, args: &[&Arg]) {
    text.push_str("| flag | what it does |\n|---|---|\n");
    for arg in args {
        let _ = writeln!(
            text,
            "| `{}` | {} |",
            written(arg).replace('|', "\\|"),
            escaped(&told(arg))
        );
    }
}

/// Text in a cell of a table.
fn escaped(text: &str) -> String {
    let text = text.replace('|', "\\|").replace('\n', " ");
    // Outside of code, letters in pointed brackets would be taken for HTML.
    let parts = text.split('`').enumerate().map(|(n, part)| {
        if n % 2 == 0 {
            part.replace('<', "&lt;").replace('*', "\\*")
        } else {
            part.to_owned()
        }
    });
    parts.collect::<Vec<_>>().join("`")
}
