//! Accounts written out in the configuration, for servers without operator and resolver.

use std::collections::BTreeMap;

use thiserror::Error;

use super::push;
use crate::claims::{AccountClaims, Export, Import};
use crate::subject;

/// An account with what the server must know of it.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedAccount {
    /// The name under which the configuration has it.
    pub name: String,
    /// Its claims.
    pub claims: AccountClaims,
    /// Public keys of its users.
    pub users: Vec<String>,
}

/// Why accounts cannot be written out.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum StaticAccountsError {
    /// An import comes from an account that is not among them.
    #[error("account `{account}` imports `{subject}` from `{from}`, which is not in the store")]
    UnknownExporter {
        /// The importing account.
        account: String,
        /// The imported subject.
        subject: String,
        /// Public key of the exporting account.
        from: String,
    },
}

/// An `accounts` block with users by nkey, exports and imports, sorted by name.
///
/// A private export goes to the accounts that import it with a token; without any it is left out, since
/// servers take an empty list of accounts for everybody.
///
/// # Errors
/// [`StaticAccountsError::UnknownExporter`].
pub fn static_accounts(accounts: &[NamedAccount]) -> Result<String, StaticAccountsError> {
    let mut sorted: Vec<&NamedAccount> = accounts.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    let names: BTreeMap<&str, &str> = sorted
        .iter()
        .map(|account| (account.claims.sub.as_str(), account.name.as_str()))
        .collect();

    let mut text = "accounts: {\n".to_owned();
    for account in &sorted {
        push(&mut text, format_args!("  {}: {{\n", word(&account.name)));
        let users = account.users.iter().map(|key| format!("{{ nkey: {key} }}"));
        section(&mut text, "users", users.collect());
        let exports = account.claims.exports();
        section(
            &mut text,
            "exports",
            exports
                .filter_map(|e| export_line(account, e, &sorted))
                .collect(),
        );
        let imports = account.claims.imports();
        let lines: Result<Vec<String>, _> = imports
            .map(|import| import_line(account, import, &names))
            .collect();
        section(&mut text, "imports", lines?);
        text.push_str("  }\n");
    }
    text.push_str("}\n");
    Ok(text)
}

fn section(text: &mut String, name: &str, lines: Vec<String>) {
    if lines.is_empty() {
        return;
    }
    push(text, format_args!("    {name}: [\n"));
    for line in lines {
        push(text, format_args!("      {line}\n"));
    }
    text.push_str("    ]\n");
}

fn export_line(account: &NamedAccount, export: &Export, all: &[&NamedAccount]) -> Option<String> {
    let (kind, subject) = (export.kind?.name(), word(&export.subject));
    if !export.token_req {
        return Some(format!("{{ {kind}: {subject} }}"));
    }
    let importers: Vec<String> = all
        .iter()
        .filter(|other| imports_privately(other, account, export))
        .map(|other| word(&other.name))
        .collect();
    if importers.is_empty() {
        return None;
    }
    let importers = importers.join(",");
    Some(format!("{{ {kind}: {subject}, accounts: [{importers}] }}"))
}

fn imports_privately(importer: &NamedAccount, from: &NamedAccount, export: &Export) -> bool {
    importer.claims.imports().any(|import| {
        import.account == from.claims.sub
            && import.kind == export.kind
            && !import.token.is_empty()
            && subject::is_contained(&import.subject, &export.subject)
    })
}

fn import_line(
    account: &NamedAccount,
    import: &Import,
    names: &BTreeMap<&str, &str>,
) -> Result<String, StaticAccountsError> {
    let from =
        names
            .get(import.account.as_str())
            .ok_or_else(|| StaticAccountsError::UnknownExporter {
                account: account.name.clone(),
                subject: import.subject.clone(),
                from: import.account.clone(),
            })?;
    let kind = import.kind.map_or("stream", |kind| kind.name());
    let (from, subject) = (word(from), word(&import.subject));
    // Old tokens have the local subject of a service, or the prefix of a stream, elsewhere.
    let local = match (import.local_subject.as_str(), import.to.as_str()) {
        ("", "") => String::new(),
        ("", prefix) if !import.is_service() => format!(", prefix: {}", word(prefix)),
        ("", to) | (to, _) => format!(", to: {}", word(to)),
    };
    Ok(format!(
        "{{ {kind}: {{ account: {from}, subject: {subject} }}{local}}}"
    ))
}

/// A name or subject as the configuration takes it: quoted where it would mean something else bare.
fn word(text: &str) -> String {
    let starts =
        text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '*' | '>'));
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.*>$".contains(c);
    let keyword = ["true", "false", "yes", "no", "on", "off", "include"]
        .iter()
        .any(|keyword| text.eq_ignore_ascii_case(keyword));
    if starts && text.chars().all(plain) && !keyword {
        text.to_owned()
    } else {
        super::quoted(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::ExportKind;
    use crate::keys::{KeyKind, Seed};

    fn account(name: &str, number: u8) -> NamedAccount {
        let key = Seed::from_entropy(KeyKind::Account, [number; 32]).public_key();
        NamedAccount {
            name: name.to_owned(),
            claims: AccountClaims::new(&key),
            users: Vec::new(),
        }
    }

    fn export(kind: ExportKind, subject: &str, private: bool) -> Option<Export> {
        Some(Export {
            subject: subject.to_owned(),
            kind: Some(kind),
            token_req: private,
            ..Export::default()
        })
    }

    fn import(from: &NamedAccount, kind: ExportKind, subject: &str) -> Import {
        Import {
            account: from.claims.sub.clone(),
            subject: subject.to_owned(),
            kind: Some(kind),
            ..Import::default()
        }
    }

    #[test]
    fn accounts_are_written_out() {
        use ExportKind::{Service, Stream};
        let mut exporter = account("E", 1);
        exporter.users.push("UKEY".to_owned());
        exporter.claims.nats.exports = vec![
            export(Stream, "a.>", false),
            export(Service, "help.*", true),
            export(Service, "nobody", true),
        ];
        let mut importer = account("an importer", 2);
        importer.claims.nats.imports = vec![
            Some(Import {
                local_subject: "mine.>".to_owned(),
                ..import(&exporter, Stream, "a.>")
            }),
            Some(Import {
                token: "t".to_owned(),
                ..import(&exporter, Service, "help.me")
            }),
            Some(Import {
                to: "old".to_owned(),
                ..import(&exporter, Stream, "a.b")
            }),
        ];
        let text = static_accounts(&[importer, exporter]).unwrap();
        assert_eq!(
            text,
            r#"accounts: {
  E: {
    users: [
      { nkey: UKEY }
    ]
    exports: [
      { stream: a.> }
      { service: help.*, accounts: ["an importer"] }
    ]
  }
  "an importer": {
    imports: [
      { stream: { account: E, subject: a.> }, to: mine.>}
      { service: { account: E, subject: help.me }}
      { stream: { account: E, subject: a.b }, prefix: old}
    ]
  }
}
"#
        );
    }

    #[test]
    fn an_exporter_must_be_there() {
        let mut importer = account("I", 2);
        let stranger = account("S", 3);
        importer.claims.nats.imports = vec![Some(import(&stranger, ExportKind::Stream, "x"))];
        let error = static_accounts(&[importer]).unwrap_err();
        assert_eq!(
            error,
            StaticAccountsError::UnknownExporter {
                account: "I".to_owned(),
                subject: "x".to_owned(),
                from: stranger.claims.sub,
            }
        );
    }

    #[test]
    fn words_that_mean_something_else_are_quoted() {
        for bare in ["foo", "foo.*.>", ">", "*.x", "_x", "a-b", "x.$1"] {
            assert_eq!(word(bare), bare);
        }
        for text in ["$SYS.x", "a b", "12", "true", "a,b", "x{", "-a", "", "é"] {
            assert_eq!(word(text), format!("\"{text}\""));
        }
        assert_eq!(word("a\"\n"), "\"a\\\"\\n\"");
    }
}
