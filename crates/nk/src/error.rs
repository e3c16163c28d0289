//! Everything that ends a run with status 1.

use std::io;

use nsc_core::keys::KeyError;
use thiserror::Error;

use crate::flags::FlagError;
use crate::vanity::PrefixError;

/// Why `nk` could not do what was asked. Files are named in printable form.
#[derive(Debug, Error)]
pub(crate) enum Error {
    #[error("-e gives entropy to -gen, which is not given")]
    EntropyAlone,
    #[error("`{file}` ended after {attempts} attempts, and none of them fits the prefix")]
    EntropyEnded { file: String, attempts: u64 },
    #[error("`{file}` holds less than the 32 bytes that a key needs")]
    EntropyShort { file: String },
    #[error(transparent)]
    Flag(#[from] FlagError),
    #[error("no usable key for {flag} in `{file}`")]
    Key {
        flag: &'static str,
        file: String,
        source: KeyError,
    },
    #[error("{action} needs {flag}")]
    Missing {
        action: &'static str,
        flag: &'static str,
        hint: &'static str,
    },
    #[error("none of {attempts} attempts fits the prefix")]
    NotFound { attempts: i64 },
    #[error("nothing to do")]
    NothingToDo,
    #[error("cannot write the result")]
    Output(#[source] io::Error),
    #[error("no key can begin like this")]
    Prefix(#[source] PrefixError),
    #[error("the system gives no random bytes")]
    Random(#[source] getrandom::Error),
    #[error("cannot read `{file}`")]
    Read { file: String, source: io::Error },
    #[error("cannot sign with the key in `{file}`")]
    Sign { file: String, source: KeyError },
    #[error("`{file}` holds no signature")]
    SignatureText { file: String },
    #[error("standard input is wanted twice")]
    StdinTwice,
    #[error("`{file}` is larger than {limit} bytes")]
    TooLarge { file: String, limit: u64 },
    #[error("unknown key type `{name}`")]
    UnknownType { name: String },
    #[error("`{file}` is not verified")]
    Verify { file: String, source: KeyError },
}

impl Error {
    /// What to try next, if there is something.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::EntropyAlone => Some("add -gen TYPE"),
            Self::EntropyEnded { .. } => Some("give a longer file, or leave -e out"),
            Self::EntropyShort { .. } => Some("give a longer file, or leave -e out"),
            Self::Flag(_) => Some("run `nk -h` for all flags"),
            Self::Key { flag: "-pubin", .. } => Some("-inkey is the flag for seeds"),
            Self::Key { .. } => Some("the file must have a line that is a seed"),
            Self::Missing { hint, .. } => Some(hint),
            Self::NotFound { .. } => Some("try again, raise -maxpre or take fewer letters"),
            Self::NothingToDo => Some("give -gen, -sign, -verify, or -inkey with -pubout"),
            Self::Prefix(_) => Some("the letters of -pre follow the one for the type"),
            Self::SignatureText { .. } => Some("it must be base64url, as `nk -sign` prints it"),
            Self::StdinTwice => Some("give a file for all but one of the flags"),
            Self::TooLarge { .. } => Some("give the file that holds the key or signature only"),
            Self::UnknownType { .. } => {
                Some("take one of operator, account, user, server, cluster, curve")
            }
            Self::Output(_)
            | Self::Random(_)
            | Self::Read { .. }
            | Self::Sign { .. }
            | Self::Verify { .. } => None,
        }
    }
}
