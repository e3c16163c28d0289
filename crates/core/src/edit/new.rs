//! Claims of new operators, accounts and users.

use thiserror::Error;

use crate::claims::{AccountClaims, OperatorClaims, Permissions, UserClaims};
use crate::edit::{Change, DateEdit, Issuer, ListEdit, PermissionEdit};
use crate::keys::PublicKey;

/// An operator to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewOperator {
    /// Its name.
    pub name: String,
    /// Its validity.
    pub dates: DateEdit,
    /// Keys that may sign in place of the identity key.
    pub signing_keys: Vec<PublicKey>,
    /// Its system account.
    pub system_account: Option<PublicKey>,
    /// Where clients connect.
    pub service_urls: Vec<String>,
}

impl NewOperator {
    /// The claims of the operator with the identity `key`.
    pub fn claims(&self, key: &PublicKey) -> OperatorClaims {
        let mut claims = OperatorClaims::new(key);
        claims.name.clone_from(&self.name);
        claims.nats.signing_keys = self.signing_keys.iter().map(PublicKey::to_text).collect();
        if let Some(account) = &self.system_account {
            claims.nats.system_account = account.to_text();
        }
        claims
            .nats
            .operator_service_urls
            .clone_from(&self.service_urls);
        self.dates.apply(&mut claims);
        claims
    }

    /// What is set beyond what every new operator has.
    pub fn changes(&self) -> Vec<Change> {
        let keys = self.signing_keys.iter().map(PublicKey::to_text);
        let urls = self.service_urls.iter();
        let mut changes = self.dates.apply(&mut OperatorClaims::default());
        changes.extend(keys.map(|key| Change::added("signing key", key)));
        changes.extend(urls.map(|url| Change::added("service URL", url)));
        let system = self.system_account.as_ref().map(PublicKey::to_text);
        changes.extend(system.map(|key| Change::set("system account", key)));
        changes
    }
}

/// An account to be made: without limits, JetStream off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewAccount {
    /// Its name.
    pub name: String,
    /// Its validity.
    pub dates: DateEdit,
    /// Permissions of users that have none of their own.
    pub default_permissions: PermissionEdit,
    /// Keys that may sign users in place of the identity key.
    pub signing_keys: Vec<PublicKey>,
}

impl NewAccount {
    /// The claims of the account with the identity `key`.
    pub fn claims(&self, key: &PublicKey) -> AccountClaims {
        let mut claims = AccountClaims::new(key);
        claims.name.clone_from(&self.name);
        for key in &self.signing_keys {
            claims.nats.signing_keys.add(&key.to_text());
        }
        self.default_permissions
            .apply(&mut claims.nats.default_permissions);
        self.dates.apply(&mut claims);
        claims
    }

    /// What is set beyond what every new account has.
    pub fn changes(&self) -> Vec<Change> {
        let keys = self.signing_keys.iter().map(PublicKey::to_text);
        let mut changes = self.dates.apply(&mut AccountClaims::default());
        changes.extend(self.default_permissions.apply(&mut Permissions::default()));
        changes.extend(keys.map(|key| Change::added("signing key", key)));
        changes
    }
}

/// A user to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewUser {
    /// Its name.
    pub name: String,
    /// Its validity.
    pub dates: DateEdit,
    /// What it may do.
    pub permissions: PermissionEdit,
    /// Its tags.
    pub tags: ListEdit,
    /// Networks from which it may connect.
    pub networks: ListEdit,
    /// Whether its token alone is enough to connect.
    pub bearer: bool,
    /// Whether it must come through a trusted proxy.
    pub proxy_required: bool,
}

/// Why a user cannot be made.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum NewUserError {
    /// The account refuses bearer users.
    #[error("account `{account}` does not allow bearer users")]
    BearerDisallowed {
        /// Name of the account.
        account: String,
    },
    /// What the user may do is the business of the key that signs it.
    #[error("a user signed for role `{role}` cannot have {what} of its own")]
    Scoped {
        /// Role of the scoped signing key.
        role: String,
        /// What was asked for.
        what: &'static str,
    },
}

impl NewUser {
    /// The claims of the user with this `key`, to be signed by `issuer`.
    ///
    /// Signed by a scoped key, the user has no permissions and limits, not even unlimited ones:
    /// servers take them from the scope and refuse users that bring their own.
    ///
    /// # Errors
    /// [`NewUserError`].
    pub fn claims(&self, key: &PublicKey, issuer: &Issuer<'_>) -> Result<UserClaims, NewUserError> {
        let account = issuer.account();
        if self.bearer && account.nats.limits.account.disallow_bearer {
            return Err(NewUserError::BearerDisallowed {
                account: account.name.clone(),
            });
        }
        let mut claims = UserClaims::new(key);
        claims.name.clone_from(&self.name);
        self.dates.apply(&mut claims);
        self.tags.apply(&mut claims.nats.tags, "tag");
        issuer.mark(&mut claims);
        match issuer.scope() {
            Some(scope) => {
                if let Some(what) = self.restriction() {
                    let role = scope.role.clone();
                    return Err(NewUserError::Scoped { role, what });
                }
                claims.set_scoped(true);
            }
            None => {
                let limits = &mut claims.nats.limits;
                self.permissions.apply(&mut limits.permissions);
                self.networks.apply(&mut limits.src, "source network");
                limits.bearer_token = self.bearer;
                limits.proxy_required = self.proxy_required;
            }
        }
        Ok(claims)
    }

    /// What is asked for that only the scope of a signing key can give.
    fn restriction(&self) -> Option<&'static str> {
        if !self.permissions.is_empty() {
            Some("permissions")
        } else if !self.networks.is_empty() {
            Some("source networks")
        } else {
            let switches = [
                (self.bearer, "a bearer token"),
                (self.proxy_required, "a required proxy"),
            ];
            let asked = switches.into_iter().find(|(asked, _)| *asked);
            asked.map(|(_, what)| what)
        }
    }

    /// What is set beyond what every new user has.
    pub fn changes(&self) -> Vec<Change> {
        let mut changes = self.dates.apply(&mut UserClaims::default());
        changes.extend(self.tags.apply(&mut Vec::new(), "tag"));
        changes.extend(self.permissions.apply(&mut Permissions::default()));
        changes.extend(self.networks.apply(&mut Vec::new(), "source network"));
        let switches = [
            (self.bearer, "bearer token"),
            (self.proxy_required, "proxy required"),
        ];
        let on = switches.into_iter().filter(|(on, _)| *on);
        changes.extend(on.map(|(_, what)| Change::set(what, "true").from("false")));
        changes
    }
}
