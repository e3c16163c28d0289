//! Finding out why a server could not be connected, and saying so.

use std::error::Error;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use async_nats::{ConnectError, ConnectErrorKind, ServerError};

use crate::error::ResolverError;

/// The reason why the last attempt to sign failed; the library keeps it for itself.
#[derive(Clone)]
pub(crate) struct SignError(Arc<Mutex<Option<String>>>);

pub(crate) fn pending_sign_error() -> SignError {
    SignError(Arc::new(Mutex::new(None)))
}

impl SignError {
    pub(crate) fn note(&self, problem: Option<&String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = problem.cloned();
    }

    fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Turns the library's error for one server into one that names cause and next step.
pub(crate) fn classify(
    error: &ConnectError,
    url: &str,
    jwt: &str,
    sign_error: &SignError,
) -> ResolverError {
    let url = url.to_owned();
    match error.kind() {
        ConnectErrorKind::AuthorizationViolation => ResolverError::Authorization { url },
        ConnectErrorKind::Authentication => ResolverError::Sign {
            url,
            problem: sign_error.take().unwrap_or_else(|| error.to_string()),
        },
        ConnectErrorKind::TimedOut => unreachable(url, "timed out".to_owned()),
        _ => from_causes(error, url, jwt),
    }
}

/// Makes one error of the failures of all servers.
///
/// A refusal of the user, or of what it brings, says most: the other servers would do the same.
pub(crate) fn combine(mut failures: Vec<(String, ResolverError)>) -> ResolverError {
    let telling = failures.iter().position(|(_, error)| {
        matches!(
            error,
            ResolverError::Authorization { .. }
                | ResolverError::ControlLine { .. }
                | ResolverError::Sign { .. }
        )
    });
    if let Some(at) = telling {
        return failures.swap_remove(at).1;
    }
    if failures.len() == 1
        && let Some((_, error)) = failures.pop()
    {
        return error;
    }
    let attempts = failures.into_iter().flat_map(|(url, error)| match error {
        ResolverError::NoServers { attempts } => attempts,
        other => vec![(url, other.to_string())],
    });
    ResolverError::NoServers {
        attempts: attempts.collect(),
    }
}

fn from_causes(error: &ConnectError, url: String, jwt: &str) -> ResolverError {
    for cause in causes(error) {
        if let Some(ServerError::Other(text)) = cause.downcast_ref::<ServerError>() {
            return from_server_text(text, url, jwt);
        }
        if let Some(problem) = cause.downcast_ref::<rustls::Error>() {
            return from_tls(problem, url);
        }
    }
    let broken = causes(error).any(is_broken_connection);
    if broken && jwt.len() > LONG_JWT {
        // A server that ends the connection over a long line may not get its reason across.
        return ResolverError::ControlLine {
            url,
            length: jwt.len(),
        };
    }
    unreachable(url, innermost(error))
}

fn from_server_text(text: &str, url: String, jwt: &str) -> ResolverError {
    if text.to_ascii_lowercase().contains("maximum control line") {
        return ResolverError::ControlLine {
            url,
            length: jwt.len(),
        };
    }
    ResolverError::ConnectionRefused {
        url,
        text: text.to_owned(),
    }
}

fn from_tls(problem: &rustls::Error, url: String) -> ResolverError {
    match problem {
        // The bytes of another protocol: the server's greeting, or its protest.
        rustls::Error::InvalidMessage(_) => ResolverError::TlsUnavailable { url },
        other => ResolverError::TlsHandshake {
            url,
            problem: other.to_string(),
        },
    }
}

fn unreachable(url: String, cause: String) -> ResolverError {
    ResolverError::NoServers {
        attempts: vec![(url, cause)],
    }
}

/// The error and everything below it. I/O errors hide what they wrap from `source`.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| below(*error))
}

fn below<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>() {
        Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    }
}

fn is_broken_connection(cause: &(dyn Error + 'static)) -> bool {
    match cause.downcast_ref::<io::Error>() {
        Some(io) => matches!(
            io.kind(),
            io::ErrorKind::BrokenPipe
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::UnexpectedEof
        ),
        None => cause.to_string() == "broken pipe",
    }
}

fn innermost(error: &(dyn Error + 'static)) -> String {
    let last = causes(error).last().unwrap_or(error);
    match last.downcast_ref::<io::Error>().map(io::Error::kind) {
        Some(kind) if kind != io::ErrorKind::Other => kind.to_string(),
        _ => match last.to_string().as_str() {
            "expected INFO, got nothing" => {
                "the server closed the connection without a greeting; it may expect TLS first"
                    .to_owned()
            }
            other => other.to_owned(),
        },
    }
}

/// Length in bytes from which a user JWT may exceed the control line of 4096 bytes that servers
/// have by default, with the other members of the line.
const LONG_JWT: usize = 3700;

#[cfg(test)]
mod tests {
    use super::*;

    fn io(kind: io::ErrorKind) -> ConnectError {
        ConnectError::with_source(ConnectErrorKind::Io, io::Error::from(kind))
    }

    fn judge(error: &ConnectError, jwt: &str) -> ResolverError {
        classify(error, "nats://h", jwt, &pending_sign_error())
    }

    #[test]
    fn causes_are_told_apart() {
        let server = |text: &str| {
            let error = ServerError::Other(text.to_owned());
            judge(
                &ConnectError::with_source(ConnectErrorKind::Io, error),
                "jwt",
            )
        };
        assert!(matches!(
            server("maximum control line exceeded"),
            ResolverError::ControlLine { length: 3, .. }
        ));
        assert!(matches!(
            server("maximum account active connections exceeded"),
            ResolverError::ConnectionRefused { .. }
        ));
        let refused = judge(&io(io::ErrorKind::ConnectionRefused), "");
        assert!(
            refused
                .to_string()
                .contains("`nats://h`: connection refused"),
            "{refused}"
        );
    }

    #[test]
    fn a_broken_connection_with_a_long_jwt_is_put_down_to_its_length() {
        let broken = io(io::ErrorKind::ConnectionReset);
        assert!(matches!(
            judge(&broken, "short"),
            ResolverError::NoServers { .. }
        ));
        let long = "x".repeat(LONG_JWT + 1);
        assert!(matches!(
            judge(&broken, &long),
            ResolverError::ControlLine { .. }
        ));
    }

    #[test]
    fn tls_errors_are_found_inside_io_errors() {
        let wrap = |problem: rustls::Error| {
            let inner = io::Error::new(io::ErrorKind::InvalidData, problem);
            judge(&ConnectError::with_source(ConnectErrorKind::Io, inner), "")
        };
        let plain = rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType);
        assert!(matches!(wrap(plain), ResolverError::TlsUnavailable { .. }));
        let expired = rustls::Error::InvalidCertificate(rustls::CertificateError::Expired);
        assert!(matches!(wrap(expired), ResolverError::TlsHandshake { .. }));
    }

    #[test]
    fn of_many_failures_the_telling_one_wins() {
        let no = |url: &str| {
            (
                url.to_owned(),
                unreachable(url.to_owned(), "gone".to_owned()),
            )
        };
        let denied = || {
            let url = "b".to_owned();
            (url.clone(), ResolverError::Authorization { url })
        };
        assert!(matches!(
            combine(vec![no("a"), denied(), no("c")]),
            ResolverError::Authorization { .. }
        ));
        assert!(matches!(
            combine(vec![no("a"), no("c")]),
            ResolverError::NoServers { attempts } if attempts.len() == 2
        ));
    }

    #[test]
    fn the_signers_reason_is_shown() {
        let sign_error = pending_sign_error();
        sign_error.note(Some(&"no private key".to_owned()));
        let error = ConnectError::new(ConnectErrorKind::Authentication);
        let error = classify(&error, "nats://h", "", &sign_error);
        assert!(error.to_string().contains("no private key"), "{error}");
    }
}
