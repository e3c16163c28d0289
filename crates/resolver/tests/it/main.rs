//! Tests against a real nats-server, and against doubles for answers that it never gives.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod claims;
mod cluster;
mod doubles;
mod http;
mod tls;
mod tools;
mod world;
