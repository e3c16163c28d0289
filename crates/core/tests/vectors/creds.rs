//! `creds.json`: creds files and decorated texts, written and read.

use nsc_core::creds::{
    CredsError, decorate_jwt, decorate_seed, extract_seed, format_creds, read_jwt, read_pair,
    read_seed, read_user_seed,
};
use nsc_core::keys::Seed;
use serde::Deserialize;

use crate::frame::{Check, need, none, same, same_result};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(rename = "name")]
    _name: String,
    op: String,
    text: Option<String>,
    jwt: Option<String>,
    seed: Option<String>,
    public: Option<String>,
    error: Option<String>,
}

pub(crate) fn check(case: Case) -> Check {
    let text = || need(case.text.as_deref(), "text");
    let jwt = || need(case.jwt.as_deref(), "jwt");
    match case.op.as_str() {
        "jwt" => {
            none(&case.error, "error")?;
            same("jwt", read_jwt(text()?), jwt()?)
        }
        "seed" => check_seed(&case, read_seed(text()?)),
        "user_seed" => check_seed(&case, read_user_seed(text()?)),
        "extract" => check_seed(&case, extract_seed(text()?)),
        "pair" => {
            let pair = read_pair(text()?);
            if let Ok((read, _)) = &pair {
                same("jwt", *read, jwt()?)?;
            }
            check_seed(&case, pair.map(|(_, seed)| seed))
        }
        "format" => {
            let seed = need(case.seed.as_deref(), "seed")?;
            check_text(
                &case,
                format_creds(jwt()?, seed).map(|text| text.to_string()),
            )
        }
        "decorate_jwt" => check_text(&case, decorate_jwt(jwt()?)),
        "decorate_seed" => {
            let seed = need(case.seed.as_deref(), "seed")?;
            check_text(&case, decorate_seed(seed).map(|text| text.to_string()))
        }
        other => Err(format!("unknown op `{other}`")),
    }
}

/// The seed read out of a text.
fn check_seed(case: &Case, got: Result<Seed, CredsError>) -> Check {
    if case.error.is_some() {
        none(&case.seed, "seed")?;
        none(&case.public, "public")?;
    }
    same_result(
        got.as_ref().map_err(CredsError::class),
        case.error.as_deref(),
        |seed| {
            same(
                "seed",
                seed.expose().as_str(),
                need(case.seed.as_deref(), "seed")?,
            )?;
            same(
                "public",
                seed.public_key().to_text(),
                need(case.public.as_deref(), "public")?,
            )
        },
    )
}

/// A text that was made.
fn check_text(case: &Case, got: Result<String, CredsError>) -> Check {
    if case.error.is_some() {
        none(&case.text, "text")?;
    }
    same_result(
        got.as_deref().map_err(CredsError::class),
        case.error.as_deref(),
        |made| same("text", made, need(case.text.as_deref(), "text")?),
    )
}
