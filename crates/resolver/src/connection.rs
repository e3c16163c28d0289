//! A connection to one of several NATS servers, and what the server says outside of messages.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_nats::{Client, ClientError, Event, ServerError};
use futures_util::StreamExt;
use tokio::sync::mpsc;
use url::Url;

use crate::access::DEFAULT_INBOX_PREFIX;
use crate::connect_error::{classify, combine, pending_sign_error};
use crate::credentials::UserCredentials;
use crate::error::{PayloadLimit, ResolverError};
use crate::tls::{self, TlsOptions};
use crate::token;
use crate::url::{NatsUrls, display_url};

/// How to connect to NATS servers.
///
/// Each URL is tried once in the order given, with a time limit and without retries. Once
/// connected, a lost connection is made again every two seconds, up to 300 times.
#[derive(Clone)]
#[non_exhaustive]
pub struct ConnectOptions {
    /// The client's name as servers show it, such as `nsc_push`.
    pub name: String,
    /// Who connects; none for servers that let everybody in.
    pub credentials: Option<UserCredentials>,
    /// TLS settings.
    pub tls: TlsOptions,
    /// First tokens of the subjects for replies; the user must be allowed to subscribe below it.
    pub inbox_prefix: String,
    /// The longest time to spend on one server address.
    pub connect_timeout: Duration,
    /// Told when an established connection is lost and when it is back.
    pub on_notice: Option<NoticeFn>,
}

/// Gets the notices of a connection.
pub type NoticeFn = Arc<dyn Fn(Notice) + Send + Sync>;

/// A change of an established connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The connection was lost; it is being made again.
    Disconnected,
    /// The connection is back.
    Reconnected,
}

impl ConnectOptions {
    /// The usual options for a client of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            credentials: None,
            tls: TlsOptions::default(),
            inbox_prefix: DEFAULT_INBOX_PREFIX.to_owned(),
            connect_timeout: Duration::from_secs(5),
            on_notice: None,
        }
    }

    /// Connects as this user.
    #[must_use]
    pub fn credentials(mut self, credentials: UserCredentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Uses these TLS settings.
    #[must_use]
    pub fn tls(mut self, tls: TlsOptions) -> Self {
        self.tls = tls;
        self
    }

    /// Takes replies on subjects below this prefix.
    #[must_use]
    pub fn inbox_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.inbox_prefix = prefix.into();
        self
    }

    /// Gives up on a server address after this time.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Tells about lost and remade connections.
    #[must_use]
    pub fn on_notice(mut self, notice: impl Fn(Notice) + Send + Sync + 'static) -> Self {
        self.on_notice = Some(Arc::new(notice));
        self
    }
}

impl fmt::Debug for ConnectOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectOptions")
            .field("name", &self.name)
            .field("credentials", &self.credentials)
            .field("tls", &self.tls)
            .field("inbox_prefix", &self.inbox_prefix)
            .field("connect_timeout", &self.connect_timeout)
            .finish_non_exhaustive()
    }
}

/// Something that the server or the client library said outside of messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// The server's text after `-ERR`.
    Error(String),
    /// The connection was lost.
    Disconnected,
    /// The user was refused when the connection was made again.
    Refused,
    /// Messages were dropped because nobody read them.
    Slow,
}

/// An established connection. Everything on it runs in one single-threaded runtime.
pub(crate) struct Connection {
    pub(crate) client: Client,
    signals: mpsc::UnboundedReceiver<Signal>,
    url: String,
    user_limit: Option<usize>,
    last_words: Option<String>,
}

/// How a round trip ended.
pub(crate) struct RoundTrip {
    /// Time from sending to the answer.
    pub(crate) time: Duration,
    /// What the server complained about before it answered.
    pub(crate) complaints: Vec<String>,
}

impl Connection {
    /// Connects to the first server that lets the user in.
    pub(crate) async fn open(
        urls: &NatsUrls,
        options: &ConnectOptions,
    ) -> Result<Self, ResolverError> {
        tls::install_provider();
        let config = options.tls.client_config()?;
        let mut failures = Vec::new();
        for url in urls.servers() {
            match Self::open_one(url, options, config.clone()).await {
                Ok(connection) => {
                    connection.remember_others(urls).await;
                    return Ok(connection);
                }
                Err(error) => {
                    tracing::debug!(server = %display_url(url), %error, "cannot connect");
                    failures.push((display_url(url), error));
                }
            }
        }
        Err(combine(failures))
    }

    async fn open_one(
        url: &Url,
        options: &ConnectOptions,
        config: Option<rustls::ClientConfig>,
    ) -> Result<Self, ResolverError> {
        if options.tls.requires_tls() && url.scheme() == "ws" {
            return Err(ResolverError::TlsUnavailable {
                url: display_url(url),
            });
        }
        let (sender, signals) = mpsc::unbounded_channel();
        let connected = Arc::new(AtomicBool::new(false));
        let sign_error = pending_sign_error();
        let mut library = library_options(options, url, sender, Arc::clone(&connected));
        if let Some(credentials) = options.credentials.clone() {
            let sign_error = sign_error.clone();
            library = library.jwt(credentials.jwt().to_owned(), move |nonce| {
                let signed = credentials.sign(&nonce);
                sign_error.note(signed.as_ref().err());
                async move { signed.map_err(async_nats::AuthError::new) }
            });
        }
        if let Some(config) = config {
            library = library.tls_client_config(config);
        }
        let jwt = options
            .credentials
            .as_ref()
            .map_or("", UserCredentials::jwt);
        let client = library
            .connect(url.as_str())
            .await
            .map_err(|error| classify(&error, &display_url(url), jwt, &sign_error))?;
        connected.store(true, Ordering::Relaxed);
        Ok(Self {
            client,
            signals,
            url: display_url(url),
            user_limit: token::payload_limit(jwt),
            last_words: None,
        })
    }

    /// Makes the other servers of the list, and those of the cluster, known for reconnects.
    async fn remember_others(&self, urls: &NatsUrls) {
        if urls.servers().len() < 2 {
            return;
        }
        let mut pool: Vec<String> = urls.servers().iter().map(ToString::to_string).collect();
        if !urls.is_websocket()
            && let Ok(known) = self.client.server_pool().await
        {
            pool.extend(known.iter().map(ToString::to_string));
        }
        pool.sort();
        pool.dedup();
        if let Err(error) = self.client.set_server_pool(pool).await {
            tracing::debug!(%error, "reconnects are limited to the first server");
        }
    }

    /// The server that is connected, without user info.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The next thing said outside of messages. Never ends while the connection is held.
    pub(crate) async fn signal(&mut self) -> Signal {
        match self.signals.recv().await {
            Some(signal) => {
                self.note(&signal);
                signal
            }
            None => std::future::pending().await,
        }
    }

    /// What was said already, without waiting.
    pub(crate) fn pending_signal(&mut self) -> Option<Signal> {
        let signal = self.signals.try_recv().ok()?;
        self.note(&signal);
        Some(signal)
    }

    fn note(&mut self, signal: &Signal) {
        if let Signal::Error(text) = signal {
            self.last_words = Some(text.clone());
        }
    }

    /// The error for a connection that has ended.
    pub(crate) fn closed(&self) -> ResolverError {
        let reason = self.last_words.clone();
        ResolverError::Closed {
            url: self.url.clone(),
            reason: reason.unwrap_or_else(|| "no reason was given".to_owned()),
        }
    }

    /// The error for a user that is no longer let in: with the server's reason if it gave one.
    pub(crate) fn refused(&self) -> ResolverError {
        match self.last_words {
            Some(_) => self.closed(),
            None => ResolverError::Authorization {
                url: self.url.clone(),
            },
        }
    }

    /// Refuses a payload that exceeds a limit known here.
    pub(crate) fn check_payload(&self, size: usize) -> Result<(), ResolverError> {
        let server = self.client.max_payload();
        let limit = match self.user_limit {
            Some(limit) if size > limit => PayloadLimit::User(limit),
            _ if size > server => PayloadLimit::Server(server),
            _ => return Ok(()),
        };
        Err(ResolverError::PayloadTooLarge { size, limit })
    }

    /// Publishes one message. Success means that it was handed over, not that it arrived.
    pub(crate) async fn publish(
        &self,
        subject: &str,
        reply: Option<&str>,
        payload: Vec<u8>,
    ) -> Result<(), ResolverError> {
        self.check_payload(payload.len())?;
        let subject = subject.to_owned();
        let sent = match reply {
            None => self.client.publish(subject.clone(), payload.into()).await,
            Some(reply) => {
                let reply = reply.to_owned();
                self.client
                    .publish_with_reply(subject.clone(), reply, payload.into())
                    .await
            }
        };
        sent.map_err(|error| match error.kind() {
            async_nats::PublishErrorKind::InvalidSubject => bad_subject(subject),
            _ => self.closed(),
        })
    }

    /// Subscribes, for one member of a queue group if one is named.
    pub(crate) async fn subscribe(
        &self,
        subject: &str,
        queue: Option<&str>,
    ) -> Result<async_nats::Subscriber, ResolverError> {
        let owned = subject.to_owned();
        let subscriber = match queue {
            None => self.client.subscribe(owned).await,
            Some(queue) => self.client.queue_subscribe(owned, queue.to_owned()).await,
        };
        subscriber.map_err(|error| match error.kind() {
            async_nats::SubscribeErrorKind::InvalidSubject => bad_subject(subject.to_owned()),
            async_nats::SubscribeErrorKind::InvalidQueueName => ResolverError::Input {
                text: queue.unwrap_or_default().to_owned(),
                role: "queue group",
                problem: "it is empty or has blanks",
            },
            _ => self.closed(),
        })
    }

    /// Sends something that the server must answer, and waits for the answer.
    ///
    /// The library's flush ends when bytes left this machine. Servers work in order, so an own
    /// message that comes back (or the refusal to let it through) proves that everything sent
    /// before was dealt with, and that complaints about it have arrived.
    pub(crate) async fn round_trip(&mut self, limit: Duration) -> Result<RoundTrip, ResolverError> {
        let inbox = self.client.new_inbox();
        let start = Instant::now();
        let mut own = self.subscribe(&inbox, None).await?;
        self.publish(&inbox, None, Vec::new()).await?;
        let deadline = tokio::time::sleep(limit);
        tokio::pin!(deadline);
        let mut complaints = Vec::new();
        let time = loop {
            tokio::select! {
                biased;
                signal = self.signal() => match signal {
                    Signal::Error(text) if text.contains(&inbox) => break start.elapsed(),
                    Signal::Error(text) => complaints.push(text),
                    Signal::Disconnected => return Err(self.closed()),
                    Signal::Refused => return Err(self.refused()),
                    Signal::Slow => {}
                },
                message = own.next() => match message {
                    Some(_) => break start.elapsed(),
                    None => return Err(self.closed()),
                },
                () = &mut deadline => return Err(ResolverError::Timeout {
                    request: format!("a round trip to `{}`", self.url),
                    after: limit,
                }),
            }
        };
        // Complaints travel through a task of their own: let it run.
        tokio::task::yield_now().await;
        while let Some(signal) = self.pending_signal() {
            if let Signal::Error(text) = signal
                && !text.contains(&inbox)
            {
                complaints.push(text);
            }
        }
        Ok(RoundTrip { time, complaints })
    }
}

/// The subject in the server's text about a denied publish or subscription, if it is one.
pub(crate) fn denied_subject(text: &str) -> Option<&str> {
    if !is_denial(text) {
        return None;
    }
    text.split('"').nth(1)
}

/// Whether the server's text says that something was not allowed.
pub(crate) fn is_denial(text: &str) -> bool {
    text.to_ascii_lowercase()
        .starts_with("permissions violation")
}

fn bad_subject(subject: String) -> ResolverError {
    ResolverError::Input {
        text: subject,
        role: "subject",
        problem: "it is empty, or has blanks or empty tokens",
    }
}

fn library_options(
    options: &ConnectOptions,
    url: &Url,
    signals: mpsc::UnboundedSender<Signal>,
    connected: Arc<AtomicBool>,
) -> async_nats::ConnectOptions {
    let mut library = async_nats::ConnectOptions::new()
        .name(&options.name)
        .connection_timeout(options.connect_timeout)
        .custom_inbox_prefix(&options.inbox_prefix)
        .require_tls(options.tls.requires_tls())
        .retain_servers_order()
        .max_reconnects(MAX_RECONNECTS)
        .subscription_capacity(SUBSCRIPTION_CAPACITY)
        .reconnect_delay_callback(move |attempts| {
            if attempts < 2 || !connected.load(Ordering::Relaxed) {
                Duration::ZERO
            } else {
                RECONNECT_WAIT
            }
        });
    if options.tls.tls_first {
        library = library.tls_first();
    }
    if matches!(url.scheme(), "ws" | "wss") {
        // Servers announce addresses of their plain listeners only.
        library = library.ignore_discovered_servers();
    }
    let relay = Arc::new(Relay {
        signals,
        notice: options.on_notice.clone(),
        lost: AtomicBool::new(false),
    });
    library.event_callback(move |event| {
        relay.pass(event);
        std::future::ready(())
    })
}

/// Passes the library's events on.
struct Relay {
    signals: mpsc::UnboundedSender<Signal>,
    notice: Option<NoticeFn>,
    lost: AtomicBool,
}

impl Relay {
    fn pass(&self, event: Event) {
        match event {
            Event::Disconnected => {
                self.lost.store(true, Ordering::Relaxed);
                self.notify(Notice::Disconnected);
                self.send(Signal::Disconnected);
            }
            // The first connection is no news.
            Event::Connected if self.lost.swap(false, Ordering::Relaxed) => {
                self.notify(Notice::Reconnected);
            }
            Event::SlowConsumer(_) => self.send(Signal::Slow),
            Event::ServerError(ServerError::Other(text)) => self.send(Signal::Error(text)),
            Event::ServerError(ServerError::AuthorizationViolation) => self.send(Signal::Refused),
            Event::ClientError(ClientError::Other(text)) if text == REFUSED_AGAIN => {
                self.send(Signal::Refused);
            }
            other => tracing::debug!(event = %other, "connection event"),
        }
    }

    fn notify(&self, notice: Notice) {
        if let Some(told) = &self.notice {
            told(notice);
        }
    }

    fn send(&self, signal: Signal) {
        // Nobody listens any more while the connection is being dropped.
        let _ = self.signals.send(signal);
    }
}

const MAX_RECONNECTS: usize = 300;
const RECONNECT_WAIT: Duration = Duration::from_secs(2);
/// Messages that may wait for being read; a pull brings all accounts at once.
const SUBSCRIPTION_CAPACITY: usize = 1 << 18;
/// The library's word for a refused reconnect.
const REFUSED_AGAIN: &str = "authorization violation";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn denials_name_their_subject() {
        let text = r#"Permissions Violation for Publish to "$SYS.REQ.SERVER.PING""#;
        assert_eq!(denied_subject(text), Some("$SYS.REQ.SERVER.PING"));
        let text = r#"Permissions Violation for Subscription to "a.>" using queue "q""#;
        assert_eq!(denied_subject(text), Some("a.>"));
        assert_eq!(denied_subject("Maximum Payload Violation"), None);
    }

    #[test]
    fn a_lost_connection_is_noticed_and_the_first_one_is_not() {
        let (signals, mut received) = mpsc::unbounded_channel();
        let notices = Arc::new(std::sync::Mutex::new(Vec::new()));
        let seen = Arc::clone(&notices);
        let notice: NoticeFn = Arc::new(move |notice| seen.lock().unwrap().push(notice));
        let relay = Relay {
            signals,
            notice: Some(notice),
            lost: AtomicBool::new(false),
        };
        for event in [
            Event::Connected,
            Event::Disconnected,
            Event::Connected,
            Event::Connected,
        ] {
            relay.pass(event);
        }
        assert_eq!(
            *notices.lock().unwrap(),
            [Notice::Disconnected, Notice::Reconnected]
        );
        assert_eq!(received.try_recv(), Ok(Signal::Disconnected));
        relay.pass(Event::ClientError(ClientError::Other(
            "authorization violation".to_owned(),
        )));
        assert_eq!(received.try_recv(), Ok(Signal::Refused));
    }
}
