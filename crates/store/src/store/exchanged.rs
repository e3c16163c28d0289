//! Which JWT of each account was last seen to be the same here and on servers.
//!
//! From it follows what was changed since, here and there, which issue times alone do not tell.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use zeroize::Zeroizing;

use super::OperatorStore;
use super::deleted::digest;
use crate::error::StoreError;
use crate::keystore::Keystore;
use crate::layout;
use crate::transaction::BeginOptions;
use crate::write;

/// The JWTs that were last pushed or pulled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExchangedTokens(BTreeMap<String, Exchanged>);

/// The JWT of an account that was last pushed or pulled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchanged {
    digest: String,
    /// Its issue time, Unix seconds.
    pub issued: i64,
}

impl Exchanged {
    /// Whether it was this very JWT.
    pub fn is(&self, token: &str) -> bool {
        self.digest == digest(token)
    }
}

impl ExchangedTokens {
    /// That of the account with this public key, if it was ever exchanged.
    pub fn of(&self, account: &str) -> Option<&Exchanged> {
        self.0.get(account)
    }

    /// A line for each account; others are passed over.
    fn parse(content: &[u8]) -> Self {
        let text = String::from_utf8_lossy(content);
        let line = |line: &str| {
            let mut fields = line.split(' ');
            let (account, digest) = (fields.next()?.to_owned(), fields.next()?.to_owned());
            let issued = fields.next()?.parse().ok()?;
            Some((account, Exchanged { digest, issued }))
        };
        Self(text.lines().filter_map(line).collect())
    }

    fn to_text(&self) -> String {
        let mut text = String::with_capacity(self.0.len() * 140);
        for (account, Exchanged { digest, issued }) in &self.0 {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{account} {digest} {issued}");
        }
        text
    }
}

impl OperatorStore {
    /// The JWTs of accounts that were last pushed or pulled.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn exchanged_tokens(&self) -> Result<ExchangedTokens, StoreError> {
        let content = write::read(&self.exchanged_path())?.unwrap_or_default();
        Ok(ExchangedTokens::parse(&content))
    }

    /// Keeps that these accounts are the same here and on servers: public key, JWT and its issue
    /// time in Unix seconds.
    ///
    /// # Errors
    /// As [`begin`](Self::begin) and a commit.
    pub fn remember_exchanged(
        &self,
        keystore: &Keystore,
        options: &BeginOptions<'_>,
        accounts: &[(&str, &str, i64)],
    ) -> Result<(), StoreError> {
        let put = |into: &mut ExchangedTokens| {
            for (account, token, issued) in accounts {
                let (digest, issued) = (digest(token), *issued);
                into.0
                    .insert((*account).to_owned(), Exchanged { digest, issued });
            }
        };
        let before = self.exchanged_tokens()?;
        let mut after = before.clone();
        put(&mut after);
        if after == before {
            return Ok(());
        }
        // It is no change of the store that could be taken back.
        let options = BeginOptions {
            recording: None,
            ..*options
        };
        let mut transaction = self.begin(keystore, &options)?;
        let path = self.exchanged_path();
        // Another push may have been here meanwhile.
        let mut now = ExchangedTokens::parse(&transaction.read(&path)?.unwrap_or_default());
        put(&mut now);
        let base = transaction.base(&path)?;
        transaction.stage_side(path, base, Zeroizing::new(now.to_text().into_bytes()));
        transaction.commit().map(drop)
    }

    fn exchanged_path(&self) -> PathBuf {
        self.dir().join(layout::SIDE).join("exchanged-tokens")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_written_is_read() {
        let one = Exchanged {
            digest: digest("a.b.c"),
            issued: 5,
        };
        let tokens = ExchangedTokens(BTreeMap::from([("A1".to_owned(), one)]));
        let read = ExchangedTokens::parse(tokens.to_text().as_bytes());
        assert_eq!(read, tokens);
        assert!(read.of("A1").is_some_and(|last| last.is("a.b.c")));
        assert!(!read.of("A1").is_some_and(|last| last.is("a.b.d")));
        assert_eq!(read.of("A2"), None);
    }

    proptest! {
        #[test]
        fn any_content_is_read_without_panic(content: Vec<u8>) {
            let _ = ExchangedTokens::parse(&content);
        }
    }
}
