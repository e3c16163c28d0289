//! Who connects: a user JWT and something that signs the server's nonce.

use std::fmt;
use std::sync::Arc;

use nsc_core::sign::Signer;

/// A user JWT with a signer for the server's challenge.
///
/// The seed stays with the signer: neither this crate nor the NATS client ever sees it.
#[derive(Clone)]
pub struct UserCredentials {
    jwt: String,
    sign: Arc<SignFn>,
}

/// Signs bytes, or says why not.
type SignFn = dyn Fn(&[u8]) -> Result<Vec<u8>, String> + Send + Sync;

impl UserCredentials {
    /// Joins a user JWT and a function that signs with the user's nkey.
    ///
    /// The function gets the server's nonce and returns the 64 bytes of the Ed25519 signature,
    /// or a text that says why it cannot sign.
    pub fn from_fn<F>(jwt: impl Into<String>, sign: F) -> Self
    where
        F: Fn(&[u8]) -> Result<Vec<u8>, String> + Send + Sync + 'static,
    {
        Self {
            jwt: jwt.into().trim().to_owned(),
            sign: Arc::new(sign),
        }
    }

    /// Joins a user JWT and the signer of its user, such as a seed.
    pub fn new<S>(jwt: impl Into<String>, signer: S) -> Self
    where
        S: Signer + Send + Sync + 'static,
    {
        Self::from_fn(jwt, move |nonce| {
            signer
                .sign(nonce)
                .map(Vec::from)
                .map_err(|error| error.to_string())
        })
    }

    /// The user JWT.
    pub fn jwt(&self) -> &str {
        &self.jwt
    }

    pub(crate) fn sign(&self, nonce: &[u8]) -> Result<Vec<u8>, String> {
        (self.sign)(nonce)
    }
}

impl fmt::Debug for UserCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A bearer JWT alone opens the door, so not even the JWT is printed.
        write!(f, "UserCredentials({} bytes of JWT)", self.jwt.len())
    }
}
