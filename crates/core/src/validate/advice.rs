//! What the format accepts but servers do not, or not as meant: warnings beyond the rules.

use crate::claims::{AccountClaims, Import, Permission, Permissions, UserClaims};
use crate::mapping::Transform;
use crate::subject;
use crate::template;
use crate::validate::Issues;

impl AccountClaims {
    /// Warnings about what servers will refuse or pass over although the format allows it:
    /// subjects, mapping targets, references of imports and templates of scoped signing keys.
    ///
    /// [`validate`](crate::claims::Claims::validate) does not include them, since it says what
    /// servers reject the token for.
    pub fn advise(&self) -> Issues {
        let mut issues = Issues::default();
        advise_permissions(
            "default permissions",
            &self.nats.default_permissions,
            &mut issues,
        );
        for export in self.exports() {
            advise_subject("exported subject", &export.subject, &mut issues);
        }
        let limits = &self.nats.limits.account;
        if !limits.wildcards && limits.exports == -1 {
            let text = "servers keep wildcard exports out only where the number of exports is limited, too";
            issues.warning("wildcards-not-enforced", text.to_owned());
        }
        for import in self.imports() {
            advise_import(import, &mut issues);
        }
        for (source, targets) in &self.nats.mappings {
            for target in targets.iter().flatten() {
                if let Err(error) = Transform::new(source, &target.subject) {
                    let text = format!(
                        "servers refuse the mapping of `{source}` to `{}`: {error}",
                        target.subject
                    );
                    issues.warning("mapping-refused", text);
                }
            }
        }
        for scope in self.nats.signing_keys.scopes() {
            advise_template(&scope.role, &scope.template.permissions, &mut issues);
        }
        issues
    }
}

impl UserClaims {
    /// Warnings about what servers will refuse or pass over although the format allows it.
    pub fn advise(&self) -> Issues {
        let mut issues = Issues::default();
        advise_permissions("permissions", &self.nats.limits.permissions, &mut issues);
        issues
    }
}

fn advise_subject(of: &str, subject: &str, issues: &mut Issues) {
    // What the format objects to is an error already.
    if subject::problems(subject).is_empty() && !subject::is_server_valid(subject) {
        issues.warning(
            "subject-refused",
            format!("{of} `{subject}` is refused by servers"),
        );
    }
}

fn advise_permissions(of: &str, permissions: &Permissions, issues: &mut Issues) {
    for (direction, permission) in [
        ("publish", &permissions.publish),
        ("subscribe", &permissions.subscribe),
    ] {
        let of = format!("{direction} subject of the {of}");
        for entry in entries(permission) {
            let subject = entry.split(' ').next().unwrap_or_default();
            advise_subject(&of, subject, issues);
        }
        for entry in permission
            .allow
            .iter()
            .filter(|entry| permission.deny.contains(entry))
        {
            issues.warning(
                "allow-and-deny",
                format!("{of} `{entry}` is allowed and denied: deny wins"),
            );
        }
    }
}

fn entries(permission: &Permission) -> impl Iterator<Item = &String> {
    permission.allow.iter().chain(&permission.deny)
}

fn advise_import(import: &Import, issues: &mut Issues) {
    advise_subject("imported subject", &import.subject, issues);
    let local = &import.local_subject;
    let reported = || !subject::local_problems(local, &import.subject).is_empty();
    if local.is_empty() || reported() {
        return;
    }
    if let Err(error) = Transform::for_import(&import.subject, &numbered(local)) {
        let text = format!(
            "servers refuse the local subject `{local}` of import `{}`: {error}",
            import.subject
        );
        issues.warning("local-subject-refused", text);
    }
}

/// The local subject as servers read it: the `*` of it stand for the wildcards in their order.
fn numbered(local: &str) -> String {
    let mut stars = 0;
    let tokens = local.split('.').map(|token| match token {
        "*" => {
            stars += 1;
            format!("${stars}")
        }
        token => token.to_owned(),
    });
    tokens.collect::<Vec<_>>().join(".")
}

fn advise_template(role: &str, permissions: &Permissions, issues: &mut Issues) {
    let Permissions {
        publish, subscribe, ..
    } = permissions;
    for list in [
        &publish.allow,
        &publish.deny,
        &subscribe.allow,
        &subscribe.deny,
    ] {
        for problem in template::problems(list) {
            issues.warning("template", format!("role `{role}`: {problem}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn topics(json: &str) -> Vec<&'static str> {
        let claims: AccountClaims = serde_json::from_str(json).unwrap();
        claims.advise().iter().map(|issue| issue.topic).collect()
    }

    #[test]
    fn what_only_servers_refuse_is_a_warning() {
        for (nats, want) in [
            (
                r#"{"default_permissions":{"pub":{"allow":[">.foo"]}}}"#,
                "subject-refused",
            ),
            (
                r#"{"default_permissions":{"sub":{"allow":["a"],"deny":["a"]}}}"#,
                "allow-and-deny",
            ),
            (r#"{"limits":{"exports":-1}}"#, "wildcards-not-enforced"),
            (
                r#"{"mappings":{"a.*":[{"subject":"b.{{left(1,2)}}"}]}}"#,
                "mapping-refused",
            ),
            (
                r#"{"imports":[{"subject":"a.*.*","local_subject":"b.$1.$1","type":"stream"}]}"#,
                "local-subject-refused",
            ),
            (
                r#"{"signing_keys":[{"kind":"user_scope","key":"A","role":"r","template":{"pub":{"allow":["{{nme()}}"]},"sub":{}},"description":""}]}"#,
                "template",
            ),
        ] {
            assert_eq!(topics(&format!(r#"{{"nats":{nats}}}"#)), [want], "{nats}");
        }
        assert!(topics(r#"{"nats":{"mappings":{"a.*":[{"subject":"b.$1"}]}}}"#).is_empty());
        for limits in [r#"{"exports":-1,"wildcards":true}"#, r#"{"exports":5}"#] {
            assert!(topics(&format!(r#"{{"nats":{{"limits":{limits}}}}}"#)).is_empty());
        }
        let stars =
            r#"{"nats":{"imports":[{"subject":"a.*.*","local_subject":"*.b.*","type":"stream"}]}}"#;
        assert!(topics(stars).is_empty());
    }
}
