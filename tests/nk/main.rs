//! Black-box tests of the nk binary.

mod flags;
mod generate;
mod key_files;
mod sign_verify;
mod vanity;

use nsc_testkit::{Call, TestHome};

/// The key that 32 zero bytes make.
const SEED: &str = "SUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEQ";
const PUBLIC: &str = "UA5WUJ54Z23KILLCUOUNAKTPBVZWKMQVO4O6EQ5GHLAERIMLLHNCTYM5";

/// Another user key.
const OTHER_SEED: &str = "SUANIIEBDOUYX2NBXUDZI44K7OH6IC2S7TQIPQ5LCT2VI62BYKQJ5X6PAI";
const OTHER_PUBLIC: &str = "UDFTDSK5VM3A4LIULJ6BXOIFUXFNWS3MBCGNEAHCEKE3GB34VQD63MI6";

fn home() -> TestHome {
    TestHome::new(env!("CARGO_BIN_EXE_nk"))
}

/// Runs nk and expects nothing but this on standard output, and nothing on standard error.
#[track_caller]
fn prints(call: Call<'_>, expected: &str) {
    let output = call.secret_expected().success();
    assert_eq!(output.stdout(), expected, "{output}");
    assert_eq!(output.stderr(), "", "{output}");
}

/// Runs nk and expects status 1, nothing on standard output and one line on standard error that has `text`.
#[track_caller]
fn fails(call: Call<'_>, text: &str) {
    let output = call.failure(1);
    assert_eq!(output.stdout(), "", "{output}");
    output.stderr_has(text);
    assert!(output.stderr().starts_with("nk: "), "{output}");
    assert_eq!(output.stderr().lines().count(), 1, "{output}");
}
