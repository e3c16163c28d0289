//! Deleting from servers what the store does not know.

use std::collections::BTreeSet;

use nsc_core::jwt;
use nsc_core::keys::PublicKey;
use nsc_resolver::{JetStreamData, ServerListing};
use schemars::JsonSchema;
use serde::Serialize;

use super::nats::{AfterResult, Outcome, Work};
use super::{is_system, remove};
use crate::error::{CliError, Kind};
use crate::server::accounts::load_accounts;
use crate::server::report::{Replies, ServerName, plural};
use crate::ui::{self, Step};

/// What a prune did.
#[derive(JsonSchema, Serialize)]
pub(super) struct Pruned {
    /// Public keys of the accounts that were deleted, or would have been; those with data first.
    deleted: Vec<String>,
    /// Public keys of accounts that this store never held: they stay unless forced.
    left: Vec<String>,
    /// What is known of all of them.
    accounts: Vec<Stranger>,
    /// What the servers said; absent when there was nothing to delete.
    #[serde(flatten)]
    replies: Option<Replies>,
}

/// An account that servers hold and the store does not.
#[derive(Clone, JsonSchema, Serialize)]
struct Stranger {
    /// Its public key.
    public_key: String,
    /// The name in its JWT, where servers told it.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// What it keeps in JetStream.
    #[serde(skip_serializing_if = "Option::is_none")]
    jetstream: Option<Data>,
    /// Whether this store once held it.
    once_ours: bool,
    #[serde(skip)]
    token: Option<String>,
}

/// What an account keeps in JetStream.
#[derive(Clone, Copy, JsonSchema, Serialize)]
struct Data {
    /// Bytes in memory, over all servers.
    memory: u64,
    /// Bytes in files, over all servers.
    storage: u64,
}

impl Stranger {
    fn shown(&self) -> String {
        let name = self.name.as_ref().map(|name| format!(" `{name}`"));
        let data = self.jetstream.map(|Data { memory, storage }| {
            format!(
                " ({})",
                remove::data_text(&JetStreamData { memory, storage })
            )
        });
        [Some(self.public_key.clone()), name, data]
            .into_iter()
            .flatten()
            .collect()
    }
}

/// Deletes accounts that this store once held; others only when forced or told to.
pub(super) fn run(work: &mut Work<'_, '_>) -> Result<Outcome, CliError> {
    let around = work.around;
    // An account that cannot be read would look like one that is gone.
    let local = load_accounts(around.store)?;
    let local: BTreeSet<&str> = local.iter().map(|a| a.claims.sub.as_str()).collect();
    let listings = work.resolver.list(local.len(), work.timeout)?;
    let held = held(&listings)?;
    complete(work, &listings)?;
    let unknown: Vec<String> = held
        .into_iter()
        .filter(|key| !local.contains(key.as_str()) && !is_system(around.operator, key))
        .collect();
    let strangers = strangers(work, unknown)?;
    let (mut deleted, mut left): (Vec<Stranger>, Vec<Stranger>) = strangers
        .iter()
        .cloned()
        .partition(|account| work.force || account.once_ours);
    if ask_for_strangers(work, &left)? {
        deleted.append(&mut left);
        deleted.sort_by_key(|account| account.jetstream.is_none());
    }
    check_number(work, &deleted)?;

    let mut steps = Vec::new();
    let mut failure = None;
    let mut replies = None;
    let line = |word: &str, account: &Stranger| {
        let text = format!("{word} {}", account.shown());
        match account.jetstream {
            Some(_) => Step::warning(text),
            None => Step::ok(text),
        }
    };
    if deleted.is_empty() {
        steps.push(Step::ok("nothing to prune"));
    } else if around.app.globals.dry_run {
        steps.extend(deleted.iter().map(|account| line("would delete", account)));
        steps.extend(too_many(work, &deleted).map(Step::warning));
    } else {
        steps.extend(deleted.iter().map(|account| line("delete", account)));
        let answered = delete_all(work, &deleted)?;
        steps.extend(answered.steps());
        steps.extend(remove::remedy(&answered));
        failure = remove::judge(&answered);
        if failure.is_none() {
            let tokens: Vec<&str> = deleted.iter().filter_map(|a| a.token.as_deref()).collect();
            remove::remember(work, &tokens);
        }
        if answered.replies.len() != listings.len() {
            steps.push(Step::error(different_count(&listings, &answered)));
            failure = failure.or(Some(Kind::Partial));
        }
        replies = Some(answered);
    }
    steps.extend(left.iter().map(|account| {
        Step::warning(format!(
            "left {}: this store never held it; --force deletes it",
            account.shown()
        ))
    }));
    let keys = |accounts: &[Stranger]| accounts.iter().map(|a| a.public_key.clone()).collect();
    Ok(Outcome {
        result: AfterResult::Prune(Pruned {
            deleted: keys(&deleted),
            left: keys(&left),
            accounts: strangers,
            replies,
        }),
        steps: vec![Step::group("prune", steps)],
        failure,
    })
}

/// An account that a server keeps comes back from there: all of them must take part.
fn complete(work: &mut Work<'_, '_>, listings: &[ServerListing]) -> Result<(), CliError> {
    let servers = work.resolver.servers(work.timeout)?;
    let wanted = work.expected.unwrap_or(servers.len());
    let listed = listings.len();
    if listed >= wanted {
        return Ok(());
    }
    let silent = servers.iter().filter(|server| {
        let mut named = listings
            .iter()
            .filter_map(|listing| listing.server.as_ref());
        !named.any(|named| named.id == server.id)
    });
    let causes = silent.map(|server| format!("server `{}` did not answer", server.name));
    let message = format!(
        "{listed} of {wanted} server{} listed the accounts that they hold; nothing was pruned",
        plural(wanted)
    );
    Err(CliError {
        causes: causes.collect(),
        ..CliError::new(Kind::Server, message)
    }
    .hint(format!(
        "once all servers are up; or --expect-servers {listed} if the others keep no accounts"
    )))
}

/// What is known of accounts that only servers hold; those with data in JetStream first.
fn strangers(work: &mut Work<'_, '_>, keys: Vec<String>) -> Result<Vec<Stranger>, CliError> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let once_ours = once_ours(work)?;
    let mut data = remove::jetstream(work);
    let ids: Vec<&str> = keys.iter().map(String::as_str).collect();
    let holdings = work.resolver.lookup(&ids, work.timeout)?;
    let known = keys.iter().zip(&holdings).map(|(key, holding)| {
        let token = holding.newest();
        let claims = token.and_then(|token| jwt::decode_generic(token).ok());
        Stranger {
            public_key: key.clone(),
            name: claims
                .map(|claims| claims.name)
                .filter(|name| !name.is_empty()),
            jetstream: data.remove(key).map(|data| Data {
                memory: data.memory,
                storage: data.storage,
            }),
            once_ours: once_ours(key),
            token: token.map(str::to_owned),
        }
    });
    let mut known: Vec<Stranger> = known.collect();
    known.sort_by_key(|account| account.jetstream.is_none());
    Ok(known)
}

/// Why so many are not deleted without a question.
fn too_many(work: &Work<'_, '_>, accounts: &[Stranger]) -> Option<String> {
    let (count, max) = (accounts.len(), work.max_delete);
    (count > max).then(|| {
        format!(
            "the prune would delete {count} account{} from the servers, more than --max-delete {max}",
            plural(count)
        )
    })
}

/// Beyond `--max-delete` somebody has to say so: at a terminal, or with the flag.
fn check_number(work: &Work<'_, '_>, accounts: &[Stranger]) -> Result<(), CliError> {
    let app = work.around.app;
    let Some(problem) = too_many(work, accounts).filter(|_| !app.globals.dry_run) else {
        return Ok(());
    };
    let count = accounts.len();
    let mut first: Vec<String> = accounts.iter().take(SHOWN).map(Stranger::shown).collect();
    if count > SHOWN {
        first.push(format!("and {} more", count - SHOWN));
    }
    if app.is_interactive() || app.prompter.is_at_hand() {
        // One a line: a question of many lines is hard to read.
        for account in &first {
            ui::notice(account);
        }
        let question = format!("{problem}. Delete them?");
        if app.prompter.confirm(&question, false)? {
            return Ok(());
        }
        return Err(CliError::failed("nothing was deleted from the servers"));
    }
    Err(CliError {
        causes: first,
        ..CliError::failed(problem)
    }
    .hint(format!(
        "--dry-run shows all of them; --max-delete {count} deletes them"
    )))
}

/// Tells whether the store once held an account: it was removed here, or its seed is here or in the
/// trash.
fn once_ours(work: &Work<'_, '_>) -> Result<impl Fn(&str) -> bool + use<>, CliError> {
    let removed = work.around.store.removed_accounts()?;
    let removed: BTreeSet<String> = removed.into_iter().collect();
    let keystore = work.around.context.keystore();
    let trashed: BTreeSet<String> = keystore
        .trash()?
        .iter()
        .map(|trashed| trashed.key.to_text())
        .collect();
    let has_seed = move |key: &str| PublicKey::parse(key).is_ok_and(|key| keystore.has(&key));
    Ok(move |key: &str| removed.contains(key) || trashed.contains(key) || has_seed(key))
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
fn ask_for_strangers(work: &Work<'_, '_>, left: &[Stranger]) -> Result<bool, CliError> {
    let app = work.around.app;
    if left.is_empty() || !app.is_interactive() {
        return Ok(false);
    }
    let count = left.len();
    for account in left {
        ui::notice(&account.shown());
    }
    let question = format!(
        "Delete {count} account{} that this store never held?",
        plural(count)
    );
    app.prompter.confirm(&question, false)
}

/// Deletes in requests that fit into a message; one that is refused ends it.
fn delete_all(work: &mut Work<'_, '_>, accounts: &[Stranger]) -> Result<Replies, CliError> {
    let keys: Vec<String> = accounts
        .iter()
        .map(|account| account.public_key.clone())
        .collect();
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
/// Accounts that a question names.
const SHOWN: usize = 10;
