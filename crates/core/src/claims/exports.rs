//! What accounts share with each other: exports, imports, and the subjects they map.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::claims::object::claims_object;
use crate::json::{Unset, Walk};

/// Whether messages flow to the importers (stream) or requests to the exporter (service).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportKind {
    /// Messages published in the exporting account.
    Stream,
    /// Requests answered by the exporting account.
    Service,
}

impl ExportKind {
    /// `stream` or `service`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::Service => "service",
        }
    }
}

claims_object! {
    /// A subject that other accounts may import.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Export {
        /// Name for people.
        name: String = omit "name",
        /// Exported subject.
        subject: String = omit "subject",
        /// Stream or service; `None` where the token says neither.
        kind: Option<ExportKind> = omit "type",
        /// Whether importing takes an activation token.
        token_req: bool = omit "token_req",
        /// Importing accounts (or `*`) whose activations up to a time are revoked.
        revocations: BTreeMap<String, i64> = omit "revocations",
        /// `Singleton`, `Stream` or `Chunked`; services only.
        response_type: String = omit "response_type",
        /// Nanoseconds that a responder may take; services only.
        response_threshold: i64 = omit "response_threshold",
        /// Latency tracking; services only.
        service_latency: Option<ServiceLatency> = omit "service_latency",
        /// Token of the subject, counted from 1, that must be the importing account's key.
        account_token_position: u64 = omit "account_token_position",
        /// Whether the export is listed publicly.
        advertise: bool = omit "advertise",
        /// Whether message traces may cross; services only.
        allow_trace: bool = omit "allow_trace",
        /// Free text.
        description: String = omit "description",
        /// Where to read more.
        info_url: String = omit "info_url",
    }
}

impl Export {
    /// Whether it is a service.
    pub fn is_service(&self) -> bool {
        self.kind == Some(ExportKind::Service)
    }

    /// Whether it is a stream.
    pub fn is_stream(&self) -> bool {
        self.kind == Some(ExportKind::Stream)
    }
}

claims_object! {
    /// Where and how often latencies of a service are reported.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ServiceLatency {
        /// How many requests are measured.
        sampling: SamplingRate = keep "sampling" via SamplingRate,
        /// Subject on which results are published.
        results: String = keep "results",
    }
}

/// A share of requests: 1 to 100 percent, or 0 for "those with a tracing header".
///
/// The text form is the number, or `"headers"` for 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SamplingRate(pub i64);

impl SamplingRate {
    /// Whether it can be written: 0 to 100.
    pub fn is_valid(self) -> bool {
        (0..=100).contains(&self.0)
    }
}

impl Serialize for SamplingRate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            0 => serializer.serialize_str("headers"),
            rate => serializer.serialize_i64(rate),
        }
    }
}

impl<'de> Deserialize<'de> for SamplingRate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Text {
            Number(i64),
            Word(String),
        }
        match Text::deserialize(deserializer)? {
            Text::Number(rate) => Ok(Self(rate)),
            Text::Word(word) if word.eq_ignore_ascii_case("headers") => Ok(Self(0)),
            Text::Word(_) => Err(serde::de::Error::custom(
                "sampling is a number or `headers`",
            )),
        }
    }
}

impl Walk for ExportKind {}
impl Walk for SamplingRate {}

impl Unset for SamplingRate {
    fn is_unset(&self) -> bool {
        self.0 == 0
    }
}

claims_object! {
    /// A subject taken from another account.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Import {
        /// Name for people.
        name: String = omit "name",
        /// Subject as exported.
        subject: String = omit "subject",
        /// Public key of the exporting account.
        account: String = omit "account",
        /// Activation token, where the export asks for one.
        token: String = omit "token",
        /// Local subject of old tokens; today's is `local_subject`.
        to: String = omit "to",
        /// Subject inside the importing account; may hold `$N` references.
        local_subject: String = omit "local_subject",
        /// Stream or service; `None` where the token says neither.
        kind: Option<ExportKind> = omit "type",
        /// Whether latency data is shared with the exporter; services only.
        share: bool = omit "share",
        /// Whether message traces may cross; streams only.
        allow_trace: bool = omit "allow_trace",
    }
}

impl Import {
    /// Whether it is a service.
    pub fn is_service(&self) -> bool {
        self.kind == Some(ExportKind::Service)
    }

    /// Whether it is a stream.
    pub fn is_stream(&self) -> bool {
        self.kind == Some(ExportKind::Stream)
    }
}

claims_object! {
    /// One target of a subject mapping.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct WeightedMapping {
        /// Target subject.
        subject: String = keep "subject",
        /// Percent of the messages; 0 stands for 100.
        weight: u8 = omit "weight",
        /// Cluster in which the target counts; empty is everywhere.
        cluster: String = omit "cluster",
    }
}

impl WeightedMapping {
    /// The weight with its default filled in.
    pub fn effective_weight(&self) -> u8 {
        if self.weight == 0 { 100 } else { self.weight }
    }
}
