//! Unknown words below a group of commands.
//!
//! Scripts rely on some groups answering an unknown word with their help and success. A person is
//! told on standard error; with a flag behind the word the line is an error, as it always was.

use std::ffi::OsString;

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::cli;

/// The groups, by their first word.
const GROUPS: [&str; 5] = ["add", "delete", "edit", "generate", "revocations"];

/// The answer to an unknown word.
pub struct GroupHelp {
    /// The word.
    pub word: String,
    /// Help of the group, as the parser's request for it.
    pub help: clap::Error,
}

/// The help of the group below which a word is unknown, where that is the answer to `error`.
pub fn help(args: &[OsString], error: &clap::Error) -> Option<GroupHelp> {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return None;
    }
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let place = unknown_place(args, word)?;
    let only_words = args[place..].iter().all(is_word_or_help);
    if !only_words {
        return None;
    }
    let group = args[..place].iter().cloned().chain(["-h".into()]);
    let help = cli::command().try_get_matches_from(group).err()?;
    (help.kind() == ErrorKind::DisplayHelp).then(|| GroupHelp {
        word: word.clone(),
        help,
    })
}

/// Where the unknown word stands: behind the words that lead to one of the groups.
fn unknown_place(args: &[OsString], word: &str) -> Option<usize> {
    let root = cli::command();
    let mut level: &Command = &root;
    let mut group = None;
    for (place, arg) in args.iter().enumerate().skip(1) {
        let Some(arg) = arg.to_str() else { continue };
        if let Some(below) = level.find_subcommand(arg) {
            group = group.or(Some(below.get_name()));
            level = below;
        } else if arg == word && group.is_some() {
            return group.filter(|name| GROUPS.contains(name)).map(|_| place);
        }
    }
    None
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
        let GroupHelp { word, help: found } = help(&args, &error)?;
        Some((word, found.render().to_string()))
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
