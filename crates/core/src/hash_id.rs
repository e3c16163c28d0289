//! The identifier of an activation, under which an account server keeps it.

use data_encoding::BASE32;
use sha2::{Digest, Sha256};

/// An activation lacks a part its identifier is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("the activation has no {missing}, so it has no identifier")]
pub struct Incomplete {
    /// What is missing: `issuer`, `account` or `subject`.
    pub missing: &'static str,
}

/// Returns the identifier of the activation that `issuer` gave `account` for `subject`.
///
/// That is SHA-256 of the three, joined by dots, in padded base32; of the subject only the
/// [`cleaned`] part counts.
///
/// # Errors
///
/// [`Incomplete`] when one of the three is empty.
pub fn activation_id(issuer: &str, account: &str, subject: &str) -> Result<String, Incomplete> {
    for (text, missing) in [
        (issuer, "issuer"),
        (account, "account"),
        (subject, "subject"),
    ] {
        if text.is_empty() {
            return Err(Incomplete { missing });
        }
    }
    let digest = Sha256::digest(format!("{issuer}.{account}.{}", cleaned(subject)));
    Ok(BASE32.encode(&digest))
}

/// Returns the part of `subject` before its first wildcard token, `_` when that comes first.
#[expect(clippy::string_slice, reason = "cut before a dot that was counted")]
pub fn cleaned(subject: &str) -> &str {
    let mut length = 0;
    for token in subject.split('.') {
        if token == "*" || token == ">" {
            return match length {
                0 => "_",
                1 => subject, // nothing but a dot is before it: kept whole, as others do
                _ => &subject[..length - 1],
            };
        }
        length += token.len() + 1;
    }
    subject
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_missing_part_is_named() {
        assert_eq!(
            activation_id("i", "", "s"),
            Err(Incomplete { missing: "account" })
        );
        assert_eq!(
            activation_id("i", "a", ""),
            Err(Incomplete { missing: "subject" })
        );
    }

    #[test]
    fn wildcards_inside_words_do_not_cut() {
        assert_eq!(cleaned("a*.b>.c.*.d"), "a*.b>.c");
        assert_eq!(cleaned(">"), "_");
        assert_eq!(cleaned("a..*"), "a.");
    }
}
