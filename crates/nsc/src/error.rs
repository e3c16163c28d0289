//! Failures of commands: kinds with a stable exit status, causes, and what to do next.

use std::error::Error;
use std::fmt;
use std::num::NonZeroUsize;
use std::process::ExitCode;

use nsc_core::edit::Difference;
use schemars::JsonSchema;
use serde::Serialize;

/// What sort of failure it is; decides the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// Refused, or failed for a reason that is none of the others.
    Failed,
    /// The command line makes no sense.
    Usage,
    /// Something that was named does not exist.
    NotFound,
    /// Something exists already, or was changed underneath.
    Conflict,
    /// No key that may sign is at hand.
    NoKey,
    /// A server, or the way to it.
    Server,
    /// Some of the work was done, some failed.
    Partial,
}

impl Kind {
    /// The exit status of the process.
    pub fn status(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::Conflict => 4,
            Self::NoKey => 5,
            Self::Server => 6,
            Self::Partial => 7,
        }
    }
}

impl From<Kind> for ExitCode {
    fn from(kind: Kind) -> Self {
        Self::from(kind.status())
    }
}

/// Why a command ended without doing what it was asked.
#[derive(Clone, Debug)]
pub struct CliError {
    /// What sort it is.
    pub kind: Kind,
    /// What happened, to which thing.
    pub message: String,
    /// Why, nearest cause first.
    pub causes: Vec<String>,
    /// What to do next; a command to type stands in backticks.
    pub hints: Vec<String>,
    /// What was asked for and is otherwise, where that is the reason.
    pub differences: Vec<Difference>,
    /// The line of a batch that failed, from 1.
    pub line: Option<NonZeroUsize>,
}

impl CliError {
    /// A failure of a kind.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            causes: Vec::new(),
            hints: Vec::new(),
            differences: Vec::new(),
            line: None,
        }
    }

    /// Refused or failed.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Kind::Failed, message)
    }

    /// A mistake in the flags that the parser cannot see.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Something named does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, message)
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds an error and its own causes.
    #[must_use]
    pub fn caused_by(mut self, error: &dyn Error) -> Self {
        let mut next = Some(error);
        while let Some(cause) = next {
            self.causes.push(cause.to_string());
            next = cause.source();
        }
        self
    }

    /// Message and causes, for places that have one line.
    pub fn on_one_line(&self) -> String {
        let causes = self.causes.iter().map(String::as_str);
        let texts: Vec<&str> = [self.message.as_str()].into_iter().chain(causes).collect();
        texts.join(": ")
    }

    /// Wraps an error of a library: its text, its causes.
    pub fn wrap(kind: Kind, error: &dyn Error) -> Self {
        let mut wrapped = Self::new(kind, error.to_string());
        if let Some(source) = error.source() {
            wrapped = wrapped.caused_by(source);
        }
        wrapped
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for CliError {}

impl From<nsc_store::ErrorKind> for Kind {
    fn from(kind: nsc_store::ErrorKind) -> Self {
        match kind {
            nsc_store::ErrorKind::NotFound => Self::NotFound,
            nsc_store::ErrorKind::Exists => Self::Conflict,
            nsc_store::ErrorKind::NoKey => Self::NoKey,
            _ => Self::Failed,
        }
    }
}

impl From<nsc_store::StoreError> for CliError {
    fn from(error: nsc_store::StoreError) -> Self {
        let wrapped = Self::wrap(error.kind().into(), &error);
        match next_step(&error) {
            Some(hint) => wrapped.hint(hint),
            None => wrapped,
        }
    }
}

/// What to do next.
fn next_step(error: &nsc_store::StoreError) -> Option<&'static str> {
    use nsc_store::StoreError;
    Some(match error {
        StoreError::NoStoreRoot | StoreError::StoreRootMissing { .. } => {
            "nsc env --store DIR (`nsc env` shows what is set)"
        }
        StoreError::NoOperator => {
            "nsc select operator NAME, or nsc add operator NAME (`nsc env` shows what is set)"
        }
        StoreError::NoAccount => {
            "nsc select account NAME, or nsc add account NAME (`nsc env` shows what is set)"
        }
        StoreError::CwdOnly => "unset NSC_CWD_ONLY",
        StoreError::OneFolder { .. } => "leave out `--store`, or unset NSC_STORE",
        StoreError::AnotherOperator { .. } => "one batch for each operator",
        StoreError::NotFound {
            what: "operator", ..
        } => "nsc list operators",
        StoreError::NotFound {
            what: "account", ..
        } => "nsc list accounts",
        StoreError::NotFound { what: "user", .. } => "nsc list users",
        StoreError::AlreadyExists {
            what: "operator", ..
        } => "nsc list operators, and take another name",
        StoreError::AlreadyExists {
            what: "account", ..
        } => "nsc list accounts, and take another name",
        StoreError::AlreadyExists { what: "user", .. } => "nsc list users, and take another name",
        StoreError::BadSeedFile { .. } => "nsc list keys --all (shows such files as BAD)",
        StoreError::Conflict { .. } => "look at what changed, then give the command again",
        StoreError::KeystoreNotFolder { .. } => "--keystore-dir DIR",
        StoreError::Locked { .. } => {
            "wait for it to end, or allow more with --lock-timeout SECONDS"
        }
        StoreError::Signer(error) => return signer_step(error),
        StoreError::Unfinished { .. } => "nsc env (any command finishes it)",
        _ => return None,
    })
}

/// How to come by a key that may sign.
fn signer_step(error: &nsc_store::SignerError) -> Option<&'static str> {
    use nsc_store::SignerError;
    Some(match error {
        SignerError::IdentityKey { .. } | SignerError::NotListed { .. } => {
            "nsc list keys (shows the keys that may sign and which of them are stored)"
        }
        SignerError::NoSigningKey { .. } => "-K KEY with a signing key, once there is one",
        SignerError::NoneStored { .. }
        | SignerError::NotStored { .. }
        | SignerError::RoleNotStored { .. } => {
            "-K SEED-FILE, or put the seed into the keystore (`nsc list keys` shows what is stored)"
        }
        SignerError::Unknown { .. } => "nsc describe account (shows roles and signing keys)",
        _ => return None,
    })
}

impl From<nsc_resolver::ErrorKind> for Kind {
    fn from(kind: nsc_resolver::ErrorKind) -> Self {
        use nsc_resolver::ErrorKind;
        match kind {
            ErrorKind::Input => Self::Usage,
            ErrorKind::File | ErrorKind::TooLarge => Self::Failed,
            _ => Self::Server,
        }
    }
}

impl From<nsc_resolver::ResolverError> for CliError {
    fn from(error: nsc_resolver::ResolverError) -> Self {
        Self::wrap(error.kind().into(), &error)
    }
}

impl From<nsc_store::SignerError> for CliError {
    fn from(error: nsc_store::SignerError) -> Self {
        nsc_store::StoreError::from(error).into()
    }
}

/// Errors about a value that was typed.
macro_rules! refused {
    ($($error:ty),* $(,)?) => {
        $(
            impl From<$error> for CliError {
                fn from(error: $error) -> Self {
                    Self::wrap(Kind::Failed, &error)
                }
            }
        )*
    };
}

refused!(
    nsc_core::keys::KeyError,
    nsc_core::jwt::DecodeError,
    nsc_core::jwt::EncodeError,
    nsc_core::edit::MappingEditError,
    nsc_core::value::ValueError,
);

/// Errors of edits that know whether something named is missing.
macro_rules! refused_or_missing {
    ($($error:ty),* $(,)?) => {
        $(
            impl From<$error> for CliError {
                fn from(error: $error) -> Self {
                    let kind = if error.is_not_found() { Kind::NotFound } else { Kind::Failed };
                    Self::wrap(kind, &error)
                }
            }
        )*
    };
}

refused_or_missing!(
    nsc_core::edit::ActivationError,
    nsc_core::edit::ExportError,
    nsc_core::edit::RevocationError,
);

impl From<nsc_core::edit::ImportError> for CliError {
    fn from(error: nsc_core::edit::ImportError) -> Self {
        let kind = if error.is_not_found() {
            Kind::NotFound
        } else if error.is_duplicate() {
            Kind::Conflict
        } else {
            Kind::Failed
        };
        Self::wrap(kind, &error)
    }
}
