//! Going through the keys that an operator, its accounts and their users refer to.
//!
//! Each JWT is read and verified once. Accounts are worked on with all cores; what is kept of a key is what the caller
//! makes of it.

use nsc_core::claims::{AccountClaims, OperatorClaims, UserClaims};
use nsc_core::keys::{KeyKind, PublicKey};
use nsc_store::{OperatorStore, StoreError, Stored, StoredOperator, write};

/// The kinds of key that are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kinds {
    /// Identity and signing keys of the operator.
    pub(crate) operator: bool,
    /// Identity and signing keys of accounts.
    pub(crate) accounts: bool,
    /// Keys of users.
    pub(crate) users: bool,
    /// Keys that auth callouts are encrypted with.
    pub(crate) curves: bool,
}

impl Kinds {
    /// All of them.
    pub(crate) const ALL: Self = Self {
        operator: true,
        accounts: true,
        users: true,
        curves: true,
    };
}

/// Where keys are looked for.
pub(crate) struct Scope {
    /// The operator.
    pub(crate) store: OperatorStore,
    /// Which kinds.
    pub(crate) kinds: Kinds,
    /// In these accounts, by name.
    pub(crate) accounts: Vec<String>,
    /// Only this user, which each of the accounts must have.
    pub(crate) user: Option<String>,
}

/// A key, and what refers to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// Name of the operator, account or user; `?` where nothing refers to the key.
    pub(crate) name: String,
    /// The public key, as the token has it.
    pub(crate) key: String,
    /// What kind of key belongs there.
    pub(crate) kind: KeyKind,
    /// Identity key of the entity above; users and accounts only.
    pub(crate) parent: Option<String>,
    /// Whether it is a signing key.
    pub(crate) is_signing: bool,
    /// The token about it, for identity keys.
    pub(crate) token: Option<String>,
    /// 0 for operators, 1 for accounts, 2 for users.
    pub(crate) depth: usize,
}

impl Reference {
    /// A key that nothing refers to.
    pub(crate) fn unknown(key: &PublicKey) -> Self {
        Self {
            name: "?".to_owned(),
            key: key.to_text(),
            kind: key.kind(),
            parent: None,
            is_signing: false,
            token: None,
            depth: 0,
        }
    }

    fn identity<C>(stored: &Stored<C>, key: &str, kind: KeyKind, parent: Option<&str>) -> Self {
        Self {
            name: stored.name.clone(),
            key: key.to_owned(),
            kind,
            parent: parent.map(str::to_owned),
            is_signing: false,
            token: Some(stored.token.clone()),
            depth: match kind {
                KeyKind::Account => 1,
                KeyKind::User => 2,
                _ => 0,
            },
        }
    }

    /// Another key of the same entity.
    fn further(&self, key: &str, kind: KeyKind) -> Self {
        Self {
            key: key.to_owned(),
            is_signing: kind == self.kind,
            kind,
            parent: None,
            token: None,
            ..self.clone()
        }
    }
}

/// What a walk found.
pub(crate) struct Found<R> {
    /// What the caller made of the keys: the operator's, then account by account with its users.
    pub(crate) items: Vec<R>,
    /// Accounts and users that could not be read.
    pub(crate) problems: Vec<StoreError>,
}

impl<R> Found<R> {
    /// Nothing yet.
    pub(crate) fn nothing() -> Self {
        Self {
            items: Vec::new(),
            problems: Vec::new(),
        }
    }
}

/// Shows `keep` every key of the scope, signing keys in the order of their JWT.
///
/// # Errors
/// An operator that cannot be read; a user that an account does not have.
pub(crate) fn walk<R: Send>(
    scope: &Scope,
    keep: impl Fn(Reference) -> Option<R> + Sync,
) -> Result<Found<R>, StoreError> {
    let operator = scope.store.operator()?;
    let mut all = Found::nothing();
    if scope.kinds.operator {
        all.items = operator_keys(&operator)
            .into_iter()
            .filter_map(&keep)
            .collect();
    }
    let parts = write::map_parallel(&scope.accounts, |account| {
        account_keys(scope, &operator.claims, account, &keep)
    });
    for part in parts {
        let part = part?;
        all.items.extend(part.items);
        all.problems.extend(part.problems);
    }
    Ok(all)
}

fn operator_keys(operator: &StoredOperator) -> Vec<Reference> {
    let OperatorClaims { sub, nats, .. } = &operator.claims;
    let identity = Reference::identity(operator, sub, KeyKind::Operator, None);
    let signing = nats.signing_keys.iter();
    let signing: Vec<Reference> = signing
        .map(|key| identity.further(key, KeyKind::Operator))
        .collect();
    [vec![identity], signing].concat()
}

fn account_keys<R: Send>(
    scope: &Scope,
    operator: &OperatorClaims,
    account: &str,
    keep: impl Fn(Reference) -> Option<R> + Sync,
) -> Result<Found<R>, StoreError> {
    let kinds = scope.kinds;
    let mut found = Found::nothing();
    if !(kinds.accounts || kinds.users || kinds.curves) {
        return Ok(found);
    }
    let stored = match scope.store.account(account) {
        Ok(stored) => stored,
        Err(problem) => {
            found.problems.push(problem);
            return Ok(found);
        }
    };
    let AccountClaims { sub, nats, .. } = &stored.claims;
    let identity = Reference::identity(&stored, sub, KeyKind::Account, Some(&operator.sub));
    if kinds.accounts {
        let signing = nats.signing_keys.keys();
        let signing = signing.map(|key| identity.further(key, KeyKind::Account));
        let keys = [identity.clone()].into_iter().chain(signing);
        found.items.extend(keys.filter_map(&keep));
    }
    let curve =
        Some(nats.authorization.xkey.as_str()).filter(|key| !key.is_empty() && kinds.curves);
    let curve = curve.map(|key| identity.further(key, KeyKind::Curve));
    found.items.extend(curve.and_then(&keep));
    if kinds.users {
        user_keys(scope, account, sub, &keep, &mut found)?;
    }
    Ok(found)
}

fn user_keys<R: Send>(
    scope: &Scope,
    account: &str,
    parent: &str,
    keep: impl Fn(Reference) -> Option<R> + Sync,
    found: &mut Found<R>,
) -> Result<(), StoreError> {
    let names = match &scope.user {
        Some(user) => vec![user.clone()],
        None => scope.store.users(account)?,
    };
    let read = write::map_parallel(&names, |name| {
        let stored = scope.store.user(account, name)?;
        let UserClaims { sub, .. } = &stored.claims;
        let reference = Reference::identity(&stored, sub, KeyKind::User, Some(parent));
        Ok(keep(reference))
    });
    for user in read {
        match user {
            Ok(kept) => found.items.extend(kept),
            Err(error @ StoreError::NotFound { .. }) if scope.user.is_some() => return Err(error),
            Err(problem) => found.problems.push(problem),
        }
    }
    Ok(())
}
