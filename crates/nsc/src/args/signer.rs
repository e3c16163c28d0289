//! Who signs.

use nsc_core::claims::AccountClaims;
use nsc_store::{Candidate, ChosenSigner, KeyRole, SignerError, SignerQuery, StoreError};

use crate::app::App;
use crate::argv::quoted;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::similar;

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
    *typed = ask(app, &query)?;
    let private_key = typed.as_deref().or(query.private_key);
    let account = query.account;
    let query = SignerQuery {
        private_key,
        ..query
    };
    query.choose().map_err(|error| refused(account, error))
}

/// A mistyped role is told of with those that there are.
fn refused(account: Option<&AccountClaims>, error: StoreError) -> CliError {
    let (StoreError::Signer(SignerError::Unknown { value }), Some(account)) = (&error, account)
    else {
        return error.into();
    };
    let scopes = account.nats.signing_keys.scopes();
    let meant = similar::question(value, scopes.map(|scope| scope.role.as_str()));
    let mut refused = CliError::wrap(Kind::NoKey, &error).about(EntityKind::Key, value);
    refused.hints.extend(meant);
    refused.hint(format!("nsc describe account {}", quoted(&account.name)))
}

/// With `-i`, asks which key signs. Nothing is asked where one was given, or where there is only one and it is
/// stored.
///
/// # Errors
/// When cancelled.
pub fn ask(app: &App, query: &SignerQuery<'_>) -> Result<Option<String>, CliError> {
    if !app.is_interactive() || query.private_key.is_some() {
        return Ok(None);
    }
    let stored = query.stored_candidates();
    let all = query.candidates().len();
    if all == stored.len() && all <= 1 {
        return Ok(None);
    }
    let mut choices: Vec<String> = stored.iter().map(shown).collect();
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
    app.prompter.secret(question, "", &check).map(Some)
}

/// A key and what it is: one key looks like the other.
fn shown(candidate: &Candidate) -> String {
    let key = candidate.key.to_text();
    match &candidate.role {
        KeyRole::OperatorIdentity | KeyRole::AccountIdentity => format!("{key} (identity)"),
        KeyRole::OperatorSigning | KeyRole::AccountSigning => format!("{key} (signing key)"),
        KeyRole::AccountScoped { role } if role.is_empty() => {
            format!("{key} (signing key with a scope)")
        }
        KeyRole::AccountScoped { role } => format!("{key} (role {role})"),
    }
}
