//! Activations: tokens that let another account import a private export.

use thiserror::Error;

use crate::claims::{AccountClaims, ActivationClaims, Export, ExportKind};
use crate::edit::DateEdit;
use crate::edit::export;
use crate::keys::PublicKey;
use crate::subject::{self, SubjectProblem};

/// An activation to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewActivation {
    /// What may be imported.
    pub subject: String,
    /// Stream or service.
    pub kind: ExportKind,
    /// The account that may import.
    pub target: PublicKey,
    /// Its validity.
    pub dates: DateEdit,
}

/// Why there is nothing to activate.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ActivationError {
    /// Nothing is exported.
    #[error("account `{account}` has no exports")]
    NoExports {
        /// Name of the account.
        account: String,
    },
    /// Nothing takes an activation.
    #[error("account `{account}` has no private exports")]
    NoPrivateExports {
        /// Name of the account.
        account: String,
    },
    /// There are several private exports, and none was named.
    #[error(
        "account `{account}` has several private exports: {}",
        export::list(subjects)
    )]
    Several {
        /// Name of the account.
        account: String,
        /// Their subjects.
        subjects: Vec<String>,
    },
    /// The subject is none.
    #[error("subject `{subject}` cannot be activated: {problem}")]
    Subject {
        /// The subject.
        subject: String,
        /// What is wrong with it.
        problem: SubjectProblem,
    },
    /// No private export covers the subject.
    #[error("no private export of account `{account}` covers `{subject}`")]
    NotCovered {
        /// Name of the account.
        account: String,
        /// The subject.
        subject: String,
    },
    /// The account cannot import from itself.
    #[error("account `{account}` cannot import from itself")]
    OwnAccount {
        /// Name of the account.
        account: String,
    },
}

impl ActivationError {
    /// Whether something that was named is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(
            self,
            Self::NoExports { .. } | Self::NoPrivateExports { .. } | Self::NotCovered { .. }
        )
    }
}

/// Which private export is to be activated, whole or in part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivatedExport {
    /// A subject that the export covers; may be absent where there is only one private export.
    pub subject: Option<String>,
    /// Stream or service, which may share a subject.
    pub kind: Option<ExportKind>,
}

impl ActivatedExport {
    /// The subject and kind to activate: those of the first private export that covers the subject.
    ///
    /// # Errors
    /// [`ActivationError`].
    pub fn find(&self, claims: &AccountClaims) -> Result<(String, ExportKind), ActivationError> {
        let private = private_exports(claims)?;
        let of_kind: Vec<(&Export, ExportKind)> = private
            .into_iter()
            .filter_map(|export| Some((export, export.kind?)))
            .filter(|(_, kind)| self.kind.is_none_or(|wanted| wanted == *kind))
            .collect();
        match (&self.subject, of_kind.as_slice()) {
            (None, [(export, kind)]) => Ok((export.subject.clone(), *kind)),
            (None, []) => Err(ActivationError::NoPrivateExports {
                account: claims.name.clone(),
            }),
            (None, several) => Err(ActivationError::Several {
                account: claims.name.clone(),
                subjects: several.iter().map(|(e, _)| e.subject.clone()).collect(),
            }),
            (Some(subject), several) => {
                let kind = covering_kind(subject, several, &claims.name)?;
                Ok((subject.clone(), kind))
            }
        }
    }

    /// Whether a stream and a service cover the subject, so that only their order tells which one is
    /// meant.
    pub fn is_ambiguous(&self, claims: &AccountClaims) -> bool {
        let Some(subject) = &self.subject else {
            return false;
        };
        let covers = |kind| {
            claims.exports().any(|export| {
                export.token_req
                    && export.kind == Some(kind)
                    && subject::is_contained(subject, &export.subject)
            })
        };
        self.kind.is_none() && covers(ExportKind::Stream) && covers(ExportKind::Service)
    }
}

/// The private exports.
///
/// # Errors
/// [`ActivationError::NoExports`], [`ActivationError::NoPrivateExports`].
pub fn private_exports(claims: &AccountClaims) -> Result<Vec<&Export>, ActivationError> {
    let account = || claims.name.clone();
    if claims.exports().next().is_none() {
        return Err(ActivationError::NoExports { account: account() });
    }
    let private: Vec<&Export> = claims.exports().filter(|e| e.token_req).collect();
    if private.is_empty() {
        return Err(ActivationError::NoPrivateExports { account: account() });
    }
    Ok(private)
}

fn covering_kind(
    subject: &str,
    exports: &[(&Export, ExportKind)],
    account: &str,
) -> Result<ExportKind, ActivationError> {
    if let Some(problem) = subject::problems(subject).first() {
        return Err(ActivationError::Subject {
            subject: subject.to_owned(),
            problem: *problem,
        });
    }
    let covers = |export: &Export| subject::is_contained(subject, &export.subject);
    exports
        .iter()
        .find(|(export, _)| covers(export))
        .map(|(_, kind)| *kind)
        .ok_or_else(|| ActivationError::NotCovered {
            account: account.to_owned(),
            subject: subject.to_owned(),
        })
}

impl NewActivation {
    /// The claims of the activation, to be signed by `signer`, a key of the exporting `account`.
    ///
    /// # Errors
    /// [`ActivationError::OwnAccount`].
    pub fn claims(
        &self,
        account: &AccountClaims,
        signer: &PublicKey,
    ) -> Result<ActivationClaims, ActivationError> {
        if self.target.to_text() == account.sub {
            return Err(ActivationError::OwnAccount {
                account: account.name.clone(),
            });
        }
        let mut claims = ActivationClaims::new(&self.target);
        claims.name.clone_from(&self.subject);
        claims.nats.subject.clone_from(&self.subject);
        claims.nats.kind = Some(self.kind);
        if signer.to_text() != account.sub {
            claims.nats.issuer_account.clone_from(&account.sub);
        }
        self.dates.apply(&mut claims);
        Ok(claims)
    }
}
