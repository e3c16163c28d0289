//! Stores, keystores, contexts and commits in temporary folders.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod common;
mod concurrent;
mod context;
mod crash;
mod entities;
mod history;
mod housekeeping;
mod keystore;
mod recorded;
mod signer;
mod staging;
mod trash;
