//! Words of PowerShell.

use std::ffi::{OsStr, OsString};

/// A word without the mark in front that keeps it from being empty.
pub(super) fn unmarked(word: &OsStr) -> OsString {
    let text = word.to_string_lossy();
    text.strip_prefix('=').unwrap_or(&text).into()
}

/// A word as it can be put into a line: in single quotes unless it is plain.
pub(super) fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || r"_-./:=+\".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    // PowerShell takes typographic quotes for quotes, too.
    let mut text = "'".to_owned();
    for letter in word.chars() {
        if matches!(letter, '\'' | '\u{2018}'..='\u{201B}') {
            text.push(letter);
        }
        text.push(letter);
    }
    text + "'"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted() {
        assert_eq!(quoted("--output=json"), "--output=json");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's $(x)"), "'it''s $(x)'");
        assert_eq!(quoted("a\u{2019}b"), "'a\u{2019}\u{2019}b'");
        assert_eq!(unmarked(OsStr::new("=")), "");
        assert_eq!(unmarked(OsStr::new("=-a")), "-a");
    }
}
