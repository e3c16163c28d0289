//! What results take over from tokens. Members that say nothing are absent there; members that this
//! version does not know are kept.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value;

/// Whether messages flow to the importers (stream) or requests to the exporter (service).
#[derive(JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportKind {
    /// Messages published in the exporting account.
    Stream,
    /// Requests answered by the exporting account.
    Service,
}

/// All claims of a NATS JWT v2, as the token has them.
#[derive(JsonSchema)]
#[schemars(extend("additionalProperties" = true))]
pub struct Claims {
    /// Who issued it: a public key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// Whom it is about: a public key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it was issued, Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// When it expires, Unix seconds; absent or 0 for never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// From when it is valid, Unix seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// Identifier: a hash of the claims.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// What is particular to the type of token, its `type` and `version` among it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nats: Option<BTreeMap<String, Value>>,
}

/// A subject that other accounts may import, as in the claims of the account; what is not set is absent.
#[derive(JsonSchema)]
#[schemars(extend("additionalProperties" = true))]
pub struct Export {
    /// Name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Exported subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Stream or service.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ExportKind>,
    /// Whether importing takes an activation token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_req: Option<bool>,
    /// Importing accounts (or `*`) whose activations up to a time, in Unix seconds, are revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocations: Option<BTreeMap<String, i64>>,
    /// `Singleton`, `Stream` or `Chunked`; services only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_type: Option<String>,
    /// Nanoseconds that a responder may take; services only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_threshold: Option<i64>,
    /// Latency tracking; services only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_latency: Option<ServiceLatency>,
    /// Token of the subject, counted from 1, that must be the importing account's key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_token_position: Option<u64>,
    /// Whether the export is listed publicly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advertise: Option<bool>,
    /// Whether message traces may cross; services only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_trace: Option<bool>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where to read more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub info_url: Option<String>,
}

/// Where and how often latencies of a service are reported.
#[derive(JsonSchema)]
#[schemars(extend("additionalProperties" = true))]
pub struct ServiceLatency {
    /// How many requests are measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sampling: Option<Sampling>,
    /// Subject on which results are published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<String>,
}

/// A share of requests.
#[derive(JsonSchema)]
#[serde(untagged)]
pub enum Sampling {
    /// Percent, 1 to 100.
    Percent(i64),
    /// `headers`: those with a tracing header.
    Headers(String),
}

/// A subject taken from another account, as in the claims of the account; what is not set is absent.
#[derive(JsonSchema)]
#[schemars(extend("additionalProperties" = true))]
pub struct Import {
    /// Name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Subject as exported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Public key of the exporting account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Activation token, where the export asks for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Local subject of old tokens; today's is `local_subject`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Subject inside the importing account; may hold `$N` references.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_subject: Option<String>,
    /// Stream or service.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ExportKind>,
    /// Whether latency data is shared with the exporter; services only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<bool>,
    /// Whether message traces may cross; streams only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_trace: Option<bool>,
}

/// A scoped signing key with its role, as in the claims of the account.
#[derive(JsonSchema)]
#[schemars(extend("additionalProperties" = true))]
pub struct Scope {
    /// `user_scope`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The public key, which signs for this role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Name of the role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What its users may do, as in the claims of a user; subjects may hold `{{...}}` markers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<BTreeMap<String, Value>>,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A range of a day.
#[derive(JsonSchema)]
#[schemars(extend("additionalProperties" = true))]
pub struct TimeRange {
    /// First moment, `HH:MM:SS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Last moment, `HH:MM:SS`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}
