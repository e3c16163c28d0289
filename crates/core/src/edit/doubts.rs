//! What works but is rarely meant. Nothing here makes claims unacceptable.

use std::fmt;

use crate::claims::{Body, Claims, Permissions, UserClaims};
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
    doubts
}

/// Doubts about a user: its dates, its permissions, and a bearer token that never expires.
pub fn of_user(user: &UserClaims, now: UnixTime) -> Vec<Doubt> {
    let mut doubts = of_dates(user, now);
    doubts.extend(of_permissions(&user.nats.limits.permissions));
    if user.nats.limits.bearer_token && user.exp == 0 {
        doubts.push(Doubt::BearerForever);
    }
    doubts
}

/// Both parts of `subject queue`, or the subject.
fn servers_accept(entry: &str) -> bool {
    entry.split(' ').all(subject::is_server_valid)
}
