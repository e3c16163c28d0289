//! What a server and the client library say outside of messages, and the settings of the library.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_nats::{ClientError, Event, ServerError};
use tokio::sync::mpsc;
use url::Url;

use crate::options::{ConnectOptions, Notice, NoticeFn};

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

/// The settings of the client library for one server.
///
/// `connected` is set once the first connection stands: waits are for reconnects only.
pub(crate) fn library_options(
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
