//! Reading single members of a JWT without judging it.
//!
//! What a server holds may be damaged, foreign or of another version; comparing issue times must
//! not fail over that, so nothing is verified here.

use nsc_core::jwt;
use serde::Deserialize;

/// The issue time of a JWT in Unix seconds, 0 when it cannot be read.
pub fn issued_at(token: &str) -> i64 {
    jwt::peek::<Issued>(token).map_or(0, |claims| claims.iat)
}

/// The payload limit in a user JWT, in bytes, where it sets one.
pub(crate) fn payload_limit(token: &str) -> Option<usize> {
    let limit = jwt::peek::<User>(token)?.nats.payload;
    usize::try_from(limit).ok().filter(|bytes| *bytes > 0)
}

#[derive(Deserialize)]
struct Issued {
    #[serde(default)]
    iat: i64,
}

#[derive(Deserialize)]
struct User {
    nats: UserLimits,
}

#[derive(Deserialize)]
struct UserLimits {
    #[serde(default)]
    payload: i64,
}

#[cfg(test)]
pub(crate) mod tests {
    use data_encoding::BASE64URL_NOPAD;
    use proptest::prelude::*;

    use super::*;

    /// A token with this payload and no valid signature.
    pub(crate) fn unsigned(payload: &str) -> String {
        format!("e30.{}.c2ln", BASE64URL_NOPAD.encode(payload.as_bytes()))
    }

    #[test]
    fn issue_time_and_payload_limit_are_read() {
        assert_eq!(issued_at(&unsigned(r#"{"iat":17,"nats":{}}"#)), 17);
        assert_eq!(
            payload_limit(&unsigned(r#"{"nats":{"payload":100}}"#)),
            Some(100)
        );
        assert_eq!(payload_limit(&unsigned(r#"{"nats":{"payload":-1}}"#)), None);
        assert_eq!(payload_limit(&unsigned(r#"{"nats":{}}"#)), None);
    }

    proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,80}") {
            let _ = issued_at(&text);
            let _ = payload_limit(&unsigned(&text));
        }
    }
}
