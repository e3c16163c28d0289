//! Seeds: the secret half of a key. They wipe themselves and leave only through `expose`.

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey};
use zeroize::{Zeroize, Zeroizing};

use super::kind::{PRIVATE_PREFIX, SEED_PREFIX, UPPER_FIVE};
use super::{KeyError, KeyKind, PublicKey, curve, text};

/// The secret of a key, from which everything else about it follows.
///
/// Wiped when dropped. It has no `Display`, `Clone`, `PartialEq` or serialisation, and its `Debug` shows the public key
/// only: [`Seed::expose`] and [`Seed::expose_private`] are the ways out, easy to search for.
pub struct Seed {
    public: PublicKey,
    secret: Secret,
}

/// Boxed, so that moving a seed does not leave copies of the secret on the stack.
enum Secret {
    Signing(Box<SigningKey>),
    Curve(Box<Zeroizing<[u8; 32]>>),
}

/// The kind and the secret that the text of a seed holds; their public key is not computed.
pub(super) fn parts(text: &[u8]) -> Result<(KeyKind, Zeroizing<[u8; 32]>), KeyError> {
    let decoded = text::decode(text)?;
    let [first, second, payload @ ..] = &decoded[..] else {
        return Err(KeyError::NotASeed);
    };
    if first & UPPER_FIVE != SEED_PREFIX {
        return Err(KeyError::NotASeed);
    }
    let kind = KeyKind::from_prefix_byte((first & !UPPER_FIVE) << 5 | second >> 3);
    let kind = kind.ok_or(KeyError::NotASeed)?;
    let mut secret = Zeroizing::new([0; 32]);
    if payload.len() != secret.len() {
        return Err(KeyError::SeedLength);
    }
    secret.copy_from_slice(payload);
    Ok((kind, secret))
}

impl Seed {
    /// Makes the key that consists of these 32 random bytes, unchanged, whatever the kind.
    pub fn from_entropy(kind: KeyKind, mut entropy: [u8; 32]) -> Self {
        let seed = Self::from_bytes(kind, &entropy);
        entropy.zeroize();
        seed
    }

    /// Reads the canonical text of a seed; line ends around it are ignored.
    ///
    /// # Errors
    /// `Base32`, `TooShort` or `Checksum` when the text is no key, `NotASeed` when it is another key, `SeedLength` when
    /// it does not hold 32 bytes.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Self::parse_bytes(text.as_bytes())
    }

    pub(super) fn parse_bytes(text: &[u8]) -> Result<Self, KeyError> {
        let (kind, secret) = parts(text)?;
        Ok(Self::from_bytes(kind, &secret))
    }

    fn from_bytes(kind: KeyKind, bytes: &[u8; 32]) -> Self {
        if kind.can_sign() {
            let key = Box::new(SigningKey::from_bytes(bytes));
            let public = PublicKey::new(kind, key.verifying_key().to_bytes());
            Self {
                public,
                secret: Secret::Signing(key),
            }
        } else {
            let mut secret = Box::new(Zeroizing::new([0; 32]));
            secret.copy_from_slice(bytes);
            let public = PublicKey::new(kind, curve::public_bytes(&secret));
            Self {
                public,
                secret: Secret::Curve(secret),
            }
        }
    }

    /// What the key is for.
    pub const fn kind(&self) -> KeyKind {
        self.public.kind()
    }

    /// The public key that belongs to this seed.
    pub const fn public_key(&self) -> PublicKey {
        self.public
    }

    /// The seed text (`S…`, 58 characters), to be written where the user wants the secret.
    pub fn expose(&self) -> Zeroizing<String> {
        let kind = self.kind().prefix_byte();
        // The kind is folded into both bytes so that the second letter of the text shows it.
        text::encode_secret(&[&[SEED_PREFIX | kind >> 5, kind << 3], self.bytes()])
    }

    /// The raw private key text (`P…`): seed and public key for signing keys, the 32 secret bytes for curve keys.
    pub fn expose_private(&self) -> Zeroizing<String> {
        let public: &[u8] = if self.kind().can_sign() {
            self.public.as_bytes()
        } else {
            &[]
        };
        text::encode_secret(&[&[PRIVATE_PREFIX], self.bytes(), public])
    }

    /// Signs `message` with ed25519 (RFC 8032); the same message always gives the same 64 bytes.
    ///
    /// # Errors
    /// `CurveCannotSign` for curve keys.
    pub fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        match &self.secret {
            Secret::Signing(key) => Ok(key.sign(message).to_bytes()),
            Secret::Curve(_) => Err(KeyError::CurveCannotSign),
        }
    }

    /// Seals `message` so that only `recipient` can open it, and knows that this key sealed it.
    ///
    /// The result is `xkv1`, the nonce, and a NaCl box. The 24 nonce bytes must be fresh random ones each time.
    ///
    /// # Errors
    /// `OnlyCurveSeals` when this is not a curve key, `Recipient` when `recipient` is not.
    pub fn seal(
        &self,
        message: &[u8],
        recipient: &PublicKey,
        nonce: [u8; 24],
    ) -> Result<Vec<u8>, KeyError> {
        curve::seal(self.curve_secret()?, message, recipient, nonce)
    }

    /// Opens what `sender` sealed to this key.
    ///
    /// # Errors
    /// `OnlyCurveSeals` when this is not a curve key; `SealedTooShort`, `SealedVersion`, `Sender` or `Decrypt` when the
    /// data is no sealed box, `sender` is no curve key, or the box was not sealed by it to this key.
    pub fn open(&self, sealed: &[u8], sender: &PublicKey) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        curve::open(self.curve_secret()?, sealed, sender)
    }

    /// Whether both are the same key of the same kind; takes the same time whatever the secrets are.
    pub fn same_secret(&self, other: &Self) -> bool {
        let differing = self
            .bytes()
            .iter()
            .zip(other.bytes())
            .fold(0, |acc, (a, b)| acc | (a ^ b));
        std::hint::black_box(differing) == 0 && self.kind() == other.kind()
    }

    fn bytes(&self) -> &[u8; 32] {
        match &self.secret {
            Secret::Signing(key) => key.as_bytes(),
            Secret::Curve(bytes) => bytes,
        }
    }

    fn curve_secret(&self) -> Result<&[u8; 32], KeyError> {
        match &self.secret {
            Secret::Curve(bytes) => Ok(bytes),
            Secret::Signing(_) => Err(KeyError::OnlyCurveSeals),
        }
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seed")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seed_of(kind: KeyKind, byte: u8) -> Seed {
        Seed::from_entropy(kind, [byte; 32])
    }

    #[test]
    fn debug_shows_no_secret() {
        for kind in KeyKind::ALL {
            let seed = seed_of(kind, 5);
            let shown = format!("{seed:?}");
            assert!(shown.contains(&seed.public_key().to_text()));
            assert!(!shown.contains(seed.expose().as_str()) && !shown.contains("[5, 5"));
        }
    }

    #[test]
    fn same_secret_compares_kind_and_bytes() {
        let user = seed_of(KeyKind::User, 1);
        assert!(user.same_secret(&Seed::parse(&user.expose()).unwrap()));
        assert!(!user.same_secret(&seed_of(KeyKind::Account, 1)));
        assert!(!user.same_secret(&seed_of(KeyKind::User, 2)));
    }

    #[test]
    fn a_payload_of_another_length_is_refused() {
        for length in [0, 1, 31, 33, 64] {
            let text = text::encode_secret(&[&[0x95, 0], &vec![9; length]]);
            let parsed = Seed::parse(&text).map(|_| ()).unwrap_err();
            assert_eq!(parsed, KeyError::SeedLength, "{length}");
        }
    }

    #[test]
    fn each_kind_does_only_its_own_work() {
        let (user, curve) = (seed_of(KeyKind::User, 1), seed_of(KeyKind::Curve, 2));
        assert_eq!(curve.sign(b"x"), Err(KeyError::CurveCannotSign));
        let signature = user.sign(b"x").unwrap();
        assert_eq!(
            curve.public_key().verify(b"x", &signature),
            Err(KeyError::CurveCannotSign)
        );
        let sealed = user.seal(b"x", &curve.public_key(), [0; 24]);
        assert_eq!(sealed, Err(KeyError::OnlyCurveSeals));
        let sealed = curve.seal(b"x", &user.public_key(), [0; 24]);
        assert_eq!(sealed, Err(KeyError::Recipient));
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in any::<String>()) {
            let _ = Seed::parse(&text);
        }

        #[test]
        fn text_round_trip(bytes in any::<[u8; 32]>(), kind in proptest::sample::select(&KeyKind::ALL[..])) {
            let seed = Seed::from_entropy(kind, bytes);
            let text = seed.expose();
            prop_assert_eq!(text.len(), 58);
            prop_assert_eq!(&text[..2], format!("S{}", kind.letter()));
            let back = Seed::parse(&text).unwrap();
            prop_assert!(back.same_secret(&seed) && back.public_key() == seed.public_key());
            prop_assert_eq!(&text::private_key_bytes(&seed.expose_private()).unwrap()[..32], &bytes);
        }

        #[test]
        fn a_signature_holds_for_its_message_only(bytes in any::<[u8; 32]>(), message in any::<Vec<u8>>()) {
            let seed = Seed::from_entropy(KeyKind::Account, bytes);
            let signature = seed.sign(&message).unwrap();
            prop_assert_eq!(seed.public_key().verify(&message, &signature), Ok(()));
            let longer = [&message[..], b"!"].concat();
            prop_assert_eq!(seed.public_key().verify(&longer, &signature), Err(KeyError::Signature));
        }
    }
}
