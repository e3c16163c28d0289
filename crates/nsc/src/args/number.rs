//! Numbers as the flag parser takes them.

use nsc_core::value;

/// A whole number.
///
/// # Errors
/// What is wrong with it.
pub fn integer(text: &str) -> Result<i64, String> {
    value::parse_integer(text).map_err(|error| error.to_string())
}

/// A whole number from 0 on.
///
/// # Errors
/// What is wrong with it.
pub fn unsigned(text: &str) -> Result<u64, String> {
    value::parse_unsigned(text).map_err(|error| error.to_string())
}

/// A number with or without a unit, such as `1.5k` or `2 MiB`; empty is 0.
///
/// # Errors
/// What is wrong with it.
pub fn size(text: &str) -> Result<i64, String> {
    value::parse_number(text).map_err(|error| error.to_string())
}
