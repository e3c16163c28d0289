//! Black-box tests of the nsc binary.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod add_account;
mod add_operator;
mod add_user;
mod describe;
mod env;
mod generate;
mod init;
mod list;
mod managed;
mod pull;
mod push;
mod stock;
mod system;
mod tool;
