//! Reading some members of a token without judging it.

use data_encoding::BASE64URL_NOPAD;
use serde::de::DeserializeOwned;

/// Reads what the payload of a token says, as far as `T` asks for it; `None` when it is no payload, or not such a one.
///
/// Nothing is verified: it is for finding a token among many, and for those that may be damaged, foreign or of another
/// version. Never believe what it returns; [`decode`](super::decode) checks.
///
/// # Examples
/// ```
/// #[derive(serde::Deserialize)]
/// struct Named {
///     name: String,
/// }
///
/// let token = "e30.eyJuYW1lIjoiYWxpY2UiLCJpYXQiOjF9.";
/// assert_eq!(nsc_core::jwt::peek::<Named>(token).unwrap().name, "alice");
/// assert!(nsc_core::jwt::peek::<Named>("no token").is_none());
/// ```
pub fn peek<T: DeserializeOwned>(token: &str) -> Option<T> {
    serde_json::from_slice(&payload(token)?).ok()
}

/// Whether the text of the payload holds `text`: a quick no to whether a token says anything about it. As unverified
/// as [`peek`].
pub fn mentions(token: &str, text: &str) -> bool {
    payload(token).is_some_and(|payload| String::from_utf8_lossy(&payload).contains(text))
}

fn payload(token: &str) -> Option<Vec<u8>> {
    let payload = token.trim().split('.').nth(1)?;
    BASE64URL_NOPAD.decode(payload.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_payload_mentions_what_is_in_it() {
        let token = format!("e30.{}.c2ln", BASE64URL_NOPAD.encode(br#"{"sub":"A1"}"#));
        assert!(mentions(&token, "A1") && !mentions(&token, "A2") && !mentions("A1", "A1"));
    }

    proptest! {
        #[test]
        fn no_text_panics(token in "\\PC*") {
            let _ = peek::<serde_json::Value>(&token);
            mentions(&token, "a");
        }
    }
}
