//! A JWT taken apart.

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use ed25519_dalek::{Signature, Verifier, VerifyingKey};
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
        token.check_signature(&word[..header.len() + 1 + claims.len()], signature)?;
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
    use ed25519_dalek::{Signer, SigningKey};

    fn signed(claims: &str) -> String {
        let key = SigningKey::from_bytes(&[7; 32]);
        // Prefix byte of a user and no checksum: the signature is all that is judged here.
        let mut issuer = vec![20 << 3];
        issuer.extend_from_slice(key.verifying_key().as_bytes());
        issuer.extend_from_slice(&[0, 0]);
        let claims = claims.replace("ISS", &BASE32_NOPAD.encode(&issuer));
        let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
        let text = format!("{}.{}", part(r#"{"alg":"ed25519-nkey"}"#), part(&claims));
        let signature = key.sign(text.as_bytes()).to_bytes();
        format!("{text}.{}", BASE64URL_NOPAD.encode(&signature))
    }

    #[test]
    fn a_framed_token_is_found_and_read() {
        let token = signed(r#"{"iss":"ISS","sub":"U","nats":{"limits":{"subs":-1}}}"#);
        let token = Token::parse(&format!(
            "-----BEGIN NATS USER JWT-----\n{token}\n------END\n"
        ));
        assert_eq!(
            (token.subject(), token.claim("nats.limits.subs")),
            ("U", &Value::from(-1))
        );
        assert_eq!(token.claim("nats.nothing.here"), &Value::Null);
        assert_eq!(token.header()["alg"], "ed25519-nkey");
    }

    #[test]
    fn a_changed_token_is_refused() {
        let one = signed(r#"{"iss":"ISS","sub":"A"}"#);
        let other = signed(r#"{"iss":"ISS","sub":"B"}"#);
        let (body, _) = one.rsplit_once('.').unwrap();
        let (_, signature) = other.rsplit_once('.').unwrap();
        let problem = Token::try_parse(&format!("{body}.{signature}")).unwrap_err();
        assert!(problem.starts_with("signature"), "{problem}");
        for text in ["", "eyJ", "eyJ.e.x", "eyJ9.eyJ9.eyJ9"] {
            assert!(Token::try_parse(text).is_err(), "{text}");
        }
    }
}
