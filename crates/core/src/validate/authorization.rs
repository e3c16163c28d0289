//! Rules for auth callouts.

use crate::claims::{AuthorizationRequestClaims, AuthorizationResponseClaims};
use crate::keys::KeyKind;
use crate::validate::Issues;

pub(super) fn judge_request(claims: &AuthorizationRequestClaims, issues: &mut Issues) {
    let key = &claims.nats.user_nkey;
    if key.is_empty() {
        issues.error(
            "user-nkey-missing",
            "the request names no user key".to_owned(),
        );
    } else {
        issues.key("user-nkey", "user key of the request", key, KeyKind::User);
    }
}

pub(super) fn judge_response(claims: &AuthorizationResponseClaims, issues: &mut Issues) {
    issues.key(
        "response-subject",
        "subject of the response",
        &claims.sub,
        KeyKind::User,
    );
    issues.key(
        "response-audience",
        "audience of the response",
        &claims.aud,
        KeyKind::Server,
    );
    match (claims.nats.jwt.is_empty(), claims.nats.error.is_empty()) {
        (true, true) => {
            issues.error(
                "response-empty",
                "the response has neither JWT nor error".to_owned(),
            );
        }
        (false, false) => {
            issues.error(
                "response-both",
                "the response has both JWT and error".to_owned(),
            );
        }
        _ => {}
    }
    issues.issuer_account(&claims.nats.issuer_account);
}
