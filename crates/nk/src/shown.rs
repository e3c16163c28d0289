//! Foreign text made fit for a message.

use std::ffi::OsStr;

/// The text with control characters escaped, and without anything that may be a seed or private key: people do give the
/// key itself where its file is wanted.
pub(crate) fn shown(text: impl AsRef<OsStr>) -> String {
    let text = text.as_ref().to_string_lossy();
    let mut result = String::with_capacity(text.len());
    let mut rest = &*text;
    while !rest.is_empty() {
        let (run, after) = rest.split_at(rest.find(|c| !is_key_letter(c)).unwrap_or(rest.len()));
        result.push_str(if may_hold_secret(run) {
            "(secret)"
        } else {
            run
        });
        let other = after.split_at(after.find(is_key_letter).unwrap_or(after.len()));
        result.extend(other.0.escape_debug());
        rest = other.1;
    }
    result
}

/// Whether letters of this kind stand in a key; lower case too, since a key in lower case is as secret.
fn is_key_letter(letter: char) -> bool {
    matches!(letter, 'A'..='Z' | 'a'..='z' | '2'..='7')
}

/// A seed has 58 letters; some may have been lost.
fn may_hold_secret(run: &str) -> bool {
    run.len() >= 40 && !is_public(run)
}

fn is_public(run: &str) -> bool {
    run.len() == 56 && !run.starts_with(['S', 's', 'P', 'p'])
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &str = "SUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEQ";
    const PUBLIC: &str = "UA5WUJ54Z23KILLCUOUNAKTPBVZWKMQVO4O6EQ5GHLAERIMLLHNCTYM5";

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        assert_eq!(shown(SEED), "(secret)");
        assert_eq!(shown(SEED.to_lowercase()), "(secret)");
        assert_eq!(shown(format!("/tmp/{SEED}.nk")), "/tmp/(secret).nk");
        assert_eq!(shown(&SEED[..50]), "(secret)");
    }

    #[test]
    fn other_text_is_shown_without_control_characters() {
        assert_eq!(shown(PUBLIC), PUBLIC);
        assert_eq!(shown("a b\u{1b}[1m\n.txt"), "a b\\u{1b}[1m\\n.txt");
        assert_eq!(shown(""), "");
    }
}
