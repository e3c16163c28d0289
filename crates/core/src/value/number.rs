//! Numbers with units, plain integers, on/off values, sampling, and sizes as text.

use super::{ValueError, ValueProblem};

const NUMBER: &str = "a number such as `10`, `1.5k` or `2MiB`";
const INTEGER: &str = "a whole number such as `10` or `0x1f`";
const UNSIGNED: &str = "a whole number of 0 or more such as `10` or `0x1f`";
const BOOLEAN: &str = "`true` or `false`";
const SAMPLING: &str = "a percentage from 1 to 100 or `header`";

/// Parses a count or a size: `-1`, `1,000`, `1.5k`, `2 MiB`; empty text is 0.
///
/// Units, in any case: none or `b` is 1; `k`, `m`, `g`, `t`, `p`, `e` with or without `b` are
/// powers of 1000; with `i` or `ib` powers of 1024. The arithmetic is exact; what is left of a
/// fraction is cut towards zero.
///
/// # Errors
///
/// [`ValueProblem::Syntax`], [`ValueProblem::Unit`], and [`ValueProblem::Range`] for what does
/// not fit a signed 64-bit number.
///
/// ```
/// use nsc_core::value::parse_number;
/// assert_eq!(parse_number("1.5k"), Ok(1500));
/// assert_eq!(parse_number("2 MiB"), Ok(2_097_152));
/// assert!(parse_number("8EiB").is_err());
/// ```
pub fn parse_number(text: &str) -> Result<i64, ValueError> {
    if text.is_empty() {
        return Ok(0);
    }
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let digits_end = rest
        .find(|c: char| !matches!(c, '0'..='9' | ',' | '.'))
        .unwrap_or(rest.len());
    let (digits, unit) = rest.split_at(digits_end);
    let (whole, fraction) =
        split_decimal(digits).ok_or_else(|| ValueError::syntax(text, NUMBER))?;
    let factor =
        unit_factor(unit).ok_or_else(|| ValueError::new(text, ValueProblem::Unit, NUMBER))?;
    let magnitude = multiply(&whole, &fraction, factor);
    magnitude
        .and_then(|magnitude| signed(negative, magnitude))
        .ok_or_else(|| ValueError::range(text, NUMBER))
}

/// Parses a whole number flag: optional sign, decimal, or with a prefix `0x`, `0o`, `0b` or `0`
/// (octal); single underscores may separate digits.
///
/// # Errors
///
/// [`ValueProblem::Syntax`], or [`ValueProblem::Range`] beyond 64 bits.
#[expect(clippy::string_slice, reason = "the sign is one byte")]
pub fn parse_integer(text: &str) -> Result<i64, ValueError> {
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = parse_based(digits).ok_or_else(|| ValueError::syntax(text, INTEGER))?;
    magnitude
        .and_then(|magnitude| signed(negative, magnitude))
        .ok_or_else(|| ValueError::range(text, INTEGER))
}

/// Parses a whole number flag without sign, otherwise as [`parse_integer`].
///
/// # Errors
///
/// [`ValueProblem::Syntax`], or [`ValueProblem::Range`] beyond 64 bits.
pub fn parse_unsigned(text: &str) -> Result<u64, ValueError> {
    let magnitude = parse_based(text).ok_or_else(|| ValueError::syntax(text, UNSIGNED))?;
    magnitude
        .and_then(|magnitude| u64::try_from(magnitude).ok())
        .ok_or_else(|| ValueError::range(text, UNSIGNED))
}

/// Parses the value of an on/off flag: `1 t T TRUE true True` or `0 f F FALSE false False`.
///
/// # Errors
///
/// [`ValueProblem::Syntax`] for anything else.
pub fn parse_bool(text: &str) -> Result<bool, ValueError> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
        _ => Err(ValueError::syntax(text, BOOLEAN)),
    }
}

/// Parses a latency sampling: a percentage from 1 to 100, or `header` in any case, which is 0.
///
/// # Errors
///
/// [`ValueProblem::Syntax`], or [`ValueProblem::Range`] for other numbers.
pub fn parse_sampling(text: &str) -> Result<i64, ValueError> {
    if text.eq_ignore_ascii_case("header") {
        return Ok(0);
    }
    match text.parse() {
        Ok(percent @ 1..=100) => Ok(percent),
        Ok(_) => Err(ValueError::range(text, SAMPLING)),
        Err(_) => Err(ValueError::syntax(text, SAMPLING)),
    }
}

/// Returns `size` (bytes) in decimal units, with one decimal below 10: `82 B`, `2.0 kB`, `83 MB`.
#[expect(clippy::indexing_slicing, reason = "the loop ends at the last unit")]
pub fn format_size(size: i64) -> String {
    const UNITS: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
    let sign = if size < 0 { "-" } else { "" };
    let size = u128::from(size.unsigned_abs());
    let (mut unit, mut power) = (0, 1);
    while unit + 1 < UNITS.len() && size >= power * 1000 {
        unit += 1;
        power *= 1000;
    }
    let name = UNITS[unit];
    if unit == 0 {
        return format!("{sign}{size} {name}");
    }
    let tenths = (size * 10 + power / 2) / power;
    if tenths < 100 {
        return format!("{sign}{}.{} {name}", tenths / 10, tenths % 10);
    }
    let (whole, rest) = (tenths / 10, tenths % 10);
    let rounded = whole + u128::from(rest > 5 || (rest == 5 && whole % 2 == 1));
    format!("{sign}{rounded} {name}")
}

/// Splits `1,234.5` into its digits before and after the point, grouping removed.
fn split_decimal(text: &str) -> Option<(String, String)> {
    let plain = text.replace(',', "");
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let has_digits = !whole.is_empty() || !fraction.is_empty();
    (has_digits && !fraction.contains('.')).then(|| (whole.to_owned(), fraction.to_owned()))
}

fn unit_factor(unit: &str) -> Option<u128> {
    let unit = unit.trim().to_ascii_lowercase();
    let unit = unit.strip_suffix('b').unwrap_or(&unit);
    let (letter, base) = match unit.strip_suffix('i') {
        Some(letter) => (letter, 1024u128),
        None => (unit, 1000),
    };
    let power = match letter {
        "" if base == 1000 => 0,
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        "p" => 5,
        "e" => 6,
        _ => return None,
    };
    Some(base.pow(power))
}

/// Computes `whole.fraction * factor`, cut to an integer, from decimal digits.
fn multiply(whole: &str, fraction: &str, factor: u128) -> Option<u128> {
    let mut product: u128 = 0;
    for digit in whole.bytes() {
        let digit = u128::from(digit - b'0');
        product = product.checked_mul(10)?.checked_add(digit)?;
    }
    // From the last digit on, nested floors of exact tenths give the exact floor.
    let carried = fraction.bytes().rev().fold(0, |carry, digit| {
        (u128::from(digit - b'0') * factor + carry) / 10
    });
    product.checked_mul(factor)?.checked_add(carried)
}

fn signed(negative: bool, magnitude: u128) -> Option<i64> {
    let magnitude = i128::try_from(magnitude).ok()?;
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// Parses digits with an optional base prefix; the inner `None` stands for too many of them.
#[expect(
    clippy::option_option,
    reason = "form and size are told apart by the callers"
)]
fn parse_based(text: &str) -> Option<Option<u128>> {
    let (base, digits, prefixed) = split_base(text);
    let mut previous_is_digit = prefixed;
    let mut value = Some(0u128);
    for character in digits.chars() {
        if character == '_' {
            if !std::mem::replace(&mut previous_is_digit, false) {
                return None;
            }
            continue;
        }
        let digit = u128::from(character.to_digit(base)?);
        let grown = value.and_then(|value| value.checked_mul(u128::from(base)));
        value = grown.and_then(|value| value.checked_add(digit));
        previous_is_digit = true;
    }
    (!digits.is_empty() && previous_is_digit).then_some(value)
}

#[expect(clippy::string_slice, reason = "prefixes are ASCII")]
fn split_base(text: &str) -> (u32, &str, bool) {
    match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &text[2..], true),
        [b'0', b'o' | b'O', ..] => (8, &text[2..], true),
        [b'0', b'b' | b'B', ..] => (2, &text[2..], true),
        [b'0', _, ..] => (8, &text[1..], true),
        _ => (10, text, false),
    }
}
