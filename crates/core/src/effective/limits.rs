//! Numbers, and how, from where and when a user may connect.

use serde::Serialize;

use super::Source;
use crate::claims::{AccountClaims, NO_LIMIT, TimeRange, UserPermissionLimits};

/// A number, and who says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Limit {
    /// The limit; -1 is none, 0 allows nothing.
    pub limit: i64,
    /// Who says so.
    pub from: Source,
}

/// What restricts a user beside subjects. The members after `data` are said by the role, or by the
/// user where it has none; see [`from`](Self::from).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Restrictions {
    /// Bytes of one message.
    pub payload: Limit,
    /// Subscriptions of one connection.
    pub subs: Limit,
    /// Bytes; servers do not enforce it.
    pub data: Limit,
    /// Who says what follows: the role or the user.
    #[serde(rename = "restrictions_from")]
    pub from: Source,
    /// Whether the token alone is enough to connect.
    pub bearer_token: bool,
    /// Whether the user must come through a trusted proxy. Servers of 2.14 look for it in the claims
    /// of the user only, not in the template of its role; 2.15.1 looks there too.
    pub proxy_required: bool,
    /// Kinds of connection; empty is any.
    pub connection_types: Vec<String>,
    /// Networks from which the user may connect; empty is any.
    pub networks: Vec<String>,
    /// Daily ranges in which it may be connected; empty is always.
    pub times: Vec<TimeRange>,
    /// Time zone of the ranges; empty is that of the server.
    pub time_zone: String,
}

impl Restrictions {
    pub(super) fn of(claims: &UserPermissionLimits, from: Source, account: &AccountClaims) -> Self {
        let own = &claims.limits;
        let of_account = &account.nats.limits.nats;
        Self {
            payload: lower(own.payload, from, of_account.payload),
            subs: lower(own.subs, from, of_account.subs),
            data: Limit {
                limit: own.data,
                from,
            },
            from,
            bearer_token: claims.bearer_token,
            proxy_required: claims.proxy_required,
            connection_types: claims.allowed_connection_types.clone(),
            networks: claims.src.clone(),
            times: claims.times.clone(),
            time_zone: claims.times_location.clone(),
        }
    }
}

/// The lower of two limits; the account only counts where it is lower.
fn lower(own: i64, from: Source, account: i64) -> Limit {
    let account_is_lower = account != NO_LIMIT && (own == NO_LIMIT || account < own);
    if account_is_lower {
        Limit {
            limit: account,
            from: Source::Account,
        }
    } else {
        Limit { limit: own, from }
    }
}
