//! Revocations of users and of activations.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::claims::{AccountClaims, Export, ExportKind};
use crate::edit::export::{self, ExportError};
use crate::revocation;
use crate::subject;

/// What became of a revocation that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// The moment in force, in Unix seconds.
    pub at: i64,
    /// A later moment was there before and stays.
    pub kept_later: bool,
}

/// Why a revocation cannot be changed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum RevocationError {
    /// There is nothing to delete.
    #[error("account `{account}` has revoked no users")]
    NoUsers {
        /// Name of the account.
        account: String,
    },
    /// This key is not revoked.
    #[error("`{key}` is not revoked in account `{account}`")]
    NotRevoked {
        /// Name of the account.
        account: String,
        /// Public key, or `*`.
        key: String,
    },
    /// No export of this kind.
    #[error("account `{account}` has no {} exports", kind.name())]
    NoExports {
        /// Name of the account.
        account: String,
        /// The kind.
        kind: ExportKind,
    },
    /// There are several, and none was named.
    #[error("account `{account}` has several {} exports: {}", kind.name(), export::list(subjects))]
    Several {
        /// Name of the account.
        account: String,
        /// The kind.
        kind: ExportKind,
        /// Their subjects.
        subjects: Vec<String>,
    },
    /// No export covers the subject.
    #[error(transparent)]
    Export(ExportError),
}

impl RevocationError {
    /// Whether something that was named is not there.
    pub fn is_not_found(&self) -> bool {
        !matches!(self, Self::Several { .. })
    }
}

/// Revokes the tokens of a user key (or `*`) issued at `at` (Unix seconds) or before.
pub fn revoke_user(claims: &mut AccountClaims, key: &str, at: i64) -> Revoked {
    revoke(&mut claims.nats.revocations, key, at)
}

/// Ends the revocation of exactly this user key (or `*`).
///
/// # Errors
/// [`RevocationError::NoUsers`], [`RevocationError::NotRevoked`].
pub fn clear_user(claims: &mut AccountClaims, key: &str) -> Result<(), RevocationError> {
    let account = || claims.name.clone();
    if claims.nats.revocations.is_empty() {
        return Err(RevocationError::NoUsers { account: account() });
    }
    if !revocation::clear(&mut claims.nats.revocations, key) {
        return Err(RevocationError::NotRevoked {
            account: account(),
            key: key.to_owned(),
        });
    }
    Ok(())
}

/// The export whose activations are revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedExport {
    /// Its kind.
    pub kind: ExportKind,
    /// A subject that it covers; may be absent where there is only one of the kind.
    pub subject: Option<String>,
}

impl RevokedExport {
    /// The place of the export in the claims: the first that covers the subject.
    ///
    /// # Errors
    /// [`RevocationError`] but for the variants about users.
    pub fn find(&self, claims: &AccountClaims) -> Result<usize, RevocationError> {
        let account = || claims.name.clone();
        let exports = claims.nats.exports.iter().enumerate();
        let of_kind: Vec<(usize, &Export)> = exports
            .filter_map(|(place, export)| Some((place, export.as_ref()?)))
            .filter(|(_, export)| export.kind == Some(self.kind))
            .collect();
        match (&self.subject, of_kind.as_slice()) {
            (_, []) => Err(RevocationError::NoExports {
                account: account(),
                kind: self.kind,
            }),
            (None, [(place, _)]) => Ok(*place),
            (None, several) => Err(RevocationError::Several {
                account: account(),
                kind: self.kind,
                subjects: several.iter().map(|(_, e)| e.subject.clone()).collect(),
            }),
            (Some(subject), several) => several
                .iter()
                .find(|(_, export)| subject::is_contained(subject, &export.subject))
                .map(|(place, _)| *place)
                .ok_or_else(|| {
                    RevocationError::Export(ExportError::NotFound {
                        account: account(),
                        subject: subject.clone(),
                        kind: Some(self.kind),
                    })
                }),
        }
    }

    /// Revokes the activations of an account key (or `*`) issued at `at` (Unix seconds) or before.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub fn revoke(
        &self,
        claims: &mut AccountClaims,
        key: &str,
        at: i64,
    ) -> Result<(Export, Revoked), RevocationError> {
        let mut revoked = None;
        let export = self.change(claims, |list| revoked = Some(revoke(list, key, at)))?;
        let none = Revoked {
            at,
            kept_later: false,
        };
        Ok((export, revoked.unwrap_or(none)))
    }

    /// Ends the revocation of exactly this account key (or `*`); tells whether there was one.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub fn clear(
        &self,
        claims: &mut AccountClaims,
        key: &str,
    ) -> Result<(Export, bool), RevocationError> {
        let mut was_there = false;
        let export = self.change(claims, |list| was_there = revocation::clear(list, key))?;
        Ok((export, was_there))
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "`find` gives the place of an export"
    )]
    fn change(
        &self,
        claims: &mut AccountClaims,
        change: impl FnOnce(&mut BTreeMap<String, i64>),
    ) -> Result<Export, RevocationError> {
        let place = self.find(claims)?;
        let export = claims.nats.exports[place].get_or_insert_default();
        change(&mut export.revocations);
        Ok(export.clone())
    }
}

fn revoke(list: &mut BTreeMap<String, i64>, key: &str, at: i64) -> Revoked {
    revocation::revoke(list, key, at);
    let in_force = list.get(key).copied().unwrap_or(at);
    Revoked {
        at: in_force,
        kept_later: in_force > at,
    }
}
