//! Removing a user with what belongs to it, for `nsc delete user` and `nsc delete account`.

use std::path::{Path, PathBuf};

use nsc_core::claims::AccountClaims;
use nsc_core::edit::revoke_deleted;
use nsc_core::keys::PublicKey;
use nsc_core::time::UnixTime;
use nsc_store::{StoredUser, Transaction};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::error::CliError;
use crate::ui::Step;
use crate::ui::text::home_path;

/// What goes beside the JWT.
#[derive(Clone, Copy, Debug)]
pub(super) struct With {
    /// The JWT is revoked in the account.
    pub(super) revocation: bool,
    /// The seed is removed from the keystore.
    pub(super) keys: bool,
    /// The creds file is removed from the keystore.
    pub(super) creds: bool,
}

/// A user that was deleted.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct DeletedUser {
    /// Its name.
    pub(super) name: String,
    /// Its key; empty when its JWT could not be read.
    pub(super) public_key: String,
    /// Whether the account revokes its JWT.
    pub(super) revoked: bool,
    /// Whether its seed was removed.
    pub(super) key_removed: bool,
    /// Whether its creds file was removed.
    pub(super) creds_removed: bool,
    /// Path of its creds file, where that stays: the JWT is in it, and the seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) creds_kept: Option<PathBuf>,
    /// Whether that was asked for here; an older revocation stays in any case.
    #[serde(skip)]
    revoking: bool,
    /// Until when its JWT would be valid, in Unix seconds; 0 is for ever.
    pub(super) expiry: i64,
}

impl DeletedUser {
    /// Stages the removal of a user; its revocation goes into the claims of the account.
    pub(super) fn stage(
        app: &App,
        tx: &mut Transaction<'_>,
        account: &mut AccountClaims,
        folder: &str,
        user: &StoredUser,
        with: With,
    ) -> Result<Self, CliError> {
        if with.revocation {
            revoke_deleted(account, &user.claims, app.now());
        }
        tx.remove_user(folder, &user.name)?;
        let key = PublicKey::parse(&user.claims.sub)?;
        let creds_removed = with.creds && tx.remove_creds(folder, &user.name)?;
        Ok(Self {
            name: user.name.clone(),
            public_key: user.claims.sub.clone(),
            revoked: account
                .nats
                .revocations
                .get(&user.claims.sub)
                .is_some_and(|at| *at >= user.claims.iat),
            revoking: with.revocation,
            key_removed: with.keys && tx.remove_key(&key)?,
            creds_removed,
            creds_kept: kept_creds(tx, folder, &user.name, creds_removed)?,
            expiry: user.claims.exp,
        })
    }

    /// Stages the removal of a user whose JWT cannot be read: its key is not known.
    pub(super) fn stage_unreadable(
        tx: &mut Transaction<'_>,
        folder: &str,
        name: &str,
        with: With,
    ) -> Result<Self, CliError> {
        tx.remove_user(folder, name)?;
        let creds_removed = with.creds && tx.remove_creds(folder, name)?;
        Ok(Self {
            name: name.to_owned(),
            public_key: String::new(),
            revoked: false,
            revoking: false,
            key_removed: false,
            creds_removed,
            creds_kept: kept_creds(tx, folder, name, creds_removed)?,
            expiry: 0,
        })
    }

    /// Tells of a JWT that still works, wherever somebody has a copy.
    pub(super) fn warning(&self, now: UnixTime) -> Option<Step> {
        if self.revoked || (self.expiry != 0 && self.expiry < now.0) {
            return None;
        }
        let Self {
            name, public_key, ..
        } = self;
        if public_key.is_empty() {
            return Some(Step::warning(format!(
                "the JWT of user `{name}` could not be read: its key is neither revoked nor removed"
            )));
        }
        let until = match self.expiry {
            0 => "it is revoked".to_owned(),
            expiry => format!("{} unless it is revoked", UnixTime(expiry)),
        };
        Some(Step::warning(format!(
            "copies of the JWT of user `{name}` stay valid until {until}: \
             nsc revocations add-user -u {public_key} (deleting with `--revoke` does it at once)"
        )))
    }

    /// What was done, and what stays.
    pub(super) fn step(&self, home: &Path) -> Step {
        let name = &self.name;
        let mut details: Vec<Step> = [
            (self.revoked && self.revoking, "revoked its JWT"),
            (self.key_removed, "removed its private key"),
            (self.creds_removed, "removed its creds file"),
        ]
        .into_iter()
        .filter(|(done, _)| *done)
        .map(|(_, text)| Step::ok(text))
        .collect();
        if let Some(path) = &self.creds_kept {
            let path = home_path(path, home);
            details.push(Step::ok(format!("kept its creds file `{path}`")));
        }
        Step::group(format!("deleted user `{name}`"), details)
    }
}

/// Where the creds of a user stay.
fn kept_creds(
    tx: &Transaction<'_>,
    account: &str,
    user: &str,
    removed: bool,
) -> Result<Option<PathBuf>, CliError> {
    let operator = tx.store()?.folder();
    let path = tx.keystore().creds_path(operator, account, user);
    Ok((!removed && tx.keystore().files().is_file(&path)).then_some(path))
}
