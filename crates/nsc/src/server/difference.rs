//! What differs between a JWT of the store and the one that a server holds, claim by claim.

use data_encoding::BASE64URL_NOPAD;
use nsc_core::json_diff::{Difference, differences};
use nsc_core::jwt;
use nsc_store::OperatorStore;
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

/// Why a server's JWT must not be replaced: it revokes users that the store's does not, and this
/// store never held it, so that nobody here can have taken the revocation back on purpose.
pub fn objection(store: &OperatorStore, ours: &str, held: &str) -> Option<String> {
    let revoked = lost_revocations(ours, held);
    let first = revoked.first()?;
    if was_here(store, held) {
        return None;
    }
    let more = match revoked.len() {
        1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    Some(format!(
        "the push would take back the revocation of {first}{more}, which was made elsewhere"
    ))
}

/// Who is revoked by the server's JWT, and not, or from an earlier time on, by that of the store.
fn lost_revocations(ours: &str, held: &str) -> Vec<String> {
    // Reading the text is a hundred times faster than checking the signature first.
    if !has_revocations(held) {
        return Vec::new();
    }
    let of = |token: &str| match claims(token)["nats"]["revocations"].take() {
        Value::Object(revoked) => revoked,
        _ => serde_json::Map::new(),
    };
    let ours = of(ours);
    let since = |value: Option<&Value>| value.and_then(Value::as_i64).unwrap_or(i64::MIN);
    let lost = of(held).into_iter().filter(|(key, time)| {
        let everybody = since(ours.get("*"));
        since(Some(time)) > since(ours.get(key)).max(everybody)
    });
    lost.map(|(key, _)| match key.as_str() {
        "*" => "all users".to_owned(),
        _ => format!("user `{key}`"),
    })
    .collect()
}

fn has_revocations(token: &str) -> bool {
    let payload = token.split('.').nth(1).unwrap_or_default();
    let text = BASE64URL_NOPAD.decode(payload.as_bytes());
    text.is_ok_and(|text| String::from_utf8_lossy(&text).contains("\"revocations\""))
}

/// Whether a commit of this store wrote or replaced the JWT.
fn was_here(store: &OperatorStore, token: &str) -> bool {
    let Ok(commits) = store.history(usize::MAX) else {
        return false;
    };
    commits.iter().any(|commit| {
        let files = store.history_files(commit.id);
        files.is_ok_and(|(_, files)| {
            files.iter().any(|file| {
                let known = [file.token_before(), file.token_after()];
                known.contains(&Some(token))
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &Value) -> String {
        let text = claims.to_string();
        format!("e30.{}.c2ln", BASE64URL_NOPAD.encode(text.as_bytes()))
    }

    #[test]
    fn tokens_that_cannot_be_read_are_different_and_no_failure() {
        let found = between("a.b.c", "d.e.f");
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].path, "unreadable JWT");
        assert!(has_revocations(&token(
            &json!({"nats": {"revocations": {"*": 1}}})
        )));
        assert!(!has_revocations(&token(&json!({"nats": {}}))));
        assert!(!has_revocations("no token"));
    }
}
