//! What the words of a command line lead to, whatever the parser thinks of the rest.

use std::ffi::OsString;

use clap::{Arg, Command};

/// The way through the command tree.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The commands, outermost first, by their own names.
    pub path: Vec<String>,
    /// Whether the word `help` stands among them.
    pub help_word: bool,
    /// Where the first word stands that is no command though one is due.
    pub unknown: Option<usize>,
}

impl Found {
    /// The command as a person types it: `nsc add user`.
    pub fn title(&self) -> String {
        let mut words = vec!["nsc"];
        words.extend(self.path.iter().map(String::as_str));
        words.join(" ")
    }

    /// The command itself.
    pub fn command<'a>(&self, root: &'a Command) -> &'a Command {
        self.path.iter().fold(root, |level, word| {
            level.find_subcommand(word).unwrap_or(level)
        })
    }
}

/// Follows the words of a command line, the program's name first, and passes over flags and their values.
pub fn follow(root: &Command, args: &[OsString]) -> Found {
    let mut found = Found::default();
    let mut level = root;
    let mut is_value = false;
    for (place, arg) in args.iter().enumerate().skip(1) {
        let arg = arg.to_string_lossy();
        if is_value {
            is_value = false;
        } else if arg == "--" {
            break;
        } else if arg.starts_with('-') {
            is_value = wants_next(root, level, &arg);
        } else if !level.has_subcommands() {
            break;
        } else if let Some(below) = level.find_subcommand(&*arg) {
            level = below;
            found.path.push(below.get_name().to_owned());
        } else if arg == "help" {
            found.help_word = true;
        } else {
            found.unknown = Some(place);
            break;
        }
    }
    found
}

/// Whether the value of a flag is the next word.
fn wants_next(root: &Command, level: &Command, word: &str) -> bool {
    let is_meant = |arg: &&Arg| match word.strip_prefix("--") {
        Some(long) => arg.get_long() == Some(long),
        None => arg
            .get_short()
            .is_some_and(|short| word == format!("-{short}")),
    };
    let global = root.get_arguments().filter(|arg| arg.is_global_set());
    let flag = level.get_arguments().chain(global).find(is_meant);
    flag.is_some_and(|flag| flag.get_action().takes_values() && !flag.is_require_equals_set())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: &str) -> Found {
        let args: Vec<OsString> = line.split(' ').map(Into::into).collect();
        follow(&crate::cli::command(), &args)
    }

    #[test]
    fn words_lead_to_commands() {
        for (line, title, help_word, unknown) in [
            ("nsc", "nsc", false, None),
            ("nsc -h", "nsc", false, None),
            ("nsc create user list", "nsc add user", false, None),
            ("nsc -K add list users", "nsc list users", false, None),
            ("nsc --dry-run list users", "nsc list users", false, None),
            (
                "nsc -H=x list -J users -a add",
                "nsc list users",
                false,
                None,
            ),
            ("nsc help add user", "nsc add user", true, None),
            ("nsc add help", "nsc add", true, None),
            ("nsc add zork x", "nsc add", false, Some(2)),
            ("nsc -- add", "nsc", false, None),
        ] {
            let found = at(line);
            assert_eq!(found.title(), title, "{line}");
            assert_eq!(
                (found.help_word, found.unknown),
                (help_word, unknown),
                "{line}"
            );
        }
    }
}
