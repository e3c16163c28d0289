//! Changes of users.

use thiserror::Error;

use crate::claims::{AccountClaims, NO_LIMIT, NatsLimits, UserClaims, UserPermissionLimits};
use crate::edit::{
    Change, DateEdit, Issuer, ListEdit, PermissionEdit, UserLimitEdit, UserLimitError,
};

/// What is to change of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserEdit {
    /// Its tags.
    pub tags: ListEdit,
    /// Its validity.
    pub dates: DateEdit,
    /// What it may publish and subscribe to.
    pub permissions: PermissionEdit,
    /// What else restricts it.
    pub limits: UserLimitEdit,
    /// Whether a user of a role may become an ordinary user, whom nothing restricts but what is
    /// set here.
    pub may_leave_role: bool,
}

/// Why a user cannot be changed so.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserEditError {
    /// The account refuses bearer users.
    #[error("account `{account}` does not allow bearer users")]
    BearerDisallowed {
        /// Name of the account.
        account: String,
    },
    /// Limits that cannot be.
    #[error(transparent)]
    Limits(#[from] UserLimitError),
    /// The user got its permissions from a role; the key that is to sign has none, so nothing
    /// would restrict the user any more.
    #[error("user `{user}` has its permissions from {role}, and would lose all restrictions")]
    LosesRole {
        /// Name of the user.
        user: String,
        /// The role, as far as it is known.
        role: FormerRole,
    },
    /// What the user may do is the business of the key that signs it.
    #[error("a user signed for role `{role}` cannot have {what} of its own")]
    Scoped {
        /// Role of the scoped signing key.
        role: String,
        /// What the user has.
        what: &'static str,
    },
}

/// The scoped signing key that signed a user last.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FormerRole {
    /// The account has it.
    #[error("role `{0}`")]
    Known(String),
    /// The account has it no more.
    #[error("the signing key `{0}`, which the account no longer has")]
    Gone(String),
}

impl UserEdit {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        let asked = Self {
            may_leave_role: false,
            ..self.clone()
        };
        asked == Self::default()
    }

    /// Changes a user that `issuer` is going to sign.
    ///
    /// A scoped key only signs users without permissions and limits of their own. A user that
    /// leaves its role gets numbers that are unlimited, where none are given: servers would take
    /// absent ones for 0.
    ///
    /// # Errors
    /// [`UserEditError`]; the user is to be thrown away then.
    pub fn apply(
        &self,
        user: &mut UserClaims,
        issuer: &Issuer<'_>,
    ) -> Result<Vec<Change>, UserEditError> {
        self.check_bearer(issuer.account())?;
        let left = former_role(issuer.account(), user).filter(|_| issuer.scope().is_none());
        let mut changes = self.tags.apply(&mut user.nats.tags, "tag");
        changes.extend(self.dates.apply(user));
        if let Some(role) = left {
            changes.extend(self.leave(role, user)?);
        }
        changes.extend(other_role(issuer, user));
        let limits = &mut user.nats.limits;
        changes.extend(self.permissions.apply(&mut limits.permissions));
        changes.extend(self.limits.apply(limits)?);
        if let (Some(scope), Some(what)) = (issuer.scope(), restriction(limits)) {
            let role = scope.role.clone();
            return Err(UserEditError::Scoped { role, what });
        }
        issuer.mark(user);
        Ok(changes)
    }

    fn check_bearer(&self, account: &AccountClaims) -> Result<(), UserEditError> {
        if self.limits.bearer == Some(true) && account.nats.limits.account.disallow_bearer {
            return Err(UserEditError::BearerDisallowed {
                account: account.name.clone(),
            });
        }
        Ok(())
    }

    fn leave(&self, role: FormerRole, user: &mut UserClaims) -> Result<Vec<Change>, UserEditError> {
        if !self.may_leave_role && self.permissions.is_empty() && self.limits.is_empty() {
            let user = user.name.clone();
            return Err(UserEditError::LosesRole { user, role });
        }
        user.nats.limits.limits = NatsLimits::unlimited();
        let name = match role {
            FormerRole::Known(name) => name,
            FormerRole::Gone(key) => key,
        };
        Ok(vec![Change::removed("role", name)])
    }
}

/// The change of a user that gets another role.
fn other_role(issuer: &Issuer<'_>, user: &UserClaims) -> Option<Change> {
    let is_other = |key: &str| !user.iss.is_empty() && key != user.iss;
    let scope = issuer.scope().filter(|scope| is_other(&scope.key))?;
    let was = match former_role(issuer.account(), user)? {
        FormerRole::Known(name) => name,
        FormerRole::Gone(key) => key,
    };
    (scope.role != was).then(|| Change::set("role", &scope.role).from(was))
}

/// The role that a user without permissions and limits of its own has been signed for.
fn former_role(account: &AccountClaims, user: &UserClaims) -> Option<FormerRole> {
    if !user.is_scoped() || user.iss == account.sub {
        return None;
    }
    match account.nats.signing_keys.0.get(&user.iss) {
        Some(Some(scope)) => Some(FormerRole::Known(scope.role.clone())),
        Some(None) => None,
        None => Some(FormerRole::Gone(user.iss.clone())),
    }
}

/// What keeps a user from being signed with a scoped key.
fn restriction(limits: &UserPermissionLimits) -> Option<&'static str> {
    let numbers = &limits.limits;
    if limits.is_empty() {
        None
    } else if !limits.permissions.is_empty() {
        Some("permissions")
    } else if limits.bearer_token {
        Some("a bearer token")
    } else if limits.proxy_required {
        Some("a required proxy")
    } else if !limits.src.is_empty() {
        Some("source networks")
    } else if [numbers.subs, numbers.data, numbers.payload] == [NO_LIMIT; 3] {
        Some("unlimited subscriptions, data and payload")
    } else {
        Some("limits")
    }
}
