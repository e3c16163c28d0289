//! What becomes of the errors of core, store and resolver: their kind, what they are about, and the next step.

use super::{CliError, Kind};
use crate::argv::quoted;
use crate::entity::About;
use crate::similar;
use crate::suggest::{self, Missing};

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
        let mut wrapped = Self::wrap(error.kind().into(), &error).about_entity(error.entity());
        wrapped.missing = Missing::of(&error).map(Box::new);
        wrapped.hints = next_steps(&error);
        wrapped
    }
}

/// What to do next. What depends on what else there is comes later, from [`crate::suggest`].
fn next_steps(error: &nsc_store::StoreError) -> Vec<String> {
    use nsc_store::StoreError;
    let step = match error {
        StoreError::CwdOnly => "unset NSC_CWD_ONLY",
        StoreError::OneFolder { .. } => "leave out `--store`, or unset NSC_STORE",
        StoreError::AnotherOperator { .. } => "one batch for each operator",
        StoreError::NotFound { what, within, .. } => match (*what, within) {
            ("operator", _) => "nsc list operators",
            ("account", _) => "nsc list accounts",
            ("user", Some(account)) => {
                return vec![format!("nsc list users -a {}", quoted(account))];
            }
            ("user", None) => "nsc list users",
            ("commit", _) => "nsc log",
            _ => return Vec::new(),
        },
        StoreError::AlreadyExists { what, name } => {
            let mut steps = vec![suggest::OTHER_NAME_OR_IF_ABSENT.to_owned()];
            if *what != "user" {
                steps.insert(0, format!("nsc describe {what} {}", quoted(name)));
            }
            return steps;
        }
        StoreError::BadSeedFile { .. } => "nsc list keys --all",
        StoreError::Conflict { .. } => "look at what changed, then give the command again",
        StoreError::KeystoreNotFolder { .. } => "--keystore-dir DIR",
        StoreError::Locked { .. } => {
            "wait for it to end, or allow more with --lock-timeout SECONDS"
        }
        StoreError::Signer(error) => {
            return signer_step(error).map(str::to_owned).into_iter().collect();
        }
        StoreError::Unfinished { .. } => "nsc env",
        _ => return Vec::new(),
    };
    vec![step.to_owned()]
}

/// How to come by a key that may sign.
fn signer_step(error: &nsc_store::SignerError) -> Option<&'static str> {
    use nsc_store::SignerError;
    Some(match error {
        SignerError::IdentityKey { .. } | SignerError::NotListed { .. } => "nsc list keys",
        SignerError::NoSigningKey { .. } => "nsc edit operator --sk generate",
        SignerError::NoneStored { .. }
        | SignerError::NotStored { .. }
        | SignerError::RoleNotStored { .. } => {
            "give the seed with -K FILE, or store it: nsc import keys --dir DIR"
        }
        SignerError::Unknown { .. } => "nsc list keys",
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
        Self::wrap(error.kind().into(), &error).about_entity(error.entity())
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
    nsc_core::value::ValueError,
);

impl From<nsc_core::edit::MappingEditError> for CliError {
    fn from(error: nsc_core::edit::MappingEditError) -> Self {
        Self::wrap(Kind::Failed, &error).about_entity(error.entity())
    }
}

/// Errors of edits that know whether something named is missing.
macro_rules! refused_or_missing {
    ($($error:ty),* $(,)?) => {
        $(
            impl From<$error> for CliError {
                fn from(error: $error) -> Self {
                    let kind = if error.is_not_found() { Kind::NotFound } else { Kind::Failed };
                    Self::wrap(kind, &error).about_entity(error.entity())
                }
            }
        )*
    };
}

refused_or_missing!(
    nsc_core::edit::ActivationError,
    nsc_core::edit::RevocationError,
);

impl From<nsc_core::edit::ExportError> for CliError {
    fn from(error: nsc_core::edit::ExportError) -> Self {
        use nsc_core::edit::ExportError;
        let kind = if error.is_not_found() {
            Kind::NotFound
        } else {
            Kind::Failed
        };
        let refused = Self::wrap(kind, &error).about_entity(error.entity());
        match &error {
            ExportError::NotFound {
                account, subject, ..
            } => refused.of_account(account, "export", subject),
            ExportError::None { account } => {
                refused.hint(format!("nsc describe account {}", quoted(account)))
            }
            ExportError::ResponseType(typed) => {
                let types = ["Singleton", "Stream", "Chunked"];
                match similar::question(typed, types) {
                    Some(hint) => refused.hint(hint),
                    None => refused,
                }
            }
            _ => refused,
        }
    }
}

impl From<nsc_core::edit::ImportError> for CliError {
    fn from(error: nsc_core::edit::ImportError) -> Self {
        let kind = if error.is_not_found() {
            Kind::NotFound
        } else if error.is_duplicate() {
            Kind::Conflict
        } else {
            Kind::Failed
        };
        let refused = Self::wrap(kind, &error).about_entity(error.entity());
        match &error {
            nsc_core::edit::ImportError::NotFound { account, subject } => {
                refused.of_account(account, "import", subject)
            }
            nsc_core::edit::ImportError::None { account } => {
                refused.hint(format!("nsc describe account {}", quoted(account)))
            }
            _ => refused,
        }
    }
}
