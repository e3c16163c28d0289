//! What differs between a JWT of the store and the one that a server holds, claim by claim.

use nsc_core::json_diff::{Difference, differences};
use nsc_core::jwt;
use serde_json::{Value, json};

use crate::ui::Step;

/// What a push changes on the server: from its claims to those of the store. The id of the token
/// is left out, since it only follows from the rest.
pub fn between(server: &str, store: &str) -> Vec<Difference> {
    let mut found = differences(&claims(server), &claims(store));
    found.retain(|difference| difference.path != "jti");
    found
}

/// The claims of a token; what cannot be read is shown as it is.
fn claims(token: &str) -> Value {
    let readable = jwt::decode_generic(token).ok();
    readable
        .and_then(|claims| serde_json::from_str(&claims.to_json()).ok())
        .unwrap_or_else(|| json!({ "unreadable JWT": token }))
}

/// A line for each difference.
pub fn steps(found: &[Difference]) -> impl Iterator<Item = Step> + '_ {
    let text = |value: &Option<Value>| match value {
        Some(value) => nsc_core::json::to_pretty_text(value, "", false).replace('\n', ""),
        None => "none".to_owned(),
    };
    found.iter().map(move |Difference { path, from, to }| {
        Step::warning(format!("{path}: {} -> {}", text(from), text(to)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_that_cannot_be_read_are_different_and_no_failure() {
        let found = between("a.b.c", "d.e.f");
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].path, "unreadable JWT");
    }
}
