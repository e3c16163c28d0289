//! The operator that servers were started with, against that of the store.
//!
//! A server reads operator JWTs from its configuration when it starts; they are never pushed, and
//! a reload does not change them.

use nsc_core::claims::Operator;
use nsc_core::jwt;
use nsc_resolver::ServerFacts;
use nsc_store::StoredOperator;
use schemars::JsonSchema;
use serde::Serialize;

/// How the operator of a server compares with that of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OperatorState {
    /// It is the very same JWT.
    Same,
    /// Another JWT, which differs in nothing that a server looks at.
    Equivalent,
    /// Another JWT of the operator: the server goes by other rules.
    Outdated,
    /// The server does not know the operator.
    Unknown,
    /// The server does not tell.
    Untold,
}

/// Compares.
pub fn state(operator: &StoredOperator, facts: &ServerFacts) -> OperatorState {
    if facts.operators.is_empty() {
        return OperatorState::Untold;
    }
    if facts.operators.contains(&operator.token) {
        return OperatorState::Same;
    }
    let known = facts
        .operators
        .iter()
        .filter_map(|token| jwt::decode_as::<Operator>(token).ok())
        .find(|claims| claims.sub == operator.claims.sub);
    match known {
        None => OperatorState::Unknown,
        Some(known) if known.binds_otherwise(&operator.claims) => OperatorState::Outdated,
        Some(_) => OperatorState::Equivalent,
    }
}

/// The line of a server's configuration that names the operator.
pub fn config_line(token: &str) -> String {
    format!("operator: {token}")
}

/// The line of a server's configuration that names the system account.
pub fn system_line(key: &str) -> String {
    format!("system_account: {key}")
}
