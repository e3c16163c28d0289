//! What can be wrong with a key, or with a use of it.

use thiserror::Error;

use super::TextKind;

/// Why a key text was refused, or why a key cannot do what was asked of it.
///
/// No variant carries the text itself: it may be a secret.
#[derive(Clone, Copy, Debug, Eq, Error, PartialEq)]
#[non_exhaustive]
pub enum KeyError {
    /// The text holds a character outside upper case base32, or is not the canonical spelling of the key.
    #[error(
        "not a key: only the letters A-Z and 2-7 are allowed, in exactly the spelling nk prints"
    )]
    Base32,
    /// The checksum does not fit: some character was changed, lost or added.
    #[error("key is damaged: its checksum does not match; copy it again from its source")]
    Checksum,
    /// An X25519 key was asked to sign or to verify.
    #[error("x25519 keys cannot sign or verify; use an ed25519 key")]
    CurveCannotSign,
    /// The sealed box does not open: other keys, or changed bytes.
    #[error("sealed data does not open with this key and sender")]
    Decrypt,
    /// The text has no line with the wanted key.
    #[error("no key found; expected a line that holds nothing but a key")]
    NoKey,
    /// Only the public part is known, so nothing can be signed.
    #[error("only the public key is known; signing needs its seed")]
    NoPrivateKey,
    /// A seed was wanted, and this is another kind of key.
    #[error("not a seed: seeds start with SO, SA, SU, SN, SC or SX")]
    NotASeed,
    /// A public key was wanted, and this is another kind of key.
    #[error("not a public key: public keys start with O, A, U, N, C or X")]
    NotPublic,
    /// An ed25519 key was asked to seal or to open.
    #[error("only x25519 (curve) keys seal and open")]
    OnlyCurveSeals,
    /// The payload of a public key is not 32 bytes.
    #[error("public key has the wrong length: it must hold 32 bytes")]
    PublicLength,
    /// The recipient of a sealed box is no X25519 public key.
    #[error("recipient is not an x25519 public key; those start with X")]
    Recipient,
    /// The sealed data is shorter than the smallest sealed box.
    #[error("sealed data is too short to be a sealed box")]
    SealedTooShort,
    /// The sealed data does not begin with `xkv1`.
    #[error("sealed data does not start with xkv1, the only known version")]
    SealedVersion,
    /// The payload of a seed is not 32 bytes.
    #[error("seed has the wrong length: it must hold 32 bytes")]
    SeedLength,
    /// The sender of a sealed box is no X25519 public key.
    #[error("sender is not an x25519 public key; those start with X")]
    Sender,
    /// The signature was not made by this key over these bytes.
    #[error("signature does not match the key and the signed bytes")]
    Signature,
    /// Fewer than four bytes are encoded.
    #[error("not a key: too short")]
    TooShort,
    /// The text is a key of another kind than the wanted one.
    #[error("wrong kind of key: expected {}, found {}", .expected.name(), .found.name())]
    WrongKind {
        /// What the caller asked for.
        expected: TextKind,
        /// What the text is.
        found: TextKind,
    },
}

impl KeyError {
    /// A short stable keyword for the class of failure, such as `base32` or `not_a_seed`.
    pub fn class(&self) -> &'static str {
        match self {
            Self::Base32 => "base32",
            Self::Checksum => "checksum",
            Self::CurveCannotSign => "curve_cannot_sign",
            Self::Decrypt => "decrypt",
            Self::NoKey => "no_key",
            Self::NoPrivateKey => "no_private_key",
            Self::NotASeed => "not_a_seed",
            Self::NotPublic => "not_public",
            Self::OnlyCurveSeals => "only_curve_seals",
            Self::Recipient => "recipient",
            Self::SealedTooShort => "sealed_too_short",
            Self::SealedVersion => "sealed_version",
            Self::PublicLength | Self::SeedLength => "seed_length",
            Self::Sender => "sender",
            Self::Signature => "signature",
            Self::TooShort => "too_short",
            Self::WrongKind { .. } => "wrong_kind",
        }
    }
}
