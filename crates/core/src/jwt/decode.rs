//! Reading tokens and checking their signatures.

use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

use crate::claims::{Body, Claims, Generic, GenericClaims, VERSION};
use crate::jwt::MAX_TOKEN_LENGTH;
use crate::jwt::any::AnyClaims;
use crate::jwt::envelope::{AtOnce, Envelope, Scheme, Verifier};
use crate::jwt::v1;
use crate::keys::KeyKind;

/// Why a token cannot be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// Longer than [`MAX_TOKEN_LENGTH`].
    #[error("token is longer than {MAX_TOKEN_LENGTH} bytes")]
    TooLarge,
    /// Not three parts with dots between.
    #[error("not a token: it must have three parts with dots between")]
    Chunks,
    /// The first part is no base64url.
    #[error("token header is not base64url")]
    HeaderBase64,
    /// The header is no JSON object.
    #[error("token header is not a JSON object: {0}")]
    HeaderJson(String),
    /// The header's `typ` is not `JWT`.
    #[error("token header has the type `{0}`, not `JWT`")]
    HeaderType(String),
    /// The header's `alg` is none of NATS.
    #[error("token header has the algorithm `{0}`, not `ed25519-nkey`")]
    HeaderAlgorithm(String),
    /// The second part is no base64url.
    #[error("token payload is not base64url")]
    PayloadBase64,
    /// The claims are no JSON, or a member has the wrong type or is out of range.
    #[error("token payload is not valid claims: {0}")]
    PayloadJson(String),
    /// Written by a version of the format that is newer than this one.
    #[error("token has version {0} of the format; this program knows versions up to {VERSION}")]
    NewerVersion(i64),
    /// A type of the past that nobody reads any more.
    #[error("tokens of type `{0}` are not supported")]
    UnsupportedType(String),
    /// The version is not one that this type of token can have.
    #[error("token has version {0} of the format, which its type never had")]
    UnsupportedVersion(i64),
    /// The third part is no base64url.
    #[error("token signature is not base64url")]
    SignatureBase64,
    /// The signature is not that of the issuer, or the issuer is no public key.
    #[error("token signature does not verify")]
    Signature,
    /// The issuer may not sign this type.
    #[error("{issuer} keys cannot issue {claim_type} tokens")]
    IssuerKind {
        /// Type of the token.
        claim_type: String,
        /// Kind of its issuer.
        issuer: KeyKind,
    },
    /// A good token of another type than the one wanted.
    #[error("token is of type `{found}`, not `{wanted}`")]
    WrongType {
        /// The type asked for.
        wanted: &'static str,
        /// The type of the token.
        found: String,
    },
}

impl DecodeError {
    /// A stable name of the error.
    pub fn class(&self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::Chunks => "chunks",
            Self::HeaderBase64 => "header_base64",
            Self::HeaderJson(_) => "header_json",
            Self::HeaderType(_) => "header_type",
            Self::HeaderAlgorithm(_) => "header_algorithm",
            Self::PayloadBase64 => "payload_base64",
            Self::PayloadJson(_) => "payload_json",
            Self::NewerVersion(_) => "newer_version",
            Self::UnsupportedType(_) => "unsupported_type",
            Self::UnsupportedVersion(_) => "unsupported_version",
            Self::SignatureBase64 => "signature_base64",
            Self::Signature => "signature",
            Self::IssuerKind { .. } => "issuer_kind",
            Self::WrongType { .. } => "wrong_type",
        }
    }
}

/// Reads a token of any type and checks its signature against the issuer that it names.
///
/// Line ends after the token are passed over. Expiry and trust in the issuer are not looked at.
/// Members that are not known are kept.
///
/// # Errors
/// The first check that fails, in the order of [`DecodeError`].
pub fn decode(token: &str) -> Result<AnyClaims, DecodeError> {
    decode_with(token, &mut AtOnce)
}

/// As [`decode`], the signature left to a verifier.
pub(super) fn decode_with(
    token: &str,
    verifier: &mut dyn Verifier,
) -> Result<AnyClaims, DecodeError> {
    check_size(token)?;
    let envelope = Envelope::split(token)?;
    let payload = envelope.payload_text()?;
    let identity = Identity::read(&payload)?;
    identity.check_version()?;
    let version = identity.version();
    let mut part = Part {
        envelope: &envelope,
        payload: &payload,
        version,
        verifier,
    };
    match identity.claim_type() {
        "operator" => part.typed(v1::operator).map(AnyClaims::Operator),
        "account" => part.typed(v1::account).map(AnyClaims::Account),
        "user" => part.typed(v1::user).map(AnyClaims::User),
        "activation" => part.typed(v1::activation).map(AnyClaims::Activation),
        "authorization_request" => part.finish().map(AnyClaims::AuthorizationRequest),
        "authorization_response" => part.finish().map(AnyClaims::AuthorizationResponse),
        name @ ("cluster" | "server") => Err(DecodeError::UnsupportedType(name.to_owned())),
        // Whatever their header says, unknown types are taken for old ones here.
        _ => {
            part.version = 1;
            part.finish().map(AnyClaims::Generic)
        }
    }
}

/// Reads a token that must be of one type.
///
/// # Errors
/// As [`decode`], and [`DecodeError::WrongType`] for a good token of another type.
pub fn decode_as<B: Body + Typed>(token: &str) -> Result<Claims<B>, DecodeError> {
    decode(token).and_then(of_type)
}

/// The claims, when they are of the type that is wanted.
pub(super) fn of_type<B: Body + Typed>(any: AnyClaims) -> Result<Claims<B>, DecodeError> {
    let found = any.claim_type().to_owned();
    B::from_any(any)
        .map(|claims| *claims)
        .ok_or(DecodeError::WrongType {
            wanted: B::TYPE,
            found,
        })
}

/// Reads a token whatever its type, to find out what it is.
///
/// The signature is checked by the scheme that the header's algorithm names; version, type and
/// kind of issuer are not checked. Top-level `type` and `tags` of old tokens are moved into
/// `nats`.
///
/// # Errors
/// Those of [`decode`] up to the payload, and for the signature.
pub fn decode_generic(token: &str) -> Result<GenericClaims, DecodeError> {
    let envelope = Envelope::split(token)?;
    let payload = envelope.payload_text()?;
    let mut claims: GenericClaims = read_json(&payload)?;
    if envelope.named_scheme == Scheme::Payload {
        move_old_members(&mut claims, &payload)?;
        claims.unknown.clear();
    }
    envelope.verify(&claims.iss, envelope.named_scheme, &mut AtOnce)?;
    Ok(claims)
}

/// The types that [`decode_as`] can be asked for.
pub trait Typed: Body {
    /// Takes the claims out, if they are of this type.
    fn from_any(any: AnyClaims) -> Option<Box<Claims<Self>>>;
}

macro_rules! typed {
    ($($body:ident),*) => {
        $(
            impl Typed for crate::claims::$body {
                fn from_any(any: AnyClaims) -> Option<Box<Claims<Self>>> {
                    match any {
                        AnyClaims::$body(claims) => Some(claims),
                        _ => None,
                    }
                }
            }
        )*
    };
}

typed!(
    Account,
    Activation,
    AuthorizationRequest,
    AuthorizationResponse,
    Generic,
    Operator,
    User
);

fn check_size(token: &str) -> Result<(), DecodeError> {
    if token.len() > MAX_TOKEN_LENGTH {
        Err(DecodeError::TooLarge)
    } else {
        Ok(())
    }
}

pub(super) fn read_json<'a, T: Deserialize<'a>>(payload: &'a str) -> Result<T, DecodeError> {
    serde_json::from_str(payload).map_err(|error| DecodeError::PayloadJson(error.to_string()))
}

/// Type and version, wherever they stand.
#[derive(Deserialize)]
struct Identity {
    #[serde(rename = "type")]
    old_type: Option<String>,
    nats: Option<InnerIdentity>,
}

#[derive(Default, Deserialize)]
struct InnerIdentity {
    #[serde(rename = "type")]
    claim_type: Option<String>,
    version: Option<i64>,
}

impl Identity {
    fn read(payload: &str) -> Result<Self, DecodeError> {
        read_json(payload)
    }

    fn old_type(&self) -> Option<&str> {
        self.old_type.as_deref().filter(|name| !name.is_empty())
    }

    fn claim_type(&self) -> &str {
        let inner = || {
            self.nats
                .as_ref()
                .and_then(|nats| nats.claim_type.as_deref())
        };
        self.old_type().or_else(inner).unwrap_or_default()
    }

    fn version(&self) -> i64 {
        match self.old_type() {
            Some(_) => 1,
            None => self
                .nats
                .as_ref()
                .and_then(|nats| nats.version)
                .unwrap_or_default(),
        }
    }

    fn check_version(&self) -> Result<(), DecodeError> {
        match self.version() {
            version if version > VERSION => Err(DecodeError::NewerVersion(version)),
            _ => Ok(()),
        }
    }
}

/// A token whose type and version are known.
struct Part<'a> {
    envelope: &'a Envelope<'a>,
    payload: &'a str,
    version: i64,
    verifier: &'a mut dyn Verifier,
}

impl Part<'_> {
    /// Reads claims that exist in versions 1 and 2.
    fn typed<B: Body + Normalise>(
        &mut self,
        read_old: fn(&str) -> Result<Claims<B>, DecodeError>,
    ) -> Result<Box<Claims<B>>, DecodeError> {
        let claims = match self.version {
            1 => read_old(self.payload)?,
            2 => {
                let mut claims: Claims<B> = read_json(self.payload)?;
                claims.nats.normalise();
                claims
            }
            other => return Err(DecodeError::UnsupportedVersion(other)),
        };
        self.check_signature(claims)
    }

    /// Reads claims that have one shape in all versions.
    fn finish<B: Body>(&mut self) -> Result<Box<Claims<B>>, DecodeError> {
        let claims = read_json(self.payload)?;
        self.check_signature(claims)
    }

    fn check_signature<B: Body>(
        &mut self,
        claims: Claims<B>,
    ) -> Result<Box<Claims<B>>, DecodeError> {
        let scheme = if self.version <= 1 {
            Scheme::Payload
        } else {
            Scheme::HeaderAndPayload
        };
        let issuer = self.envelope.verify(&claims.iss, scheme, self.verifier)?;
        if !B::ISSUERS.contains(&issuer.kind()) {
            let claim_type = B::TYPE.to_owned();
            return Err(DecodeError::IssuerKind {
                claim_type,
                issuer: issuer.kind(),
            });
        }
        Ok(Box::new(claims))
    }
}

/// What reading version 2 changes in a body.
trait Normalise {
    fn normalise(&mut self) {}
}

impl Normalise for crate::claims::Account {
    /// Limits by tier replace the flat JetStream limits.
    fn normalise(&mut self) {
        if !self.limits.tiered_limits.is_empty() {
            self.limits.jetstream = crate::claims::JetStreamLimits::default();
        }
    }
}

impl Normalise for crate::claims::Activation {}
impl Normalise for crate::claims::Operator {}
impl Normalise for crate::claims::User {}

fn move_old_members(claims: &mut GenericClaims, payload: &str) -> Result<(), DecodeError> {
    #[derive(Deserialize)]
    struct Old {
        #[serde(rename = "type")]
        claim_type: Option<String>,
        tags: Option<Vec<String>>,
    }
    let old: Old = read_json(payload)?;
    let Generic(content) = &mut claims.nats;
    if let Some(claim_type) = old.claim_type.filter(|name| !name.is_empty()) {
        content
            .get_or_insert_default()
            .insert("type".to_owned(), Value::from(claim_type));
    }
    if let Some(tags) = old.tags.filter(|tags| !tags.is_empty()) {
        content
            .get_or_insert_default()
            .insert("tags".to_owned(), Value::from(tags));
    }
    Ok(())
}
