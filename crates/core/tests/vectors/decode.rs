//! `jwt_decode.json`: tokens read into claims, or refused for the recorded reason.

use nsc_core::claims::{
    Account, Activation, AuthorizationRequest, AuthorizationResponse, Generic, Operator, User,
};
use nsc_core::json::Unknown;
use nsc_core::jwt::{self, AnyClaims, DecodeError};
use serde::Deserialize;

use crate::frame::{Check, need, none, same, same_result};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(rename = "name")]
    _name: String,
    op: Option<String>,
    want: Option<String>,
    token: Option<String>,
    repeat: Option<String>,
    times: Option<usize>,
    #[serde(rename = "type")]
    claim_type: Option<String>,
    claims: Option<String>,
    error: Option<String>,
    any_error: Option<bool>,
}

pub(crate) fn check(case: Case) -> Check {
    let token = match (&case.token, &case.repeat) {
        (Some(token), None) => token.clone(),
        (None, Some(text)) => text.repeat(need(case.times, "times")?),
        _ => return Err("the case needs either `token` or `repeat`".to_owned()),
    };
    let read = read(&case, &token)?;
    if let Some(any_error) = case.any_error {
        same("any_error, which is true or absent", any_error, true)?;
        let class = need(case.error.as_deref(), "error")?;
        same("error class is known", CLASSES.contains(&class), true)?;
        if read.is_err() {
            return none(&case.claims, "claims");
        }
    }
    let got = read.as_ref().map_err(DecodeError::class);
    same_result(got, case.error.as_deref(), |(claim_type, claims)| {
        same(
            "type",
            claim_type.as_str(),
            need(case.claim_type.as_deref(), "type")?,
        )?;
        same(
            "claims",
            claims.as_str(),
            need(case.claims.as_deref(), "claims")?,
        )
    })?;
    if case.error.is_some() {
        none(&case.claims, "claims")?;
        none(&case.claim_type, "type")?;
    }
    Ok(())
}

/// The classes of errors, in the order in which they are checked.
const CLASSES: [&str; 15] = [
    "too_large",
    "chunks",
    "header_base64",
    "header_json",
    "header_type",
    "header_algorithm",
    "payload_base64",
    "payload_json",
    "newer_version",
    "unsupported_type",
    "unsupported_version",
    "signature_base64",
    "signature",
    "issuer_kind",
    "wrong_type",
];

/// Type and claims text.
type Read = Result<(String, String), DecodeError>;

fn read(case: &Case, token: &str) -> Result<Read, String> {
    match case.op.as_deref() {
        None => {
            none(&case.want, "want")?;
            Ok(jwt::decode(token).map(described))
        }
        Some("generic") => {
            none(&case.want, "want")?;
            Ok(jwt::decode_generic(token).map(|mut claims| {
                claims.unknown.clear();
                (claims.claim_type().to_owned(), claims.to_json())
            }))
        }
        Some("as") => {
            let want = need(case.want.as_deref(), "want")?;
            read_as(want, token).ok_or_else(|| format!("unknown type `{want}`"))
        }
        Some(other) => Err(format!("unknown op `{other}`")),
    }
}

fn read_as(want: &str, token: &str) -> Option<Read> {
    fn read<B: jwt::Typed>(
        token: &str,
        wrap: fn(Box<nsc_core::claims::Claims<B>>) -> AnyClaims,
    ) -> Read {
        jwt::decode_as::<B>(token).map(|claims| described(wrap(Box::new(claims))))
    }
    Some(match want {
        "operator" => read::<Operator>(token, AnyClaims::Operator),
        "account" => read::<Account>(token, AnyClaims::Account),
        "user" => read::<User>(token, AnyClaims::User),
        "activation" => read::<Activation>(token, AnyClaims::Activation),
        "authorization_request" => {
            read::<AuthorizationRequest>(token, AnyClaims::AuthorizationRequest)
        }
        "authorization_response" => {
            read::<AuthorizationResponse>(token, AnyClaims::AuthorizationResponse)
        }
        "generic" => read::<Generic>(token, AnyClaims::Generic),
        _ => return None,
    })
}

/// The recorded library drops what it does not know; ours keeps it (see the lossless tests).
fn described(mut claims: AnyClaims) -> (String, String) {
    claims.for_each_unknown(&mut Unknown::clear);
    (claims.claim_type().to_owned(), claims.to_json())
}
