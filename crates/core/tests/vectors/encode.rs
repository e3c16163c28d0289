//! `jwt_encode.json`: claims signed into exactly the recorded token.

use data_encoding::BASE64URL_NOPAD;
use nsc_core::claims::{
    Account, Activation, AuthorizationRequest, AuthorizationResponse, Body, Claims, Generic,
    Operator, User,
};
use nsc_core::json::Unknown;
use nsc_core::jwt::{self, Rules};
use nsc_core::keys::{PublicKey, Seed};
use nsc_core::sign::{PublicOnly, Signer};
use nsc_core::time::UnixTime;
use serde::Deserialize;

use crate::frame::{Check, need, none, same, same_result};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "type")]
    claim_type: String,
    claims: Option<String>,
    new: Option<String>,
    seed: Option<String>,
    public: Option<String>,
    iat: i64,
    token: Option<String>,
    payload: Option<String>,
    error: Option<String>,
}

pub(crate) fn check(case: Case) -> Check {
    match case.claim_type.as_str() {
        "operator" => check_type::<Operator>(case),
        "account" => check_type::<Account>(case),
        "user" => check_type::<User>(case),
        "activation" => check_type::<Activation>(case),
        "authorization_request" => check_type::<AuthorizationRequest>(case),
        "authorization_response" => check_type::<AuthorizationResponse>(case),
        "generic" => check_type::<Generic>(case),
        other => Err(format!("unknown type `{other}`")),
    }
}

fn check_type<B: Body + Rules>(case: Case) -> Check {
    let encoded = encode::<B>(&case)?;
    let got = encoded.as_deref().map_err(|class| *class);
    same_result(got, case.error.as_deref(), |token| {
        let payload = BASE64URL_NOPAD
            .decode(token.split('.').nth(1).unwrap_or_default().as_bytes())
            .map_err(|error| error.to_string())?;
        same(
            "payload",
            String::from_utf8_lossy(&payload).as_ref(),
            need(case.payload.as_deref(), "payload")?,
        )?;
        same("token", token, need(case.token.as_deref(), "token")?)
    })?;
    if case.error.is_some() {
        none(&case.token, "token")?;
        none(&case.payload, "payload")?;
    }
    Ok(())
}

/// The token, or the class of the refusal.
fn encode<B: Body + Rules>(case: &Case) -> Result<Result<String, &'static str>, String> {
    let mut claims: Claims<B> = match (&case.claims, &case.new) {
        (Some(text), None) => match Claims::from_json(text.as_str()) {
            Ok(claims) => claims,
            Err(_) => return Ok(Err("claims_json")),
        },
        (None, Some(subject)) => {
            Claims::new(&PublicKey::parse(subject).map_err(|error| error.to_string())?)
        }
        _ => return Err("the case needs either `claims` or `new`".to_owned()),
    };
    // The recorded library drops what it does not know; ours keeps it (see the lossless tests).
    claims.for_each_unknown(&mut Unknown::clear);
    let signer: Box<dyn Signer> = match (&case.seed, &case.public) {
        (Some(seed), None) => Box::new(Seed::parse(seed).map_err(|error| error.to_string())?),
        (None, Some(public)) => Box::new(PublicOnly(
            PublicKey::parse(public).map_err(|error| error.to_string())?,
        )),
        _ => return Err("the case needs either `seed` or `public`".to_owned()),
    };
    Ok(
        jwt::encode(&mut claims, signer.as_ref(), UnixTime(case.iat))
            .map_err(|error| error.class()),
    )
}
