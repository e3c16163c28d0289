//! Configuration texts for nats-server, made from claims and tokens.
//!
//! [`memory_resolver`] holds every account, [`nats_resolver`] only the system account, because the
//! others are pushed later; [`url_resolver`] holds none; [`static_accounts`] needs no operator at the server at
//! all. Each but the last also comes as values for the Helm chart of NATS. Lines of comment carry no meaning;
//! names in them are foreign text and are quoted.

mod accounts;
mod helm;

pub use accounts::{NamedAccount, StaticAccountsError, static_accounts};
pub use helm::{helm_memory_resolver, helm_nats_resolver, helm_url_resolver};

use std::fmt::Write as _;

/// An operator or account with its token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedToken {
    /// Name for people.
    pub name: String,
    /// Public key.
    pub key: String,
    /// The token.
    pub token: String,
}

/// Which of the resolvers that take pushed accounts a server runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NatsResolverKind {
    /// Keeps the accounts in use, and asks others for the rest.
    Cache,
    /// Keeps all accounts.
    Full,
}

/// What can be set of a resolver that takes pushed accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResolverSettings {
    /// Where account JWTs are kept; `./jwt` without it.
    pub dir: Option<String>,
    /// Whether accounts can be deleted; full resolvers only.
    pub allow_delete: bool,
    /// How many account JWTs are kept at most; the server's default without it.
    pub limit: Option<u64>,
}

/// A configuration whose resolver knows these accounts and no others. They come out sorted by key.
pub fn memory_resolver(
    operator: &NamedToken,
    system_account: Option<&str>,
    accounts: &[NamedToken],
) -> String {
    let mut text = format!(
        "// Operator {}\noperator: {}\n\n",
        quoted(&operator.name),
        operator.token
    );
    if let Some(key) = system_account {
        push(&mut text, format_args!("system_account: {key}\n\n"));
    }
    text.push_str("resolver: MEMORY\n\nresolver_preload: {\n");
    let mut sorted: Vec<&NamedToken> = accounts.iter().collect();
    sorted.sort_by(|a, b| a.key.cmp(&b.key));
    for NamedToken { name, key, token } in sorted {
        let name = quoted(name);
        push(
            &mut text,
            format_args!("  // Account {name}\n  {key}: {token}\n\n"),
        );
    }
    text.push_str("}\n");
    text
}

/// A configuration whose resolver takes pushed accounts and starts with the system account alone.
pub fn nats_resolver(
    kind: NatsResolverKind,
    operator: &NamedToken,
    system_account: &NamedToken,
    settings: &ResolverSettings,
) -> String {
    let settings = settings.lines(kind);
    format!(
        "# Operator {operator_name}\n\
         operator: {operator_token}\n\
         # System account {name}\n\
         system_account: {key}\n\
         \n\
         # Accounts are pushed to this resolver. For that the operator's account server URL must be\n\
         # one of these servers, nats://...; then: nsc push --all\n\
         resolver {{\n\
         {settings}\
         }}\n\
         \n\
         # The system account is needed for the first push. Once pushed, accounts need not stand here.\n\
         resolver_preload: {{\n\
         \t{key}: {token},\n\
         }}\n",
        operator_name = quoted(&operator.name),
        operator_token = operator.token,
        name = quoted(&system_account.name),
        key = system_account.key,
        token = system_account.token,
    )
}

impl ResolverSettings {
    /// The settings of the resolver, with a word on each.
    fn lines(&self, kind: NatsResolverKind) -> String {
        let dir = self.dir.as_deref().map_or("'./jwt'".to_owned(), quoted);
        let mut text = String::new();
        let mut setting = |why: &str, name: &str, value: &str| {
            push(
                &mut text,
                format_args!("    # {why}\n    {name}: {value}\n"),
            );
        };
        match kind {
            NatsResolverKind::Full => setting(
                "full: every server of the system keeps all accounts",
                "type",
                "full",
            ),
            NatsResolverKind::Cache => setting(
                "cache: this server keeps the accounts in use; others run a full resolver",
                "type",
                "cache",
            ),
        }
        setting(
            "Where account JWTs are kept, relative to the server's working directory",
            "dir",
            &dir,
        );
        if kind == NatsResolverKind::Full {
            setting(
                "Whether accounts can be deleted; `nsc push --prune` needs true",
                "allow_delete",
                &self.allow_delete.to_string(),
            );
            setting(
                "How often accounts are exchanged with another server of the system",
                "interval",
                "\"2m\"",
            );
        } else {
            setting(
                "How long an account that is not used stays",
                "ttl",
                "\"1h\"",
            );
        }
        if let Some(limit) = self.limit {
            let limit = limit.to_string();
            setting("How many accounts are kept at most", "limit", &limit);
        }
        setting(
            "How long an account that is not here is looked for at other servers",
            "timeout",
            "\"1.9s\"",
        );
        text
    }
}

/// A configuration whose resolver asks an account server, whose URL it extends by the account's key.
pub fn url_resolver(operator: &NamedToken, system_account: Option<&str>, url: &str) -> String {
    let NamedToken { name, token, .. } = operator;
    let mut text = format!("# Operator {}\noperator: {token}\n", quoted(name));
    if let Some(key) = system_account {
        push(&mut text, format_args!("system_account: {key}\n"));
    }
    let resolver = quoted(&format!("URL({url})"));
    push(&mut text, format_args!("\nresolver: {resolver}\n"));
    text
}

/// A text in double quotes, on one line whatever it holds.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => out.push('?'),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn push(text: &mut String, part: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = text.write_fmt(part);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> NamedToken {
        NamedToken {
            name: name.to_owned(),
            key: format!("{name}-key"),
            token: format!("{name}.jwt.x"),
        }
    }

    /// The lines that a server reads.
    fn meaning(text: &str) -> Vec<&str> {
        text.lines()
            .filter(|line| {
                let line = line.trim();
                !line.is_empty() && !line.starts_with("//") && !line.starts_with('#')
            })
            .collect()
    }

    #[test]
    fn a_memory_resolver_holds_every_account() {
        let text = memory_resolver(
            &named("O"),
            Some("S-key"),
            &[named("S"), named("B b"), named("A")],
        );
        assert_eq!(
            text,
            "// Operator \"O\"\noperator: O.jwt.x\n\nsystem_account: S-key\n\nresolver: MEMORY\n\n\
             resolver_preload: {\n  // Account \"A\"\n  A-key: A.jwt.x\n\n  // Account \"B b\"\n  \
             B b-key: B b.jwt.x\n\n  // Account \"S\"\n  S-key: S.jwt.x\n\n}\n"
        );
        let text = memory_resolver(&named("O"), None, &[]);
        assert_eq!(
            meaning(&text),
            [
                "operator: O.jwt.x",
                "resolver: MEMORY",
                "resolver_preload: {",
                "}"
            ]
        );
    }

    #[test]
    fn nats_resolvers_hold_the_system_account() {
        let text = nats_resolver(
            NatsResolverKind::Full,
            &named("O"),
            &named("S"),
            &ResolverSettings::default(),
        );
        assert_eq!(
            meaning(&text),
            [
                "operator: O.jwt.x",
                "system_account: S-key",
                "resolver {",
                "    type: full",
                "    dir: './jwt'",
                "    allow_delete: false",
                "    interval: \"2m\"",
                "    timeout: \"1.9s\"",
                "}",
                "resolver_preload: {",
                "\tS-key: S.jwt.x,",
                "}"
            ]
        );
        let text = nats_resolver(
            NatsResolverKind::Cache,
            &named("O"),
            &named("S"),
            &ResolverSettings {
                dir: Some("/da\"ta".to_owned()),
                allow_delete: true,
                limit: Some(7),
            },
        );
        assert_eq!(
            meaning(&text)[2..8],
            [
                "resolver {",
                "    type: cache",
                "    dir: \"/da\\\"ta\"",
                "    ttl: \"1h\"",
                "    limit: 7",
                "    timeout: \"1.9s\"",
            ]
        );
    }

    #[test]
    fn a_name_cannot_leave_its_comment() {
        let evil = named("x\noperator: /etc/passwd\r\u{2028}\"");
        for text in [
            memory_resolver(&evil, None, std::slice::from_ref(&evil)),
            nats_resolver(
                NatsResolverKind::Full,
                &evil,
                &evil,
                &ResolverSettings::default(),
            ),
            url_resolver(&evil, None, "http://h/"),
            helm_memory_resolver(&evil, None, std::slice::from_ref(&evil)),
            helm_nats_resolver(
                NatsResolverKind::Cache,
                &evil,
                &evil,
                &ResolverSettings::default(),
            ),
            helm_url_resolver(&evil, None, "http://h/"),
        ] {
            let comment = |line: &str| {
                let line = line.trim_start();
                line.starts_with("//") || line.starts_with('#')
            };
            assert!(
                text.lines()
                    .any(|line| comment(line) && line.contains("passwd\\r?\\\""))
            );
        }
    }
}
