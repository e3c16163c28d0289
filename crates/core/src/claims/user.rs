//! User claims.

use crate::claims::common::{Body, Claims, common_members};
use crate::claims::object::claims_object;
use crate::claims::permissions::UserPermissionLimits;
use crate::keys::KeyKind;

/// The claims of a user, which is what clients connect with.
pub type UserClaims = Claims<User>;

claims_object! {
    /// The `nats` object of user claims, flat.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct User {
        /// Permissions and limits; all empty for a user of a scoped signing key.
        limits: UserPermissionLimits = flat,
        /// Public key of the account, where a signing key of it signed.
        issuer_account: String = omit "issuer_account",
        /// Free labels.
        tags: Vec<String> = omit "tags",
        /// The type of token.
        claim_type: String = omit "type",
        /// Version of the format.
        version: i64 = omit "version",
    }
}

impl Body for User {
    const TYPE: &'static str = "user";
    const SUBJECT: Option<KeyKind> = Some(KeyKind::User);
    const ISSUERS: &'static [KeyKind] = &[KeyKind::Account];

    fn fill_new(claims: &mut UserClaims) {
        claims.nats.limits = UserPermissionLimits::unlimited();
    }

    common_members!();
}

impl UserClaims {
    /// Makes the user one of a scoped signing key (all permissions and limits cleared), or an
    /// ordinary one again (nothing limited, networks and times cleared).
    pub fn set_scoped(&mut self, scoped: bool) {
        let limits = &mut self.nats.limits;
        if scoped {
            *limits = UserPermissionLimits::default();
        } else {
            limits.limits = crate::claims::limits::NatsLimits::unlimited();
            limits.src.clear();
            limits.times.clear();
            limits.times_location.clear();
        }
    }

    /// Whether the user has no permissions and limits of its own.
    pub fn is_scoped(&self) -> bool {
        self.nats.limits.is_empty()
    }

    /// The account that the user belongs to: `issuer_account`, or else the issuer.
    pub fn account(&self) -> &str {
        if self.nats.issuer_account.is_empty() {
            &self.iss
        } else {
            &self.nats.issuer_account
        }
    }
}
