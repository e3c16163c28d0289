//! Black-box tests of the nsc binary.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod describe;
mod env;
mod list;
mod stock;
