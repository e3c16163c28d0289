//! The three chunks of a token, its header, and which bytes its signature covers.

use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;

use crate::jwt::DecodeError;
use crate::keys::{KeyError, PublicKey};

/// The header of every token that is written, in base64url:
/// `{"typ":"JWT","alg":"ed25519-nkey"}`.
pub(super) const HEADER_CHUNK: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJlZDI1NTE5LW5rZXkifQ";

/// Which bytes are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// Tokens of version 1: the payload chunk alone.
    Payload,
    /// Tokens of version 2: header and payload chunks with the dot between.
    HeaderAndPayload,
}

/// Checks signatures: at once, or many together later.
pub(super) trait Verifier {
    /// Checks, or promises to check, that the key signed the message.
    fn verify(&mut self, key: &PublicKey, message: &[u8], signature: &[u8])
    -> Result<(), KeyError>;
}

/// Checks each signature when it is met.
pub(super) struct AtOnce;

impl Verifier for AtOnce {
    fn verify(
        &mut self,
        key: &PublicKey,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), KeyError> {
        key.verify(message, signature)
    }
}

/// A token taken apart; nothing is verified yet.
pub(super) struct Envelope<'a> {
    text: &'a str,
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
    /// The scheme that the name of the algorithm stands for.
    pub(super) named_scheme: Scheme,
}

impl<'a> Envelope<'a> {
    /// Splits a token and checks its header.
    pub(super) fn split(token: &'a str) -> Result<Self, DecodeError> {
        // A line end after a token is harmless; other blanks belong to nobody's token.
        let text = token.trim_end_matches(['\r', '\n']);
        let mut chunks = text.split('.');
        let (Some(header), Some(payload), Some(signature), None) =
            (chunks.next(), chunks.next(), chunks.next(), chunks.next())
        else {
            return Err(DecodeError::Chunks);
        };
        let named_scheme = check_header(header)?;
        Ok(Self {
            text,
            header,
            payload,
            signature,
            named_scheme,
        })
    }

    /// The JSON text of the claims.
    pub(super) fn payload_text(&self) -> Result<String, DecodeError> {
        decode_chunk(self.payload)
            .map(crate::json::readable)
            .ok_or(DecodeError::PayloadBase64)
    }

    /// Checks the signature with the key that the claims name as issuer.
    #[expect(
        clippy::string_slice,
        reason = "the parts were cut out of this text at its dots"
    )]
    pub(super) fn verify(
        &self,
        issuer: &str,
        scheme: Scheme,
        verifier: &mut dyn Verifier,
    ) -> Result<PublicKey, DecodeError> {
        let signature = BASE64URL_NOPAD
            .decode(self.signature.as_bytes())
            .map_err(|_| DecodeError::SignatureBase64)?;
        let signed = match scheme {
            Scheme::Payload => self.payload,
            Scheme::HeaderAndPayload => &self.text[..self.header.len() + 1 + self.payload.len()],
        };
        let issuer = PublicKey::parse(issuer).map_err(|_| DecodeError::Signature)?;
        verifier
            .verify(&issuer, signed.as_bytes(), &signature)
            .map_err(|_| DecodeError::Signature)?;
        Ok(issuer)
    }
}

fn check_header(chunk: &str) -> Result<Scheme, DecodeError> {
    // Nearly all tokens have the very same header.
    if chunk == HEADER_CHUNK {
        return Ok(Scheme::HeaderAndPayload);
    }

    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Header {
        typ: Option<String>,
        alg: Option<String>,
    }
    let bytes = decode_chunk(chunk).ok_or(DecodeError::HeaderBase64)?;
    let header: Header = serde_json::from_str(&crate::json::readable(bytes))
        .map_err(|error| DecodeError::HeaderJson(error.to_string()))?;
    let typ = header.typ.unwrap_or_default();
    if !typ.eq_ignore_ascii_case("JWT") {
        return Err(DecodeError::HeaderType(typ));
    }
    let algorithm = header.alg.unwrap_or_default();
    match algorithm.to_ascii_lowercase().as_str() {
        "ed25519" => Ok(Scheme::Payload),
        "ed25519-nkey" => Ok(Scheme::HeaderAndPayload),
        _ => Err(DecodeError::HeaderAlgorithm(algorithm)),
    }
}

/// Base64url without padding. Line ends are passed over, as other readers do; they are signed
/// as they stand, so a token that was broken into lines afterwards fails its signature.
fn decode_chunk(chunk: &str) -> Option<Vec<u8>> {
    if chunk.contains(['\r', '\n']) {
        let joined = chunk.replace(['\r', '\n'], "");
        return BASE64URL_NOPAD.decode(joined.as_bytes()).ok();
    }
    BASE64URL_NOPAD.decode(chunk.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_chunk_is_the_header() {
        let header = r#"{"typ":"JWT","alg":"ed25519-nkey"}"#;
        assert_eq!(BASE64URL_NOPAD.encode(header.as_bytes()), HEADER_CHUNK);
    }
}
