//! Listing, deleting, pulling and comparing the accounts of servers.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use async_nats::{Message, StatusCode};
use futures_util::StreamExt;
use nsc_core::claims::{Generic, GenericClaims};
use nsc_core::jwt::{self, EncodeError};
use nsc_core::sign::Signer;
use nsc_core::time::UnixTime;

use crate::access::{CLAIMS_DELETE, CLAIMS_LIST, CLAIMS_PACK};
use crate::connection::Connection;
use crate::error::ResolverError;
use crate::events::{Signal, denied_subject};
use crate::gather::{Ask, Bounds, Collector, End, gather};
use crate::lookup::look_up;
use crate::options::{ProgressFn, Stage};
use crate::push::{Answers, silent};
use crate::report::{
    AccountDiff, AccountToken, DeleteReport, DiffReport, DiffState, Holding, ServerDiff,
    ServerListing,
};
use crate::servers::Counted;
use crate::token;
use crate::wire::{read_listing, read_pack};

/// Makes the request token that deletes accounts on servers.
///
/// `signer` is an operator key that the servers trust: the identity, or a signing key where the
/// operator requires those. Each id is sent once, in the order given. `now` is the issue time.
///
/// # Errors
/// [`EncodeError`] when the signer cannot sign.
pub fn delete_request(
    ids: &[String],
    signer: &dyn Signer,
    now: UnixTime,
) -> Result<String, EncodeError> {
    let mut seen = BTreeSet::new();
    let unique: Vec<&String> = ids.iter().filter(|id| seen.insert(id.as_str())).collect();
    let mut content = serde_json::Map::new();
    content.insert("accounts".to_owned(), serde_json::json!(unique));
    let mut claims = GenericClaims::new(&signer.public_key());
    claims.nats = Generic(Some(content));
    jwt::encode(&mut claims, signer, now)
}

/// Asks every server which accounts it holds.
pub(crate) async fn list(
    connection: &mut Connection,
    counted: &Counted,
    expected: Option<usize>,
    timeout: Duration,
) -> Result<Vec<ServerListing>, ResolverError> {
    let asks = vec![Ask {
        subject: CLAIMS_LIST.to_owned(),
        payload: Vec::new(),
    }];
    let mut lists = Lists {
        awaited: expected.unwrap_or(counted.servers.len()),
        listings: Vec::new(),
    };
    let bounds = Bounds::new(timeout, 1);
    let ends = gather(connection, asks, &bounds, &mut lists)
        .await
        .finished()?;
    if lists.listings.is_empty() {
        return Err(unanswered("LIST", &ends, timeout));
    }
    lists.listings.sort_by(|a, b| a.server.cmp(&b.server));
    Ok(lists.listings)
}

/// Sends a deletion request to every server.
pub(crate) async fn delete(
    connection: &mut Connection,
    request: &str,
    counted: &Counted,
    expected: Option<usize>,
    timeout: Duration,
) -> Result<DeleteReport, ResolverError> {
    connection.check_payload(request.len())?;
    let payload = request.as_bytes().to_vec();
    let asks = vec![Ask {
        subject: CLAIMS_DELETE.to_owned(),
        payload,
    }];
    let mut answers = Answers::new(1, counted, expected);
    let bounds = Bounds::new(timeout, 1);
    let ends = gather(connection, asks, &bounds, &mut answers)
        .await
        .finished()?;
    let replies = answers.replies.into_iter().flatten().collect::<Vec<_>>();
    if replies.is_empty() {
        return Err(unanswered("DELETE", &ends, timeout));
    }
    let (silent, missing) = silent(&counted.servers, &replies, expected);
    Ok(DeleteReport {
        replies,
        silent,
        missing,
    })
}

/// Fetches all accounts from one server: pairs of id and JWT, in no order.
pub(crate) async fn pull(
    connection: &mut Connection,
    timeout: Duration,
    progress: Option<&ProgressFn>,
) -> Result<Vec<(String, String)>, ResolverError> {
    let inbox = connection.client.new_inbox();
    let mut messages = connection.subscribe(&inbox, None).await?;
    connection
        .publish(CLAIMS_PACK, Some(&inbox), Vec::new())
        .await?;
    let mut accounts = Vec::new();
    loop {
        let quiet = tokio::time::sleep(timeout);
        tokio::select! {
            biased;
            message = messages.next() => {
                let message = message.ok_or_else(|| connection.closed())?;
                if message.status == Some(StatusCode::NO_RESPONDERS) {
                    return Err(ResolverError::NoResolver { request: "PACK" });
                }
                if message.payload.is_empty() {
                    return lossless(connection, accounts);
                }
                accounts.push(read_pack(&message.payload).ok_or_else(|| ResolverError::Answer {
                    request: "PACK",
                    problem: "a message is not an account id and a JWT".to_owned(),
                })?);
                if let Some(progress) = progress {
                    progress.tell(Stage::Fetch, accounts.len(), None);
                }
            }
            signal = connection.signal() => check_pull_signal(connection, &inbox, signal)?,
            () = quiet => {
                return Err(ResolverError::Timeout { request: "PACK".to_owned(), after: timeout });
            }
        }
    }
}

fn check_pull_signal(
    connection: &Connection,
    inbox: &str,
    signal: Signal,
) -> Result<(), ResolverError> {
    match signal {
        Signal::Error(text) => match denied_subject(&text) {
            Some(subject) if subject == inbox || subject == CLAIMS_PACK => {
                Err(ResolverError::Permission { text })
            }
            _ => Ok(()),
        },
        Signal::Disconnected => Err(connection.closed()),
        Signal::Refused => Err(connection.refused()),
        Signal::Slow => Err(ResolverError::SlowConsumer {
            request: "PACK".to_owned(),
        }),
    }
}

/// Gives the accounts out only if no message of the answer was dropped on the way.
fn lossless<T>(connection: &mut Connection, accounts: T) -> Result<T, ResolverError> {
    while let Some(signal) = connection.pending_signal() {
        if signal == Signal::Slow {
            return Err(ResolverError::SlowConsumer {
                request: "PACK".to_owned(),
            });
        }
    }
    Ok(accounts)
}

/// Compares local accounts with what every server holds, changing nothing.
pub(crate) async fn diff(
    connection: &mut Connection,
    local: &[AccountToken],
    counted: &Counted,
    timeout: Duration,
    in_flight: usize,
) -> Result<DiffReport, ResolverError> {
    let listings = list(connection, counted, None, list_time(timeout, local.len())).await?;
    let ids: Vec<&str> = local.iter().map(|account| account.id.as_str()).collect();
    let holdings = look_up(connection, &ids, counted, Bounds::new(timeout, in_flight)).await?;
    let listed: BTreeSet<&str> = listings
        .iter()
        .filter_map(|listing| listing.accounts.as_ref().ok())
        .flatten()
        .map(String::as_str)
        .collect();
    let accounts = local
        .iter()
        .zip(&holdings)
        .map(|(account, holding)| AccountDiff {
            id: account.id.clone(),
            name: account.name.clone(),
            state: compare(account, holding, listed.contains(account.id.as_str())),
            held: others(account, holding),
        })
        .collect();
    let names: BTreeMap<&str, ()> = ids.iter().map(|id| (*id, ())).collect();
    let servers = listings
        .into_iter()
        .map(|listing| server_diff(listing, &ids, &names))
        .collect();
    Ok(DiffReport { servers, accounts })
}

/// The JWTs that differ from the local one, with the number of servers that hold them.
fn others(account: &AccountToken, holding: &Holding) -> Vec<(String, usize)> {
    let held = holding.tokens.iter().zip(&holding.counts);
    held.filter(|(token, _)| **token != account.token)
        .map(|(token, servers)| (token.clone(), *servers))
        .collect()
}

fn compare(account: &AccountToken, holding: &Holding, listed: bool) -> DiffState {
    if !holding.is_known() {
        return if listed {
            DiffState::Unknown
        } else {
            DiffState::Missing
        };
    }
    if holding.tokens.is_empty() {
        return DiffState::Missing;
    }
    let others = holding
        .tokens
        .iter()
        .filter(|token| **token != account.token);
    match others.map(|token| token::issued_at(token)).max() {
        None => DiffState::Same,
        Some(remote) => DiffState::Differs {
            local: token::issued_at(&account.token),
            remote,
        },
    }
}

fn server_diff(listing: ServerListing, ids: &[&str], local: &BTreeMap<&str, ()>) -> ServerDiff {
    let Ok(there) = &listing.accounts else {
        return ServerDiff {
            listing,
            only_there: Vec::new(),
            missing_there: Vec::new(),
        };
    };
    let held: BTreeSet<&str> = there.iter().map(String::as_str).collect();
    let only_there = there
        .iter()
        .filter(|id| !local.contains_key(id.as_str()))
        .cloned()
        .collect();
    let missing = ids.iter().filter(|id| !held.contains(*id));
    let missing_there = missing.map(ToString::to_string).collect();
    ServerDiff {
        only_there,
        missing_there,
        listing,
    }
}

/// How long a server may take to list about so many accounts: it reads each of them for that, and
/// says nothing meanwhile.
pub(crate) fn list_time(timeout: Duration, accounts: usize) -> Duration {
    timeout + READING * u32::try_from(accounts).unwrap_or(u32::MAX)
}

fn unanswered(request: &'static str, ends: &[End], timeout: Duration) -> ResolverError {
    if ends.first() == Some(&End::NoResponders) {
        ResolverError::NoResolver { request }
    } else {
        ResolverError::Timeout {
            request: request.to_owned(),
            after: timeout,
        }
    }
}

/// What a busy server takes to read one account.
const READING: Duration = Duration::from_millis(1);

struct Lists {
    awaited: usize,
    listings: Vec<ServerListing>,
}

impl Collector for Lists {
    fn take(&mut self, _index: usize, message: &Message) {
        self.listings.push(read_listing(&message.payload));
    }

    fn is_complete(&self, _index: usize) -> bool {
        self.awaited > 0 && self.listings.len() >= self.awaited
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tests::unsigned;
    use nsc_core::keys::{KeyKind, Seed};

    #[test]
    fn a_deletion_request_is_self_signed_and_names_each_account_once() {
        let operator = Seed::from_entropy(KeyKind::Operator, [7; 32]);
        let ids = ["AB".to_owned(), "AA".to_owned(), "AB".to_owned()];
        let token = delete_request(&ids, &operator, UnixTime(1_700_000_000)).unwrap();
        let claims = jwt::decode_generic(&token).unwrap();
        assert_eq!(claims.sub, operator.public_key().to_text());
        assert!(claims.is_self_signed());
        let json = claims.to_json();
        assert!(
            json.contains(r#""nats":{"accounts":["AB","AA"],"version":2}"#),
            "{json}"
        );
        assert!(!json.contains("\"name\""), "{json}");
    }

    #[test]
    fn contents_are_compared_where_they_are_known() {
        let (id, name) = ("A".to_owned(), "a".to_owned());
        let account = AccountToken {
            id,
            name,
            token: unsigned(r#"{"iat":5}"#),
        };
        let held = |tokens: &[String], holders, without| Holding {
            tokens: tokens.to_vec(),
            counts: vec![1; tokens.len()],
            holders,
            without,
        };
        let judge = |holding: &Holding, listed| compare(&account, holding, listed);
        let other = unsigned(r#"{"iat":9}"#);
        assert_eq!(judge(&held(&[], 0, 0), true), DiffState::Unknown);
        assert_eq!(judge(&held(&[], 0, 0), false), DiffState::Missing);
        assert_eq!(judge(&held(&[], 0, 1), true), DiffState::Missing);
        assert_eq!(
            judge(&held(std::slice::from_ref(&account.token), 1, 1), true),
            DiffState::Same
        );
        assert_eq!(
            judge(&held(&[account.token.clone(), other], 2, 0), true),
            DiffState::Differs {
                local: 5,
                remote: 9
            }
        );
    }

    #[test]
    fn servers_and_store_are_compared_both_ways() {
        let text = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
        let listing = ServerListing {
            server: None,
            accounts: Ok(text(&["A1", "A2"])),
        };
        let diff = server_diff(listing, &["A2", "A3"], &[("A2", ()), ("A3", ())].into());
        assert_eq!(diff.only_there, text(&["A1"]));
        assert_eq!(diff.missing_there, text(&["A3"]));
    }
}
