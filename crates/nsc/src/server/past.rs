//! What the store's history and its exchanges with servers say about a JWT that a server holds.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use nsc_core::jwt;
use nsc_core::revocation::{self, EVERYONE};
use nsc_resolver::{AccountToken, Replacement, issued_at};
use nsc_store::{BeginOptions, ExchangedTokens, OperatorStore};
use serde::Deserialize;

use super::system::Surroundings;

/// The past of the operator and account JWTs of a store. It is read when it is first asked.
pub struct Past<'a> {
    store: &'a OperatorStore,
    /// Whether commits are recorded.
    recorded: bool,
    exchanged: OnceCell<ExchangedTokens>,
    commits: OnceCell<Commits>,
}

/// What commits did to JWTs of the operator and of accounts.
#[derive(Default)]
struct Commits {
    changes: Vec<Change>,
    /// The commits that last wrote or replaced a JWT.
    wrote: HashMap<String, u64>,
}

/// What a commit did to one JWT.
struct Change {
    undo: bool,
    before: Option<String>,
    after: Option<String>,
}

/// Which of two JWTs of the same second was made from the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    /// The server's from the store's, or nobody knows.
    Theirs,
    /// The store's from the server's.
    Ours,
    /// Neither.
    Diverged,
}

impl<'a> Past<'a> {
    /// That of this store.
    pub fn new(around: &Surroundings<'a>) -> Self {
        let recording = around.app.begin_options("nsc").recording;
        Self {
            store: around.store,
            recorded: recording.is_some_and(|recording| recording.history),
            exchanged: OnceCell::new(),
            commits: OnceCell::new(),
        }
    }

    /// Judges what a NATS server holds.
    pub fn judge(&self, account: &AccountToken, held: &str) -> Replacement {
        match self.judge_posted(account, held) {
            Replacement::Older if self.diverged(&account.id, held) => Replacement::No(
                "servers hold a JWT that was made elsewhere since this store last pushed or pulled the \
                 account"
                    .to_owned(),
            ),
            judged => judged,
        }
    }

    /// Judges what an account server holds. These sign and change what they are sent, so that other
    /// content need not be from somebody else.
    pub fn judge_posted(&self, account: &AccountToken, held: &str) -> Replacement {
        if issued_at(held) > issued_at(&account.token) && self.undid(held, &account.token) {
            return Replacement::Any;
        }
        self.revocations(account, held)
            .map_or(Replacement::Older, Replacement::No)
    }

    /// Which of two JWTs of the same second counts.
    pub fn tie(&self, account: &str, ours: &str, theirs: &str) -> Tie {
        let wrote = &self.commits().wrote;
        match (wrote.get(ours), wrote.get(theirs)) {
            (Some(ours), Some(theirs)) if ours > theirs => Tie::Ours,
            (_, Some(_)) => Tie::Theirs,
            (_, None) => match self.exchanged().of(account) {
                Some(last) if !last.is(ours) => Tie::Diverged,
                _ => Tie::Theirs,
            },
        }
    }

    /// Whether it was made by somebody else after the last exchange.
    fn diverged(&self, account: &str, held: &str) -> bool {
        let Some(last) = self.exchanged().of(account) else {
            return false;
        };
        let made_since = issued_at(held) >= last.issued && !last.is(held);
        made_since && !self.commits().wrote.contains_key(held)
    }

    /// Whether an undo put the store's JWT in the place of the server's.
    fn undid(&self, held: &str, ours: &str) -> bool {
        self.commits().changes.iter().any(|change| {
            let (before, after) = (change.before.as_deref(), change.after.as_deref());
            change.undo && before == Some(held) && after == Some(ours)
        })
    }

    /// Why the server's JWT must not be replaced: it revokes users that the store's does not, and no
    /// commit of this store took that back.
    fn revocations(&self, account: &AccountToken, held: &str) -> Option<String> {
        let held_revocations = revocations(held);
        let mut lost = revocation::lost(&held_revocations, &revocations(&account.token));
        if lost.is_empty() {
            return None;
        }
        let commits = self.commits();
        if !self.recorded {
            // Then nobody knows more than that it was the same here.
            let last = self.exchanged().of(&account.id);
            if last.is_some_and(|last| last.is(held)) {
                return None;
            }
        }
        lost.retain(|(key, until)| !commits.took_back(key, *until));
        let whom = match lost.first()?.0 {
            EVERYONE => "all users".to_owned(),
            key => format!("user `{key}`"),
        };
        let more = match lost.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        Some(format!(
            "the push would take back the revocation of {whom}{more}, which no commit of this store did"
        ))
    }

    fn exchanged(&self) -> &ExchangedTokens {
        self.exchanged
            .get_or_init(|| self.store.exchanged_tokens().unwrap_or_default())
    }

    fn commits(&self) -> &Commits {
        self.commits.get_or_init(|| Commits::read(self.store))
    }
}

/// Keeps that these accounts (public key and JWT) are the same here and on servers.
pub fn remember(around: &Surroundings<'_>, command: &'static str, accounts: &[(&str, &str)]) {
    if accounts.is_empty() || around.app.globals.dry_run {
        return;
    }
    let accounts: Vec<(&str, &str, i64)> = accounts
        .iter()
        .map(|(key, token)| (*key, *token, issued_at(token)))
        .collect();
    let keystore = around.context.keystore();
    // Not worth to wait long for, either: what is pushed from here is in the history as well.
    let options = BeginOptions {
        wait: BRIEFLY,
        on_wait: None,
        ..around.app.begin_options(command)
    };
    let kept = around
        .store
        .remember_exchanged(&keystore, &options, &accounts);
    // The work is done, so nothing of this is worth a failure.
    if let Err(error) = kept {
        tracing::debug!(%error, "what was exchanged is not remembered");
    }
}

impl Commits {
    /// Records that cannot be read are as if they were gone.
    fn read(store: &OperatorStore) -> Self {
        let mut commits = Self::default();
        let mut logged = store.history(usize::MAX).unwrap_or_default();
        logged.reverse();
        for commit in logged {
            let Ok((entry, files)) = store.history_files(commit.id) else {
                continue;
            };
            for file in files.iter().filter(|file| file.is_of_operator_or_account()) {
                let (before, after) = (file.token_before(), file.token_after());
                for token in [before, after].into_iter().flatten() {
                    let known = commits.wrote.entry(token.to_owned());
                    let id = known.or_insert(commit.id);
                    if Some(token) == after {
                        *id = commit.id;
                    }
                }
                commits.changes.push(Change {
                    undo: entry.undoes.is_some(),
                    before: before.map(str::to_owned),
                    after: after.map(str::to_owned),
                });
            }
        }
        commits
    }

    /// Whether a commit made what was revoked until then count again.
    fn took_back(&self, key: &str, until: i64) -> bool {
        let had = |token: &Option<String>| {
            let token = token.as_deref();
            token.is_some_and(|token| revocation::covers(&revocations(token), key, until))
        };
        self.changes
            .iter()
            .any(|change| had(&change.before) && !had(&change.after))
    }
}

/// The revocations of users in an account JWT. The signature is not looked at: there may be very many JWTs.
fn revocations(token: &str) -> BTreeMap<String, i64> {
    #[derive(Deserialize)]
    struct Claims {
        nats: Account,
    }
    #[derive(Deserialize)]
    struct Account {
        #[serde(default)]
        revocations: BTreeMap<String, i64>,
    }
    jwt::peek::<Claims>(token)
        .map(|claims| claims.nats.revocations)
        .unwrap_or_default()
}

/// How long to wait for another command that works on the store.
const BRIEFLY: Duration = Duration::from_secs(2);
