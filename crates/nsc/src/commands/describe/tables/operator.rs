//! An operator as a table.

use nsc_core::claims::OperatorClaims;

use super::{Names, standard};
use crate::ui::table::Table;

/// The table of an operator; `names` may hold that of its system account.
pub(in super::super) fn details(claims: &OperatorClaims, names: &Names) -> Table {
    let operator = &claims.nats;
    let mut table = Table::details("Operator Details");
    standard(&mut table, "Operator ID", claims, "");
    if !operator.account_server_url.is_empty() {
        table.pair("Account JWT Server", &operator.account_server_url);
    }
    table.list("Operator Service URLs", &operator.operator_service_urls);
    let system_account = &operator.system_account;
    if !system_account.is_empty() {
        let name = names.get(system_account);
        let name = name.map_or_else(String::new, |name| format!(" / {name}"));
        table.pair("System Account", &format!("{system_account}{name}"));
    }
    if !operator.assert_server_version.is_empty() {
        table.pair("Assert Server Version", &operator.assert_server_version);
    }
    let strict = operator.strict_signing_key_usage;
    table.pair("Require Signing Keys", &strict.to_string());
    if !operator.signing_keys.is_empty() {
        table.separator();
        table.list("Signing Keys", &operator.signing_keys);
    }
    table
}
