//! Finds seeds and private keys in text that must not hold any.

use std::ops::Range;

/// Length of a seed in its text form.
const SEED_LENGTH: usize = 58;
/// Length of a private key in its text form.
const PRIVATE_LENGTH: usize = 108;

/// Panics when `text` holds a seed or a private key; the message says where, but does not repeat it.
///
/// `what` names the text in the message, such as the command that printed it.
#[track_caller]
pub fn assert_no_seeds(what: &str, text: &str) {
    if let Some(found) = find_secret(text) {
        let line = text[..found.start].matches('\n').count() + 1;
        panic!(
            "{what} shows a secret of {} characters, beginning `{}…`, in line {line}",
            found.len(),
            &text[found.start..found.start + 2],
        );
    }
}

/// Where the first seed or private key stands in `text`, if there is one.
pub fn find_secret(text: &str) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let mut start = 0;
    while start < bytes.len() {
        let run = bytes[start..]
            .iter()
            .take_while(|byte| is_base32(**byte))
            .count();
        if let Some(found) = secret_in_run(&bytes[start..start + run]) {
            return Some(start + found.start..start + found.end);
        }
        start += run + 1;
    }
    None
}

fn secret_in_run(run: &[u8]) -> Option<Range<usize>> {
    let seed = |at: usize| {
        (run[at] == b'S' && b"OAUNCX".contains(run.get(at + 1)?) && run.len() >= at + SEED_LENGTH)
            .then_some(at..at + SEED_LENGTH)
    };
    // A private key fills its word, which tells it from other long base32 text.
    let private =
        (run.first() == Some(&b'P') && run.len() == PRIVATE_LENGTH).then_some(0..PRIVATE_LENGTH);
    private.or_else(|| (0..run.len()).find_map(seed))
}

fn is_base32(byte: u8) -> bool {
    byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seed of 32 zero bytes: as public as a key can be.
    const SEED: &str = "SUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEQ";
    const PUBLIC: &str = "UA5WUJ54Z23KILLCUOUNAKTPBVZWKMQVO4O6EQ5GHLAERIMLLHNCTYM5";

    #[test]
    fn a_seed_is_found_wherever_it_stands() {
        for text in [
            SEED.to_owned(),
            format!("key: {SEED}\n"),
            format!("\u{e9}\"{SEED}\""),
        ] {
            let found = find_secret(&text).expect("found");
            assert_eq!(&text[found], SEED);
        }
        assert!(
            find_secret(&format!("A7{SEED}")).is_some(),
            "also glued to other text"
        );
    }

    #[test]
    fn public_keys_and_words_are_no_secrets() {
        for text in ["", "S", "SU", PUBLIC, &SEED[..57], "SUAAAAAA UAAAA"] {
            assert_eq!(find_secret(text), None, "{text}");
        }
    }

    #[test]
    fn a_private_key_is_found() {
        let private = format!("P{}", "A".repeat(PRIVATE_LENGTH - 1));
        assert_eq!(
            find_secret(&format!("x {private} y")),
            Some(2..2 + PRIVATE_LENGTH)
        );
    }

    #[test]
    fn the_message_does_not_repeat_the_secret() {
        let panic = std::panic::catch_unwind(|| assert_no_seeds("it", SEED)).expect_err("panics");
        let message = panic.downcast_ref::<String>().expect("a text");
        assert!(
            message.contains("line 1") && !message.contains(SEED),
            "{message}"
        );
    }
}
