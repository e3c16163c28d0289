//! Lines of bash: what is typed, and words put so that bash takes them for what they are.
//!
//! Nothing is evaluated: a variable or command substitution in the line stays the text that it is.

use std::ffi::OsString;

/// A line up to the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    /// The words of the command behind its name, quotes resolved.
    pub(super) before: Vec<OsString>,
    /// The word at the cursor, quotes resolved.
    pub(super) current: String,
    /// How much of it readline leaves alone: up to a break such as `=` or an open quote.
    kept: usize,
    quote: Quote,
}

/// The quote that is open at the cursor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Quote {
    #[default]
    None,
    Single,
    Double,
}

impl Typed {
    /// Reads a line; `breaks` are the characters at which readline begins a new word (`COMP_WORDBREAKS`).
    pub(super) fn read(line: &str, breaks: &str) -> Self {
        let mut typed = Self::default();
        let mut words: Vec<String> = Vec::new();
        let mut is_word = false;
        let mut letters = line.chars().peekable();
        while let Some(letter) = letters.next() {
            match (typed.quote, letter) {
                (Quote::None, ' ' | '\t' | '\n') => {
                    if is_word {
                        words.push(std::mem::take(&mut typed.current));
                    }
                    is_word = false;
                    typed.kept = 0;
                    continue;
                }
                (Quote::None, ';' | '|' | '&') => {
                    words.clear();
                    typed.current.clear();
                    is_word = false;
                    typed.kept = 0;
                    continue;
                }
                (Quote::None, '\'') => typed.turn(Quote::Single),
                (Quote::None, '"') => typed.turn(Quote::Double),
                (Quote::Single, '\'') | (Quote::Double, '"') => typed.turn(Quote::None),
                (Quote::None, '\\') => typed.current.extend(letters.next()),
                (Quote::Double, '\\') => {
                    let next = letters.next_if(|next| matches!(next, '$' | '`' | '"' | '\\'));
                    typed.current.push(next.unwrap_or('\\'));
                }
                (quote, letter) => {
                    typed.current.push(letter);
                    if quote == Quote::None && breaks.contains(letter) {
                        typed.kept = typed.current.len();
                    }
                }
            }
            is_word = true;
        }
        // The first is the program.
        let mut words = words.into_iter();
        if words.next().is_some() {
            typed.before = words.map(OsString::from).collect();
        }
        typed
    }

    fn turn(&mut self, quote: Quote) {
        self.quote = quote;
        self.kept = self.current.len();
    }

    /// A candidate as readline may put it into the line; `None` where it cannot be quoted.
    pub(super) fn reply(&self, value: &str) -> Option<String> {
        let rest = value.get(self.kept..)?;
        match self.quote {
            Quote::None => {
                let begins = self.kept == 0 && self.current.starts_with("~/");
                Some(bare(rest, begins))
            }
            Quote::Single => Some(rest.replace('\'', r"'\''")),
            // An exclamation mark cannot be kept from the history there.
            Quote::Double if rest.contains('!') => None,
            Quote::Double => Some(escaped(rest, |letter| "\\\"$`".contains(letter))),
        }
    }
}

/// A word outside of quotes.
fn bare(word: &str, is_home: bool) -> String {
    if word.is_empty() {
        return "''".to_owned();
    }
    let (home, word) = match word.strip_prefix('~') {
        Some(rest) if is_home => ("~", rest),
        _ => ("", word),
    };
    let plain = |letter: char| letter.is_alphanumeric() || "_-./:=@%+,".contains(letter);
    home.to_owned() + &escaped(word, |letter| !plain(letter))
}

fn escaped(word: &str, needs: impl Fn(char) -> bool) -> String {
    let mut text = String::new();
    for letter in word.chars() {
        if needs(letter) {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BREAKS: &str = " \t\n\"'><=;|&(:";

    #[test]
    fn lines_are_read_as_bash_reads_them() {
        for (line, before, current) in [
            ("nsc add us", &["add"][..], "us"),
            ("nsc add user ", &["add", "user"], ""),
            ("nsc", &[], "nsc"),
            (r#"nsc -a "a b" x"#, &["-a", "a b"], "x"),
            (r#"nsc -a "a b"#, &["-a"], "a b"),
            (r"nsc -a a\ b", &["-a"], "a b"),
            (r"nsc -a 'it'\''s", &["-a"], "it's"),
            (r#"nsc "\$x\y"#, &[], r"$x\y"),
            ("nsc '' x", &[""], "x"),
            ("echo $(id); nsc -a", &[], "-a"),
            ("nsc --output=js", &[], "--output=js"),
        ] {
            let typed = Typed::read(line, BREAKS);
            let expected: Vec<OsString> = before.iter().map(OsString::from).collect();
            assert_eq!(
                (typed.before, typed.current.as_str()),
                (expected, current),
                "{line}"
            );
        }
    }

    #[test]
    fn replies_are_quoted_for_their_place() {
        for (line, value, reply) in [
            ("nsc -a ", "a b", r"a\ b"),
            ("nsc -a ", "$(rm -rf ~)`x`", r"\$\(rm\ -rf\ \~\)\`x\`"),
            ("nsc -a ", "~root", r"\~root"),
            ("nsc -f ~/", "~/a b", r"~/a\ b"),
            ("nsc -a \"a", "a\"b$c", r#"a\"b\$c"#),
            ("nsc -a 'a", "a'b$c", r"a'\''b$c"),
            ("nsc --output=js", "--output=json", "json"),
            ("nsc --output='js", "--output=json", "json"),
            ("nsc -u nats:", "nats:x", "x"),
            ("nsc -a ", "*", r"\*"),
        ] {
            let typed = Typed::read(line, BREAKS);
            assert_eq!(typed.reply(value).as_deref(), Some(reply), "{line}");
        }
        assert_eq!(Typed::read("nsc \"", BREAKS).reply("a!b"), None);
    }

    proptest! {
        #[test]
        fn what_was_quoted_is_read_as_it_was(value in "\\PC{1,20}", quote in "['\"]?") {
            let open = format!("nsc {quote}");
            let typed = Typed::read(&open, "");
            if let Some(reply) = typed.reply(&value) {
                let again = Typed::read(&format!("{open}{reply}"), "");
                prop_assert_eq!(again.current, value);
                prop_assert!(again.before.is_empty());
            }
        }

        #[test]
        fn no_line_panics(line in "\\PC*", value in "\\PC*") {
            let _ = Typed::read(&line, BREAKS).reply(&value);
        }
    }
}
