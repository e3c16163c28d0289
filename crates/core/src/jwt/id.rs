//! The identifier of a token (`jti`).

use data_encoding::BASE32_NOPAD;
use serde::Serialize;
use sha2::{Digest, Sha512_256};

use crate::claims::{Body, Claims};
use crate::json;

/// SHA-512/256 over the standard members (without `jti` and `nats`), in base32.
///
/// Tokens of the same subject, name, issuer and second share it, whatever else they say.
pub(super) fn token_id<B: Body>(claims: &Claims<B>) -> String {
    let standard = Standard {
        aud: &claims.aud,
        exp: claims.exp,
        iat: claims.iat,
        iss: &claims.iss,
        name: &claims.name,
        nbf: claims.nbf,
        sub: &claims.sub,
    };
    let digest = Sha512_256::digest(json::to_text(&standard).as_bytes());
    BASE32_NOPAD.encode(&digest)
}

#[derive(Serialize)]
struct Standard<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    aud: &'a str,
    #[serde(skip_serializing_if = "is_zero")]
    exp: i64,
    #[serde(skip_serializing_if = "is_zero")]
    iat: i64,
    #[serde(skip_serializing_if = "str::is_empty")]
    iss: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    #[serde(skip_serializing_if = "is_zero")]
    nbf: i64,
    #[serde(skip_serializing_if = "str::is_empty")]
    sub: &'a str,
}

fn is_zero(number: &i64) -> bool {
    *number == 0
}
