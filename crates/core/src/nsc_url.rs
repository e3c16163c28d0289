//! `nsc://operator/account/user?query`: how other tools name entities of a store.

use std::fmt;

use crate::value::{ValueError, ValueProblem};

const FORM: &str = "an address such as `nsc://operator/account/user`";
const PREFIX: &str = "nsc://";

/// The parts of an nsc address, as written; absent ones are empty.
///
/// Names are not decoded: a stored name may well hold a `%`. Compare with the text first and
/// with its [`decoded`] form next. The query may carry a secret, so `Debug` leaves it out.
#[derive(Clone, PartialEq, Eq)]
pub struct NscUrl {
    /// The operator's name, never empty.
    pub operator: String,
    /// The account's name.
    pub account: String,
    /// The user's name or key.
    pub user: String,
    /// What follows the first `?`.
    pub query: String,
}

impl NscUrl {
    /// Parses an address; the prefix is taken in any case.
    ///
    /// Parts after the user are passed over, as other readers of these addresses do.
    ///
    /// # Errors
    ///
    /// [`ValueProblem::Scheme`] without the prefix, [`ValueProblem::Syntax`] without an
    /// operator. The error never repeats the query.
    #[expect(clippy::string_slice, reason = "`get` found the prefix")]
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let (location, query) = text.split_once('?').unwrap_or((text, ""));
        let prefix = location.get(..PREFIX.len());
        if !prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(PREFIX)) {
            return Err(ValueError::new(location, ValueProblem::Scheme, FORM));
        }
        let mut names = location[PREFIX.len()..].split('/');
        let mut next = || names.next().unwrap_or_default().to_owned();
        let (operator, account, user) = (next(), next(), next());
        if operator.is_empty() {
            return Err(ValueError::syntax(location, FORM));
        }
        Ok(Self {
            operator,
            account,
            user,
            query: query.to_owned(),
        })
    }

    /// Returns the items of the query: the name in lower case, the value decoded and otherwise
    /// as written, empty when there is none.
    pub fn items(&self) -> impl Iterator<Item = (String, String)> {
        self.query
            .split('&')
            .filter(|item| !item.is_empty())
            .map(|item| {
                let (name, value) = item.split_once('=').unwrap_or((item, ""));
                (name.to_lowercase(), decoded(&value.replace('+', " ")))
            })
    }
}

impl fmt::Debug for NscUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operator,
            account,
            user,
            query: _,
        } = self;
        write!(f, "NscUrl({operator:?}, {account:?}, {user:?}, …)")
    }
}

/// Returns `text` with `%XX` escapes (RFC 3986) decoded; text with escapes that are incomplete or
/// give no UTF-8 is returned as it is.
pub fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        match rest {
            [] => break,
            [b'%', high, low, after @ ..] => {
                let digits = [*high, *low].map(|digit| char::from(digit).to_digit(16));
                let [Some(high), Some(low)] = digits else {
                    return text.to_owned();
                };
                bytes.extend(u8::try_from(high * 16 + low));
                rest = after;
            }
            [b'%', ..] => return text.to_owned(),
            [byte, after @ ..] => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts() {
        let url = NscUrl::parse("nsc://My Op//u?Keys&store=/A%20b+c&&x=y=z?").unwrap();
        assert_eq!((url.operator.as_str(), url.account.as_str()), ("My Op", ""));
        assert_eq!(url.query, "Keys&store=/A%20b+c&&x=y=z?");
        let items: Vec<_> = url.items().collect();
        let wanted = [("keys", ""), ("store", "/A b c"), ("x", "y=z?")];
        assert_eq!(
            items,
            wanted.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
        assert!(NscUrl::parse("nsc://op/").is_ok());
        for text in [
            "",
            "nsc:",
            "nsc://",
            "nsc:///acc",
            "nsc://?names",
            "op",
            "nsc:/op",
            "nsç://o",
        ] {
            assert!(NscUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_query_is_kept_out_of_messages() {
        let error = NscUrl::parse("http://op?secret=SAAB").unwrap_err();
        assert!(!error.to_string().contains("SAAB"));
        let url = NscUrl::parse("nsc://op?secret=SAAB").unwrap();
        assert!(!format!("{url:?}").contains("SAAB"));
    }

    #[test]
    fn escapes() {
        for (text, plain) in [
            ("a%20b", "a b"),
            ("%c3%A4", "ä"),
            ("%", "%"),
            ("%4", "%4"),
            ("%zz", "%zz"),
            ("%ff", "%ff"),
            ("a+b", "a+b"),
        ] {
            assert_eq!(decoded(text), plain, "{text}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,16}", tail in "[a-z/?&=%é]{0,12}") {
            let _ = NscUrl::parse(&text);
            if let Ok(url) = NscUrl::parse(&format!("NSC://{tail}")) {
                prop_assert!(!url.operator.is_empty() && !url.operator.contains('/'));
                let _ = url.items().count();
            }
        }
    }
}
