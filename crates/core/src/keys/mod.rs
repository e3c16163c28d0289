//! NATS keys ("nkeys"): their text form, what they sign and what they seal.
//!
//! A key text is RFC 4648 base32 of `prefix | payload | CRC-16`. Its first letter tells what it is: `O`, `A`,
//! `U`, `N`, `C` and `X` are public keys of one [`KeyKind`], `S` is a [`Seed`], `P` a raw private key.
//! `X` keys are X25519 and only seal and open; all others are ed25519 and only sign and verify.
//!
//! Only the canonical spelling of a key is read: upper case, no padding, nothing surplus, unused bits zero. A
//! line end before or after the text is harmless; blanks are not, callers trim what a person typed.
//!
//! Nothing here draws randomness: making a key or a sealed box takes the random bytes as an argument.
//!
//! ```
//! use nsc_core::keys::{KeyKind, PublicKey, Seed};
//!
//! let seed = Seed::from_entropy(KeyKind::User, [0; 32]);
//! let public: PublicKey = "UA5WUJ54Z23KILLCUOUNAKTPBVZWKMQVO4O6EQ5GHLAERIMLLHNCTYM5".parse()?;
//! assert_eq!(seed.public_key(), public);
//!
//! let signature = seed.sign(b"hello")?;
//! public.verify(b"hello", &signature)?;
//! # Ok::<(), nsc_core::keys::KeyError>(())
//! ```

pub mod bulk;
mod curve;
mod error;
pub mod file;
mod kind;
mod public;
mod seed;
mod text;
mod together;

pub use error::KeyError;
pub use kind::{KeyKind, TextKind};
pub use public::PublicKey;
pub use seed::Seed;
pub use text::{is_valid_encoding, private_key_bytes, text_kind};
pub(crate) use together::{SignatureCheck, verify_all};

#[cfg(test)]
mod tests;
