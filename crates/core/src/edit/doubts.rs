//! What works but is rarely meant. Nothing here makes claims unacceptable.

use std::fmt;

use crate::claims::{AccountClaims, Body, Claims, Permissions, UserClaims, UserScope};
use crate::subject;
use crate::time::UnixTime;

/// Something that a person should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Doubt {
    /// Deny wins, so the permission to do the same is of no use.
    AllowedAndDenied {
        /// `publish` or `subscribe`.
        direction: &'static str,
        /// The subject.
        subject: String,
    },
    /// The token has expired already.
    Expired {
        /// When.
        at: UnixTime,
    },
    /// Whoever gets hold of the token can use it for ever.
    BearerForever,
    /// `>` is allowed: every subject of the account.
    AllowsEverything {
        /// `publish` or `subscribe`.
        direction: &'static str,
    },
    /// `>` is exported: every subject of the account.
    ExportsEverything,
    /// A subject of the server that lost its `$`, as it does where a shell takes it for a variable.
    LostDollar {
        /// The subject.
        subject: String,
    },
    /// A doubt about a part of the claims.
    About {
        /// The part, such as a role.
        part: String,
        /// The doubt.
        doubt: Box<Self>,
    },
    /// A client says its JWT in one line, whose length servers limit.
    LongToken {
        /// Length of the JWT in bytes.
        length: usize,
    },
    /// A daily range that ends when it begins has nothing inside.
    NeverInside {
        /// When it begins and ends.
        at: String,
    },
    /// The start lies at or after the expiry.
    NeverValid,
    /// Claims accept the subject, servers do not.
    RefusedByServers {
        /// The subject.
        subject: String,
    },
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AllowedAndDenied { direction, subject } => {
                write!(
                    f,
                    "`{subject}` is allowed and denied to {direction}: deny wins"
                )
            }
            Self::Expired { at } => write!(f, "the expiry lies in the past: {at}"),
            Self::BearerForever => f.write_str(
                "a bearer user without expiry: whoever gets the JWT can use it for ever",
            ),
            Self::AllowsEverything { direction } => {
                write!(f, "`>` allows to {direction} on every subject")
            }
            Self::ExportsEverything => {
                f.write_str("an export of `>` offers every subject of the account")
            }
            Self::LostDollar { subject } => write!(
                f,
                "`{subject}` looks like `${subject}` after a shell took the `$`: \
                 single quotes keep it, '${subject}'"
            ),
            Self::About { part, doubt } => write!(f, "{part}: {doubt}"),
            Self::LongToken { length } => write!(
                f,
                "the JWT has {length} bytes: servers turn it away unless their max_control_line is raised"
            ),
            Self::NeverInside { at } => {
                write!(
                    f,
                    "the time range `{at}-{at}` has no moment in it: nobody is let in"
                )
            }
            Self::NeverValid => {
                f.write_str("the start date lies after the expiry: it is never valid")
            }
            Self::RefusedByServers { subject } => {
                write!(f, "servers do not accept the subject `{subject}`")
            }
        }
    }
}

/// Doubts about the validity times at the moment `now`.
pub fn of_dates<B: Body>(claims: &Claims<B>, now: UnixTime) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    if claims.exp > 0 && claims.exp < now.0 {
        doubts.push(Doubt::Expired {
            at: UnixTime(claims.exp),
        });
    }
    if claims.exp > 0 && claims.nbf > claims.exp {
        doubts.push(Doubt::NeverValid);
    }
    doubts
}

/// Doubts about permissions.
pub fn of_permissions(permissions: &Permissions) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    let (publish, subscribe) = (&permissions.publish, &permissions.subscribe);
    for (direction, list) in [("publish", publish), ("subscribe", subscribe)] {
        let both = list
            .allow
            .iter()
            .filter(|subject| list.deny.contains(subject));
        doubts.extend(both.map(|subject| Doubt::AllowedAndDenied {
            direction,
            subject: subject.clone(),
        }));
        doubts.extend(
            list.allow
                .iter()
                .chain(&list.deny)
                .filter(|entry| !servers_accept(entry))
                .map(|entry| Doubt::RefusedByServers {
                    subject: entry.clone(),
                }),
        );
    }
    doubts.extend(of_grants(permissions));
    doubts
}

/// Doubts about grants that are wider or narrower than anybody means.
fn of_grants(permissions: &Permissions) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    let (publish, subscribe) = (&permissions.publish, &permissions.subscribe);
    for (direction, list) in [("publish", publish), ("subscribe", subscribe)] {
        if list.allow.iter().any(|entry| subject_of(entry) == ">") {
            doubts.push(Doubt::AllowsEverything { direction });
        }
        let entries = list.allow.iter().chain(&list.deny);
        doubts.extend(entries.filter_map(|entry| lost_dollar(subject_of(entry))));
    }
    doubts
}

/// Doubts about a user: its dates, its permissions, and a bearer token that never expires.
pub fn of_user(user: &UserClaims, now: UnixTime) -> Vec<Doubt> {
    let mut doubts = of_dates(user, now);
    doubts.extend(of_use(user, None));
    doubts
}

/// Doubts about what a user may do, with the role it gets that from.
pub fn of_use(user: &UserClaims, role: Option<&UserScope>) -> Vec<Doubt> {
    let mut doubts = of_permissions(&user.nats.limits.permissions);
    let is_bearer = |limits: &crate::claims::UserPermissionLimits| limits.bearer_token;
    let bearer = is_bearer(&user.nats.limits) || role.is_some_and(|role| is_bearer(&role.template));
    if bearer && user.exp == 0 {
        doubts.push(Doubt::BearerForever);
    }
    let times = user.nats.limits.times.iter();
    let empty = times.filter(|range| range.start == range.end);
    doubts.extend(empty.map(|range| Doubt::NeverInside {
        at: range.start.clone(),
    }));
    doubts
}

/// Doubts about an account, its validity times left aside: default permissions, roles, exports, imports and
/// mappings. What servers refuse of the first is advised of elsewhere ([`AccountClaims::advise`]).
pub fn of_account(account: &AccountClaims) -> Vec<Doubt> {
    let mut doubts: Vec<Doubt> = of_grants(&account.nats.default_permissions)
        .into_iter()
        .map(|doubt| doubt.about("default permissions"))
        .collect();
    for scope in account.nats.signing_keys.scopes() {
        let found = of_permissions(&scope.template.permissions);
        doubts.extend(found.into_iter().map(|doubt| doubt.about(&scope.title())));
    }
    doubts.extend(of_sharing(account));
    for (from, targets) in &account.nats.mappings {
        let targets = targets.iter().flatten().map(|target| &target.subject);
        let subjects = std::iter::once(from).chain(targets);
        let found = subjects.filter_map(|subject| lost_dollar(subject));
        doubts.extend(found.map(|doubt| doubt.about(&format!("mapping of `{from}`"))));
    }
    doubts
}

fn of_sharing(account: &AccountClaims) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    for export in account.exports() {
        if export.subject == ">" {
            doubts.push(Doubt::ExportsEverything);
        }
        let results = export
            .service_latency
            .iter()
            .map(|latency| &latency.results);
        let subjects = std::iter::once(&export.subject).chain(results);
        let found = subjects.filter_map(|subject| lost_dollar(subject));
        doubts.extend(found.map(|doubt| doubt.about(&format!("export `{}`", export.name))));
    }
    for import in account.imports() {
        let subjects = [&import.subject, &import.local_subject];
        let found = subjects
            .into_iter()
            .filter_map(|subject| lost_dollar(subject));
        doubts.extend(found.map(|doubt| doubt.about(&format!("import `{}`", import.name))));
    }
    doubts
}

impl Doubt {
    fn about(self, part: &str) -> Self {
        Self::About {
            part: part.to_owned(),
            doubt: Box::new(self),
        }
    }
}

fn lost_dollar(subject: &str) -> Option<Doubt> {
    subject::lacks_dollar(subject).then(|| Doubt::LostDollar {
        subject: subject.to_owned(),
    })
}

/// The subject of `subject queue`.
fn subject_of(entry: &str) -> &str {
    entry.split(' ').next().unwrap_or_default()
}

/// Doubts about the JWT of a user as a whole.
pub fn of_user_token(token: &str) -> Option<Doubt> {
    let length = token.len();
    (length > LONGEST_USER_TOKEN).then_some(Doubt::LongToken { length })
}

/// The longest JWT in bytes that surely fits into the `CONNECT` line of 4096 bytes that servers allow by default;
/// clients say 270 to 350 bytes of other things in it.
const LONGEST_USER_TOKEN: usize = 3700;

/// Both parts of `subject queue`, or the subject.
fn servers_accept(entry: &str) -> bool {
    entry.split(' ').all(subject::is_server_valid)
}
