//! Command line flags in the manner of Go's `flag` package, which scripts around `nk` are written for.
//!
//! One dash or two; `-name=value` or `-name value`; switches take a value only after `=`; parsing stops at the first
//! argument that is no flag, and after `--`; the last of several uses counts.

use std::ffi::{OsStr, OsString};

use thiserror::Error;

use crate::shown::shown;

/// A flag that sets a field of the options `O`.
pub(crate) struct Flag<O> {
    /// Its name, without dashes.
    pub(crate) name: &'static str,
    /// What it sets.
    pub(crate) field: Field<O>,
    /// The value's name in the usage text; empty for switches.
    pub(crate) value: &'static str,
    /// What it does, for the usage text.
    pub(crate) about: &'static str,
}

/// The field that a flag sets, and so the values it takes.
pub(crate) enum Field<O> {
    /// A whole number in Go's syntax.
    Number(fn(&mut O) -> &mut i64),
    /// On or off.
    Switch(fn(&mut O) -> &mut bool),
    /// Anything.
    Text(fn(&mut O) -> &mut OsString),
}

/// What the arguments ask for.
#[derive(Debug, PartialEq)]
pub(crate) enum Parsed {
    /// The flags were set.
    Flags,
    /// `-h` or `-help` came before anything wrong.
    Help,
}

/// What is wrong with the arguments. Values are made printable and free of secrets.
#[derive(Debug, Error, PartialEq)]
pub(crate) enum FlagError {
    #[error("`{value}` is no value for the switch -{name}")]
    BadSwitch { name: &'static str, value: String },
    #[error("`{value}` is no whole number for -{name}")]
    BadNumber { name: &'static str, value: String },
    #[error("-{name} needs a value")]
    MissingValue { name: &'static str },
    #[error("`{argument}` is not written like a flag")]
    Syntax { argument: String },
    #[error("there is no flag -{name}")]
    Unknown { name: String },
}

/// Reads flags from the arguments into the options, up to the first argument that is none.
pub(crate) fn parse<O>(
    args: impl IntoIterator<Item = OsString>,
    flags: &[Flag<O>],
    options: &mut O,
) -> Result<Parsed, FlagError> {
    let mut args = args.into_iter();
    while let Some(argument) = args.next() {
        let Some((name, inline)) = split(&argument)? else {
            break;
        };
        let Some(flag) = flags.iter().find(|flag| name == flag.name) else {
            if name == "h" || name == "help" {
                return Ok(Parsed::Help);
            }
            return Err(FlagError::Unknown { name: shown(&name) });
        };
        flag.set(options, inline, &mut args)?;
    }
    Ok(Parsed::Flags)
}

impl<O> Flag<O> {
    fn set(
        &self,
        options: &mut O,
        inline: Option<OsString>,
        rest: &mut impl Iterator<Item = OsString>,
    ) -> Result<(), FlagError> {
        let name = self.name;
        if let Field::Switch(field) = self.field {
            *field(options) = match inline {
                None => true,
                Some(value) => switch(&value).ok_or_else(|| FlagError::BadSwitch {
                    name,
                    value: shown(&value),
                })?,
            };
            return Ok(());
        }
        let value = inline
            .or_else(|| rest.next())
            .ok_or(FlagError::MissingValue { name })?;
        match self.field {
            Field::Number(field) => {
                *field(options) =
                    value
                        .to_str()
                        .and_then(number)
                        .ok_or_else(|| FlagError::BadNumber {
                            name,
                            value: shown(&value),
                        })?;
            }
            Field::Switch(_) => {}
            Field::Text(field) => *field(options) = value,
        }
        Ok(())
    }
}

/// Takes an argument apart: name, and the value after `=`. `None` for what ends the flags.
fn split(argument: &OsStr) -> Result<Option<(OsString, Option<OsString>)>, FlagError> {
    let bytes = argument.as_encoded_bytes();
    let name = match bytes {
        b"-" | b"--" => return Ok(None),
        [b'-', b'-', name @ ..] | [b'-', name @ ..] => name,
        _ => return Ok(None),
    };
    if name.starts_with(b"-") || name.starts_with(b"=") {
        return Err(FlagError::Syntax {
            argument: shown(argument),
        });
    }
    let Some(equals) = name.iter().position(|&byte| byte == b'=') else {
        return Ok(Some((os_string(name), None)));
    };
    Ok(Some((
        os_string(&name[..equals]),
        Some(os_string(&name[equals + 1..])),
    )))
}

#[cfg(unix)]
fn os_string(bytes: &[u8]) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec())
}

// Elsewhere a part of an argument cannot be kept exactly without unsafe code when it is no Unicode.
#[cfg(not(unix))]
fn os_string(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}

fn switch(value: &OsStr) -> Option<bool> {
    match value.to_str()? {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

/// A whole number as Go's literals are written: sign, `0x` `0o` `0b` or a leading `0` for octal, `_` between digits.
fn number(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (text.starts_with('-'), digits),
        None => (false, text),
    };
    let (radix, digits) = radix(digits);
    // The sign has to be read with the digits: the smallest number has no positive twin.
    let signed = if negative { "-" } else { "" };
    let digits = without_underscores(digits)?;
    i64::from_str_radix(&format!("{signed}{digits}"), radix).ok()
}

fn radix(digits: &str) -> (u32, &str) {
    let prefixed = |prefixes: [&str; 2]| {
        let rest = prefixes
            .iter()
            .find_map(|prefix| digits.strip_prefix(prefix));
        // One underscore may follow the prefix.
        rest.map(|rest| rest.strip_prefix('_').unwrap_or(rest))
            .filter(|rest| !rest.is_empty())
    };
    if let Some(rest) = prefixed(["0x", "0X"]) {
        (16, rest)
    } else if let Some(rest) = prefixed(["0o", "0O"]) {
        (8, rest)
    } else if let Some(rest) = prefixed(["0b", "0B"]) {
        (2, rest)
    } else if digits.starts_with('0') {
        (8, digits)
    } else {
        (10, digits)
    }
}

/// Drops underscores, each of which must stand between two digits. A second sign is no digit either.
fn without_underscores(digits: &str) -> Option<String> {
    let separated = digits
        .split('_')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    separated.then(|| digits.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq)]
    struct Options {
        count: i64,
        loud: bool,
        name: OsString,
    }

    const FLAGS: [Flag<Options>; 3] = [
        Flag {
            name: "count",
            field: Field::Number(|o| &mut o.count),
            value: "N",
            about: "",
        },
        Flag {
            name: "loud",
            field: Field::Switch(|o| &mut o.loud),
            value: "",
            about: "",
        },
        Flag {
            name: "name",
            field: Field::Text(|o| &mut o.name),
            value: "TEXT",
            about: "",
        },
    ];

    fn parsed(args: &[&str]) -> Result<(Parsed, Options), FlagError> {
        let mut options = Options::default();
        let parsed = parse(args.iter().map(OsString::from), &FLAGS, &mut options)?;
        Ok((parsed, options))
    }

    fn options(args: &[&str]) -> Options {
        let (parsed, options) = parsed(args).unwrap();
        assert_eq!(parsed, Parsed::Flags, "{args:?}");
        options
    }

    fn all(count: i64, loud: bool, name: &str) -> Options {
        Options {
            count,
            loud,
            name: name.into(),
        }
    }

    #[test]
    fn one_dash_or_two_and_both_ways_of_giving_values() {
        assert_eq!(
            options(&["-name", "a", "-count=3", "-loud"]),
            all(3, true, "a")
        );
        assert_eq!(
            options(&["--name=a", "--count", "3", "--loud"]),
            all(3, true, "a")
        );
        assert_eq!(options(&["-name=", "-count=-1"]), all(-1, false, ""));
        assert_eq!(options(&["-name=a=b"]), all(0, false, "a=b"));
    }

    #[test]
    fn a_value_may_look_like_a_flag() {
        assert_eq!(options(&["-name", "-loud"]), all(0, false, "-loud"));
        assert_eq!(options(&["-name", "--", "-loud"]), all(0, true, "--"));
    }

    #[test]
    fn the_last_one_counts() {
        assert_eq!(
            options(&["-name", "a", "--name=b", "-loud", "-loud=0"]),
            all(0, false, "b")
        );
    }

    #[test]
    fn parsing_stops_at_what_is_no_flag() {
        for stop in ["--", "-", "word", ""] {
            assert_eq!(
                options(&["-name", "a", stop, "-loud", "-x"]),
                all(0, false, "a"),
                "{stop}"
            );
        }
        assert_eq!(options(&["-loud", "false", "-name", "a"]), all(0, true, ""));
    }

    #[test]
    fn help_counts_where_it_stands() {
        for help in ["-h", "--h", "-help", "--help", "-h=x"] {
            assert_eq!(
                parsed(&["-loud", help, "-x"]).unwrap().0,
                Parsed::Help,
                "{help}"
            );
        }
        assert!(parsed(&["-x", "-h"]).is_err());
        assert_eq!(options(&["word", "-h"]), all(0, false, ""));
    }

    #[test]
    fn complaints() {
        for argument in ["---loud", "-=x", "--=x", "----"] {
            let expected = FlagError::Syntax {
                argument: argument.into(),
            };
            assert_eq!(parsed(&[argument]), Err(expected));
        }
        assert_eq!(
            parsed(&["-lou=1"]),
            Err(FlagError::Unknown { name: "lou".into() })
        );
        assert_eq!(
            parsed(&["-Loud"]),
            Err(FlagError::Unknown {
                name: "Loud".into()
            })
        );
        assert_eq!(
            parsed(&["-loud", "-name"]),
            Err(FlagError::MissingValue { name: "name" })
        );
        let bad = FlagError::BadNumber {
            name: "count",
            value: "x".into(),
        };
        assert_eq!(parsed(&["-count", "x"]), Err(bad));
    }

    #[test]
    fn switch_values() {
        for (value, expected) in [
            ("1", true),
            ("t", true),
            ("TRUE", true),
            ("F", false),
            ("0", false),
            ("False", false),
        ] {
            assert_eq!(
                options(&[&format!("-loud={value}")]).loud,
                expected,
                "{value}"
            );
        }
        for value in ["", "yes", "tRUE", "on", "2"] {
            let expected = FlagError::BadSwitch {
                name: "loud",
                value: value.into(),
            };
            assert_eq!(parsed(&[&format!("-loud={value}")]), Err(expected));
        }
    }

    #[test]
    fn numbers() {
        for (text, expected) in [
            ("0", 0),
            ("-0", 0),
            ("+7", 7),
            ("10000000", 10_000_000),
            ("1_000", 1000),
            ("0x10", 16),
            ("-0X1f", -31),
            ("0x_1f", 31),
            ("0b101", 5),
            ("0o17", 15),
            ("017", 15),
            ("0_7", 7),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(number(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "-",
            "+",
            "x",
            "1.0",
            "1e3",
            " 1",
            "1 ",
            "08",
            "0x",
            "0xg",
            "1__0",
            "_1",
            "1_",
            "0_",
            "0x__1",
            "--1",
            "+-1",
            "0x-1",
            "0b2",
            "9223372036854775808",
            "-9223372036854775809",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn values_need_not_be_unicode() {
        use std::os::unix::ffi::OsStringExt;
        let mut options = Options::default();
        let argument = OsString::from_vec(b"-name=\xFF".to_vec());
        assert_eq!(parse([argument], &FLAGS, &mut options), Ok(Parsed::Flags));
        assert_eq!(options.name, OsString::from_vec(vec![0xFF]));
    }
}
