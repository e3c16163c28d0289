//! Points of the curve of ed25519, `-x² + y² = 1 + d x² y²`, in extended coordinates (Hisil, Wong, Carter, Dawson 2008).

use zeroize::DefaultIsZeroes;

use super::field::{Field, Sum};

/// A point `(x/z, y/z)` with `t = xy/z`.
#[derive(Clone, Copy)]
pub(super) struct Point {
    x: Field,
    y: Field,
    z: Field,
    t: Field,
}

/// A known point prepared for addition, `z` being 1.
#[derive(Clone, Copy)]
struct Addend {
    y_plus_x: Field,
    y_minus_x: Field,
    /// `2dxy`
    xy2d: Field,
}

/// The multiples 1 to 32 of one point.
type Row = [[u64; LIMBS]; 32];

/// What multiplies the base point by a clamped number.
pub(super) struct BaseTable {
    /// `2^254` times the base point, for the bit that is always set.
    pub(super) start: Point,
    /// For each window the multiples of `8 * 64^window` times the base point.
    pub(super) rows: Vec<Row>,
}

/// Digits of 6 bits in the 251 bits that clamping leaves open.
pub(super) const WINDOWS: usize = 42;

/// Limbs of an [`Addend`].
const LIMBS: usize = 15;

impl Point {
    /// The base point of RFC 8032.
    fn base() -> Self {
        let (x, y) = (Field::from_bytes(&BASE_X), Field::from_bytes(&BASE_Y));
        Self {
            x,
            y,
            z: Field::ONE,
            t: x.times(&y),
        }
    }

    fn plus(&self, other: &Self, d2: &Field) -> Self {
        let a = self.y.minus(&self.x).times(&other.y.minus(&other.x));
        let b = self.y.plus(&self.x).times(&other.y.plus(&other.x));
        let c = self.t.times(d2).times(&other.t);
        let d = self.z.times(&other.z);
        let d = d.plus(&d).carry();
        Self::complete(&b.minus(&a), &d.minus(&c), &d.plus(&c), &b.plus(&a))
    }

    /// Adds `digit` times the row's point, in the same steps whatever the digit is.
    #[inline]
    pub(super) fn add_multiple(&mut self, row: &Row, digit: i8) {
        let negative = (digit >> 7) as u64;
        let addend = Addend::select(row, digit.unsigned_abs(), negative);
        let a = self.y.minus(&self.x).times(&addend.y_minus_x.relax());
        let b = self.y.plus(&self.x).times(&addend.y_plus_x.relax());
        let c = self.t.times(&addend.xy2d);
        let d = self.z.plus(&self.z).carry();
        // Negating the addend negates c, which is the same as exchanging f and g.
        let (f, g) = swap_if(negative, d.minus(&c).limbs(), d.plus(&c).limbs());
        let (f, g) = (Sum::from_limbs(f), Sum::from_limbs(g));
        *self = Self::complete(&b.minus(&a), &f, &g, &b.plus(&a));
    }

    #[inline]
    fn complete(e: &Sum, f: &Sum, g: &Sum, h: &Sum) -> Self {
        Self {
            x: e.times(f),
            y: g.times(h),
            z: f.times(g),
            t: e.times(h),
        }
    }

    /// The ed25519 text of each point: `y`, with the lowest bit of `x` on top.
    pub(super) fn compress_all(points: &[Self]) -> Vec<[u8; 32]> {
        let mut inverses: Vec<Field> = points.iter().map(|point| point.z).collect();
        Field::invert_all(&mut inverses);
        let compress = |(point, inverse): (&Self, &Field)| {
            let mut bytes = point.y.times(inverse).to_bytes();
            bytes[31] |= point.x.times(inverse).to_bytes()[0] << 7;
            bytes
        };
        points.iter().zip(&inverses).map(compress).collect()
    }

    /// The X25519 coordinate of each point, `(z + y) / (z - y)`.
    ///
    /// Clamped multiples of the base point are never the identity, the only point with `z = y`.
    pub(super) fn to_montgomery_all(points: &[Self]) -> Vec<[u8; 32]> {
        let mut inverses: Vec<Field> = points
            .iter()
            .map(|point| point.z.minus(&point.y).carry())
            .collect();
        Field::invert_all(&mut inverses);
        let convert = |(point, inverse): (&Self, &Field)| {
            point.z.plus(&point.y).times(&inverse.relax()).to_bytes()
        };
        points.iter().zip(&inverses).map(convert).collect()
    }
}

impl Default for Point {
    fn default() -> Self {
        Self {
            x: Field::ZERO,
            y: Field::ZERO,
            z: Field::ZERO,
            t: Field::ZERO,
        }
    }
}

impl DefaultIsZeroes for Point {}

impl Addend {
    fn new(point: &Point, z_inverse: &Field, d2: &Field) -> Self {
        let (x, y) = (point.x.times(z_inverse), point.y.times(z_inverse));
        Self {
            y_plus_x: y.plus(&x).carry(),
            y_minus_x: y.minus(&x).carry(),
            xy2d: x.times(&y).times(d2),
        }
    }

    fn to_limbs(self) -> [u64; LIMBS] {
        let mut limbs = [0; LIMBS];
        for (part, field) in
            limbs
                .chunks_exact_mut(5)
                .zip([self.y_plus_x, self.y_minus_x, self.xy2d])
        {
            part.copy_from_slice(field.limbs());
        }
        limbs
    }

    /// The multiple of that size, its first two parts exchanged when the digit is negative. Every entry is read.
    #[inline]
    #[expect(
        clippy::indexing_slicing,
        reason = "rows have as many limbs as an entry"
    )]
    fn select(row: &Row, size: u8, negative: u64) -> Self {
        let none = mask_if_equal(size, 0) & 1;
        let mut limbs = [0; LIMBS];
        (limbs[0], limbs[5]) = (none, none);
        for (entry, multiple) in row.iter().zip(1..) {
            let mask = mask_if_equal(size, multiple);
            for (limb, value) in limbs.iter_mut().zip(entry) {
                *limb |= value & mask;
            }
        }
        let part = |at| std::array::from_fn(|limb| limbs[at + limb]);
        let (y_plus_x, y_minus_x) = swap_if(negative, &part(0), &part(5));
        Self {
            y_plus_x: Field::from_limbs(y_plus_x),
            y_minus_x: Field::from_limbs(y_minus_x),
            xy2d: Field::from_limbs(part(10)),
        }
    }
}

impl BaseTable {
    pub(super) fn new() -> Self {
        let d2 = Field::from_bytes(&CURVE_D);
        let d2 = d2.plus(&d2).carry();
        let double =
            |point: Point, times| (0..times).fold(point, |point, _| point.plus(&point, &d2));

        let mut multiples = Vec::with_capacity(WINDOWS * 32);
        let mut base = double(Point::base(), 3);
        let start = double(base, 251);
        for _ in 0..WINDOWS {
            let mut multiple = base;
            for _ in 0..32 {
                multiples.push(multiple);
                multiple = multiple.plus(&base, &d2);
            }
            base = double(base, 6);
        }

        let mut inverses: Vec<Field> = multiples.iter().map(|point| point.z).collect();
        Field::invert_all(&mut inverses);
        let addends: Vec<[u64; LIMBS]> = multiples
            .iter()
            .zip(&inverses)
            .map(|(point, inverse)| Addend::new(point, inverse, &d2).to_limbs())
            .collect();
        Self {
            start,
            rows: addends.as_chunks().0.to_vec(),
        }
    }
}

/// All ones when equal, else zero, without a branch.
#[inline]
fn mask_if_equal(a: u8, b: u8) -> u64 {
    ((u64::from(a ^ b).wrapping_sub(1)) >> 63).wrapping_neg()
}

/// Exchanges the two when the mask is all ones, without a branch.
#[inline]
#[expect(clippy::indexing_slicing, reason = "arrays of the same length")]
fn swap_if(mask: u64, a: &[u64; 5], b: &[u64; 5]) -> ([u64; 5], [u64; 5]) {
    let difference: [u64; 5] = std::array::from_fn(|at| mask & (a[at] ^ b[at]));
    let exchange = |limbs: &[u64; 5]| std::array::from_fn(|at| limbs[at] ^ difference[at]);
    (exchange(a), exchange(b))
}

/// `x` of the base point, little endian.
const BASE_X: [u8; 32] = [
    0x1A, 0xD5, 0x25, 0x8F, 0x60, 0x2D, 0x56, 0xC9, 0xB2, 0xA7, 0x25, 0x95, 0x60, 0xC7, 0x2C, 0x69,
    0x5C, 0xDC, 0xD6, 0xFD, 0x31, 0xE2, 0xA4, 0xC0, 0xFE, 0x53, 0x6E, 0xCD, 0xD3, 0x36, 0x69, 0x21,
];

/// `y` of the base point, 4/5.
const BASE_Y: [u8; 32] = [
    0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
    0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
];

/// `d` of the curve, -121665/121666.
const CURVE_D: [u8; 32] = [
    0xA3, 0x78, 0x59, 0x13, 0xCA, 0x4D, 0xEB, 0x75, 0xAB, 0xD8, 0x41, 0x41, 0x4D, 0x0A, 0x70, 0x00,
    0x98, 0xE8, 0x79, 0x77, 0x79, 0x40, 0xC7, 0x8C, 0x73, 0xFE, 0x6F, 0x2B, 0xEE, 0x6C, 0x03, 0x52,
];

#[cfg(test)]
mod tests {
    use super::*;

    const IDENTITY: Point = Point {
        x: Field::ZERO,
        y: Field::ONE,
        z: Field::ONE,
        t: Field::ZERO,
    };

    #[test]
    fn masks() {
        for (a, b) in [(0, 0), (32, 32), (0, 32), (3, 4)] {
            assert_eq!(mask_if_equal(a, b), if a == b { u64::MAX } else { 0 });
        }
    }

    #[test]
    fn the_base_point_compresses_to_its_rfc_text() {
        assert_eq!(Point::compress_all(&[Point::base()]), [BASE_Y]);
    }

    #[test]
    fn adding_and_taking_away_leaves_the_identity() {
        let table = BaseTable::new();
        let identity = Point::compress_all(&[IDENTITY]);
        for row in &table.rows {
            let mut point = IDENTITY;
            for digit in [32, -3, 0, -29] {
                point.add_multiple(row, digit);
            }
            assert_eq!(Point::compress_all(&[point]), identity);
        }
    }
}
