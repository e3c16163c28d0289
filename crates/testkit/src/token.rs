//! A JWT taken apart, or made of any claims at all.

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use serde_json::Value;

/// A decoded NATS JWT whose signature by its issuer holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    text: String,
    header: Value,
    claims: Value,
}

impl Token {
    /// Decodes the first token found in `text`, which may be bare, framed, or a creds file.
    ///
    /// Panics when there is none, or when its signature is not the issuer's.
    #[track_caller]
    pub fn parse(text: &str) -> Self {
        match Self::try_parse(text) {
            Ok(token) => token,
            Err(problem) => panic!("{problem} in\n{text}"),
        }
    }

    fn try_parse(text: &str) -> Result<Self, String> {
        let word = text.split_whitespace().find(|word| word.starts_with("eyJ"));
        let word = word.ok_or("no token")?;
        let parts: Vec<&str> = word.split('.').collect();
        let [header, claims, signature] = parts[..] else {
            return Err(format!("a token of {} parts", parts.len()));
        };
        let token = Self {
            text: word.to_owned(),
            header: json(header)?,
            claims: json(claims)?,
        };
        // Tokens of version 1 sign the claims alone.
        let from = if token.claim("nats.version").as_i64() >= Some(2) {
            0
        } else {
            header.len() + 1
        };
        token.check_signature(&word[from..header.len() + 1 + claims.len()], signature)?;
        Ok(token)
    }

    /// The token itself.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The header.
    pub fn header(&self) -> &Value {
        &self.header
    }

    /// The claims.
    pub fn claims(&self) -> &Value {
        &self.claims
    }

    /// The claim at a path of members joined by dots, such as `nats.limits.subs`; null when absent.
    pub fn claim(&self, path: &str) -> &Value {
        path.split('.')
            .fold(&self.claims, |value, member| &value[member])
    }

    /// The subject: the public key that the token is about.
    #[track_caller]
    pub fn subject(&self) -> &str {
        self.claim("sub").as_str().expect("`sub` is a text")
    }

    /// The issuer: the public key that signed.
    #[track_caller]
    pub fn issuer(&self) -> &str {
        self.claim("iss").as_str().expect("`iss` is a text")
    }

    fn check_signature(&self, signed: &str, signature: &str) -> Result<(), String> {
        let issuer = self.claim("iss").as_str().ok_or("a token without issuer")?;
        let key = BASE32_NOPAD
            .decode(issuer.as_bytes())
            .map_err(|e| format!("issuer: {e}"))?;
        let key = key.get(1..33).ok_or("an issuer that is no key")?;
        let key = VerifyingKey::try_from(key).map_err(|e| format!("issuer: {e}"))?;
        let bytes = base64(signature)?;
        let signature = Signature::from_slice(&bytes).map_err(|e| format!("signature: {e}"))?;
        key.verify(signed.as_bytes(), &signature)
            .map_err(|e| format!("signature: {e}"))
    }
}

/// Signs `claims` with a seed as a token of version 2, setting `iss` and nothing else: what nsc would
/// never write can be written here.
#[track_caller]
pub fn sign(claims: &Value, seed: &str) -> String {
    let mut claims = claims.clone();
    claims["iss"] = Value::from(public_key(seed));
    let part = |text: String| BASE64URL_NOPAD.encode(text.as_bytes());
    let header = part(r#"{"typ":"JWT","alg":"ed25519-nkey"}"#.to_owned());
    let signed = format!("{header}.{}", part(claims.to_string()));
    let signature = signature(seed, signed.as_bytes());
    format!("{signed}.{signature}")
}

/// The signature of `bytes` by a seed, as base64url.
#[track_caller]
pub fn signature(seed: &str, bytes: &[u8]) -> String {
    let signature = SigningKey::from_bytes(&decoded(seed).1).sign(bytes);
    BASE64URL_NOPAD.encode(&signature.to_bytes())
}

/// The public key of a seed.
#[track_caller]
pub fn public_key(seed: &str) -> String {
    let (kind, secret) = decoded(seed);
    let mut bytes = vec![kind];
    bytes.extend_from_slice(SigningKey::from_bytes(&secret).verifying_key().as_bytes());
    bytes.extend_from_slice(&checksum(&bytes).to_le_bytes());
    BASE32_NOPAD.encode(&bytes)
}

/// The kind byte and the secret bytes of a seed.
#[track_caller]
fn decoded(seed: &str) -> (u8, [u8; 32]) {
    let bytes = BASE32_NOPAD
        .decode(seed.trim().as_bytes())
        .unwrap_or_default();
    assert!(bytes.len() == 36 && bytes[0] & 0xf8 == 0x90, "not a seed");
    let secret = bytes[2..34].try_into().expect("32 bytes");
    ((bytes[0] & 7) << 5 | bytes[1] >> 3, secret)
}

/// CRC-16 of the polynomial 0x1021, beginning with 0 (XMODEM), as nkeys end with it.
fn checksum(bytes: &[u8]) -> u16 {
    let shift = |crc: u16| {
        if crc & 0x8000 == 0 {
            crc << 1
        } else {
            crc << 1 ^ 0x1021
        }
    };
    let step = |crc: u16, byte: &u8| (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| shift(crc));
    bytes.iter().fold(0, step)
}

fn json(part: &str) -> Result<Value, String> {
    serde_json::from_slice(&base64(part)?)
        .map_err(|error| format!("a part that is no JSON: {error}"))
}

fn base64(part: &str) -> Result<Vec<u8>, String> {
    let bytes = BASE64URL_NOPAD.decode(part.as_bytes());
    bytes.map_err(|error| format!("a part that is no base64url: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seed of 32 zero bytes, and its key.
    const SEED: &str = "SUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEQ";
    const PUBLIC: &str = "UA5WUJ54Z23KILLCUOUNAKTPBVZWKMQVO4O6EQ5GHLAERIMLLHNCTYM5";

    fn claims(subject: &str) -> Value {
        serde_json::json!({"sub": subject, "nats": {"limits": {"subs": -1}, "version": 2}})
    }

    #[test]
    fn a_framed_token_is_found_and_read() {
        let token = sign(&claims("U"), SEED);
        let token = Token::parse(&format!(
            "-----BEGIN NATS USER JWT-----\n{token}\n------END\n"
        ));
        assert_eq!((token.subject(), token.issuer()), ("U", PUBLIC));
        assert_eq!(token.claim("nats.limits.subs"), &Value::from(-1));
        assert_eq!(token.claim("nats.nothing.here"), &Value::Null);
        assert_eq!(token.header()["alg"], "ed25519-nkey");
    }

    #[test]
    fn a_changed_token_is_refused() {
        let (one, other) = (sign(&claims("A"), SEED), sign(&claims("B"), SEED));
        let (body, _) = one.rsplit_once('.').unwrap();
        let (_, signature) = other.rsplit_once('.').unwrap();
        let problem = Token::try_parse(&format!("{body}.{signature}")).unwrap_err();
        assert!(problem.starts_with("signature"), "{problem}");
        for text in ["", "eyJ", "eyJ.e.x", "eyJ9.eyJ9.eyJ9"] {
            assert!(Token::try_parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn version_1_signs_the_claims_alone() {
        let part = |text: String| BASE64URL_NOPAD.encode(text.as_bytes());
        let header = part(r#"{"typ":"jwt","alg":"ed25519"}"#.to_owned());
        let claims = part(serde_json::json!({"iss": PUBLIC, "type": "user"}).to_string());
        let key = SigningKey::from_bytes(&[0; 32]);
        let token = |signed: &str| {
            let signature = key.sign(signed.as_bytes()).to_bytes();
            format!("{header}.{claims}.{}", BASE64URL_NOPAD.encode(&signature))
        };
        assert_eq!(Token::parse(&token(&claims)).issuer(), PUBLIC);
        assert!(Token::try_parse(&token(&format!("{header}.{claims}"))).is_err());
    }
}
