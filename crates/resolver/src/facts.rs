//! Asking servers about themselves: their operators, and what accounts keep in JetStream.

use std::collections::BTreeMap;
use std::time::Duration;

use async_nats::Message;

use crate::access::{SERVER_JSZ, SERVER_VARZ};
use crate::connection::Connection;
use crate::error::ResolverError;
use crate::gather::{Ask, Bounds, Collector, gather};
use crate::report::{JetStreamData, ServerFacts};
use crate::servers::Counted;
use crate::wire::{read_facts, read_jetstream};

/// Asks every server what it was started with. Empty when nobody answers, or servers could not be
/// counted.
///
/// # Errors
/// A lost connection, or a user who may not ask.
pub(crate) async fn facts(
    connection: &mut Connection,
    counted: &Counted,
    timeout: Duration,
) -> Result<Vec<ServerFacts>, ResolverError> {
    if counted.servers.is_empty() {
        return Ok(Vec::new());
    }
    let timeout = counted.patience(timeout);
    let mut found = Found {
        awaited: counted.servers.len(),
        answers: 0,
        facts: Vec::new(),
        used: BTreeMap::new(),
    };
    ask(connection, SERVER_VARZ, "{}", timeout, &mut found).await?;
    found.facts.sort_by(|a, b| a.server.cmp(&b.server));
    Ok(found.facts)
}

/// Asks every server what accounts keep in JetStream: by public key, those that keep something.
///
/// # Errors
/// As [`facts`].
pub(crate) async fn jetstream(
    connection: &mut Connection,
    counted: &Counted,
    timeout: Duration,
) -> Result<BTreeMap<String, JetStreamData>, ResolverError> {
    let mut found = Found {
        awaited: counted.servers.len(),
        answers: 0,
        facts: Vec::new(),
        used: BTreeMap::new(),
    };
    ask(connection, SERVER_JSZ, ALL_ACCOUNTS, timeout, &mut found).await?;
    found
        .used
        .retain(|_, used| used.memory > 0 || used.storage > 0);
    Ok(found.used)
}

async fn ask(
    connection: &mut Connection,
    subject: &str,
    payload: &str,
    timeout: Duration,
    found: &mut Found,
) -> Result<(), ResolverError> {
    let asks = vec![Ask {
        subject: subject.to_owned(),
        payload: payload.as_bytes().to_vec(),
    }];
    let bounds = Bounds::new(timeout, 1);
    gather(connection, asks, &bounds, found).await.finished()?;
    Ok(())
}

struct Found {
    awaited: usize,
    answers: usize,
    facts: Vec<ServerFacts>,
    used: BTreeMap<String, JetStreamData>,
}

impl Collector for Found {
    fn take(&mut self, _index: usize, message: &Message) {
        self.answers += 1;
        if let Some(facts) = read_facts(&message.payload) {
            self.facts.push(facts);
        }
        for (account, data) in read_jetstream(&message.payload) {
            let used = self.used.entry(account).or_default();
            used.memory = used.memory.saturating_add(data.memory);
            used.storage = used.storage.saturating_add(data.storage);
        }
    }

    fn is_complete(&self, _index: usize) -> bool {
        self.awaited > 0 && self.answers >= self.awaited
    }
}

/// Servers list 1024 accounts unless told otherwise.
const ALL_ACCOUNTS: &str = r#"{"accounts":true,"limit":1000000}"#;
