//! Who signs.

use nsc_store::{ChosenSigner, SignerQuery};

use crate::app::App;
use crate::error::CliError;

/// Chooses the key that signs: the one given with `-K`, the one a person chooses with `-i`, or the
/// best that is stored. `typed` keeps what the person chose.
///
/// # Errors
/// When no key that may sign is at hand, or cancelled.
pub fn choose<'a>(
    app: &App,
    query: SignerQuery<'a>,
    typed: &'a mut Option<String>,
) -> Result<ChosenSigner<'a>, CliError> {
    if app.is_interactive() && query.private_key.is_none() {
        *typed = ask(app, &query)?;
    }
    let private_key = typed.as_deref().or(query.private_key);
    Ok(SignerQuery {
        private_key,
        ..query
    }
    .choose()?)
}

/// Nothing is asked where there is only one key and it is stored.
fn ask(app: &App, query: &SignerQuery<'_>) -> Result<Option<String>, CliError> {
    let stored = query.stored_candidates();
    let all = query.candidates().len();
    if all == stored.len() && all <= 1 {
        return Ok(None);
    }
    let mut choices: Vec<String> = stored.iter().map(|c| c.key.to_text()).collect();
    if stored.len() < all {
        choices.push("another key".to_owned());
    }
    let chosen = app.prompter.choose("key that signs", &choices, 0)?;
    if let Some(candidate) = stored.get(chosen) {
        return Ok(Some(candidate.key.to_text()));
    }
    let check = |answer: &str| match answer {
        "" => Err("a key or the path of a key file is needed".to_owned()),
        _ => Ok(()),
    };
    let question = "key or path of a key file";
    app.prompter.text(question, "", &check).map(Some)
}
