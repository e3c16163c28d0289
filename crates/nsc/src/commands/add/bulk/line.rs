//! A record as the flags of a command line.

use std::marker::PhantomData;

use clap::{ArgAction, Args, Command, FromArgMatches};

use super::input::{Fields, Record};
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::pflag;
use crate::usage;

/// Reads records as the flags of `T`, so that a line means what a command line means.
pub(in crate::commands::add) struct LineParser<T> {
    command: Command,
    flags: PhantomData<T>,
}

/// Other names that people use for a field.
const ALIASES: [(&str, &str); 7] = [
    ("-k", "role"),
    ("connection-type", "conn-type"),
    ("key", "role"),
    ("networks", "source-network"),
    ("private-key", "role"),
    ("signing-key", "sk"),
    ("subscriptions", "subs"),
];

impl<T: Args + FromArgMatches> LineParser<T> {
    pub(in crate::commands::add) fn new() -> Self {
        let command = Command::new("line")
            .no_binary_name(true)
            .disable_help_flag(true);
        let mut command = pflag::apply(T::augment_args(command));
        // Once, not for each line.
        command.build();
        Self {
            command,
            flags: PhantomData,
        }
    }

    /// Parses a record.
    pub(in crate::commands::add) fn parse(&mut self, record: &Record) -> Result<T, CliError> {
        let words = record
            .fields
            .iter()
            .map(|(flag, value)| format!("--{flag}={value}"));
        let matches = self.command.try_get_matches_from_mut(words);
        matches
            .and_then(|matches| T::from_arg_matches(&matches))
            .map_err(|error| refused(&error))
    }

    fn known(&self) -> impl Iterator<Item = &clap::Arg> {
        // What is new has nothing to remove.
        self.command.get_arguments().filter(|arg| {
            arg.get_long().is_some_and(|long| !long.starts_with("rm-")) && !arg.is_hide_set()
        })
    }

    fn find(&self, name: &str) -> Option<(String, bool)> {
        let arg = self.known().find(|arg| arg.get_long() == Some(name))?;
        let takes_several = matches!(arg.get_action(), ArgAction::Append);
        Some((name.to_owned(), takes_several))
    }
}

impl<T: Args + FromArgMatches> Fields for LineParser<T> {
    fn flag(&self, field: &str) -> Result<(String, bool), CliError> {
        let name = field.trim().to_lowercase().replace(['_', ' '], "-");
        let singular = name.strip_suffix('s').unwrap_or(&name);
        let alias = |name: &str| ALIASES.iter().find(|(other, _)| *other == name);
        self.find(&name)
            .or_else(|| self.find(singular))
            .or_else(|| self.find(alias(&name).or_else(|| alias(singular))?.1))
            .ok_or_else(|| {
                let known: Vec<&str> = self.known().filter_map(clap::Arg::get_long).collect();
                CliError::failed(format!("there is no field `{field}`"))
                    .about(EntityKind::Field, field.to_string())
                    .hint(format!("fields are: {}", known.join(", ")))
            })
    }
}

fn refused(error: &clap::Error) -> CliError {
    CliError::failed(usage::reason(error))
}
