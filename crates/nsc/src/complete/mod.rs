//! What a shell may offer behind the words of a command line.
//!
//! The scripts that `nsc completion` prints call the program back with the words that are there, through pseudo
//! commands that the parser never sees:
//!
//! | call | answer |
//! |---|---|
//! | `nsc __complete WORD... CURRENT` | a line for each candidate, its description behind a tab; last `:4`, or `:6` where no blank may follow. It is what the scripts of the original tool ask, too |
//! | `nsc __completeNoDesc WORD... CURRENT` | the same without descriptions |
//! | `nsc __completeBash BREAKS LINE` | a line for each candidate, quoted so that bash can put it into the line as it is |
//! | `nsc __completePowerShell =WORD... =CURRENT` | as `__complete`, the candidates quoted for PowerShell; no word is empty, since old versions lose those |
//!
//! Nothing here writes, asks or fails: what cannot be read gives no candidates. Names with control characters, and
//! whatever looks like a seed, are never offered.

mod attach;
mod bash;
mod kinds;
mod line;
mod names;
mod powershell;
pub(crate) mod scripts;

use std::ffi::{OsStr, OsString};
use std::sync::Arc;

use clap::Command;
use clap_complete::engine;
use nsc_store::{Environment, secrets};

use crate::cli;
use crate::lazy;
use crate::ui::text;
use line::Line;
use names::Source;

/// Something that may stand in the place of the current word.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Candidate {
    /// The word, as the program is to see it.
    value: String,
    /// What it is, in one line.
    about: String,
}

/// The answer to a shell that asks for candidates; `None` for every other command line.
pub fn answer(args: &[OsString]) -> Option<String> {
    let (call, rest) = args.get(1..)?.split_first()?;
    let env = environment();
    match call.to_str()? {
        "__complete" => Some(lines(&of_words(rest, &env), true)),
        "__completeNoDesc" => Some(lines(&of_words(rest, &env), false)),
        "__completeBash" => Some(for_bash(rest, &env)),
        "__completePowerShell" => Some(for_powershell(rest, &env)),
        _ => None,
    }
}

fn environment() -> Environment {
    let home = std::env::home_dir().unwrap_or_default();
    let cwd = std::env::current_dir().unwrap_or_default();
    Environment::new(home, cwd, std::env::vars_os())
}

/// Candidates for the last of the words.
fn of_words(words: &[OsString], env: &Environment) -> Vec<Candidate> {
    match words.split_last() {
        Some((current, before)) => candidates(before, current, env),
        None => candidates(&[], OsStr::new(""), env),
    }
}

fn lines(candidates: &[Candidate], described: bool) -> String {
    let mut text = String::new();
    for Candidate { value, about } in candidates {
        text.push_str(value);
        if described && !about.is_empty() {
            text.push('\t');
            text.push_str(about);
        }
        text.push('\n');
    }
    // No files beside them; and no blank behind a folder.
    let folder = matches!(candidates, [only] if only.value.ends_with('/'));
    text.push_str(if folder { ":6\n" } else { ":4\n" });
    text
}

fn for_bash(rest: &[OsString], env: &Environment) -> String {
    let [breaks, line] = rest else {
        return String::new();
    };
    let typed = bash::Typed::read(&line.to_string_lossy(), &breaks.to_string_lossy());
    let found = candidates(&typed.before, OsStr::new(&typed.current), env);
    let replies = found.iter().filter_map(|found| typed.reply(&found.value));
    replies.map(|reply| reply + "\n").collect()
}

fn for_powershell(rest: &[OsString], env: &Environment) -> String {
    let words: Vec<OsString> = rest.iter().map(|word| powershell::unmarked(word)).collect();
    let mut found = of_words(&words, env);
    for candidate in &mut found {
        candidate.value = powershell::quoted(&candidate.value);
    }
    lines(&found, true)
}

/// What may stand in the place of `current`, behind the words `before`.
fn candidates(before: &[OsString], current: &OsStr, env: &Environment) -> Vec<Candidate> {
    if let Some((help, topic @ [_, ..])) = before.split_first()
        && help == "help"
    {
        return topics(topic, &current.to_string_lossy());
    }
    let (mut command, line) = tree(before);
    let words = line.in_order(current);
    let index = words.len() - 1;
    let is_value = line.is_value();
    if line.is_astray() {
        return Vec::new();
    }
    let source = Arc::new(Source::new(line, env));
    attach::to_leaf(&mut command, &source);
    let found = engine::complete(&mut command, words, index, Some(env.cwd()));
    let all = found.unwrap_or_default().into_iter().filter_map(|found| {
        let value = found.get_value().to_str()?.to_owned();
        let about = found.get_help().map(ToString::to_string);
        Some(Candidate {
            about: first_line(&about.unwrap_or_default()),
            value,
        })
    });
    let mut all: Vec<Candidate> = all.filter(|found| is_harmless(&found.value)).collect();
    // Flags are offered to those who begin one, or where there is nothing else.
    if current.is_empty() && !is_value && all.iter().any(|found| !found.value.starts_with('-')) {
        all.retain(|found| !found.value.starts_with('-'));
    }
    all
}

/// The commands that help can go on with.
fn topics(words: &[OsString], begun: &str) -> Vec<Candidate> {
    let root = cli::command();
    let mut words = words.iter().map(|word| word.to_string_lossy());
    let level = words.try_fold(&root, |level, word| level.find_subcommand(&*word));
    let below = level.into_iter().flat_map(Command::get_subcommands);
    let shown = below.filter(|command| !command.is_hide_set());
    let fitting = shown.filter(|command| command.get_name().starts_with(begun));
    fitting
        .map(|command| Candidate {
            value: command.get_name().to_owned(),
            about: first_line(
                &command
                    .get_about()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
            ),
        })
        .collect()
}

/// The commands that the words lead to. The whole tree takes longer than most stores do: it is built only where a
/// command is to be offered, or where the small one does not understand the words.
fn tree(before: &[OsString]) -> (Command, Line) {
    let mut small = lazy::for_words(before, cli::command);
    small.build();
    let line = Line::read(&small, before);
    if line.is_at_leaf(&small) {
        return (small, line);
    }
    let mut whole = cli::command();
    whole.build();
    let line = Line::read(&whole, before);
    (whole, line)
}

/// Whether a name can be shown and typed, and is no secret.
fn is_harmless(value: &str) -> bool {
    !value.is_empty() && text::escape(value) == value && secrets::mask(value) == value
}

fn first_line(about: &str) -> String {
    let line = about.lines().next().unwrap_or_default();
    secrets::mask(&text::escape(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(words: &str) -> Vec<String> {
        let env = Environment::new("/nowhere", "/nowhere", [("NSC_CWD_ONLY", "1")]);
        let words: Vec<OsString> = words.split(' ').map(Into::into).collect();
        let found = of_words(&words, &env).into_iter();
        found.map(|found| found.value).collect()
    }

    #[test]
    fn commands_flags_and_values_are_offered() {
        for (words, expected) in [
            ("desc", &["describe"][..]),
            ("describe ", &["account", "jwt", "operator", "user", "help"]),
            ("--dry-run describe acc", &["account"]),
            ("describe account --long", &["--long-ids"]),
            ("describe account --output j", &["json", "jsonl"]),
            ("describe account --output=jsonl", &["--output=jsonl"]),
            ("-H add describe ac", &["account"]),
            (
                "edit user --conn-type mqtt,leaf",
                &["mqtt,leafnode", "mqtt,leafnode_ws"],
            ),
            ("completion f", &["fish"]),
        ] {
            let found = complete(words);
            let missing = expected
                .iter()
                .find(|value| !found.contains(&(**value).to_owned()));
            assert!(missing.is_none(), "{words}: {found:?}");
        }
        assert!(complete("nothing like ").is_empty());
        assert!(
            complete("describe account --output ")
                .iter()
                .all(|value| !value.starts_with('-'))
        );
    }

    #[test]
    fn hidden_commands_are_not_offered() {
        let found = complete("");
        assert!(found.contains(&"list".to_owned()) && !found.contains(&"fix".to_owned()));
        assert!(
            found.iter().all(|value| !value.starts_with('-')),
            "{found:?}"
        );
    }

    #[test]
    fn secrets_and_control_characters_are_harmful() {
        let seed = nsc_core::keys::Seed::from_entropy(nsc_core::keys::KeyKind::Account, [7; 32]);
        assert!(!is_harmless(&seed.expose()));
        assert!(!is_harmless("a\nb") && !is_harmless("\u{1b}[2J") && !is_harmless(""));
        assert!(is_harmless("a 'b' $(c)") && is_harmless("ü"));
    }
}
