//! Addresses in claims: operator services, account servers, information pages, and versions.

use std::fmt;

use super::{ValueError, ValueProblem};
use crate::weburl::{self, WebUrl};

const SERVICE: &str = "a nats, tls, ws or wss address such as `nats://host:4222`";
const ACCOUNT_SERVER: &str =
    "an http(s), nats, tls, ws or wss address such as `https://host/jwt/v1` or `nats://host:4222`";
const INFO: &str = "an address such as `https://host/page`";
const VERSION: &str = "a version such as `2.10.0`";

const NATS_SCHEMES: [&str; 4] = ["nats", "tls", "ws", "wss"];

/// The version of a server, ordered by age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerVersion {
    /// The first number.
    pub major: i64,
    /// The second number.
    pub minor: i64,
    /// The third number.
    pub patch: i64,
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// Parses `major.minor.patch`, three whole numbers of 0 or more and nothing else; empty text is
/// no demand on the version, `0.0.0`.
///
/// # Errors
///
/// [`ValueProblem::Syntax`].
pub fn parse_server_version(text: &str) -> Result<ServerVersion, ValueError> {
    if text.is_empty() {
        return Ok(ServerVersion {
            major: 0,
            minor: 0,
            patch: 0,
        });
    }
    let number = |part: &str| part.parse().ok().filter(|number: &i64| *number >= 0);
    let numbers: Option<Vec<i64>> = text.split('.').map(number).collect();
    match numbers.as_deref() {
        Some([major, minor, patch]) => Ok(ServerVersion {
            major: *major,
            minor: *minor,
            patch: *patch,
        }),
        _ => Err(ValueError::syntax(text, VERSION)),
    }
}

/// Checks a service address of an operator; empty text is fine and means none.
///
/// # Errors
///
/// The address does not parse, carries credentials, has a path (`/` is one), or its scheme is
/// not nats, tls, ws or wss in any case.
pub fn check_service_url(text: &str) -> Result<(), ValueError> {
    if text.is_empty() {
        return Ok(());
    }
    let url = parse(text, SERVICE)?;
    let problem = if url.has_credentials() {
        ValueProblem::Credentials
    } else if !url.path().is_empty() {
        ValueProblem::Path
    } else if url.scheme().is_empty() {
        ValueProblem::NoScheme
    } else if !NATS_SCHEMES.contains(&url.scheme()) {
        ValueProblem::Scheme
    } else {
        return Ok(());
    };
    Err(refused(text, problem, SERVICE))
}

/// Checks the account server address of an operator; empty text is fine and means none.
///
/// Several nats style addresses may be joined by commas.
///
/// # Errors
///
/// The address does not parse, has no scheme, or a scheme other than http, https, nats, tls, ws
/// and wss (which is how `host:8080/jwt/v1` reads).
pub fn check_account_server_url(text: &str) -> Result<(), ValueError> {
    if text.is_empty() {
        return Ok(());
    }
    let url = parse(text, ACCOUNT_SERVER)?;
    let nats_style = NATS_SCHEMES.contains(&url.scheme());
    if url.scheme().is_empty() {
        return Err(refused(text, ValueProblem::NoScheme, ACCOUNT_SERVER));
    }
    if !nats_style && !matches!(url.scheme(), "http" | "https") {
        return Err(refused(text, ValueProblem::Scheme, ACCOUNT_SERVER));
    }
    let further = text
        .split(',')
        .skip(1)
        .filter(|part| nats_style && part.contains("://"));
    for part in further {
        if !NATS_SCHEMES.contains(&parse(part.trim(), ACCOUNT_SERVER)?.scheme()) {
            return Err(refused(part, ValueProblem::Scheme, ACCOUNT_SERVER));
        }
    }
    Ok(())
}

/// Checks the information address of an account or export: it parses and has scheme and host.
///
/// # Errors
///
/// [`ValueProblem::Syntax`], [`ValueProblem::NoScheme`] or [`ValueProblem::NoHost`].
pub fn check_info_url(text: &str) -> Result<(), ValueError> {
    let url = parse(text, INFO)?;
    if url.scheme().is_empty() {
        return Err(refused(text, ValueProblem::NoScheme, INFO));
    }
    if url.host_name().is_empty() {
        return Err(refused(text, ValueProblem::NoHost, INFO));
    }
    Ok(())
}

fn parse(text: &str, expected: &'static str) -> Result<WebUrl, ValueError> {
    WebUrl::parse(text).map_err(|_| refused(text, ValueProblem::Syntax, expected))
}

fn refused(text: &str, problem: ValueProblem, expected: &'static str) -> ValueError {
    ValueError::new(&weburl::redacted(text), problem, expected)
}
