use super::*;
use crate::value::ValueProblem;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use proptest::prelude::*;

fn zone(name: &str) -> TimeZone {
    TimeZoneDatabase::bundled().get(name).unwrap()
}

fn expiry(text: &str, now: i64) -> Result<i64, ValueProblem> {
    parse_expiry(text, UnixTime(now), &TimeZone::UTC).map_err(|error| error.problem)
}
#[test]
fn the_whole_expiry_must_match() {
    for text in [
        "abc1dxyz",
        "1d2h",
        "1ms",
        " 1d",
        "1d ",
        "+1d",
        "1.5d",
        "1D",
        "1W",
        "1Y",
        "1H",
        "--1d",
        "-",
        "1dd",
        "2030-01-31T00:00:00Z",
        "2030-01-31 00:00:00 utc",
        "2030-01-31 ",
        "2030-1-31",
        "2030-01-31 00:00 UTC",
        "2030-01-31 00:00:00.5 UTC",
        "1ä",
        "ä",
        "２d",
    ] {
        assert!(expiry(text, 1_700_000_000).is_err(), "{text:?}");
    }
    assert_eq!(expiry("", 1), Ok(0));
    assert_eq!(expiry("-0y", 1), Ok(0));
    assert_eq!(expiry("007d", 0), Ok(604_800));
    assert_eq!(expiry("2000-02-29", 0), Ok(951_782_400));
    assert_eq!(expiry("2023-02-29", 0), Err(ValueProblem::Range));
    assert_eq!(expiry("2023-13-01", 0), Err(ValueProblem::Range));
    assert_eq!(expiry("0000-01-01", 0), Ok(-62_167_219_200));
}

#[test]
fn the_moment_that_means_never_is_refused() {
    assert_eq!(expiry("1970-01-01", 5), Err(ValueProblem::Never));
    assert_eq!(
        expiry("1970-01-01 00:00:00 UTC", 5),
        Err(ValueProblem::Never)
    );
    assert_eq!(expiry("-1m", 60), Err(ValueProblem::Never));
}

#[test]
fn steps_roll_over_and_reach_far() {
    let january_31 = 1_706_704_215; // 2024-01-31 12:30:15 UTC
    assert_eq!(
        UnixTime(expiry("1M", january_31).unwrap()).to_string(),
        "2024-03-02 12:30:15 UTC"
    );
    assert_eq!(
        UnixTime(expiry("-2M", january_31).unwrap()).to_string(),
        "2023-12-01 12:30:15 UTC"
    );
    assert_eq!(
        UnixTime(expiry("9999y", 0).unwrap()).to_string(),
        "11969-01-01 00:00:00 UTC"
    );
    assert_eq!(
        UnixTime(expiry("-2000y", 0).unwrap()).to_string(),
        "-0030-01-01 00:00:00 UTC"
    );
    assert_eq!(expiry("9223372036854775807y", 0), Err(ValueProblem::Range));
    assert_eq!(expiry("9223372036854775807m", 0), Err(ValueProblem::Range));
    assert_eq!(
        expiry("-9223372036854775808w", i64::MIN),
        Err(ValueProblem::Range)
    );
}

#[test]
fn days_are_days_of_the_local_calendar() {
    let berlin = zone("Europe/Berlin");
    let before = UnixTime(1_711_800_000); // 2024-03-30 13:00:00 in Berlin, a day before DST
    assert_eq!(
        parse_expiry("1d", before, &berlin),
        Ok(before.0 + 23 * 3600)
    );
    assert_eq!(
        parse_expiry("24h", before, &berlin),
        Ok(before.0 + 24 * 3600)
    );
    // 02:30 does not exist on 2024-03-31; it is taken with the offset before the change.
    let half_past_two = UnixTime(1_711_762_200);
    assert_eq!(
        parse_expiry("1d", half_past_two, &berlin),
        Ok(half_past_two.0 + 24 * 3600)
    );
    // 31 January 00:30 in Berlin is still 30 January in UTC.
    let month_end = UnixTime(1_706_657_400);
    let reached = parse_expiry("1M", month_end, &berlin).unwrap();
    assert_eq!(UnixTime(reached).to_string(), "2024-03-01 23:30:00 UTC");
    let far = parse_expiry("20000y", before, &berlin).unwrap();
    assert_eq!(UnixTime(far).to_string(), "22024-03-30 12:00:00 UTC");
}

#[test]
fn revocation_moments() {
    for (text, moment) in [
        (" 0 ", 0),
        ("-5", -5),
        ("+7", 7),
        ("2020-01-02T03:04:05Z", 1_577_934_245),
        ("2020-01-02T03:04:05.999Z", 1_577_934_245),
        ("2020-01-02T05:04:05+02:00", 1_577_934_245),
        ("2020-01-01T22:34:05-04:30", 1_577_934_245),
        ("9223372036854775807", i64::MAX),
    ] {
        assert_eq!(parse_date_time(text), Ok(moment), "{text}");
    }
    for text in [
        "",
        " ",
        " 1",
        "1.5",
        "0x10",
        "now",
        "2020-01-02",
        "2020-01-02T03:04:05",
        "2020-01-02 03:04:05Z",
        "2020-01-02t03:04:05z",
        "2020-01-02T03:04:05.Z",
        "2020-01-02T24:00:00Z",
        "2020-01-02T03:04:60Z",
        "2020-01-02T03:04:05+0200",
        "2020-01-02T03:04:05+24:00",
        "2020-01-02T03:04Z",
        "éééééééééé",
    ] {
        assert!(parse_date_time(text).is_err(), "{text:?}");
    }
}

#[test]
fn daily_ranges() {
    assert!(parse_time_range("22:00:00-06:00:00").is_ok());
    for text in [
        "",
        "-",
        "08:00:00",
        "8-9",
        "08:00-09:00",
        "24:00:00-01:00:00",
        "08:60:00-09:00:00",
        "08:0:00-09:00:00",
        "08:00:00-09:00:00-10:00:00",
        " 08:00:00-09:00:00",
        "08:00:00 - 09:00:00",
        "008:00:00-09:00:00",
        "08:00:00.5-09:00:00",
        ":00:00-09:00:00",
    ] {
        assert!(parse_time_range(text).is_err(), "{text:?}");
    }
    assert!(check_daily_time("7:00:59").is_ok());
    assert_eq!(
        check_daily_time("07:00:60").unwrap_err().problem,
        ValueProblem::Range
    );
}

#[test]
fn time_zones_are_exact_names() {
    for name in [
        "America/New_York",
        "US/Eastern",
        "EST",
        "EST5EDT",
        "GMT",
        "Etc/GMT+5",
        "Local",
        "Asia/Kolkata",
        "Asia/Calcutta",
        "Zulu",
    ] {
        assert!(check_time_zone(name).is_ok(), "{name}");
    }
    for name in [
        "",
        "america/new_york",
        "utc",
        "../UTC",
        "/UTC",
        "Europe",
        "America/",
        "UTC ",
        "local",
    ] {
        assert!(check_time_zone(name).is_err(), "{name:?}");
    }
    assert_eq!(parse_locale(""), Ok(String::new()));
}

#[test]
fn duration_forms() {
    for (text, nanoseconds) in [
        ("-0", 0),
        ("+5s", 5_000_000_000),
        ("-1.5h", -5_400_000_000_000),
        ("1us", 1000),
        ("1µs", 1000),
        ("1μs", 1000),
        ("1.s", 1_000_000_000),
        ("0.1ns", 0),
        ("0s", 0),
        ("1s1ns", 1_000_000_001),
        ("9223372036854775807ns", i64::MAX),
        ("-9223372036854775808ns", i64::MIN),
        ("0.3333333333333333333h", 1_199_999_999_999),
    ] {
        assert_eq!(parse_duration(text), Ok(nanoseconds), "{text}");
    }
    for (text, problem) in [
        ("", ValueProblem::Syntax),
        ("-", ValueProblem::Syntax),
        ("5", ValueProblem::Syntax),
        ("1..5s", ValueProblem::Syntax),
        ("s", ValueProblem::Syntax),
        ("1d", ValueProblem::Unit),
        ("1s ", ValueProblem::Unit),
        ("--1s", ValueProblem::Syntax),
        ("1h-1m", ValueProblem::Unit),
        ("9223372036854775808ns", ValueProblem::Range),
        (
            "300000h300000h300000h300000h300000h300000h300000h300000h300000h",
            ValueProblem::Range,
        ),
        ("99999999999999999999h", ValueProblem::Range),
        ("1s5", ValueProblem::Syntax),
    ] {
        assert_eq!(parse_duration(text).unwrap_err().problem, problem, "{text}");
    }
}

#[test]
fn durations_as_text() {
    for (nanoseconds, text) in [
        (0, "0s"),
        (1, "1ns"),
        (1100, "1.1µs"),
        (2_200_000, "2.2ms"),
        (100_000_000, "100ms"),
        (1_500_000_000, "1.5s"),
        (90_000_000_000, "1m30s"),
        (3_600_000_000_000, "1h0m0s"),
        (i64::MAX, "2562047h47m16.854775807s"),
        (i64::MIN, "-2562047h47m16.854775808s"),
        (-1_000, "-1µs"),
    ] {
        assert_eq!(format_duration(nanoseconds), text);
    }
}

#[test]
fn moments_as_text_at_the_limits() {
    assert_eq!(UnixTime(951_782_400).to_string(), "2000-02-29 00:00:00 UTC");
    assert_eq!(
        UnixTime(i64::MAX).to_string(),
        "292277026596-12-04 15:30:07 UTC"
    );
    assert_eq!(
        UnixTime(i64::MIN).to_string(),
        "-292277022657-01-27 08:29:52 UTC"
    );
}

proptest! {
    #[test]
    fn nothing_panics(text in "\\PC{0,24}", near in "[-0-9:TZ.+ mhdwMyUC]{0,24}", now: i64) {
        for text in [&text, &near] {
            let _ = parse_expiry(text, UnixTime(now), &TimeZone::UTC);
            let _ = parse_date_time(text);
            let _ = parse_time_range(text);
            let _ = parse_locale(text);
            let _ = parse_duration(text);
        }
    }

    #[test]
    fn steps_never_panic(count: i64, unit in "[mhdwMy]", now: i64) {
        let berlin = zone("Europe/Berlin");
        let _ = parse_expiry(&format!("{count}{unit}"), UnixTime(now), &berlin);
    }

    #[test]
    fn moments_read_back(seconds in -62_167_219_200i64..253_402_300_800) {
        prop_assume!(seconds != 0);
        let text = UnixTime(seconds).to_string();
        prop_assert_eq!(expiry(&text, 1), Ok(seconds));
        let rfc3339 = text.replacen(' ', "T", 1).replace(" UTC", "Z");
        prop_assert_eq!(parse_date_time(&rfc3339), Ok(seconds));
    }

    #[test]
    fn durations_read_back(nanoseconds: i64) {
        prop_assert_eq!(parse_duration(&format_duration(nanoseconds)), Ok(nanoseconds));
    }

    #[test]
    fn a_month_there_and_back_from_early_days(
        year in 1971..2030,
        month in 1..=12,
        day in 1..=28,
        months in 1i64..500,
    ) {
        let start = expiry(&format!("{year}-{month:02}-{day:02} 01:00:00 UTC"), 0).unwrap();
        let there = expiry(&format!("{months}M"), start).unwrap();
        prop_assert_eq!(expiry(&format!("-{months}M"), there), Ok(start));
    }
}
