//! Examples of all commands, each of which a test runs.
//!
//! They are told of an operator `ACME` with the accounts `ORDERS` (users `alice`, `bob`) and `BILLING`.

mod entities;
mod keys;
mod servers;
mod sharing;
mod store;

use clap::Command;

/// A command line that does something people want.
#[derive(Debug)]
pub struct Example {
    /// What it does.
    pub what: &'static str,
    /// The line, as a shell takes it.
    pub line: &'static str,
    /// The exit status that it shows.
    pub status: u8,
}

/// The examples of one command.
#[derive(Debug)]
pub struct Group {
    /// The words of the command.
    pub command: &'static str,
    /// At most four.
    pub examples: &'static [Example],
}

/// The examples of all commands.
pub fn all() -> impl Iterator<Item = &'static Group> {
    [
        entities::EXAMPLES,
        keys::EXAMPLES,
        servers::EXAMPLES,
        sharing::EXAMPLES,
        store::EXAMPLES,
    ]
    .into_iter()
    .flatten()
}

/// The examples of a command.
pub fn of(words: &str) -> &'static [Example] {
    all()
        .find(|group| group.command == words)
        .map_or(&[], |group| group.examples)
}

/// The examples of a command, or the first ones of what is below a group.
pub(super) fn below(command: &Command, path: &[String]) -> Vec<&'static Example> {
    let words = path.join(" ");
    if !command.has_subcommands() {
        let own = of(&words);
        // `nsc pub` is short for `nsc tool pub`.
        let examples = match own {
            [] => of(&format!("tool {words}")),
            own => own,
        };
        return examples.iter().collect();
    }
    let is_below = |group: &&Group| {
        words.is_empty()
            || group
                .command
                .strip_prefix(&words)
                .is_some_and(|rest| rest.starts_with(' '))
    };
    let first = all()
        .filter(is_below)
        .filter_map(|group| group.examples.first());
    if words.is_empty() {
        return START.iter().collect();
    }
    first.take(MOST).collect()
}

/// So many examples stand on a page.
const MOST: usize = 4;

/// From nothing to a server that knows an account.
const START: [Example; 4] = [
    done(
        "An operator, an account and a user, ready to use",
        "nsc init --name ACME",
    ),
    done(
        "Another account, and a user in it",
        "nsc add account SHOP && nsc add user -a SHOP eve",
    ),
    done(
        "The configuration of a server",
        "nsc generate config --nats-resolver > nats.conf",
    ),
    done("What there is", "nsc list keys --all"),
];

/// The examples of the first page, in the order in which they are given.
pub fn start() -> &'static [Example] {
    &START
}

/// An example that ends well.
const fn done(what: &'static str, line: &'static str) -> Example {
    ends(0, what, line)
}

/// An example of an exit status.
const fn ends(status: u8, what: &'static str, line: &'static str) -> Example {
    Example { what, line, status }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The words of all commands that do something, but for the short names of others.
    fn leaves(level: &Command, words: &str, found: &mut BTreeSet<String>) {
        const SHORT: [&str; 5] = ["pub", "sub", "req", "reply", "rtt"];
        let is_short = |name: &str| words.is_empty() && SHORT.contains(&name);
        let below = level.get_subcommands();
        for command in below.filter(|command| !is_short(command.get_name())) {
            let words = format!("{words} {}", command.get_name());
            if command.has_subcommands() {
                leaves(command, &words, found);
            } else {
                found.insert(words.trim_start().to_owned());
            }
        }
    }

    #[test]
    fn every_command_has_examples() {
        // The parser makes that one by itself.
        let mut commands = BTreeSet::from(["help".to_owned()]);
        leaves(&crate::cli::command(), "", &mut commands);
        let given: BTreeSet<String> = all().map(|group| group.command.to_owned()).collect();
        assert_eq!(given, commands);
        assert_eq!(all().count(), given.len(), "a command stands twice");
        for group in all() {
            let count = group.examples.len();
            assert!((1..=MOST).contains(&count), "{} has {count}", group.command);
        }
    }

    #[test]
    fn short_names_have_the_examples_of_the_long_ones() {
        let root = crate::cli::command();
        for short in ["pub", "sub", "req", "reply", "rtt"] {
            let command = root.find_subcommand(short).unwrap();
            let [first, ..] = *below(command, &[short.to_owned()]) else {
                panic!("{short} has none");
            };
            assert!(
                first.line.contains(&format!("nsc tool {short}")),
                "{}",
                first.line
            );
        }
    }

    #[test]
    fn examples_are_of_their_command() {
        for group in all() {
            for Example { line, what, .. } in group.examples {
                assert!(line.contains(&format!("nsc {}", group.command)), "{line}");
                assert!(!what.ends_with('.') && what.len() < 76, "{what}");
            }
        }
    }
}
