//! Black-box tests of the nsc binary.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod add_account;
mod add_operator;
mod add_user;
mod delete_account;
mod delete_user;
mod describe;
mod edit_account;
mod edit_authcallout;
mod edit_jetstream;
mod edit_operator;
mod edit_signing_key;
mod edit_user;
mod env;
mod generate;
mod history;
mod init;
mod list;
mod managed;
mod pull;
mod push;
mod stock;
mod system;
mod tool;
