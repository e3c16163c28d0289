//! The lines of a batch: commands as in a shell, or JSON.

use std::ffi::OsString;

use nsc_store::secrets::mask;
use serde::Deserialize;

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it stands, the first line is 1.
    pub(super) number: usize,
    /// The command line, the program's name first.
    pub(super) args: Vec<OsString>,
}

/// A line that is no command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    /// Where it stands.
    pub(super) number: usize,
    /// What is wrong.
    pub(super) reason: String,
}

/// A line as a JSON object.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Object {
    args: Vec<String>,
}

/// Takes a text apart. Empty lines and comments are left out.
pub(super) fn read(text: &str) -> Vec<Result<Line, Unreadable>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.lines().zip(1..);
    lines
        .filter_map(|(line, number)| match words(line.trim()) {
            Ok(None) => None,
            Ok(Some(words)) => Some(Ok(Line {
                number,
                args: command_line(words),
            })),
            Err(reason) => Some(Err(Unreadable { number, reason })),
        })
        .collect()
}

/// The words of a line; none in an empty one.
fn words(line: &str) -> Result<Option<Vec<String>>, String> {
    let words = match line.chars().next() {
        Some('[') => json::<Vec<String>>(line)?,
        Some('{') => json::<Object>(line)?.args,
        _ => {
            let words =
                shlex::split(line).ok_or("a quote is not closed, or a `\\` ends the line")?;
            if words.is_empty() {
                return Ok(None);
            }
            words
        }
    };
    match words.first().map(String::as_str) {
        None => Err("there is no command in it".to_owned()),
        Some("nsc") if words.len() == 1 => Err("there is no command behind `nsc`".to_owned()),
        Some(_) => Ok(Some(words)),
    }
}

fn json<T: for<'a> Deserialize<'a>>(line: &str) -> Result<T, String> {
    serde_json::from_str(line).map_err(|error| {
        let text = error
            .to_string()
            .replace(" at line 1 column ", " at character ");
        format!(
            "no list of words, nor {{\"args\": [...]}}, in JSON: {}",
            mask(&text)
        )
    })
}

/// The program's name comes first, whether it was given or not.
fn command_line(words: Vec<String>) -> Vec<OsString> {
    let name = (words[0] != "nsc").then(|| OsString::from("nsc"));
    name.into_iter()
        .chain(words.into_iter().map(OsString::from))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words_of(text: &str) -> Vec<Vec<String>> {
        let line = |line: Result<Line, Unreadable>| {
            let args = line.unwrap().args.into_iter().skip(1);
            args.map(|arg| arg.into_string().unwrap()).collect()
        };
        read(text).into_iter().map(line).collect()
    }

    #[test]
    fn both_forms_say_the_same() {
        for line in [
            r#"add user --name "two words" --tag 'a b',c"#,
            r#"  nsc add user --name two\ words --tag "a b",c # and why"#,
            r#"["add", "user", "--name", "two words", "--tag", "a b,c"]"#,
            r#"["nsc", "add", "user", "--name", "two words", "--tag", "a b,c"]"#,
            r#"{"args": ["add", "user", "--name", "two words", "--tag", "a b,c"]}"#,
        ] {
            let words = ["add", "user", "--name", "two words", "--tag", "a b,c"];
            assert_eq!(words_of(line), [words], "{line}");
        }
    }

    #[test]
    fn empty_lines_and_comments_are_counted_and_left_out() {
        let text = "\u{feff}# first\r\n\r\nlist users\r\n   # more\n[\"env\"]\n";
        let numbers: Vec<usize> = read(text)
            .into_iter()
            .map(|line| line.unwrap().number)
            .collect();
        assert_eq!(numbers, [3, 5]);
        assert_eq!(read(""), []);
    }

    #[test]
    fn what_is_no_command_is_told_with_its_line() {
        for (line, reason) in [
            ("add user 'x", "a quote"),
            ("add user x\\", "a `\\`"),
            ("[1]", "invalid type"),
            ("[\"add\"", "EOF"),
            ("[]", "no command in it"),
            ("{\"args\": []}", "no command in it"),
            ("{\"args\": [\"env\"], \"more\": 1}", "unknown field"),
            ("{}", "missing field"),
            ("nsc", "no command behind"),
        ] {
            let read = read(&format!("env\n{line}\nenv"));
            let error = read[1].as_ref().unwrap_err();
            assert_eq!((read.len(), error.number), (3, 2), "{line}");
            assert!(error.reason.contains(reason), "{line}: {}", error.reason);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken_apart(text in "\\PC*(\n\\PC*){0,4}") {
            let count = text.lines().count();
            for line in read(&text) {
                let number = match line {
                    Ok(line) => {
                        prop_assert!(line.args.len() > 1);
                        line.number
                    }
                    Err(line) => line.number,
                };
                prop_assert!((1..=count).contains(&number));
            }
        }

        #[test]
        fn quoted_words_come_back(words in proptest::collection::vec("[^\0\r\n]{0,8}", 1..5)) {
            prop_assume!(!matches!(words[0].as_str(), "nsc"));
            let quoted = shlex::try_join(words.iter().map(String::as_str)).unwrap();
            prop_assume!(!quoted.starts_with(['[', '{']));
            prop_assert_eq!(words_of(&quoted), vec![words.clone()]);
            let json = serde_json::to_string(&words).unwrap();
            prop_assert_eq!(words_of(&json), vec![words]);
        }
    }
}
