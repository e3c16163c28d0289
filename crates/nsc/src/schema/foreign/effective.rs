//! What a user may do in the end.

use schemars::JsonSchema;

use super::TimeRange;

/// What a user may do in the end.
#[derive(JsonSchema)]
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
    /// Bytes of one message.
    pub payload: Limit,
    /// Subscriptions of one connection.
    pub subs: Limit,
    /// Bytes; servers do not enforce it.
    pub data: Limit,
    /// Who says what follows: the role or the user.
    pub restrictions_from: Source,
    /// Whether the token alone is enough to connect.
    pub bearer_token: bool,
    /// Whether the user must come through a trusted proxy.
    pub proxy_required: bool,
    /// Kinds of connection; empty is any.
    pub connection_types: Vec<String>,
    /// Networks from which the user may connect; empty is any.
    pub networks: Vec<String>,
    /// Daily ranges in which it may be connected; empty is always.
    pub times: Vec<TimeRange>,
    /// Time zone of the ranges; empty is that of the server.
    pub time_zone: String,
}

/// What decides a part of what a user may do.
#[derive(JsonSchema)]
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

/// Why servers turn a user away.
#[derive(JsonSchema)]
pub struct Refusal {
    /// A word that stays, such as `revoked`.
    pub reason: String,
    /// The same in a sentence.
    pub text: String,
}

/// A role, as the account has it.
#[derive(JsonSchema)]
pub struct Role {
    /// Name of the role; may be empty.
    pub name: String,
    /// The scoped signing key.
    pub key: String,
}

/// What holds in one direction.
#[derive(JsonSchema)]
pub struct Direction {
    /// The rules: those that deny first, as they win.
    pub rules: Vec<SubjectRule>,
    /// What holds for subjects that no rule names.
    pub others: Verdict,
    /// Who says what holds for those.
    pub others_from: Source,
    /// Allow entries of the template that give this user nothing, for want of a tag or because of
    /// what would become of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_effect: Option<Vec<String>>,
}

/// Allowed or not.
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Not allowed.
    Deny,
    /// Allowed.
    Allow,
}

/// One subject that is allowed or denied.
#[derive(JsonSchema)]
pub struct SubjectRule {
    /// What holds.
    pub verdict: Verdict,
    /// The subject; for subscribing also `subject queue`.
    pub subject: String,
    /// Who says so.
    pub from: Source,
    /// The entry of the template that became the subject, where it is another text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The deny entry that makes nothing of this allow entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denied_by: Option<String>,
}

/// The permission to answer requests, as servers read it.
#[derive(JsonSchema)]
pub struct Responses {
    /// Messages for each request.
    pub max: i64,
    /// Nanoseconds after the request.
    pub ttl: i64,
    /// Who says so.
    pub from: Source,
}

/// A number, and who says it.
#[derive(JsonSchema)]
pub struct Limit {
    /// The limit; -1 is none, 0 allows nothing.
    pub limit: i64,
    /// Who says so.
    pub from: Source,
}
