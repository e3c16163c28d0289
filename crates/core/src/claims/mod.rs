//! The claims that tokens carry, one struct a JSON object, members in the order of the format.
//!
//! The structs mirror the JSON of NATS JWT version 2: texts are texts, 0 and empty mean "not set",
//! and each object keeps the members it does not know (see [`crate::json::Unknown`]). Rules about
//! the values live in [`crate::validate`]; reading and signing in [`crate::jwt`].

pub(crate) mod object;

mod account;
mod activation;
mod authorization;
mod common;
mod exports;
mod generic;
mod limits;
mod operator;
mod permissions;
mod user;

pub use account::{Account, AccountClaims, ExternalAuthorization, MsgTrace, SigningKeys};
pub use activation::{Activation, ActivationClaims};
pub use authorization::{
    AuthorizationRequest, AuthorizationRequestClaims, AuthorizationResponse,
    AuthorizationResponseClaims, ClientInformation, ClientTls, ConnectOptions, ServerId,
};
pub use common::{Body, Claims};
pub use exports::{Export, ExportKind, Import, SamplingRate, ServiceLatency, WeightedMapping};
pub use generic::{Generic, GenericClaims};
pub use limits::{AccountLimits, JetStreamLimits, NO_LIMIT, NatsLimits, OperatorLimits};
pub use operator::{Operator, OperatorClaims};
pub(crate) use permissions::NetworkList;
pub use permissions::{
    CONNECTION_TYPES, Permission, Permissions, ResponsePermission, TimeRange, UserPermissionLimits,
    UserScope,
};
pub use user::{User, UserClaims};

/// The version of the format that is written.
pub const VERSION: i64 = 2;
