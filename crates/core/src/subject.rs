//! Subjects: what claims accept, what a server accepts, and how subjects cover each other.
//!
//! Claims (NATS JWT v2) and the server judge subjects by different rules. Functions named
//! `is_server_…` follow the server, the others follow the claims.

use std::collections::BTreeSet;

/// What is wrong with a subject in a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum SubjectProblem {
    /// The subject has no text at all.
    #[error("the subject is empty")]
    Empty,
    /// The subject holds a space.
    #[error("the subject holds a space")]
    Space,
    /// The subject begins or ends with a dot.
    #[error("the subject begins or ends with a dot")]
    EdgeDot,
    /// The subject holds an empty token: two dots in a row.
    #[error("the subject has two dots in a row")]
    DoubleDot,
}

impl SubjectProblem {
    /// Returns the short word for the problem, such as `edge_dot`.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Space => "space",
            Self::EdgeDot => "edge_dot",
            Self::DoubleDot => "double_dot",
        }
    }

    /// Returns the topic under which a validation reports the problem.
    pub fn topic(self) -> &'static str {
        match self {
            Self::Empty => "subject-empty",
            Self::Space => "subject-space",
            Self::EdgeDot => "subject-edge-dot",
            Self::DoubleDot => "subject-double-dot",
        }
    }
}

/// What is wrong with the local subject of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum LocalProblem {
    /// The local subject, or the subject it renames, is no valid subject.
    #[error(transparent)]
    Subject(SubjectProblem),
    /// Only one of the two subjects ends in `>`.
    #[error("only one of subject and local subject ends in `>`")]
    TailWildcard,
    /// A reference such as `$3` names a `*` that the subject does not have.
    #[error("a reference names a `*` that the subject does not have")]
    Reference,
    /// The local subject does not use each `*` of the subject once.
    #[error("the local subject does not use as many wildcards as the subject has")]
    WildcardCount,
}

impl LocalProblem {
    /// Returns the short word for the problem, such as `tail_wildcard`.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Subject(problem) => problem.keyword(),
            Self::TailWildcard => "tail_wildcard",
            Self::Reference => "reference",
            Self::WildcardCount => "wildcard_count",
        }
    }

    /// Returns the topic under which a validation reports the problem.
    pub fn topic(self) -> &'static str {
        match self {
            Self::Subject(problem) => problem.topic(),
            Self::TailWildcard => "local-subject-tail-wildcard",
            Self::Reference => "local-subject-reference",
            Self::WildcardCount => "local-subject-wildcard-count",
        }
    }
}

/// Lists what claims find wrong with `subject`; nothing else is looked at when it is empty.
///
/// ```
/// use nsc_core::subject::{SubjectProblem, problems};
/// assert_eq!(problems("orders.>"), []);
/// assert_eq!(problems("orders..new."), [SubjectProblem::EdgeDot, SubjectProblem::DoubleDot]);
/// ```
pub fn problems(subject: &str) -> Vec<SubjectProblem> {
    if subject.is_empty() {
        return vec![SubjectProblem::Empty];
    }
    let found = [
        (subject.contains(' '), SubjectProblem::Space),
        (
            subject.starts_with('.') || subject.ends_with('.'),
            SubjectProblem::EdgeDot,
        ),
        (subject.contains(".."), SubjectProblem::DoubleDot),
    ];
    found
        .into_iter()
        .filter_map(|(holds, problem)| holds.then_some(problem))
        .collect()
}

/// Tells whether a server accepts `subject` in a permission, an export or a mapping.
///
/// No empty token, no white space (blank, tab, LF, FF, CR), and `>` as a token only at the end.
/// `*` and `>` inside longer tokens are literal.
pub fn is_server_valid(subject: &str) -> bool {
    let mut tokens = subject.split('.').peekable();
    while let Some(token) = tokens.next() {
        let misplaced_tail = token == ">" && tokens.peek().is_some();
        if token.is_empty() || misplaced_tail || token.contains(is_server_space) {
            return false;
        }
    }
    true
}

/// Tells whether `subject` is one of those that servers keep for themselves, but for its `$`: `JS.API.>`.
#[expect(clippy::string_slice, reason = "the roots begin with `$`")]
pub fn lacks_dollar(subject: &str) -> bool {
    let mut tokens = subject.split('.');
    let (first, second) = (tokens.next(), tokens.next());
    own_roots(second).is_some_and(|root| first == Some(&root[1..])) || first == Some("KV")
}

/// What a subject that lost its beginning was, as far as the rest tells: `$JS` for `.API.>`.
///
/// ```
/// assert_eq!(nsc_core::subject::lost_root(".API.>"), Some("$JS"));
/// assert_eq!(nsc_core::subject::lost_root("orders."), None);
/// ```
pub fn lost_root(subject: &str) -> Option<&'static str> {
    let rest = subject.strip_prefix('.')?;
    own_roots(rest.split('.').next())
}

/// The root below which servers have this token (nats-server, its system, JetStream and service subjects).
fn own_roots(second: Option<&str>) -> Option<&'static str> {
    Some(match second? {
        "API" | "ACK" | "FC" | "EVENT" => "$JS",
        "ACCOUNT" | "REQ" | "SERVER" => "$SYS",
        "INFO" | "PING" | "STATS" => "$SRV",
        _ => return None,
    })
}

/// Tells whether a server accepts `subject` for publishing: valid and without wildcard tokens.
pub fn is_server_publishable(subject: &str) -> bool {
    is_server_valid(subject) && !subject.split('.').any(is_wildcard)
}

/// Tells whether `subject` has a wildcard token, as claims see it.
///
/// That is: it is `*` or `>`, ends in `.*` or `.>`, begins with `*.` or contains `.*.`. A `>`
/// token elsewhere does not count.
pub fn has_wildcards(subject: &str) -> bool {
    let mut tokens = subject.split('.').peekable();
    while let Some(token) = tokens.next() {
        if token == "*" || (token == ">" && tokens.peek().is_none()) {
            return true;
        }
    }
    false
}

/// Tells whether claims take every subject matched by `a` as matched by `b`.
///
/// Token by token: a last `>` of `b` accepts one or more remaining tokens, a `*` of `b` accepts
/// any token but `>`, everything else must be equal. Case matters. The Go library also takes
/// `foo.>` as contained in `foo.*`, which no server does; here it is not.
#[expect(clippy::indexing_slicing, reason = "no more than the length")]
pub fn is_contained(a: &str, b: &str) -> bool {
    let a: Vec<&str> = a.split('.').collect();
    let b: Vec<&str> = b.split('.').collect();
    let open_end = b.last() == Some(&">");
    if a.len() < b.len() || (a.len() > b.len() && !open_end) {
        return false;
    }
    let fixed = if open_end { b.len() - 1 } else { b.len() };
    a.iter()
        .zip(&b[..fixed])
        .all(|(a, b)| a == b || (*b == "*" && *a != ">"))
}

/// Tells whether every literal subject that matches `a` matches `b`, as a server decides it.
///
/// A `>` of `a` is covered only by a `>` of `b` at or before its place, a `*` only by `*` or
/// `>`. Subjects with empty tokens cover nothing and are covered by nothing but a `>`.
pub fn is_subset(a: &str, b: &str) -> bool {
    let mut a = a.split('.');
    for wanted in b.split('.') {
        let Some(token) = a.next() else { return false };
        match (token, wanted) {
            (_, ">") => return true,
            ("", _) | (_, "") | (">", _) => return false,
            ("*", wanted) if wanted != "*" => return false,
            (token, wanted) if wanted != "*" && token != wanted => return false,
            _ => {}
        }
    }
    a.next().is_none()
}

/// Tells whether some literal subject matches both `a` and `b`.
pub fn collide(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let a: Vec<&str> = a.split('.').collect();
    let b: Vec<&str> = b.split('.').collect();
    let (short, long) = if a.len() <= b.len() {
        (&a, &b)
    } else {
        (&b, &a)
    };
    if short.len() < long.len() && short.last() != Some(&">") {
        return false;
    }
    short.iter().zip(long).all(|(a, b)| {
        !a.is_empty() && !b.is_empty() && (a == b || is_wildcard(a) || is_wildcard(b))
    })
}

/// Lists what claims find wrong with renaming `subject` to `local` in an import, each once.
pub fn local_problems(local: &str, subject: &str) -> Vec<LocalProblem> {
    let mut found: Vec<LocalProblem> = problems(local)
        .into_iter()
        .map(LocalProblem::Subject)
        .collect();
    if subject.is_empty() {
        found.push(LocalProblem::Subject(SubjectProblem::Empty));
    }
    if has_tail_wildcard(local) != has_tail_wildcard(subject) {
        found.push(LocalProblem::TailWildcard);
    }
    let stars = star_count(subject);
    let references: Vec<i64> = local.split('.').filter_map(reference).collect();
    let (known, unknown): (Vec<i64>, Vec<i64>) = references.into_iter().partition(|n| {
        usize::try_from(*n).map_or(true, |n| n <= stars) // negative ones are counted, not refused
    });
    if !unknown.is_empty() {
        found.push(LocalProblem::Reference);
    }
    if star_count(local) + known.len() != stars {
        found.push(LocalProblem::WildcardCount);
    }
    let mut seen = BTreeSet::new();
    found.retain(|problem| seen.insert(*problem));
    found
}

/// Returns `local` with each whole-token reference (`$1`, `$2`, …) turned into `*`.
pub fn local_as_subject(local: &str) -> String {
    let tokens: Vec<&str> = local
        .split('.')
        .map(|token| {
            if reference(token).is_some() {
                "*"
            } else {
                token
            }
        })
        .collect();
    tokens.join(".")
}

/// Returns the places of the subjects that cover another one of the list.
///
/// Meant for the exports of one type, where no subject may be contained in another. Equal
/// subjects cover each other; a subject text is returned once, at its first place.
#[expect(clippy::indexing_slicing, reason = "places come from these subjects")]
pub fn overlaps(subjects: &[&str]) -> Vec<usize> {
    let mut reported = BTreeSet::new();
    let covers = |place: usize| {
        subjects
            .iter()
            .enumerate()
            .any(|(other, subject)| other != place && is_contained(subject, subjects[place]))
    };
    (0..subjects.len())
        .filter(|place| covers(*place) && reported.insert(subjects[*place]))
        .collect()
}

/// Returns the number of `*` tokens of `subject`.
pub fn star_count(subject: &str) -> usize {
    subject.split('.').filter(|token| *token == "*").count()
}

/// Tells whether `subject` ends in a `>` token.
pub fn has_tail_wildcard(subject: &str) -> bool {
    subject == ">" || subject.ends_with(".>")
}

/// The number of a `$N` token; other tokens that begin with `$`, such as `$JS`, are literal.
pub(crate) fn reference(token: &str) -> Option<i64> {
    token.strip_prefix('$')?.parse().ok()
}

fn is_wildcard(token: &str) -> bool {
    token == "*" || token == ">"
}

fn is_server_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\x0c' | '\r')
}

#[cfg(test)]
mod tests;
