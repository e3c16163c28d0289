//! Moments and times of day as they are typed, and time zone names.

use jiff::tz::TimeZoneDatabase;

use super::calendar::Date;
use crate::value::{ValueError, ValueProblem};

const MOMENT: &str = "`0` for now, a time such as `2030-01-31T12:00:00Z`, or unix seconds";
const RANGE: &str = "a daily range such as `08:00:00-17:00:00`";
const DAILY: &str = "a time of day such as `08:00:00`";
const ZONE: &str = "a time zone name such as `Europe/Berlin`, `UTC` or `Local`";

/// Parses the moment of a revocation into unix seconds; 0 stands for now.
///
/// That is `0` (blanks around it do no harm), a time of RFC 3339 with upper case `T` and `Z`,
/// whose fraction is cut off, or whole unix seconds.
///
/// # Errors
///
/// [`ValueProblem::Syntax`], or [`ValueProblem::Range`] for seconds beyond 64 bits and for dates
/// and times that do not exist.
pub fn parse_date_time(text: &str) -> Result<i64, ValueError> {
    if text.trim() == "0" {
        return Ok(0);
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return text.parse().map_err(|_| ValueError::range(text, MOMENT));
    }
    rfc3339_seconds(text).map_err(|problem| ValueError::new(text, problem, MOMENT))
}

/// Parses `START-END`, both `HH:MM:SS`, into the two times as typed; the start may be after the
/// end, for a range that spans midnight.
///
/// # Errors
///
/// [`ValueProblem::Syntax`], or [`ValueProblem::Range`] for times such as `25:00:00`.
pub fn parse_time_range(text: &str) -> Result<(String, String), ValueError> {
    let (start, end) = text
        .split_once('-')
        .ok_or_else(|| ValueError::syntax(text, RANGE))?;
    for time in [start, end] {
        daily_seconds(time).map_err(|problem| ValueError::new(text, problem, RANGE))?;
    }
    Ok((start.to_owned(), end.to_owned()))
}

/// Checks a time of day as a claim holds it: `HH:MM:SS`, 24 hours; the hour may have one digit.
///
/// # Errors
///
/// [`ValueProblem::Syntax`], or [`ValueProblem::Range`] for times such as `25:00:00`.
pub fn check_daily_time(text: &str) -> Result<(), ValueError> {
    match daily_seconds(text) {
        Ok(_) => Ok(()),
        Err(problem) => Err(ValueError::new(text, problem, DAILY)),
    }
}

/// Parses a time zone typed for a user; empty text clears the zone.
///
/// # Errors
///
/// [`ValueProblem::Unknown`].
pub fn parse_locale(text: &str) -> Result<String, ValueError> {
    if !text.is_empty() {
        check_time_zone(text)?;
    }
    Ok(text.to_owned())
}

/// Checks that `name` is an IANA time zone name, written exactly, or `Local`.
///
/// # Errors
///
/// [`ValueProblem::Unknown`], also for an empty name.
pub fn check_time_zone(name: &str) -> Result<(), ValueError> {
    let zone = TimeZoneDatabase::bundled().get(name);
    // The data base finds names in any case, but servers want them exact.
    let exact = zone.is_ok_and(|zone| zone.iana_name() == Some(name));
    if exact || matches!(name, "Local" | "UTC") {
        return Ok(());
    }
    Err(ValueError::new(name, ValueProblem::Unknown, ZONE))
}

/// Splits a leading `YYYY-MM-DD` off.
pub(super) fn split_date(text: &str) -> Result<(Date, &str), ValueProblem> {
    let (date, rest) = text.split_at_checked(10).ok_or(ValueProblem::Syntax)?;
    let [c1, c2, y1, y2, b'-', m1, m2, b'-', d1, d2] = *date.as_bytes() else {
        return Err(ValueProblem::Syntax);
    };
    let year = u16::from(two_digits(c1, c2)?) * 100 + u16::from(two_digits(y1, y2)?);
    let date = Date::new(year, two_digits(m1, m2)?, two_digits(d1, d2)?);
    Ok((date.ok_or(ValueProblem::Range)?, rest))
}

/// Reads `HH:MM:SS` or `H:MM:SS` into the second of the day.
pub(super) fn daily_seconds(text: &str) -> Result<i64, ValueProblem> {
    let (h1, h2, rest) = match text.as_bytes() {
        [h2, b':', rest @ ..] => (b'0', *h2, rest),
        [h1, h2, b':', rest @ ..] => (*h1, *h2, rest),
        _ => return Err(ValueProblem::Syntax),
    };
    let [m1, m2, b':', s1, s2] = *rest else {
        return Err(ValueProblem::Syntax);
    };
    let (hour, minute, second) = (
        two_digits(h1, h2)?,
        two_digits(m1, m2)?,
        two_digits(s1, s2)?,
    );
    if hour > 23 || minute > 59 || second > 59 {
        return Err(ValueProblem::Range);
    }
    Ok(i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second))
}

fn rfc3339_seconds(text: &str) -> Result<i64, ValueProblem> {
    let (date, rest) = split_date(text)?;
    let rest = rest.strip_prefix('T').ok_or(ValueProblem::Syntax)?;
    let zone_start = rest.find(['Z', '+', '-']).ok_or(ValueProblem::Syntax)?;
    let (time, zone) = rest.split_at(zone_start);
    let time = match time.split_once('.') {
        Some((time, part)) if !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit()) => time,
        Some(_) => return Err(ValueProblem::Syntax),
        None => time,
    };
    let local = date.seconds() + daily_seconds(time)?;
    Ok(local - zone_seconds(zone)?)
}

/// Reads `Z` or an offset such as `+02:00`.
fn zone_seconds(text: &str) -> Result<i64, ValueProblem> {
    let [sign, h1, h2, b':', m1, m2] = *text.as_bytes() else {
        return if text == "Z" {
            Ok(0)
        } else {
            Err(ValueProblem::Syntax)
        };
    };
    let (hours, minutes) = (two_digits(h1, h2)?, two_digits(m1, m2)?);
    if hours > 23 || minutes > 59 {
        return Err(ValueProblem::Range);
    }
    let seconds = i64::from(hours) * 3600 + i64::from(minutes) * 60;
    match sign {
        b'+' => Ok(seconds),
        b'-' => Ok(-seconds),
        _ => Err(ValueProblem::Syntax),
    }
}

fn two_digits(tens: u8, ones: u8) -> Result<u8, ValueProblem> {
    if !tens.is_ascii_digit() || !ones.is_ascii_digit() {
        return Err(ValueProblem::Syntax);
    }
    Ok((tens - b'0') * 10 + (ones - b'0'))
}
