//! Many requests at once, each answered by any number of servers.

use std::collections::VecDeque;
use std::time::Duration;

use async_nats::{Message, StatusCode};
use futures_util::StreamExt;
use tokio::time::Instant;

use crate::connection::Connection;
use crate::error::ResolverError;
use crate::events::{Signal, denied_subject};
use crate::options::{ProgressFn, Stage};

/// One request.
pub(crate) struct Ask {
    pub(crate) subject: String,
    pub(crate) payload: Vec<u8>,
}

/// Bounds of a round of requests.
pub(crate) struct Bounds {
    /// The longest silence.
    pub(crate) timeout: Duration,
    /// How many requests may wait for answers at the same time.
    pub(crate) in_flight: usize,
    /// Is told how many requests have ended, of this part of the work.
    pub(crate) progress: Option<(ProgressFn, Stage)>,
}

impl Bounds {
    /// Bounds of a round that tells nobody how far it is.
    pub(crate) fn new(timeout: Duration, in_flight: usize) -> Self {
        Self {
            timeout,
            in_flight,
            progress: None,
        }
    }
}

/// Takes the answers and knows when a request has enough of them.
pub(crate) trait Collector {
    /// Takes one answer to the request of this index.
    fn take(&mut self, index: usize, message: &Message);
    /// Tells whether no more answers are awaited.
    fn is_complete(&self, index: usize) -> bool;
    /// Is told that the time for a request is over, before the end is noted.
    fn timed_out(&mut self, _index: usize) {}
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// All awaited answers came.
    Complete,
    /// Nobody listens on the subject.
    NoResponders,
    /// The time was over; some answers may have come.
    TimedOut,
    /// It was not sent: nobody had answered the ones before.
    NotSent,
}

/// Sends all requests, a bounded number at a time, and hands the answers to the collector.
///
/// A request is given up when no answer at all came for the time of the timeout. If nothing came
/// since it was sent, the servers are taken as gone and the rest is not sent: the wait is bounded
/// for the whole, not for each.
///
/// What was answered before a denial or a lost connection stays answered; see [`Gathered`].
pub(crate) async fn gather(
    connection: &mut Connection,
    asks: Vec<Ask>,
    bounds: &Bounds,
    collector: &mut dyn Collector,
) -> Gathered {
    let mut round = Round::new(asks, bounds);
    let stopped = run(connection, &mut round, collector).await.err();
    Gathered {
        ends: round.ends,
        stopped,
    }
}

/// How a round of requests ended.
pub(crate) struct Gathered {
    /// The end of each request.
    pub(crate) ends: Vec<End>,
    /// Why the round did not go on: [`ResolverError::Permission`] when the server denied a
    /// request or the inbox, or the error of a lost connection.
    pub(crate) stopped: Option<ResolverError>,
}

impl Gathered {
    /// The ends, unless the round was stopped.
    pub(crate) fn finished(self) -> Result<Vec<End>, ResolverError> {
        match self.stopped {
            None => Ok(self.ends),
            Some(error) => Err(error),
        }
    }
}

async fn run(
    connection: &mut Connection,
    round: &mut Round,
    collector: &mut dyn Collector,
) -> Result<(), ResolverError> {
    let inbox = connection.client.new_inbox();
    let mut replies = connection.subscribe(&format!("{inbox}.*"), None).await?;
    loop {
        while let Some((index, ask)) = round.next() {
            connection
                .publish(&ask.subject, Some(&format!("{inbox}.{index}")), ask.payload)
                .await?;
        }
        let Some(deadline) = round.deadline() else {
            return Ok(());
        };
        tokio::select! {
            biased;
            message = replies.next() => match message {
                Some(message) => round.answered(&inbox, &message, collector),
                None => return Err(connection.closed()),
            },
            signal = connection.signal() => round.signalled(connection, &inbox, signal)?,
            () = tokio::time::sleep_until(deadline) => round.expire(collector),
        }
    }
}

/// The requests of one round and how far they are.
struct Round {
    asks: std::iter::Enumerate<std::vec::IntoIter<Ask>>,
    held: Option<(usize, Ask)>,
    subjects: Vec<String>,
    sizes: Vec<usize>,
    timeout: Duration,
    in_flight: usize,
    waiting: VecDeque<(usize, Instant)>,
    waiting_bytes: usize,
    open: Vec<bool>,
    last_answer: Option<Instant>,
    gone: bool,
    ends: Vec<End>,
    closed: usize,
    progress: Option<(ProgressFn, Stage)>,
}

impl Round {
    fn new(asks: Vec<Ask>, bounds: &Bounds) -> Self {
        let mut subjects: Vec<String> = asks.iter().map(|ask| ask.subject.clone()).collect();
        subjects.sort();
        subjects.dedup();
        Self {
            subjects,
            sizes: asks.iter().map(|ask| ask.payload.len()).collect(),
            timeout: bounds.timeout,
            in_flight: bounds.in_flight.max(1),
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            open: vec![false; asks.len()],
            last_answer: None,
            gone: false,
            ends: vec![End::NotSent; asks.len()],
            asks: asks.into_iter().enumerate(),
            closed: 0,
            progress: bounds.progress.clone(),
            held: None,
        }
    }

    /// The next request to send, if there is room for it.
    fn next(&mut self) -> Option<(usize, Ask)> {
        if self.gone || self.waiting.len() >= self.in_flight {
            return None;
        }
        let (index, ask) = self.held.take().or_else(|| self.asks.next())?;
        if self.waiting_bytes + ask.payload.len() > MOST_BYTES && !self.waiting.is_empty() {
            self.held = Some((index, ask));
            return None;
        }
        self.waiting_bytes += ask.payload.len();
        self.waiting.push_back((index, Instant::now()));
        self.open[index] = true;
        self.ends[index] = End::TimedOut;
        Some((index, ask))
    }

    /// When the request that waits longest is given up.
    ///
    /// Servers work in order: as long as answers come, those further back are only queued.
    fn deadline(&self) -> Option<Instant> {
        self.waiting
            .front()
            .map(|(_, sent)| self.silent_since(*sent) + self.timeout)
    }

    fn silent_since(&self, sent: Instant) -> Instant {
        self.last_answer.map_or(sent, |answer| answer.max(sent))
    }

    fn answered(&mut self, inbox: &str, message: &Message, collector: &mut dyn Collector) {
        let token = message
            .subject
            .strip_prefix(inbox)
            .and_then(|rest| rest.strip_prefix('.'));
        let Some(index) = token.and_then(|token| token.parse::<usize>().ok()) else {
            return;
        };
        // Answers that come after the end of a request are not of interest.
        if !self.open.get(index).copied().unwrap_or_default() {
            return;
        }
        self.last_answer = Some(Instant::now());
        if message.status == Some(StatusCode::NO_RESPONDERS) {
            self.close(index, End::NoResponders);
            return;
        }
        collector.take(index, message);
        if collector.is_complete(index) {
            self.close(index, End::Complete);
        }
    }

    fn signalled(
        &self,
        connection: &Connection,
        inbox: &str,
        signal: Signal,
    ) -> Result<(), ResolverError> {
        match signal {
            Signal::Error(text) => match denied_subject(&text) {
                Some(subject) if self.is_ours(subject, inbox) => {
                    Err(ResolverError::Permission { text })
                }
                _ => Ok(()),
            },
            // Answers of requests on the way are lost with the connection.
            Signal::Disconnected => Err(connection.closed()),
            Signal::Refused => Err(connection.refused()),
            Signal::Slow => Err(ResolverError::SlowConsumer {
                request: "answers of servers".to_owned(),
            }),
        }
    }

    fn is_ours(&self, subject: &str, inbox: &str) -> bool {
        subject.starts_with(inbox)
            || self
                .subjects
                .binary_search_by(|own| own.as_str().cmp(subject))
                .is_ok()
    }

    /// Ends the requests whose time is over.
    fn expire(&mut self, collector: &mut dyn Collector) {
        let now = Instant::now();
        while let Some((index, sent)) = self.waiting.front().copied() {
            if self.silent_since(sent) + self.timeout > now {
                break;
            }
            collector.timed_out(index);
            // Being told may have lowered what the collector waits for.
            let complete = collector.is_complete(index);
            self.close(
                index,
                if complete {
                    End::Complete
                } else {
                    End::TimedOut
                },
            );
            self.gone |= self.last_answer.is_none_or(|last| last < sent);
        }
        let complete: Vec<usize> = self
            .waiting
            .iter()
            .map(|(i, _)| *i)
            .filter(|i| collector.is_complete(*i))
            .collect();
        for index in complete {
            self.close(index, End::Complete);
        }
    }

    fn close(&mut self, index: usize, end: End) {
        self.open[index] = false;
        self.ends[index] = end;
        self.closed += 1;
        if let Some((progress, stage)) = &self.progress {
            progress.tell(*stage, self.closed, Some(self.ends.len()));
        }
        self.waiting_bytes = self.waiting_bytes.saturating_sub(self.sizes[index]);
        match self
            .waiting
            .iter()
            .position(|(waiting, _)| *waiting == index)
        {
            Some(0) => drop(self.waiting.pop_front()),
            Some(at) => drop(self.waiting.remove(at)),
            None => {}
        }
    }
}

/// Payload bytes that may be on the way at the same time, beyond the first request.
const MOST_BYTES: usize = 1 << 20;
