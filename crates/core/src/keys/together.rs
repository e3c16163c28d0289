//! Checking many ed25519 signatures together.
//!
//! A signature `(R, s)` of a message `M` by the key `A` is good when `sB = R + hA`, where `h` is the hash of `R`, `A` and
//! `M` (RFC 8032, section 5.1.7). Here the sum of all these equations is checked, each times a number that nobody could
//! foresee: when one of them does not hold, the sum holds with a chance of 2^-128. The numbers are hashes of
//! all signatures, keys and messages, so the outcome is the same each time.

use std::collections::HashMap;

use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{IsIdentity, VartimeMultiscalarMul};
use sha2::{Digest, Sha512};

use super::{KeyError, PublicKey};

/// A signature that is to be checked, without its message.
pub(crate) struct SignatureCheck {
    key: PublicKey,
    r: CompressedEdwardsY,
    s: Scalar,
    /// Hash of `R`, `A` and the message.
    h: Scalar,
}

impl SignatureCheck {
    /// Takes note of a key, a message, and what should be its signature.
    ///
    /// # Errors
    /// As [`PublicKey::verify`] where the form of the signature tells enough.
    pub(crate) fn new(key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<Self, KeyError> {
        if !key.kind().can_sign() {
            return Err(KeyError::CurveCannotSign);
        }
        let signature: &[u8; 64] = signature.try_into().map_err(|_| KeyError::Signature)?;
        let (r, s) = signature.split_at(32);
        let r = CompressedEdwardsY::from_slice(r).map_err(|_| KeyError::Signature)?;
        let s: [u8; 32] = s.try_into().map_err(|_| KeyError::Signature)?;
        let s = Option::from(Scalar::from_canonical_bytes(s)).ok_or(KeyError::Signature)?;
        let hash = Sha512::new()
            .chain_update(r.as_bytes())
            .chain_update(key.as_bytes())
            .chain_update(message);
        Ok(Self {
            key: *key,
            r,
            s,
            h: Scalar::from_bytes_mod_order_wide(&hash.finalize().into()),
        })
    }
}

/// Whether all signatures are good. It does not tell which are not.
///
/// What [`PublicKey::verify`] accepts passes. So may a signature that the owner of its key made with a point of small
/// order in it, which alone would be refused; nobody else can make one.
pub(crate) fn verify_all(checks: &[SignatureCheck]) -> bool {
    sum(checks).is_some_and(|sum| sum.is_identity())
}

/// The sum of all equations, brought to one side; `None` when something is no point.
fn sum(checks: &[SignatureCheck]) -> Option<EdwardsPoint> {
    let mut of_base = Scalar::ZERO;
    let mut scalars = Vec::with_capacity(2 * checks.len() + 1);
    let mut points = Vec::with_capacity(2 * checks.len() + 1);
    // Keys that sign much are unpacked and multiplied once.
    let mut keys: HashMap<&[u8; 32], Scalar> = HashMap::new();
    for (check, factor) in checks.iter().zip(factors(checks)) {
        if !is_canonical(check.r.as_bytes()) {
            return None;
        }
        of_base -= factor * check.s;
        *keys.entry(check.key.as_bytes()).or_insert(Scalar::ZERO) += factor * check.h;
        scalars.push(factor);
        points.push(check.r.decompress()?);
    }
    for (key, factor) in keys {
        scalars.push(factor);
        points.push(CompressedEdwardsY(*key).decompress()?);
    }
    scalars.push(of_base);
    points.push(curve25519_dalek::constants::ED25519_BASEPOINT_POINT);
    Some(EdwardsPoint::vartime_multiscalar_mul(scalars, points))
}

/// A number of 128 bits for each equation, which depends on all of them.
#[expect(clippy::indexing_slicing, reason = "a hash of 64 bytes")]
fn factors(checks: &[SignatureCheck]) -> impl Iterator<Item = Scalar> {
    let mut all = Sha512::new();
    for check in checks {
        // The hash stands for the message.
        for part in [
            check.key.as_bytes(),
            check.r.as_bytes(),
            check.s.as_bytes(),
            check.h.as_bytes(),
        ] {
            all.update(part);
        }
    }
    let all = all.finalize();
    (0..checks.len() as u64).map(move |n| {
        let hash = Sha512::new()
            .chain_update(all)
            .chain_update(n.to_le_bytes());
        let mut factor = [0; 32];
        factor[..16].copy_from_slice(&hash.finalize()[..16]);
        Scalar::from_bytes_mod_order(factor)
    })
}

/// Whether the coordinate is below 2^255 - 19: another spelling of a point is not what was signed.
fn is_canonical(point: &[u8; 32]) -> bool {
    let is_top = point[31] & 0x7f == 0x7f && point[1..31].iter().all(|byte| *byte == 0xff);
    !(is_top && point[0] >= 0xed)
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
        checks[7].h += Scalar::ONE;
        assert!(!verify_all(&checks) && verify_all(&checks[8..]));
        checks[7] = check(7);
        checks[3].s += Scalar::ONE;
        assert!(!verify_all(&checks));
        checks[3] = check(3);
        checks.swap(3, 4);
        assert!(verify_all(&checks));
        (checks[3].r, checks[4].r) = (checks[4].r, checks[3].r);
        assert!(!verify_all(&checks));
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

    #[test]
    fn errors_do_not_cancel_out() {
        let mut checks: Vec<_> = (0..4).map(check).collect();
        checks[0].s += Scalar::ONE;
        checks[1].s -= Scalar::ONE;
        assert!(!verify_all(&checks));
    }

    #[test]
    fn the_forms_that_are_refused_alone_are_refused() {
        let seed = Seed::from_entropy(KeyKind::Account, [9; 32]);
        let (key, good) = (seed.public_key(), seed.sign(b"m").unwrap());
        assert!(SignatureCheck::new(&key, b"m", &good).is_ok_and(|check| verify_all(&[check])));
        // The scalar plus the order of the group, which is the same number.
        let mut high = good;
        let order = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9,
            0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ];
        let mut carry = 0_u16;
        for (byte, add) in high[32..].iter_mut().zip(order) {
            let sum = u16::from(*byte) + add + carry;
            (*byte, carry) = (sum as u8, sum >> 8);
        }
        assert!(SignatureCheck::new(&key, b"m", &high).is_err());
        assert!(key.verify(b"m", &high).is_err());
        assert!(!is_canonical(&[0xff; 32]) && is_canonical(&[0xec; 32]));
    }
}
