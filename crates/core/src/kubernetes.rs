//! Secrets of Kubernetes, as manifests for `kubectl apply`.

use zeroize::Zeroizing;

use crate::yaml;

/// The longest name of an object (RFC 1123 subdomain).
const LONGEST_NAME: usize = 253;

/// Whether Kubernetes takes a name for a secret: lower case letters, digits, `-` and `.`, beginning and ending
/// with a letter or digit around each `.`.
pub fn is_name(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= LONGEST_NAME && name.split('.').all(is_label)
}

/// A name of an object made from names of any kind; those without a letter or digit are left out.
///
/// ```
/// use nsc_core::kubernetes::object_name;
/// assert_eq!(object_name(&["nats", "My Account", "ü"]), "nats-my-account");
/// ```
pub fn object_name(parts: &[&str]) -> String {
    let mut name = String::new();
    for c in parts.join("-").chars() {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() => name.push(c),
            _ if name.is_empty() || name.ends_with('-') => {}
            _ => name.push('-'),
        }
    }
    name.truncate(63);
    name.trim_end_matches('-').to_owned()
}

/// A secret with these entries; each key is one that Kubernetes takes, the values are any text.
pub fn secret(name: &str, entries: &[(&str, &str)]) -> Zeroizing<String> {
    let mut parts = vec![Zeroizing::new(format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {}\ntype: Opaque\nstringData:\n",
        &*yaml::quoted(name)
    ))];
    for (key, value) in entries {
        parts.push(Zeroizing::new(format!("  {key}: ")));
        if value.contains('\n') {
            parts.push(yaml::block(value, 4));
        } else {
            parts.push(yaml::quoted(value));
            parts.push(Zeroizing::new("\n".to_owned()));
        }
    }
    let length = parts.iter().map(|part| part.len()).sum();
    let mut text = Zeroizing::new(String::with_capacity(length));
    for part in &parts {
        text.push_str(part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_kubernetes() {
        for good in ["a", "nats-creds", "a.b-c.0"] {
            assert!(is_name(good), "{good}");
        }
        let long = "a".repeat(254);
        for bad in [
            "", "A", "-a", "a-", "a..b", "a_b", "a b", ".a", "a\n", &long,
        ] {
            assert!(!is_name(bad), "{bad}");
        }
        for parts in [&["O", "u.-"][..], &["\n", "x"], &["ä", "--", "Q 9"]] {
            assert!(is_name(&object_name(parts)), "{parts:?}");
        }
        assert!(is_name(&object_name(&[&"x-".repeat(100)])));
    }

    #[test]
    fn entries_are_quoted_or_blocks() {
        let text = secret("n", &[("A", "x: \"y\""), ("f.conf", "1\n2\n"), ("B", "z")]);
        assert_eq!(
            *text,
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: \"n\"\ntype: Opaque\nstringData:\n  \
             A: \"x: \\\"y\\\"\"\n  f.conf: |\n    1\n    2\n  B: \"z\"\n"
        );
    }
}
