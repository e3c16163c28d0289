use super::*;
use proptest::prelude::*;
#[test]
fn numbers_are_exact_or_refused() {
    assert_eq!(parse_number("9223372036854775807"), Ok(i64::MAX));
    assert_eq!(parse_number("-9223372036854775808"), Ok(i64::MIN));
    assert_eq!(parse_number("-8EiB"), Ok(i64::MIN));
    assert_eq!(parse_number("9007199254740993"), Ok(9_007_199_254_740_993));
    assert_eq!(
        parse_number("0.9999999999999999999999999999999999999999Ei"),
        Ok((1 << 60) - 1)
    );
    for text in [
        "9223372036854775808",
        "8EiB",
        "10E",
        "99999999999999999999999999999999999999999",
    ] {
        assert_eq!(
            parse_number(text).unwrap_err().problem,
            ValueProblem::Range,
            "{text}"
        );
    }
}

#[test]
fn number_forms() {
    for (text, value) in [
        ("", 0),
        ("1.", 1),
        ("1,2,3", 123),
        ("1 ", 1),
        ("2 KB ", 2000),
        ("0b", 0),
        ("1 b", 1),
        ("-.5Ki", -512),
        ("1eb", 1_000_000_000_000_000_000),
        ("-0", 0),
        ("1\tk", 1000),
    ] {
        assert_eq!(parse_number(text), Ok(value), "{text:?}");
    }
    for text in [
        "-", "--", ".", ",", " 1", "- 1", "1..5", "1.2.3", "1e3", "0x10", "1i", "1ib", "1bb",
        "1kbi", "k", "abc", "+1", "١", "1k-", "1zb",
    ] {
        assert!(parse_number(text).is_err(), "{text:?}");
    }
}

#[test]
fn integer_forms() {
    for (text, value) in [
        ("0x1F", 31),
        ("-0x10", -16),
        ("0b101", 5),
        ("0o17", 15),
        ("017", 15),
        ("1_000", 1000),
        ("0x_1f", 31),
        ("0_7", 7),
        ("-0", 0),
        ("+0X7fffffffffffffff", i64::MAX),
    ] {
        assert_eq!(parse_integer(text), Ok(value), "{text}");
    }
    for text in [
        "08", "0x", "1__0", "_1", "1_", "1.0", "1k", "+", "--1", "0b2", "1 ", "０",
    ] {
        assert_eq!(
            parse_integer(text).unwrap_err().problem,
            ValueProblem::Syntax,
            "{text}"
        );
    }
    assert_eq!(parse_unsigned("18446744073709551615"), Ok(u64::MAX));
    assert_eq!(
        parse_unsigned("18446744073709551616").unwrap_err().problem,
        ValueProblem::Range
    );
    assert!(parse_unsigned("+1").is_err());
}

#[test]
fn sampling_forms() {
    assert_eq!(parse_sampling("HEADER"), Ok(0));
    assert_eq!(parse_sampling("100"), Ok(100));
    for text in ["101", "-1", "headers", " 5", "5.0"] {
        assert!(parse_sampling(text).is_err(), "{text}");
    }
}

#[test]
fn list_forms() {
    let list = |text: &str| parse_list(text).unwrap();
    assert_eq!(list(""), [""; 0]);
    assert_eq!(list("\"a,b\",c"), ["a,b", "c"]);
    assert_eq!(list("\"say \"\"hi\"\"\""), ["say \"hi\""]);
    assert_eq!(list("a,,b,"), ["a", "", "b", ""]);
    assert_eq!(list("\"a\nb\",c\n"), ["a\nb", "c"]);
    assert_eq!(list("\"\""), [""]);
    assert_eq!(list(" \u{e9} "), [" \u{e9} "]);
    for text in ["\"a", "\"a\"b", "a\"", " \"a\"", "a\nb", "\"a\" ,b", "\""] {
        assert!(parse_list(text).is_err(), "{text:?}");
    }
}

#[test]
fn networks() {
    let contains = |net: &str, ip: &str| parse_cidr(net).unwrap().contains(ip.parse().unwrap());
    assert!(contains("10.1.2.3/8", "10.255.0.1") && !contains("10.0.0.0/8", "11.0.0.1"));
    assert!(contains("0.0.0.0/0", "1.2.3.4") && !contains("0.0.0.0/0", "::1"));
    assert!(contains("::/0", "fe80::1") && contains("1.2.3.4/32", "::ffff:1.2.3.4"));
    assert_eq!(parse_cidr("FE80::1/010").unwrap().to_string(), "fe80::1/10");
    for text in [
        "",
        "/8",
        "1.2.3.4",
        "1.2.3.4/33",
        "::/129",
        "1.2.3.4/-1",
        "1.2.3.4/+8",
        "1.2.3.4/8/8",
    ] {
        assert!(parse_cidr(text).is_err(), "{text}");
    }
}

#[test]
fn addresses() {
    for text in [
        "nats://h",
        "TLS://h:1",
        "ws://[::1]:80",
        "wss://h?x",
        "nats://",
        "",
    ] {
        assert!(check_service_url(text).is_ok(), "{text}");
    }
    for text in [
        "http://h",
        "nats://h/",
        "nats://u@h",
        "nats://u:p@h",
        "h:4222",
        "h",
        "nats://h h",
    ] {
        assert!(check_service_url(text).is_err(), "{text}");
    }
    for text in [
        "http://h",
        "HTTPS://h/x",
        "nats://a,b:2",
        "nats://a:1,tls://b:2,ws://c",
        "wss://h",
    ] {
        assert!(check_account_server_url(text).is_ok(), "{text}");
    }
    for text in [
        "host:8080/jwt/v1",
        "ftp://h",
        "h",
        "nats://a,http://b",
        "http://h:x",
    ] {
        assert!(check_account_server_url(text).is_err(), "{text}");
    }
    assert_eq!(parse_server_version("").unwrap().to_string(), "0.0.0");
    assert!(parse_server_version("2.10.0").unwrap() > parse_server_version("2.9.30").unwrap());
    assert!(check_info_url("https://h/x").is_ok());
    for (text, problem) in [
        ("h/x", ValueProblem::NoScheme),
        ("http:///x", ValueProblem::NoHost),
        ("http://:80", ValueProblem::NoHost),
        ("http://h:x", ValueProblem::Syntax),
    ] {
        assert_eq!(check_info_url(text).unwrap_err().problem, problem, "{text}");
    }
}

#[test]
fn errors_say_what_is_wrong_and_what_is_right() {
    assert_eq!(
        parse_number("5x").unwrap_err().to_string(),
        "`5x` has an unknown unit; expected a number such as `10`, `1.5k` or `2MiB`"
    );
    let error = check_service_url("nats://me:secret@h").unwrap_err();
    assert_eq!(
        (error.problem, error.input.as_str()),
        (ValueProblem::Credentials, "nats://…@h")
    );
    let long = parse_bool(&"\u{1b}x".repeat(100)).unwrap_err().to_string();
    assert!(!long.contains('\u{1b}') && long.contains('…'));
}

#[test]
fn sizes_as_text() {
    for (size, text) in [
        (0, "0 B"),
        (9, "9 B"),
        (82, "82 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (2000, "2.0 kB"),
        (9949, "9.9 kB"),
        (9950, "10 kB"),
        (12_500, "12 kB"),
        (13_500, "14 kB"),
        (82_854_982, "83 MB"),
        (999_950, "1000 kB"),
        (i64::MAX, "9.2 EB"),
        (-2048, "-2.0 kB"),
    ] {
        assert_eq!(format_size(size), text, "{size}");
    }
}

proptest! {
    #[test]
    fn nothing_panics(text in "\\PC{0,20}", number in "[-0-9a-zA-Z.,_ ]{0,24}", list in "[a,\"\r\n ]{0,12}") {
        for text in [&text, &number, &list] {
            let _ = parse_number(text);
            let _ = parse_integer(text);
            let _ = parse_unsigned(text);
            let _ = parse_sampling(text);
            let _ = parse_list(text);
            let _ = parse_cidr(text);
            let _ = parse_server_version(text);
            let _ = check_service_url(text);
            let _ = check_account_server_url(text);
            let _ = check_info_url(text);
        }
    }

    #[test]
    fn plain_numbers_read_back(number: i64) {
        prop_assert_eq!(parse_number(&number.to_string()), Ok(number));
        prop_assert_eq!(parse_integer(&number.to_string()), Ok(number));
        let hex = format!("{}{:#x}", if number < 0 { "-" } else { "" }, number.unsigned_abs());
        prop_assert_eq!(parse_integer(&hex), Ok(number));
    }

    #[test]
    fn quoted_lists_read_back(items in prop::collection::vec("[a-z\", \n]{0,5}", 1..5)) {
        let quoted: Vec<String> =
            items.iter().map(|item| format!("\"{}\"", item.replace('"', "\"\""))).collect();
        prop_assert_eq!(parse_list(&quoted.join(",")), Ok(items));
    }

    #[test]
    fn sizes_never_panic(size: i64) {
        prop_assert!(format_size(size).ends_with('B'));
    }
}
