//! The calendar (proleptic Gregorian) and calendar steps in a time zone.

use std::fmt;

use jiff::{Timestamp, tz::TimeZone};

const DAY: i128 = 86_400;

/// A moment in whole seconds since the start of 1970, UTC; 0 in a claim means not set.
///
/// Prints as `YYYY-MM-DD HH:MM:SS UTC`, and as nothing for 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct UnixTime(pub i64);

impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return Ok(());
        }
        write_moment(f, self.0.into(), ' ')?;
        f.write_str(" UTC")
    }
}

/// Writes date and time of day, with a separator between.
fn write_moment(f: &mut impl fmt::Write, seconds: i128, separator: char) -> fmt::Result {
    let date = Date::of_day(seconds.div_euclid(DAY));
    let time = seconds.rem_euclid(DAY);
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    let sign = if date.year < 0 { "-" } else { "" };
    let (year, month, day) = (date.year.unsigned_abs(), date.month, date.day);
    write!(
        f,
        "{sign}{year:04}-{month:02}-{day:02}{separator}{hour:02}:{minute:02}:{second:02}"
    )
}

/// A number of calendar units to go forward, or back when negative.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Step {
    pub(super) months: i128,
    pub(super) days: i128,
}

impl UnixTime {
    /// The moment as RFC 3339 has it, in the time of `zone`; 0 is the first moment of 1970 here.
    ///
    /// # Examples
    /// ```
    /// use jiff::tz::{TimeZone, offset};
    /// use nsc_core::time::UnixTime;
    ///
    /// let moment = UnixTime(1_700_000_000);
    /// assert_eq!(moment.to_rfc3339(&TimeZone::UTC), "2023-11-14T22:13:20Z");
    /// let east = TimeZone::fixed(offset(1));
    /// assert_eq!(moment.to_rfc3339(&east), "2023-11-14T23:13:20+01:00");
    /// ```
    pub fn to_rfc3339(self, zone: &TimeZone) -> String {
        let ahead = offset(zone, self.0.into());
        let mut text = String::new();
        // Writing to a text cannot fail.
        let _ = write_moment(&mut text, i128::from(self.0) + ahead, 'T');
        if ahead == 0 {
            return text + "Z";
        }
        let sign = if ahead < 0 { '-' } else { '+' };
        let (hours, minutes) = (ahead.abs() / 3600, ahead.abs() / 60 % 60);
        text + &format!("{sign}{hours:02}:{minutes:02}")
    }

    /// Goes `step` on in the calendar of `zone`, keeping the time of day; `None` on overflow.
    ///
    /// A day beyond the end of the month reached rolls over into the next one, as Go's date
    /// arithmetic has it: 31 January and one month is 2 or 3 March.
    pub(super) fn step(self, step: Step, zone: &TimeZone) -> Option<i64> {
        let local = i128::from(self.0) + offset(zone, self.0.into());
        let date = Date::of_day(local.div_euclid(DAY));
        let months = date.year * 12 + i128::from(date.month) - 1 + step.months;
        let first = Date {
            year: months.div_euclid(12),
            month: month_of(months),
            day: 1,
        };
        let day = first.to_day() + i128::from(date.day) - 1 + step.days;
        let reached = day * DAY + local.rem_euclid(DAY);
        // Where clocks are put back or forward there are two or no such moments; the offset at
        // the moment that the offset of the wall clock reading suggests decides.
        let suggested = reached - offset(zone, reached);
        i64::try_from(reached - offset(zone, suggested)).ok()
    }
}

/// A calendar date; years go on below 1 and above 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i128,
    pub(super) month: u8,
    pub(super) day: u8,
}

impl Date {
    /// Returns the date if the calendar has it.
    pub(super) fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let last = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        (1..=last).contains(&day).then_some(Self {
            year: year.into(),
            month,
            day,
        })
    }

    /// Returns the midnight (UTC) at which the date begins, in unix seconds.
    #[expect(
        clippy::expect_used,
        reason = "a year of four digits is far from the end of 64 bits"
    )]
    pub(super) fn seconds(self) -> i64 {
        i64::try_from(self.to_day() * DAY).expect("a year of four digits")
    }

    /// Returns the number of days since 1970-01-01. Years are counted from March on, so that a
    /// leap day is the last of its year.
    pub(super) fn to_day(self) -> i128 {
        let month = (i128::from(self.month) + 9) % 12;
        let year = self.year - i128::from(self.month <= 2);
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = (153 * month + 2) / 5 + i128::from(self.day) - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    #[expect(clippy::expect_used, reason = "the remainder of a month")]
    fn of_day(day: i128) -> Self {
        let shifted = day + 719_468;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        Self {
            year: era * 400 + year + i128::from(month >= 10),
            month: month_of(month + 2),
            day: u8::try_from(day).expect("a day of a month"),
        }
    }
}

/// The month, from 1, of a count of months from 0.
#[expect(clippy::expect_used, reason = "a remainder of 12")]
fn month_of(months: i128) -> u8 {
    u8::try_from(months.rem_euclid(12) + 1).expect("a month")
}

/// The offset of `zone` in seconds at a moment, also beyond the years a time stamp can hold.
fn offset(zone: &TimeZone, moment: i128) -> i128 {
    const START_OF_2400: i128 = 13_569_465_600;
    const CYCLE: i128 = 146_097 * DAY; // 400 years, after which the calendar repeats
    let known = if moment > Timestamp::MAX.as_second().into() {
        START_OF_2400 + (moment - START_OF_2400).rem_euclid(CYCLE)
    } else {
        moment.max(Timestamp::MIN.as_second().into())
    };
    let known = i64::try_from(known)
        .ok()
        .and_then(|second| Timestamp::from_second(second).ok());
    known.map_or(0, |moment| zone.to_offset(moment).seconds().into())
}
