//! Durations in the text form of Go: `1h30m`, `1.5s`, `100ms`.

use crate::value::{ValueError, ValueProblem};

const DURATION: &str = "a duration such as `300ms`, `90s` or `1h30m` (units ns us ms s m h)";

/// Units, longest first, with their length in nanoseconds and their spellings.
const UNITS: [(u64, &[&str]); 6] = [
    (3_600_000_000_000, &["h"]),
    (60_000_000_000, &["m"]),
    (1_000_000_000, &["s"]),
    (1_000_000, &["ms"]),
    (1_000, &["us", "µs", "μs"]), // micro sign and Greek letter
    (1, &["ns"]),
];

/// Parses a duration into nanoseconds: decimals with units in a row, with an optional sign.
///
/// `0` needs no unit. Fractions of a nanosecond are cut towards zero.
///
/// # Errors
///
/// [`ValueProblem::Syntax`], [`ValueProblem::Unit`], or [`ValueProblem::Range`] beyond about
/// 292 years.
#[expect(clippy::string_slice, reason = "the sign is one byte")]
pub fn parse_duration(text: &str) -> Result<i64, ValueError> {
    let (negative, rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let nanoseconds = match rest {
        "0" => Ok(0),
        "" => Err(ValueProblem::Syntax),
        _ => sum(rest),
    };
    nanoseconds
        .and_then(|nanoseconds| {
            let nanoseconds = i128::from(nanoseconds);
            let signed = if negative { -nanoseconds } else { nanoseconds };
            i64::try_from(signed).map_err(|_| ValueProblem::Range)
        })
        .map_err(|problem| ValueError::new(text, problem, DURATION))
}

/// Returns `nanoseconds` as Go prints a duration: `1m30s`, `1.5s`, `100ms`, `0s`.
#[expect(
    clippy::indexing_slicing,
    reason = "every unit has a spelling, and microseconds two"
)]
pub fn format_duration(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let length = nanoseconds.unsigned_abs();
    let second = UNITS[2].0;
    if length < second {
        let (unit, spellings) = match length {
            0 => return "0s".to_owned(),
            1..1_000 => UNITS[5],
            1_000..1_000_000 => UNITS[4],
            _ => UNITS[3],
        };
        let name = if unit == 1_000 {
            spellings[1]
        } else {
            spellings[0]
        };
        return format!("{sign}{}{name}", decimal(length, unit));
    }
    let (hours, minutes) = (length / UNITS[0].0, length / UNITS[1].0 % 60);
    let seconds = decimal(length % UNITS[1].0, second);
    match (hours, minutes) {
        (0, 0) => format!("{sign}{seconds}s"),
        (0, _) => format!("{sign}{minutes}m{seconds}s"),
        _ => format!("{sign}{hours}h{minutes}m{seconds}s"),
    }
}

fn sum(mut rest: &str) -> Result<u64, ValueProblem> {
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let number_end = rest
            .find(|c: char| !matches!(c, '0'..='9' | '.'))
            .unwrap_or(rest.len());
        let (number, tail) = rest.split_at(number_end);
        let unit_end = tail
            .find(|c: char| matches!(c, '0'..='9' | '.'))
            .unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_end);
        total = total
            .checked_add(part(number, unit)?)
            .ok_or(ValueProblem::Range)?;
        rest = tail;
    }
    Ok(total)
}

fn part(number: &str, unit: &str) -> Result<u64, ValueProblem> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let has_digits = !whole.is_empty() || !fraction.is_empty();
    if !has_digits || fraction.contains('.') || unit.is_empty() {
        return Err(ValueProblem::Syntax);
    }
    let length = UNITS
        .iter()
        .find(|(_, spellings)| spellings.contains(&unit));
    let (length, _) = length.ok_or(ValueProblem::Unit)?;
    let whole: u64 = match whole {
        "" => 0,
        digits => digits.parse().map_err(|_| ValueProblem::Range)?,
    };
    // From the last digit on, nested floors of exact tenths give the exact floor.
    let carried = fraction.bytes().rev().fold(0, |carry, digit| {
        (u64::from(digit - b'0') * length + carry) / 10
    });
    whole
        .checked_mul(*length)
        .and_then(|whole| whole.checked_add(carried))
        .ok_or(ValueProblem::Range)
}

/// Returns `length / unit` with as many decimals as it needs; `unit` is a power of ten.
fn decimal(length: u64, unit: u64) -> String {
    let (whole, rest) = (length / unit, length % unit);
    if rest == 0 {
        return whole.to_string();
    }
    let places = unit.ilog10() as usize;
    format!(
        "{whole}.{}",
        format!("{rest:0places$}").trim_end_matches('0')
    )
}
