//! Tokens in files: finding the text, decoding, and a quick look without checking.

use std::path::Path;

use nsc_core::claims::{Body, Claims};
use nsc_core::creds;
use nsc_core::jwt::{self, DecodeError, Typed};
use serde::Deserialize;

use crate::error::StoreError;
use crate::store::OperatorStore;
use crate::write;

/// What a token says of itself, signature unchecked: enough to find it among many.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Peek {
    pub(crate) sub: String,
    pub(crate) iss: String,
    #[serde(rename = "type")]
    old_type: Option<String>,
}

impl Peek {
    /// Looks into a token's payload; `None` when it is no token.
    pub(crate) fn read(token: &str) -> Option<Self> {
        jwt::peek(token)
    }

    /// Version 1 tokens have their type outside the `nats` member.
    pub(crate) fn is_version_1(&self) -> bool {
        self.old_type.as_ref().is_some_and(|t| !t.is_empty())
    }
}

/// The bare token in a file's content: line ends and decoration (`-----BEGIN ...`) are taken off.
pub(crate) fn text(content: &[u8]) -> String {
    // Nearly every file is a token and nothing else.
    if let Ok(text) = std::str::from_utf8(content)
        && content.iter().all(u8::is_ascii_graphic)
    {
        return text.to_owned();
    }
    let text = String::from_utf8_lossy(content);
    let mut token = creds::read_jwt(&text).to_owned();
    token.retain(|c| !matches!(c, '\r' | '\n'));
    token
}

/// The bare token in a file, not decoded; `None` without one.
///
/// # Errors
/// [`StoreError::Io`].
pub fn read_token(path: &Path) -> Result<Option<String>, StoreError> {
    Ok(write::read(path)?.map(|content| text(&content)))
}

impl OperatorStore {
    /// As [`read_token`], of a file of this store.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn read_token(&self, path: &Path) -> Result<Option<String>, StoreError> {
        Ok(self.files().read(path)?.map(|content| text(&content)))
    }
}

/// Decodes a token from a file and checks its signature.
pub(crate) fn decode<B: Body + Typed>(path: &Path, token: &str) -> Result<Claims<B>, StoreError> {
    jwt::decode_as(token).map_err(|source| error::<B>(path, source))
}

/// What is wrong with the token in a file.
pub(crate) fn error<B: Body>(path: &Path, source: DecodeError) -> StoreError {
    StoreError::Token {
        path: path.to_owned(),
        expected: B::TYPE,
        source,
    }
}

/// Decodes a token that is to be stored.
pub(crate) fn accept<B: Body + Typed>(token: &str) -> Result<Claims<B>, StoreError> {
    jwt::decode_as(token).map_err(unacceptable::<B>)
}

/// Decodes tokens that are to be stored.
pub(crate) fn accept_many<B: Body + Typed>(tokens: &[&str]) -> Vec<Result<Claims<B>, StoreError>> {
    let read = jwt::decode_many(tokens).into_iter();
    read.map(|claims| claims.map_err(unacceptable::<B>))
        .collect()
}

fn unacceptable<B: Body>(error: DecodeError) -> StoreError {
    StoreError::Unacceptable {
        what: B::TYPE,
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tokens_are_found_in_decoration() {
        let decorated =
            b"-----BEGIN NATS ACCOUNT JWT-----\na.b.c\n------END NATS ACCOUNT JWT------\n\n";
        assert_eq!(text(decorated), "a.b.c");
        assert_eq!(text(b"a.b.c"), "a.b.c");
        assert_eq!(text(b"\r\na.b.c\r\n\n"), "a.b.c");
        assert_eq!(text(b"a.b\n.c\n"), "a.b.c");
        assert_eq!(text(b""), "");
    }

    proptest! {
        #[test]
        fn no_content_panics(content in any::<Vec<u8>>(), token in "\\PC*") {
            text(&content);
            let _ = Peek::read(&token);
        }
    }
}
