//! What an error is about, for machines: a kind and a name.

use std::path::Path;

use nsc_core::edit::{
    ActivationError, ExportError, ImportError, MappingEditError, RevocationError,
};
use nsc_resolver::ResolverError;
use nsc_store::history::UndoError;
use nsc_store::{SignerError, StoreError};
use schemars::JsonSchema;
use serde::Serialize;

/// What sort of thing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EntityKind {
    /// An account, by name or public key.
    Account,
    /// A word that is no command, or a command.
    Command,
    /// A recorded commit, by number.
    Commit,
    /// An export, by subject or name.
    Export,
    /// A field of a file or JWT.
    Field,
    /// A file, by path or URL.
    File,
    /// A flag, as it is typed.
    Flag,
    /// A folder, by path.
    Folder,
    /// An import, by subject or name.
    Import,
    /// A key, by its public key.
    Key,
    /// The keystore, by path.
    Keystore,
    /// A subject mapping, by the subject that is mapped.
    Mapping,
    /// An operator, by name.
    Operator,
    /// A release of this program, by version.
    Release,
    /// A role: a signing key with a scope, by name.
    Role,
    /// A server, by URL.
    Server,
    /// A subject.
    Subject,
    /// A user, by name or public key.
    User,
    /// A value that was typed.
    Value,
    /// An environment variable.
    Variable,
}

impl EntityKind {
    /// The word for it in a message.
    pub fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Command => "command",
            Self::Commit => "commit",
            Self::Export => "export",
            Self::Field => "field",
            Self::File => "file",
            Self::Flag => "flag",
            Self::Folder => "folder",
            Self::Import => "import",
            Self::Key => "key",
            Self::Keystore => "keystore",
            Self::Mapping => "mapping",
            Self::Operator => "operator",
            Self::Release => "release",
            Self::Role => "role",
            Self::Server => "server",
            Self::Subject => "subject",
            Self::User => "user",
            Self::Value => "value",
            Self::Variable => "variable",
        }
    }

    /// The kind that a word of the libraries or of a message stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "account" => Self::Account,
            "commit" => Self::Commit,
            "creds" => Self::File,
            "key" => Self::Key,
            "operator" => Self::Operator,
            "user" => Self::User,
            _ => return None,
        })
    }
}

/// The thing that an error is about.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Entity {
    // In alphabetical order, as all of a document.
    /// What sort of thing it is.
    pub kind: EntityKind,
    /// Its name: which one it is.
    pub name: String,
}

impl Entity {
    /// A thing of a kind.
    pub fn new(kind: EntityKind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
        }
    }

    /// A file.
    pub fn file(path: &Path) -> Self {
        Self::new(EntityKind::File, path.display().to_string())
    }
}

/// Errors of libraries that may know what they are about.
pub(crate) trait About {
    /// What the error is about.
    fn entity(&self) -> Option<Entity>;
}

impl About for StoreError {
    fn entity(&self) -> Option<Entity> {
        let folder = |path: &Path| Entity::new(EntityKind::Folder, path.display().to_string());
        match self {
            Self::NotFound { what, name, .. }
            | Self::AlreadyExists { what, name }
            | Self::Name { what, name, .. } => {
                EntityKind::of_word(what).map(|kind| Entity::new(kind, name))
            }
            Self::Undo {
                source: UndoError::Changed { path },
                ..
            } => Some(Entity::file(path)),
            Self::Undo { id, .. } => Some(Entity::new(EntityKind::Commit, id.to_string())),
            Self::CwdOnly => Some(Entity::new(EntityKind::Variable, "NSC_CWD_ONLY")),
            Self::StoreRootMissing { path } | Self::Locked { path, .. } => Some(folder(path)),
            Self::KeystoreNotFolder { path } => Some(Entity::new(
                EntityKind::Keystore,
                path.display().to_string(),
            )),
            Self::Signer(error) => error.entity(),
            other => other.path().map(Entity::file),
        }
    }
}

impl About for SignerError {
    fn entity(&self) -> Option<Entity> {
        Some(match self {
            Self::Unknown { value } => Entity::new(EntityKind::Key, value),
            Self::NotAKeyFile { path } => Entity::file(path),
            Self::RoleNotStored { role, .. } => Entity::new(EntityKind::Role, role),
            Self::WrongKind { key, .. }
            | Self::NotListed { key, .. }
            | Self::IdentityKey { key, .. }
            | Self::NotStored { key }
            | Self::PublicOnly { key } => Entity::new(EntityKind::Key, key.to_text()),
            Self::NoneStored { candidates, .. } => match candidates.as_slice() {
                [only] => Entity::new(EntityKind::Key, only.to_text()),
                _ => return None,
            },
            _ => return None,
        })
    }
}

impl About for ResolverError {
    fn entity(&self) -> Option<Entity> {
        let server = |url: &str| Entity::new(EntityKind::Server, url);
        Some(match self {
            Self::Url { url, .. }
            | Self::TlsUnavailable { url }
            | Self::TlsHandshake { url, .. }
            | Self::Sign { url, .. }
            | Self::Authorization { url }
            | Self::ControlLine { url, .. }
            | Self::ConnectionRefused { url, .. }
            | Self::Closed { url, .. }
            | Self::HttpTransport { url, .. }
            | Self::HttpStatus { url, .. }
            | Self::HttpTooLarge { url, .. } => server(url),
            Self::MixedUrls { urls } => server(urls),
            Self::NoServers { attempts } => match attempts.as_slice() {
                [] => return None,
                several => {
                    let urls: Vec<&str> = several.iter().map(|(url, _)| url.as_str()).collect();
                    server(&urls.join(","))
                }
            },
            Self::File { path, .. }
            | Self::Pem { path, .. }
            | Self::ClientCertificateHalf { path, .. } => Entity::file(path),
            Self::NoResponders { subject } => Entity::new(EntityKind::Subject, subject),
            Self::Input { text, .. } => Entity::new(EntityKind::Value, text),
            Self::CurveName { name } => Entity::new(EntityKind::Value, name),
            _ => return None,
        })
    }
}

impl About for ExportError {
    fn entity(&self) -> Option<Entity> {
        Some(match self {
            Self::None { account } | Self::Several { account, .. } => {
                Entity::new(EntityKind::Account, account)
            }
            Self::NotFound { subject, .. }
            | Self::ServicesOnly { subject, .. }
            | Self::SamplingWithoutResults { subject } => Entity::new(EntityKind::Export, subject),
            Self::ResponseType(text) => Entity::new(EntityKind::Value, text),
            _ => return None,
        })
    }
}

impl About for ImportError {
    fn entity(&self) -> Option<Entity> {
        Some(match self {
            Self::FromItself { account }
            | Self::NotForAccount { account, .. }
            | Self::None { account }
            | Self::Several { account, .. } => Entity::new(EntityKind::Account, account),
            Self::ShareOfStream { subject }
            | Self::Duplicate { subject, .. }
            | Self::NotFound { subject, .. } => Entity::new(EntityKind::Import, subject),
            Self::ReferenceTwice { local, .. } => Entity::new(EntityKind::Subject, local),
            _ => return None,
        })
    }
}

impl About for ActivationError {
    fn entity(&self) -> Option<Entity> {
        Some(match self {
            Self::NoExports { account }
            | Self::NoPrivateExports { account }
            | Self::Several { account, .. }
            | Self::OwnAccount { account } => Entity::new(EntityKind::Account, account),
            Self::Subject { subject, .. } => Entity::new(EntityKind::Subject, subject),
            Self::NotCovered { subject, .. } => Entity::new(EntityKind::Export, subject),
            _ => return None,
        })
    }
}

impl About for RevocationError {
    fn entity(&self) -> Option<Entity> {
        Some(match self {
            Self::NoUsers { account }
            | Self::NoExports { account, .. }
            | Self::Several { account, .. } => Entity::new(EntityKind::Account, account),
            Self::NotRevoked { key, .. } => Entity::new(EntityKind::Key, key),
            Self::Export(error) => return error.entity(),
            _ => return None,
        })
    }
}

impl About for MappingEditError {
    fn entity(&self) -> Option<Entity> {
        match self {
            Self::Reference { from, .. } => Some(Entity::new(EntityKind::Mapping, from)),
            _ => None,
        }
    }
}
