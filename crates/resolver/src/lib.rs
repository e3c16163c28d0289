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
//! | [`report`] | results: a line for each server and account |
//! | [`error`] | everything that can fail |
#![warn(missing_docs)]

pub mod access;
pub mod credentials;
pub mod error;
pub mod report;
pub mod tls;
pub mod url;

mod token;

pub use access::{Access, DEFAULT_INBOX_PREFIX, pull_access, push_access};
pub use credentials::UserCredentials;
pub use error::{ErrorKind, ForeignText, PayloadLimit, ResolverError};
pub use report::{
    AccountDiff, AccountPush, AccountToken, Answer, DeleteReport, DiffReport, DiffState, Holding,
    Level, PushOptions, PushOutcome, PushReport, Server, ServerDiff, ServerListing, ServerReply,
};
pub use tls::{Curve, TlsOptions};
pub use url::{HttpUrl, NatsUrls, ResolverUrl};
