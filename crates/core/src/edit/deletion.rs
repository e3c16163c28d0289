//! What deleting users and accounts leaves in claims.

use crate::claims::{AccountClaims, UserClaims};
use crate::edit::Change;
use crate::revocation;
use crate::time::UnixTime;

/// How long the last token of a deleted account is valid, in seconds: long enough to reach servers.
const LAST_SECONDS: i64 = 60;

/// Revokes a user that is being deleted: its tokens up to `now`. An entry that covers its token
/// stays as it is; one that does not is brought forward.
pub fn revoke_deleted(
    account: &mut AccountClaims,
    user: &UserClaims,
    now: UnixTime,
) -> Option<Change> {
    let list = &mut account.nats.revocations;
    if list.get(&user.sub).is_some_and(|at| *at >= user.iat) {
        return None;
    }
    revocation::revoke(list, &user.sub, now.0);
    Some(Change::added("revocation", &user.sub))
}

/// Makes the last token of an account that is being deleted expire soon: servers that are sent it
/// let go of the account then.
pub fn expire_deleted(account: &mut AccountClaims, now: UnixTime) {
    account.exp = now.0.saturating_add(LAST_SECONDS);
}
