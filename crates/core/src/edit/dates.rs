//! Validity of a token.

use crate::claims::{Body, Claims};
use crate::edit::Change;
use crate::time::UnixTime;

/// From when and until when a token is valid, in Unix seconds; 0 removes the bound, `None` keeps it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DateEdit {
    /// The first valid second.
    pub start: Option<i64>,
    /// The last valid second.
    pub expiry: Option<i64>,
}

impl DateEdit {
    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Gives claims that are made without settings a bound where this asks for none, so that comparing them sees
    /// that it was asked for ([`differences`](crate::edit::differences)).
    pub fn oppose<B: Body>(&self, blank: &mut Claims<B>) {
        for (asked, member) in [(self.start, &mut blank.nbf), (self.expiry, &mut blank.exp)] {
            if asked == Some(0) {
                *member = 1;
            }
        }
    }

    /// Sets `nbf` and `exp`.
    pub fn apply<B: Body>(&self, claims: &mut Claims<B>) -> Vec<Change> {
        let start = self
            .start
            .and_then(|at| set(&mut claims.nbf, "start date", at));
        let expiry = self
            .expiry
            .and_then(|at| set(&mut claims.exp, "expiry", at));
        start.into_iter().chain(expiry).collect()
    }
}

fn set(member: &mut i64, what: &'static str, at: i64) -> Option<Change> {
    if *member == at {
        return None;
    }
    let was = UnixTime(std::mem::replace(member, at)).to_string();
    Some(if at == 0 {
        Change::removed(what, was)
    } else {
        Change::set(what, UnixTime(at).to_string()).from(was)
    })
}
