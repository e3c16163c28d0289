//! Which texts count as URLs in claims.
//!
//! Claims written by Go programs were judged by the rules of Go's URL parser, which are looser
//! than the WHATWG ones, so acceptance is decided here by the same rules.

use std::borrow::Cow;

/// A text that is no URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// A control character is in the text.
    #[error("a control character is in the address")]
    ControlCharacter,
    /// The text begins with a colon.
    #[error("the scheme before `:` is missing")]
    MissingScheme,
    /// There is no scheme and the first part of the path holds a colon.
    #[error("the address has a colon but no scheme")]
    ColonInPath,
    /// The host holds a character that no host has.
    #[error("the host holds a character that is not allowed there")]
    Host,
    /// A `[` in the host is not closed.
    #[error("the `[` of the host is not closed")]
    Bracket,
    /// The port is not made of digits.
    #[error("the port is no number")]
    Port,
    /// The part before `@` holds a character that is not allowed there.
    #[error("the credentials hold a character that is not allowed there")]
    Credentials,
    /// A `%` is not followed by two hexadecimal digits, or stands for a plain character in a host.
    #[error("a `%` is not followed by two hexadecimal digits")]
    Escape,
}

/// The parts of a URL (RFC 3986) that decide whether a claim may carry it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebUrl {
    scheme: String,
    has_credentials: bool,
    host: String,
    path: String,
}

impl WebUrl {
    /// Parses a URL or a relative reference.
    ///
    /// # Errors
    ///
    /// The first [`UrlError`] met.
    #[expect(
        clippy::string_slice,
        reason = "cut at ASCII signs that `find` and `rfind` found in the same text"
    )]
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
        if text.contains(|c: char| c < ' ' || c == '\x7f') {
            return Err(UrlError::ControlCharacter);
        }
        check_escapes(fragment)?;
        let (scheme, rest) = split_scheme(text)?;
        let hierarchy = rest
            .split_once('?')
            .map_or(rest, |(hierarchy, _query)| hierarchy);
        let url = Self {
            scheme: scheme.to_ascii_lowercase(),
            has_credentials: false,
            host: String::new(),
            path: String::new(),
        };
        if !hierarchy.starts_with('/') {
            return url.with_rootless(hierarchy);
        }
        let authority = hierarchy.strip_prefix("//");
        match authority.filter(|rest| !scheme.is_empty() || !rest.starts_with('/')) {
            Some(rest) => {
                let path_start = rest.find('/').unwrap_or(rest.len());
                url.with_authority(&rest[..path_start])?
                    .with_path(&rest[path_start..])
            }
            None => url.with_path(hierarchy),
        }
    }

    /// Returns the scheme in lower case, empty when there is none.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }

    /// Tells whether a user name or password is in front of the host.
    pub fn has_credentials(&self) -> bool {
        self.has_credentials
    }

    /// Returns host and port as written.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the host without port and without the brackets of an IPv6 address.
    #[expect(
        clippy::string_slice,
        reason = "cut at ASCII signs that `find` and `rfind` found in the same text"
    )]
    pub fn host_name(&self) -> &str {
        let name = match self.host.rfind(':') {
            Some(colon) if is_port(&self.host[colon..]) => &self.host[..colon],
            _ => &self.host,
        };
        name.strip_prefix('[')
            .and_then(|name| name.strip_suffix(']'))
            .unwrap_or(name)
    }

    /// Returns the path as written; empty for an address such as `mailto:someone`.
    pub fn path(&self) -> &str {
        &self.path
    }

    fn with_rootless(self, rest: &str) -> Result<Self, UrlError> {
        if !self.scheme.is_empty() {
            return Ok(self); // opaque, as in `mailto:someone`
        }
        if rest
            .split('/')
            .next()
            .is_some_and(|segment| segment.contains(':'))
        {
            return Err(UrlError::ColonInPath);
        }
        self.with_path(rest)
    }

    fn with_path(mut self, path: &str) -> Result<Self, UrlError> {
        check_escapes(path)?;
        path.clone_into(&mut self.path);
        Ok(self)
    }

    fn with_authority(mut self, authority: &str) -> Result<Self, UrlError> {
        let (credentials, host) = match authority.rsplit_once('@') {
            Some((credentials, host)) => (Some(credentials), host),
            None => (None, authority),
        };
        check_host(host)?;
        if let Some(credentials) = credentials {
            check_credentials(credentials)?;
            self.has_credentials = true;
        }
        host.clone_into(&mut self.host);
        Ok(self)
    }
}

/// Returns `text` with what looks like a password or user name in front of a host left out.
#[expect(
    clippy::string_slice,
    reason = "cut at ASCII signs that `find` and `rfind` found in the same text"
)]
pub fn redacted(text: &str) -> Cow<'_, str> {
    let authority = text.find("//").map_or(0, |slashes| slashes + 2);
    match text.rfind('@') {
        Some(at) if at >= authority => {
            Cow::Owned(format!("{}…{}", &text[..authority], &text[at..]))
        }
        _ => Cow::Borrowed(text),
    }
}

/// Splits off a scheme: a letter, then letters, digits, `+`, `-`, `.`, up to a colon.
#[expect(
    clippy::string_slice,
    reason = "cut at ASCII signs that `find` and `rfind` found in the same text"
)]
fn split_scheme(text: &str) -> Result<(&str, &str), UrlError> {
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let end = text.find(|c| !is_scheme(c)).unwrap_or(text.len());
    if !text[end..].starts_with(':') {
        return Ok(("", text));
    }
    match text.chars().next() {
        Some(':') => Err(UrlError::MissingScheme),
        Some(first) if first.is_ascii_alphabetic() => Ok((&text[..end], &text[end + 1..])),
        _ => Ok(("", text)),
    }
}

#[expect(
    clippy::string_slice,
    reason = "cut at ASCII signs that `find` and `rfind` found in the same text"
)]
fn check_host(host: &str) -> Result<(), UrlError> {
    if host.starts_with('[') {
        let close = host.rfind(']').ok_or(UrlError::Bracket)?;
        if !is_optional_port(&host[close + 1..]) {
            return Err(UrlError::Port);
        }
        if let Some(zone) = host[..close].find("%25") {
            check_host_characters(&host[..zone])?;
            return check_zone(&host[zone + 3..close]);
        }
    } else if let Some(colon) = host.rfind(':')
        && !is_optional_port(&host[colon..])
    {
        return Err(UrlError::Port);
    }
    check_host_characters(host)
}

/// In a host only bytes beyond ASCII, and the percent sign itself, may be written as escapes.
#[expect(
    clippy::indexing_slicing,
    reason = "`check_escapes` found two digits after each percent sign"
)]
fn check_host_characters(host: &str) -> Result<(), UrlError> {
    check_escapes(host)?;
    let escapes = host.split('%').skip(1);
    if escapes
        .into_iter()
        .any(|escape| !escape.starts_with("25") && escape.as_bytes()[0] < b'8')
    {
        return Err(UrlError::Escape);
    }
    if host.chars().all(|c| c == '%' || is_host_character(c)) {
        Ok(())
    } else {
        Err(UrlError::Host)
    }
}

#[expect(
    clippy::string_slice,
    reason = "`check_escapes` found two digits after each percent sign"
)]
fn check_zone(zone: &str) -> Result<(), UrlError> {
    check_escapes(zone)?;
    for escape in zone.split('%').skip(1) {
        let value = u8::from_str_radix(&escape[..2], 16).map_err(|_| UrlError::Escape)?;
        let allowed = value == b'%' || value == b' ' || is_host_character(char::from(value));
        if !allowed || value >= 0x80 {
            return Err(UrlError::Escape);
        }
    }
    if zone.chars().all(|c| c == '%' || is_host_character(c)) {
        Ok(())
    } else {
        Err(UrlError::Host)
    }
}

fn check_credentials(credentials: &str) -> Result<(), UrlError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c);
    if !credentials.chars().all(allowed) {
        return Err(UrlError::Credentials);
    }
    check_escapes(credentials)
}

fn check_escapes(text: &str) -> Result<(), UrlError> {
    let complete = |escape: &str| matches!(escape.as_bytes(), [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
    if text.split('%').skip(1).all(complete) {
        Ok(())
    } else {
        Err(UrlError::Escape)
    }
}

fn is_host_character(character: char) -> bool {
    !character.is_ascii()
        || character.is_ascii_alphanumeric()
        || "-_.~!$&'()*+,;=:[]<>\"".contains(character)
}

fn is_optional_port(text: &str) -> bool {
    text.is_empty() || is_port(text)
}

fn is_port(text: &str) -> bool {
    text.strip_prefix(':')
        .is_some_and(|port| port.bytes().all(|digit| digit.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts() {
        let url = WebUrl::parse("HTTPS://me:secret@[::1]:80/a%20b?q=%zz#f").unwrap();
        assert_eq!(url.scheme(), "https");
        assert!(url.has_credentials());
        assert_eq!(url.host(), "[::1]:80");
        assert_eq!(url.host_name(), "::1");
        assert_eq!(url.path(), "/a%20b");
        let opaque = WebUrl::parse("localhost:4222").unwrap();
        assert_eq!(
            (opaque.scheme(), opaque.host(), opaque.path()),
            ("localhost", "", "")
        );
        assert_eq!(WebUrl::parse("nats://h").unwrap().path(), "");
        assert_eq!(WebUrl::parse("///x").unwrap().path(), "///x");
        assert_eq!(WebUrl::parse("//h:/x").unwrap().host_name(), "h");
    }

    #[test]
    fn accepted() {
        for text in [
            "",
            "*",
            "/x",
            "a/b:c",
            "?x=y",
            "http://h/a b",
            "nats://a:1,nats://b:2",
            "http://",
            "http://höst",
            "http://%c3%b6/",
            "http://[fe80::1%25eth0]:1",
            "http://h:",
            "a.b+c-1:x",
            "http://u@h",
            "1a://x/",
            "http://h#a%20b",
            "http://h?%",
            "http://<h>",
        ] {
            if text == "1a://x/" {
                assert_eq!(WebUrl::parse(text), Err(UrlError::ColonInPath));
            } else {
                assert!(WebUrl::parse(text).is_ok(), "{text:?}");
            }
        }
    }

    #[test]
    fn refused() {
        for (text, error) in [
            ("http://h\n", UrlError::ControlCharacter),
            ("http://h/\x7f", UrlError::ControlCharacter),
            (":x", UrlError::MissingScheme),
            ("a_b:c", UrlError::ColonInPath),
            ("1.2.3.4:80", UrlError::ColonInPath),
            ("http://h h", UrlError::Host),
            ("http://h\\x", UrlError::Host),
            ("http://{h}", UrlError::Host),
            ("http://[::1", UrlError::Bracket),
            ("http://[::1]x", UrlError::Port),
            ("nats://h:abc", UrlError::Port),
            ("nats://h:-1", UrlError::Port),
            ("http://u ser@h", UrlError::Credentials),
            ("http://ü@h", UrlError::Credentials),
            ("http://h/%", UrlError::Escape),
            ("http://h/%zz", UrlError::Escape),
            ("http://h%41/", UrlError::Escape),
            ("http://h/#%x", UrlError::Escape),
            ("http://[fe80::1%25%0a]", UrlError::Escape),
        ] {
            assert_eq!(WebUrl::parse(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn credentials_are_not_repeated() {
        assert_eq!(redacted("nats://u:p@h:1"), "nats://…@h:1");
        assert_eq!(redacted("u:p@h"), "…@h");
        assert_eq!(redacted("nats://h:1"), "nats://h:1");
    }

    proptest! {
        #[test]
        fn never_panics(text in "[a-z:/%@\\[\\]#?0-9. é{]{0,24}") {
            if let Ok(url) = WebUrl::parse(&text) {
                prop_assert!(url.host().ends_with(url.host_name()) || url.host().contains(url.host_name()));
            }
            redacted(&text);
        }
    }
}
