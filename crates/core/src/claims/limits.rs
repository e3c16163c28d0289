//! Limits of accounts and users. -1 is unlimited; 0 is none and is written as absence.

use std::collections::BTreeMap;

use crate::claims::object::claims_object;

/// The value that stands for "no limit".
pub const NO_LIMIT: i64 = -1;

claims_object! {
    /// Limits that accounts and users share.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct NatsLimits {
        /// Subscriptions of one connection.
        subs: i64 = omit "subs",
        /// Bytes; servers do not enforce it.
        data: i64 = omit "data",
        /// Bytes of one message.
        payload: i64 = omit "payload",
    }
}

impl NatsLimits {
    /// All three unlimited.
    pub fn unlimited() -> Self {
        Self {
            subs: NO_LIMIT,
            data: NO_LIMIT,
            payload: NO_LIMIT,
            ..Self::default()
        }
    }

    /// Whether all three are unlimited.
    pub fn is_unlimited(&self) -> bool {
        self.subs == NO_LIMIT && self.data == NO_LIMIT && self.payload == NO_LIMIT
    }
}

claims_object! {
    /// Limits of an account as a whole.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct AccountLimits {
        /// Imports.
        imports: i64 = omit "imports",
        /// Exports.
        exports: i64 = omit "exports",
        /// Whether exported subjects may hold wildcards.
        wildcards: bool = omit "wildcards",
        /// Whether bearer users are refused.
        disallow_bearer: bool = omit "disallow_bearer",
        /// Client connections.
        conn: i64 = omit "conn",
        /// Leaf node connections.
        leaf: i64 = omit "leaf",
    }
}

impl AccountLimits {
    /// Everything unlimited and allowed.
    pub fn unlimited() -> Self {
        Self {
            imports: NO_LIMIT,
            exports: NO_LIMIT,
            wildcards: true,
            conn: NO_LIMIT,
            leaf: NO_LIMIT,
            ..Self::default()
        }
    }

    /// Whether everything is unlimited and allowed.
    pub fn is_unlimited(&self) -> bool {
        *self
            == Self {
                unknown: self.unknown.clone(),
                ..Self::unlimited()
            }
    }
}

claims_object! {
    /// JetStream limits, of an account or of one replication tier.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct JetStreamLimits {
        /// Bytes in memory; 0 disables memory streams.
        mem_storage: i64 = omit "mem_storage",
        /// Bytes on disk; 0 disables file streams.
        disk_storage: i64 = omit "disk_storage",
        /// Streams.
        streams: i64 = omit "streams",
        /// Consumers.
        consumer: i64 = omit "consumer",
        /// Pending acknowledgements of one stream.
        max_ack_pending: i64 = omit "max_ack_pending",
        /// Bytes of one memory stream; 0 and -1 are no limit.
        mem_max_stream_bytes: i64 = omit "mem_max_stream_bytes",
        /// Bytes of one file stream; 0 and -1 are no limit.
        disk_max_stream_bytes: i64 = omit "disk_max_stream_bytes",
        /// Whether every stream must name its maximum size.
        max_bytes_required: bool = omit "max_bytes_required",
    }
}

impl JetStreamLimits {
    /// Whether there is any storage.
    pub fn is_enabled(&self) -> bool {
        self.mem_storage != 0 || self.disk_storage != 0
    }

    /// Whether every limit is zero and the flag off.
    pub fn is_empty(&self) -> bool {
        *self
            == Self {
                unknown: self.unknown.clone(),
                ..Self::default()
            }
    }

    /// Whether storage, streams and consumers are unlimited and nothing else restricts.
    pub fn is_unlimited(&self) -> bool {
        [
            self.mem_storage,
            self.disk_storage,
            self.streams,
            self.consumer,
        ]
        .iter()
        .all(|limit| *limit == NO_LIMIT)
            && self.max_ack_pending <= 0
            && self.mem_max_stream_bytes <= 0
            && self.disk_max_stream_bytes <= 0
            && !self.max_bytes_required
    }
}

claims_object! {
    /// All limits of an account, one flat object.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct OperatorLimits {
        /// Subscriptions, data, payload.
        nats: NatsLimits = flat,
        /// Connections, imports, exports.
        account: AccountLimits = flat,
        /// JetStream limits of the account as a whole; unused where there are tiers.
        jetstream: JetStreamLimits = flat,
        /// JetStream limits by replication tier (`R1`, `R3`, ...).
        tiered_limits: BTreeMap<String, JetStreamLimits> = omit "tiered_limits",
    }
}

impl OperatorLimits {
    /// What a new account has: no limits, and no JetStream.
    pub fn without_jetstream() -> Self {
        Self {
            nats: NatsLimits::unlimited(),
            account: AccountLimits::unlimited(),
            ..Self::default()
        }
    }

    /// Whether nothing is limited, JetStream included, and there are no tiers.
    pub fn is_unlimited(&self) -> bool {
        self.nats.is_unlimited()
            && self.account.is_unlimited()
            && self.jetstream.is_unlimited()
            && self.tiered_limits.is_empty()
    }

    /// Whether every limit is zero or false and there are no tiers.
    pub fn is_empty(&self) -> bool {
        *self
            == Self {
                unknown: self.unknown.clone(),
                ..Self::default()
            }
    }

    /// Whether anything is said about JetStream, storage or not.
    pub fn has_jetstream_limits(&self) -> bool {
        !(self.jetstream.is_empty() && self.tiered_limits.is_empty())
    }

    /// Whether the account may store something in JetStream, in some tier if there are tiers.
    pub fn is_jetstream_enabled(&self) -> bool {
        if self.tiered_limits.is_empty() {
            self.jetstream.is_enabled()
        } else {
            self.tiered_limits.values().any(JetStreamLimits::is_enabled)
        }
    }
}
