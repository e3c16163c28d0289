//! The `nsc` binary; everything lives in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    nsc::main(std::env::args_os())
}
