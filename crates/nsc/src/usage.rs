//! Command lines that make no sense: what is wrong with them, and what may have been meant.

use std::error::Error as _;
use std::ffi::OsString;

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use nsc_store::secrets::mask;

use crate::cli;
use crate::entity::{Entity, EntityKind};
use crate::error::CliError;
use crate::help::words::{self, Found};
use crate::similar;

/// What the parser found wrong with a command line, as an error like all others.
///
/// A seed that stands where none belongs is not shown.
pub fn refusal(args: &[OsString], error: &clap::Error) -> CliError {
    let root = cli::command();
    let found = words::follow(&root, args);
    let refused = CliError::usage(mask(&message(error, &found))).about_entity(entity(error));
    let refused = match meant(error, &root, &found) {
        Some(hint) => refused.hint(hint),
        None => refused,
    };
    refused.hint(format!("{} --help", found.title()))
}

/// What is wrong with one value or flag, where no command line is seen.
pub fn reason(error: &clap::Error) -> String {
    message(error, &Found::default())
}

/// The flag or word that the parser stumbled over.
fn entity(error: &clap::Error) -> Option<Entity> {
    let named = |context, kind| match error.get(context) {
        Some(ContextValue::String(name)) => Some(Entity::new(kind, mask(flag_alone(name)))),
        Some(ContextValue::Strings(names)) => {
            let first = names.first()?;
            Some(Entity::new(kind, mask(flag_alone(first))))
        }
        _ => None,
    };
    named(ContextKind::InvalidArg, EntityKind::Flag)
        .or_else(|| named(ContextKind::InvalidSubcommand, EntityKind::Command))
}

/// A flag without the name of its value.
fn flag_alone(usage: &str) -> &str {
    if !usage.starts_with('-') {
        return usage;
    }
    usage.split([' ', '=', '[']).next().unwrap_or(usage)
}

fn message(error: &clap::Error, found: &Found) -> String {
    let word = |kind| first(error, kind).unwrap_or_default();
    let (arg, value) = (
        word(ContextKind::InvalidArg),
        word(ContextKind::InvalidValue),
    );
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            format!(
                "unknown command `{} {}`",
                found.title(),
                word(ContextKind::InvalidSubcommand)
            )
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            format!("`{}` needs a command", found.title())
        }
        ErrorKind::UnknownArgument if arg.starts_with('-') => format!("unknown flag `{arg}`"),
        ErrorKind::UnknownArgument => format!("`{arg}` is one word too many"),
        ErrorKind::InvalidValue if value.is_empty() => format!("`{arg}` needs a value"),
        ErrorKind::InvalidValue => {
            let possible = list(error, ContextKind::ValidValue).join(", ");
            format!("`{arg}` cannot be `{value}`; it is one of: {possible}")
        }
        ErrorKind::ValueValidation => format!("`{arg}`: {}", why(error, &value)),
        ErrorKind::MissingRequiredArgument => {
            let missing = list(error, ContextKind::InvalidArg);
            let missing: Vec<String> = missing.iter().map(|arg| format!("`{arg}`")).collect();
            let verb = if missing.len() == 1 { "is" } else { "are" };
            format!("{} {verb} missing", missing.join(" and "))
        }
        ErrorKind::TooManyValues => format!("`{arg}` takes no value `{value}`"),
        ErrorKind::NoEquals => format!("the value of `{arg}` stands behind a `=`"),
        ErrorKind::InvalidUtf8 => "the command line holds bytes that are no text".to_owned(),
        _ => {
            let text = error.render().to_string();
            let line = text.lines().next().unwrap_or_default();
            line.strip_prefix("error: ").unwrap_or(line).to_owned()
        }
    }
}

/// Why a value will not do, in our words where those of the library say little.
fn why(error: &clap::Error, value: &str) -> String {
    match error.source().map(ToString::to_string) {
        Some(text) if text.contains("digit") || text.starts_with("number too") => {
            format!("`{value}` is no whole number")
        }
        Some(text) if text.contains(value) => text,
        Some(text) => format!("`{value}`: {text}"),
        None => format!("`{value}` is not understood"),
    }
}

/// What may have been meant.
fn meant(error: &clap::Error, root: &Command, found: &Found) -> Option<String> {
    let command = found.command(root);
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let word = first(error, ContextKind::InvalidSubcommand)?;
            let other = found
                .path
                .is_empty()
                .then(|| of_other_tools(&word))
                .flatten();
            other.or_else(|| similar::question(&word, commands(command)))
        }
        ErrorKind::UnknownArgument => {
            let flag = first(error, ContextKind::InvalidArg)?;
            let name = flag.strip_prefix("--")?;
            let name = similar::nearest(name, flags(root, command))?;
            Some(format!("{} `--{name}`?", similar::BEGINNING))
        }
        ErrorKind::InvalidValue => {
            let value = first(error, ContextKind::InvalidValue)?;
            similar::question(&value, list(error, ContextKind::ValidValue))
        }
        _ => None,
    }
}

/// The commands below one that are shown.
pub fn commands(level: &Command) -> impl Iterator<Item = &str> {
    let visible = level.get_subcommands();
    visible
        .filter(|below| !below.is_hide_set())
        .map(Command::get_name)
}

/// The long flags of a command, and those of every command.
fn flags<'a>(root: &'a Command, command: &'a Command) -> impl Iterator<Item = &'a str> {
    let global = root.get_arguments().filter(|arg| arg.is_global_set());
    let all = command.get_arguments().chain(global);
    all.filter(|arg| !arg.is_hide_set())
        .filter_map(clap::Arg::get_long)
}

/// Words that people bring along from other tools.
fn of_other_tools(word: &str) -> Option<String> {
    let (_, ours) = WORDS.iter().find(|(theirs, _)| *theirs == word)?;
    Some(format!("{} `nsc {ours}`?", similar::BEGINNING))
}

const WORDS: [(&str, &str); 19] = [
    ("account", "list accounts"),
    ("accounts", "list accounts"),
    ("check", "validate"),
    ("config", "generate config"),
    ("creds", "generate creds"),
    ("get", "describe"),
    ("history", "log"),
    ("ls", "list"),
    ("new", "add"),
    ("operators", "list operators"),
    ("remove", "delete"),
    ("revoke", "revocations add-user"),
    ("rm", "delete"),
    ("show", "describe"),
    ("switch", "select"),
    ("use", "select"),
    ("users", "list users"),
    ("verify", "validate"),
    ("version", "--version"),
];

fn first(error: &clap::Error, kind: ContextKind) -> Option<String> {
    list(error, kind).into_iter().next()
}

fn list(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(line: &str) -> (String, Vec<String>) {
        let args: Vec<OsString> = line.split(' ').map(Into::into).collect();
        let error = cli::parse(&args).map(|_| ()).unwrap_err();
        let refused = refusal(&args, &error);
        (refused.message, refused.hints)
    }

    #[test]
    fn mistakes_are_told_in_one_way() {
        for (line, message, hints) in [
            (
                "nsc lst",
                "unknown command `nsc lst`",
                &["did you mean `list`?", "nsc --help"][..],
            ),
            (
                "nsc revoke x",
                "unknown command `nsc revoke`",
                &["did you mean `nsc revocations add-user`?", "nsc --help"],
            ),
            (
                "nsc list acounts",
                "unknown command `nsc list acounts`",
                &["did you mean `accounts`?", "nsc list --help"],
            ),
            (
                "nsc add user --alow-pub x",
                "unknown flag `--alow-pub`",
                &["did you mean `--allow-pub`?", "nsc add user --help"],
            ),
            (
                "nsc add user --dryrun",
                "unknown flag `--dryrun`",
                &["did you mean `--dry-run`?", "nsc add user --help"],
            ),
            ("nsc env x", "`x` is one word too many", &["nsc env --help"]),
            (
                "nsc --output jsn env",
                "`--output <FORMAT>` cannot be `jsn`; it is one of: text, json, jsonl",
                &["did you mean `json`?", "nsc env --help"],
            ),
            (
                "nsc undo x",
                "`[ID]`: `x` is no whole number",
                &["nsc undo --help"],
            ),
            (
                "nsc select account",
                "`<NAME>` is missing",
                &["nsc select account --help"],
            ),
            (
                "nsc rename account",
                "`<OLD>` and `<NEW>` are missing",
                &["nsc rename account --help"],
            ),
            (
                "nsc env --dry-run=maybe",
                "`--dry-run[=<true|false>]`: `maybe` is not understood; expected `true` or `false`",
                &["nsc env --help"],
            ),
        ] {
            let (said, hinted) = refused(line);
            assert_eq!(said, message, "{line}");
            assert_eq!(hinted, hints, "{line}");
        }
    }

    #[test]
    fn a_seed_in_the_wrong_place_is_not_shown() {
        let seed = nsc_core::keys::Seed::from_entropy(nsc_core::keys::KeyKind::User, [7; 32]);
        let seed = seed.expose();
        let seed = seed.as_str();
        for line in [
            format!("nsc {seed}"),
            format!("nsc env {seed}"),
            format!("nsc list {seed}"),
            format!("nsc undo {seed}"),
            format!("nsc --output {seed} env"),
            format!("nsc env --{seed}"),
        ] {
            let args: Vec<OsString> = line.split(' ').map(Into::into).collect();
            let error = cli::parse(&args).map(|_| ()).unwrap_err();
            let refused = format!("{:?}", refusal(&args, &error));
            assert!(!refused.contains(seed), "{refused}");
        }
    }

    #[test]
    fn words_of_other_tools_lead_to_commands() {
        for (_, ours) in WORDS {
            let words = format!("nsc {ours}");
            let args: Vec<OsString> = words.split(' ').map(Into::into).collect();
            let found = words::follow(&cli::command(), &args);
            assert_eq!(found.unknown, None, "{ours}");
        }
    }
}
