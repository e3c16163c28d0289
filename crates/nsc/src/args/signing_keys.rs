//! `--sk`: keys that sign in place of the identity key.

use nsc_core::keys::{KeyKind, PublicKey, Seed};
use nsc_store::{KeyMaterial, Transaction};

use crate::app::App;
use crate::args::key::{generated, material};
use crate::error::CliError;
use crate::ui::Step;

/// The value that asks for a new key.
pub const GENERATE: &str = "generate";

/// A key that was asked for: made here and to be stored, or given and not stored.
pub enum NewKey {
    /// Made by this command, which stores it.
    Generated(Seed),
    /// Given; never copied into the keystore.
    Given(PublicKey),
}

impl NewKey {
    /// Makes a key for `generate`; else reads a public key, a seed, or a file with one.
    ///
    /// # Errors
    /// When the value is no key of this kind.
    pub fn parse(app: &App, value: &str, kind: KeyKind) -> Result<Self, CliError> {
        if value.eq_ignore_ascii_case(GENERATE) {
            return app.new_key(kind).map(Self::Generated);
        }
        let material = material(app, value, kind)?;
        Ok(Self::Given(material.public_key()))
    }

    /// The public key.
    pub fn public_key(&self) -> PublicKey {
        match self {
            Self::Generated(seed) => seed.public_key(),
            Self::Given(key) => *key,
        }
    }

    /// Stages a key that was made, and tells.
    ///
    /// # Errors
    /// When the keystore cannot take it.
    pub fn store(&self, what: &str, tx: &mut Transaction<'_>) -> Result<Option<Step>, CliError> {
        match self {
            Self::Generated(seed) => {
                tx.put_key(seed)?;
                Ok(Some(generated(what, &seed.public_key())))
            }
            Self::Given(_) => Ok(None),
        }
    }
}

/// Reads all values of a flag.
///
/// # Errors
/// As [`NewKey::parse`].
pub fn parse_all(app: &App, values: &[String], kind: KeyKind) -> Result<Vec<NewKey>, CliError> {
    values
        .iter()
        .filter(|value| !value.is_empty())
        .map(|value| NewKey::parse(app, value, kind))
        .collect()
}

/// The public keys of those that were made.
pub fn generated_keys(keys: &[NewKey]) -> Vec<String> {
    let made = keys
        .iter()
        .filter(|key| matches!(key, NewKey::Generated(_)));
    made.map(|key| key.public_key().to_text()).collect()
}

/// Stages the keys that were made.
///
/// # Errors
/// When the keystore cannot take one.
pub fn store_all(keys: &[NewKey], tx: &mut Transaction<'_>) -> Result<Vec<Step>, CliError> {
    let steps = keys.iter().map(|key| key.store("signing", tx).transpose());
    steps.flatten().collect()
}

/// Asks for signing keys to add, one after the other.
///
/// # Errors
/// When cancelled.
pub fn ask(app: &App, kind: KeyKind) -> Result<Vec<String>, CliError> {
    let mut keys = Vec::new();
    let check = |answer: &str| match answer {
        GENERATE => Ok(()),
        _ => KeyMaterial::parse(&app.env, answer, &[kind])
            .map(drop)
            .map_err(|error| error.to_string()),
    };
    let mut question = "add signing keys?";
    while app.prompter.confirm(question, false)? {
        let key = "key or path of a key file (nothing generates one)";
        keys.push(app.prompter.secret(key, GENERATE, &check)?);
        question = "add another signing key?";
    }
    Ok(keys)
}
