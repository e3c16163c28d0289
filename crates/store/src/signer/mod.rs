//! Which key signs.
//!
//! An operator key signs operator and account JWTs, an account key signs user JWTs and activations; in a managed
//! store an account key signs accounts, too. An identity key signs before signing keys, unless the operator requires
//! signing keys. A key that is given has to be one of those that may sign.

mod error;
mod material;

use std::fmt;
use std::path::PathBuf;

use nsc_core::claims::{AccountClaims, OperatorClaims};
use nsc_core::keys::{KeyError, KeyKind, PublicKey, Seed};
use nsc_core::sign::Signer;

use crate::env::Environment;
use crate::error::StoreError;
use crate::keystore::Keystore;
pub use error::SignerError;
pub use material::KeyMaterial;

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
    /// A scoped signing key of the account: users signed with it have no permissions or limits of their own.
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

/// The key that signs; itself a [`Signer`].
pub struct ChosenSigner<'a> {
    /// Key and role.
    pub candidate: Candidate,
    /// The file of the keystore that the seed came from.
    pub path: Option<PathBuf>,
    signer: Box<dyn Signer + Sync + 'a>,
}

/// Everything the choice of a signer depends on.
#[derive(Clone, Copy)]
pub struct SignerQuery<'a> {
    /// What is to be signed.
    pub wanted: Wanted,
    /// For paths given to `-K`.
    pub env: &'a Environment,
    /// Where seeds are.
    pub keystore: &'a Keystore,
    /// The operator as it was before the edit.
    pub operator: &'a OperatorClaims,
    /// Whether the store is managed: account keys then sign accounts, too.
    pub managed: bool,
    /// The account in context: needed for user tokens, and for account tokens of managed stores.
    pub account: Option<&'a AccountClaims>,
    /// `-K`.
    pub private_key: Option<&'a str>,
    /// Issuer of the token that is edited, in the commands that prefer it.
    pub previous_issuer: Option<&'a str>,
    /// Seeds that this command is about to store; they count as stored.
    pub fresh: &'a [&'a Seed],
}

impl<'a> SignerQuery<'a> {
    /// The keys that may sign, best first.
    pub fn candidates(&self) -> Vec<Candidate> {
        let mut keys = match self.wanted {
            Wanted::OperatorToken => self.operator_keys(true),
            Wanted::AccountToken => self.operator_keys(!self.is_strict()),
            Wanted::UserToken => Vec::new(),
        };
        if self.account_keys_sign() {
            keys.extend(self.account_keys(!self.is_strict()));
        }
        if let Some(n) = keys
            .iter()
            .position(|c| Some(c.key.to_text().as_str()) == self.previous_issuer)
        {
            keys[..=n].rotate_right(1);
        }
        keys
    }

    /// The candidates whose seed is stored, best first; opens no file.
    pub fn stored_candidates(&self) -> Vec<Candidate> {
        let stored = |key: &PublicKey| self.fresh_seed(key).is_some() || self.keystore.has(key);
        self.candidates()
            .into_iter()
            .filter(|c| stored(&c.key))
            .collect()
    }

    /// The key that signs.
    ///
    /// # Errors
    /// [`StoreError::Signer`], which names the keys that would do; errors of reading a seed file.
    pub fn choose(&self) -> Result<ChosenSigner<'a>, StoreError> {
        match self.private_key.filter(|value| !value.is_empty()) {
            Some(value) => self.choose_given(value),
            None => self.choose_stored(),
        }
    }

    /// The first candidate that is stored. A seed file that is damaged counts as none, unless there is no other key.
    fn choose_stored(&self) -> Result<ChosenSigner<'a>, StoreError> {
        let candidates = self.candidates();
        let mut damaged = None;
        for candidate in &candidates {
            match self.load(candidate) {
                Ok(Some(chosen)) => return Ok(chosen),
                Ok(None) => {}
                Err(e) => drop(damaged.get_or_insert(e)),
            }
        }
        Err(damaged.unwrap_or_else(|| {
            let wanted = self.wanted;
            let candidates: Vec<PublicKey> = candidates.iter().map(|c| c.key).collect();
            if candidates.is_empty() {
                SignerError::NoSigningKey { wanted }.into()
            } else {
                SignerError::NoneStored { wanted, candidates }.into()
            }
        }))
    }

    /// `-K`: a role, a stored key, a seed, a file.
    fn choose_given(&self, value: &str) -> Result<ChosenSigner<'a>, StoreError> {
        if let Some(chosen) = self.choose_role(value)? {
            return Ok(chosen);
        }
        match KeyMaterial::parse(self.env, value, &self.kinds())? {
            KeyMaterial::Public(key) => {
                let candidate = self.admit(key)?;
                self.load(&candidate)?
                    .ok_or_else(|| SignerError::NotStored { key }.into())
            }
            KeyMaterial::Seed(seed) => {
                let candidate = self.admit(seed.public_key())?;
                Ok(ChosenSigner {
                    candidate,
                    path: None,
                    signer: Box::new(seed),
                })
            }
        }
    }

    /// The scoped signing key of a role: of several the first that is stored.
    fn choose_role(&self, role: &str) -> Result<Option<ChosenSigner<'a>>, StoreError> {
        if !self.account_keys_sign() {
            return Ok(None);
        }
        let wanted = KeyRole::AccountScoped {
            role: role.to_owned(),
        };
        let of_role: Vec<_> = self
            .account_keys(false)
            .into_iter()
            .filter(|c| c.role == wanted)
            .collect();
        for candidate in &of_role {
            if let Some(chosen) = self.load(candidate)? {
                return Ok(Some(chosen));
            }
        }
        match of_role.first() {
            Some(first) => Err(SignerError::RoleNotStored {
                role: role.to_owned(),
                key: first.key,
            }
            .into()),
            None => Ok(None),
        }
    }

    /// The given key must be one that may sign.
    fn admit(&self, key: PublicKey) -> Result<Candidate, SignerError> {
        let candidates = self.candidates();
        if let Some(found) = candidates.iter().find(|c| c.key == key) {
            return Ok(found.clone());
        }
        let wanted = self.wanted;
        let text = key.to_text();
        let is_identity = self.operator.sub == text || self.account.is_some_and(|a| a.sub == text);
        if is_identity && self.is_strict() {
            return Err(SignerError::IdentityKey { key, wanted });
        }
        Err(SignerError::NotListed {
            key,
            wanted,
            candidates: candidates.iter().map(|c| c.key).collect(),
        })
    }

    fn load(&self, candidate: &Candidate) -> Result<Option<ChosenSigner<'a>>, StoreError> {
        let chosen = |path, signer| ChosenSigner {
            candidate: candidate.clone(),
            path,
            signer,
        };
        if let Some(seed) = self.fresh_seed(&candidate.key) {
            return Ok(Some(chosen(None, Box::new(seed))));
        }
        let path = self.keystore.key_path(&candidate.key);
        Ok(self
            .keystore
            .seed(&candidate.key)?
            .map(|seed| chosen(Some(path), Box::new(seed))))
    }

    fn fresh_seed(&self, key: &PublicKey) -> Option<&'a Seed> {
        self.fresh
            .iter()
            .copied()
            .find(|seed| seed.public_key() == *key)
    }

    fn operator_keys(&self, with_identity: bool) -> Vec<Candidate> {
        let identity =
            with_identity.then_some((self.operator.sub.as_str(), KeyRole::OperatorIdentity));
        let signing = self
            .operator
            .nats
            .signing_keys
            .iter()
            .map(|k| (k.as_str(), KeyRole::OperatorSigning));
        identity
            .into_iter()
            .chain(signing)
            .filter_map(candidate)
            .collect()
    }

    fn account_keys(&self, with_identity: bool) -> Vec<Candidate> {
        let Some(account) = self.account else {
            return Vec::new();
        };
        let identity = with_identity.then_some((account.sub.as_str(), KeyRole::AccountIdentity));
        let (scoped, plain): (Vec<_>, Vec<_>) = account
            .nats
            .signing_keys
            .0
            .iter()
            .partition(|(_, scope)| scope.is_some());
        let signing = plain.into_iter().chain(scoped).map(|(key, scope)| {
            let scoped = scope.as_ref().map(|s| KeyRole::AccountScoped {
                role: s.role.clone(),
            });
            (key.as_str(), scoped.unwrap_or(KeyRole::AccountSigning))
        });
        identity
            .into_iter()
            .chain(signing)
            .filter_map(candidate)
            .collect()
    }

    fn account_keys_sign(&self) -> bool {
        match self.wanted {
            Wanted::OperatorToken => false,
            Wanted::AccountToken => self.managed,
            Wanted::UserToken => true,
        }
    }

    fn kinds(&self) -> Vec<KeyKind> {
        match self.wanted {
            Wanted::UserToken => vec![KeyKind::Account],
            Wanted::AccountToken if self.managed => vec![KeyKind::Operator, KeyKind::Account],
            Wanted::AccountToken | Wanted::OperatorToken => vec![KeyKind::Operator],
        }
    }

    fn is_strict(&self) -> bool {
        self.operator.nats.strict_signing_key_usage
    }
}

impl Signer for ChosenSigner<'_> {
    fn public_key(&self) -> PublicKey {
        self.signer.public_key()
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        self.signer.sign(message)
    }
}

impl fmt::Debug for ChosenSigner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChosenSigner")
            .field("candidate", &self.candidate)
            .finish_non_exhaustive()
    }
}

/// A text in a claim that is no key cannot sign anything.
fn candidate((text, role): (&str, KeyRole)) -> Option<Candidate> {
    PublicKey::parse(text)
        .ok()
        .map(|key| Candidate { key, role })
}
