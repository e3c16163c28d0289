//! Black-box tests of the nsc binary.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod add_account;
mod add_operator;
mod add_user;
mod completion;
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
mod expirations;
mod export_keys;
mod fix;
mod generate;
mod history;
mod import;
mod init;
mod keys_migrate;
mod list;
mod load;
mod managed;
mod migrate;
mod pull;
mod push;
mod reissue;
mod rename;
mod stock;
mod system;
mod tool;
mod upgrade_jwt;
mod validate;
