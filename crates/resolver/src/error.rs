//! What can go wrong between this machine and a server, and what to do about it.

use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

/// Text that came from a server, a certificate library or the operating system.
///
/// It is foreign: whoever shows it on a terminal escapes its control characters first.
pub type ForeignText = String;

/// A refusal or failure of this crate.
///
/// Messages are lower case, name the server or file, and end with the next step where there is
/// one. URLs inside them never show user info. Text of a server inside them is foreign text.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ResolverError {
    /// The text is no URL of a resolver, account server or NATS server.
    #[error(
        "`{url}` is not usable: {problem}; use http, https, nats, tls, ws or wss and a host name"
    )]
    Url {
        /// The text, without user info.
        url: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A list of servers has websocket and other URLs.
    #[error(
        "`{urls}` mixes websocket and other URLs; list either ws and wss or nats and tls servers"
    )]
    MixedUrls {
        /// The list, without user info.
        urls: String,
    },
    /// A file could not be read.
    #[error("cannot read `{}`; check that it exists and may be read", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A file holds no usable certificate or private key.
    #[error("`{}` holds no usable {wanted}: {problem}; give a PEM file", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What was looked for: `certificate` or `private key`.
        wanted: &'static str,
        /// What is wrong.
        problem: ForeignText,
    },
    /// Only one half of the client certificate pair was given.
    #[error("the client {given} `{}` needs its {missing}; give both files", path.display())]
    ClientCertificateHalf {
        /// The half that is there: `certificate` or `key`.
        given: &'static str,
        /// The half that is not.
        missing: &'static str,
        /// The file that is there.
        path: PathBuf,
    },
    /// A name that is no TLS curve.
    #[error("`{name}` is not a TLS curve; use P256, P384, P521 or X25519")]
    CurveName {
        /// The name.
        name: String,
    },
    /// Only curves were listed that this program has not got.
    #[error("TLS curve P521 alone is not supported; add P256, P384 or X25519")]
    CurvesUnsupported,
    /// The TLS settings could not be put together.
    #[error("cannot set up TLS: {problem}; check the certificate files")]
    TlsSetup {
        /// What is wrong.
        problem: ForeignText,
    },
    /// TLS is required (a CA file or a `tls` URL), and the server has none.
    #[error(
        "secure connection not available: `{url}` does not speak TLS at this point; \
         use it without TLS settings, or fix the server"
    )]
    TlsUnavailable {
        /// The server.
        url: String,
    },
    /// The TLS handshake failed.
    #[error("TLS with `{url}` failed: {problem}; check the CA, client certificate and host name")]
    TlsHandshake {
        /// The server.
        url: String,
        /// What is wrong.
        problem: ForeignText,
    },
    /// The user could not prove who it is.
    #[error("cannot sign for the user on `{url}`: {problem}; check the user's key")]
    Sign {
        /// The server.
        url: String,
        /// What is wrong.
        problem: String,
    },
    /// The server does not accept the user.
    #[error(
        "authorization violation: `{url}` refused the user; check that the server trusts the \
         operator, holds the account, and that the user is neither expired nor revoked"
    )]
    Authorization {
        /// The server.
        url: String,
    },
    /// The user's JWT does not fit into the server's control line.
    #[error(
        "`{url}` refused a user JWT of {length} bytes: maximum control line exceeded; \
         raise the server's max_control_line (4096 by default) or shorten the JWT"
    )]
    ControlLine {
        /// The server.
        url: String,
        /// Length of the JWT, in bytes.
        length: usize,
    },
    /// The server ended the connection set-up with another reason.
    #[error("`{url}` refused the connection: {text}")]
    ConnectionRefused {
        /// The server.
        url: String,
        /// The server's reason.
        text: ForeignText,
    },
    /// None of the listed servers could be reached.
    #[error(
        "no servers available: {}; check the URLs and that a server runs",
        list(attempts)
    )]
    NoServers {
        /// Each server (without user info) and why it failed.
        attempts: Vec<(String, ForeignText)>,
    },
    /// Nobody listens on the subject of a claims request.
    #[error(
        "no responders for {request}: no server of this system runs a nats based resolver that \
         answers it (memory and URL resolvers do not); change the server's resolver"
    )]
    NoResolver {
        /// The request, such as `LIST`.
        request: &'static str,
    },
    /// Nobody listens on the subject of a request.
    #[error("no responders on `{subject}`; start a service that subscribes to it")]
    NoResponders {
        /// The subject.
        subject: String,
    },
    /// The server denied a publish or a subscription.
    #[error("the server denied it: {text}; allow the subject for the user")]
    Permission {
        /// The server's text, which names the subject.
        text: ForeignText,
    },
    /// Nobody answered in time.
    #[error("no answer to {request} within {}; try a longer timeout", seconds(.after))]
    Timeout {
        /// What was asked.
        request: String,
        /// How long it was waited.
        after: Duration,
    },
    /// A payload is larger than a known limit; it was not sent.
    #[error("payload of {size} bytes exceeds {limit}")]
    PayloadTooLarge {
        /// Size of the payload, in bytes.
        size: usize,
        /// The limit that it exceeds.
        limit: PayloadLimit,
    },
    /// The server closed the connection over the payload's size.
    #[error(
        "the server refused a payload of {size} bytes ({text}): it exceeds the payload limit of \
         the account or of the role that signed the user; raise that limit"
    )]
    PayloadRefused {
        /// Size of the payload, in bytes.
        size: usize,
        /// The server's reason.
        text: ForeignText,
    },
    /// The connection ended before the work was done.
    #[error("the connection to `{url}` was closed: {reason}; try again")]
    Closed {
        /// The server.
        url: String,
        /// The server's last words, or what happened.
        reason: ForeignText,
    },
    /// A server's answer makes no sense.
    #[error("the answer to {request} is unusable: {problem}; check the server's version")]
    Answer {
        /// What was asked.
        request: &'static str,
        /// What is wrong with the answer.
        problem: ForeignText,
    },
    /// Messages came in faster than they were read.
    #[error("messages were lost while reading {request}; try again")]
    SlowConsumer {
        /// What was read.
        request: String,
    },
    /// A subject, queue name or request token that cannot be sent.
    #[error("`{text}` cannot be used as {role}: {problem}")]
    Input {
        /// The text.
        text: String,
        /// Its role, such as `subject`.
        role: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// An HTTP request had no answer.
    #[error("cannot reach `{url}`: {problem}; check the URL and that the server runs")]
    HttpTransport {
        /// The URL.
        url: String,
        /// What happened.
        problem: ForeignText,
    },
    /// An HTTP server answered with a status that is no success.
    #[error("`{url}` answered with status {status}{}", after_colon(body))]
    HttpStatus {
        /// The URL.
        url: String,
        /// The status.
        status: u16,
        /// The body, shortened.
        body: ForeignText,
    },
    /// An HTTP answer is larger than what was asked for may be.
    #[error("the answer of `{url}` is larger than {limit} bytes, the most that is taken of it")]
    HttpTooLarge {
        /// The URL.
        url: String,
        /// The limit, in bytes.
        limit: usize,
    },
    /// The machinery that drives connections could not start.
    #[error("cannot start the network runtime; check the limits on open files")]
    Runtime {
        /// The cause.
        source: std::io::Error,
    },
}

/// A limit on the size of a message, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PayloadLimit {
    /// The server's `max_payload`, in bytes.
    Server(usize),
    /// The user JWT's own payload limit, in bytes.
    User(usize),
}

impl std::fmt::Display for PayloadLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Server(bytes) => write!(
                f,
                "the server's max_payload of {bytes} bytes; send less or raise it on the server"
            ),
            Self::User(bytes) => write!(
                f,
                "the user's payload limit of {bytes} bytes; send less or edit the user"
            ),
        }
    }
}

/// The classes of [`ResolverError`], for exit statuses and hints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The server knows the user and denies this act, or does not accept the user at all.
    Denied,
    /// A file given as option cannot be used.
    File,
    /// Something typed is wrong: a URL, a curve, a subject.
    Input,
    /// The server answered that it cannot or will not.
    Server,
    /// A size limit.
    TooLarge,
    /// Nobody answered in time, or the connection was lost.
    Unanswered,
    /// No server could be reached.
    Unreachable,
    /// A secure connection could not be made.
    Tls,
}

impl ResolverError {
    /// Tells the class of the error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Url { .. }
            | Self::MixedUrls { .. }
            | Self::ClientCertificateHalf { .. }
            | Self::CurveName { .. }
            | Self::CurvesUnsupported
            | Self::Input { .. } => ErrorKind::Input,
            Self::File { .. } | Self::Pem { .. } => ErrorKind::File,
            Self::TlsSetup { .. } | Self::TlsUnavailable { .. } | Self::TlsHandshake { .. } => {
                ErrorKind::Tls
            }
            Self::Sign { .. } | Self::Authorization { .. } | Self::Permission { .. } => {
                ErrorKind::Denied
            }
            Self::ControlLine { .. }
            | Self::PayloadTooLarge { .. }
            | Self::PayloadRefused { .. }
            | Self::HttpTooLarge { .. } => ErrorKind::TooLarge,
            Self::NoServers { .. } | Self::HttpTransport { .. } | Self::Runtime { .. } => {
                ErrorKind::Unreachable
            }
            Self::NoResolver { .. }
            | Self::NoResponders { .. }
            | Self::ConnectionRefused { .. }
            | Self::Answer { .. }
            | Self::HttpStatus { .. } => ErrorKind::Server,
            Self::Timeout { .. } | Self::Closed { .. } | Self::SlowConsumer { .. } => {
                ErrorKind::Unanswered
            }
        }
    }
}

fn list(attempts: &[(String, String)]) -> String {
    let parts: Vec<String> = attempts
        .iter()
        .map(|(url, why)| format!("`{url}`: {why}"))
        .collect();
    parts.join(", ")
}

fn seconds(after: &Duration) -> String {
    if after.as_millis().is_multiple_of(1000) {
        format!("{} s", after.as_secs())
    } else {
        format!("{} ms", after.as_millis())
    }
}

fn after_colon(body: &str) -> String {
    let body = body.trim();
    if body.is_empty() {
        String::new()
    } else {
        format!(": {body}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_of_the_list_is_named() {
        let error = ResolverError::NoServers {
            attempts: vec![
                ("nats://a:1".to_owned(), "connection refused".to_owned()),
                ("nats://b:1".to_owned(), "timed out".to_owned()),
            ],
        };
        assert_eq!(
            error.to_string(),
            "no servers available: `nats://a:1`: connection refused, `nats://b:1`: timed out; \
             check the URLs and that a server runs"
        );
        assert_eq!(error.kind(), ErrorKind::Unreachable);
    }

    #[test]
    fn a_status_without_body_ends_after_the_number() {
        let url = "http://h/".to_owned();
        let error = ResolverError::HttpStatus {
            url,
            status: 404,
            body: " \n".to_owned(),
        };
        assert_eq!(error.to_string(), "`http://h/` answered with status 404");
    }

    #[test]
    fn timeouts_are_shown_in_whole_seconds_where_they_are() {
        let text = |ms| {
            let after = Duration::from_millis(ms);
            ResolverError::Timeout {
                request: "LIST".to_owned(),
                after,
            }
            .to_string()
        };
        assert!(text(5000).contains("within 5 s;"));
        assert!(text(1500).contains("within 1500 ms;"));
    }
}
