//! The flags of `nk` and its usage text.

use std::ffi::{OsStr, OsString};
use std::fmt::Write;

use crate::flags::{Field, Flag};

/// What the flags were set to. An empty text is the same as a flag that was not given.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) entropy: OsString,
    pub(crate) generate: OsString,
    pub(crate) in_key: OsString,
    pub(crate) max_attempts: i64,
    pub(crate) prefix: OsString,
    pub(crate) public_in: OsString,
    pub(crate) public_out: bool,
    pub(crate) sign: OsString,
    pub(crate) signature_file: OsString,
    pub(crate) verify: OsString,
    pub(crate) version: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            entropy: OsString::new(),
            generate: OsString::new(),
            in_key: OsString::new(),
            max_attempts: 10_000_000,
            prefix: OsString::new(),
            public_in: OsString::new(),
            public_out: false,
            sign: OsString::new(),
            signature_file: OsString::new(),
            verify: OsString::new(),
            version: false,
        }
    }
}

/// The value of a flag, if it was given.
pub(crate) fn given(value: &OsStr) -> Option<&OsStr> {
    (!value.is_empty()).then_some(value)
}

/// Every flag, in the order of the usage text.
pub(crate) const FLAGS: [Flag<Options>; 12] = [
    Flag {
        name: "gen",
        field: Field::Text(|options| &mut options.generate),
        value: "TYPE",
        about: "make a key: operator, account, user, server, cluster or curve (x25519)",
    },
    Flag {
        name: "pubout",
        field: Field::Switch(|options| &mut options.public_out),
        value: "",
        about: "print the public key, after the seed or of -inkey",
    },
    Flag {
        name: "e",
        field: Field::Text(|options| &mut options.entropy),
        value: "FILE",
        about: "take the 32 bytes of the seed from here instead of the system, with -gen",
    },
    Flag {
        name: "pre",
        field: Field::Text(|options| &mut options.prefix),
        value: "LETTERS",
        about: "look for a public key with these letters after the first, with -gen",
    },
    Flag {
        name: "maxpre",
        field: Field::Number(|options| &mut options.max_attempts),
        value: "N",
        about: "make at most this many attempts for -pre (10000000)",
    },
    Flag {
        name: "sign",
        field: Field::Text(|options| &mut options.sign),
        value: "FILE",
        about: "sign the bytes of the file with -inkey",
    },
    Flag {
        name: "verify",
        field: Field::Text(|options| &mut options.verify),
        value: "FILE",
        about: "check the signature -sigfile of the file with -inkey or -pubin",
    },
    Flag {
        name: "inkey",
        field: Field::Text(|options| &mut options.in_key),
        value: "FILE",
        about: "file with a seed",
    },
    Flag {
        name: "pubin",
        field: Field::Text(|options| &mut options.public_in),
        value: "FILE",
        about: "file with a public key",
    },
    Flag {
        name: "sigfile",
        field: Field::Text(|options| &mut options.signature_file),
        value: "FILE",
        about: "file with a signature, as -sign prints it",
    },
    Flag {
        name: "v",
        field: Field::Switch(|options| &mut options.version),
        value: "",
        about: "print the version, as does -version",
    },
    Flag {
        name: "version",
        field: Field::Switch(|options| &mut options.version),
        value: "",
        about: "",
    },
];

/// The text of `-h`.
pub fn usage() -> String {
    let mut text = String::from(
        "Make and use NATS keys.\n\n\
         Usage:\n  \
         nk -gen TYPE [-pubout] [-pre LETTERS [-maxpre N]] [-e FILE]\n  \
         nk -inkey FILE -pubout\n  \
         nk -sign FILE -inkey FILE\n  \
         nk -verify FILE -sigfile FILE (-inkey FILE | -pubin FILE)\n\n\
         Flags:\n",
    );
    for flag in FLAGS.iter().filter(|flag| !flag.about.is_empty()) {
        let left = format!("-{} {}", flag.name, flag.value);
        writeln!(text, "  {left:<14} {}", flag.about).expect("writing to a string");
    }
    text.push_str("  -h             print this help\n\n");
    text.push_str("Where a FILE is wanted, - is standard input.\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usage_names_every_flag_and_fits_a_terminal() {
        let text = usage();
        for flag in &FLAGS {
            assert!(text.contains(&format!("-{}", flag.name)), "{}", flag.name);
        }
        assert!(
            text.lines()
                .all(|line| line.len() <= 100 && !line.ends_with(' ')),
            "{text}"
        );
    }
}
