//! Auth callouts: reading what a server asks, and answering it.
//!
//! An account with an auth callout lets a service decide who may connect. When a client signs in, the server sends a
//! request on [`SUBJECT`] inside the account, and takes the user JWT of the answer in place of what the client brought.
//! Where the account names a curve key (`xkey`), request and answer are sealed.
//!
//! [`Callout`] is the service's side, without a connection: bytes that came in go to [`Callout::read`], and what
//! [`Callout::allow`] or [`Callout::deny`] return is published to the reply subject. Servers wait 2 seconds unless
//! configured otherwise, and turn the client away when nothing comes.
//!
//! Who asks is vouched for by the server that delivers the request: users of the account may not publish on
//! [`SUBJECT`]. Each request is signed by the server's own key, which no operator signs.
//!
//! ```
//! use nsc_core::callout::Callout;
//! use nsc_core::claims::{AuthorizationRequestClaims, UserClaims};
//! use nsc_core::jwt;
//! use nsc_core::keys::{KeyKind, Seed};
//! use nsc_core::time::UnixTime;
//!
//! # let now = UnixTime(1_700_000_000);
//! # let server = Seed::from_entropy(KeyKind::Server, [1; 32]);
//! # let once = Seed::from_entropy(KeyKind::User, [2; 32]).public_key();
//! # let mut asked = AuthorizationRequestClaims::default();
//! # asked.sub = once.to_text();
//! # asked.aud = nsc_core::callout::AUDIENCE.to_owned();
//! # asked.nats.server_id.id = server.public_key().to_text();
//! # asked.nats.user_nkey = once.to_text();
//! # asked.nats.connect_opts.auth_token = "open sesame".to_owned();
//! # let message = jwt::encode(&mut asked, &server, now)?.into_bytes();
//! let account = Seed::from_entropy(KeyKind::Account, [3; 32]);
//! let callout = Callout::new(account.public_key(), &account);
//! let request = callout.read(&message, None)?;
//! let nonce = [0; 24]; // fresh random bytes, each time
//! let answer = if request.claims().nats.connect_opts.auth_token == "open sesame" {
//!     let mut user = UserClaims::new(&request.user());
//!     user.name = "visitor".to_owned();
//!     let token = jwt::encode(&mut user, &account, now)?;
//!     callout.allow(&request, &token, now, nonce)?
//! } else {
//!     callout.deny(&request, "unknown token", now, nonce)?
//! };
//! # assert!(answer.starts_with(b"ey"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
#[cfg(test)]
mod tests;

pub use error::CalloutError;

use zeroize::Zeroizing;

use crate::claims::{AuthorizationRequestClaims, AuthorizationResponseClaims, User};
use crate::jwt::{self, AnyClaims};
use crate::keys::{KeyKind, PublicKey, Seed};
use crate::sign::Signer;
use crate::time::UnixTime;

/// The subject, inside the account, on which servers ask (NATS server, auth callout).
pub const SUBJECT: &str = "$SYS.REQ.USER.AUTH";
/// The header of a sealed request: the public curve key of the server that sealed it.
pub const SERVER_XKEY_HEADER: &str = "Nats-Server-Xkey";
/// The audience of every request.
pub const AUDIENCE: &str = "nats-authorization-request";

/// A service that answers the auth callout of one account.
#[derive(Clone, Copy)]
pub struct Callout<'a> {
    account: PublicKey,
    signer: &'a dyn Signer,
    xkey: Option<&'a Seed>,
}

impl<'a> Callout<'a> {
    /// A service of the account with this identity key, whose answers `signer` signs: the identity key itself, or a
    /// signing key of the account that has no scope.
    pub fn new(account: PublicKey, signer: &'a dyn Signer) -> Self {
        Self {
            account,
            signer,
            xkey: None,
        }
    }

    /// The same service with the secret of the curve key that the account names; requests must be sealed to it.
    #[must_use]
    pub fn with_xkey(mut self, xkey: &'a Seed) -> Self {
        self.xkey = Some(xkey);
        self
    }

    /// Reads a request: the payload of the message, and its header [`SERVER_XKEY_HEADER`] if it has one.
    ///
    /// Its signature, type, audience and keys are checked. Its expiry is not, since the server that asked is the one
    /// that waits, and its clock need not be ours.
    ///
    /// # Errors
    /// [`CalloutError`]; such a request cannot be answered at all.
    pub fn read(&self, message: &[u8], server_xkey: Option<&str>) -> Result<Request, CalloutError> {
        let (token, sealed_by) = self.open(message, server_xkey)?;
        let token = std::str::from_utf8(&token).map_err(|_| CalloutError::NoText)?;
        let claims = jwt::decode_as(token).map_err(CalloutError::Request)?;
        Request::checked(claims, sealed_by)
    }

    /// The answer that lets the client in, as the user of this token.
    ///
    /// The token must be about [`Request::user`], and is otherwise the caller's: a user of this account, or of
    /// another one where this account's callout may place users there. `now` becomes the time of issue of the
    /// answer. `nonce`, 24 fresh random bytes, is used where the request was sealed.
    ///
    /// # Errors
    /// [`CalloutError::User`] or [`CalloutError::OtherUser`] when the token is not such a one, and those of signing
    /// and sealing.
    pub fn allow(
        &self,
        request: &Request,
        user_token: &str,
        now: UnixTime,
        nonce: [u8; 24],
    ) -> Result<Vec<u8>, CalloutError> {
        let user = jwt::decode_as::<User>(user_token).map_err(CalloutError::User)?;
        let wanted = request.user().to_text();
        if user.sub != wanted {
            return Err(CalloutError::OtherUser {
                found: user.sub,
                wanted,
            });
        }
        let mut answer = self.answer(request);
        user_token.trim_end().clone_into(&mut answer.nats.jwt);
        self.sign(request, answer, now, nonce)
    }

    /// The answer that turns the client away. The server logs the reason; the client is only told that it may not
    /// connect.
    ///
    /// # Errors
    /// Those of signing and sealing, and [`CalloutError::NoReason`] for an empty reason.
    pub fn deny(
        &self,
        request: &Request,
        reason: &str,
        now: UnixTime,
        nonce: [u8; 24],
    ) -> Result<Vec<u8>, CalloutError> {
        if reason.is_empty() {
            return Err(CalloutError::NoReason);
        }
        let mut answer = self.answer(request);
        reason.clone_into(&mut answer.nats.error);
        self.sign(request, answer, now, nonce)
    }

    fn open(
        &self,
        message: &[u8],
        server_xkey: Option<&str>,
    ) -> Result<(Zeroizing<Vec<u8>>, Option<PublicKey>), CalloutError> {
        match (server_xkey, self.xkey) {
            (None, None) => Ok((Zeroizing::new(message.to_vec()), None)),
            (None, Some(_)) => Err(CalloutError::NotSealed),
            (Some(_), None) => Err(CalloutError::Sealed),
            (Some(server), Some(xkey)) => {
                let server = PublicKey::parse_kind(server.trim(), KeyKind::Curve)
                    .map_err(CalloutError::ServerXkey)?;
                let token = xkey.open(message, &server).map_err(CalloutError::Open)?;
                Ok((token, Some(server)))
            }
        }
    }

    /// An answer that says nothing yet.
    fn answer(&self, request: &Request) -> AuthorizationResponseClaims {
        let mut answer = AuthorizationResponseClaims::new(&request.user);
        answer.aud.clone_from(&request.claims.nats.server_id.id);
        if self.signer.public_key() != self.account {
            answer.nats.issuer_account = self.account.to_text();
        }
        answer
    }

    fn sign(
        &self,
        request: &Request,
        mut answer: AuthorizationResponseClaims,
        now: UnixTime,
        nonce: [u8; 24],
    ) -> Result<Vec<u8>, CalloutError> {
        let token = jwt::encode(&mut answer, self.signer, now).map_err(CalloutError::Sign)?;
        match (request.sealed_by, self.xkey) {
            (None, _) => Ok(token.into_bytes()),
            (Some(_), None) => Err(CalloutError::Sealed),
            (Some(server), Some(xkey)) => xkey
                .seal(token.as_bytes(), &server, nonce)
                .map_err(CalloutError::Seal),
        }
    }
}

/// What a server asks: may this client connect, and as whom?
///
/// It holds what the client sent to sign in, passwords too, and so has no `Debug`.
#[derive(Clone, PartialEq)]
pub struct Request {
    claims: AuthorizationRequestClaims,
    user: PublicKey,
    sealed_by: Option<PublicKey>,
}

impl Request {
    fn checked(
        claims: AuthorizationRequestClaims,
        sealed_by: Option<PublicKey>,
    ) -> Result<Self, CalloutError> {
        if claims.aud != AUDIENCE {
            return Err(CalloutError::Audience(claims.aud));
        }
        let user = PublicKey::parse_kind(&claims.nats.user_nkey, KeyKind::User)
            .map_err(CalloutError::UserKey)?;
        if claims.nats.server_id.id != claims.iss {
            return Err(CalloutError::Server {
                named: claims.nats.server_id.id,
                signer: claims.iss,
            });
        }
        Ok(Self {
            claims,
            user,
            sealed_by,
        })
    }

    /// All that the server says: who it is, the connection, what the client sent, TLS.
    pub fn claims(&self) -> &AuthorizationRequestClaims {
        &self.claims
    }

    /// The user JWT that the client brought, checked in its signature only; `None` when it brought none, or none that
    /// is a user's. The server has let it pass already, where accounts come from an operator.
    pub fn brought(&self) -> Option<Box<crate::claims::UserClaims>> {
        match jwt::decode(&self.claims.nats.connect_opts.jwt) {
            Ok(AnyClaims::User(claims)) => Some(claims),
            _ => None,
        }
    }

    /// The one-time public key that the user JWT of the answer must be about.
    pub fn user(&self) -> PublicKey {
        self.user
    }

    /// Whether the request came sealed, so that its answer will be.
    pub fn is_sealed(&self) -> bool {
        self.sealed_by.is_some()
    }
}
