//! URLs of resolvers, account servers and NATS servers: what kind they are and how they print.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

use crate::error::ResolverError;

/// Where the account JWTs of an operator are served: over HTTP or by NATS servers.
///
/// `http` and `https` name an account server; `nats`, `tls`, `ws` and `wss` (any case) name
/// NATS servers with a nats based resolver, also as a comma separated list.
///
/// ```
/// use nsc_resolver::ResolverUrl;
///
/// let url: ResolverUrl = " NATS://u:secret@a:4222, tls://b ".parse()?;
/// assert!(matches!(url, ResolverUrl::Nats(_)));
/// assert_eq!(url.to_string(), "nats://***@a:4222,tls://b");
/// # Ok::<(), nsc_resolver::ResolverError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResolverUrl {
    /// An account server.
    Http(HttpUrl),
    /// NATS servers.
    Nats(NatsUrls),
}

impl ResolverUrl {
    /// Reads a URL or a comma separated list of NATS URLs; blanks around them are dropped.
    ///
    /// # Errors
    /// [`ResolverError::Url`] for another or no scheme, for a URL without host and for text that
    /// is no URL; [`ResolverError::MixedUrls`] for a list with websocket and other URLs.
    pub fn parse(text: &str) -> Result<Self, ResolverError> {
        let first = text.split(',').next().unwrap_or_default();
        match scheme_of(first) {
            Some(scheme) if is_http(scheme) => HttpUrl::parse(text).map(Self::Http),
            Some(_) => NatsUrls::parse(text).map(Self::Nats),
            None => Err(bad_url(text, "it has no scheme")),
        }
    }

    /// Tells whether this is an HTTP account server.
    pub fn is_http(&self) -> bool {
        matches!(self, Self::Http(_))
    }
}

impl FromStr for ResolverUrl {
    type Err = ResolverError;

    fn from_str(text: &str) -> Result<Self, ResolverError> {
        Self::parse(text)
    }
}

impl fmt::Display for ResolverUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(url) => url.fmt(f),
            Self::Nats(urls) => urls.fmt(f),
        }
    }
}

/// The URL of an HTTP account server, or of a JWT to fetch. Prints without user info.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpUrl(Url);

impl HttpUrl {
    /// Reads an `http` or `https` URL; blanks around it are dropped.
    ///
    /// # Errors
    /// [`ResolverError::Url`] for anything else.
    pub fn parse(text: &str) -> Result<Self, ResolverError> {
        let url = Url::parse(text.trim()).map_err(|e| bad_url(text, &e.to_string()))?;
        if !is_http(url.scheme()) {
            return Err(bad_url(text, "it is no http or https URL"));
        }
        Ok(Self(url))
    }

    /// Tells whether the way to the server is secured.
    pub fn is_secure(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Tells whether the server is on this machine.
    pub fn is_local(&self) -> bool {
        match self.0.host() {
            Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// Joins more path segments: the path is cleaned of empty ones and the query is kept.
    #[must_use]
    pub fn join(&self, segments: &[&str]) -> Self {
        let mut url = self.0.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.clear();
        }
        let kept = self.0.path().split('/').filter(|part| !part.is_empty());
        let path: Vec<&str> = kept.chain(segments.iter().copied()).collect();
        url.set_path(&path.join("/"));
        Self(url)
    }

    /// The URL of one account's JWT below an account server: `<base>/accounts/<id>`.
    #[must_use]
    pub fn account(&self, id: &str) -> Self {
        self.join(&["accounts", id])
    }

    /// The URLs of the operator JWT below an account server, in the order to try them.
    ///
    /// `/jwt/v1/operator` is served as a decorated or old JWT by some servers, so its version 2
    /// form is tried first.
    pub fn operator_candidates(&self) -> Vec<Self> {
        let plain = self.join(&["operator"]);
        let text = plain
            .0
            .as_str()
            .replace("/jwt/v1/operator", "/jwt/v2/operator");
        match Url::parse(&text) {
            Ok(newer) if newer != plain.0 => vec![Self(newer), plain],
            _ => vec![plain],
        }
    }

    pub(crate) fn as_url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_user_info(self.0.as_str()))
    }
}

impl fmt::Debug for HttpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpUrl({self})")
    }
}

/// One or more URLs of NATS servers of one kind (websocket or not). Prints without user info.
#[derive(Clone, PartialEq, Eq)]
pub struct NatsUrls(Vec<Url>);

impl NatsUrls {
    /// Reads a comma separated list. Entries after the first may lack the scheme: they have the
    /// scheme of the first.
    ///
    /// # Errors
    /// [`ResolverError::Url`] for an entry that is no NATS URL or an empty list,
    /// [`ResolverError::MixedUrls`] when only some are websocket URLs.
    pub fn parse(text: &str) -> Result<Self, ResolverError> {
        let scheme = text
            .split(',')
            .next()
            .and_then(scheme_of)
            .unwrap_or_default();
        let urls = parse_list(text, scheme)?;
        let websockets = urls.iter().filter(|url| is_websocket(url)).count();
        if websockets != 0 && websockets != urls.len() {
            return Err(ResolverError::MixedUrls {
                urls: without_user_info(text.trim()),
            });
        }
        Ok(Self(urls))
    }

    /// Reads URLs for a tool: service URLs of an operator, or a list typed by somebody.
    ///
    /// A missing scheme means `nats`. Of mixed kinds one is used: the plain and TLS ones where
    /// there are any, since they need no websocket gateway.
    ///
    /// # Errors
    /// [`ResolverError::Url`] for an entry that is no NATS URL, or when there is none at all.
    pub fn for_tools<T: AsRef<str>>(lists: &[T]) -> Result<Self, ResolverError> {
        let mut urls = Vec::new();
        for list in lists {
            urls.extend(parse_list(list.as_ref(), "nats")?);
        }
        if urls.is_empty() {
            return Err(bad_url("", "no server is given"));
        }
        let (websocket, plain): (Vec<Url>, Vec<Url>) = urls.into_iter().partition(is_websocket);
        Ok(Self(if plain.is_empty() { websocket } else { plain }))
    }

    /// Tells whether these are websocket URLs.
    pub fn is_websocket(&self) -> bool {
        self.0.iter().all(is_websocket)
    }

    pub(crate) fn servers(&self) -> &[Url] {
        &self.0
    }
}

impl FromStr for NatsUrls {
    type Err = ResolverError;

    fn from_str(text: &str) -> Result<Self, ResolverError> {
        Self::parse(text)
    }
}

impl fmt::Display for NatsUrls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, url) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            f.write_str(&display_url(url))?;
        }
        Ok(())
    }
}

impl fmt::Debug for NatsUrls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NatsUrls({self})")
    }
}

/// Prints a URL without its user info.
pub(crate) fn display_url(url: &Url) -> String {
    without_user_info(url.as_str())
}

/// Takes the user info out of every URL of a comma separated list, also out of malformed ones.
pub(crate) fn without_user_info(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (head, tail) = rest.split_at(at + 3);
        out.push_str(head);
        let next = tail.find("://").unwrap_or(tail.len());
        let end = tail[..next].find(['/', '?', '#']).unwrap_or(next);
        rest = match tail[..end].rfind('@') {
            Some(user_end) => {
                out.push_str("***");
                &tail[user_end..]
            }
            None => tail,
        };
    }
    out.push_str(rest);
    out
}

fn parse_list(text: &str, default_scheme: &str) -> Result<Vec<Url>, ResolverError> {
    let entries = text
        .split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty());
    let urls: Vec<Url> = entries
        .map(|entry| parse_nats(entry, default_scheme))
        .collect::<Result<_, _>>()?;
    if urls.is_empty() {
        return Err(bad_url(text, "it is empty"));
    }
    Ok(urls)
}

fn parse_nats(entry: &str, default_scheme: &str) -> Result<Url, ResolverError> {
    let whole = match scheme_of(entry) {
        Some(_) => entry.to_owned(),
        None if default_scheme.is_empty() => return Err(bad_url(entry, "it has no scheme")),
        None => format!("{default_scheme}://{entry}"),
    };
    let url = Url::parse(&whole).map_err(|e| bad_url(entry, &e.to_string()))?;
    if !matches!(url.scheme(), "nats" | "tls" | "ws" | "wss") {
        return Err(bad_url(entry, "its scheme is not one of a NATS server"));
    }
    if url.host_str().unwrap_or_default().is_empty() {
        return Err(bad_url(entry, "it has no host name"));
    }
    Ok(url)
}

fn scheme_of(entry: &str) -> Option<&str> {
    entry.trim().split_once("://").map(|(scheme, _)| scheme)
}

fn is_http(scheme: &str) -> bool {
    scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
}

fn is_websocket(url: &Url) -> bool {
    matches!(url.scheme(), "ws" | "wss")
}

fn bad_url(text: &str, problem: &str) -> ResolverError {
    ResolverError::Url {
        url: without_user_info(text.trim()),
        problem: problem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn nats(text: &str) -> String {
        match ResolverUrl::parse(text) {
            Ok(ResolverUrl::Nats(urls)) => urls.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn kinds_follow_the_scheme_in_any_case() {
        for text in ["http://h", "HTTPS://h/jwt/v1", " Http://h "] {
            assert!(ResolverUrl::parse(text).unwrap().is_http(), "{text}");
        }
        for text in ["nats://h", "TLS://h:1", "ws://h", "Wss://h", " nats://h"] {
            assert!(!ResolverUrl::parse(text).unwrap().is_http(), "{text}");
        }
        for text in [
            "",
            " ",
            "h:4222",
            "ftp://h",
            "file:///x",
            "nats://",
            "nats://:4222",
            ",",
        ] {
            let error = ResolverUrl::parse(text).unwrap_err();
            assert!(
                matches!(error, ResolverError::Url { .. }),
                "{text}: {error}"
            );
        }
    }

    #[test]
    fn lists_are_trimmed_and_of_one_kind() {
        assert_eq!(
            nats("nats://a:1 , tls://b,, c:3"),
            "nats://a:1,tls://b,nats://c:3"
        );
        assert_eq!(nats("NATS://a,WS"), "nats://a,nats://WS");
        let mixed = NatsUrls::parse("nats://a,wss://u:p@b").unwrap_err();
        assert!(matches!(&mixed, ResolverError::MixedUrls { urls } if !urls.contains("u:p")));
        assert!(NatsUrls::parse("ws://a,http://b").is_err());
    }

    #[test]
    fn tools_use_one_kind() {
        let urls = NatsUrls::for_tools(&["ws://a", "b:4222", "tls://c,wss://d"]).unwrap();
        assert_eq!(urls.to_string(), "nats://b:4222,tls://c");
        let urls = NatsUrls::for_tools(&["ws://a,wss://d"]).unwrap();
        assert!(urls.is_websocket());
        assert!(NatsUrls::for_tools::<&str>(&[]).is_err());
    }

    #[test]
    fn user_info_is_never_shown() {
        assert_eq!(
            nats("nats://u:p@a:1,nats://token@b"),
            "nats://***@a:1,nats://***@b"
        );
        for text in [
            "ftp://u:p@h",
            "nats://u:p@ h:x",
            "http://u:p@[",
            "nats://a@u:p@:1",
        ] {
            let error = ResolverUrl::parse(text).unwrap_err().to_string();
            assert!(!error.contains("u:p"), "{error}");
        }
        let url = HttpUrl::parse("http://me:pw@h/x").unwrap();
        assert!(!format!("{url} {url:?}").contains("pw"));
    }

    #[test]
    fn account_urls_are_joined_and_cleaned() {
        let account = |base| HttpUrl::parse(base).unwrap().account("AX").to_string();
        assert_eq!(account("http://h/jwt/v1"), "http://h/jwt/v1/accounts/AX");
        assert_eq!(account("http://h/jwt//v1/"), "http://h/jwt/v1/accounts/AX");
        assert_eq!(account("http://h"), "http://h/accounts/AX");
        assert_eq!(
            account("http://h/a/../b/?k=v"),
            "http://h/b/accounts/AX?k=v"
        );
    }

    #[test]
    fn the_version_2_operator_is_tried_first() {
        let candidates = |base| {
            let urls = HttpUrl::parse(base).unwrap().operator_candidates();
            urls.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            candidates("https://h/jwt/v1/"),
            ["https://h/jwt/v2/operator", "https://h/jwt/v1/operator"]
        );
        assert_eq!(candidates("https://h/x"), ["https://h/x/operator"]);
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in "\\PC{0,60}") {
            let _ = ResolverUrl::parse(&text);
            let _ = NatsUrls::for_tools(&[&text]);
        }

        #[test]
        fn a_password_never_reaches_a_message(tail in "[a-z:/@,?. ]{0,12}") {
            let text = format!("nats://user:hunter2@{tail}");
            let shown = match ResolverUrl::parse(&text) {
                Ok(url) => format!("{url} {url:?}"),
                Err(error) => format!("{error} {error:?}"),
            };
            prop_assert!(!shown.contains("hunter2"), "{}", shown);
        }
    }
}
