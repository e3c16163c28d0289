//! `hashid.json`: identifiers of activations.

use nsc_core::hash_id::{activation_id, cleaned};
use serde::Deserialize;

use crate::frame::{Check, need, none, same, same_result};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(rename = "name")]
    _name: String,
    issuer: String,
    account: String,
    subject: String,
    cleaned: Option<String>,
    hash: Option<String>,
    error: Option<String>,
}

pub(crate) fn check(case: Case) -> Check {
    let got = activation_id(&case.issuer, &case.account, &case.subject);
    if case.error.is_some() {
        none(&case.hash, "hash")?;
    }
    if let Some(want) = case.cleaned.as_deref() {
        same("cleaned", cleaned(&case.subject), want)?;
    }
    same_result(
        got.map_err(|_| "incomplete"),
        case.error.as_deref(),
        |hash| {
            need(case.cleaned.as_deref(), "cleaned")?;
            same("hash", hash, need(case.hash.as_deref(), "hash")?)
        },
    )
}
