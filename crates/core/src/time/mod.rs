//! Moments, calendar steps, durations and daily times, as claims and command lines write them.
//!
//! Nothing here reads the clock or the machine's time zone: both are passed in. Time zone names
//! are judged by a data base that is part of the program.

mod calendar;
mod clock;
mod duration;
mod expiry;
mod local;

pub use calendar::UnixTime;
pub use clock::{
    check_daily_time, check_time_zone, parse_date_time, parse_locale, parse_time_range,
};
pub use duration::{format_duration, parse_duration};
pub use expiry::parse_expiry;
pub use local::format_rfc1123;

#[cfg(test)]
mod tests;
