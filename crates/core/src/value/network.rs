//! Source networks in CIDR notation (RFC 4632, RFC 4291).

use std::fmt;
use std::net::IpAddr;

use super::{ValueError, ValueProblem};

const CIDR: &str = "a network such as `10.0.0.0/8` or `fe80::/10`";

/// A network: an address and the number of leading bits that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cidr {
    address: IpAddr,
    bits: u8,
}

impl Cidr {
    /// Tells whether `address` lies in the network; IPv4 and IPv6 are never mixed, except that
    /// an IPv6 address that maps an IPv4 one counts as that.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                same_bits(own.to_bits().into(), other.to_bits().into(), 32 - self.bits)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                same_bits(own.to_bits(), other.to_bits(), 128 - self.bits)
            }
            _ => false,
        }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

/// Parses `address/bits`; bits of the address beyond the network may be set.
///
/// # Errors
///
/// [`ValueProblem::Syntax`] also for zones and for IPv4 parts with leading zeros,
/// [`ValueProblem::Range`] for more bits than the address has.
pub fn parse_cidr(text: &str) -> Result<Cidr, ValueError> {
    let syntax = || ValueError::syntax(text, CIDR);
    let (address, bits) = text.split_once('/').ok_or_else(syntax)?;
    let address: IpAddr = address.parse().map_err(|_| syntax())?;
    if bits.is_empty() || !bits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(syntax());
    }
    let most = if address.is_ipv4() { 32 } else { 128 };
    match bits.parse::<u8>() {
        Ok(bits) if bits <= most => Ok(Cidr { address, bits }),
        _ => Err(ValueError::new(text, ValueProblem::Range, CIDR)),
    }
}

fn same_bits(own: u128, other: u128, ignored: u8) -> bool {
    let differing = own ^ other;
    differing.checked_shr(u32::from(ignored)).unwrap_or(0) == 0
}
