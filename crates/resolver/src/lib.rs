//! Talking to NATS servers and account servers: push, pull, list, delete and look-up of account
//! JWTs over NATS and HTTP, and the small NATS tools.
//!
//! This crate knows URLs, subjects, replies and TLS. It refuses to know where JWTs and keys are
//! stored, how options are spelled, and what a terminal is: tokens come in and go out as text,
//! results are data, and text that a server sent is marked as foreign so that the caller can
//! escape it. Environment variables are not read; values found there are passed in as options.
//!
//! | module | holds |
//! |---|---|
//! | [`url`] | kinds of URL, printed without user info |
//! | [`tls`] | certificates, curves, TLS first |
//! | [`credentials`] | a user JWT with a signer |
//! | [`access`] | the permissions that a push or pull user needs |
//! | [`http`] | account servers, and JWTs behind URLs |
//! | [`nats`] | push, pull, list, delete, look-up and diff over NATS |
//! | [`tools`] | publish, subscribe, request, reply, round trip time |
//! | [`options`] | how to connect, and notices |
//! | [`report`] | results: a line for each server and account |
//! | [`error`] | everything that can fail |
#![deny(missing_docs)]

pub mod access;
pub mod credentials;
pub mod error;
pub mod http;
pub mod nats;
pub mod options;
pub mod report;
pub mod tls;
pub mod tools;
pub mod url;

mod accounts;
mod connect_error;
mod connection;
mod events;
mod facts;
mod gather;
mod lookup;
mod pinned;
mod push;
mod replacement;
mod servers;
mod token;
mod watch;
mod wire;

pub use access::{
    Access, DEFAULT_INBOX_PREFIX, pull_access, push_access, status_access, watch_access,
};
pub use accounts::delete_request;
pub use credentials::UserCredentials;
pub use error::{ErrorKind, ForeignText, PayloadLimit, ResolverError};
pub use http::{HttpOutcome, HttpPush, HttpResolver};
pub use nats::NatsResolver;
pub use options::{ConnectOptions, Notice, NoticeFn, Progress, ProgressFn, Stage};
pub use replacement::{Judge, Replacement};
pub use report::{
    AccountDiff, AccountPush, AccountToken, Answer, DeleteReport, DiffReport, DiffState, Holding,
    JetStreamData, Level, PushOptions, PushOutcome, PushReport, Server, ServerDiff, ServerFacts,
    ServerListing, ServerReply,
};
pub use tls::{Curve, TlsOptions};
pub use token::issued_at;
pub use tools::{Heard, Listen, ListenEnd, Message, NatsTool};
pub use url::{HttpUrl, NatsUrls, ResolverUrl};
pub use watch::{Announcement, Watch};
