//! Creds files and other decorated texts: a token or a seed between lines of dashes.

mod block;
mod variables;

use zeroize::Zeroizing;

pub use self::variables::Variables;
use crate::claims::UserClaims;
use crate::jwt::{self, AnyClaims, DecodeError};
use crate::keys::{KeyError, KeyKind, Seed};

/// Why a decorated text cannot be read or written. No variant carries a secret.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CredsError {
    /// What looks like a seed cannot be decoded.
    #[error("the text looks like a seed but cannot be read")]
    BadKey(#[source] KeyError),
    /// The token cannot be read.
    #[error("the token cannot be read")]
    BadJwt(#[source] DecodeError),
    /// There is nothing like a seed in the text.
    #[error("no operator, account or user seed found; a seed has a line of its own")]
    NoSeed,
    /// The place of the seed holds something else.
    #[error(
        "the place of the seed holds something else; operator, account and user seeds begin with SO, SA and SU"
    )]
    NotASeed,
    /// The token is good but not a user's.
    #[error("the token is of type `{found}`; creds are made of a user's")]
    NotUserJwt {
        /// The type of the token.
        found: String,
    },
    /// The seed is not a user's.
    #[error("the seed is not a user's; those begin with SU")]
    NotUserSeed,
    /// The seed is not that of the user the token is for.
    #[error("the seed belongs to user `{seed}`, but the token is for `{subject}`")]
    SeedMismatch {
        /// The public key of the seed.
        seed: String,
        /// The subject of the token.
        subject: String,
    },
}

impl CredsError {
    /// Returns the short word for the error, such as `not_user_seed`.
    pub fn class(&self) -> &'static str {
        match self {
            Self::BadKey(_) => "bad_key",
            Self::BadJwt(_) => "bad_jwt",
            Self::NoSeed => "no_seed",
            Self::NotASeed => "not_a_seed",
            Self::NotUserJwt { .. } => "not_user_jwt",
            Self::NotUserSeed => "not_user_seed",
            Self::SeedMismatch { .. } => "seed_mismatch",
        }
    }
}

/// Returns the token framed by lines that name its type, and an empty line.
///
/// # Errors
///
/// [`CredsError::BadJwt`] when the token does not read or its signature is bad.
pub fn decorate_jwt(token: &str) -> Result<String, CredsError> {
    let claims = jwt::decode(token.trim()).map_err(CredsError::BadJwt)?;
    Ok(framed_jwt(token, claims.claim_type()))
}

/// Returns the seed framed by lines that name its kind, between a warning and a line of stars.
///
/// Only the first two letters are looked at, so that damaged seeds are written as they are.
///
/// # Errors
///
/// [`CredsError::NotASeed`] for anything but operator, account and user seeds.
pub fn decorate_seed(seed: &str) -> Result<Zeroizing<String>, CredsError> {
    let seed = seed.trim();
    let kind = match seed.get(..2) {
        Some("SO") => "OPERATOR",
        Some("SA") => "ACCOUNT",
        Some("SU") => "USER",
        _ => return Err(CredsError::NotASeed),
    };
    let parts = [
        "************************* IMPORTANT *************************\n\
         NKEY Seed printed below can be used to sign and prove identity.\n\
         NKEYs are sensitive and should be treated as secrets.\n\n\
         -----BEGIN ",
        kind,
        " NKEY SEED-----\n",
        seed,
        "\n------END ",
        kind,
        " NKEY SEED------\n\n\
         *************************************************************\n",
    ];
    Ok(joined(&parts))
}

/// Returns the text of a creds file: the decorated token followed by the decorated seed.
///
/// Expiry is not looked at.
///
/// # Errors
///
/// [`CredsError::BadJwt`], [`CredsError::NotUserJwt`], [`CredsError::NotUserSeed`],
/// [`CredsError::BadKey`] or [`CredsError::SeedMismatch`], in this order.
pub fn format_creds(token: &str, seed: &str) -> Result<Zeroizing<String>, CredsError> {
    let claims = match jwt::decode(token.trim()).map_err(CredsError::BadJwt)? {
        AnyClaims::User(claims) => claims,
        other => {
            return Err(CredsError::NotUserJwt {
                found: other.claim_type().to_owned(),
            });
        }
    };
    let seed = seed.trim();
    if !seed.starts_with("SU") {
        return Err(CredsError::NotUserSeed);
    }
    let seed = Seed::parse(seed).map_err(CredsError::BadKey)?;
    format_creds_of(token, &claims, &seed)
}

/// As [`format_creds`], for a token that was just signed or read: its claims are at hand, and are not read again.
///
/// # Errors
///
/// [`CredsError::NotUserSeed`] or [`CredsError::SeedMismatch`].
pub fn format_creds_of(
    token: &str,
    claims: &UserClaims,
    seed: &Seed,
) -> Result<Zeroizing<String>, CredsError> {
    if seed.kind() != KeyKind::User {
        return Err(CredsError::NotUserSeed);
    }
    check_pair(claims, seed)?;
    let seed = decorate_seed(&seed.expose())?;
    Ok(joined(&[&framed_jwt(token, "user"), &seed]))
}

/// Returns the token in a text: the first decorated block, or without any block the whole text,
/// trimmed. Whether it is a token is not looked at.
pub fn read_jwt(text: &str) -> &str {
    block::contents(text)
        .first()
        .copied()
        .unwrap_or_else(|| text.trim())
}

/// Reads the operator, account or user seed in a text: the second decorated block, or with fewer
/// blocks the first line that begins like such a seed. Blanks around the line do no harm.
///
/// # Errors
///
/// [`CredsError::NoSeed`], [`CredsError::NotASeed`] or [`CredsError::BadKey`].
pub fn read_seed(text: &str) -> Result<Seed, CredsError> {
    let seed = match block::contents(text).get(1).copied() {
        Some(content) if !begins_like_seed(content) => return Err(CredsError::NotASeed),
        Some(content) => content,
        None => {
            let mut lines = text.lines().map(str::trim);
            lines
                .find(|line| begins_like_seed(line))
                .ok_or(CredsError::NoSeed)?
        }
    };
    Seed::parse(seed).map_err(CredsError::BadKey)
}

/// Reads the seed in a text as [`read_seed`], but only a user's will do.
///
/// # Errors
///
/// Those of [`read_seed`], and [`CredsError::NotUserSeed`].
pub fn read_user_seed(text: &str) -> Result<Seed, CredsError> {
    let seed = read_seed(text)?;
    if seed.kind() == KeyKind::User {
        Ok(seed)
    } else {
        Err(CredsError::NotUserSeed)
    }
}

/// Reads token and seed of a text, as a client does with a creds file.
///
/// # Errors
///
/// Those of [`read_seed`].
pub fn read_pair(text: &str) -> Result<(&str, Seed), CredsError> {
    Ok((read_jwt(text), read_seed(text)?))
}

/// What a creds file holds once it is known to fit together.
#[derive(Debug)]
#[non_exhaustive]
pub struct UserCreds<'a> {
    /// The token.
    pub token: &'a str,
    /// What it says; its signature is good.
    pub claims: UserClaims,
    /// The seed of the key that the token is about.
    pub seed: Seed,
}

/// Reads a creds file as [`read_pair`], and checks it: the token is a user's with a good signature, and the seed is
/// that of its subject. Whether a server would let the user in is another question
/// ([`Effective`](crate::effective::Effective)).
///
/// # Errors
///
/// [`CredsError::BadJwt`], [`CredsError::NotUserJwt`], those of [`read_user_seed`], and
/// [`CredsError::SeedMismatch`], in this order.
pub fn read_user(text: &str) -> Result<UserCreds<'_>, CredsError> {
    let token = read_jwt(text);
    let claims = match jwt::decode(token).map_err(CredsError::BadJwt)? {
        AnyClaims::User(claims) => *claims,
        other => {
            let found = other.claim_type().to_owned();
            return Err(CredsError::NotUserJwt { found });
        }
    };
    let seed = read_user_seed(text)?;
    check_pair(&claims, &seed)?;
    Ok(UserCreds {
        token,
        claims,
        seed,
    })
}

/// Reads a seed of any kind that stands alone in a text, decorated or bare, as for key import.
///
/// Between a line `-----BEGIN … SEED-----` and a line `------END … SEED------` all lines are
/// joined; without such lines the whole text is the seed.
///
/// # Errors
///
/// [`CredsError::BadKey`].
pub fn extract_seed(text: &str) -> Result<Seed, CredsError> {
    match block::seed_lines(text) {
        Some(lines) => Seed::parse(&joined(&lines)),
        None => Seed::parse(text.trim()),
    }
    .map_err(CredsError::BadKey)
}

fn check_pair(claims: &UserClaims, seed: &Seed) -> Result<(), CredsError> {
    let public = seed.public_key().to_text();
    if public == claims.sub {
        return Ok(());
    }
    Err(CredsError::SeedMismatch {
        seed: public,
        subject: claims.sub.clone(),
    })
}

fn framed_jwt(token: &str, claim_type: &str) -> String {
    let (token, kind) = (token.trim(), claim_type.to_uppercase());
    format!("-----BEGIN NATS {kind} JWT-----\n{token}\n------END NATS {kind} JWT------\n\n")
}

fn begins_like_seed(text: &str) -> bool {
    ["SO", "SA", "SU"]
        .iter()
        .any(|letters| text.starts_with(letters))
}

/// Joins texts, one of which may be secret, without leaving copies behind.
fn joined(parts: &[&str]) -> Zeroizing<String> {
    let length = parts.iter().map(|part| part.len()).sum();
    let mut text = Zeroizing::new(String::with_capacity(length));
    parts.iter().for_each(|part| text.push_str(part));
    text
}

#[cfg(test)]
mod tests;
