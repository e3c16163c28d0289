//! What `nsc add` and `nsc init` tell, as data.

use nsc_core::edit::Change;
use schemars::JsonSchema;
use serde::Serialize;

use crate::schema::foreign;
use crate::ui::Show;
use crate::ui::page::Page;

/// An operator that was made or imported.
#[derive(Debug, JsonSchema, Serialize)]
pub(crate) struct AddedOperator {
    /// Name of the store, which is the operator's name here.
    pub(crate) name: String,
    /// Identity key.
    pub(crate) public_key: String,
    /// Whether it was imported: its key is elsewhere.
    pub(crate) managed: bool,
    /// Signing keys.
    pub(crate) signing_keys: Vec<String>,
    /// The system account that was made with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) system_account: Option<AddedAccount>,
    /// The system user that was made with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) system_user: Option<AddedUser>,
    /// What was set; empty for one that was imported.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<foreign::Change>")]
    pub(crate) changes: Vec<Change>,
}

/// An account that was made.
#[derive(Debug, JsonSchema, Serialize)]
pub(crate) struct AddedAccount {
    /// Its name.
    pub(crate) name: String,
    /// Identity key.
    pub(crate) public_key: String,
    /// The key that signed it.
    pub(crate) issuer: String,
    /// Name of its operator.
    pub(crate) operator: String,
    /// Signing keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) signing_keys: Vec<String>,
    /// What was set beyond what every new account has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<foreign::Change>")]
    pub(crate) changes: Vec<Change>,
}

/// A user that was made.
#[derive(Debug, JsonSchema, Serialize)]
pub(crate) struct AddedUser {
    /// Its name.
    pub(crate) name: String,
    /// Its key.
    pub(crate) public_key: String,
    /// Name of its account.
    pub(crate) account: String,
    /// The key that signed it.
    pub(crate) issuer: String,
    /// Role of the scoped signing key that signed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) role: Option<String>,
    /// Path of its creds file; absent when its seed is not stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) creds: Option<String>,
    /// What was set beyond what every new user has.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<foreign::Change>")]
    pub(crate) changes: Vec<Change>,
}

/// The steps say it all to people.
macro_rules! told_by_steps {
    ($($result:ty),*) => {
        $(impl Show for $result {
            fn show(&self, _page: &mut Page) {}
        })*
    };
}

told_by_steps!(AddedOperator, AddedAccount, AddedUser);
