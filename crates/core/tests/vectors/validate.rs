//! `validate.json`: what judging claims finds, who signed what, revocations and list types.

use std::collections::BTreeMap;

use nsc_core::claims::{
    Account, Activation, AuthorizationRequest, AuthorizationResponse, Claims, Operator, User,
};
use nsc_core::jwt::{self, AnyClaims};
use nsc_core::time::UnixTime;
use nsc_core::trust::check_scope;
use nsc_core::validate::Judged;
use nsc_core::{lists, revocation};
use serde::Deserialize;
use serde_json::Value;

use crate::frame::{Check, need, read_case, same, same_result};

pub(crate) fn check(case: Value) -> Check {
    match case.get("op").and_then(Value::as_str) {
        None => read_case(case, judge),
        Some("did_sign") => read_case(case, did_sign),
        Some("revoked") => read_case(case, revoked),
        Some("revoke") => read_case(case, revoke),
        Some("compact") => read_case(case, compact),
        Some("scope") => read_case(case, scope),
        Some("tags" | "strings" | "cidrs") => read_case(case, list),
        Some(other) => Err(format!("unknown op `{other}`")),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Judge {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "type")]
    claim_type: String,
    claims: Option<String>,
    token: Option<String>,
    now: i64,
    issues: Vec<Finding>,
    blocked: bool,
    blocked_with_time: bool,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(deny_unknown_fields)]
struct Finding {
    topic: String,
    level: String,
    blocking: bool,
}

fn judge(case: Judge) -> Check {
    let claims = read_claims(
        &case.claim_type,
        case.claims.as_deref(),
        case.token.as_deref(),
    )?;
    let issues = claims.validate(UnixTime(case.now));
    same("type", claims.claim_type(), case.claim_type.as_str())?;
    let mut got: Vec<Finding> = issues
        .iter()
        .map(|issue| Finding {
            topic: issue.topic.to_owned(),
            level: issue.level.name().to_owned(),
            blocking: issue.level == nsc_core::validate::Level::Error,
        })
        .collect();
    got.sort();
    got.dedup();
    let mut want = case.issues;
    want.sort();
    same("issues", got, want)?;
    same("blocked", issues.is_blocked(false), case.blocked)?;
    same(
        "blocked_with_time",
        issues.is_blocked(true),
        case.blocked_with_time,
    )
}

/// Claims from their text, or from a token.
fn read_claims(
    claim_type: &str,
    claims: Option<&str>,
    token: Option<&str>,
) -> Result<AnyClaims, String> {
    match (claims, token) {
        (None, Some(token)) => jwt::decode(token).map_err(|error| error.to_string()),
        (Some(text), None) => match claim_type {
            "operator" => parse::<Operator>(text).map(AnyClaims::Operator),
            "account" => parse::<Account>(text).map(AnyClaims::Account),
            "user" => parse::<User>(text).map(AnyClaims::User),
            "activation" => parse::<Activation>(text).map(AnyClaims::Activation),
            "authorization_request" => {
                parse::<AuthorizationRequest>(text).map(AnyClaims::AuthorizationRequest)
            }
            "authorization_response" => {
                parse::<AuthorizationResponse>(text).map(AnyClaims::AuthorizationResponse)
            }
            other => Err(format!("unknown type `{other}`")),
        },
        _ => Err("the case needs either `claims` or `token`".to_owned()),
    }
}

fn parse<B: Judged>(text: &str) -> Result<Box<Claims<B>>, String> {
    serde_json::from_str(text)
        .map(Box::new)
        .map_err(|error| error.to_string())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DidSign {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "op")]
    _op: String,
    #[serde(rename = "type")]
    claim_type: String,
    claims: String,
    token: String,
    result: bool,
}

fn did_sign(case: DidSign) -> Check {
    let token = jwt::decode(&case.token).map_err(|error| error.to_string())?;
    let signed = match read_claims(&case.claim_type, Some(&case.claims), None)? {
        AnyClaims::Operator(operator) => operator.did_sign(&token),
        AnyClaims::Account(account) => account.did_sign(&token),
        other => return Err(format!("{} claims sign nothing", other.claim_type())),
    };
    same("result", signed, case.result)
}

type Revocations = BTreeMap<String, i64>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoked {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "op")]
    _op: String,
    list: Revocations,
    key: String,
    iat: i64,
    result: bool,
}

fn revoked(case: Revoked) -> Check {
    same(
        "result",
        revocation::is_revoked(&case.list, &case.key, case.iat),
        case.result,
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoke {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "op")]
    _op: String,
    list: Revocations,
    key: String,
    at: i64,
    result: Revocations,
}

fn revoke(mut case: Revoke) -> Check {
    revocation::revoke(&mut case.list, &case.key, case.at);
    same("result", case.list, case.result)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Compact {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "op")]
    _op: String,
    list: Revocations,
    result: Revocations,
    dropped: Vec<String>,
}

fn compact(mut case: Compact) -> Check {
    let mut dropped = revocation::compact(&mut case.list);
    dropped.sort();
    same("dropped", dropped, case.dropped)?;
    same("result", case.list, case.result)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scope {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "op")]
    _op: String,
    scope: String,
    token: String,
    error: Option<String>,
    ok: Option<bool>,
    result: Option<bool>,
}

fn scope(case: Scope) -> Check {
    let token = jwt::decode(&case.token).map_err(|error| error.to_string())?;
    let got = check_scope(&case.scope, &token).map_err(|error| error.class());
    let accepted = got.is_ok();
    same_result(got, case.error.as_deref(), |()| Ok(()))?;
    for stated in [case.ok, case.result].into_iter().flatten() {
        same("result", accepted, stated)?;
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(rename = "name")]
    _name: String,
    op: String,
    add: Vec<String>,
    remove: Vec<String>,
    result: Option<Vec<String>>,
}

fn list(case: List) -> Check {
    let mut list = Vec::new();
    for value in &case.add {
        match case.op.as_str() {
            "tags" => lists::tags::add(&mut list, value),
            "strings" => lists::strings::add(&mut list, value),
            _ => lists::cidrs::add(&mut list, value),
        };
    }
    for value in &case.remove {
        match case.op.as_str() {
            "tags" => lists::tags::remove(&mut list, value),
            "strings" => lists::strings::remove(&mut list, value),
            _ => lists::cidrs::remove(&mut list, value),
        };
    }
    same("result", list, need(case.result, "result")?)
}
