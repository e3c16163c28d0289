//! Runs every case of every vector file: recorded inputs and exact outputs of the libraries that
//! NATS servers and tools are built on.
//!
//! The files are those of the workspace's `tests/vectors/`, or of the folder named by the
//! environment variable `NSC_VECTORS`. A file, operation or member that the harness does not know
//! is a failure, so nothing in a file goes unchecked.

#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a harness reports"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "the vectors are files; core itself opens none"
)]

mod creds;
mod decode;
mod encode;
mod frame;
mod hash_id;
mod keys;
mod subjects;
mod templates;
mod validate;
mod values;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use frame::{Outcome, run_cases};

fn main() -> ExitCode {
    let folder = std::env::var_os("NSC_VECTORS").map_or_else(own_vectors, PathBuf::from);
    let mut files: Vec<PathBuf> = match std::fs::read_dir(&folder) {
        Ok(entries) => entries
            .map(|entry| entry.expect("readable folder").path())
            .collect(),
        Err(error) => {
            eprintln!("cannot read the vectors in `{}`: {error}", folder.display());
            return ExitCode::FAILURE;
        }
    };
    files.sort();
    let mut total = Outcome::default();
    for file in &files {
        total.add(run_file(file));
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    // No file at all is no success.
    if total.failed > 0 || total.passed == 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

fn own_vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors")
}

fn run_file(path: &Path) -> Outcome {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{name}: cannot be read: {error}");
            return Outcome {
                passed: 0,
                failed: 1,
            };
        }
    };
    let outcome = match name {
        "creds.json" => run_cases(name, &text, creds::check),
        "durations_numbers_dates.json" => run_cases(name, &text, values::check),
        "subjects.json" => run_cases(name, &text, subjects::check),
        "templates.json" => run_cases(name, &text, templates::check),
        "hashid.json" => run_cases(name, &text, hash_id::check),
        "nkeys.json" => run_cases(name, &text, keys::check),
        "jwt_decode.json" => run_cases(name, &text, decode::check),
        "jwt_encode.json" => run_cases(name, &text, encode::check),
        "validate.json" => run_cases(name, &text, validate::check),
        _ => {
            eprintln!("{name}: the harness knows no such file");
            Outcome {
                passed: 0,
                failed: 1,
            }
        }
    };
    println!(
        "{name}: {} passed, {} failed",
        outcome.passed, outcome.failed
    );
    outcome
}
