//! What removed signing keys leave behind: tokens that servers no longer take.

use nsc_core::claims::{AccountClaims, OperatorClaims};
use nsc_store::OperatorStore;
use nsc_store::write::map_parallel;

use crate::error::CliError;
use crate::ui::Step;

/// Names that are told in full.
const FEW: usize = 5;

/// Warns of accounts that a removed signing key of the operator signed.
pub(super) fn accounts(
    store: &OperatorStore,
    before: &OperatorClaims,
    after: &OperatorClaims,
) -> Result<Option<Step>, CliError> {
    let keys = &before.nats.signing_keys;
    let gone = |key: &String| !after.nats.signing_keys.contains(key);
    let removed: Vec<&String> = keys.iter().filter(|key| gone(key)).collect();
    if removed.is_empty() {
        return Ok(None);
    }
    let names = store.accounts()?;
    let signed = map_parallel(&names, |name| {
        let account = store.account(name).ok()?;
        removed.contains(&&account.claims.iss).then(|| name.clone())
    });
    Ok(warning("accounts", signed, "nsc edit account NAME"))
}

/// Warns of users that a removed signing key of the account signed.
pub(super) fn users(
    store: &OperatorStore,
    before: &AccountClaims,
    after: &AccountClaims,
    folder: &str,
) -> Result<Option<Step>, CliError> {
    let gone = |key: &&str| !after.nats.signing_keys.contains(key);
    let removed: Vec<&str> = before.nats.signing_keys.keys().filter(gone).collect();
    if removed.is_empty() {
        return Ok(None);
    }
    let names = store.users(folder)?;
    let signed = map_parallel(&names, |name| {
        let user = store.user_by_name(folder, name).ok()??;
        let stranded = removed.contains(&user.claims.iss.as_str());
        stranded.then(|| name.clone())
    });
    Ok(warning("users", signed, "nsc edit user NAME"))
}

fn warning(what: &str, signed: Vec<Option<String>>, remedy: &str) -> Option<Step> {
    let names: Vec<String> = signed.into_iter().flatten().collect();
    if names.is_empty() {
        return None;
    }
    let mut list = names[..names.len().min(FEW)].join(", ");
    if names.len() > FEW {
        list.push_str(&format!(" and {} more", names.len() - FEW));
    }
    Some(Step::warning(format!(
        "servers no longer take {what} that a removed key signed ({list}): `{remedy}` signs with another"
    )))
}
