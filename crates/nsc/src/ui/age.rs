//! Moments as people say them: `3 weeks from now`, `1 hour ago`.

use nsc_core::time::UnixTime;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;
const MONTH: u64 = 30 * DAY;
const YEAR: u64 = 12 * MONTH;
/// Beyond this nobody counts.
const LONG: u64 = 37 * YEAR;

/// How far a moment is from `now`: rounded down to the largest unit of which there is a whole one.
pub fn age(moment: UnixTime, now: UnixTime) -> String {
    let distance = moment.0.abs_diff(now.0);
    let direction = if moment > now { "from now" } else { "ago" };
    match distance {
        0 => "now".to_owned(),
        LONG.. => format!("a long while {direction}"),
        _ => {
            let (count, unit) = count(distance);
            let plural = if count == 1 { "" } else { "s" };
            format!("{count} {unit}{plural} {direction}")
        }
    }
}

fn count(seconds: u64) -> (u64, &'static str) {
    match seconds {
        ..MINUTE => (seconds, "second"),
        MINUTE..HOUR => (seconds / MINUTE, "minute"),
        HOUR..DAY => (seconds / HOUR, "hour"),
        DAY..WEEK => (seconds / DAY, "day"),
        WEEK..MONTH => (seconds / WEEK, "week"),
        MONTH..YEAR => (seconds / MONTH, "month"),
        // Half a year more reads as two.
        _ if (18 * MONTH..2 * YEAR).contains(&seconds) => (2, "year"),
        _ => (seconds / YEAR, "year"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_rounded_down() {
        let now = UnixTime(1_700_000_000);
        for (seconds, said) in [
            (0, "now"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "1 minute"),
            (3 * 3600 - 1, "2 hours"),
            (86_400, "1 day"),
            (13 * 86_400, "1 week"),
            (29 * 86_400, "4 weeks"),
            (30 * 86_400, "1 month"),
            (359 * 86_400, "11 months"),
            (365 * 86_400, "1 year"),
            (18 * 30 * 86_400, "2 years"),
            (1000 * 86_400, "2 years"),
            (40 * 360 * 86_400, "a long while"),
        ] {
            let expected = |word: &str| match seconds {
                0 => "now".to_owned(),
                _ => format!("{said} {word}"),
            };
            assert_eq!(age(UnixTime(now.0 + seconds), now), expected("from now"));
            assert_eq!(age(UnixTime(now.0 - seconds), now), expected("ago"));
        }
        assert!(age(UnixTime(i64::MIN), UnixTime(i64::MAX)).ends_with("ago"));
    }
}
