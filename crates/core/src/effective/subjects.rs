//! Which subjects a user may use.

use serde::Serialize;

use super::Source;
use crate::claims::{Permission, Permissions};
use crate::subject;
use crate::template::{self, Rule, TemplateContext, TemplateError};

/// Allowed or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Not allowed.
    Deny,
    /// Allowed.
    Allow,
}

/// What holds in one direction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Direction {
    /// The rules: those that deny first, as they win.
    pub rules: Vec<SubjectRule>,
    /// What holds for subjects that no rule names.
    pub others: Verdict,
    /// Who says what holds for those.
    pub others_from: Source,
    /// Allow entries of the template that give this user nothing, for want of a tag or because of
    /// what would become of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without_effect: Vec<String>,
}

/// One subject that is allowed or denied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SubjectRule {
    /// What holds.
    pub verdict: Verdict,
    /// The subject; for subscribing also `subject queue`.
    pub subject: String,
    /// Who says so.
    pub from: Source,
    /// The entry of the template that became the subject, where it is another text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The deny entry that makes nothing of this allow entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denied_by: Option<String>,
}

/// The permission to answer requests, as servers read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Responses {
    /// Messages for each request.
    pub max: i64,
    /// Nanoseconds after the request.
    pub ttl: i64,
    /// Who says so.
    pub from: Source,
}

/// Everything about subjects.
pub(super) struct Subjects {
    pub(super) publish: Direction,
    pub(super) subscribe: Direction,
    pub(super) responses: Option<Responses>,
    /// Neither subjects nor responses are restricted, so that the defaults of the account count.
    pub(super) says_nothing: bool,
}

impl Default for Subjects {
    /// Nothing is allowed: the user does not get in.
    fn default() -> Self {
        let nothing = || Direction {
            rules: Vec::new(),
            others: Verdict::Deny,
            others_from: Source::Nobody,
            without_effect: Vec::new(),
        };
        Self {
            publish: nothing(),
            subscribe: nothing(),
            responses: None,
            says_nothing: false,
        }
    }
}

/// Permissions that are taken as they are.
pub(super) fn of_claims(permissions: &Permissions, from: Source) -> Subjects {
    let lists = |permission: &Permission| Lists {
        allow: unchanged(&permission.allow),
        deny: unchanged(&permission.deny),
        without_effect: Vec::new(),
    };
    let subscribe = lists(&permissions.subscribe);
    assemble(permissions, from, lists(&permissions.publish), subscribe)
}

/// Permissions of a template, filled in for a user.
pub(super) fn of_template(
    permissions: &Permissions,
    context: &TemplateContext<'_>,
) -> Result<Subjects, TemplateError> {
    let subscribe = Lists::expanded(&permissions.subscribe, context)?;
    let publish = Lists::expanded(&permissions.publish, context)?;
    Ok(assemble(permissions, Source::Role, publish, subscribe))
}

/// A subject, and the entry it comes from.
struct Entry {
    written: String,
    subject: String,
}

/// The lists of one direction, as servers use them.
struct Lists {
    allow: Vec<Entry>,
    deny: Vec<Entry>,
    without_effect: Vec<String>,
}

impl Lists {
    fn expanded(
        permission: &Permission,
        context: &TemplateContext<'_>,
    ) -> Result<Self, TemplateError> {
        let expand = |list: &[String], rule| -> Result<Vec<Entry>, TemplateError> {
            let entries = template::expand_entries(list, rule, context)?.into_iter();
            Ok(entries
                .map(|(written, subject)| Entry {
                    written: written.to_owned(),
                    subject,
                })
                .collect())
        };
        let allow = expand(&permission.allow, Rule::Allow)?;
        let mut deny = expand(&permission.deny, Rule::Deny)?;
        let is_used = |entry: &&String| allow.iter().any(|used| used.written == **entry);
        let entries = permission.allow.iter();
        let without_effect = entries.filter(|entry| !is_used(entry)).cloned().collect();
        if allow.is_empty() && !permission.allow.is_empty() {
            // A list that loses all its entries must not turn into no restriction.
            deny.extend(unchanged(&[EVERYTHING.to_owned()]));
        }
        Ok(Self {
            allow,
            deny,
            without_effect,
        })
    }

    fn is_empty(&self) -> bool {
        self.allow.is_empty() && self.deny.is_empty()
    }

    /// The rules; `others` is denied where something is allowed by name, or `closed`.
    fn direction(self, from: Source, closed: bool) -> Direction {
        let (others, others_from) = if !self.allow.is_empty() || closed {
            (Verdict::Deny, from)
        } else {
            (Verdict::Allow, Source::Nobody)
        };
        let denied = |entry: &Entry| {
            let covers = |deny: &&Entry| covers(&deny.subject, &entry.subject);
            self.deny
                .iter()
                .find(covers)
                .map(|deny| deny.subject.clone())
        };
        let allow = self.allow.iter().map(|entry| {
            let denied_by = denied(entry);
            let verdict = match denied_by {
                Some(_) => Verdict::Deny,
                None => Verdict::Allow,
            };
            entry.rule(verdict, from, denied_by)
        });
        let deny = self
            .deny
            .iter()
            .map(|entry| entry.rule(Verdict::Deny, from, None));
        let mut rules: Vec<SubjectRule> = deny.collect();
        // What is denied to the letter needs no second mention.
        rules.extend(allow.filter(|rule| rule.denied_by.as_ref() != Some(&rule.subject)));
        rules.sort_by(|a, b| (a.verdict, &a.subject).cmp(&(b.verdict, &b.subject)));
        rules.dedup();
        Direction {
            rules,
            others,
            others_from,
            without_effect: self.without_effect,
        }
    }
}

impl Entry {
    fn rule(&self, verdict: Verdict, from: Source, denied_by: Option<String>) -> SubjectRule {
        SubjectRule {
            verdict,
            subject: self.subject.clone(),
            from,
            template: (self.written != self.subject).then(|| self.written.clone()),
            denied_by,
        }
    }
}

fn unchanged(list: &[String]) -> Vec<Entry> {
    let entry = |text: &String| Entry {
        written: text.clone(),
        subject: text.clone(),
    };
    list.iter().map(entry).collect()
}

fn assemble(permissions: &Permissions, from: Source, publish: Lists, subscribe: Lists) -> Subjects {
    let responses = permissions.resp.as_ref().map(|resp| Responses {
        max: if resp.max == 0 {
            DEFAULT_RESPONSES
        } else {
            resp.max
        },
        ttl: if resp.ttl == 0 { DEFAULT_TTL } else { resp.ttl },
        from,
    });
    let says_nothing = publish.is_empty() && subscribe.is_empty() && responses.is_none();
    Subjects {
        // Who may answer may publish nothing else that is not allowed by name.
        publish: publish.direction(from, responses.is_some()),
        subscribe: subscribe.direction(from, false),
        responses,
        says_nothing,
    }
}

/// Whether the deny entry denies everything that the allow entry allows.
fn covers(deny: &str, allow: &str) -> bool {
    let parts = |entry: &str| {
        let mut parts = entry.split(' ').map(str::to_owned);
        (parts.next().unwrap_or_default(), parts.next())
    };
    let ((deny, deny_queue), (allow, allow_queue)) = (parts(deny), parts(allow));
    // Without a queue it denies any; with one it leaves those of other queues.
    (deny_queue.is_none() || deny_queue == allow_queue) && subject::is_subset(&allow, &deny)
}

const EVERYTHING: &str = ">";
/// Messages for a request where the claim says 0.
const DEFAULT_RESPONSES: i64 = 1;
/// Two minutes, in nanoseconds: how long answers may take where the claim says 0.
const DEFAULT_TTL: i64 = 120_000_000_000;
