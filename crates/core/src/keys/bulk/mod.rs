//! Public keys of many secrets at once, for searches that make millions and keystores that hold thousands.
//!
//! The same keys as [`Seed::from_entropy`](super::Seed::from_entropy) gives, several times faster: one field inversion
//! serves a whole batch, and the base point's multiples are looked up window by window, so that each small table stays
//! in the nearest cache. Field arithmetic is `fiat-crypto`'s, which is generated from a machine-checked proof. No
//! branch and no address depends on a secret.

mod field;
mod point;

use sha2::{Digest, Sha512};
use zeroize::{Zeroize, Zeroizing};

use super::{KeyError, KeyKind, PublicKey, seed};
use point::{BaseTable, Point, WINDOWS};

/// Computes public keys in batches. Making one builds a table of 160 kB, which is worth it from some dozens of keys on.
pub struct PublicKeys {
    table: BaseTable,
}

impl PublicKeys {
    /// How many secrets to hand over at a time; more gain nothing.
    pub const BATCH: usize = 64;

    /// Builds the table.
    pub fn new() -> Self {
        Self {
            table: BaseTable::new(),
        }
    }

    /// Computes the raw public key of each secret, in order; see [`PublicKey::as_bytes`](super::PublicKey::as_bytes).
    #[expect(clippy::indexing_slicing, reason = "one digit for each window")]
    pub fn derive(&self, kind: KeyKind, secrets: &[[u8; 32]]) -> Vec<[u8; 32]> {
        let digits: Zeroizing<Vec<_>> =
            Zeroizing::new(secrets.iter().map(|secret| digits(kind, secret)).collect());
        let mut points = Zeroizing::new(vec![self.table.start; secrets.len()]);
        for (window, row) in self.table.rows.iter().enumerate() {
            for (point, digits) in points.iter_mut().zip(&*digits) {
                point.add_multiple(row, digits[window]);
            }
        }
        if kind.can_sign() {
            Point::compress_all(&points)
        } else {
            Point::to_montgomery_all(&points)
        }
    }
}

impl PublicKeys {
    /// The public keys of seeds in their text form, in order; the same as [`Seed::parse`](super::Seed::parse) gives.
    ///
    /// # Errors
    /// For each text those of [`Seed::parse`](super::Seed::parse).
    ///
    /// ```
    /// use nsc_core::keys::{KeyKind, Seed, bulk::PublicKeys};
    ///
    /// let seed = Seed::from_entropy(KeyKind::User, [7; 32]);
    /// let texts = [seed.expose(), "no seed".to_owned().into()];
    /// let keys = PublicKeys::new().of_seeds(&texts);
    /// assert_eq!(keys[0], Ok(seed.public_key()));
    /// assert!(keys[1].is_err());
    /// ```
    pub fn of_seeds(&self, texts: &[Zeroizing<String>]) -> Vec<Result<PublicKey, KeyError>> {
        let parsed: Vec<_> = texts
            .iter()
            .map(|text| seed::parts(text.as_bytes()))
            .collect();
        let mut keys: Vec<_> = parsed
            .iter()
            .map(|parts| match parts {
                // Replaced below.
                Ok((kind, _)) => Ok(PublicKey::new(*kind, [0; 32])),
                Err(error) => Err(*error),
            })
            .collect();
        for kind in KeyKind::ALL {
            let mut places = Vec::new();
            let mut secrets = Zeroizing::new(Vec::with_capacity(parsed.len()));
            for (place, parts) in parsed.iter().enumerate() {
                if let Ok((of, secret)) = parts
                    && *of == kind
                {
                    places.push(place);
                    secrets.push(**secret);
                }
            }
            for (place, public) in places.into_iter().zip(self.derive(kind, &secrets)) {
                if let Some(key) = keys.get_mut(place) {
                    *key = Ok(PublicKey::new(kind, public));
                }
            }
        }
        keys
    }
}

impl Default for PublicKeys {
    fn default() -> Self {
        Self::new()
    }
}

/// The number that the base point is multiplied by, in digits of 6 bits from -31 to 32, lowest first.
///
/// It comes from the secret by RFC 8032 section 5.1.5 for ed25519 and RFC 7748 section 5 for X25519, and always has bit
/// 254 set and the lowest three bits clear. Only what is between is returned; [`BaseTable`] accounts for the rest.
#[expect(
    clippy::indexing_slicing,
    reason = "arrays of fixed length, and the last pair ends at the last byte"
)]
fn digits(kind: KeyKind, secret: &[u8; 32]) -> [i8; WINDOWS] {
    let mut scalar = Zeroizing::new([0; 33]);
    if kind.can_sign() {
        let mut hash: [u8; 64] = Sha512::digest(secret).into();
        scalar[..32].copy_from_slice(&hash[..32]);
        hash.zeroize();
    } else {
        scalar[..32].copy_from_slice(secret);
    }
    scalar[31] &= 0b0011_1111;

    let mut digits = [0; WINDOWS];
    let mut carry = 0;
    for (at, digit) in digits.iter_mut().enumerate() {
        let bit = 3 + 6 * at;
        let pair = u16::from_le_bytes([scalar[bit / 8], scalar[bit / 8 + 1]]);
        let value = (pair >> (bit % 8) & 63) as i8 + carry;
        // The last window holds five bits, so its value is at most 32 and nothing is carried out of it.
        carry = (value + 31) >> 6;
        *digit = value - (carry << 6);
    }
    digits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Seed;
    use super::*;

    #[test]
    fn edges_of_the_secret() {
        let keys = PublicKeys::new();
        let secrets = [
            [0; 32], [0xFF; 32], [0x88; 32], [0x77; 32], [0x80; 32], [0x08; 32],
        ];
        for kind in KeyKind::ALL {
            for (secret, public) in secrets.iter().zip(keys.derive(kind, &secrets)) {
                let expected = Seed::from_entropy(kind, *secret).public_key();
                assert_eq!(&public, expected.as_bytes(), "{kind} {secret:?}");
            }
        }
    }

    #[test]
    fn no_secrets_no_keys() {
        assert!(PublicKeys::new().derive(KeyKind::User, &[]).is_empty());
    }

    #[test]
    fn digits_stand_for_the_bits_that_clamping_leaves() {
        for byte in 0..=255_u8 {
            let mut number = [0_i32; 260];
            for (at, digit) in digits(KeyKind::Curve, &[byte; 32]).into_iter().enumerate() {
                assert!((-31..=32).contains(&digit));
                number[3 + 6 * at] = i32::from(digit);
            }
            // Carrying from bit to bit leaves zeros and ones.
            for at in 0..259 {
                number[at + 1] += number[at] >> 1;
                number[at] &= 1;
            }
            for (at, &bit) in number.iter().enumerate() {
                let expected = (3..254).contains(&at) && byte >> (at % 8) & 1 == 1;
                assert_eq!(bit, i32::from(expected), "byte {byte}, bit {at}");
            }
        }
    }

    #[test]
    fn seeds_of_any_kind_and_texts_that_are_none() {
        let seeds: Vec<Seed> = (0..40_u8)
            .map(|n| {
                let kind = KeyKind::ALL[usize::from(n) % KeyKind::ALL.len()];
                Seed::from_entropy(kind, [n; 32])
            })
            .collect();
        let mut texts: Vec<Zeroizing<String>> = seeds.iter().map(Seed::expose).collect();
        texts.push(String::new().into());
        texts.push(seeds[0].public_key().to_text().to_string().into());
        texts.push(seeds[0].expose().replace('A', "B").into());
        let found = PublicKeys::new().of_seeds(&texts);
        for (text, found) in texts.iter().zip(found) {
            assert_eq!(found, Seed::parse(text).map(|seed| seed.public_key()));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn the_same_keys_as_one_by_one(secrets in proptest::collection::vec(any::<[u8; 32]>(), 1..20)) {
            let keys = PublicKeys::new();
            for kind in [KeyKind::User, KeyKind::Curve] {
                let expected: Vec<[u8; 32]> = secrets
                    .iter()
                    .map(|secret| *Seed::from_entropy(kind, *secret).public_key().as_bytes())
                    .collect();
                prop_assert_eq!(keys.derive(kind, &secrets), expected);
            }
        }
    }
}
