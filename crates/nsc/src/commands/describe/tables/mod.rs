//! Claims as tables.

pub(super) mod account;
pub(super) mod activation;
pub(super) mod effective;
pub(super) mod operator;
mod permissions;
mod sharing;
pub(super) mod user;

use std::collections::BTreeMap;

use nsc_core::claims::{Body, Claims, ExportKind};
use nsc_core::time::UnixTime;

use crate::ui::table::Table;

/// Names of accounts by public key.
type Names = BTreeMap<String, String>;

/// What every token says of itself. `issuer_account` is empty where the type has none.
fn standard<B: Body>(table: &mut Table, id_label: &str, claims: &Claims<B>, issuer_account: &str) {
    table.pair("Name", &claims.name);
    table.pair(id_label, &claims.sub);
    table.pair("Issuer ID", &claims.iss);
    if !issuer_account.is_empty() {
        table.pair("Issuer Account", issuer_account);
    }
    table.pair("Issued", &time(claims.iat));
    if claims.nbf != 0 {
        table.pair("Starts", &time(claims.nbf));
    }
    table.pair("Expires", &time(claims.exp));
    table.list("Tags", claims.nats.tags());
}

/// A time of a claim; blank when it is not set.
fn time(seconds: i64) -> String {
    UnixTime(seconds).to_string()
}

/// Text on one line.
fn one_line(text: &str) -> String {
    text.lines().collect::<Vec<_>>().join(" ")
}

fn kind_name(kind: Option<ExportKind>) -> &'static str {
    match kind {
        Some(ExportKind::Stream) => "Stream",
        Some(ExportKind::Service) => "Service",
        None => "Unknown",
    }
}
