//! Revocations that nothing depends on any more.
//!
//! An entry revokes what a key was issued up to a moment. It is pointless once no token that it covers could be used
//! anyway. Nobody knows all tokens that were ever issued; so each entry comes with the reason why it may go.

use std::collections::BTreeMap;

use crate::claims::AccountClaims;
use crate::revocation::{self, EVERYONE};
use crate::time::UnixTime;

/// When a token was issued and when it expires, in Unix seconds; it never does at 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifespan {
    /// When it was issued.
    pub issued: i64,
    /// When it expires, or 0.
    pub expires: i64,
}

/// Why an entry may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PointlessReason {
    /// The entry for everyone revokes as much: nothing changes.
    CoveredByAll,
    /// Every token that it covers and that is known has expired; others may exist.
    KnownExpired,
    /// No token is valid for as long as it is old, as somebody vouches.
    Outlived,
}

/// An entry that may go.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct PointlessEntry {
    /// Subject of the export whose activations it revokes; `None` for users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub export: Option<String>,
    /// Kind of that export.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<crate::claims::ExportKind>,
    /// Public key that is revoked, or `*` for all.
    pub key: String,
    /// What was issued up to then is revoked, in Unix seconds.
    pub at: i64,
    /// Why it may go.
    pub reason: PointlessReason,
}

/// What is known about the tokens that revocations cover.
#[derive(Clone, Debug, Default)]
pub struct KnownTokens {
    /// Tokens of users, by the user's public key.
    pub users: BTreeMap<String, Vec<Lifespan>>,
    /// Activation tokens, by subject and kind of the export and the importing account's public key.
    pub activations: BTreeMap<(String, crate::claims::ExportKind, String), Vec<Lifespan>>,
    /// No token was ever valid for longer than this many seconds, as far as somebody vouches.
    pub longest: Option<i64>,
}

/// The revocations of an account, of users and of activations, that may go.
pub fn pointless_revocations(
    claims: &AccountClaims,
    known: &KnownTokens,
    now: UnixTime,
) -> Vec<PointlessEntry> {
    let judge = Judge {
        longest: known.longest,
        now,
    };
    let mut found = Vec::new();
    let users = &claims.nats.revocations;
    for (key, at, reason) in judge.list(users, |key| known.users.get(key)) {
        found.push(PointlessEntry {
            export: None,
            kind: None,
            key,
            at,
            reason,
        });
    }
    for export in claims.exports() {
        let tokens = |key: &str| {
            let place = (export.subject.clone(), export.kind?, key.to_owned());
            known.activations.get(&place)
        };
        for (key, at, reason) in judge.list(&export.revocations, tokens) {
            found.push(PointlessEntry {
                export: Some(export.subject.clone()),
                kind: export.kind,
                key,
                at,
                reason,
            });
        }
    }
    found
}

/// Takes these entries out; one that was changed since stays.
pub fn drop_revocations(claims: &mut AccountClaims, entries: &[PointlessEntry]) {
    for entry in entries {
        let drop = |list: &mut BTreeMap<String, i64>| {
            if list.get(&entry.key) == Some(&entry.at) {
                revocation::clear(list, &entry.key);
            }
        };
        match &entry.export {
            None => drop(&mut claims.nats.revocations),
            Some(subject) => {
                let mut exports = claims.nats.exports.iter_mut().flatten();
                let fitting = exports.find(|e| e.subject == *subject && e.kind == entry.kind);
                if let Some(export) = fitting {
                    drop(&mut export.revocations);
                }
            }
        }
    }
}

struct Judge {
    longest: Option<i64>,
    now: UnixTime,
}

impl Judge {
    fn list<'a>(
        &self,
        list: &BTreeMap<String, i64>,
        tokens: impl Fn(&str) -> Option<&'a Vec<Lifespan>>,
    ) -> Vec<(String, i64, PointlessReason)> {
        let everyone = list.get(EVERYONE).copied();
        let judged = list.iter().filter_map(|(key, at)| {
            let reason = self.entry(key, *at, everyone, tokens(key))?;
            Some((key.clone(), *at, reason))
        });
        judged.collect()
    }

    fn entry(
        &self,
        key: &str,
        at: i64,
        everyone: Option<i64>,
        tokens: Option<&Vec<Lifespan>>,
    ) -> Option<PointlessReason> {
        let is_single = key != EVERYONE;
        if is_single && everyone.is_some_and(|everyone| at <= everyone) {
            return Some(PointlessReason::CoveredByAll);
        }
        // What was issued at the last covered moment lives longest.
        if self
            .longest
            .is_some_and(|longest| at.saturating_add(longest) < self.now.0)
        {
            return Some(PointlessReason::Outlived);
        }
        // One for everyone covers tokens that nobody knows of; one that lasts covers tokens that come.
        if !is_single || at > self.now.0 {
            return None;
        }
        let covered = tokens?.iter().filter(|token| token.issued <= at);
        let mut expired = covered.map(|token| token.expires > 0 && self.now.0 > token.expires);
        let is_first_expired = expired.next()?;
        (is_first_expired && expired.all(|expired| expired))
            .then_some(PointlessReason::KnownExpired)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::{Export, ExportKind};
    use crate::keys::{KeyKind, Seed};
    use PointlessReason::{CoveredByAll, KnownExpired, Outlived};

    const NOW: UnixTime = UnixTime(1_000);

    fn reasons(list: &[(&str, i64)], known: &KnownTokens) -> Vec<(String, PointlessReason)> {
        let key = Seed::from_entropy(KeyKind::Account, [1; 32]).public_key();
        let mut claims = AccountClaims::new(&key);
        let entries = list.iter().map(|(key, at)| ((*key).to_owned(), *at));
        claims.nats.revocations = entries.collect();
        let found = pointless_revocations(&claims, known, NOW);
        found.into_iter().map(|e| (e.key, e.reason)).collect()
    }

    #[test]
    fn one_that_reaches_into_the_future_stays() {
        let known = tokens("U", &[(900, 950)]);
        assert_eq!(reasons(&[("U", 1_001)], &known), []);
        assert_eq!(
            reasons(&[("U", 1_000)], &known),
            [("U".to_owned(), KnownExpired)]
        );
    }

    fn tokens(of: &str, spans: &[(i64, i64)]) -> KnownTokens {
        let spans = spans
            .iter()
            .map(|&(issued, expires)| Lifespan { issued, expires });
        KnownTokens {
            users: [(of.to_owned(), spans.collect())].into(),
            ..KnownTokens::default()
        }
    }

    #[test]
    fn entries_go_when_what_they_cover_is_dead() {
        let nothing = KnownTokens::default();
        assert!(reasons(&[("U", 1), (EVERYONE, 0)], &nothing).is_empty());
        assert_eq!(
            reasons(&[("U", 1), ("V", 3), (EVERYONE, 2)], &nothing),
            [("U".to_owned(), CoveredByAll)]
        );
        for (spans, goes) in [
            (&[(10, 999)][..], true),
            (&[(10, 1_000)], false),
            (&[(10, 0)], false),
            (&[(10, 20), (15, 0)], false),
            (&[(10, 20), (51, 0)], true),
            // Renewed since: what was revoked is not known.
            (&[(51, 999)], false),
            (&[], false),
        ] {
            let found = reasons(&[("U", 50)], &tokens("U", spans));
            assert_eq!(found == [("U".to_owned(), KnownExpired)], goes, "{spans:?}");
        }
        assert!(reasons(&[(EVERYONE, 50)], &tokens(EVERYONE, &[(1, 2)])).is_empty());
    }

    #[test]
    fn a_longest_life_settles_the_rest() {
        let vouched = KnownTokens {
            longest: Some(100),
            ..KnownTokens::default()
        };
        let found = reasons(&[("U", 899), ("V", 900), (EVERYONE, 1)], &vouched);
        assert_eq!(
            found,
            [(EVERYONE.to_owned(), Outlived), ("U".to_owned(), Outlived)]
        );
    }

    #[test]
    fn activations_are_judged_for_their_export() {
        let key = Seed::from_entropy(KeyKind::Account, [1; 32]).public_key();
        let mut claims = AccountClaims::new(&key);
        for kind in [ExportKind::Stream, ExportKind::Service] {
            claims.nats.exports.push(Some(Export {
                subject: "s".to_owned(),
                kind: Some(kind),
                revocations: [("A".to_owned(), 50)].into(),
                ..Export::default()
            }));
        }
        let place = ("s".to_owned(), ExportKind::Service, "A".to_owned());
        let span = Lifespan {
            issued: 1,
            expires: 2,
        };
        let known = KnownTokens {
            activations: [(place, vec![span])].into(),
            ..KnownTokens::default()
        };
        let found = pointless_revocations(&claims, &known, NOW);
        assert_eq!((found.len(), found[0].kind), (1, Some(ExportKind::Service)));
        drop_revocations(&mut claims, &found);
        let left: Vec<usize> = claims.exports().map(|e| e.revocations.len()).collect();
        assert_eq!(left, [1, 0]);
    }
}
