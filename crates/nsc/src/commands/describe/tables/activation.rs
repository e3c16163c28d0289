//! An activation as a table.

use nsc_core::claims::ActivationClaims;

use super::{kind_name, standard};
use crate::ui::table::Table;

/// The table of an activation; one that lacks a part has no identifier.
pub(in super::super) fn details(claims: &ActivationClaims, hash_id: Option<&str>) -> Table {
    let activation = &claims.nats;
    let mut table = Table::details("Activation");
    standard(&mut table, "Account ID", claims, &activation.issuer_account);
    table.separator();
    table.pair("Hash ID", hash_id.unwrap_or_default());
    table.separator();
    table.pair("Import Type", kind_name(activation.kind));
    table.pair("Import Subject", &activation.subject);
    table
}
