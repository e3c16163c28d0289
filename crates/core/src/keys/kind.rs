//! The kinds of key, and the bytes and letters that stand for them.

use std::fmt;

/// What a key is for. The kind is the first byte of a public key, and so its first letter.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum KeyKind {
    /// Signs users and activations; `A`.
    Account,
    /// Names a cluster of servers; `C`.
    Cluster,
    /// X25519 key that seals and opens, and cannot sign; `X`.
    Curve,
    /// Signs accounts; `O`.
    Operator,
    /// Names a server; `N`.
    Server,
    /// Signs a server's challenge; `U`.
    User,
}

impl KeyKind {
    /// Every kind, in alphabetical order.
    pub const ALL: [Self; 6] = [
        Self::Account,
        Self::Cluster,
        Self::Curve,
        Self::Operator,
        Self::Server,
        Self::User,
    ];

    /// The name that people and tools use; `x25519` for curve keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Cluster => "cluster",
            Self::Curve => "x25519",
            Self::Operator => "operator",
            Self::Server => "server",
            Self::User => "user",
        }
    }

    /// The first byte of a public key of this kind: its letter's base32 value in the upper five bits.
    pub const fn prefix_byte(self) -> u8 {
        match self {
            Self::Account => 0,
            Self::Cluster => 2 << 3,
            Self::Curve => 23 << 3,
            Self::Operator => 14 << 3,
            Self::Server => 13 << 3,
            Self::User => 20 << 3,
        }
    }

    /// The first letter of a public key of this kind, which is also the second letter of a seed.
    pub const fn letter(self) -> char {
        match self {
            Self::Account => 'A',
            Self::Cluster => 'C',
            Self::Curve => 'X',
            Self::Operator => 'O',
            Self::Server => 'N',
            Self::User => 'U',
        }
    }

    /// Finds the kind called `name`, in any case; `curve` and `x25519` are the same kind.
    pub fn from_name(name: &str) -> Option<Self> {
        if name.eq_ignore_ascii_case("curve") {
            return Some(Self::Curve);
        }
        Self::ALL
            .into_iter()
            .find(|kind| kind.name().eq_ignore_ascii_case(name))
    }

    /// Whether keys of this kind sign and verify. Curve keys do not; they seal and open.
    pub const fn can_sign(self) -> bool {
        !matches!(self, Self::Curve)
    }

    /// The kind whose public keys begin with exactly `byte`.
    pub(super) fn from_prefix_byte(byte: u8) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.prefix_byte() == byte)
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a key text is, judged by its first byte alone.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum TextKind {
    /// A raw private key, `P`.
    Private,
    /// A public key of the given kind.
    Public(KeyKind),
    /// A seed, `S`.
    Seed,
    /// A first byte that stands for nothing.
    Unknown,
}

impl TextKind {
    /// The name of the kind: that of [`KeyKind::name`] for public keys, else `seed`, `private` or `unknown`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Public(kind) => kind.name(),
            Self::Seed => "seed",
            Self::Unknown => "unknown",
        }
    }

    pub(super) fn from_first_byte(byte: u8) -> Self {
        if let Some(kind) = KeyKind::from_prefix_byte(byte) {
            Self::Public(kind)
        } else if byte == PRIVATE_PREFIX {
            Self::Private
        } else if byte & UPPER_FIVE == SEED_PREFIX {
            // The low three bits of a seed's first byte already belong to the kind.
            Self::Seed
        } else {
            Self::Unknown
        }
    }
}

impl fmt::Display for TextKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

pub(super) const SEED_PREFIX: u8 = 18 << 3;
pub(super) const PRIVATE_PREFIX: u8 = 15 << 3;
pub(super) const UPPER_FIVE: u8 = 0b1111_1000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case_and_only_whole() {
        for kind in KeyKind::ALL {
            assert_eq!(KeyKind::from_name(kind.name()), Some(kind));
            assert_eq!(KeyKind::from_name(&kind.name().to_uppercase()), Some(kind));
        }
        assert_eq!(KeyKind::from_name("Curve"), Some(KeyKind::Curve));
        for unknown in ["", "acc", "module", "users", "seed", "private"] {
            assert_eq!(KeyKind::from_name(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_kind_is_told_by_its_whole_first_byte() {
        for kind in KeyKind::ALL {
            assert_eq!(KeyKind::from_prefix_byte(kind.prefix_byte()), Some(kind));
            for low_bits in 1..8 {
                assert_eq!(
                    KeyKind::from_prefix_byte(kind.prefix_byte() | low_bits),
                    None
                );
            }
        }
    }

    #[test]
    fn the_first_byte_tells_seeds_and_private_keys() {
        assert_eq!(TextKind::from_first_byte(0x95), TextKind::Seed);
        assert_eq!(TextKind::from_first_byte(0x78), TextKind::Private);
        assert_eq!(TextKind::from_first_byte(0x79), TextKind::Unknown);
        assert_eq!(
            TextKind::from_first_byte(0xA0),
            TextKind::Public(KeyKind::User)
        );
    }
}
