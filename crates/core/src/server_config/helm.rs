//! Values for the Helm chart of NATS (chart 1.x), which carry the operator, the system account and the resolver.

use super::{NamedToken, NatsResolverKind, ResolverSettings, push, quoted};
use crate::yaml;

/// The values for a resolver that takes pushed accounts and starts with the system account alone.
///
/// The chart chooses the resolver's folder and keeps it on a volume, unless the settings name another.
pub fn helm_nats_resolver(
    kind: NatsResolverKind,
    operator: &NamedToken,
    system_account: &NamedToken,
    settings: &ResolverSettings,
) -> String {
    let mut text = format!("{HEAD}config:\n  resolver:\n    enabled: true\n");
    if let Some(dir) = &settings.dir {
        push(
            &mut text,
            format_args!("    dir: {}\n", &*yaml::quoted(dir)),
        );
    }
    text.push_str("    merge:\n");
    let allow_delete = settings.allow_delete.to_string();
    let fixed: &[(&str, &str)] = match kind {
        NatsResolverKind::Full => &[
            ("type", "full"),
            ("allow_delete", &allow_delete),
            ("interval", "\"2m\""),
        ],
        NatsResolverKind::Cache => &[("type", "cache"), ("ttl", "\"1h\"")],
    };
    let limit = settings.limit.map(|limit| limit.to_string());
    let limit = limit.as_deref().map(|limit| ("limit", limit));
    let all = fixed
        .iter()
        .copied()
        .chain(limit)
        .chain([("timeout", "\"1.9s\"")]);
    for (name, value) in all {
        push(&mut text, format_args!("      {name}: {value}\n"));
    }
    text.push_str("  merge:\n");
    head(&mut text, operator, Some(&system_account.key));
    preload(&mut text, [system_account]);
    text
}

/// The values for a resolver that knows these accounts and no others. They come out sorted by key.
pub fn helm_memory_resolver(
    operator: &NamedToken,
    system_account: Option<&str>,
    accounts: &[NamedToken],
) -> String {
    let mut text = format!("{HEAD}config:\n  merge:\n");
    head(&mut text, operator, system_account);
    text.push_str("    resolver: MEMORY\n");
    let mut sorted: Vec<&NamedToken> = accounts.iter().collect();
    sorted.sort_by(|a, b| a.key.cmp(&b.key));
    preload(&mut text, sorted);
    text
}

/// The values for a resolver that asks an account server, whose URL it extends by the account's key.
pub fn helm_url_resolver(operator: &NamedToken, system_account: Option<&str>, url: &str) -> String {
    let mut text = format!("{HEAD}config:\n  merge:\n");
    head(&mut text, operator, system_account);
    let resolver = format!("URL({url})");
    push(
        &mut text,
        format_args!("    resolver: {}\n", &*yaml::quoted(&resolver)),
    );
    text
}

const HEAD: &str =
    "# Values of the NATS Helm chart: helm upgrade --install nats nats/nats -f FILE\n";

fn head(text: &mut String, operator: &NamedToken, system_account: Option<&str>) {
    let NamedToken { name, token, .. } = operator;
    push(
        text,
        format_args!(
            "    # Operator {}\n    operator: {}\n",
            quoted(name),
            &*yaml::quoted(token)
        ),
    );
    if let Some(key) = system_account {
        push(
            text,
            format_args!("    system_account: {}\n", &*yaml::quoted(key)),
        );
    }
}

fn preload<'a>(text: &mut String, accounts: impl IntoIterator<Item = &'a NamedToken>) {
    text.push_str("    resolver_preload:\n");
    for NamedToken { name, key, token } in accounts {
        push(
            text,
            format_args!(
                "      # Account {}\n      {key}: {}\n",
                quoted(name),
                &*yaml::quoted(token)
            ),
        );
    }
}
