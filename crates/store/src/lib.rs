//! Operator stores, keystores, the current context and atomic commits, on disk.
//!
//! This crate knows where things lie: the configuration file, the stores with their operators, accounts and
//! users, the keystore with its seeds and creds files. It reads them, chooses the key that signs, and writes
//! changes so that all of them happen or none does. It knows no network, no terminal and no flags; it never looks at the
//! process environment or the clock: both are passed in.
//!
//! # The way through
//! 1. [`Environment`] and [`DirFlags`] go into [`Context::load`], which tells store root, operator and account.
//! 2. Readers open [`Context::operator_store`] and load what they need: [`OperatorStore::account`] and so on. They
//!    take no lock.
//! 3. Writers call [`OperatorStore::begin`] (or [`Transaction::create_operator`], [`Keystore::begin`]), load
//!    through the [`Transaction`], choose a key with [`SignerQuery::choose`], stage with `put_…`/`remove_…`, and call
//!    [`Transaction::commit`] once. With [`BeginOptions::dry_run`] the same calls write nothing.
//!
//! # Map
//! | module | what |
//! |---|---|
//! | [`env`](mod@env) | the environment as a value; well-known operators |
//! | [`home`] | which directories are used |
//! | [`config`], [`context`] | `nsc.json`; the current operator and account |
//! | [`settings`] | what `nsc.json` has no place for |
//! | [`names`], [`layout`] | valid entity names; names on disk |
//! | [`store`], [`backup`] | one operator store, reading; a copy of it |
//! | [`keystore`], [`keyfile`] | seeds and creds files, and seeds elsewhere |
//! | [`signer`] | which key signs |
//! | [`transaction`], [`changeset`] | staging and committing |
//! | [`batch`], [`files`] | many commands as one commit, and what they see of one another |
//! | [`history`], [`trash`] | what commits leave behind so that they can be undone |
//! | [`salvage`] | what can be saved out of folders of any shape |
//! | [`secrets`] | masking seeds in text that is kept |
//! | [`lock`], [`journal`], [`write`](mod@write) | the mechanisms below a commit |
#![deny(missing_docs)]

mod account_names;
pub mod backup;
pub mod batch;
pub mod changeset;
pub mod config;
pub mod context;
pub mod env;
pub mod error;
pub mod files;
pub mod history;
pub mod home;
mod importers;
pub mod journal;
pub mod keyfile;
pub mod keystore;
pub mod layout;
pub mod lock;
pub mod names;
pub mod salvage;
pub mod secrets;
pub mod settings;
pub mod signer;
pub mod store;
mod token;
pub mod transaction;
pub mod trash;
pub mod write;

pub use batch::Batch;
pub use changeset::{ChangeKind, ChangeSet, ChangeSummary, FileKind, Version};
pub use context::{Context, Selection};
pub use env::{Environment, WellKnownOperator};
pub use error::{ErrorKind, StoreError};
pub use files::{Files, OutputFile};
pub use history::{Recording, Undone};
pub use home::{DirFlags, Home};
pub use keystore::{KeyState, Keystore, StoredKey};
pub use lock::LockWait;
pub use settings::Settings;
pub use signer::{Candidate, ChosenSigner, KeyMaterial, KeyRole, SignerError, SignerQuery, Wanted};
pub use store::{
    DeletedTokens, Exchanged, ExchangedTokens, Listed, OperatorStore, StoreInfo, Stored,
    StoredAccount, StoredOperator, StoredUser, Visitor,
};
pub use token::read_token;
pub use transaction::{BeginOptions, Committed, Migrated, Transaction, Warning};
pub use trash::TrashedKey;
