//! What `nsc edit` tells.

use nsc_core::edit::Change;
use nsc_store::StoredAccount;
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::CliError;
use crate::managed::Exchange;
use crate::schema::foreign;
use crate::ui::page::Page;
use crate::ui::{Show, Step};

/// An entity that was changed.
#[derive(Debug, Default, JsonSchema, Serialize)]
pub(super) struct Edited {
    /// `operator`, `account` or `user`.
    #[schemars(with = "foreign::EntityKind")]
    pub(super) kind: &'static str,
    /// Its name.
    pub(super) name: String,
    /// Its identity key.
    pub(super) public_key: String,
    /// Name of the account of a user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<String>,
    /// The key that signed it.
    pub(super) issuer: String,
    /// The signing key that was changed, and its role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) signing_key: Option<RoleKey>,
    /// What became different; empty when it was so before.
    #[schemars(with = "Vec<foreign::Change>")]
    pub(super) changes: Vec<Change>,
    /// Public keys that were made, whose seeds are stored.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) generated_keys: Vec<String>,
    /// Path of the creds file of a user; absent when its seed is not stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) creds: Option<String>,
}

/// A scoped signing key.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct RoleKey {
    /// The public key.
    pub(super) key: String,
    /// Name of the role.
    pub(super) role: String,
}

impl Edited {
    /// An account, as it is staged now.
    pub(super) fn account(before: &StoredAccount, exchange: &Exchange) -> Self {
        Self {
            kind: "account",
            name: before.name.clone(),
            public_key: before.claims.sub.clone(),
            issuer: exchange.account.claims.iss.clone(),
            ..Self::default()
        }
    }

    /// A line for each change, and one for the whole.
    pub(super) fn steps(&self) -> Vec<Step> {
        let mut steps = Step::changes(&self.changes);
        if steps.is_empty() {
            steps.push(Step::ok("nothing is different"));
        }
        let (kind, name) = (self.kind, &self.name);
        steps.push(Step::ok(match &self.account {
            Some(account) => format!("edited {kind} `{name}` in account `{account}`"),
            None => format!("edited {kind} `{name}`"),
        }));
        steps
    }
}

/// The steps say it all to people.
impl Show for Edited {
    fn show(&self, _page: &mut Page) {}
}

/// The refusal of a command that was given no edit.
pub(super) fn nothing_to_edit(what: &str) -> CliError {
    CliError::usage("there is nothing to edit: give at least one flag")
        .hint(format!("nsc edit {what} --help"))
}
