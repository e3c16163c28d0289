//! What servers answered, as results with steps that tell it to a person.

use nsc_core::json_diff::Difference;
use nsc_core::time::UnixTime;
use nsc_resolver::{
    AccountPush, AccountToken, Answer, HttpPush, Level, PushOutcome, Server, ServerReply,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::Kind;
use crate::schema::foreign;
use crate::server::difference;
use crate::ui::Step;

/// A NATS server.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct ServerName {
    /// Its name; the id where none is configured.
    pub name: String,
    /// Its public key.
    pub id: String,
}

impl From<&Server> for ServerName {
    fn from(server: &Server) -> Self {
        Self {
            name: server.name.clone(),
            id: server.id.clone(),
        }
    }
}

/// What one server answered.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Reply {
    /// The server; absent when the answer did not name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<ServerName>,
    /// `accepted`, `skipped`, `refused` or `unusable`.
    #[schemars(with = "foreign::ServerAnswer")]
    pub answer: &'static str,
    /// The server's words.
    pub message: String,
}

impl From<&ServerReply> for Reply {
    fn from(reply: &ServerReply) -> Self {
        let (answer, message) = match &reply.answer {
            Answer::Accepted { message } => ("accepted", message.clone()),
            Answer::Skipped { message } => ("skipped", message.clone()),
            Answer::Refused { code, description } => ("refused", format!("{description} ({code})")),
            Answer::Unusable { problem } => ("unusable", problem.clone()),
        };
        Self {
            server: reply.server.as_ref().map(ServerName::from),
            answer,
            message,
        }
    }
}

impl Reply {
    fn step(&self) -> Step {
        let server = match &self.server {
            Some(server) => format!("server `{}`", server.name),
            None => "a server without name".to_owned(),
        };
        let message = &self.message;
        match self.answer {
            "accepted" => Step::ok(format!("{server}: {message}")),
            "skipped" => Step::warning(format!("{server} does not use the account: {message}")),
            "refused" => Step::error(format!("{server} refused: {message}")),
            _ => Step::error(format!("{server} gave an unusable answer: {message}")),
        }
    }
}

/// The answers of servers to an update or a deletion.
// Among the members of others, which a reference would not allow.
#[derive(Clone, Debug, Default, JsonSchema, Serialize)]
#[schemars(inline)]
pub struct Replies {
    /// The answers, in the order they came.
    pub replies: Vec<Reply>,
    /// Servers that were expected to answer and did not.
    pub silent: Vec<ServerName>,
    /// How many more were expected to answer, whose names are not known.
    #[serde(skip_serializing_if = "is_zero")]
    pub missing: usize,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Replies {
    /// Takes what a resolver gathered.
    pub fn new(replies: &[ServerReply], silent: &[Server], missing: usize) -> Self {
        Self {
            replies: replies.iter().map(Reply::from).collect(),
            silent: silent.iter().map(ServerName::from).collect(),
            missing,
        }
    }

    /// Whether all servers answered that were expected to.
    pub fn is_complete(&self) -> bool {
        self.silent.is_empty() && self.missing == 0
    }

    fn accepted(&self) -> usize {
        let accepted = |reply: &&Reply| reply.answer == "accepted";
        self.replies.iter().filter(accepted).count()
    }

    /// A line a server, and how many accepted.
    pub fn steps(&self) -> Vec<Step> {
        let heard = self.replies.len();
        let silent = self.silent.iter().map(|server| {
            Step::error(format!(
                "server `{}` did not answer: do it again once it is well, or with --expect-servers \
                 {heard} if it keeps no accounts",
                server.name
            ))
        });
        let missing = (self.missing > 0).then(|| {
            let (missing, plural) = (self.missing, plural(self.missing));
            Step::error(format!(
                "{missing} more server{plural} should have answered: do it again once all are up"
            ))
        });
        let (accepted, all) = (self.accepted(), heard + self.silent.len() + self.missing);
        let count = format!("accepted by {accepted} of {all} server{}", plural(all));
        let count = [(accepted > 0).then(|| Step::ok(count))];
        let replies = self.replies.iter().map(Reply::step);
        replies
            .chain(silent)
            .chain(missing)
            .chain(count.into_iter().flatten())
            .collect()
    }
}

/// What became of an account that was to be pushed.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct PushedAccount {
    /// Its name.
    pub name: String,
    /// Its public key.
    pub public_key: String,
    /// What happened.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// What is wrong with the JWT although it was pushed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// What happened to an account.
#[derive(Clone, Debug, JsonSchema, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// NATS servers answered.
    Sent(Replies),
    /// An account server answered.
    Posted {
        /// The HTTP status: 200 taken, 201 and 202 taken for signing.
        status: u16,
        /// What it said.
        message: String,
    },
    /// It is held already, byte for byte: nothing was sent.
    Unchanged,
    /// A JWT issued later is held: nothing was sent.
    NewerOnServer {
        /// Issue time of the JWT in the store, Unix seconds.
        local: i64,
        /// Issue time of the other, Unix seconds.
        remote: i64,
        /// What the push would change there.
        #[schemars(with = "Vec<foreign::JsonDifference>")]
        differences: Vec<Difference>,
    },
    /// What is held is not to be replaced unasked: nothing was sent.
    Kept {
        /// Why.
        reason: String,
        /// What the push would change there.
        #[schemars(with = "Vec<foreign::JsonDifference>")]
        differences: Vec<Difference>,
    },
    /// It could not be sent, or nobody answered.
    Failed {
        /// Why.
        problem: String,
    },
    /// It would be pushed (`--dry-run`).
    Planned,
}

impl PushedAccount {
    /// What NATS servers made of an account.
    pub fn from_nats(account: &AccountToken, push: &AccountPush) -> Self {
        let outcome = match &push.outcome {
            PushOutcome::Unchanged { .. } => Outcome::Unchanged,
            PushOutcome::NewerOnServer {
                local,
                remote,
                token,
            } => Outcome::NewerOnServer {
                local: *local,
                remote: *remote,
                differences: difference::between(token, &account.token),
            },
            PushOutcome::Kept { reason, token } => Outcome::Kept {
                reason: reason.clone(),
                differences: difference::between(token, &account.token),
            },
            PushOutcome::Sent {
                replies,
                silent,
                missing,
                ..
            } => Outcome::Sent(Replies::new(replies, silent, *missing)),
            PushOutcome::Planned => Outcome::Planned,
            PushOutcome::Failed(error) => Outcome::Failed {
                problem: error.to_string(),
            },
            _ => Outcome::Failed {
                problem: "the outcome is unknown".to_owned(),
            },
        };
        Self {
            name: push.name.clone(),
            public_key: push.id.clone(),
            outcome,
            warnings: Vec::new(),
        }
    }

    /// What an account server made of an account.
    pub fn from_http(account: &AccountToken, push: &HttpPush) -> Self {
        let outcome = match push {
            HttpPush::Unchanged => Outcome::Unchanged,
            HttpPush::NewerOnServer {
                local,
                remote,
                token,
            } => Outcome::NewerOnServer {
                local: *local,
                remote: *remote,
                differences: difference::between(token, &account.token),
            },
            HttpPush::Kept { reason, token } => Outcome::Kept {
                reason: reason.clone(),
                differences: difference::between(token, &account.token),
            },
            HttpPush::Planned => Outcome::Planned,
            HttpPush::Posted(answer) => Outcome::Posted {
                status: answer.status,
                message: answer.body.trim().to_owned(),
            },
            HttpPush::Failed(error) => Outcome::Failed {
                problem: error.to_string(),
            },
            _ => Outcome::Failed {
                problem: "the outcome is unknown".to_owned(),
            },
        };
        Self {
            outcome,
            ..Self::planned(account)
        }
    }

    /// An account that would be pushed.
    pub fn planned(account: &AccountToken) -> Self {
        Self {
            name: account.name.clone(),
            public_key: account.id.clone(),
            outcome: Outcome::Planned,
            warnings: Vec::new(),
        }
    }

    /// Whether servers hold its JWT now, or an account server has it for signing.
    pub fn is_there(&self) -> bool {
        match &self.outcome {
            Outcome::Sent(replies) => replies.accepted() > 0,
            Outcome::Posted { status, .. } => (200..=202).contains(status),
            Outcome::Unchanged => true,
            _ => false,
        }
    }

    /// How it went, and whether some of it worked when it failed.
    pub fn level(&self) -> (Level, bool) {
        match &self.outcome {
            Outcome::Sent(replies) => {
                let bad = |reply: &Reply| matches!(reply.answer, "refused" | "unusable");
                let level = if replies.replies.iter().any(bad) || !replies.is_complete() {
                    Level::Error
                } else {
                    Level::Ok
                };
                (level, replies.accepted() > 0)
            }
            Outcome::Posted { status: 200, .. } | Outcome::Unchanged | Outcome::Planned => {
                (Level::Ok, true)
            }
            Outcome::Posted {
                status: 201 | 202, ..
            } => (Level::Warning, true),
            Outcome::Posted { .. }
            | Outcome::Kept { .. }
            | Outcome::NewerOnServer { .. }
            | Outcome::Failed { .. } => (Level::Error, false),
        }
    }

    /// The lines about it.
    pub fn step(&self) -> Step {
        let mut steps = match &self.outcome {
            Outcome::Sent(replies) => replies.steps(),
            Outcome::Posted { status, message } => posted(*status, message),
            Outcome::Unchanged => {
                vec![Step::ok("unchanged: servers hold this very JWT")]
            }
            Outcome::NewerOnServer {
                local,
                remote,
                differences,
            } => {
                let error = Step::error(format!(
                    "servers hold a JWT issued later ({}, here {}): `nsc pull` fetches it, --force \
                     replaces it",
                    UnixTime(*remote),
                    UnixTime(*local)
                ));
                with_differences(error, differences)
            }
            Outcome::Kept {
                reason,
                differences,
            } => {
                let error = Step::error(format!(
                    "{reason}: `nsc pull --overwrite-newer` fetches it, --force replaces it"
                ));
                with_differences(error, differences)
            }
            Outcome::Failed { problem } => vec![Step::error(problem.clone())],
            Outcome::Planned => vec![Step::ok("would be pushed")],
        };
        steps.extend(self.warnings.iter().map(Step::warning));
        Step::group(format!("account `{}`", self.name), steps)
    }
}

fn with_differences(error: Step, differences: &[Difference]) -> Vec<Step> {
    let mut steps = vec![error];
    steps.extend(difference::steps(differences));
    steps
}

/// An account server's answer: status, then its own words line by line.
fn posted(status: u16, message: &str) -> Vec<Step> {
    let first = match status {
        200 => Step::ok("the account server took it (status 200)"),
        201 | 202 => Step::warning(format!(
            "the account server took it for signing (status {status}): `nsc pull` fetches it then"
        )),
        _ => Step::error(format!(
            "the account server refused it with status {status}"
        )),
    };
    let words = message.lines().filter(|line| !line.trim().is_empty());
    std::iter::once(first)
        .chain(words.map(Step::server))
        .collect()
}

/// The kind of failure of a push, if it is one.
pub fn failure(accounts: &[PushedAccount]) -> Option<Kind> {
    let failed: Vec<_> = accounts
        .iter()
        .filter(|account| account.level().0 == Level::Error)
        .collect();
    if failed.is_empty() {
        return None;
    }
    let newer = |account: &&&PushedAccount| {
        let outcome = &account.outcome;
        matches!(
            outcome,
            Outcome::NewerOnServer { .. } | Outcome::Kept { .. }
        )
    };
    if failed.len() < accounts.len() || failed.iter().any(|account| account.level().1) {
        Some(Kind::Partial)
    } else if failed.iter().filter(newer).count() == failed.len() {
        Some(Kind::Conflict)
    } else {
        Some(Kind::Server)
    }
}

/// `s` for any number but one.
pub fn plural(number: usize) -> &'static str {
    if number == 1 { "" } else { "s" }
}
