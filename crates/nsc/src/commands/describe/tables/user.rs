//! A user, and a role, as tables.

use nsc_core::claims::{UserClaims, UserScope};

use super::permissions::{bearer, connections, limits, permissions};
use super::{one_line, standard};
use crate::ui::table::Table;

/// The table of a user.
pub(in super::super) fn details(claims: &UserClaims) -> Table {
    let user = &claims.nats;
    let mut table = Table::details("User");
    standard(&mut table, "User ID", claims, &user.issuer_account);
    if claims.is_scoped() {
        table.pair("Issuer Scoped", "Yes");
        return table;
    }
    bearer(&mut table, &user.limits);
    permissions(&mut table, &user.limits.permissions);
    limits(&mut table, &user.limits);
    connections(&mut table, &user.limits);
    table
}

/// The table of a scoped signing key.
pub(in super::super) fn scope(scope: &UserScope) -> Table {
    let mut table = Table::details("Scoped Signing Key - Details");
    table.pair("Key", &scope.key);
    table.pair("Role", &scope.role);
    table.pair("Description", &one_line(&scope.description));
    permissions(&mut table, &scope.template.permissions);
    limits(&mut table, &scope.template);
    bearer(&mut table, &scope.template);
    connections(&mut table, &scope.template);
    table
}
