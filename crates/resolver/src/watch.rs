//! Watching claims updates and deletions as they pass through the system account.
//!
//! Servers publish nothing of their own about them: what passes are the requests, and the answer of
//! each server to the one who asked. Both are seen here.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::time::Duration;

use async_nats::Message;
use futures_util::StreamExt;
use futures_util::stream::select_all;
use nsc_core::jwt;

use crate::access::{CLAIMS_DELETE, WATCHED};
use crate::connection::Connection;
use crate::error::ResolverError;
use crate::events::{Signal, is_denial};
use crate::report::{Answer, ServerReply};
use crate::tools::{ListenEnd, interrupt};
use crate::wire::read_reply;

/// What is seen.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Announcement {
    /// Servers listen to what is announced from now on.
    Watching,
    /// An account's JWT was sent to the servers.
    Update {
        /// The account's public key, as the JWT or the subject names it.
        account: String,
        /// The JWT.
        token: String,
    },
    /// Servers were asked to delete accounts.
    Deletion {
        /// Their public keys.
        accounts: Vec<String>,
    },
    /// A server answered one of these.
    Answer {
        /// The accounts of the request.
        accounts: Vec<String>,
        /// What the server said.
        reply: ServerReply,
    },
    /// The server dropped messages: something was missed.
    Lost,
}

/// How long to watch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Watch {
    /// Ends after this time; none: never.
    pub limit: Option<Duration>,
    /// Ends at an interrupt from the keyboard, instead of ending the process.
    pub stop_on_interrupt: bool,
}

pub(crate) async fn watch(
    connection: &mut Connection,
    options: Watch,
    heard: &mut dyn FnMut(Announcement) -> ControlFlow<()>,
) -> Result<ListenEnd, ResolverError> {
    let mut subscriptions = Vec::new();
    let inboxes = format!("{}.>", crate::access::DEFAULT_INBOX_PREFIX);
    for subject in WATCHED.iter().copied().chain([inboxes.as_str()]) {
        subscriptions.push(connection.subscribe(subject, None).await?);
    }
    let mut messages = select_all(subscriptions);
    let complaints = connection.round_trip(PATIENCE).await?.complaints;
    if let Some(text) = complaints.into_iter().find(|text| is_denial(text)) {
        return Err(ResolverError::Permission { text });
    }
    if heard(Announcement::Watching).is_break() {
        return Ok(ListenEnd::Stopped);
    }
    let interrupt = interrupt(options.stop_on_interrupt);
    tokio::pin!(interrupt);
    let limit = sleep(options.limit);
    tokio::pin!(limit);
    let mut seen = Seen::default();
    loop {
        tokio::select! {
            biased;
            () = &mut interrupt => return Ok(ListenEnd::Interrupted),
            () = &mut limit => return Ok(ListenEnd::TimeOver),
            signal = connection.signal() => match signal {
                Signal::Refused => return Err(connection.refused()),
                Signal::Slow if heard(Announcement::Lost).is_break() => {
                    return Ok(ListenEnd::Stopped);
                }
                // The connection is made again by itself.
                Signal::Error(_) | Signal::Disconnected | Signal::Slow => {}
            },
            message = messages.next() => {
                let Some(message) = message else {
                    return Ok(ListenEnd::Closed);
                };
                for announcement in seen.take(&message) {
                    if heard(announcement).is_break() {
                        return Ok(ListenEnd::Stopped);
                    }
                }
            }
        }
    }
}

async fn sleep(limit: Option<Duration>) {
    match limit {
        Some(limit) => tokio::time::sleep(limit).await,
        None => std::future::pending().await,
    }
}

/// Requests and answers that belong together.
#[derive(Default)]
struct Seen {
    /// The accounts of requests, by where the answers go.
    asked: HashMap<String, Vec<String>>,
    /// Answers that came before their request did: each subscription has a queue of its own.
    early: HashMap<String, Vec<ServerReply>>,
}

impl Seen {
    fn take(&mut self, message: &Message) -> Vec<Announcement> {
        let subject = message.subject.as_str();
        let Some(request) = read_request(subject, &message.payload) else {
            return self.answer(subject, &message.payload).into_iter().collect();
        };
        let accounts = match &request {
            Announcement::Deletion { accounts } => accounts.clone(),
            Announcement::Update { account, .. } => vec![account.clone()],
            _ => Vec::new(),
        };
        let mut announcements = vec![request];
        if let Some(reply) = &message.reply {
            let early = self.early.remove(reply.as_str()).unwrap_or_default();
            announcements.extend(early.into_iter().map(|reply| Announcement::Answer {
                accounts: accounts.clone(),
                reply,
            }));
            forget(&mut self.asked);
            self.asked.insert(reply.to_string(), accounts);
        }
        announcements
    }

    fn answer(&mut self, subject: &str, payload: &[u8]) -> Option<Announcement> {
        let reply = read_reply(payload);
        // Much else is answered in the system account.
        let says_something = match &reply.answer {
            Answer::Accepted { message } | Answer::Skipped { message } => !message.is_empty(),
            Answer::Refused { .. } => true,
            Answer::Unusable { .. } => false,
        };
        if !says_something || reply.server.is_none() {
            return None;
        }
        match self.asked.get(subject) {
            Some(accounts) => Some(Announcement::Answer {
                accounts: accounts.clone(),
                reply,
            }),
            None => {
                forget(&mut self.early);
                self.early
                    .entry(subject.to_owned())
                    .or_default()
                    .push(reply);
                None
            }
        }
    }
}

/// Answers come within seconds: nobody misses what is that far back.
fn forget<T>(map: &mut HashMap<String, T>) {
    if map.len() >= MOST_OPEN {
        map.clear();
    }
}

fn read_request(subject: &str, payload: &[u8]) -> Option<Announcement> {
    let text = || String::from_utf8_lossy(payload).trim().to_owned();
    if subject == CLAIMS_DELETE {
        return Some(Announcement::Deletion {
            accounts: deleted(&text()),
        });
    }
    if !subject.ends_with(".CLAIMS.UPDATE") {
        return None;
    }
    let token = text();
    let named = subject.split('.').find(|part| is_account(part));
    let account = match named {
        Some(account) => account.to_owned(),
        None => jwt::decode_generic(&token).map_or_else(|_| String::new(), |claims| claims.sub),
    };
    Some(Announcement::Update { account, token })
}

fn is_account(part: &str) -> bool {
    use nsc_core::keys::{KeyKind, PublicKey};
    PublicKey::parse_kind(part, KeyKind::Account).is_ok()
}

/// The accounts of a deletion request, whoever signed it.
fn deleted(token: &str) -> Vec<String> {
    let Ok(claims) = jwt::decode_generic(token) else {
        return Vec::new();
    };
    let content = claims.nats.0.unwrap_or_default();
    let listed = content.get("accounts").and_then(|list| list.as_array());
    let texts = listed.into_iter().flatten().filter_map(|key| key.as_str());
    texts.map(str::to_owned).collect()
}

/// How long the server may take to confirm that it announces what comes.
const PATIENCE: Duration = Duration::from_secs(5);
/// Requests whose answers are awaited, at most.
const MOST_OPEN: usize = 20_000;

#[cfg(test)]
mod tests {
    use nsc_core::keys::Seed;
    use nsc_core::time::UnixTime;

    use super::*;
    use crate::accounts::delete_request;

    fn message(subject: &str, reply: Option<&str>, payload: &str) -> Message {
        Message {
            subject: subject.into(),
            reply: reply.map(Into::into),
            payload: payload.to_owned().into(),
            headers: None,
            status: None,
            description: None,
            length: 0,
        }
    }

    const DONE: &str = r#"{"server":{"name":"n","id":"N"},"data":{"message":"jwt updated"}}"#;

    #[test]
    fn answers_are_told_with_their_request_whichever_comes_first() {
        let account = Seed::from_entropy(nsc_core::keys::KeyKind::Account, [4; 32]);
        let account = account.public_key().to_text();
        let subject = format!("$SYS.REQ.ACCOUNT.{account}.CLAIMS.UPDATE");
        let mut seen = Seen::default();
        assert!(seen.take(&message("_INBOX.1", None, DONE)).is_empty());
        let told = seen.take(&message(&subject, Some("_INBOX.1"), "a.b.c"));
        assert!(matches!(&told[0], Announcement::Update { account: a, .. } if *a == account));
        assert!(
            matches!(&told[1], Announcement::Answer { accounts, .. } if *accounts == [account])
        );
        assert_eq!(seen.take(&message("_INBOX.1", None, DONE)).len(), 1);
        for other in [
            "",
            "x",
            r#"{"server":{"name":"n","id":"N"},"data":{"version":"2"}}"#,
        ] {
            assert!(seen.take(&message("_INBOX.1", None, other)).is_empty());
        }
    }

    #[test]
    fn deletions_name_their_accounts() {
        let operator = Seed::from_entropy(nsc_core::keys::KeyKind::Operator, [7; 32]);
        let ids = ["AB".to_owned(), "AA".to_owned()];
        let request = delete_request(&ids, &operator, UnixTime(1_700_000_000)).unwrap();
        let mut seen = Seen::default();
        let told = seen.take(&message(CLAIMS_DELETE, None, &request));
        assert!(matches!(&told[0], Announcement::Deletion { accounts } if *accounts == ids));
        let told = seen.take(&message(CLAIMS_DELETE, None, "nonsense"));
        assert!(matches!(&told[0], Announcement::Deletion { accounts } if accounts.is_empty()));
    }
}
