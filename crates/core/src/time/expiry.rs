//! Start and expiry times as they are typed.

use jiff::tz::TimeZone;

use super::calendar::{Step, UnixTime};
use super::clock::{daily_seconds, split_date};
use crate::value::{ValueError, ValueProblem};

const EXPIRY: &str = "`0` for none, a date such as `2030-01-31`, a time such as \
    `2030-01-31 12:00:00 UTC`, or a period from now such as `30d` (units m h d w M y)";

/// Parses a start or expiry time into unix seconds, 0 for none.
///
/// - Empty text and `0` are none, and so is a period of length 0.
/// - `YYYY-MM-DD` is that midnight UTC, `YYYY-MM-DD HH:MM:SS UTC` that moment.
/// - A number with a unit, possibly negative, is a period from `now`: `m` minutes and `h` hours
///   of fixed length; `d` days, `w` weeks, `M` months and `y` years as calendar steps in `zone`,
///   where a day beyond the end of a month rolls over into the next.
///
/// The whole text must match.
///
/// # Errors
///
/// [`ValueProblem::Syntax`]; [`ValueProblem::Range`] for dates that do not exist or are too far;
/// [`ValueProblem::Never`] for the first moment of 1970, which a claim cannot tell from none.
pub fn parse_expiry(text: &str, now: UnixTime, zone: &TimeZone) -> Result<i64, ValueError> {
    if matches!(text, "" | "0") {
        return Ok(0);
    }
    let parsed = if text.get(4..5) == Some("-") {
        moment(text)
    } else {
        period(text, now, zone)
    };
    parsed.map_err(|problem| ValueError::new(text, problem, EXPIRY))
}

fn moment(text: &str) -> Result<i64, ValueProblem> {
    let (date, rest) = split_date(text)?;
    let time = match rest {
        "" => 0,
        _ => {
            let time = rest
                .strip_prefix(' ')
                .and_then(|rest| rest.strip_suffix(" UTC"));
            daily_seconds(time.ok_or(ValueProblem::Syntax)?)?
        }
    };
    not_never(date.seconds() + time)
}

#[expect(clippy::string_slice, reason = "the unit is one byte")]
fn period(text: &str, now: UnixTime, zone: &TimeZone) -> Result<i64, ValueProblem> {
    let unit = text.chars().next_back().filter(char::is_ascii_alphabetic);
    let unit = unit.ok_or(ValueProblem::Syntax)?;
    let number = &text[..text.len() - 1];
    let digits = number.strip_prefix('-').unwrap_or(number);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(ValueProblem::Syntax);
    }
    let count: i64 = number.parse().map_err(|_| ValueProblem::Range)?;
    let wide = i128::from(count);
    let seconds = |length: i64| count.checked_mul(length)?.checked_add(now.0);
    let step = |months: i128, days: i128| now.step(Step { months, days }, zone);
    let reached = match unit {
        'm' => seconds(60),
        'h' => seconds(3600),
        'd' => step(0, wide),
        'w' => step(0, wide * 7),
        'M' => step(wide, 0),
        'y' => step(wide * 12, 0),
        _ => return Err(ValueProblem::Unit),
    };
    if count == 0 {
        return Ok(0);
    }
    not_never(reached.ok_or(ValueProblem::Range)?)
}

fn not_never(seconds: i64) -> Result<i64, ValueProblem> {
    if seconds == 0 {
        Err(ValueProblem::Never)
    } else {
        Ok(seconds)
    }
}
