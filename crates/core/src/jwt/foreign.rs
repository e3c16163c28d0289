//! Tokens that are not of NATS, such as an identity provider's met around auth callout.
//!
//! They are shown so that people see what they have; nothing in them is verified or trusted.

use jsonwebtoken::dangerous;
use serde_json::Value;

/// What a token of somebody else says. It is **not verified**.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignToken {
    /// Its claims.
    pub claims: Value,
}

/// Reads the claims of a token that is not of NATS, without looking at its signature.
///
/// `None` when it is no token at all.
///
/// # Examples
/// ```
/// let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2ln";
/// let foreign = nsc_core::jwt::read_foreign(token).expect("three parts");
/// assert_eq!(foreign.claims["sub"], "alice");
/// ```
pub fn read_foreign(token: &str) -> Option<ForeignToken> {
    dangerous::insecure_decode_claims(token.trim())
        .ok()
        .map(|claims| ForeignToken { claims })
}
