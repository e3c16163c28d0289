//! X25519 keys: the public key of a secret, and sealed boxes (`xkv1`).

use crypto_secretbox::aead::Aead;
use crypto_secretbox::{Kdf, KeyInit, XSalsa20Poly1305};
use x25519_dalek::StaticSecret;
use zeroize::{Zeroize, Zeroizing};

use super::{KeyError, KeyKind, PublicKey};

/// The X25519 public key of a secret; the secret is clamped for the computation only.
pub(super) fn public_bytes(secret: &[u8; 32]) -> [u8; 32] {
    x25519_dalek::PublicKey::from(&StaticSecret::from(*secret)).to_bytes()
}

pub(super) fn seal(
    secret: &[u8; 32],
    message: &[u8],
    recipient: &PublicKey,
    nonce: [u8; NONCE_BYTES],
) -> Result<Vec<u8>, KeyError> {
    if recipient.kind() != KeyKind::Curve {
        return Err(KeyError::Recipient);
    }
    let boxed = shared_box(secret, recipient).encrypt(&nonce.into(), message);
    // Fails only for messages beyond the cipher's limit of 256 GiB.
    let boxed = boxed.map_err(|_| KeyError::Decrypt)?;
    Ok([VERSION, &nonce, &boxed].concat())
}

pub(super) fn open(
    secret: &[u8; 32],
    sealed: &[u8],
    sender: &PublicKey,
) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    if sealed.len() <= VERSION.len() + NONCE_BYTES {
        return Err(KeyError::SealedTooShort);
    }
    let rest = sealed
        .strip_prefix(VERSION)
        .ok_or(KeyError::SealedVersion)?;
    if sender.kind() != KeyKind::Curve {
        return Err(KeyError::Sender);
    }
    let (nonce, boxed) = rest
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or(KeyError::SealedTooShort)?;
    let message = shared_box(secret, sender).decrypt(nonce.into(), boxed);
    message.map(Zeroizing::new).map_err(|_| KeyError::Decrypt)
}

/// The cipher of a NaCl box: X25519, then HSalsa20 over 16 zero bytes gives the key.
///
/// Put together here because `crypto_box` leaves the bytes of its secret key in memory.
fn shared_box(secret: &[u8; 32], peer: &PublicKey) -> XSalsa20Poly1305 {
    let peer = x25519_dalek::PublicKey::from(*peer.as_bytes());
    let shared = StaticSecret::from(*secret).diffie_hellman(&peer);
    let mut key = XSalsa20Poly1305::kdf(shared.as_bytes().into(), &Default::default());
    let cipher = XSalsa20Poly1305::new(&key);
    key.as_mut_slice().zeroize();
    cipher
}

const VERSION: &[u8] = b"xkv1";
const NONCE_BYTES: usize = 24;

#[cfg(test)]
mod tests {
    use super::super::Seed;
    use super::*;

    fn seed(byte: u8) -> Seed {
        Seed::from_entropy(KeyKind::Curve, [byte; 32])
    }

    #[test]
    fn only_the_recipient_opens_and_only_unchanged() {
        let (from, to, other) = (seed(1), seed(2), seed(3));
        let sealed = from.seal(b"hello", &to.public_key(), [7; 24]).unwrap();
        assert_eq!(&*to.open(&sealed, &from.public_key()).unwrap(), b"hello");
        assert_eq!(
            other.open(&sealed, &from.public_key()),
            Err(KeyError::Decrypt)
        );
        assert_eq!(
            to.open(&sealed, &other.public_key()),
            Err(KeyError::Decrypt)
        );
        for at in 4..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(
                to.open(&changed, &from.public_key()),
                Err(KeyError::Decrypt),
                "{at}"
            );
        }
    }

    #[test]
    fn malformed_boxes_are_told_apart_in_order() {
        let (to, user) = (
            seed(2),
            Seed::from_entropy(KeyKind::User, [1; 32]).public_key(),
        );
        assert_eq!(to.open(&[b'x'; 28], &user), Err(KeyError::SealedTooShort));
        assert_eq!(to.open(&[b'x'; 29], &user), Err(KeyError::SealedVersion));
        let short = [b"xkv1".as_slice(), &[0; 25]].concat();
        assert_eq!(to.open(&short, &user), Err(KeyError::Sender));
        assert_eq!(to.open(&short, &to.public_key()), Err(KeyError::Decrypt));
    }
}
