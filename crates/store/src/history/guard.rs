//! What an undo must not break.

use std::collections::BTreeSet;
use std::path::Path;

use nsc_core::claims::{Account, AccountClaims, Operator, OperatorClaims};

use super::entry::{FileRecord, Subject};
use super::undo::{Failure, UndoError};
use crate::changeset::ChangeSet;
use crate::error::StoreError;
use crate::store::{self, OperatorStore};
use crate::token::{self, Peek};
use crate::transaction::Transaction;
use crate::{layout, write};

/// Sees to it that nobody who had an issuer loses it.
pub(super) struct Guard {
    operator: Option<BTreeSet<String>>,
    /// Accounts whose JWT changes, with the keys that they list now.
    accounts: Vec<(String, BTreeSet<String>)>,
    /// Users that come back.
    users: Vec<(String, String)>,
}

impl Guard {
    pub(super) fn before(
        tx: &mut Transaction<'_>,
        store: &OperatorStore,
        files: &[FileRecord],
    ) -> Result<Self, StoreError> {
        let mut guard = Self {
            operator: None,
            accounts: Vec::new(),
            users: Vec::new(),
        };
        for file in files {
            match &file.subject {
                Subject::Operator => guard.operator = operator_keys(tx, store)?,
                Subject::Account { account } => {
                    let keys = account_keys(tx, store, account)?.unwrap_or_default();
                    guard.accounts.push((account.clone(), keys));
                }
                Subject::User { account, user } if file.before.is_some() => {
                    guard.users.push((account.clone(), user.clone()));
                }
                _ => {}
            }
        }
        Ok(guard)
    }

    pub(super) fn check(&self, tx: &mut Transaction<'_>) -> Result<(), Failure> {
        let store = tx.store()?.clone();
        if let (Some(before), Some(after)) = (&self.operator, operator_keys(tx, &store)?) {
            let gone = before.difference(&after).cloned().collect();
            check_accounts(tx, &store, &gone)?;
        }
        for (account, before) in &self.accounts {
            let after = account_keys(tx, &store, account)?;
            let missing = missing(after.is_some());
            let gone = before
                .difference(&after.unwrap_or_default())
                .cloned()
                .collect();
            let users = names_after(tx, &store, account)?;
            check_users(tx, &store, account, &users, missing, |iss| {
                !BTreeSet::contains(&gone, iss)
            })?;
        }
        for (account, user) in &self.users {
            let keys = account_keys(tx, &store, account)?;
            let missing = missing(keys.is_some());
            let keys = keys.unwrap_or_default();
            let user = std::slice::from_ref(user);
            check_users(tx, &store, account, user, missing, |iss| keys.contains(iss))?;
        }
        Ok(())
    }
}

fn missing(has_account: bool) -> &'static str {
    if has_account {
        "account key that signed it"
    } else {
        "account"
    }
}

/// No account may be signed by a key that goes.
fn check_accounts(
    tx: &mut Transaction<'_>,
    store: &OperatorStore,
    gone: &BTreeSet<String>,
) -> Result<(), Failure> {
    if gone.is_empty() {
        return Ok(());
    }
    for account in store.accounts()? {
        if issuer(tx.changes(), &store.account_path(&account))?
            .is_some_and(|iss| gone.contains(&iss))
        {
            return Err(UndoError::OrphanedAccount { account }.into());
        }
    }
    Ok(())
}

/// All these users, as far as they exist, must be signed by a good key.
fn check_users(
    tx: &Transaction<'_>,
    store: &OperatorStore,
    account: &str,
    users: &[String],
    missing: &'static str,
    is_good: impl Fn(&str) -> bool + Sync,
) -> Result<(), Failure> {
    let changes = tx.changes();
    let good = write::map_parallel(users, |user| {
        let issuer = issuer(changes, &store.user_path(account, user))?;
        Ok::<_, StoreError>(issuer.is_none_or(|issuer| is_good(&issuer)))
    });
    for (user, good) in users.iter().zip(good) {
        if !good? {
            return Err(UndoError::OrphanedUser {
                account: account.to_owned(),
                user: user.clone(),
                missing,
            }
            .into());
        }
    }
    Ok(())
}

/// The users that an account has on disk.
fn names_after(
    tx: &Transaction<'_>,
    store: &OperatorStore,
    account: &str,
) -> Result<Vec<String>, StoreError> {
    let mut users = Vec::new();
    for name in store::read_names(&layout::users_dir(store.dir(), account))? {
        users.extend(name?.strip_suffix(layout::JWT).map(str::to_owned));
    }
    users.retain(|user| tx.changes().staged(&store.user_path(account, user)) != Some(None));
    Ok(users)
}

/// Who signed a token, as it will be; `None` for files that are none.
fn issuer(changes: &ChangeSet, path: &Path) -> Result<Option<String>, StoreError> {
    let peek = |content: &[u8]| Peek::read(&token::text(content)).map(|peek| peek.iss);
    Ok(match changes.staged(path) {
        Some(staged) => staged.and_then(peek),
        None => write::read(path)?.and_then(|content| peek(&content)),
    })
}

/// The keys of an operator; `None` when its JWT cannot be read.
fn operator_keys(
    tx: &mut Transaction<'_>,
    store: &OperatorStore,
) -> Result<Option<BTreeSet<String>>, StoreError> {
    let content = tx.read(&store.operator_path())?;
    let claims: Option<OperatorClaims> =
        content.and_then(|content| token::accept::<Operator>(&token::text(&content)).ok());
    Ok(claims.map(|claims| {
        let keys = claims.nats.signing_keys.iter().cloned();
        keys.chain([claims.sub.clone()]).collect()
    }))
}

/// The keys of an account; `None` without a JWT, empty when it cannot be read.
fn account_keys(
    tx: &mut Transaction<'_>,
    store: &OperatorStore,
    account: &str,
) -> Result<Option<BTreeSet<String>>, StoreError> {
    let Some(content) = tx.read(&store.account_path(account))? else {
        return Ok(None);
    };
    let claims: Option<AccountClaims> = token::accept::<Account>(&token::text(&content)).ok();
    Ok(Some(claims.map_or_else(BTreeSet::new, |claims| {
        let keys = claims.nats.signing_keys.keys().map(str::to_owned);
        keys.chain([claims.sub.clone()]).collect()
    })))
}
