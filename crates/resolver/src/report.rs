//! What servers answered, as data: one line for each server and account.

use std::sync::Arc;
use std::time::Duration;

use crate::error::{ForeignText, ResolverError};
use crate::options::ProgressFn;

/// An account JWT on its way to or from a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountToken {
    /// The account's public key.
    pub id: String,
    /// The name to report it by.
    pub name: String,
    /// The JWT, byte for byte.
    pub token: String,
}

/// A NATS server as it introduces itself. Both texts are foreign.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Server {
    /// The configured name; equal to the id when none is configured.
    pub name: ForeignText,
    /// The server's public key.
    pub id: ForeignText,
}

/// How good or bad a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As wanted.
    Ok,
    /// Done, but something should be known.
    Warning,
    /// Not done.
    Error,
}

/// The answer of one server to an update or deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerReply {
    /// The server; none when the answer did not name it.
    pub server: Option<Server>,
    /// What it said.
    pub answer: Answer,
}

impl ServerReply {
    /// Tells how good the answer is.
    pub fn level(&self) -> Level {
        match self.answer {
            Answer::Accepted { .. } => Level::Ok,
            Answer::Skipped { .. } => Level::Warning,
            Answer::Refused { .. } | Answer::Unusable { .. } => Level::Error,
        }
    }
}

/// What a server said to an update or deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done.
    Accepted {
        /// The server's message, such as `jwt updated`.
        message: ForeignText,
    },
    /// Taken without error, but nothing was stored: a cache resolver keeps only accounts in use.
    Skipped {
        /// The server's message, such as `jwt update cache skipped`.
        message: ForeignText,
    },
    /// Refused.
    Refused {
        /// The server's error code.
        code: i64,
        /// The server's reason.
        description: ForeignText,
    },
    /// The answer could not be understood, or names no server.
    Unusable {
        /// What is wrong with it.
        problem: ForeignText,
    },
}

/// The result of a push: what became of each account.
#[derive(Clone, Debug)]
pub struct PushReport {
    /// The servers that were counted before; empty when they could not be counted.
    pub servers: Vec<Server>,
    /// How many more servers these know of, which did not answer when they were counted.
    pub unheard: usize,
    /// One entry for each account, in the order given.
    pub accounts: Vec<AccountPush>,
}

impl PushReport {
    /// The worst level of all accounts.
    pub fn level(&self) -> Level {
        self.accounts
            .iter()
            .map(AccountPush::level)
            .max()
            .unwrap_or(Level::Ok)
    }
}

/// What became of one pushed account.
#[derive(Clone, Debug)]
pub struct AccountPush {
    /// The account's public key.
    pub id: String,
    /// The account's name, as given.
    pub name: String,
    /// What happened.
    pub outcome: PushOutcome,
}

/// What happened to one pushed account.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum PushOutcome {
    /// Every server already holds this very JWT: nothing was sent.
    Unchanged {
        /// How many servers hold it.
        servers: usize,
    },
    /// A server holds a JWT that was issued later: nothing was sent.
    NewerOnServer {
        /// Issue time of the JWT to push, in Unix seconds.
        local: i64,
        /// Issue time of the server's JWT, in Unix seconds.
        remote: i64,
        /// The server's JWT.
        token: String,
    },
    /// The caller did not want what servers hold to be replaced: nothing was sent.
    Kept {
        /// Why not, in the caller's words.
        reason: String,
        /// The server's JWT.
        token: String,
    },
    /// The update was sent and answered.
    Sent {
        /// The answers, in the order they came.
        replies: Vec<ServerReply>,
        /// Servers that were expected to answer and did not.
        silent: Vec<Server>,
        /// How many more were expected to answer, whose names are not known.
        missing: usize,
        /// The other JWTs that servers held before.
        replaced: Vec<String>,
    },
    /// It would have been sent, but only comparing was asked for.
    Planned,
    /// The update was not sent, or nobody answered.
    Failed(Arc<ResolverError>),
}

impl AccountPush {
    /// How many servers accepted the JWT or hold it already.
    pub fn accepted(&self) -> usize {
        match &self.outcome {
            PushOutcome::Unchanged { servers } => *servers,
            PushOutcome::Sent { replies, .. } => replies
                .iter()
                .filter(|reply| reply.level() == Level::Ok)
                .count(),
            PushOutcome::Kept { .. }
            | PushOutcome::NewerOnServer { .. }
            | PushOutcome::Planned
            | PushOutcome::Failed(_) => 0,
        }
    }

    /// Tells how good the outcome is: the worst answer, and an error when an expected server kept
    /// silent.
    pub fn level(&self) -> Level {
        match &self.outcome {
            PushOutcome::Unchanged { .. } | PushOutcome::Planned => Level::Ok,
            PushOutcome::Kept { .. }
            | PushOutcome::NewerOnServer { .. }
            | PushOutcome::Failed(_) => Level::Error,
            PushOutcome::Sent {
                replies,
                silent,
                missing,
                ..
            } => {
                let least = if silent.is_empty() && *missing == 0 {
                    Level::Ok
                } else {
                    Level::Error
                };
                replies
                    .iter()
                    .map(ServerReply::level)
                    .max()
                    .unwrap_or(Level::Error)
                    .max(least)
            }
        }
    }
}

/// How to push.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PushOptions {
    /// The longest silence while answers are awaited.
    pub timeout: Duration,
    /// How many servers must answer; none: they are counted first.
    pub expect_servers: Option<usize>,
    /// Pushes also when a server holds a JWT that was issued later.
    pub force: bool,
    /// Asks what servers hold, and sends nothing.
    pub compare_only: bool,
    /// How many requests may wait for answers at the same time.
    pub in_flight: usize,
    /// Is told how far the work is.
    pub on_progress: Option<ProgressFn>,
}

impl PushOptions {
    /// Estimates generously how long a push of so many accounts takes, connecting excluded.
    ///
    /// A user JWT made for the push should live at least this long.
    pub fn longest(&self, accounts: usize) -> Duration {
        let windows = accounts.div_ceil(self.in_flight.max(1));
        let phases = windows.saturating_mul(2).saturating_add(1);
        let waiting = self
            .timeout
            .saturating_mul(u32::try_from(phases).unwrap_or(u32::MAX));
        let working = SLOW_UPDATE.saturating_mul(u32::try_from(accounts).unwrap_or(u32::MAX));
        waiting.saturating_add(working)
    }
}

impl Default for PushOptions {
    /// One second, counted servers, nothing forced, 256 requests at a time.
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(1),
            expect_servers: None,
            force: false,
            compare_only: false,
            in_flight: 256,
            on_progress: None,
        }
    }
}

/// The accounts that one server holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerListing {
    /// The server; none when the answer did not name it.
    pub server: Option<Server>,
    /// The public keys of its accounts, or the reason why it did not say.
    pub accounts: Result<Vec<String>, ForeignText>,
}

/// The result of a deletion request.
#[derive(Clone, Debug)]
pub struct DeleteReport {
    /// The answers, in the order they came.
    pub replies: Vec<ServerReply>,
    /// Servers that were expected to answer and did not.
    pub silent: Vec<Server>,
    /// How many more were expected to answer, whose names are not known.
    pub missing: usize,
}

/// What the servers answered to the look-up of one account.
///
/// Servers do not say who they are in these answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    /// The distinct JWTs that servers hold.
    pub tokens: Vec<String>,
    /// How many servers hold each of them, in the same order.
    pub counts: Vec<usize>,
    /// How many servers answered that they hold one.
    pub holders: usize,
    /// How many servers answered that they know no such account.
    pub without: usize,
}

impl Holding {
    /// Tells whether anybody answered at all: a cache resolver does not.
    pub fn is_known(&self) -> bool {
        self.holders + self.without > 0
    }

    /// The JWT with the latest issue time.
    pub fn newest(&self) -> Option<&str> {
        self.tokens
            .iter()
            .max_by_key(|token| crate::token::issued_at(token))
            .map(String::as_str)
    }
}

/// What differs between local accounts and servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffReport {
    /// Each server with the accounts that it holds.
    pub servers: Vec<ServerDiff>,
    /// One entry for each local account, in the order given.
    pub accounts: Vec<AccountDiff>,
}

/// One server against the local accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerDiff {
    /// The server and what it holds.
    pub listing: ServerListing,
    /// Accounts that only the server holds.
    pub only_there: Vec<String>,
    /// Local accounts that the server does not hold.
    pub missing_there: Vec<String>,
}

/// One local account against all servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountDiff {
    /// The account's public key.
    pub id: String,
    /// The account's name, as given.
    pub name: String,
    /// How it compares.
    pub state: DiffState,
    /// The other JWTs that servers hold, each with the number of servers.
    pub held: Vec<(String, usize)>,
}

/// What a server says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerFacts {
    /// The server.
    pub server: Server,
    /// Its version.
    pub version: ForeignText,
    /// The operator JWTs that it was started with.
    pub operators: Vec<ForeignText>,
    /// The public key of its system account; empty without one.
    pub system_account: ForeignText,
}

/// What an account keeps in JetStream, over all servers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JetStreamData {
    /// Bytes in memory.
    pub memory: u64,
    /// Bytes in files.
    pub storage: u64,
}

/// How a local account compares with what servers hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DiffState {
    /// At least one server holds another JWT.
    Differs {
        /// Issue time of the local JWT, in Unix seconds.
        local: i64,
        /// The latest issue time among the servers' other JWTs, in Unix seconds.
        remote: i64,
    },
    /// No server holds the account.
    Missing,
    /// Every server that answered with a JWT has the very same one.
    Same,
    /// No server answered the look-up: contents cannot be compared.
    Unknown,
}

/// What a server with a slow disk takes for one account.
const SLOW_UPDATE: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_estimate_grows_with_the_accounts_and_never_overflows() {
        let options = PushOptions::default();
        assert_eq!(options.longest(1), Duration::from_millis(3100));
        assert!(options.longest(1000) > options.longest(100));
        assert!(options.longest(usize::MAX) > options.longest(1000));
    }
}
