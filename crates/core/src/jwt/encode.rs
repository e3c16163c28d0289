//! Signing claims into tokens.

use data_encoding::BASE64URL_NOPAD;
use thiserror::Error;

use crate::claims::{Account, Body, Claims, Operator};
use crate::jwt::envelope::HEADER_CHUNK;
use crate::jwt::id::token_id;
use crate::keys::{KeyError, KeyKind, PublicKey};
use crate::sign::Signer;
use crate::time::UnixTime;
use crate::value;

/// Why claims cannot be signed. Nothing is written then.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// The subject is no public key of the kind that the type of claims is about.
    #[error("{claim_type} claims need the public key of an {expected} as subject, not `{subject}`")]
    SubjectKind {
        /// Type of the claims.
        claim_type: &'static str,
        /// The kind that is needed.
        expected: KeyKind,
        /// What the claims hold.
        subject: String,
    },
    /// The subject is empty.
    #[error("claims need a subject")]
    SubjectMissing,
    /// The account server URL of an operator cannot be used.
    #[error("account server URL `{0}` does not parse or has no scheme")]
    AccountServerUrl(String),
    /// That kind of key may not sign this type of claims.
    #[error("{issuer} keys cannot sign {claim_type} claims")]
    IssuerKind {
        /// Type of the claims.
        claim_type: &'static str,
        /// Kind of the signer.
        issuer: KeyKind,
    },
    /// A latency sampling that cannot be written.
    #[error("latency sampling {0} of an export is not between 1 and 100")]
    SamplingRate(i64),
    /// The signer failed.
    #[error("cannot sign with `{signer}`")]
    Signer {
        /// Public key of the signer.
        signer: PublicKey,
        /// Its reason.
        source: KeyError,
    },
}

impl EncodeError {
    /// A stable name of the error.
    pub fn class(&self) -> &'static str {
        match self {
            Self::SubjectKind { .. } => "subject_kind",
            Self::SubjectMissing => "subject_missing",
            Self::AccountServerUrl(_) => "account_server_url",
            Self::IssuerKind { .. } => "issuer_kind",
            Self::SamplingRate(_) => "sampling_rate",
            Self::Signer { source, .. } => source.class(),
        }
    }
}

/// Signs claims: sets `iss`, `iat`, `jti`, type and version, sorts what the format sorts, and
/// returns the token.
///
/// `issued_at` is in whole seconds. The same claims, time and key give the same token.
///
/// # Errors
/// In this order: the subject's kind, an operator's account server URL, an empty subject, the
/// signer's kind, a sampling that cannot be written, the signer's own failure.
///
/// # Examples
/// ```
/// use nsc_core::claims::{AccountClaims, UserClaims};
/// use nsc_core::keys::{KeyKind, Seed};
/// use nsc_core::time::UnixTime;
///
/// let account = Seed::from_entropy(KeyKind::Account, [1; 32]);
/// let user = Seed::from_entropy(KeyKind::User, [2; 32]);
/// let mut claims = UserClaims::new(&user.public_key());
/// claims.name = "alice".to_owned();
/// let token = nsc_core::jwt::encode(&mut claims, &account, UnixTime(1_700_000_000))?;
/// let read = nsc_core::jwt::decode_as::<nsc_core::claims::User>(&token)?;
/// assert_eq!(read, claims);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn encode<B: Body + Rules>(
    claims: &mut Claims<B>,
    signer: &dyn Signer,
    issued_at: UnixTime,
) -> Result<String, EncodeError> {
    let issuer = signer.public_key();
    check_subject(claims)?;
    claims.nats.check_before()?;
    if claims.sub.is_empty() {
        return Err(EncodeError::SubjectMissing);
    }
    if !B::ISSUERS.contains(&issuer.kind()) {
        return Err(EncodeError::IssuerKind {
            claim_type: type_name::<B>(),
            issuer: issuer.kind(),
        });
    }
    claims.nats.check_content()?;

    claims.nats.prepare();
    claims.nats.stamp();
    claims.iss = issuer.to_text();
    claims.iat = issued_at.0;
    claims.jti = token_id(claims);

    let payload = claims.to_json();
    let mut token =
        String::with_capacity(HEADER_CHUNK.len() + BASE64URL_NOPAD.encode_len(payload.len()) + 88);
    token.push_str(HEADER_CHUNK);
    token.push('.');
    BASE64URL_NOPAD.encode_append(payload.as_bytes(), &mut token);
    let signature = signer
        .sign(token.as_bytes())
        .map_err(|source| EncodeError::Signer {
            signer: issuer,
            source,
        })?;
    token.push('.');
    BASE64URL_NOPAD.encode_append(&signature, &mut token);
    Ok(token)
}

fn check_subject<B: Body>(claims: &Claims<B>) -> Result<(), EncodeError> {
    match B::SUBJECT {
        Some(expected) if PublicKey::parse_kind(&claims.sub, expected).is_err() => {
            Err(EncodeError::SubjectKind {
                claim_type: type_name::<B>(),
                expected,
                subject: claims.sub.clone(),
            })
        }
        _ => Ok(()),
    }
}

fn type_name<B: Body>() -> &'static str {
    if B::TYPE.is_empty() {
        "generic"
    } else {
        B::TYPE
    }
}

/// What is asked of the content of claims before they are signed.
pub trait Rules {
    /// Asked before the signer is looked at.
    ///
    /// # Errors
    /// Says what cannot be signed.
    fn check_before(&self) -> Result<(), EncodeError> {
        Ok(())
    }

    /// Asked once the signer is known to be of the right kind.
    ///
    /// # Errors
    /// Says what cannot be written.
    fn check_content(&self) -> Result<(), EncodeError> {
        Ok(())
    }
}

impl Rules for Operator {
    fn check_before(&self) -> Result<(), EncodeError> {
        value::check_account_server_url(&self.account_server_url)
            .map_err(|_| EncodeError::AccountServerUrl(self.account_server_url.clone()))
    }
}

impl Rules for Account {
    fn check_content(&self) -> Result<(), EncodeError> {
        let rates = self
            .exports
            .iter()
            .flatten()
            .filter_map(|e| e.service_latency.as_ref());
        match rates
            .map(|latency| latency.sampling)
            .find(|rate| !rate.is_valid())
        {
            Some(rate) => Err(EncodeError::SamplingRate(rate.0)),
            None => Ok(()),
        }
    }
}

impl Rules for crate::claims::User {}
impl Rules for crate::claims::Activation {}
impl Rules for crate::claims::AuthorizationRequest {}
impl Rules for crate::claims::AuthorizationResponse {}
impl Rules for crate::claims::Generic {}
