//! Pushing account JWTs to every server.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_nats::Message;

use crate::access::CLAIMS_UPDATE;
use crate::connection::Connection;
use crate::error::ResolverError;
use crate::gather::{Ask, Bounds, Collector, End, gather};
use crate::lookup::look_up;
use crate::options::Stage;
use crate::replacement::{Judge, not_to_replace};
use crate::report::{
    AccountPush, AccountToken, Holding, PushOptions, PushOutcome, PushReport, Server, ServerReply,
};
use crate::servers::Counted;
use crate::token;
use crate::wire::read_reply;

/// Pushes accounts: asks what servers hold, sends what differs, and waits until every server
/// has answered.
///
/// # Errors
/// A lost connection before anything was sent. Everything later is in the report.
pub(crate) async fn push(
    connection: &mut Connection,
    accounts: &[AccountToken],
    counted: &Counted,
    options: &PushOptions,
    judge: Judge<'_>,
) -> Result<PushReport, ResolverError> {
    let ids: Vec<&str> = accounts.iter().map(|account| account.id.as_str()).collect();
    let bounds = bounds(options, Stage::Compare);
    let mut holdings = look_up(connection, &ids, counted, bounds).await?;
    let awaited = options.expect_servers.unwrap_or(counted.servers.len());
    let mut outcomes: Vec<Option<PushOutcome>> = accounts
        .iter()
        .zip(&holdings)
        .map(|(account, holding)| {
            unchanged(account, holding, awaited)
                .or_else(|| kept(account, holding, judge).filter(|_| !options.force))
                .or_else(|| too_large(connection, account))
        })
        .collect();
    if options.compare_only {
        for outcome in &mut outcomes {
            outcome.get_or_insert(PushOutcome::Planned);
        }
    }
    let to_send: Vec<usize> = (0..accounts.len())
        .filter(|i| outcomes[*i].is_none())
        .collect();
    let tokens: Vec<&AccountToken> = to_send.iter().map(|i| &accounts[*i]).collect();
    let sent = send(connection, &tokens, counted, options).await;
    for (index, mut outcome) in to_send.into_iter().zip(sent) {
        if let PushOutcome::Sent { replaced, .. } = &mut outcome {
            *replaced = std::mem::take(&mut holdings[index].tokens);
            replaced.retain(|token| *token != accounts[index].token);
        }
        outcomes[index] = Some(outcome);
    }
    let entries = accounts
        .iter()
        .zip(outcomes)
        .filter_map(|(account, outcome)| {
            let (id, name) = (account.id.clone(), account.name.clone());
            Some(AccountPush {
                id,
                name,
                outcome: outcome?,
            })
        });
    Ok(PushReport {
        servers: counted.servers.clone(),
        unheard: counted.known.saturating_sub(counted.servers.len()),
        accounts: entries.collect(),
    })
}

/// Whether all servers hold the account's very JWT.
fn unchanged(account: &AccountToken, holding: &Holding, awaited: usize) -> Option<PushOutcome> {
    let same = matches!(holding.tokens.as_slice(), [only] if *only == account.token);
    let everywhere = awaited > 0 && holding.holders >= awaited && holding.without == 0;
    (same && everywhere).then_some(PushOutcome::Unchanged {
        servers: holding.holders,
    })
}

/// Judges what would be replaced. Unknown is no reason to do anything but push.
fn kept(account: &AccountToken, holding: &Holding, judge: Judge<'_>) -> Option<PushOutcome> {
    let held = holding.tokens.iter().map(String::as_str);
    let (held, reason) = not_to_replace(account, held, judge)?;
    let token = held.to_owned();
    Some(match reason {
        Some(reason) => PushOutcome::Kept { reason, token },
        None => PushOutcome::NewerOnServer {
            local: token::issued_at(&account.token),
            remote: token::issued_at(held),
            token,
        },
    })
}

fn too_large(connection: &Connection, account: &AccountToken) -> Option<PushOutcome> {
    let checked = connection.check_payload(account.token.len());
    checked
        .err()
        .map(|error| PushOutcome::Failed(Arc::new(error)))
}

async fn send(
    connection: &mut Connection,
    accounts: &[&AccountToken],
    counted: &Counted,
    options: &PushOptions,
) -> Vec<PushOutcome> {
    if accounts.is_empty() {
        return Vec::new();
    }
    let ask = |account: &&AccountToken| Ask {
        subject: CLAIMS_UPDATE.to_owned(),
        payload: account.token.clone().into_bytes(),
    };
    let asks = accounts.iter().map(ask).collect();
    let mut answers = Answers::new(accounts.len(), counted, options.expect_servers);
    let bounds = bounds(options, Stage::Send);
    let gathered = gather(connection, asks, &bounds, &mut answers).await;
    let stopped = gathered.stopped.map(Arc::new);
    let Answers {
        replies, servers, ..
    } = answers;
    let after = gathered.ends.into_iter().zip(replies);
    after
        .map(|(end, replies)| outcome(end, replies, &servers, &stopped, options))
        .collect()
}

fn outcome(
    end: End,
    replies: Vec<ServerReply>,
    servers: &[Server],
    stopped: &Option<Arc<ResolverError>>,
    options: &PushOptions,
) -> PushOutcome {
    if !replies.is_empty() {
        let (silent, missing) = silent(servers, &replies, options.expect_servers);
        return PushOutcome::Sent {
            replies,
            silent,
            missing,
            replaced: Vec::new(),
        };
    }
    let error = match (stopped, end) {
        (Some(error), _) => Arc::clone(error),
        (None, End::NoResponders) => Arc::new(ResolverError::NoResolver { request: "UPDATE" }),
        (None, _) => Arc::new(ResolverError::Timeout {
            request: "UPDATE".to_owned(),
            after: options.timeout,
        }),
    };
    PushOutcome::Failed(error)
}

fn bounds(options: &PushOptions, stage: Stage) -> Bounds {
    Bounds {
        progress: options.on_progress.clone().map(|told| (told, stage)),
        ..Bounds::new(options.timeout, options.in_flight)
    }
}

/// The servers without a reply among these, and how many more were expected. As many replies as
/// were expected are enough, whoever they are from.
pub(crate) fn silent(
    servers: &[Server],
    replies: &[ServerReply],
    expected: Option<usize>,
) -> (Vec<Server>, usize) {
    let lacking = expected.map(|expected| expected.saturating_sub(replies.len()));
    if lacking == Some(0) {
        return (Vec::new(), 0);
    }
    let silent = without_reply(servers, replies);
    let missing = lacking.unwrap_or_default().saturating_sub(silent.len());
    (silent, missing)
}

fn without_reply(servers: &[Server], replies: &[ServerReply]) -> Vec<Server> {
    let heard: BTreeSet<&str> = replies
        .iter()
        .filter_map(|reply| reply.server.as_ref())
        .map(|s| s.id.as_str())
        .collect();
    servers
        .iter()
        .filter(|server| !heard.contains(server.id.as_str()))
        .cloned()
        .collect()
}

/// Collects replies to updates and deletions.
pub(crate) struct Answers {
    pub(crate) replies: Vec<Vec<ServerReply>>,
    /// The servers that were counted.
    servers: Vec<Server>,
    /// How many replies to wait for; none: until the time is over.
    awaited: Option<usize>,
    /// Servers that answered at least once.
    heard: BTreeSet<String>,
}

impl Answers {
    pub(crate) fn new(requests: usize, counted: &Counted, expected: Option<usize>) -> Self {
        let number = counted.servers.len();
        Self {
            replies: vec![Vec::new(); requests],
            servers: counted.servers.clone(),
            awaited: expected.or((number > 0).then_some(number)),
            heard: BTreeSet::new(),
        }
    }
}

impl Collector for Answers {
    fn take(&mut self, index: usize, message: &Message) {
        let reply = read_reply(&message.payload);
        if let Some(server) = &reply.server {
            self.heard.insert(server.id.clone());
        }
        self.replies[index].push(reply);
    }

    fn is_complete(&self, index: usize) -> bool {
        self.awaited
            .is_some_and(|awaited| self.replies[index].len() >= awaited)
    }

    /// A server that never answered within a whole timeout has a resolver of another kind: the
    /// other accounts do not wait for it.
    fn timed_out(&mut self, _index: usize) {
        if !self.heard.is_empty() {
            self.awaited = self.awaited.map(|awaited| awaited.min(self.heard.len()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replacement::Replacement;
    use crate::token::tests::unsigned;

    fn account(token: &str) -> AccountToken {
        let (id, name) = ("A1".to_owned(), "one".to_owned());
        AccountToken {
            id,
            name,
            token: token.to_owned(),
        }
    }

    fn holding(tokens: &[&str], holders: usize, without: usize) -> Holding {
        let tokens: Vec<_> = tokens.iter().map(ToString::to_string).collect();
        Holding {
            counts: vec![1; tokens.len()],
            tokens,
            holders,
            without,
        }
    }

    #[test]
    fn only_the_same_bytes_on_every_server_are_unchanged() {
        let token = unsigned(r#"{"iat":5}"#);
        let judge = |held: &Holding, awaited| unchanged(&account(&token), held, awaited);
        let same = holding(&[&token], 2, 0);
        assert!(matches!(
            judge(&same, 2),
            Some(PushOutcome::Unchanged { servers: 2 })
        ));
        assert!(judge(&same, 3).is_none(), "a third server has not answered");
        assert!(
            judge(&same, 0).is_none(),
            "it is not known how many must answer"
        );
        assert!(
            judge(&holding(&[&token], 1, 1), 2).is_none(),
            "one server has nothing"
        );
        assert!(judge(&Holding::default(), 1).is_none());
    }

    #[test]
    fn expected_servers_that_kept_silent_are_told() {
        let server = |name: &str| Server {
            name: name.to_owned(),
            id: name.to_owned(),
        };
        let reply = |name: &str| ServerReply {
            server: Some(server(name)),
            answer: crate::report::Answer::Accepted {
                message: String::new(),
            },
        };
        let counted = [server("a"), server("b")];
        let judge = |replies: &[ServerReply], expected| {
            let (silent, missing) = silent(&counted, replies, expected);
            let names: Vec<String> = silent.into_iter().map(|server| server.name).collect();
            (names.join(","), missing)
        };
        let one = [reply("a")];
        assert_eq!(judge(&one, None), ("b".to_owned(), 0));
        assert_eq!(judge(&one, Some(1)), (String::new(), 0));
        assert_eq!(judge(&one, Some(2)), ("b".to_owned(), 0));
        assert_eq!(judge(&one, Some(3)), ("b".to_owned(), 1));
        assert_eq!(
            judge(&[reply("a"), reply("b")], Some(3)),
            (String::new(), 1)
        );
    }

    #[test]
    fn later_issued_tokens_are_protected_unless_judged_otherwise() {
        let local = account(&unsigned(r#"{"iat":5}"#));
        let (older, later) = (unsigned(r#"{"iat":4}"#), unsigned(r#"{"iat":6}"#));
        let held = holding(&[&older, &later], 2, 0);
        let judge = |replacement: Replacement| {
            let judge = move |_: &AccountToken, _: &str| replacement.clone();
            kept(&local, &held, &judge)
        };
        let is_newer = |outcome: &PushOutcome| {
            let PushOutcome::NewerOnServer { local, remote, .. } = outcome else {
                return false;
            };
            (*local, *remote) == (5, 6)
        };
        assert!(judge(Replacement::Older).is_some_and(|outcome| is_newer(&outcome)));
        let no = Replacement::No("why".to_owned());
        assert!(judge(no.clone()).is_some_and(|outcome| is_newer(&outcome)));
        assert!(judge(Replacement::Any).is_none());
        let only_older = holding(&[&older], 1, 0);
        let judge = |_: &AccountToken, _: &str| no.clone();
        assert!(matches!(
            kept(&local, &only_older, &judge),
            Some(PushOutcome::Kept { reason, .. }) if reason == "why"
        ));
        let other = holding(&[&unsigned(r#"{"iat":5,"name":"x"}"#)], 1, 0);
        let judge = |_: &AccountToken, _: &str| Replacement::Older;
        assert!(
            kept(&local, &other, &judge).is_none(),
            "same second: pushed"
        );
        assert!(kept(&local, &holding(&[&local.token], 1, 1), &judge).is_none());
    }
}
