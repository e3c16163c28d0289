//! Moments as people read them where they live.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::UnixTime;

/// Returns the moment in the form of RFC 1123 with the zone's short name:
/// `Thu, 02 Jan 2020 03:04:05 UTC`. Moments beyond the calendar are shown as unix seconds.
pub fn format_rfc1123(at: UnixTime, zone: &TimeZone) -> String {
    match Timestamp::from_second(at.0) {
        Ok(moment) => moment
            .to_zoned(zone.clone())
            .strftime("%a, %d %b %Y %H:%M:%S %Z")
            .to_string(),
        Err(_) => at.0.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_is_named() {
        let at = UnixTime(1_577_934_245);
        let text = format_rfc1123(at, &TimeZone::UTC);
        assert_eq!(text, "Thu, 02 Jan 2020 03:04:05 UTC");
        let zone = TimeZone::posix("EST5").expect("a zone");
        let text = format_rfc1123(at, &zone);
        assert_eq!(text, "Wed, 01 Jan 2020 22:04:05 EST");
    }

    #[test]
    fn no_moment_is_too_far_away() {
        for at in [i64::MIN, -1, 0, i64::MAX] {
            assert!(!format_rfc1123(UnixTime(at), &TimeZone::UTC).is_empty());
        }
        assert_eq!(
            format_rfc1123(UnixTime(i64::MAX), &TimeZone::UTC),
            i64::MAX.to_string()
        );
    }
}
