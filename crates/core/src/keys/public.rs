//! Public keys: parsed once, then compared, printed and used to verify.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, VerifyingKey};

use super::{KeyError, KeyKind, TextKind, text};

/// A public key of one kind.
///
/// `Display` and `Debug` both print the key text; it is no secret.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct PublicKey {
    kind: KeyKind,
    bytes: [u8; 32],
}

impl PublicKey {
    /// Makes a public key from its raw bytes. Whether they are a point on the curve shows only when verifying.
    pub const fn new(kind: KeyKind, bytes: [u8; 32]) -> Self {
        Self { kind, bytes }
    }

    /// Reads the canonical text of a public key of any kind; line ends around it are ignored.
    ///
    /// # Errors
    /// `Base32`, `TooShort` or `Checksum` when the text is no key, `NotPublic` when it is a seed or another key,
    /// `PublicLength` when it does not hold 32 bytes.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Self::parse_bytes(text.as_bytes())
    }

    /// Reads the text of a public key of the given kind.
    ///
    /// # Errors
    /// As [`PublicKey::parse`], and `WrongKind` for every key that is of another kind or not public.
    #[expect(clippy::indexing_slicing, reason = "decoded keys are never empty")]
    pub fn parse_kind(text: &str, kind: KeyKind) -> Result<Self, KeyError> {
        let decoded = text::decode(text.as_bytes())?;
        let (expected, found) = (
            TextKind::Public(kind),
            TextKind::from_first_byte(decoded[0]),
        );
        if found != expected {
            return Err(KeyError::WrongKind { expected, found });
        }
        Self::from_decoded(&decoded)
    }

    pub(super) fn parse_bytes(text: &[u8]) -> Result<Self, KeyError> {
        Self::from_decoded(&text::decode(text)?)
    }

    #[expect(clippy::indexing_slicing, reason = "decoded keys are never empty")]
    fn from_decoded(decoded: &[u8]) -> Result<Self, KeyError> {
        let kind = KeyKind::from_prefix_byte(decoded[0]).ok_or(KeyError::NotPublic)?;
        let bytes = decoded[1..]
            .try_into()
            .map_err(|_| KeyError::PublicLength)?;
        Ok(Self { kind, bytes })
    }

    /// What the key is for.
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The 32 raw bytes: a compressed ed25519 point, or an X25519 coordinate for curve keys.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// The key text of 56 characters.
    pub fn to_text(&self) -> String {
        self.to_string()
    }

    /// Checks an ed25519 signature (RFC 8032) over `message`.
    ///
    /// # Errors
    /// `CurveCannotSign` for curve keys; `Signature` when the signature is not 64 bytes, is not in canonical form, or
    /// was not made by this key over these bytes.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        if !self.kind.can_sign() {
            return Err(KeyError::CurveCannotSign);
        }
        let signature = Signature::from_slice(signature).map_err(|_| KeyError::Signature)?;
        let key = VerifyingKey::from_bytes(&self.bytes).map_err(|_| KeyError::Signature)?;
        // Not `verify_strict`: servers and the other tools accept what plain RFC 8032 verification accepts.
        ed25519_dalek::Verifier::verify(&key, message, &signature).map_err(|_| KeyError::Signature)
    }
}

impl fmt::Display for PublicKey {
    #[expect(clippy::expect_used, reason = "base32 is ASCII")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = text::encode_public(self.kind.prefix_byte(), &self.bytes);
        f.pad(std::str::from_utf8(&letters).expect("base32 is ASCII"))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const USER: &str = "UA5WUJ54Z23KILLCUOUNAKTPBVZWKMQVO4O6EQ5GHLAERIMLLHNCTYM5";

    #[test]
    fn debug_and_display_are_the_key_text() {
        let key = PublicKey::parse(USER).unwrap();
        assert_eq!(format!("{key} {key:?}"), format!("{USER} {USER}"));
        assert_eq!(key.to_text(), USER);
    }

    #[test]
    fn a_key_of_another_kind_is_named() {
        let expected = TextKind::Public(KeyKind::Account);
        let found = TextKind::Public(KeyKind::User);
        assert_eq!(
            PublicKey::parse_kind(USER, KeyKind::Account),
            Err(KeyError::WrongKind { expected, found })
        );
        assert!(PublicKey::parse_kind(USER, KeyKind::User).is_ok());
    }

    #[test]
    fn the_whole_first_byte_and_the_length_must_fit() {
        let text = |body: &[u8]| text::encode_secret(&[body]);
        let low_bit = [&[KeyKind::User.prefix_byte() | 1][..], &[7; 32]].concat();
        assert_eq!(PublicKey::parse(&text(&low_bit)), Err(KeyError::NotPublic));
        for length in [1, 31, 33, 64] {
            let body = [&[KeyKind::User.prefix_byte()][..], &vec![7; length]].concat();
            assert_eq!(
                PublicKey::parse(&text(&body)),
                Err(KeyError::PublicLength),
                "{length}"
            );
            let of_kind = PublicKey::parse_kind(&text(&body), KeyKind::User);
            assert_eq!(of_kind, Err(KeyError::PublicLength), "{length}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in any::<String>()) {
            let _ = PublicKey::parse(&text);
        }

        #[test]
        fn text_round_trip(bytes in any::<[u8; 32]>(), kind in proptest::sample::select(&KeyKind::ALL[..])) {
            let key = PublicKey::new(kind, bytes);
            let text = key.to_text();
            prop_assert!(text.starts_with(kind.letter()) && text.len() == 56);
            prop_assert_eq!(PublicKey::parse(&text), Ok(key));
        }

        #[test]
        fn verifying_never_panics(bytes in any::<[u8; 32]>(), signature in any::<Vec<u8>>()) {
            let key = PublicKey::new(KeyKind::User, bytes);
            prop_assert_eq!(key.verify(b"", &signature), Err(KeyError::Signature));
        }
    }
}
