//! Checking many signatures together.

use ed25519_dalek::{Signature, VerifyingKey, verify_batch};

use super::{KeyError, PublicKey};

/// A signature that is to be checked.
pub(crate) struct SignatureCheck {
    key: PublicKey,
    message: Vec<u8>,
    signature: Signature,
}

impl SignatureCheck {
    /// Takes note of a key, a message, and what should be its signature.
    ///
    /// # Errors
    /// As [`PublicKey::verify`] where no look at the message is needed.
    pub(crate) fn new(key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<Self, KeyError> {
        if !key.kind().can_sign() {
            return Err(KeyError::CurveCannotSign);
        }
        Ok(Self {
            key: *key,
            message: message.to_vec(),
            signature: Signature::from_slice(signature).map_err(|_| KeyError::Signature)?,
        })
    }
}

/// Whether all signatures are good. It does not tell which are not.
///
/// What [`PublicKey::verify`] accepts passes. So may a signature that the owner of its key made with a point of small
/// order in it, which alone would be refused; nobody else can make one.
pub(crate) fn verify_all(checks: &[SignatureCheck]) -> bool {
    let mut keys: Vec<VerifyingKey> = Vec::with_capacity(checks.len());
    for (n, check) in checks.iter().enumerate() {
        // Neighbours often have one issuer, and unpacking a key is a tenth of the work.
        let known = n
            .checked_sub(1)
            .filter(|before| checks[*before].key == check.key)
            .map(|before| keys[before]);
        match known.map_or_else(|| VerifyingKey::from_bytes(check.key.as_bytes()), Ok) {
            Ok(key) => keys.push(key),
            Err(_) => return false,
        }
    }
    let messages: Vec<&[u8]> = checks.iter().map(|check| &check.message[..]).collect();
    let signatures: Vec<Signature> = checks.iter().map(|check| check.signature).collect();
    verify_batch(&messages, &signatures, &keys).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{KeyKind, Seed};

    fn check(n: u8) -> SignatureCheck {
        let seed = Seed::from_entropy(KeyKind::Account, [n / 2; 32]);
        let message = [n; 40];
        let signature = seed.sign(&message).unwrap();
        SignatureCheck::new(&seed.public_key(), &message, &signature).unwrap()
    }

    #[test]
    fn one_bad_signature_fails_all() {
        let mut checks: Vec<_> = (0..20).map(check).collect();
        assert!(verify_all(&checks) && verify_all(&checks[..1]) && verify_all(&[]));
        checks[7].message[0] ^= 1;
        assert!(!verify_all(&checks) && verify_all(&checks[8..]));
    }

    #[test]
    fn a_key_that_is_no_point_fails() {
        let mut broken = check(1);
        broken.key = PublicKey::new(KeyKind::Account, [2; 32]);
        assert!(!verify_all(&[check(0), broken]));
    }

    #[test]
    fn a_signature_of_the_wrong_size_is_told_at_once() {
        let key = Seed::from_entropy(KeyKind::Account, [1; 32]).public_key();
        let made = SignatureCheck::new(&key, b"m", &[0; 63]);
        assert_eq!(made.err(), Some(KeyError::Signature));
    }
}
