//! Which key signs.

use crate::env::Environment;
use crate::error::ErrorKind;
use crate::keystore::Keystore;
use crate::pending::{AccountClaims, KeyKind, OperatorClaims, PublicKey, Seed, Signer};

/// What is to be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The operator's own JWT.
    OperatorToken,
    /// An account JWT.
    AccountToken,
    /// A user JWT or an activation.
    UserToken,
}

/// What a key is to the entities around.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyRole {
    /// Identity of the operator.
    OperatorIdentity,
    /// A signing key of the operator.
    OperatorSigning,
    /// Identity of the account.
    AccountIdentity,
    /// A signing key of the account without a scope.
    AccountSigning,
    /// A scoped signing key of the account.
    AccountScoped {
        /// Its role name.
        role: String,
    },
}

/// A key that may sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The key.
    pub key: PublicKey,
    /// What it is.
    pub role: KeyRole,
}

/// The key that signs.
pub struct ChosenSigner {
    /// Key and role.
    pub candidate: Candidate,
    signer: Box<dyn Signer>,
}

/// A key given as text: seed, public key, or a file with one.
pub enum KeyMaterial {
    /// A seed.
    Seed(Seed),
    /// Only a public key.
    Public(PublicKey),
}

/// Why no key could be chosen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignerError {
    /// None of the keys that may sign is stored.
    #[error("no key to sign with is stored")]
    NoneStored {
        /// The keys that may sign.
        candidates: Vec<PublicKey>,
    },
}

impl SignerError {
    /// How to treat the error.
    pub fn kind(&self) -> ErrorKind {
        ErrorKind::NoKey
    }
}

/// Everything the choice of a signer depends on.
pub struct SignerQuery<'a> {
    /// What is to be signed.
    pub wanted: Wanted,
    /// For paths given to `-K`.
    pub env: &'a Environment,
    /// Where seeds are.
    pub keystore: &'a Keystore,
    /// The operator as it was before the edit.
    pub operator: &'a OperatorClaims,
    /// Whether the store is managed.
    pub managed: bool,
    /// The account in context: needed for user tokens, and for account tokens of managed stores.
    pub account: Option<&'a AccountClaims>,
    /// `-K`.
    pub private_key: Option<&'a str>,
    /// Issuer of the token being edited, where the command prefers it.
    pub previous_issuer: Option<&'a str>,
    /// Seeds that are about to be stored by this command, tried before the keystore.
    pub fresh: &'a [&'a Seed],
}

impl SignerQuery<'_> {
    /// The keys that may sign, in the order of preference.
    pub fn candidates(&self) -> Result<Vec<Candidate>, SignerError> {
        unimplemented!()
    }
    /// The key that signs.
    pub fn choose(&self) -> Result<ChosenSigner, SignerError> {
        unimplemented!()
    }
}

impl ChosenSigner {
    /// The signer.
    pub fn signer(&self) -> &dyn Signer {
        self.signer.as_ref()
    }
}

impl KeyMaterial {
    /// Reads a key argument (`-k`, `--sk`, `-K` ...): a seed, a public key, or the path of a file with one.
    pub fn parse(_env: &Environment, _value: &str, _kind: KeyKind) -> Result<Self, SignerError> {
        unimplemented!()
    }
}
