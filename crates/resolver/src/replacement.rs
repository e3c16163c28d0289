//! What a push may replace on servers.

use crate::report::AccountToken;
use crate::token;

/// Whether a push may replace a JWT that a server holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// Yes, unless it was issued later.
    Older,
    /// Yes, whenever it was issued.
    Any,
    /// No, for this reason.
    No(String),
}

/// Judges the JWT that a server holds, beside the one to push.
pub type Judge<'a> = &'a dyn Fn(&AccountToken, &str) -> Replacement;

/// The first of the JWTs that servers hold which must not be replaced: one issued later, or else one
/// that is judged so. With it the reason of the judge, if that is why.
pub(crate) fn not_to_replace<'t>(
    account: &AccountToken,
    held: impl Iterator<Item = &'t str>,
    judge: Judge<'_>,
) -> Option<(&'t str, Option<String>)> {
    let local = token::issued_at(&account.token);
    let mut kept = None;
    for held in held.filter(|held| *held != account.token) {
        let judged = judge(account, held);
        let later = token::issued_at(held) > local;
        match judged {
            Replacement::Any => {}
            _ if later => return Some((held, None)),
            Replacement::No(reason) => kept = kept.or(Some((held, Some(reason)))),
            Replacement::Older => {}
        }
    }
    kept
}
