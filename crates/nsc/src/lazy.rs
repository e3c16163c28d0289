//! Command trees with only the commands that a command line can mean.
//!
//! The whole tree has thousands of flags, and building it would take longer than most commands do. A run needs
//! one path of it. So a tree can be built for the words of a command line: commands whose name is not among them are
//! left out. What such a tree does not understand (aliases, mistakes, requests for help) is left to the whole one.

use std::cell::RefCell;
use std::ffi::OsString;

use clap::{ArgMatches, Args, Command, Error, FromArgMatches, Subcommand};

thread_local! {
    /// The words that the tree under construction is for; `None` builds all of it.
    static WORDS: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Builds a tree from the commands whose names are among the words of a command line.
pub fn for_words(args: &[OsString], build: impl FnOnce() -> Command) -> Command {
    let words = args.iter().filter_map(|arg| arg.to_str().map(Into::into));
    WORDS.set(Some(words.collect()));
    let tree = build();
    WORDS.set(None);
    tree
}

/// The commands of a tree, or the flags of one, which are built when they are needed.
#[derive(Debug)]
pub struct Lazy<T>(Box<T>);

impl<T> Lazy<T> {
    /// What was asked for.
    pub fn into_inner(self) -> T {
        *self.0
    }
}

/// Whether the tree under construction needs the command of a name.
fn is_wanted(name: &str) -> bool {
    WORDS.with_borrow(|words| {
        words
            .as_ref()
            .is_none_or(|words| words.iter().any(|word| word == name))
    })
}

fn is_for_words() -> bool {
    WORDS.with_borrow(Option::is_some)
}

impl<T: Args> Args for Lazy<T> {
    fn augment_args(command: Command) -> Command {
        if is_wanted(command.get_name()) {
            T::augment_args(command)
        } else {
            command
        }
    }

    fn augment_args_for_update(command: Command) -> Command {
        T::augment_args_for_update(command)
    }
}

impl<T: Subcommand> Subcommand for Lazy<T> {
    fn augment_subcommands(command: Command) -> Command {
        if !is_for_words() {
            return T::augment_subcommands(command);
        }
        // Those that are not wanted are bare here, so this costs little.
        let all = T::augment_subcommands(Command::new(""));
        let wanted = all
            .get_subcommands()
            .filter(|below| is_wanted(below.get_name()));
        command.subcommands(wanted.cloned())
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        T::augment_subcommands_for_update(command)
    }

    fn has_subcommand(name: &str) -> bool {
        T::has_subcommand(name)
    }
}

impl<T: FromArgMatches> FromArgMatches for Lazy<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches(matches).map(|inner| Self(Box::new(inner)))
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches_mut(matches).map(|inner| Self(Box::new(inner)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }

    fn update_from_arg_matches_mut(&mut self, matches: &mut ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches_mut(matches)
    }
}
