//! The small NATS tools: publish, subscribe, request, reply and round trip time.

use std::ops::ControlFlow;
use std::time::Duration;

use async_nats::{StatusCode, Subscriber};
use futures_util::StreamExt;
use tokio::runtime::Runtime;

use crate::connection::{Connection, RoundTrip};
use crate::error::ResolverError;
use crate::events::{Signal, is_denial};
use crate::nats::runtime;
use crate::options::ConnectOptions;
use crate::url::NatsUrls;

/// A connection for the tools. All calls block.
///
/// Whatever the server refuses is an error with the server's text.
pub struct NatsTool {
    connection: Connection,
    // Dropped last: the connection's tasks live in it.
    runtime: Runtime,
}

/// A message as it came in. All of it is foreign text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The subject that it was published to.
    pub subject: String,
    /// Where an answer goes, if one is wanted.
    pub reply: Option<String>,
    /// The content.
    pub payload: Vec<u8>,
}

/// What to listen to and for how long.
#[derive(Clone, Debug, Default)]
pub struct Listen {
    /// The subject, which may have wildcards.
    pub subject: String,
    /// The queue group to be a member of.
    pub queue: Option<String>,
    /// Ends after so many messages; none: never.
    pub max_messages: Option<u64>,
    /// Ends at an interrupt from the keyboard, instead of ending the process.
    pub stop_on_interrupt: bool,
}

/// What happens while listening.
#[derive(Debug)]
#[non_exhaustive]
pub enum Heard<'a> {
    /// The server has confirmed the subscription.
    Listening,
    /// A message came.
    Message(&'a Message),
    /// Messages came in faster than they were taken, and some were dropped.
    Lost,
}

/// Why listening ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListenEnd {
    /// The connection ended for good.
    Closed,
    /// An interrupt came from the keyboard.
    Interrupted,
    /// All wanted messages came.
    MaxMessages,
    /// The caller had enough.
    Stopped,
    /// The time that was set is over.
    TimeOver,
}

impl NatsTool {
    /// Connects to the first server of the list that lets the user in.
    ///
    /// # Errors
    /// As [`NatsResolver::connect`](crate::NatsResolver::connect).
    pub fn connect(urls: &NatsUrls, options: &ConnectOptions) -> Result<Self, ResolverError> {
        let runtime = runtime()?;
        let connection = runtime.block_on(Connection::open(urls, options))?;
        Ok(Self {
            connection,
            runtime,
        })
    }

    /// The server that is connected, without user info.
    pub fn url(&self) -> &str {
        self.connection.url()
    }

    /// Publishes a message, and waits until the server has dealt with it.
    ///
    /// # Errors
    /// [`ResolverError::Permission`], [`ResolverError::PayloadTooLarge`] and
    /// [`ResolverError::PayloadRefused`], which tell whose limit it is, [`ResolverError::Input`]
    /// for an impossible subject, [`ResolverError::Closed`], [`ResolverError::Timeout`].
    pub fn publish(&mut self, subject: &str, payload: &[u8]) -> Result<(), ResolverError> {
        let connection = &mut self.connection;
        self.runtime.block_on(async {
            connection.publish(subject, None, payload.to_vec()).await?;
            confirm(connection, payload.len()).await
        })
    }

    /// Sends a request and waits for the first answer.
    ///
    /// # Errors
    /// [`ResolverError::NoResponders`], [`ResolverError::Timeout`], and those of
    /// [`publish`](Self::publish).
    pub fn request(
        &mut self,
        subject: &str,
        payload: &[u8],
        timeout: Duration,
    ) -> Result<Message, ResolverError> {
        self.runtime
            .block_on(request(&mut self.connection, subject, payload, timeout))
    }

    /// Listens and hands every message to the caller, who may end it by returning `Break`.
    ///
    /// # Errors
    /// [`ResolverError::Permission`], [`ResolverError::Authorization`] when the user is no longer
    /// let in, [`ResolverError::Input`] for an impossible subject, queue or number,
    /// [`ResolverError::Closed`] before the subscription was confirmed.
    pub fn subscribe(
        &mut self,
        listen: &Listen,
        mut heard: impl FnMut(Heard<'_>) -> ControlFlow<()>,
    ) -> Result<ListenEnd, ResolverError> {
        self.runtime
            .block_on(hear(&mut self.connection, listen, None, &mut heard))
    }

    /// Listens and answers every message that wants an answer: with `text`, or with the message's
    /// own payload if there is none. Messages without reply subject count as well.
    ///
    /// # Errors
    /// As [`subscribe`](Self::subscribe), and [`ResolverError::PayloadTooLarge`].
    pub fn reply(
        &mut self,
        listen: &Listen,
        text: Option<&[u8]>,
        mut heard: impl FnMut(Heard<'_>) -> ControlFlow<()>,
    ) -> Result<ListenEnd, ResolverError> {
        let answer = text.map_or(Answering::Echo, Answering::With);
        self.runtime
            .block_on(hear(&mut self.connection, listen, Some(answer), &mut heard))
    }

    /// Measures the time from sending to a server's answer.
    ///
    /// # Errors
    /// [`ResolverError::Timeout`], [`ResolverError::Closed`].
    pub fn round_trip(&mut self) -> Result<Duration, ResolverError> {
        let connection = &mut self.connection;
        self.runtime.block_on(async {
            // The first one pays for what is set up on first use.
            connection.round_trip(CONFIRM_TIMEOUT).await?;
            Ok(connection.round_trip(CONFIRM_TIMEOUT).await?.time)
        })
    }
}

impl std::fmt::Debug for NatsTool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NatsTool")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Copy)]
enum Answering<'a> {
    Echo,
    With(&'a [u8]),
}

/// Waits until the server has dealt with what was sent; its complaints are errors.
async fn confirm(connection: &mut Connection, size: usize) -> Result<(), ResolverError> {
    match connection.round_trip(CONFIRM_TIMEOUT).await {
        Ok(RoundTrip { complaints, .. }) => match complaints.into_iter().next() {
            Some(text) => Err(complaint(text, size)),
            None => Ok(()),
        },
        Err(ResolverError::Closed { reason, .. }) if is_about_payload(&reason) => {
            Err(complaint(reason, size))
        }
        Err(error) => Err(error),
    }
}

fn complaint(text: String, size: usize) -> ResolverError {
    if is_about_payload(&text) {
        ResolverError::PayloadRefused { size, text }
    } else {
        ResolverError::Permission { text }
    }
}

fn is_about_payload(text: &str) -> bool {
    text.to_ascii_lowercase().contains("maximum payload")
}

async fn request(
    connection: &mut Connection,
    subject: &str,
    payload: &[u8],
    timeout: Duration,
) -> Result<Message, ResolverError> {
    let inbox = connection.client.new_inbox();
    let mut replies = connection.subscribe(&inbox, None).await?;
    connection
        .publish(subject, Some(&inbox), payload.to_vec())
        .await?;
    let deadline = tokio::time::sleep(timeout);
    tokio::pin!(deadline);
    loop {
        tokio::select! {
            biased;
            reply = replies.next() => {
                let reply = reply.ok_or_else(|| connection.closed())?;
                if reply.status == Some(StatusCode::NO_RESPONDERS) {
                    return Err(ResolverError::NoResponders { subject: subject.to_owned() });
                }
                return Ok(Message::from(reply));
            }
            signal = connection.signal() => match signal {
                Signal::Error(text) if is_denial(&text) || is_about_payload(&text) => {
                    return Err(complaint(text, payload.len()));
                }
                Signal::Disconnected => return Err(connection.closed()),
                Signal::Refused => return Err(connection.refused()),
                Signal::Error(_) | Signal::Slow => {}
            },
            () = &mut deadline => return Err(ResolverError::Timeout {
                request: format!("the request on `{subject}`"),
                after: timeout,
            }),
        }
    }
}

type Hearer<'a> = &'a mut dyn FnMut(Heard<'_>) -> ControlFlow<()>;

async fn hear(
    connection: &mut Connection,
    listen: &Listen,
    answering: Option<Answering<'_>>,
    heard: Hearer<'_>,
) -> Result<ListenEnd, ResolverError> {
    let mut messages = start_listening(connection, listen).await?;
    if heard(Heard::Listening).is_break() {
        return Ok(ListenEnd::Stopped);
    }
    let interrupt = interrupt(listen.stop_on_interrupt);
    tokio::pin!(interrupt);
    let mut count = 0;
    let mut answered = 0;
    loop {
        tokio::select! {
            biased;
            () = &mut interrupt => return Ok(ListenEnd::Interrupted),
            signal = connection.signal() => match signal {
                Signal::Error(text) if is_denial(&text) || is_about_payload(&text) => {
                    return Err(complaint(text, answered));
                }
                Signal::Refused => return Err(connection.refused()),
                Signal::Slow if heard(Heard::Lost).is_break() => return Ok(ListenEnd::Stopped),
                // The connection is made again by itself.
                Signal::Error(_) | Signal::Disconnected | Signal::Slow => {}
            },
            message = messages.next() => {
                let Some(message) = message.map(Message::from) else {
                    return Ok(ListenEnd::Closed);
                };
                count += 1;
                let stopped = heard(Heard::Message(&message)).is_break();
                answered = answer(connection, message, answering).await?;
                let enough = listen.max_messages.is_some_and(|max| count >= max);
                if stopped || enough {
                    if answering.is_some() {
                        confirm(connection, answered).await?;
                    }
                    let end = if enough { ListenEnd::MaxMessages } else { ListenEnd::Stopped };
                    return Ok(end);
                }
            }
        }
    }
}

async fn start_listening(
    connection: &mut Connection,
    listen: &Listen,
) -> Result<Subscriber, ResolverError> {
    if listen.max_messages == Some(0) {
        return Err(ResolverError::Input {
            text: "0".to_owned(),
            role: "number of messages",
            problem: "at least one is needed",
        });
    }
    let mut messages = connection
        .subscribe(&listen.subject, listen.queue.as_deref())
        .await?;
    if let Some(max) = listen.max_messages {
        // The server must not give this member of a queue group more than it will take.
        messages
            .unsubscribe_after(max)
            .await
            .map_err(|_| connection.closed())?;
    }
    confirm(connection, 0).await?;
    Ok(messages)
}

/// Answers one message; gives the size of the answer in bytes.
async fn answer(
    connection: &Connection,
    message: Message,
    answering: Option<Answering<'_>>,
) -> Result<usize, ResolverError> {
    let (Some(answering), Some(reply)) = (answering, message.reply) else {
        return Ok(0);
    };
    let payload = match answering {
        Answering::Echo => message.payload,
        Answering::With(text) => text.to_vec(),
    };
    let size = payload.len();
    connection.publish(&reply, None, payload).await?;
    Ok(size)
}

pub(crate) async fn interrupt(wanted: bool) {
    if !wanted || tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

impl From<async_nats::Message> for Message {
    fn from(message: async_nats::Message) -> Self {
        Self {
            subject: message.subject.to_string(),
            reply: message.reply.map(|reply| reply.to_string()),
            payload: message.payload.to_vec(),
        }
    }
}

/// How long a server may take to confirm what was sent.
const CONFIRM_TIMEOUT: Duration = Duration::from_secs(5);
