//! How values of the layers below look in results. Those layers know no schemas, so their types
//! are described here a second time; the tests hold every real output against the descriptions.
//!
//! What stands in tokens is described as far as this version knows it: servers learn new members
//! every year, and they are kept.

mod claims;
mod effective;

pub use claims::{Claims, Export, ExportKind, Import, Sampling, Scope, ServiceLatency, TimeRange};
pub use effective::{
    Direction, Effective, Limit, Refusal, Responses, Role, Source, SubjectRule, Verdict,
};
use schemars::JsonSchema;

/// One thing that an edit changed in claims.
#[derive(JsonSchema)]
pub struct Change {
    /// What was done.
    pub action: Action,
    /// To what, in words: `pub allow`, `tag`, `expiry`.
    pub what: String,
    /// The value; empty where a removal has none.
    pub value: String,
    /// What the member held before it was set; absent when nothing, or not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
}

/// What was done.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A value came into a list.
    Added,
    /// A value left a list, or a member was cleared.
    Removed,
    /// A member got a value.
    Set,
}

/// A setting that was asked for and is another one.
#[derive(JsonSchema)]
pub struct Difference {
    /// The setting, named like the flag that asks for it.
    pub field: String,
    /// What was asked for.
    pub asked: String,
    /// What there is; empty for nothing.
    pub found: String,
}

/// What happened, or would happen, to a file.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileChange {
    /// It comes into being.
    Create,
    /// Its content is replaced.
    Replace,
    /// It goes.
    Remove,
}

/// What an entity is.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntityKind {
    /// An operator.
    Operator,
    /// An account.
    Account,
    /// A user.
    User,
}

/// What a key is for.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// Signs users and activations.
    Account,
    /// Names a cluster of servers.
    Cluster,
    /// Signs accounts.
    Operator,
    /// Names a server.
    Server,
    /// Signs a server's challenge.
    User,
    /// X25519 key that seals and opens, and cannot sign.
    X25519,
}

/// How much a finding weighs.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingLevel {
    /// The claims are unacceptable.
    Error,
    /// The claims are not valid now; blocks where the present matters.
    Time,
    /// Works, but is rarely meant.
    Warning,
}

/// How servers hold an account of the store.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HeldState {
    /// The same JWT.
    Same,
    /// Another JWT; where `newer_here` and `newer_there` are told apart, one of the same second.
    Differs,
    /// An older JWT (`nsc status`).
    NewerHere,
    /// A JWT that was issued later (`nsc status`).
    NewerThere,
    /// Not at all.
    Missing,
    /// Contents could not be looked up.
    Unknown,
}

/// What a server made of an update or a deletion.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ServerAnswer {
    /// It took it.
    Accepted,
    /// It does not use the account.
    Skipped,
    /// It refused.
    Refused,
    /// It answered something that makes no sense.
    Unusable,
}

/// Whether two things are the same.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sameness {
    /// They are.
    Same,
    /// They are not.
    Differs,
}

/// What was announced.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Servers are to take a JWT.
    Update,
    /// Servers are to delete accounts.
    Delete,
    /// What a server made of it.
    Answer,
}

/// A difference between two JWTs.
#[derive(JsonSchema)]
#[schemars(rename = "ClaimDifference")]
pub struct JsonDifference {
    /// Where, such as `nats.limits.conn` or `nats.exports[orders.>].type`.
    pub path: String,
    /// What was there; absent when the member is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<serde_json::Value>,
    /// What is there now; absent when the member is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<serde_json::Value>,
}

/// An import that a change of its exporting account breaks.
#[derive(JsonSchema)]
pub struct BrokenImport {
    /// Name of the importing account.
    pub account: String,
    /// Its public key.
    pub public_key: String,
    /// The remote subject of the import.
    pub subject: String,
    /// Keyword of what is wrong from now on.
    pub topic: String,
    /// What is wrong from now on.
    pub text: String,
}

/// A revocation that may go.
#[derive(JsonSchema)]
pub struct PointlessRevocation {
    /// Subject of the export whose activations it revokes; absent for users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub export: Option<String>,
    /// Kind of that export.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<ExportKind>,
    /// Public key that is revoked, or `*` for all.
    pub key: String,
    /// What was issued up to then is revoked, in Unix seconds.
    pub at: i64,
    /// Why it may go.
    pub reason: PointlessReason,
}

/// Why a revocation may go.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PointlessReason {
    /// The entry for everyone revokes as much: nothing changes.
    CoveredByAll,
    /// Every token that it covers and that is known has expired; others may exist.
    KnownExpired,
    /// No token is valid for as long as it is old, as somebody vouches.
    Outlived,
}

/// The file that a commit is about. Names are those on disk.
#[derive(JsonSchema)]
#[serde(tag = "file", rename_all = "snake_case")]
pub enum RecordedFile {
    /// A seed.
    Key {
        /// Its public key.
        key: String,
    },
    /// The operator JWT.
    Operator,
    /// An account JWT.
    Account {
        /// The account.
        account: String,
    },
    /// A user JWT.
    User {
        /// Its account.
        account: String,
        /// The user.
        user: String,
    },
    /// A creds file.
    Creds {
        /// The account of the user.
        account: String,
        /// The user.
        user: String,
    },
}
