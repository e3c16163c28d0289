//! Counting the servers that should answer.

use std::time::{Duration, Instant};

use async_nats::Message;

use crate::access::SERVER_PING;
use crate::connection::Connection;
use crate::error::ResolverError;
use crate::gather::{Ask, Bounds, Collector, gather};
use crate::report::Server;
use crate::wire::read_ping;

/// The servers that answered a ping, and how long the slowest took.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counted {
    pub(crate) servers: Vec<Server>,
    /// How many servers these know of, themselves included.
    pub(crate) known: usize,
    slowest: Duration,
}

impl Counted {
    /// How long to wait for answers that are a help but not needed.
    pub(crate) fn patience(&self, timeout: Duration) -> Duration {
        timeout.min((self.slowest * 4).max(LEAST_PATIENCE))
    }
}

/// Pings all servers of the system, and ends when as many answered as they know of.
///
/// A user who may not ping, and servers that do not answer, give an empty count.
///
/// # Errors
/// A lost connection, or a user who may not even subscribe to its inbox.
pub(crate) async fn count(
    connection: &mut Connection,
    timeout: Duration,
) -> Result<Counted, ResolverError> {
    let asks = vec![Ask {
        subject: SERVER_PING.to_owned(),
        payload: Vec::new(),
    }];
    let mut pings = Pings {
        start: Instant::now(),
        counted: Counted::default(),
    };
    let bounds = Bounds::new(timeout, 1);
    match gather(connection, asks, &bounds, &mut pings)
        .await
        .finished()
    {
        Ok(_) => {}
        Err(ResolverError::Permission { text }) if text.contains(SERVER_PING) => {
            tracing::debug!("the user may not ping servers: they are not counted");
        }
        Err(error) => return Err(error),
    }
    pings.counted.servers.sort();
    Ok(pings.counted)
}

struct Pings {
    start: Instant,
    counted: Counted,
}

impl Collector for Pings {
    fn take(&mut self, _index: usize, message: &Message) {
        let Some((server, active)) = read_ping(&message.payload) else {
            return;
        };
        self.counted.known = self.counted.known.max(active);
        self.counted.slowest = self.start.elapsed();
        if self
            .counted
            .servers
            .iter()
            .all(|known| known.id != server.id)
        {
            self.counted.servers.push(server);
        }
    }

    fn is_complete(&self, _index: usize) -> bool {
        let answered = self.counted.servers.len();
        answered > 0 && answered >= self.counted.known
    }
}

const LEAST_PATIENCE: Duration = Duration::from_millis(250);
