//! Finding seeds and private keys in text that is going to be kept.

use std::ops::Range;

use nsc_core::keys::PublicKey;

/// What stands in place of a secret.
pub const MASK: &str = "***";

/// Length of a seed in its text form.
const SEED: usize = 58;
/// Length of a private key in its text form.
const PRIVATE: usize = 108;
/// A word with a seed's beginning is taken for a damaged or cut seed from this length on.
const SUSPICIOUS: usize = 32;

/// The text with everything that looks like a seed or private key, damaged or in small letters, too, replaced by
/// [`MASK`]. Public keys stay.
///
/// ```
/// let seed = "SUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEQ";
/// assert_eq!(nsc_store::secrets::mask(&format!("nsc -K {seed}")), "nsc -K ***");
/// ```
pub fn mask(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut kept = 0;
    for run in runs(text.as_bytes(), |byte| is_base32(byte.to_ascii_uppercase())) {
        if is_suspicious(&text[run.clone()]) {
            masked.push_str(&text[kept..run.start]);
            masked.push_str(MASK);
            kept = run.end;
        }
    }
    masked.push_str(&text[kept..]);
    masked
}

fn is_suspicious(word: &str) -> bool {
    if word.len() < SUSPICIOUS || PublicKey::parse(word).is_ok() {
        return false;
    }
    let word = word.to_ascii_uppercase();
    word.len() >= PRIVATE || seed_starts(word.as_bytes()).any(|at| word.len() - at >= SUSPICIOUS)
}

/// Whether a content holds a whole seed or private key. Exact, since tokens are long words of much the same letters.
pub(crate) fn holds_secret(content: &[u8]) -> bool {
    runs(content, is_base32).any(|run| {
        let word = &content[run];
        seed_starts(word).any(|at| word.len() - at >= SEED)
            || (word.len() == PRIVATE && word[0] == b'P')
    })
}

/// Where `S` and the letter of a kind follow each other.
fn seed_starts(word: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let pairs = word.windows(2).enumerate();
    pairs
        .filter(|(_, pair)| pair[0] == b'S' && b"OAUNCX".contains(&pair[1]))
        .map(|(at, _)| at)
}

/// Maximal runs of bytes of one sort.
fn runs(content: &[u8], sort: impl Fn(u8) -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + content[at..].iter().position(|byte| sort(*byte))?;
        let length = content[start..].iter().take_while(|byte| sort(**byte));
        at = start + length.count();
        Some(start..at)
    })
}

fn is_base32(byte: u8) -> bool {
    byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use nsc_core::keys::{KeyKind, Seed};
    use proptest::prelude::*;

    fn seed() -> Seed {
        Seed::from_entropy(KeyKind::Account, [9; 32])
    }

    #[test]
    fn seeds_are_masked_in_any_shape() {
        let text = seed().expose();
        let public = seed().public_key().to_text();
        for secret in [
            text.to_string(),
            text[..40].to_owned(),
            format!("{}2", text.as_str()),
            text.to_lowercase(),
            format!("X{}", text.as_str()),
            seed().expose_private().to_string(),
        ] {
            let line = format!("nsc -K={secret} --nkey {public},{secret}");
            assert_eq!(
                mask(&line),
                format!("nsc -K=*** --nkey {public},***"),
                "{}",
                secret.len()
            );
        }
    }

    #[test]
    fn keys_names_and_words_stay() {
        let public = seed().public_key().to_text();
        for line in ["", "nsc add user u -a ACCOUNT", "SUPER long name", &public] {
            assert_eq!(mask(line), line);
        }
    }

    #[test]
    fn only_whole_secrets_are_found_in_files() {
        let text = seed().expose();
        assert!(holds_secret(format!("a\n{}\n", text.as_str()).as_bytes()));
        assert!(holds_secret(seed().expose_private().as_bytes()));
        assert!(!holds_secret(&text.as_bytes()[..57]));
        assert!(!holds_secret(seed().public_key().to_text().as_bytes()));
        assert!(!holds_secret(b""));
    }

    proptest! {
        #[test]
        fn whatever_stands_around_a_seed_it_goes(before in "\\PC*", after in "\\PC*") {
            let text = seed().expose();
            let line = format!("{before}{}{after}", text.as_str());
            prop_assert!(!mask(&line).contains(text.as_str()));
            prop_assert!(holds_secret(line.as_bytes()));
        }
    }
}
