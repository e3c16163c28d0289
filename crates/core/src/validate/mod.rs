//! Judging claims: every rule of the format, all findings at once, nothing changed.
//!
//! Each finding has a [`Level`] and a topic, a keyword that stays the same while wording may change.
//! Servers refuse tokens with blocking findings; findings about time block only where the present
//! matters (connecting), not where a token is just stored.

mod account;
pub mod across;
mod advice;
mod authorization;
mod chain;
mod operator;
mod sharing;
mod user;

use std::fmt;

use crate::claims::{
    Activation, AuthorizationRequest, AuthorizationResponse, Body, Claims, Generic,
};
use crate::jwt::AnyClaims;
use crate::keys::{KeyKind, PublicKey};
use crate::subject;
use crate::time::UnixTime;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The claims are unacceptable.
    Error,
    /// The claims are not valid now; blocks where the present matters.
    Time,
    /// Works, but is rarely meant.
    Warning,
}

impl Level {
    /// `error`, `time` or `warning`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Time => "time",
            Self::Warning => "warning",
        }
    }
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Issue {
    /// How much it weighs.
    pub level: Level,
    /// A keyword for the rule.
    pub topic: &'static str,
    /// What is wrong, with which thing.
    pub text: String,
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// All findings about one claim, in the order raised; the same finding stands once.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct Issues(Vec<Issue>);

impl Issues {
    /// The findings.
    pub fn iter(&self) -> std::slice::Iter<'_, Issue> {
        self.0.iter()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the claims are unacceptable; `now_matters` counts findings about time as well.
    pub fn is_blocked(&self, now_matters: bool) -> bool {
        self.0.iter().any(|issue| match issue.level {
            Level::Error => true,
            Level::Time => now_matters,
            Level::Warning => false,
        })
    }

    fn add(&mut self, level: Level, topic: &'static str, text: String) {
        let issue = Issue { level, topic, text };
        if !self.0.contains(&issue) {
            self.0.push(issue);
        }
    }

    fn error(&mut self, topic: &'static str, text: String) {
        self.add(Level::Error, topic, text);
    }

    fn warning(&mut self, topic: &'static str, text: String) {
        self.add(Level::Warning, topic, text);
    }

    /// Reports what is wrong with a subject; `of` says where it stands.
    fn subject(&mut self, of: &str, subject: &str) {
        for problem in subject::problems(subject) {
            self.error(problem.topic(), format!("{of} `{subject}`: {problem}"));
        }
    }

    /// Reports an issuer account that is named but is no account key.
    fn issuer_account(&mut self, key: &str) {
        if !key.is_empty() {
            self.key(
                "issuer-account-key",
                "issuer account",
                key,
                KeyKind::Account,
            );
        }
    }

    /// Reports a text that is no public key of `kind`.
    fn key(&mut self, topic: &'static str, of: &str, key: &str, kind: KeyKind) {
        if PublicKey::parse_kind(key, kind).is_err() {
            self.error(topic, format!("{of} `{key}` is not a public {kind} key"));
        }
    }
}

impl<'a> IntoIterator for &'a Issues {
    type Item = &'a Issue;
    type IntoIter = std::slice::Iter<'a, Issue>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A body with rules of its own.
pub trait Judged: Body {
    /// Adds what is wrong with the claims, the validity times left aside.
    fn judge(claims: &Claims<Self>, issues: &mut Issues);
}

impl<B: Judged> Claims<B> {
    /// Everything that is wrong with the claims at the moment `now`.
    ///
    /// # Examples
    /// ```
    /// use nsc_core::claims::UserClaims;
    /// use nsc_core::keys::{KeyKind, Seed};
    /// use nsc_core::time::UnixTime;
    ///
    /// let mut user = UserClaims::new(&Seed::from_entropy(KeyKind::User, [1; 32]).public_key());
    /// user.nats.limits.src.push("somewhere".to_owned());
    /// let issues = user.validate(UnixTime(0));
    /// assert_eq!(issues.iter().map(|issue| issue.topic).collect::<Vec<_>>(), ["cidr"]);
    /// assert!(issues.is_blocked(false));
    /// ```
    pub fn validate(&self, now: UnixTime) -> Issues {
        let mut issues = Issues::default();
        if self.exp > 0 && now.0 > self.exp {
            let text = format!("claim has expired at {}", UnixTime(self.exp));
            issues.add(Level::Time, "expired", text);
        }
        if self.nbf > 0 && self.nbf > now.0 {
            let text = format!("claim is not valid before {}", UnixTime(self.nbf));
            issues.add(Level::Time, "not-yet-valid", text);
        }
        B::judge(self, &mut issues);
        issues
    }
}

impl AnyClaims {
    /// Everything that is wrong with the claims at the moment `now`.
    pub fn validate(&self, now: UnixTime) -> Issues {
        match self {
            Self::Account(claims) => claims.validate(now),
            Self::Activation(claims) => claims.validate(now),
            Self::AuthorizationRequest(claims) => claims.validate(now),
            Self::AuthorizationResponse(claims) => claims.validate(now),
            Self::Generic(claims) => claims.validate(now),
            Self::Operator(claims) => claims.validate(now),
            Self::User(claims) => claims.validate(now),
        }
    }
}

impl Judged for Generic {
    fn judge(_claims: &Claims<Self>, _issues: &mut Issues) {}
}

impl Judged for Activation {
    fn judge(claims: &Claims<Self>, issues: &mut Issues) {
        sharing::judge_activation(claims, issues);
    }
}

impl Judged for AuthorizationRequest {
    fn judge(claims: &Claims<Self>, issues: &mut Issues) {
        authorization::judge_request(claims, issues);
    }
}

impl Judged for AuthorizationResponse {
    fn judge(claims: &Claims<Self>, issues: &mut Issues) {
        authorization::judge_response(claims, issues);
    }
}
