//! How a file is taken apart, and how cases are compared.

use std::fmt::Debug;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// How many cases went well.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl Outcome {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// What is wrong with a case; empty when nothing is.
pub(crate) type Check = Result<(), String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "about")]
    _about: String,
    cases: Vec<serde_json::Value>,
}

/// Reads each case as a `C`, which must know all of its members, and checks it.
pub(crate) fn run_cases<C: DeserializeOwned>(
    file: &str,
    text: &str,
    check: fn(C) -> Check,
) -> Outcome {
    let parsed: File = match serde_json::from_str(text) {
        Ok(parsed) => parsed,
        Err(error) => {
            eprintln!("{file}: not a vector file: {error}");
            return Outcome {
                passed: 0,
                failed: 1,
            };
        }
    };
    let mut outcome = Outcome::default();
    for case in parsed.cases {
        let name = case["name"]
            .as_str()
            .unwrap_or("(a case without name)")
            .to_owned();
        // A case that panics is a failed case, not the end of the run.
        let result = std::panic::catch_unwind(|| {
            serde_json::from_value(case)
                .map_err(|error| error.to_string())
                .and_then(check)
        });
        match result.unwrap_or_else(|_| Err("panicked".to_owned())) {
            Ok(()) => outcome.passed += 1,
            Err(why) => {
                outcome.failed += 1;
                eprintln!("{file}: {name}: {why}");
            }
        }
    }
    outcome
}

/// Reads a case of one operation, whose members must all be known.
pub(crate) fn read_case<C: DeserializeOwned>(
    case: serde_json::Value,
    check: fn(C) -> Check,
) -> Check {
    serde_json::from_value(case)
        .map_err(|error| error.to_string())
        .and_then(check)
}

/// Compares what came out with what is recorded.
pub(crate) fn same<T: PartialEq<U> + Debug, U: Debug>(what: &str, got: T, want: U) -> Check {
    if got == want {
        Ok(())
    } else {
        Err(format!("{what}: got {got:?}, want {want:?}"))
    }
}

/// Compares an outcome that may be an error class with what is recorded: exactly one of the two.
pub(crate) fn same_result<T>(
    got: Result<T, &str>,
    want_error: Option<&str>,
    check_value: impl FnOnce(T) -> Check,
) -> Check {
    match (got, want_error) {
        (Ok(value), None) => check_value(value),
        (Err(class), Some(want)) => same("error", class, want),
        (Ok(_), Some(want)) => Err(format!("accepted, want the error `{want}`")),
        (Err(class), None) => Err(format!("refused as `{class}`")),
    }
}

/// The recorded value of a member that cases of this kind must have.
pub(crate) fn need<T>(member: Option<T>, name: &str) -> Result<T, String> {
    member.ok_or_else(|| format!("the case has no `{name}`"))
}

/// Refuses a member that cases of this kind must not have.
pub(crate) fn none<T>(member: &Option<T>, name: &str) -> Check {
    match member {
        None => Ok(()),
        Some(_) => Err(format!("the case has a `{name}` that says nothing here")),
    }
}

/// Bytes written as hex.
pub(crate) fn hex(text: &str) -> Result<Vec<u8>, String> {
    data_encoding::HEXLOWER
        .decode(text.as_bytes())
        .map_err(|error| error.to_string())
}
