//! Asking what servers hold.

use async_nats::Message;

use crate::access;
use crate::connection::Connection;
use crate::error::ResolverError;
use crate::gather::{Ask, Bounds, Collector, gather};
use crate::report::Holding;
use crate::servers::Counted;

/// Looks accounts up on all servers. The result has one entry for each id, in their order.
///
/// No answer is no error: cache, memory and URL resolvers do not answer, and the user may not be
/// allowed to ask. The entry is then unknown.
///
/// # Errors
/// A lost connection.
pub(crate) async fn look_up(
    connection: &mut Connection,
    ids: &[&str],
    counted: &Counted,
    bounds: Bounds,
) -> Result<Vec<Holding>, ResolverError> {
    let ask = |id: &&str| Ask {
        subject: access::lookup(id),
        payload: Vec::new(),
    };
    let asks = ids.iter().map(ask).collect();
    let mut holdings = Holdings {
        awaited: counted.servers.len().max(1),
        holdings: vec![Holding::default(); ids.len()],
    };
    let bounds = Bounds {
        timeout: counted.patience(bounds.timeout),
        ..bounds
    };
    match gather(connection, asks, &bounds, &mut holdings)
        .await
        .finished()
    {
        Ok(_) => {}
        Err(ResolverError::Permission { text }) => {
            tracing::debug!(text, "the user may not look accounts up");
        }
        Err(error) => return Err(error),
    }
    Ok(holdings.holdings)
}

struct Holdings {
    awaited: usize,
    holdings: Vec<Holding>,
}

impl Collector for Holdings {
    fn take(&mut self, index: usize, message: &Message) {
        let holding = &mut self.holdings[index];
        let token = String::from_utf8_lossy(&message.payload);
        if token.is_empty() {
            holding.without += 1;
            return;
        }
        holding.holders += 1;
        match holding.tokens.iter().position(|known| *known == token) {
            Some(at) => holding.counts[at] += 1,
            None => {
                holding.tokens.push(token.into_owned());
                holding.counts.push(1);
            }
        }
    }

    fn is_complete(&self, index: usize) -> bool {
        let holding = &self.holdings[index];
        holding.holders + holding.without >= self.awaited
    }
}
