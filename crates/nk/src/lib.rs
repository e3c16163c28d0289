//! `nk` makes and uses NATS keys.
//!
//! # Synopsis
//! ```text
//! nk -gen TYPE [-pubout] [-e FILE]                      make a key
//! nk -gen TYPE -pre LETTERS [-maxpre N] [-e FILE]       look for a key with a nice public key
//! nk -inkey FILE -pubout                                print the public key of a seed
//! nk -sign FILE -inkey FILE                             sign a file
//! nk -verify FILE -sigfile FILE (-inkey|-pubin FILE)    check a signature
//! nk -v
//! ```
//!
//! # Conventions
//! Flags are written with one dash or two, their value after `=` or as the next argument. Parsing stops at the first
//! argument that is no flag; when a flag is given twice, the last one counts. When flags ask for several things, the
//! first of this order is done: `-v`, `-gen`, `-sign`, `-verify`, `-inkey` with `-pubout`.
//!
//! Wherever a file is wanted, `-` is standard input, for one file of a command. A key file may hold other lines, such as
//! comments or the rest of a creds file: the first line that is a key of the wanted sort is taken.
//!
//! Results go to standard output, one a line; failures go to standard error in one line that never shows a secret.
//! Exit status is 0 when done and 1 when not.
//!
//! # Vanity keys
//! `-pre` uses all cores and makes exactly `-maxpre` attempts at most. The letters are those after the type letter, of
//! which the first is always one of `A` to `D`; every further letter makes the search 32 times longer. Each
//! candidate is an independent random seed, so the key found is as good as any other. With `-e` the file is read on
//! through, 32 bytes an attempt.
//!
//! # Map
//! `options` says which flags there are, `flags` how they are read, `commands` does what they ask for, `vanity` searches,
//! `input` reads files and standard input.
#![warn(missing_docs)]

mod commands;
mod error;
mod flags;
mod input;
mod options;
mod shown;
mod vanity;

use std::error::Error as _;
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use commands::Outcome;
use error::Error;
use flags::Parsed;
pub use options::usage;
use options::{FLAGS, Options};

/// A flag, as the documentation tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlagHelp {
    /// Its name, without the dash.
    pub name: &'static str,
    /// What the help calls its value; empty for switches.
    pub value: &'static str,
    /// What it does; empty for another name of the flag before.
    pub about: &'static str,
}

/// All flags, in the order of the help.
pub fn flags() -> Vec<FlagHelp> {
    let known = FLAGS.iter().map(|flag| FlagHelp {
        name: flag.name,
        value: flag.value,
        about: flag.about,
    });
    known.collect()
}

/// Where a run reads from and writes to.
pub struct Streams<'a> {
    /// What `-` stands for as a file name.
    pub stdin: &'a mut (dyn Read + Send),
    /// Results.
    pub stdout: &'a mut dyn Write,
    /// Complaints.
    pub stderr: &'a mut dyn Write,
    /// Whether a long search may draw on the terminal behind the process's standard error.
    pub show_progress: bool,
}

/// Runs `nk` with the arguments that follow the program's name.
pub fn run(args: impl IntoIterator<Item = OsString>, streams: Streams<'_>) -> ExitCode {
    let Streams {
        stdin,
        stdout,
        stderr,
        show_progress,
    } = streams;
    let done = answer(args, stdin, show_progress).and_then(|text| print(stdout, &text));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // With standard error gone there is nobody left to tell.
            let _ = complain(stderr, &error);
            ExitCode::FAILURE
        }
    }
}

fn answer(
    args: impl IntoIterator<Item = OsString>,
    stdin: &mut (dyn Read + Send),
    show_progress: bool,
) -> Result<Outcome, Error> {
    let mut options = Options::default();
    match flags::parse(args, &FLAGS, &mut options)? {
        Parsed::Help => Ok(Outcome::from(usage())),
        Parsed::Flags => commands::run(&options, stdin, show_progress),
    }
}

fn print(stdout: &mut dyn Write, text: &str) -> Result<(), Error> {
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        // The reader has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(Error::Output),
    }
}

fn complain(stderr: &mut dyn Write, error: &Error) -> io::Result<()> {
    write!(stderr, "nk: {error}")?;
    if let Some(cause) = error.source() {
        write!(stderr, ": {cause}")?;
    }
    match error.hint() {
        Some(hint) => writeln!(stderr, "; {hint}")?,
        None => writeln!(stderr)?,
    }
    if matches!(error, Error::NothingToDo) {
        write!(stderr, "\n{}", usage())
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_with(args: &[&str], stdin: &[u8]) -> (ExitCode, String, String) {
        let (mut stdin, mut stdout, mut stderr) = (stdin, Vec::new(), Vec::new());
        let streams = Streams {
            stdin: &mut stdin,
            stdout: &mut stdout,
            stderr: &mut stderr,
            show_progress: false,
        };
        let code = run(args.iter().map(OsString::from), streams);
        (
            code,
            String::from_utf8(stdout).unwrap(),
            String::from_utf8(stderr).unwrap(),
        )
    }

    #[test]
    fn results_go_to_stdout_and_failures_to_stderr() {
        let (code, stdout, stderr) = run_with(&["-gen", "user", "-e", "-", "-pubout"], &[0; 32]);
        assert_eq!(code, ExitCode::SUCCESS);
        assert!(stdout.starts_with("SUAAAA") && stdout.ends_with("CTYM5\n"));
        assert_eq!(stderr, "");

        let (code, stdout, stderr) = run_with(&["-gen", "user", "-e", "-", "-pubout"], &[0; 31]);
        assert_eq!(code, ExitCode::FAILURE);
        assert_eq!(stdout, "");
        assert!(
            stderr.starts_with("nk: ") && stderr.lines().count() == 1,
            "{stderr}"
        );
    }

    #[test]
    fn a_reader_that_left_is_no_failure() {
        struct Gone(io::ErrorKind);
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(self.0.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        assert!(print(&mut Gone(io::ErrorKind::BrokenPipe), "text").is_ok());
        assert!(matches!(
            print(&mut Gone(io::ErrorKind::StorageFull), "text"),
            Err(Error::Output(_))
        ));
    }
}
