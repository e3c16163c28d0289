//! What a user may do in the end, as servers decide it when the user connects: its own claims, or
//! the template of its role filled in for it; the defaults of its account where neither says
//! anything about subjects; the limits of the account where they are lower.
//!
//! ```
//! use nsc_core::claims::{AccountClaims, UserClaims};
//! use nsc_core::effective::{Effective, Source, Verdict};
//! use nsc_core::keys::{KeyKind, PublicKey};
//! use nsc_core::time::UnixTime;
//!
//! let mut account = AccountClaims::new(&PublicKey::new(KeyKind::Account, [1; 32]));
//! account.nats.default_permissions.publish.deny.push("secret.>".to_owned());
//! let mut user = UserClaims::new(&PublicKey::new(KeyKind::User, [2; 32]));
//! user.iss = account.sub.clone();
//! let effective = Effective::of(&account, &user, UnixTime(0));
//! assert_eq!(effective.publish.rules[0].from, Source::AccountDefaults);
//! assert_eq!(effective.publish.others, Verdict::Allow);
//! ```

mod limits;
mod refusal;
mod subjects;

pub use limits::{Limit, Restrictions};
pub use refusal::Refusal;
pub use subjects::{Direction, Responses, SubjectRule, Verdict};

use serde::Serialize;

use crate::claims::{AccountClaims, UserClaims, UserPermissionLimits, UserScope};
use crate::template::TemplateContext;
use crate::time::UnixTime;

/// What decides a part of what a user may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The limits of the account.
    Account,
    /// The default permissions of the account.
    AccountDefaults,
    /// Nobody says anything; servers do what they do without.
    Nobody,
    /// The template of the scoped signing key that signed the user.
    Role,
    /// The user's own claims.
    User,
}

/// What a user may do in the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Effective {
    /// Why servers turn the user away; empty when the claims of user and account let it in.
    pub refused: Vec<Refusal>,
    /// The scoped signing key that signed the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Publishing.
    pub publish: Direction,
    /// Subscribing.
    pub subscribe: Direction,
    /// Answering on reply subjects, where that is allowed beyond `publish`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responses: Option<Responses>,
    /// Limits, and how the user may connect.
    #[serde(flatten)]
    pub restrictions: Restrictions,
}

/// A role, as the account has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Role {
    /// Name of the role; may be empty.
    pub name: String,
    /// The scoped signing key.
    pub key: String,
}

impl Effective {
    /// What `user` may do in `account` at the time `now`.
    ///
    /// Nothing but these two tokens is looked at: not whether a server trusts the account, and no
    /// limits of a server.
    pub fn of(account: &AccountClaims, user: &UserClaims, now: UnixTime) -> Self {
        let scope = account.scope(&user.iss);
        let (claims, from) = governing(scope, user);
        let mut refused = refusal::all(account, user, scope, now);
        let context = context(account, user);
        let found = match scope {
            Some(_) => subjects::of_template(&claims.permissions, &context),
            None => Ok(subjects::of_claims(&claims.permissions, from)),
        };
        let subjects = found.unwrap_or_else(|error| {
            refused.push(Refusal::Template(error));
            subjects::Subjects::default()
        });
        let subjects = if subjects.says_nothing && refused.is_empty() {
            subjects::of_claims(&account.nats.default_permissions, Source::AccountDefaults)
        } else {
            subjects
        };
        Self {
            refused,
            role: scope.map(|scope| Role {
                name: scope.role.clone(),
                key: scope.key.clone(),
            }),
            publish: subjects.publish,
            subscribe: subjects.subscribe,
            responses: subjects.responses,
            restrictions: Restrictions::of(claims, from, account),
        }
    }
}

/// The claims that restrict the user: those of its role, if it has one, else its own.
fn governing<'a>(
    scope: Option<&'a UserScope>,
    user: &'a UserClaims,
) -> (&'a UserPermissionLimits, Source) {
    match scope {
        Some(scope) => (&scope.template, Source::Role),
        None => (&user.nats.limits, Source::User),
    }
}

fn context<'a>(account: &'a AccountClaims, user: &'a UserClaims) -> TemplateContext<'a> {
    TemplateContext {
        user_name: &user.name,
        user_subject: &user.sub,
        user_tags: &user.nats.tags,
        account_name: &account.name,
        account_subject: &user.nats.issuer_account,
        account_tags: &account.nats.tags,
    }
}

#[cfg(test)]
mod tests;
