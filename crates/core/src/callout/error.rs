//! What can go wrong between a server and an auth callout.

use thiserror::Error;

use super::SERVER_XKEY_HEADER;
use crate::jwt::{DecodeError, EncodeError};
use crate::keys::KeyError;

/// Why a request cannot be read, or an answer not be made. No variant carries a secret.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum CalloutError {
    /// The token is for another audience than auth callouts.
    #[error("the request is for `{0}`, not for an auth callout")]
    Audience(String),
    /// A refusal must say why: without a reason and without a user, servers take the answer for a broken one.
    #[error("a refusal needs a reason")]
    NoReason,
    /// What came is not even text.
    #[error("the request is no token")]
    NoText,
    /// The account's curve key is at hand, and the request was not sealed to it.
    #[error("the request is not sealed, though the account has a curve key")]
    NotSealed,
    /// The sealed request does not open.
    #[error("the request cannot be opened with the curve key of the account")]
    Open(#[source] KeyError),
    /// The user token is about somebody else.
    #[error("the user token is about `{found}`, but the request asks about `{wanted}`")]
    OtherUser {
        /// Subject of the token.
        found: String,
        /// The one-time key of the request.
        wanted: String,
    },
    /// The request is no good token of its type.
    #[error("the request cannot be read")]
    Request(#[source] DecodeError),
    /// The answer cannot be sealed.
    #[error("the answer cannot be sealed")]
    Seal(#[source] KeyError),
    /// The request is sealed, and no curve key is at hand.
    #[error("the request is sealed; the secret of the account's curve key opens it")]
    Sealed,
    /// The request names another server than the one that signed it.
    #[error("the request is of server `{named}`, but `{signer}` signed it")]
    Server {
        /// The server that it names.
        named: String,
        /// The key that signed.
        signer: String,
    },
    /// The header of a sealed request holds no curve key.
    #[error("header `{SERVER_XKEY_HEADER}` of the request holds no public curve key")]
    ServerXkey(#[source] KeyError),
    /// The answer cannot be signed.
    #[error("the answer cannot be signed")]
    Sign(#[source] EncodeError),
    /// What should be the token of a user is none.
    #[error("the user token cannot be read")]
    User(#[source] DecodeError),
    /// The one-time key of the request is no public user key.
    #[error("the request names no public user key")]
    UserKey(#[source] KeyError),
}
