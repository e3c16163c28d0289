//! A connection to one of several NATS servers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use async_nats::Client;
use futures_util::StreamExt;
use tokio::sync::mpsc;
use url::Url;

use crate::connect_error::{classify, combine, pending_sign_error};
use crate::credentials::UserCredentials;
use crate::error::{PayloadLimit, ResolverError};
use crate::events::{Signal, library_options};
use crate::options::ConnectOptions;
use crate::tls;
use crate::token;
use crate::url::{NatsUrls, display_url};

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

fn bad_subject(subject: String) -> ResolverError {
    ResolverError::Input {
        text: subject,
        role: "subject",
        problem: "it is empty, or has blanks or empty tokens",
    }
}
