//! Whether something that is there is as it was asked for.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::json;
use crate::time::{UnixTime, format_duration};

/// A setting that was asked for and is another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The setting, named like the flag that asks for it.
    pub field: String,
    /// What was asked for.
    pub asked: String,
    /// What there is; empty for nothing.
    pub found: String,
}

impl Difference {
    /// A difference; `found` is empty for nothing.
    pub fn new(
        field: impl Into<String>,
        asked: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Self {
            field: field.into(),
            asked: asked.into(),
            found: found.into(),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            field,
            asked,
            found,
        } = self;
        match found.as_str() {
            "" => write!(f, "{field}: asked for `{asked}`, found none"),
            found => write!(f, "{field}: asked for `{asked}`, found `{found}`"),
        }
    }
}

/// Which validity times were asked for as a period from now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FromNow {
    /// The start.
    pub start: bool,
    /// The expiry.
    pub expiry: bool,
}

/// What of `wanted` is not so in `found`. All three are claims, or parts of claims, of one type.
///
/// Asked for is what makes `wanted` differ from `blank`, which was made without any setting; the rest may be as it
/// likes. Who was asked for a default in so many words makes `blank` differ from it. Lists are compared as sets. A time that was asked for as a period from now was that much earlier when it was
/// asked for first: any earlier time will do, but none at all will not.
pub fn differences<T: Serialize>(
    blank: &T,
    wanted: &T,
    found: &T,
    from_now: FromNow,
) -> Vec<Difference> {
    let mut comparison = Comparison {
        from_now,
        differences: Vec::new(),
    };
    let [blank, wanted, found] = [blank, wanted, found].map(|value| json::sorted(value));
    comparison.compare("", Some(&blank), Some(&wanted), Some(&found));
    comparison.differences
}

struct Comparison {
    from_now: FromNow,
    differences: Vec<Difference>,
}

impl Comparison {
    fn compare<'a>(
        &mut self,
        path: &str,
        blank: Option<&'a Value>,
        wanted: Option<&'a Value>,
        found: Option<&'a Value>,
    ) {
        if is_same(blank, wanted) || is_same(found, wanted) {
            return;
        }
        let objects = [blank, wanted].into_iter().flatten();
        let names: BTreeSet<&String> = objects
            .filter_map(Value::as_object)
            .flat_map(|members| members.keys())
            .collect();
        for name in &names {
            let path = match path {
                "" => (*name).clone(),
                path => format!("{path}.{name}"),
            };
            let member = |value: Option<&'a Value>| value.and_then(|value| value.get(*name));
            self.compare(&path, member(blank), member(wanted), member(found));
        }
        if names.is_empty() && !wanted.is_some_and(|wanted| self.is_met(path, wanted, found)) {
            let found = found.map(|found| shown(path, found)).unwrap_or_default();
            let asked = match wanted.filter(|wanted| !is_nothing(wanted)) {
                Some(wanted) => shown(path, wanted),
                None => shown_default(path, blank),
            };
            self.differences
                .push(Difference::new(flag(path), asked, found));
        }
    }

    fn is_met(&self, path: &str, wanted: &Value, found: Option<&Value>) -> bool {
        let from_now = match path {
            "exp" => self.from_now.expiry,
            "nbf" => self.from_now.start,
            _ => false,
        };
        match (wanted, found) {
            (Value::Number(wanted), Some(Value::Number(found))) if from_now => {
                found.as_i64() <= wanted.as_i64()
            }
            (Value::Array(wanted), Some(Value::Array(found))) => as_set(wanted) == as_set(found),
            _ => false,
        }
    }
}

/// Whether two members are the same; what is left out is the same as what could be.
fn is_same(one: Option<&Value>, other: Option<&Value>) -> bool {
    let said = |value: Option<&Value>| value.filter(|value| !is_nothing(value)).cloned();
    said(one) == said(other)
}

/// What claims leave out.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(true) => false,
    }
}

fn as_set(items: &[Value]) -> BTreeSet<String> {
    items.iter().map(Value::to_string).collect()
}

fn shown(path: &str, value: &Value) -> String {
    match value {
        Value::Number(number) if matches!(path, "exp" | "nbf") => number
            .as_i64()
            .map_or_else(String::new, |at| UnixTime(at).to_string()),
        Value::Number(number) if matches!(last(path), "ttl" | "response_threshold") => {
            number.as_i64().map_or_else(String::new, format_duration)
        }
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| shown("", item)).collect();
            items.join(", ")
        }
        value if is_nothing(value) => String::new(),
        value => value.to_string(),
    }
}

/// A default that was asked for, in the words of the flag.
fn shown_default(path: &str, other: Option<&Value>) -> String {
    let text = match other {
        Some(Value::Bool(_)) => "false",
        Some(Value::Number(_)) if !matches!(path, "exp" | "nbf") => "0",
        _ => "none",
    };
    text.to_owned()
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The flag that asks for a member.
fn flag(path: &str) -> String {
    let path = path.strip_prefix("nats.").unwrap_or(path);
    let path = path.strip_prefix("default_permissions.").unwrap_or(path);
    let known = match path {
        "exp" => "expiry",
        "iss" => "private-key",
        "nbf" => "start",
        "sub" => "public-key",
        "bearer_token" => "bearer",
        "pub.allow" => "allow-pub",
        "pub.deny" => "deny-pub",
        "resp.max" => "allow-pub-response",
        "resp.ttl" => "response-ttl",
        "service_latency.results" => "latency",
        "service_latency.sampling" => "sampling",
        "src" => "source-network",
        "sub.allow" => "allow-sub",
        "sub.deny" => "deny-sub",
        "tags" => "tag",
        "token_req" => "private",
        path => return path.replace(['_', '.'], "-"),
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::UserClaims;
    use crate::keys::{KeyKind, Seed};

    fn user(change: impl FnOnce(&mut UserClaims)) -> UserClaims {
        let mut user = UserClaims::new(&Seed::from_entropy(KeyKind::User, [1; 32]).public_key());
        change(&mut user);
        user
    }

    fn told(wanted: &UserClaims, found: &UserClaims, from_now: FromNow) -> Vec<String> {
        let told = differences(&user(|_| ()), wanted, found, from_now);
        told.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn only_what_was_asked_for_counts() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let wanted = user(|user| {
            user.nats.tags = texts(&["a", "b"]);
            user.nats.limits.bearer_token = true;
        });
        let found = user(|user| {
            user.nats.tags = texts(&["b", "a"]);
            user.nats.limits.bearer_token = true;
            user.nats.limits.permissions.publish.allow = texts(&["x"]);
            user.exp = 7;
        });
        assert_eq!(told(&wanted, &found, FromNow::default()), [""; 0]);
        assert_eq!(
            told(&found, &wanted, FromNow::default()),
            [
                "expiry: asked for `1970-01-01 00:00:07 UTC`, found none",
                "allow-pub: asked for `x`, found none",
            ]
        );
        let more = user(|user| user.nats.tags = texts(&["a"]));
        assert_eq!(
            told(&more, &found, FromNow::default()),
            ["tag: asked for `a`, found `b, a`"]
        );
    }

    #[test]
    fn a_default_counts_where_it_was_asked_for() {
        let foil = user(|user| {
            user.nats.limits.bearer_token = true;
            user.exp = 1;
            user.nats.limits.limits.subs = 7;
        });
        let zero = user(|user| user.nats.limits.limits.subs = 0);
        let told = |found: &UserClaims| {
            let told = differences(&foil, &zero, found, FromNow::default());
            told.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(told(&zero), [""; 0]);
        let found = user(|user| {
            user.nats.limits.bearer_token = true;
            user.exp = 9;
            user.nats.limits.limits.subs = 3;
        });
        assert_eq!(
            told(&found),
            [
                "expiry: asked for `none`, found `1970-01-01 00:00:09 UTC`",
                "bearer: asked for `false`, found `true`",
                "subs: asked for `0`, found `3`",
            ]
        );
    }

    #[test]
    fn durations_are_told_as_they_are_asked_for() {
        let lasting = |ttl| {
            user(|user| {
                user.nats.limits.permissions.resp = Some(crate::claims::ResponsePermission {
                    max: 1,
                    ttl,
                    ..crate::claims::ResponsePermission::default()
                });
            })
        };
        assert_eq!(
            told(
                &lasting(90_000_000_000),
                &lasting(5_000_000),
                FromNow::default()
            ),
            ["response-ttl: asked for `1m30s`, found `5ms`"]
        );
    }

    #[test]
    fn a_period_from_now_is_met_by_an_earlier_time_but_not_by_none() {
        let at = |exp| user(|user| user.exp = exp);
        let from_now = FromNow {
            expiry: true,
            ..FromNow::default()
        };
        assert_eq!(told(&at(100), &at(90), from_now), [""; 0]);
        assert_eq!(told(&at(100), &at(110), from_now).len(), 1);
        assert_eq!(told(&at(100), &at(0), from_now).len(), 1);
        assert_eq!(told(&at(100), &at(90), FromNow::default()).len(), 1);
    }
}
