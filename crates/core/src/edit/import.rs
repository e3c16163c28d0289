//! Imports: what an account takes from others.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::claims::{AccountClaims, Activation, ActivationClaims, ExportKind, Import};
use crate::creds;
use crate::edit::{Change, sharing_changes};
use crate::jwt::{self, DecodeError};
use crate::keys::{KeyError, KeyKind, PublicKey};
use crate::subject;

/// An import to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewImport {
    /// What is imported.
    pub source: ImportSource,
    /// Name for people; the remote subject, or the token's name, when empty.
    pub name: String,
    /// Subject inside the importing account; may hold `$N` references.
    pub local_subject: Option<String>,
    /// Latency data is shared with the exporter; services only.
    pub share: bool,
    /// Message traces may cross; streams only.
    pub allow_trace: bool,
}

/// What is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportSource {
    /// A public export, or a private one whose token comes later.
    Public {
        /// The exporting account.
        account: PublicKey,
        /// Subject as exported.
        subject: String,
        /// Stream or service.
        kind: ExportKind,
    },
    /// What an activation token allows.
    Token(Box<ActivationToken>),
}

/// An activation token that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct ActivationToken {
    /// The bare token.
    pub token: String,
    /// What it says.
    pub claims: ActivationClaims,
}

impl Eq for ActivationToken {}

impl ActivationToken {
    /// Reads a bare or decorated activation.
    ///
    /// # Errors
    /// What is wrong with it, or that it is a token of another type.
    pub fn read(text: &str) -> Result<Self, DecodeError> {
        let token = creds::read_jwt(text).to_owned();
        let claims = jwt::decode_as::<Activation>(&token)?;
        Ok(Self { token, claims })
    }
}

/// Why imports cannot be changed as asked.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportError {
    /// The account would import from itself.
    #[error("account `{account}` cannot import from itself")]
    FromItself {
        /// Name of the account.
        account: String,
    },
    /// The token says neither stream nor service.
    #[error("the activation token is neither for a stream nor for a service")]
    NoKind,
    /// The token was made for somebody else.
    #[error("the activation token is for account `{target}`, not for `{account}`")]
    NotForAccount {
        /// The account it is for.
        target: String,
        /// Public key of the importing account.
        account: String,
    },
    /// The exporting account of the token is none.
    #[error("the activation token names no exporting account")]
    Source(#[source] KeyError),
    /// Latency data of a stream.
    #[error("`{subject}` is a stream: only services share latency data")]
    ShareOfStream {
        /// The remote subject.
        subject: String,
    },
    /// The same is imported already.
    #[error("account `{account}` imports the {} `{subject}` from `{source_account}` already", kind.name())]
    Duplicate {
        /// Name of the account.
        account: String,
        /// Stream or service.
        kind: ExportKind,
        /// The remote subject.
        subject: String,
        /// Public key of the exporting account.
        source_account: String,
    },
    /// A reference stands twice, so that another wildcard is lost.
    #[error(
        "local subject `{local}` uses `{reference}` twice: servers want each wildcard of `{subject}` once"
    )]
    ReferenceTwice {
        /// The local subject.
        local: String,
        /// The reference.
        reference: String,
        /// The remote subject.
        subject: String,
    },
    /// Nothing is imported.
    #[error("account `{account}` has no imports")]
    None {
        /// Name of the account.
        account: String,
    },
    /// No import fits.
    #[error("account `{account}` has no such import of `{subject}`")]
    NotFound {
        /// Name of the account.
        account: String,
        /// The remote subject.
        subject: String,
    },
    /// Several fit.
    #[error("several imports of account `{account}` fit: {}", fitting.join(", "))]
    Several {
        /// Name of the account.
        account: String,
        /// Subject and exporting account of each.
        fitting: Vec<String>,
    },
}

impl ImportError {
    /// Whether something that was named is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::None { .. } | Self::NotFound { .. })
    }

    /// Whether the import is there already.
    pub fn is_duplicate(&self) -> bool {
        matches!(self, Self::Duplicate { .. })
    }
}

impl NewImport {
    /// Adds the import; tells what was added.
    ///
    /// What only the other kind has is left out: tracing of a service. Whether the source exports
    /// the subject is not asked.
    ///
    /// # Errors
    /// [`ImportError`]; the claims are unchanged then. Overlaps and limits are judged with the whole
    /// claims.
    pub fn apply(&self, claims: &mut AccountClaims) -> Result<Import, ImportError> {
        let mut import = self.source.import(claims)?;
        if import.account == claims.sub {
            return Err(ImportError::FromItself {
                account: claims.name.clone(),
            });
        }
        if self.share && import.is_stream() {
            return Err(ImportError::ShareOfStream {
                subject: import.subject,
            });
        }
        import.share = self.share;
        import.allow_trace = self.allow_trace && import.is_stream();
        if !self.name.is_empty() {
            import.name.clone_from(&self.name);
        }
        if let Some(local) = &self.local_subject {
            check_references(local, &import.subject)?;
            import.local_subject.clone_from(local);
        }
        refuse_duplicate(&import, claims)?;
        claims.nats.imports.push(Some(import.clone()));
        Ok(import)
    }

    /// What there is to tell about an import that was added.
    pub fn changes(import: &Import) -> Vec<Change> {
        sharing_changes::of_import(import)
    }
}

impl ImportSource {
    /// Stream or service; `None` where a token says neither.
    pub fn kind(&self) -> Option<ExportKind> {
        match self {
            Self::Public { kind, .. } => Some(*kind),
            Self::Token(token) => token.claims.nats.kind,
        }
    }

    fn import(&self, importer: &AccountClaims) -> Result<Import, ImportError> {
        match self {
            Self::Public {
                account,
                subject,
                kind,
            } => Ok(Import {
                name: subject.clone(),
                subject: subject.clone(),
                account: account.to_text(),
                kind: Some(*kind),
                ..Import::default()
            }),
            Self::Token(token) => token.import(importer),
        }
    }
}

impl ActivationToken {
    fn import(&self, importer: &AccountClaims) -> Result<Import, ImportError> {
        let Self { token, claims } = self;
        if claims.sub != importer.sub {
            return Err(ImportError::NotForAccount {
                target: claims.sub.clone(),
                account: importer.sub.clone(),
            });
        }
        let account = PublicKey::parse_kind(claims.account(), KeyKind::Account)
            .map_err(ImportError::Source)?;
        let kind = claims.nats.kind.ok_or(ImportError::NoKind)?;
        let subject = &claims.nats.subject;
        let name = if claims.name.is_empty() {
            subject
        } else {
            &claims.name
        };
        Ok(Import {
            name: name.clone(),
            subject: subject.clone(),
            account: account.to_text(),
            token: token.clone(),
            // Requests need a subject of their own; streams keep the remote one.
            local_subject: match kind {
                ExportKind::Service => subject.clone(),
                ExportKind::Stream => String::new(),
            },
            kind: Some(kind),
            ..Import::default()
        })
    }
}

/// Counting alone would let `$1.$1` stand for two wildcards.
fn check_references(local: &str, subject: &str) -> Result<(), ImportError> {
    let mut seen = BTreeSet::new();
    let references = local
        .split('.')
        .filter(|token| subject::reference(token).is_some());
    for reference in references {
        if !seen.insert(reference) {
            return Err(ImportError::ReferenceTwice {
                local: local.to_owned(),
                reference: reference.to_owned(),
                subject: subject.to_owned(),
            });
        }
    }
    Ok(())
}

fn refuse_duplicate(import: &Import, claims: &AccountClaims) -> Result<(), ImportError> {
    let same = |other: &&Import| {
        other.kind == import.kind
            && other.account == import.account
            && other.subject == import.subject
    };
    match (claims.imports().find(same), import.kind) {
        (Some(_), Some(kind)) => Err(ImportError::Duplicate {
            account: claims.name.clone(),
            kind,
            subject: import.subject.clone(),
            source_account: import.account.clone(),
        }),
        _ => Ok(()),
    }
}

/// Which import is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportChoice {
    /// Its remote subject, to the letter; may be absent where there is only one.
    pub subject: Option<String>,
    /// Public key of the exporting account.
    pub account: Option<String>,
    /// Stream or service.
    pub kind: Option<ExportKind>,
}

impl ImportChoice {
    /// The place of the import in the claims. Of a stream and a service with the same subject from
    /// the same account it is the first.
    ///
    /// # Errors
    /// [`ImportError::None`], [`ImportError::NotFound`], [`ImportError::Several`].
    pub fn find(&self, claims: &AccountClaims) -> Result<usize, ImportError> {
        let account = || claims.name.clone();
        if claims.imports().next().is_none() {
            return Err(ImportError::None { account: account() });
        }
        let fitting: Vec<(usize, &Import)> = self.fitting(claims).collect();
        match fitting.as_slice() {
            [] => Err(ImportError::NotFound {
                account: account(),
                subject: self.subject.clone().unwrap_or_default(),
            }),
            [(place, _)] => Ok(*place),
            [(place, _), ..] if self.subject.is_some() && self.account.is_some() => Ok(*place),
            several => Err(ImportError::Several {
                account: account(),
                fitting: several.iter().map(|(_, import)| describe(import)).collect(),
            }),
        }
    }

    /// Whether a stream and a service fit, so that only their order tells which one is meant.
    pub fn is_ambiguous(&self, claims: &AccountClaims) -> bool {
        self.fitting(claims).nth(1).is_some()
    }

    fn fitting<'a>(
        &self,
        claims: &'a AccountClaims,
    ) -> impl Iterator<Item = (usize, &'a Import)> + use<'a, '_> {
        let fits = move |import: &Import| {
            let is = |wanted: &Option<String>, found: &str| {
                wanted.as_deref().is_none_or(|wanted| wanted == found)
            };
            is(&self.subject, &import.subject)
                && is(&self.account, &import.account)
                && self.kind.is_none_or(|kind| import.kind == Some(kind))
        };
        let places = claims.nats.imports.iter().enumerate();
        places
            .filter_map(|(place, import)| Some((place, import.as_ref()?)))
            .filter(move |(_, import)| fits(import))
    }

    /// Takes the import out of the claims.
    ///
    /// # Errors
    /// As [`find`](Self::find); the claims are unchanged then.
    pub fn remove(&self, claims: &mut AccountClaims) -> Result<(Import, Change), ImportError> {
        let place = self.find(claims)?;
        let import = claims.nats.imports.remove(place).unwrap_or_default();
        let what = match import.kind {
            Some(ExportKind::Service) => "service import",
            Some(ExportKind::Stream) => "stream import",
            None => "import",
        };
        let change = Change::removed(what, &import.subject);
        Ok((import, change))
    }
}

fn describe(import: &Import) -> String {
    let kind = import.kind.map_or("import", ExportKind::name);
    format!("{kind} `{}` from `{}`", import.subject, import.account)
}
