//! The letters that a public key shall have after its first.

use nsc_core::keys::PublicKey;
use thiserror::Error;

/// A prefix that some key can have.
#[derive(Debug)]
pub(crate) struct Prefix {
    letters: String,
    /// What the first eight bytes of the raw key must be, where `mask` is set.
    value: u64,
    mask: u64,
}

/// Why no key can have the prefix.
#[derive(Debug, Error, PartialEq)]
pub(crate) enum PrefixError {
    #[error("keys are written with A to Z and 2 to 7, without `{}`", .0.escape_debug())]
    Letter(char),
    #[error("only 55 letters follow the first letter of a public key")]
    TooLong,
    #[error("the letter after the first is always A, B, C or D, never `{0}`")]
    Unreachable(char),
}

impl Prefix {
    /// Reads letters of any case.
    pub(crate) fn parse(text: &str) -> Result<Self, PrefixError> {
        let letters = text.to_ascii_uppercase();
        let values: Vec<u64> = letters
            .chars()
            .map(letter_value)
            .collect::<Result<_, _>>()?;
        match letters.chars().next() {
            Some(first) if !matches!(first, 'A'..='D') => {
                return Err(PrefixError::Unreachable(first));
            }
            _ if values.len() > LETTERS_AFTER_FIRST => return Err(PrefixError::TooLong),
            _ => {}
        }
        let (mut value, mut mask) = (0, 0);
        for (at, letter) in values.into_iter().take(WHOLE_LETTERS).enumerate() {
            // The first letter's upper three bits belong to the key's first byte, where they are zero.
            let shift = 64 - (5 * (at + 1) - 3);
            value |= letter << shift;
            mask |= if at == 0 { 0b11 } else { 0b1_1111 } << shift;
        }
        Ok(Self {
            letters,
            value,
            mask,
        })
    }

    /// Whether a raw public key agrees in the leading bits; quick, and false for nearly all.
    pub(crate) fn may_fit(&self, public: &[u8; 32]) -> bool {
        let leading = public
            .first_chunk()
            .expect("a key has more than eight bytes");
        u64::from_be_bytes(*leading) & self.mask == self.value
    }

    /// Whether the text of the public key has the prefix.
    pub(crate) fn fits(&self, public: &PublicKey) -> bool {
        public.to_text()[1..].starts_with(&self.letters)
    }

    /// Among how many keys one has the prefix, on average.
    pub(crate) fn one_in(&self) -> u128 {
        let further = self.letters.len().saturating_sub(1) as u32;
        32_u128.saturating_pow(further).saturating_mul(4)
    }
}

/// Letters of a public key after the one for its kind.
const LETTERS_AFTER_FIRST: usize = 55;

/// Letters that eight bytes of the key hold entirely.
const WHOLE_LETTERS: usize = 13;

fn letter_value(letter: char) -> Result<u64, PrefixError> {
    match letter {
        'A'..='Z' => Ok(u64::from(letter) - u64::from('A')),
        '2'..='7' => Ok(u64::from(letter) - u64::from('2') + 26),
        other => Err(PrefixError::Letter(other)),
    }
}

#[cfg(test)]
mod tests {
    use nsc_core::keys::{KeyKind, Seed};

    use super::*;

    #[test]
    fn a_key_has_its_own_prefixes_and_no_other() {
        for byte in 0..40 {
            let public = Seed::from_entropy(KeyKind::Operator, [byte; 32]).public_key();
            let text = public.to_text();
            for length in 1..=55 {
                let prefix = Prefix::parse(&text[1..=length].to_lowercase()).unwrap();
                assert!(prefix.may_fit(public.as_bytes()) && prefix.fits(&public));
                let mut other = text[1..=length].to_owned();
                let last = other.pop().unwrap();
                other.push(if last == 'A' { 'B' } else { 'A' });
                let prefix = Prefix::parse(&other).unwrap();
                assert!(!prefix.fits(&public), "{other} {text}");
                assert!(
                    length > WHOLE_LETTERS || !prefix.may_fit(public.as_bytes()),
                    "{other}"
                );
            }
        }
    }

    #[test]
    fn impossible_prefixes_are_refused() {
        assert_eq!(
            Prefix::parse("E").unwrap_err(),
            PrefixError::Unreachable('E')
        );
        assert_eq!(
            Prefix::parse("7abc").unwrap_err(),
            PrefixError::Unreachable('7')
        );
        for (text, letter) in [
            ("A1", '1'),
            ("A-", '-'),
            ("A ", ' '),
            ("8", '8'),
            ("AÉ", 'É'),
        ] {
            assert_eq!(
                Prefix::parse(text).unwrap_err(),
                PrefixError::Letter(letter),
                "{text}"
            );
        }
        assert!(Prefix::parse(&"A".repeat(55)).is_ok());
        assert_eq!(
            Prefix::parse(&"A".repeat(56)).unwrap_err(),
            PrefixError::TooLong
        );
    }

    #[test]
    fn odds() {
        for (text, odds) in [("A", 4), ("AB", 128), ("ABC", 4096)] {
            assert_eq!(Prefix::parse(text).unwrap().one_in(), odds);
        }
        assert_eq!(Prefix::parse(&"A".repeat(55)).unwrap().one_in(), u128::MAX);
    }
}
