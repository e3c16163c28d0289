//! The words before the current one, read as the parser would read them, however little sense they make.

use std::ffi::{OsStr, OsString};

use clap::{Arg, Command};

/// What stands before the current word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// The words of the command, by their proper names.
    pub(super) path: Vec<String>,
    /// Values of flags, by the id of the flag, in the order of the line.
    pub(super) values: Vec<(String, OsString)>,
    /// The words that are neither commands nor flags.
    pub(super) words: Vec<OsString>,
    /// Global flags with their values, each in one word.
    pub(super) globals: Vec<OsString>,
    /// The flag whose value the current word is.
    pending: Option<String>,
    escaped: bool,
    /// Whether a word stands where only a command can be.
    astray: bool,
}

impl Line {
    /// Reads the words behind the program's name. The command is built.
    pub(super) fn read(root: &Command, before: &[OsString]) -> Self {
        let mut line = Self::default();
        let mut level = root;
        let mut pending: Option<&Arg> = None;
        for word in before {
            if let Some(flag) = pending.take() {
                line.set(flag, word.clone());
                continue;
            }
            let text = word.to_string_lossy();
            if line.escaped {
                line.words.push(word.clone());
            } else if text == "--" {
                line.escaped = true;
            } else if let Some(flag) = text.strip_prefix("--") {
                pending = line.long(level, flag);
            } else if text.len() > 1 && text.starts_with('-') {
                pending = line.short(level, &text[1..]);
            } else if let Some(below) = below(level, &line, &text) {
                line.path.push(below.get_name().to_owned());
                level = below;
            } else {
                line.words.push(word.clone());
            }
        }
        line.pending = pending.and_then(written);
        line.astray = !line.words.is_empty() && level.get_positionals().next().is_none();
        line
    }

    /// Whether the words of the command lead to one that has none below it, in any tree.
    pub(super) fn is_at_leaf(&self, root: &Command) -> bool {
        let mut level = root;
        for word in &self.path {
            match level.find_subcommand(word) {
                Some(below) => level = below,
                None => return false,
            }
        }
        !level.is_subcommand_required_set() && !level.has_subcommands() && !self.path.is_empty()
    }

    /// Whether the current word is the value of a flag.
    pub(super) fn is_value(&self) -> bool {
        self.pending.is_some()
    }

    /// Whether nobody can tell what the words lead to.
    pub(super) fn is_astray(&self) -> bool {
        self.astray
    }

    /// The last value of a flag that is not empty.
    pub(super) fn value(&self, id: &str) -> Option<String> {
        let given = self.values.iter().rev().find(|(known, _)| known == id);
        let value = given.map(|(_, value)| value.to_string_lossy().into_owned());
        value.filter(|value| !value.is_empty())
    }

    /// The same line with everything left out that does not matter for the current word: words of the command, as
    /// many other words as there are, the flag that waits for its value, the current word.
    pub(super) fn in_order(&self, current: &OsStr) -> Vec<OsString> {
        let mut words = vec![OsString::from("nsc")];
        words.extend(self.path.iter().map(OsString::from));
        if self.escaped {
            words.push("--".into());
        }
        // None of them may be taken for a command.
        words.extend(self.words.iter().map(|_| OsString::from(".")));
        words.extend(self.pending.iter().map(OsString::from));
        words.push(current.to_owned());
        words
    }

    /// Reads `--flag` or `--flag=value`; returns the flag if its value is the next word.
    fn long<'c>(&mut self, level: &'c Command, text: &str) -> Option<&'c Arg> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let is_it = |arg: &&Arg| {
            let aliases = arg.get_all_aliases().unwrap_or_default();
            arg.get_long() == Some(name) || aliases.contains(&name)
        };
        let flag = level.get_arguments().find(is_it)?;
        match value {
            Some(value) => self.set(flag, value.into()),
            None => return takes_next_word(flag).then_some(flag),
        }
        None
    }

    /// Reads `-abc`, `-avalue` or `-a=value`; returns the flag if its value is the next word.
    fn short<'c>(&mut self, level: &'c Command, letters: &str) -> Option<&'c Arg> {
        for (place, letter) in letters.char_indices() {
            let is_it = |arg: &&Arg| arg.get_short() == Some(letter);
            let flag = level.get_arguments().find(is_it)?;
            if !takes_next_word(flag) {
                continue;
            }
            let rest = &letters[place + letter.len_utf8()..];
            if rest.is_empty() {
                return Some(flag);
            }
            let value = rest.strip_prefix('=').unwrap_or(rest);
            self.set(flag, value.into());
            return None;
        }
        None
    }

    fn set(&mut self, flag: &Arg, value: OsString) {
        if let Some(name) = flag.get_long().filter(|_| flag.is_global_set()) {
            let mut word = OsString::from(format!("--{name}="));
            word.push(&value);
            self.globals.push(word);
        }
        self.values.push((flag.get_id().to_string(), value));
    }
}

fn below<'c>(level: &'c Command, line: &Line, word: &str) -> Option<&'c Command> {
    if line.words.is_empty() {
        level.find_subcommand(word)
    } else {
        None
    }
}

/// Whether the value of the flag is a word of its own; switches have theirs behind a `=`.
fn takes_next_word(flag: &Arg) -> bool {
    flag.get_action().takes_values() && !flag.is_require_equals_set()
}

/// How the flag is typed.
fn written(flag: &Arg) -> Option<String> {
    let long = flag.get_long().map(|long| format!("--{long}"));
    long.or_else(|| flag.get_short().map(|short| format!("-{short}")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(words: &[&str]) -> Line {
        let mut command = crate::cli::command();
        command.build();
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        Line::read(&command, &words)
    }

    fn shown(line: &Line) -> String {
        let words = line.in_order(OsStr::new("CUR"));
        let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
        words.join(" ")
    }

    #[test]
    fn flags_values_and_words_are_told_apart() {
        for (words, expected, account) in [
            ("create user -a A", "nsc add user CUR", Some("A")),
            ("add user -aA u", "nsc add user . CUR", Some("A")),
            (
                "add user --account=A --dry-run",
                "nsc add user CUR",
                Some("A"),
            ),
            (
                "-H d --strict add user -a",
                "nsc add user --account CUR",
                None,
            ),
            ("add user -a -x", "nsc add user CUR", Some("-x")),
            ("add user -- -a u", "nsc add user -- . . CUR", None),
            ("add user -iK r -a A -a B", "nsc add user CUR", Some("B")),
            ("add user --zork -Z x", "nsc add user . CUR", None),
        ] {
            let words: Vec<&str> = words.split(' ').collect();
            let line = read(&words);
            assert_eq!(shown(&line), expected, "{words:?}");
            assert_eq!(line.value("account").as_deref(), account, "{words:?}");
        }
        assert_eq!(read(&["-H", "d", "env"]).globals, ["--all-dirs=d"]);
    }

    proptest! {
        #[test]
        fn no_line_panics(words in prop::collection::vec("(--?)?[a-z=é-]{0,12}", 0..6)) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            shown(&read(&words));
        }
    }
}
