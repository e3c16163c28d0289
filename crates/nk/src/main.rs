//! The `nk` binary; everything is in the library beside it.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

fn main() -> ExitCode {
    let streams = nk::Streams {
        stdin: &mut io::stdin(),
        stdout: &mut io::stdout().lock(),
        stderr: &mut io::stderr(),
        show_progress: io::stderr().is_terminal(),
    };
    nk::run(std::env::args_os().skip(1), streams)
}
