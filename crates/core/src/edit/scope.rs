//! Changes of scoped signing keys: roles, and what their users may do.

use thiserror::Error;

use crate::claims::{AccountClaims, UserClaims, UserPermissionLimits, UserScope};
use crate::edit::{Change, PermissionEdit, UserLimitEdit, UserLimitError};
use crate::keys::{KeyKind, PublicKey};
use crate::time::UnixTime;
use crate::validate::Issues;

/// What a signing key is to be good for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeEdit {
    /// Name of the role; empty removes it.
    pub role: Option<String>,
    /// Free text; empty removes it.
    pub description: Option<String>,
    /// What its users may publish and subscribe to; subjects may hold `{{...}}` markers.
    pub permissions: PermissionEdit,
    /// What else restricts its users.
    pub limits: UserLimitEdit,
}

/// Why a scope cannot be changed so.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScopeEditError {
    /// Only account keys sign users.
    #[error("`{key}` is an {} key; signing keys of accounts are account keys", key.kind())]
    WrongKind {
        /// The key.
        key: PublicKey,
    },
    /// The identity key signs without a scope.
    #[error("`{key}` is the identity key of account `{account}`, which cannot have a scope")]
    Identity {
        /// The key.
        key: PublicKey,
        /// Name of the account.
        account: String,
    },
    /// Limits that cannot be.
    #[error(transparent)]
    Limits(#[from] UserLimitError),
}

impl ScopeEdit {
    /// Gives `key` a scope, or changes the one it has. A key that the account does not list is
    /// added.
    ///
    /// In a new scope, numbers that are not given are 0, which is written as absence, and which
    /// readers take for unlimited.
    ///
    /// # Errors
    /// [`ScopeEditError`]; the account is as it was then.
    pub fn apply(
        &self,
        account: &mut AccountClaims,
        key: &PublicKey,
    ) -> Result<Vec<Change>, ScopeEditError> {
        if key.kind() != KeyKind::Account {
            return Err(ScopeEditError::WrongKind { key: *key });
        }
        let text = key.to_text();
        if text == account.sub {
            let account = account.name.clone();
            return Err(ScopeEditError::Identity { key: *key, account });
        }
        let mut changes = Vec::new();
        let mut scope = match account.nats.signing_keys.0.get(&text) {
            Some(Some(scope)) => scope.clone(),
            listed => {
                let what = match listed {
                    Some(_) => "scope of signing key",
                    None => "scoped signing key",
                };
                changes.push(Change::added(what, &text));
                UserScope {
                    template: UserPermissionLimits::default(),
                    ..UserScope::new(&text)
                }
            }
        };
        changes.extend(self.apply_to(&mut scope)?);
        account.nats.signing_keys.set_scope(scope);
        Ok(changes)
    }

    fn apply_to(&self, scope: &mut UserScope) -> Result<Vec<Change>, UserLimitError> {
        let mut changes = Vec::new();
        if let Some(role) = &self.role {
            changes.extend(Change::of_text("role", &mut scope.role, role));
        }
        if let Some(text) = &self.description {
            changes.extend(Change::of_text("description", &mut scope.description, text));
        }
        let template = &mut scope.template;
        changes.extend(self.permissions.apply(&mut template.permissions));
        changes.extend(self.limits.apply(template)?);
        Ok(changes)
    }
}

impl UserScope {
    /// What is wrong with the template: what would be wrong with a user that had it, markers in
    /// subjects taken as they are. Validating an account does not look into its scopes.
    pub fn judge_template(&self) -> Issues {
        let mut user = UserClaims::default();
        user.nats.limits = self.template.clone();
        user.validate(UnixTime(0))
    }
}

impl AccountClaims {
    /// The scopes of this role, sorted by key. Nothing keeps an account from having several.
    pub fn scopes_of_role(&self, role: &str) -> impl Iterator<Item = &UserScope> {
        self.nats
            .signing_keys
            .scopes()
            .filter(move |scope| scope.role == role)
    }
}
