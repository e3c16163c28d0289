//! The command line as it may be kept: quoted for a shell, without secrets.

use std::ffi::OsString;

use nsc_store::secrets::{MASK, mask};

/// Flags whose value is a secret whatever it looks like.
const SECRET_FLAGS: [&str; 4] = ["--seed", "--secret", "--password", "--token"];
/// Parameters of URLs whose value is a secret.
const SECRET_PARAMETERS: [&str; 3] = ["secret=", "seed=", "password="];

/// A command line, the program's name first, as a person would type it; secrets are masked.
pub fn shown(args: &[OsString]) -> String {
    let mut line = "nsc".to_owned();
    let mut is_secret = false;
    for arg in args.iter().skip(1) {
        let arg = arg.to_string_lossy();
        line.push(' ');
        if is_secret {
            line.push_str(MASK);
        } else {
            line.push_str(&typed(&without_secrets(&arg)));
        }
        is_secret = !is_secret && SECRET_FLAGS.contains(&arg.as_ref());
    }
    line
}

fn without_secrets(arg: &str) -> String {
    let flag = SECRET_FLAGS.iter().find(|flag| {
        arg.strip_prefix(**flag)
            .is_some_and(|rest| rest.starts_with('='))
    });
    if let Some(flag) = flag {
        return format!("{flag}={MASK}");
    }
    let mut text = mask(arg);
    for name in SECRET_PARAMETERS {
        text = without_parameter(&text, name);
    }
    without_url_password(&text)
}

/// Masks the value behind every `name=`, up to the next `&`.
fn without_parameter(text: &str, name: &str) -> String {
    let mut parts = text.split(name);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.find('&').map_or("", |end| &part[end..]);
        out.push_str(name);
        out.push_str(MASK);
        out.push_str(rest);
    }
    out
}

/// Masks the password in `scheme://user:password@host`.
fn without_url_password(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.to_owned();
    };
    let authority = rest.split(['/', '?', '#', ',']).next().unwrap_or_default();
    let Some((login, host)) = authority.rsplit_once('@') else {
        return text.to_owned();
    };
    let Some((user, _)) = login.split_once(':') else {
        return text.to_owned();
    };
    let after = &rest[authority.len()..];
    format!("{scheme}://{user}:{MASK}@{host}{after}")
}

/// As [`quoted`], but what stands for a secret needs no quotes: nobody can type it anyway.
fn typed(arg: &str) -> String {
    match quoted(&arg.replace(MASK, "")) {
        plain if !plain.starts_with('\'') => arg.to_owned(),
        _ if arg == MASK => arg.to_owned(),
        _ => quoted(arg),
    }
}

/// The argument as a person would type it in a shell.
pub fn quoted(arg: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,@%+".contains(c);
    if !arg.is_empty() && arg.chars().all(plain) {
        return arg.to_owned();
    }
    format!("'{}'", arg.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &str = "SUAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAEQ";

    fn line(args: &[&str]) -> String {
        let args: Vec<OsString> = args.iter().map(Into::into).collect();
        shown(&args)
    }

    #[test]
    fn a_line_can_be_typed_again() {
        let args = [
            "/usr/bin/nsc",
            "add",
            "user",
            "-n",
            "it's me",
            "",
            "--tag=a,b",
        ];
        assert_eq!(line(&args), r"nsc add user -n 'it'\''s me' '' --tag=a,b");
    }

    #[test]
    fn secrets_are_masked() {
        for args in [
            &["nsc", "-K", SEED][..],
            &["nsc", &format!("-K{SEED}")],
            &["nsc", &format!("--private-key={SEED}")],
            &["nsc", "--seed", SEED, "x"],
            &["nsc", "--seed", "a secret of a kind we do not know", "x"],
            &["nsc", "--password=hush"],
            &["nsc", "nsc://O/A/u?secret=hush&seed=hush"],
            &["nsc", "nats://me:hush@host:4222,x"],
        ] {
            let line = line(args);
            assert!(line.contains(MASK), "{line}");
            for secret in [SEED, "hush", "a secret"] {
                assert!(!line.contains(secret), "{line}");
            }
            assert_eq!(args.contains(&"x"), line.ends_with(" x"), "{line}");
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        let args = [
            "nsc",
            "-K",
            "role",
            "nats://host:4222",
            "a@b://c",
            "nats://me@h",
        ];
        assert_eq!(
            line(&args),
            "nsc -K role nats://host:4222 a@b://c nats://me@h"
        );
    }
}
