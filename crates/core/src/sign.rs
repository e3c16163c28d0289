//! Signing through one narrow door, so that where the secret lives does not matter to callers.

use crate::keys::{KeyError, PublicKey, Seed};

/// Something that signs for one key: a seed in memory, an agent, an external program, a test double.
pub trait Signer {
    /// The key that the signatures verify under; it becomes the issuer of a token.
    fn public_key(&self) -> PublicKey;

    /// Signs the bytes with ed25519.
    ///
    /// # Errors
    /// `CurveCannotSign` for curve keys, `NoPrivateKey` when the secret is not at hand.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError>;
}

impl Signer for Seed {
    fn public_key(&self) -> PublicKey {
        Self::public_key(self)
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        Self::sign(self, message)
    }
}

impl<S: Signer + ?Sized> Signer for &S {
    fn public_key(&self) -> PublicKey {
        (**self).public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        (**self).sign(message)
    }
}

impl<S: Signer + ?Sized> Signer for Box<S> {
    fn public_key(&self) -> PublicKey {
        (**self).public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        (**self).sign(message)
    }
}

/// A key of which only the public part is known: it names the issuer, and fails when it has to sign.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct PublicOnly(pub PublicKey);

impl Signer for PublicOnly {
    fn public_key(&self) -> PublicKey {
        self.0
    }

    fn sign(&self, _message: &[u8]) -> Result<[u8; 64], KeyError> {
        if self.0.kind().can_sign() {
            Err(KeyError::NoPrivateKey)
        } else {
            Err(KeyError::CurveCannotSign)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::KeyKind;

    #[test]
    fn a_seed_signs_behind_any_pointer() {
        let seed = Seed::from_entropy(KeyKind::Operator, [3; 32]);
        let expected = seed.sign(b"x").unwrap();
        let dynamic: &dyn Signer = &seed;
        assert_eq!(Signer::sign(&dynamic, b"x"), Ok(expected));
        let boxed: Box<dyn Signer> = Box::new(seed);
        assert_eq!(boxed.sign(b"x"), Ok(expected));
    }

    #[test]
    fn a_public_key_alone_cannot_sign() {
        let public = |kind| Seed::from_entropy(kind, [3; 32]).public_key();
        let key = PublicOnly(public(KeyKind::User));
        assert_eq!(key.sign(b"x"), Err(KeyError::NoPrivateKey));
        assert_eq!(
            PublicOnly(public(KeyKind::Curve)).sign(b"x"),
            Err(KeyError::CurveCannotSign)
        );
    }
}
