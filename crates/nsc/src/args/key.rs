//! The key of a new entity: generated, or given with `-k`.

use nsc_core::keys::{KeyKind, PublicKey, Seed};
use nsc_store::{KeyMaterial, SignerError, StoreError, Transaction};

use crate::app::App;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::ui::Step;

/// The identity of a new account or user.
pub enum SubjectKey {
    /// Made by this command, which stores it.
    Generated(Seed),
    /// Given; never copied into the keystore.
    Given(KeyMaterial),
}

impl SubjectKey {
    /// Reads `-k`, or makes a key.
    ///
    /// # Errors
    /// When the value is no key of this kind.
    pub fn new(app: &App, given: Option<&str>, kind: KeyKind) -> Result<Self, CliError> {
        match given.filter(|value| !value.is_empty()) {
            Some(value) => material(app, value, kind).map(Self::Given),
            None => app.new_key(kind).map(Self::Generated),
        }
    }

    /// The public key that `-k` asks for, if it does.
    ///
    /// # Errors
    /// When the value is no key of this kind.
    pub fn asked(
        app: &App,
        given: Option<&str>,
        kind: KeyKind,
    ) -> Result<Option<PublicKey>, CliError> {
        let given = given.filter(|value| !value.is_empty());
        given
            .map(|value| Ok(material(app, value, kind)?.public_key()))
            .transpose()
    }

    /// Asks whether to make a key; if not, for one.
    ///
    /// # Errors
    /// When cancelled.
    pub fn ask(app: &App, given: &mut Option<String>, kind: KeyKind) -> Result<(), CliError> {
        let question = format!("generate the {kind} key?");
        *given = if app.prompter.confirm(&question, given.is_none())? {
            None
        } else {
            let check = |answer: &str| {
                KeyMaterial::parse(&app.env, answer, &[kind])
                    .map(drop)
                    .map_err(|error| error.to_string())
            };
            let default = given.as_deref().unwrap_or_default();
            let question = "key or path of a key file";
            Some(app.prompter.secret(question, default, &check)?)
        };
        Ok(())
    }

    /// The public key.
    pub fn public_key(&self) -> PublicKey {
        match self {
            Self::Generated(seed) => seed.public_key(),
            Self::Given(material) => material.public_key(),
        }
    }

    /// The seed, if it is at hand.
    pub fn seed(&self) -> Option<&Seed> {
        match self {
            Self::Generated(seed) | Self::Given(KeyMaterial::Seed(seed)) => Some(seed),
            Self::Given(KeyMaterial::Public(_)) => None,
        }
    }

    /// Stages a generated key, and tells.
    ///
    /// # Errors
    /// When the keystore cannot take it.
    pub fn store(&self, tx: &mut Transaction<'_>) -> Result<Option<Step>, CliError> {
        match self {
            Self::Generated(seed) => {
                tx.put_key(seed)?;
                let key = seed.public_key();
                Ok(Some(generated(key.kind().name(), &key)))
            }
            Self::Given(_) => Ok(None),
        }
    }
}

/// A public key, a seed, or what a file with one holds.
///
/// # Errors
/// When the value is no key of this kind.
pub fn material(app: &App, value: &str, kind: KeyKind) -> Result<KeyMaterial, CliError> {
    KeyMaterial::parse(&app.env, value, &[kind]).map_err(|error| match error {
        StoreError::Signer(SignerError::Unknown { value }) => {
            let message = format!("`{value}` is neither {kind} key nor file with one");
            let flag = match kind {
                KeyKind::Operator => "operator",
                KeyKind::Account => "account",
                KeyKind::Curve => "curve",
                _ => "user",
            };
            CliError::new(Kind::NoKey, message)
                .about(EntityKind::Key, value)
                .hint(format!("nsc generate nkey --{flag}"))
        }
        error => error.into(),
    })
}

/// Tells of a key that was made and stored.
pub fn generated(what: &str, key: &PublicKey) -> Step {
    Step::ok(format!("generated and stored {what} key `{key}`"))
}
