//! Which keys a command is about.

use std::collections::HashSet;

use nsc_core::keys::{KeyKind, PublicKey};
use nsc_store::{Context, Keystore};

use super::walk::{self, Found, Kinds, Reference, Scope};
use crate::error::CliError;

/// What was asked for. Without a kind it is the operator, the current account and its users.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    /// The operator's keys.
    pub(crate) operator: bool,
    /// Keys of accounts, the curve key included.
    pub(crate) accounts: bool,
    /// Keys of users.
    pub(crate) users: bool,
    /// Curve keys.
    pub(crate) curves: bool,
    /// Everything below the operator.
    pub(crate) all: bool,
    /// Only this account, by name or public key.
    pub(crate) account: Option<String>,
    /// Only this user, which each of the accounts must have.
    pub(crate) user: Option<String>,
    /// Only keys that contain this text, in any case.
    pub(crate) filter: Option<String>,
    /// Stored keys that nothing refers to, instead.
    pub(crate) not_referenced: bool,
}

impl Selection {
    /// What `make` makes of the keys, in the order of listings; it is only shown those that are wanted.
    ///
    /// # Errors
    /// No operator, account or user where one is needed.
    pub(crate) fn walk<R: Send + Sync>(
        &self,
        context: &Context,
        keystore: &Keystore,
        make: impl Fn(Reference) -> R + Sync,
    ) -> Result<Found<R>, CliError> {
        let filter = self.filter.as_ref().map(|text| text.to_uppercase());
        let fits = |key: &str| filter.as_ref().is_none_or(|text| key.contains(text));
        let keep = |reference: Reference| fits(&reference.key).then(|| make(reference));
        if self.not_referenced {
            return self.unreferenced(context, keystore, keep);
        }
        Ok(walk::walk(&self.scope(context)?, keep)?)
    }

    /// What is looked at.
    fn scope(&self, context: &Context) -> Result<Scope, CliError> {
        let store = context.operator_store()?;
        let accounts = if self.account.is_some() {
            vec![context.resolve_account(&store, self.account.as_deref())?]
        } else {
            match context.account() {
                Some(current) if !self.some_kind() && !self.all => vec![current.to_owned()],
                _ => store.accounts()?,
            }
        };
        Ok(Scope {
            store,
            kinds: self.kinds(),
            accounts,
            user: self.user.clone(),
        })
    }

    /// Whether anything was asked for.
    pub(crate) fn is_explicit(&self) -> bool {
        let some_name = self.account.is_some() || self.user.is_some() || self.filter.is_some();
        self.some_kind() || self.all || self.not_referenced || some_name
    }

    fn some_kind(&self) -> bool {
        self.operator || self.accounts || self.users || self.curves
    }

    fn kinds(&self) -> Kinds {
        let every = self.all || !self.some_kind();
        Kinds {
            operator: every || self.operator,
            accounts: every || self.accounts,
            users: every || self.users,
            curves: every || self.curves || self.accounts,
        }
    }

    fn unreferenced<R: Send>(
        &self,
        context: &Context,
        keystore: &Keystore,
        keep: impl Fn(Reference) -> Option<R>,
    ) -> Result<Found<R>, CliError> {
        let used = referenced(context)?;
        let kinds = self.kinds();
        let mut found = Found::nothing();
        for stored in keystore.keys() {
            let key = stored?.key;
            if kinds.wants(&key) && !used.contains(key.to_text().as_str()) {
                found.items.extend(keep(Reference::unknown(&key)));
            }
        }
        Ok(found)
    }
}

impl Kinds {
    fn wants(self, key: &PublicKey) -> bool {
        match key.kind() {
            KeyKind::Account => self.accounts,
            KeyKind::Curve => self.curves,
            KeyKind::Operator => self.operator,
            KeyKind::User => self.users,
            KeyKind::Cluster | KeyKind::Server => false,
        }
    }
}

/// The keys that the current operator and everything below it use; without a current one, those of all operators.
fn referenced(context: &Context) -> Result<HashSet<Box<str>>, CliError> {
    let operators = match context.operator() {
        Some(operator) => vec![operator.to_owned()],
        None => context.operators()?,
    };
    let mut used: HashSet<Box<str>> = HashSet::new();
    for operator in operators {
        let store = context.open_operator(&operator)?;
        let scope = Scope {
            accounts: store.accounts()?,
            store,
            kinds: Kinds::ALL,
            user: None,
        };
        let found = walk::walk(&scope, |reference| Some(reference.key))?;
        if let Some(problem) = found.problems.into_iter().next() {
            // Keys of a damaged account would look as if nobody needed them.
            let message = "cannot tell which keys are used: a JWT cannot be read";
            return Err(CliError::failed(message).caused_by(&problem));
        }
        used.extend(found.items);
    }
    Ok(used)
}
