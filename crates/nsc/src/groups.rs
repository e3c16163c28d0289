//! Unknown words below a group of commands.
//!
//! Scripts rely on some groups answering an unknown word with their help and success. A person is
//! told on standard error; with a flag behind the word the line is an error, as it always was.

use std::ffi::OsString;

use clap::builder::StyledStr;
use clap::error::ErrorKind;
use nsc_store::secrets::mask;

use crate::cli;
use crate::help::{self, words};
use crate::similar;
use crate::usage;

/// The groups, by their first word.
const GROUPS: [&str; 5] = ["add", "delete", "edit", "generate", "revocations"];

/// The answer to an unknown word.
pub struct GroupHelp {
    /// The word, without a seed that it may be.
    pub word: String,
    /// What may have been meant.
    pub meant: Option<String>,
    /// Help of the group.
    pub help: StyledStr,
}

/// The help of the group below which a word is unknown, where that is the answer to `error`.
pub fn help(args: &[OsString], error: &clap::Error) -> Option<GroupHelp> {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let root = cli::command();
    let found = words::follow(&root, args);
    let place = found.unknown?;
    let is_group = found
        .path
        .first()
        .is_some_and(|name| GROUPS.contains(&name.as_str()));
    let only_words = args[place..].iter().all(is_word_or_help);
    let word = args[place].to_string_lossy().into_owned();
    (is_group && only_words).then(|| GroupHelp {
        meant: similar::question(&word, usage::commands(found.command(&root))),
        word: mask(&word),
        help: help::answer(&args[..place]),
    })
}

fn is_word_or_help(arg: &OsString) -> bool {
    let text = arg.to_string_lossy();
    !text.starts_with('-') || text == "-h" || text == "--help"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(line: &str) -> Option<(String, String)> {
        let args: Vec<OsString> = line.split(' ').map(Into::into).collect();
        let error = cli::parse(&args).err()?;
        let GroupHelp { word, help, .. } = super::help(&args, &error)?;
        Some((word, help.to_string()))
    }

    #[test]
    fn an_unknown_word_below_a_group_is_answered_with_its_help() {
        for (line, word, usage) in [
            ("nsc add accont", "accont", "Usage: nsc add "),
            ("nsc create zork A", "zork", "Usage: nsc add "),
            ("nsc add add", "add", "Usage: nsc add "),
            (
                "nsc -H dir revocations foo --help",
                "foo",
                "Usage: nsc revocations ",
            ),
            (
                "nsc generate diagram foo",
                "foo",
                "Usage: nsc generate diagram ",
            ),
        ] {
            let (found, help) = answer(line).unwrap();
            assert_eq!(found, word, "{line}");
            assert!(help.contains(usage), "{line}: {help}");
        }
    }

    #[test]
    fn anything_else_stays_an_error() {
        for line in [
            "nsc zork",
            "nsc list zork",
            "nsc add acount --name A",
            "nsc add account --zork",
            "nsc add account A",
        ] {
            assert!(answer(line).is_none(), "{line}");
        }
    }
}
