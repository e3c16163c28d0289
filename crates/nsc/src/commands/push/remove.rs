//! Deleting accounts from servers.

use std::collections::BTreeMap;

use nsc_core::keys::{KeyKind, PublicKey};
use nsc_core::sign::Signer;
use nsc_resolver::{JetStreamData, delete_request};
use nsc_store::{OperatorStore, SignerQuery, StoredAccount, Wanted};
use schemars::JsonSchema;
use serde::Serialize;

use super::is_system;
use super::nats::{AfterResult, Outcome, Work};
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::server::report::{Replies, Reply};
use crate::server::system::Surroundings;
use crate::ui::Step;

/// An account to delete from servers.
pub(super) struct Removal {
    /// Its public key.
    key: String,
    /// Its name, if the store has it.
    name: Option<String>,
    /// Its JWT, if the store has it.
    token: Option<String>,
}

/// An account that was deleted from servers.
#[derive(JsonSchema, Serialize)]
pub(super) struct Removed {
    /// Its public key.
    public_key: String,
    /// Its name, if the store has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Whether a server held it before; absent where none told.
    #[serde(skip_serializing_if = "Option::is_none")]
    held: Option<bool>,
    /// What the servers said; absent in a dry run.
    #[serde(flatten)]
    replies: Option<Replies>,
}

impl Removal {
    /// The account of the store by name or key, or any public account key.
    pub(super) fn new(around: &Surroundings<'_>, account: &str) -> Result<Self, CliError> {
        let key = PublicKey::parse_kind(account, KeyKind::Account).ok();
        let removal = match (around.store.account(account), key) {
            (Ok(stored), _) => Self {
                key: stored.claims.sub,
                name: Some(stored.name),
                token: Some(stored.token),
            },
            (Err(_), Some(key)) => Self {
                key: key.to_text(),
                name: None,
                token: None,
            },
            (Err(error), None) => return Err(error.into()),
        };
        if is_system(around.operator, &removal.key) {
            return Err(CliError::failed(format!(
                "`{account}` is the system account: servers need it"
            ))
            .about(EntityKind::Account, account.to_string()));
        }
        // Before anything is sent, so that a missing key leaves everything as it is.
        operator_key(around, |_| Ok(()))?;
        Ok(removal)
    }
}

/// Deletes one account.
pub(super) fn run(work: &mut Work<'_, '_>, removal: &Removal) -> Result<Outcome, CliError> {
    let held = work.resolver.lookup(&[&removal.key], work.timeout)?;
    let holding = held.first().filter(|holding| holding.is_known());
    let held = holding.map(|holding| holding.holders > 0);
    let token = holding.and_then(|holding| holding.newest());
    let token = token.or(removal.token.as_deref());
    let shown = match &removal.name {
        Some(name) => format!("account `{name}` ({})", removal.key),
        None => format!("account {}", removal.key),
    };
    let mut steps = Vec::new();
    steps.extend(jetstream_warning(work, &removal.key));
    let mut failure = None;
    let replies = if work.around.app.globals.dry_run {
        steps.push(Step::ok("would be deleted"));
        None
    } else {
        let replies = delete(work, std::slice::from_ref(&removal.key))?;
        steps.extend(replies.steps());
        steps.extend(remedy(&replies));
        failure = judge(&replies);
        if failure.is_none() {
            remember(work, token.as_slice());
        }
        Some(replies)
    };
    if held == Some(false) {
        steps.push(Step::warning("no server held it"));
    }
    if removal.name.is_some() && failure.is_none() {
        steps.push(Step::ok(
            "to bring it back, push it with a new JWT (edit it first): servers ignore the deleted one",
        ));
    }
    Ok(Outcome {
        result: AfterResult::Removal(Removed {
            public_key: removal.key.clone(),
            name: removal.name.clone(),
            held,
            replies,
        }),
        steps: vec![Step::group(format!("delete {shown}"), steps)],
        failure,
    })
}

/// What is lost with the account.
fn jetstream_warning(work: &mut Work<'_, '_>, key: &str) -> Option<Step> {
    let data = jetstream(work).remove(key)?;
    Some(Step::warning(data_text(&data)))
}

/// What accounts keep in JetStream, as far as servers tell.
pub(super) fn jetstream(work: &mut Work<'_, '_>) -> BTreeMap<String, JetStreamData> {
    work.resolver
        .jetstream(work.timeout)
        .unwrap_or_else(|error| {
            tracing::debug!(%error, "what accounts keep in JetStream is not known");
            BTreeMap::new()
        })
}

/// What an account keeps in JetStream.
pub(super) fn data_text(data: &JetStreamData) -> String {
    let JetStreamData { memory, storage } = data;
    format!("it keeps {storage} bytes in files and {memory} bytes in memory of JetStream")
}

/// Keeps which JWTs are gone, so that a push of the same can be warned of.
pub(super) fn remember(work: &Work<'_, '_>, tokens: &[&str]) {
    let around = work.around;
    if tokens.is_empty() {
        return;
    }
    let keystore = around.context.keystore();
    let options = around.app.begin_options("nsc push");
    // The deletion is done, so nothing of this is worth a failure.
    if let Err(error) = around.store.remember_deleted(&keystore, &options, tokens) {
        tracing::debug!(%error, "what was deleted is not remembered");
    }
}

/// Sends a signed request to delete these accounts.
pub(super) fn delete(work: &mut Work<'_, '_>, keys: &[String]) -> Result<Replies, CliError> {
    let now = work.around.app.now();
    let request = operator_key(work.around, |signer| Ok(delete_request(keys, signer, now)?))?;
    let report = work.resolver.delete(&request, work.timeout)?;
    Ok(Replies::new(
        &report.replies,
        &report.silent,
        report.missing,
    ))
}

/// Servers keep an account locked that was deleted, until another JWT for it comes.
pub(super) fn warn_of_deleted(
    store: &OperatorStore,
    targets: &[StoredAccount],
    warnings: &mut [Vec<String>],
) -> Result<(), CliError> {
    let deleted = store.deleted_tokens()?;
    for (account, warnings) in targets.iter().zip(warnings) {
        if deleted.contains(&account.token) {
            warnings.push(format!(
                "servers were told to delete this very JWT and keep the account locked: edit account `{}` \
                 (or re-issue it), then push it again",
                account.name
            ));
        }
    }
    Ok(())
}

/// What to do where servers refuse deletions altogether.
pub(super) fn remedy(replies: &Replies) -> Option<Step> {
    let forbidden = |reply: &Reply| {
        reply.answer == "refused" && reply.message.contains("delete must be enabled")
    };
    replies.replies.iter().any(forbidden).then(|| {
        Step::error(
            "to allow it, set `allow_delete: true` in the resolver block of the server's configuration and \
             restart it",
        )
    })
}

/// The kind of failure, if servers refused.
pub(super) fn judge(replies: &Replies) -> Option<Kind> {
    let accepted = replies.replies.iter().filter(|r| r.answer == "accepted");
    match accepted.count() {
        all if all == replies.replies.len() && replies.is_complete() => None,
        0 => Some(Kind::Server),
        _ => Some(Kind::Partial),
    }
}

/// Uses the operator key that signs: that of -K, or the first one that is stored.
fn operator_key<T>(
    around: &Surroundings<'_>,
    sign: impl FnOnce(&dyn Signer) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let keystore = around.context.keystore();
    let signer = SignerQuery {
        // The keys that servers accept for this are those that sign accounts.
        wanted: Wanted::AccountToken,
        env: &around.app.env,
        keystore: &keystore,
        operator: &around.operator.claims,
        managed: false,
        account: None,
        private_key: around.app.private_key(),
        previous_issuer: None,
        fresh: &[],
    }
    .choose()?;
    sign(&signer)
}
