//! Deleting from servers what the store does not know.

use std::collections::BTreeSet;

use nsc_core::keys::PublicKey;
use nsc_resolver::ServerListing;
use serde::Serialize;

use super::{AfterResult, Outcome, Work, is_system, remove};
use crate::error::{CliError, Kind};
use crate::server::accounts::load_accounts;
use crate::server::report::{Replies, ServerName, plural};
use crate::ui::Step;

/// What a prune did.
#[derive(Serialize)]
pub(super) struct Pruned {
    /// Public keys of the accounts that were deleted, or would have been.
    deleted: Vec<String>,
    /// Public keys of accounts that this store never held: they stay unless forced.
    left: Vec<String>,
    /// What the servers said; absent when there was nothing to delete.
    #[serde(flatten)]
    replies: Option<Replies>,
}

/// Deletes accounts that this store once held; others only when forced or told to.
pub(super) fn run(work: &mut Work<'_, '_>) -> Result<Outcome, CliError> {
    let around = work.around;
    // An account that cannot be read would look like one that is gone.
    let local = load_accounts(around.store)?;
    let local: BTreeSet<&str> = local.iter().map(|a| a.claims.sub.as_str()).collect();
    let listings = work.resolver.list(work.timeout)?;
    let held = held(&listings)?;
    let unknown = held
        .into_iter()
        .filter(|key| !local.contains(key.as_str()) && !is_system(around.operator, key));
    let once_ours = once_ours(work)?;
    let (mut deleted, mut left): (Vec<String>, Vec<String>) =
        unknown.partition(|key| work.force || once_ours(key));
    if ask(work, &left)? {
        deleted.append(&mut left);
        deleted.sort();
    }

    let mut steps = Vec::new();
    let mut failure = None;
    let mut replies = None;
    if deleted.is_empty() {
        steps.push(Step::ok("nothing to prune"));
    } else if around.app.globals.dry_run {
        steps.extend(
            deleted
                .iter()
                .map(|key| Step::ok(format!("would delete {key}"))),
        );
    } else {
        steps.extend(deleted.iter().map(|key| Step::ok(format!("delete {key}"))));
        let answered = delete_all(work, &deleted)?;
        steps.extend(answered.steps());
        failure = remove::judge(&answered);
        if answered.replies.len() != listings.len() {
            steps.push(Step::error(different_count(&listings, &answered)));
            failure = failure.or(Some(Kind::Partial));
        }
        replies = Some(answered);
    }
    steps.extend(left.iter().map(|key| {
        Step::warning(format!(
            "left {key}: this store never held it; --force deletes it"
        ))
    }));
    Ok(Outcome {
        result: AfterResult::Prune(Pruned {
            deleted,
            left,
            replies,
        }),
        steps: vec![Step::group("prune", steps)],
        failure,
    })
}

/// Tells whether the store once held an account: it was removed here, or its seed is here.
fn once_ours(work: &Work<'_, '_>) -> Result<impl Fn(&str) -> bool + use<>, CliError> {
    let removed = work.around.store.removed_accounts()?;
    let removed: BTreeSet<String> = removed.into_iter().collect();
    let keystore = work.around.context.keystore();
    let has_seed = move |key: &str| PublicKey::parse(key).is_ok_and(|key| keystore.has(&key));
    Ok(move |key: &str| removed.contains(key) || has_seed(key))
}

/// All accounts that servers hold, each once.
fn held(listings: &[ServerListing]) -> Result<BTreeSet<String>, CliError> {
    let mut held = BTreeSet::new();
    for listing in listings {
        match &listing.accounts {
            Ok(keys) => held.extend(keys.iter().cloned()),
            Err(problem) => {
                let server = listing.server.as_ref().map(ServerName::from);
                let server = server.map_or_else(String::new, |s| format!(" `{}`", s.name));
                return Err(CliError {
                    causes: vec![problem.clone()],
                    ..CliError::new(
                        Kind::Server,
                        format!("server{server} did not list its accounts; nothing was pruned"),
                    )
                });
            }
        }
    }
    Ok(held)
}

/// With -i, a person may say that strange accounts go, too.
fn ask(work: &Work<'_, '_>, left: &[String]) -> Result<bool, CliError> {
    let app = work.around.app;
    if left.is_empty() || !app.is_interactive() {
        return Ok(false);
    }
    let count = left.len();
    let question = format!(
        "Delete {count} account{} that this store never held ({})?",
        plural(count),
        left.join(", ")
    );
    app.prompter.confirm(&question, false)
}

/// Deletes in requests that fit into a message; one that is refused ends it.
fn delete_all(work: &mut Work<'_, '_>, keys: &[String]) -> Result<Replies, CliError> {
    let mut answered = Replies::default();
    for keys in keys.chunks(IN_ONE_REQUEST) {
        let replies = remove::delete(work, keys)?;
        let refused = remove::judge(&replies).is_some();
        answered = replies;
        if refused {
            break;
        }
    }
    Ok(answered)
}

fn different_count(listings: &[ServerListing], answered: &Replies) -> String {
    let (listed, deleted) = (listings.len(), answered.replies.len());
    format!(
        "{listed} server{} listed accounts, but {deleted} answered the deletion",
        plural(listed)
    )
}

/// A key takes 59 bytes of a request, and a message may have a mebibyte.
const IN_ONE_REQUEST: usize = 10_000;
