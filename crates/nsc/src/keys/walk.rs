//! Going through the keys that an operator, its accounts and their users refer to.
//!
//! Each JWT is read and verified once. Accounts are worked on with all cores; what is kept of a key is what the caller
//! makes of it.

use std::sync::Arc;

use nsc_core::claims::{AccountClaims, OperatorClaims, UserClaims};
use nsc_core::keys::{KeyKind, PublicKey};
use nsc_store::{OperatorStore, StoreError, StoredAccount, StoredOperator, StoredUser, Visitor};

use crate::ui::progress::Work;

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
    pub(crate) name: Box<str>,
    /// The public key, as the token has it.
    pub(crate) key: Box<str>,
    /// What kind of key belongs there.
    pub(crate) kind: KeyKind,
    /// Identity key of the entity above; users and accounts only.
    pub(crate) parent: Option<Arc<str>>,
    /// Whether it is a signing key.
    pub(crate) is_signing: bool,
    /// Whose key it is.
    pub(crate) owner: Owner,
}

/// What a key belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// An account.
    Account,
    /// Nothing that is known.
    Nobody,
    /// An operator.
    Operator,
    /// A user of this account.
    User(Arc<str>),
}

impl Reference {
    /// A key that nothing refers to.
    pub(crate) fn unknown(key: &PublicKey) -> Self {
        Self {
            name: "?".into(),
            key: key.to_text().into(),
            kind: key.kind(),
            parent: None,
            is_signing: false,
            owner: Owner::Nobody,
        }
    }

    fn identity(name: &str, key: &str, owner: Owner, parent: Option<&Arc<str>>) -> Self {
        Self {
            name: name.into(),
            key: key.into(),
            kind: match owner {
                Owner::Account => KeyKind::Account,
                Owner::Nobody | Owner::Operator => KeyKind::Operator,
                Owner::User(_) => KeyKind::User,
            },
            parent: parent.cloned(),
            is_signing: false,
            owner,
        }
    }

    /// Another key of the same entity.
    fn further(&self, key: &str, kind: KeyKind) -> Self {
        Self {
            key: key.into(),
            is_signing: kind == self.kind,
            kind,
            parent: None,
            ..self.clone()
        }
    }

    /// Whether the key is the identity of its owner.
    fn is_identity(&self) -> bool {
        let kind = match self.owner {
            Owner::Account => KeyKind::Account,
            Owner::Nobody => return false,
            Owner::Operator => KeyKind::Operator,
            Owner::User(_) => KeyKind::User,
        };
        self.kind == kind && !self.is_signing
    }

    /// The token about the key, for identity keys whose file is still there. Not kept, since there may be very many.
    pub(crate) fn token(&self, store: &OperatorStore) -> Option<String> {
        let path = match &self.owner {
            _ if !self.is_identity() => return None,
            Owner::Account => store.account_path(&self.name),
            Owner::Nobody => return None,
            Owner::Operator => store.operator_path(),
            Owner::User(account) => store.user_path(account, &self.name),
        };
        store.read_token(&path).ok().flatten()
    }

    /// 0 for operators, 1 for accounts, 2 for users.
    pub(crate) fn depth(&self) -> usize {
        match self.owner {
            Owner::Account => 1,
            Owner::Nobody | Owner::Operator => 0,
            Owner::User(_) => 2,
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

    fn take(&mut self, read: Result<Option<R>, StoreError>) {
        match read {
            Ok(item) => self.items.extend(item),
            Err(problem) => self.problems.push(problem),
        }
    }
}

/// Shows `keep` every key of the scope, signing keys in the order of their JWT.
///
/// # Errors
/// An operator that cannot be read; a user that an account does not have.
pub(crate) fn walk<R: Send + Sync>(
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
    let Kinds {
        accounts,
        users,
        curves,
        ..
    } = scope.kinds;
    if !(accounts || users || curves) {
        return Ok(all);
    }
    let walker = Walker {
        scope,
        operator: operator.claims.sub.into(),
        keep,
    };
    let _reading = Work::begin("reading accounts and users");
    for part in scope.store.scan(&scope.accounts, &walker) {
        let part = part?;
        all.items.extend(part.items);
        all.problems.extend(part.problems);
    }
    Ok(all)
}

fn operator_keys(operator: &StoredOperator) -> Vec<Reference> {
    let OperatorClaims { sub, nats, .. } = &operator.claims;
    let identity = Reference::identity(&operator.name, sub, Owner::Operator, None);
    let signing = nats.signing_keys.iter();
    let signing: Vec<Reference> = signing
        .map(|key| identity.further(key, KeyKind::Operator))
        .collect();
    [vec![identity], signing].concat()
}

/// Collects the keys of accounts and users.
struct Walker<'a, K> {
    scope: &'a Scope,
    operator: Arc<str>,
    keep: K,
}

/// An account of which the keys are known.
struct Account<R> {
    name: Arc<str>,
    /// `None` when its JWT cannot be read.
    key: Option<Arc<str>>,
    found: Found<R>,
}

impl<R: Send + Sync, K: Fn(Reference) -> Option<R> + Sync> Visitor for Walker<'_, K> {
    type Account = Account<R>;
    type User = Result<Option<R>, StoreError>;
    type Output = Result<Found<R>, StoreError>;

    fn account(&self, name: &str, account: Result<StoredAccount, StoreError>) -> Account<R> {
        let mut found = Found::nothing();
        let key = match account {
            Ok(stored) => {
                self.account_keys(&stored, &mut found.items);
                Some(stored.claims.sub.into())
            }
            Err(problem) => {
                found.problems.push(problem);
                None
            }
        };
        Account {
            name: name.into(),
            key,
            found,
        }
    }

    fn wants_users(&self, account: &Account<R>) -> bool {
        self.scope.kinds.users && self.scope.user.is_none() && account.key.is_some()
    }

    fn user(
        &self,
        account: &Account<R>,
        _name: &str,
        user: Result<StoredUser, StoreError>,
    ) -> Self::User {
        user.map(|stored| self.user_key(account, &stored))
    }

    fn finish(
        &self,
        account: Account<R>,
        users: Result<Vec<Self::User>, StoreError>,
    ) -> Self::Output {
        let named = self.named_user(&account)?;
        let mut found = account.found;
        found.items.extend(named);
        for user in users? {
            found.take(user);
        }
        Ok(found)
    }
}

impl<R, K: Fn(Reference) -> Option<R>> Walker<'_, K> {
    fn account_keys(&self, stored: &StoredAccount, found: &mut Vec<R>) {
        let AccountClaims { sub, nats, .. } = &stored.claims;
        let kinds = self.scope.kinds;
        let identity = Reference::identity(&stored.name, sub, Owner::Account, Some(&self.operator));
        if kinds.accounts {
            let signing = nats.signing_keys.keys();
            let signing = signing.map(|key| identity.further(key, KeyKind::Account));
            let keys = [identity.clone()].into_iter().chain(signing);
            found.extend(keys.filter_map(&self.keep));
        }
        let curve =
            Some(nats.authorization.xkey.as_str()).filter(|key| !key.is_empty() && kinds.curves);
        let curve = curve.map(|key| identity.further(key, KeyKind::Curve));
        found.extend(curve.and_then(&self.keep));
    }

    fn user_key(&self, account: &Account<R>, stored: &StoredUser) -> Option<R> {
        let UserClaims { sub, .. } = &stored.claims;
        let owner = Owner::User(Arc::clone(&account.name));
        let parent = account.key.as_ref();
        (self.keep)(Reference::identity(&stored.name, sub, owner, parent))
    }

    /// The one user that is wanted of an account, which must have it.
    fn named_user(&self, account: &Account<R>) -> Result<Option<R>, StoreError> {
        let Some(name) = self.scope.user.as_ref().filter(|_| self.scope.kinds.users) else {
            return Ok(None);
        };
        if account.key.is_none() {
            return Ok(None);
        }
        let stored = self.scope.store.user(&account.name, name)?;
        Ok(self.user_key(account, &stored))
    }
}
