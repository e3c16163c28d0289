//! How to connect to NATS servers, and the notices of a connection.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::access::DEFAULT_INBOX_PREFIX;
use crate::credentials::UserCredentials;
use crate::tls::TlsOptions;

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

/// Is told how far a long piece of work is.
#[derive(Clone)]
pub struct ProgressFn(Arc<dyn Fn(Progress) + Send + Sync>);

impl ProgressFn {
    /// Tells this function.
    pub fn new(told: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self(Arc::new(told))
    }

    pub(crate) fn tell(&self, stage: Stage, done: usize, all: Option<usize>) {
        (self.0)(Progress { stage, done, all });
    }
}

impl fmt::Debug for ProgressFn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProgressFn")
    }
}

/// How far a long piece of work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Which part of it.
    pub stage: Stage,
    /// How many accounts are done.
    pub done: usize,
    /// How many there are, where that is known.
    pub all: Option<usize>,
}

/// A part of a push or pull.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stage {
    /// Servers are asked what they hold.
    Compare,
    /// Accounts are fetched.
    Fetch,
    /// Accounts are sent.
    Send,
}

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
