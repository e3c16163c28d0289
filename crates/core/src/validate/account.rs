//! Rules for accounts.

use std::collections::BTreeMap;

use crate::claims::{
    Account, AccountClaims, Claims, ExternalAuthorization, MsgTrace, WeightedMapping,
};
use crate::keys::{KeyKind, PublicKey};
use crate::subject;
use crate::validate::{Issues, Judged, sharing, user};
use crate::value;

/// Longest description and information URL, in bytes.
const MAX_INFO_LENGTH: usize = 8192;
/// The key that stands for every account.
const ANY_ACCOUNT: &str = "*";

impl Judged for Account {
    fn judge(claims: &Claims<Self>, issues: &mut Issues) {
        let account = &claims.nats;
        sharing::judge_imports(claims, issues);
        sharing::judge_exports(claims, issues);
        judge_tiers(claims, issues);
        user::judge_permissions(&account.default_permissions, issues);
        for (source, targets) in &account.mappings {
            judge_mapping(source, targets.as_deref().unwrap_or_default(), issues);
        }
        judge_authorization(&account.authorization, issues);
        if let Some(trace) = &account.trace {
            judge_trace(trace, issues);
        }
        judge_counts(claims, issues);
        for (key, scope) in &account.signing_keys.0 {
            match scope {
                None => issues.key("signing-key", "signing key", key, KeyKind::Account),
                Some(_) => issues.key("account-key", "scoped signing key", key, KeyKind::Account),
            }
        }
        judge_info("account", &account.description, &account.info_url, issues);
        if !matches!(account.cluster_traffic.as_str(), "" | "system" | "owner") {
            let text = format!(
                "cluster traffic `{}` is neither `system` nor `owner`",
                account.cluster_traffic
            );
            issues.error("cluster-traffic", text);
        }
        let self_signed = PublicKey::parse_kind(&claims.iss, KeyKind::Account).is_ok();
        if self_signed && !account.limits.is_empty() {
            let text = "a self-signed account should not set limits: its operator does".to_owned();
            issues.warning("self-signed-limits", text);
        }
    }
}

fn judge_tiers(claims: &AccountClaims, issues: &mut Issues) {
    let limits = &claims.nats.limits;
    if !limits.tiered_limits.is_empty() && !limits.jetstream.is_empty() {
        let text = "JetStream limits of the whole account stand beside limits by tier".to_owned();
        issues.error("jetstream-limits-and-tiers", text);
    }
    if limits.tiered_limits.contains_key("") {
        issues.error("tier-name-empty", "a JetStream tier has no name".to_owned());
    }
}

fn judge_mapping(source: &str, targets: &[WeightedMapping], issues: &mut Issues) {
    issues.subject("mapped subject", source);
    let mut totals = BTreeMap::<&str, u32>::new();
    for target in targets {
        issues.subject(
            &format!("target of the mapping of `{source}`"),
            &target.subject,
        );
        let weight = target.effective_weight();
        if weight > 100 {
            let text = format!(
                "mapping of `{source}` to `{}` weighs {weight}, over 100",
                target.subject
            );
            issues.error("mapping-weight", text);
        }
        *totals.entry(&target.cluster).or_default() += u32::from(weight);
    }
    for (cluster, total) in totals.into_iter().filter(|(_, total)| *total > 100) {
        if cluster.is_empty() {
            let text = format!("the targets of the mapping of `{source}` weigh {total}, over 100");
            issues.error("mapping-total", text);
        } else {
            let text = format!(
                "the targets of the mapping of `{source}` in cluster `{cluster}` weigh {total}, over 100"
            );
            issues.error("mapping-cluster-total", text);
        }
    }
}

fn judge_authorization(authorization: &ExternalAuthorization, issues: &mut Issues) {
    let accounts = &authorization.allowed_accounts;
    if !accounts.is_empty() && authorization.auth_users.is_empty() {
        let text = "auth callout allows accounts but has no auth user".to_owned();
        issues.error("auth-accounts-without-users", text);
    }
    for key in &authorization.auth_users {
        issues.key("auth-user-key", "auth callout user", key, KeyKind::User);
    }
    if accounts.len() > 1 && accounts.iter().any(|key| key == ANY_ACCOUNT) {
        let text = "auth callout allows any account (`*`) and others beside".to_owned();
        issues.error("auth-any-account-with-others", text);
    }
    for key in accounts.iter().filter(|key| *key != ANY_ACCOUNT) {
        issues.key(
            "auth-account-key",
            "account allowed by auth callout",
            key,
            KeyKind::Account,
        );
    }
    if !authorization.xkey.is_empty() {
        issues.key(
            "auth-xkey",
            "auth callout key",
            &authorization.xkey,
            KeyKind::Curve,
        );
    }
}

fn judge_trace(trace: &MsgTrace, issues: &mut Issues) {
    for problem in subject::problems(&trace.dest) {
        issues.error(
            "trace-destination",
            format!("trace destination `{}`: {problem}", trace.dest),
        );
    }
    if subject::has_wildcards(&trace.dest) {
        let text = format!("trace destination `{}` has wildcards", trace.dest);
        issues.error("trace-destination-wildcard", text);
    }
    if !(0..=100).contains(&trace.sampling) {
        let text = format!("trace sampling {} is not between 0 and 100", trace.sampling);
        issues.error("trace-sampling", text);
    }
}

/// Imports and exports against their limits. An absent limit is 0: none allowed.
fn judge_counts(claims: &AccountClaims, issues: &mut Issues) {
    let limits = &claims.nats.limits.account;
    let count = |list: usize| i64::try_from(list).unwrap_or(i64::MAX);
    let imports = count(claims.nats.imports.len());
    if limits.imports != -1 && imports > limits.imports {
        let text = format!(
            "account has {imports} imports, its limit is {}",
            limits.imports
        );
        issues.error("imports-limit", text);
    }
    if limits.exports == -1 {
        return;
    }
    let exports = count(claims.nats.exports.len());
    if exports > limits.exports {
        let text = format!(
            "account has {exports} exports, its limit is {}",
            limits.exports
        );
        issues.error("exports-limit", text);
    }
    if !limits.wildcards {
        for export in claims
            .exports()
            .filter(|export| subject::has_wildcards(&export.subject))
        {
            let text = format!(
                "export `{}` has wildcards, which the account may not",
                export.subject
            );
            issues.error("wildcard-exports", text);
        }
    }
}

/// Description and information URL of an account or export; `of` names it.
pub(super) fn judge_info(of: &str, description: &str, url: &str, issues: &mut Issues) {
    if description.len() > MAX_INFO_LENGTH {
        let text = format!(
            "description of {of} has {} bytes, over {MAX_INFO_LENGTH}",
            description.len()
        );
        issues.error("description-too-long", text);
    }
    if url.is_empty() {
        return;
    }
    if url.len() > MAX_INFO_LENGTH {
        let text = format!(
            "info URL of {of} has {} bytes, over {MAX_INFO_LENGTH}",
            url.len()
        );
        issues.error("info-url-too-long", text);
    }
    if let Err(error) = value::check_info_url(url) {
        issues.error("info-url", format!("info URL of {of} {error}"));
    }
}
