//! Numbers modulo 2^255 - 19, as a thin layer over `fiat-crypto`.
//!
//! The two types keep its bounds: a [`Sum`] has not been carried yet, and only multiplying or [`Sum::carry`] makes it a
//! [`Field`] that can be added again.

use fiat_crypto::curve25519_64 as fiat;
use zeroize::DefaultIsZeroes;

/// A carried field element.
#[derive(Clone, Copy)]
pub(super) struct Field(fiat::fiat_25519_tight_field_element);

/// The uncarried result of an addition or subtraction.
#[derive(Clone, Copy)]
pub(super) struct Sum(fiat::fiat_25519_loose_field_element);

impl Field {
    pub(super) const ZERO: Self = Self::from_limbs([0; 5]);
    pub(super) const ONE: Self = Self::from_limbs([1, 0, 0, 0, 0]);

    /// Five limbs of 51 bits, lowest first.
    pub(super) const fn from_limbs(limbs: [u64; 5]) -> Self {
        Self(fiat::fiat_25519_tight_field_element(limbs))
    }

    pub(super) const fn limbs(&self) -> &[u64; 5] {
        &self.0.0
    }

    /// Reads 32 bytes, little endian.
    pub(super) fn from_bytes(bytes: &[u8; 32]) -> Self {
        let mut result = Self::ZERO;
        fiat::fiat_25519_from_bytes(&mut result.0, bytes);
        result
    }

    /// The canonical 32 bytes, little endian.
    pub(super) fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        fiat::fiat_25519_to_bytes(&mut bytes, &self.0);
        bytes
    }

    #[inline]
    pub(super) fn relax(&self) -> Sum {
        let mut result = Sum::ZERO;
        fiat::fiat_25519_relax(&mut result.0, &self.0);
        result
    }

    #[inline]
    pub(super) fn plus(&self, other: &Self) -> Sum {
        let mut result = Sum::ZERO;
        fiat::fiat_25519_add(&mut result.0, &self.0, &other.0);
        result
    }

    #[inline]
    pub(super) fn minus(&self, other: &Self) -> Sum {
        let mut result = Sum::ZERO;
        fiat::fiat_25519_sub(&mut result.0, &self.0, &other.0);
        result
    }

    #[inline]
    pub(super) fn times(&self, other: &Self) -> Self {
        self.relax().times(&other.relax())
    }

    /// The inverse: the power p - 2, whose bits are all ones but for 2 and 4 (Fermat). Zero stays zero.
    fn invert(&self) -> Self {
        (0..255).rev().fold(Self::ONE, |power, bit| {
            let square = power.times(&power);
            if bit == 2 || bit == 4 {
                square
            } else {
                square.times(self)
            }
        })
    }

    /// Inverts all values for the price of one inversion and three products each. None may be zero.
    pub(super) fn invert_all(values: &mut [Self]) {
        let mut product = Self::ONE;
        let mut before = Vec::with_capacity(values.len());
        for value in values.iter() {
            before.push(product);
            product = product.times(value);
        }
        let mut inverse = product.invert();
        for (value, before) in values.iter_mut().zip(before).rev() {
            let next = inverse.times(value);
            *value = inverse.times(&before);
            inverse = next;
        }
    }
}

impl Sum {
    const ZERO: Self = Self::from_limbs([0; 5]);

    pub(super) const fn from_limbs(limbs: [u64; 5]) -> Self {
        Self(fiat::fiat_25519_loose_field_element(limbs))
    }

    pub(super) const fn limbs(&self) -> &[u64; 5] {
        &self.0.0
    }

    #[inline]
    pub(super) fn carry(&self) -> Field {
        let mut result = Field::ZERO;
        fiat::fiat_25519_carry(&mut result.0, &self.0);
        result
    }

    #[inline]
    pub(super) fn times(&self, other: &Self) -> Field {
        let mut result = Field::ZERO;
        fiat::fiat_25519_carry_mul(&mut result.0, &self.0, &other.0);
        result
    }
}

impl Default for Field {
    fn default() -> Self {
        Self::ZERO
    }
}

impl DefaultIsZeroes for Field {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverses_multiply_to_one() {
        let mut values: Vec<Field> = (1..9).map(|n| Field::from_limbs([n, 0, n, 0, 3])).collect();
        let originals = values.clone();
        Field::invert_all(&mut values);
        for (value, original) in values.iter().zip(originals) {
            assert_eq!(value.times(&original).to_bytes(), Field::ONE.to_bytes());
            assert_eq!(value.to_bytes(), original.invert().to_bytes());
        }
    }
}
