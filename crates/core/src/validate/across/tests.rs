use ExportKind::{Service, Stream};

use super::*;
use crate::keys::{KeyKind, Seed};

const NOW: UnixTime = UnixTime(2_000);

fn seed(n: u8) -> Seed {
    Seed::from_entropy(KeyKind::Account, [n; 32])
}

fn account(n: u8, name: &str) -> AccountClaims {
    let mut claims = AccountClaims::new(&seed(n).public_key());
    claims.name = name.to_owned();
    claims
}

fn export(kind: ExportKind, subject: &str) -> Export {
    Export {
        subject: subject.to_owned(),
        kind: Some(kind),
        ..Export::default()
    }
}

fn exporter(exports: impl IntoIterator<Item = Export>) -> AccountClaims {
    let mut claims = account(1, "A");
    claims.nats.exports = exports.into_iter().map(Some).collect();
    claims
}

fn import(kind: ExportKind, subject: &str) -> Import {
    Import {
        subject: subject.to_owned(),
        kind: Some(kind),
        account: seed(1).public_key().to_text(),
        ..Import::default()
    }
}

/// An activation for account 2, signed by account key `signer` at second 1,000.
fn token(signer: u8, exp: i64, nbf: i64) -> String {
    let mut claims = crate::claims::ActivationClaims::new(&seed(2).public_key());
    claims.nats.subject = "p".to_owned();
    claims.nats.kind = Some(ExportKind::Stream);
    if signer != 1 {
        claims.nats.issuer_account = seed(1).public_key().to_text();
    }
    (claims.exp, claims.nbf) = (exp, nbf);
    jwt::encode(&mut claims, &seed(signer), UnixTime(1_000)).unwrap()
}

fn topics(exporter: &AccountClaims, import: &Import) -> Vec<&'static str> {
    let exporters: Exporters<'_> = [exporter].into_iter().collect();
    let issues = exporters.judge_import(&account(2, "B"), import, NOW);
    assert!(!issues.is_blocked(true));
    issues.iter().map(|issue| issue.topic).collect()
}

#[test]
fn kind_and_subject_must_fit() {
    let a = exporter([
        export(Stream, "s.>"),
        export(Stream, "t.*.x"),
        export(Service, "q"),
    ]);
    for (kind, subject, expected) in [
        (Stream, "s.>", &[][..]),
        (Stream, "s.a.b", &[]),
        (Stream, "s.*", &[]),
        (Stream, "t.1.x", &[]),
        (Service, "q", &[]),
        (Stream, "s", &[NO_EXPORT]),
        (Stream, "none", &[NO_EXPORT]),
        (Service, "r", &[NO_EXPORT]),
        (Stream, "t.1.y", &[NO_EXPORT]),
        (Service, "s.a", &[OTHER_KIND]),
        (Stream, "q", &[OTHER_KIND]),
        (Stream, "t.>", &[TOO_WIDE]),
        (Service, "*", &[TOO_WIDE]),
    ] {
        assert_eq!(topics(&a, &import(kind, subject)), expected, "{subject}");
    }
}

#[test]
fn unknown_exporters_are_not_judged() {
    let mut foreign = import(Stream, "x");
    foreign.account = seed(9).public_key().to_text();
    assert!(topics(&exporter([]), &foreign).is_empty());
}

#[test]
fn the_account_token_is_that_of_the_importer() {
    let mut by_account = export(Service, "svc.*.x");
    by_account.account_token_position = 2;
    let a = exporter([by_account]);
    let own = format!("svc.{}.x", seed(2).public_key());
    assert!(topics(&a, &import(Service, &own)).is_empty());
    let other = format!("svc.{}.x", seed(3).public_key());
    assert_eq!(topics(&a, &import(Service, &other)), [TOKEN_POSITION]);
    assert_eq!(topics(&a, &import(Service, "svc.*.x")), [TOKEN_POSITION]);
}

#[test]
fn private_exports_take_a_token_that_holds() {
    let mut private = export(Stream, "p");
    private.token_req = true;
    let mut a = exporter([private]);
    let with = |token: String| Import {
        token,
        ..import(Stream, "p")
    };
    assert_eq!(topics(&a, &with(String::new())), [NO_TOKEN]);
    assert!(topics(&a, &with(token(1, 0, 0))).is_empty());
    assert_eq!(topics(&a, &with(token(1, 1_999, 0))), [TOKEN_EXPIRED]);
    assert_eq!(topics(&a, &with(token(1, 0, 2_001))), [TOKEN_EARLY]);
    assert_eq!(topics(&a, &with(token(7, 0, 0))), [TOKEN_ISSUER]);
    a.nats.signing_keys.add(&seed(7).public_key().to_text());
    assert!(topics(&a, &with(token(7, 0, 0))).is_empty());

    for (key, at, expected) in [
        (seed(2).public_key().to_text(), 999, &[][..]),
        (seed(2).public_key().to_text(), 1_000, &[TOKEN_REVOKED]),
        (seed(3).public_key().to_text(), 1_000, &[]),
        (EVERYONE.to_owned(), 1_000, &[TOKEN_REVOKED]),
    ] {
        let list = &mut a.nats.exports[0].as_mut().unwrap().revocations;
        *list = [(key, at)].into();
        assert_eq!(topics(&a, &with(token(1, 0, 0))), expected);
    }
}

#[test]
fn a_change_breaks_what_worked_before() {
    let before = exporter([export(Stream, "s.>"), export(Service, "q")]);
    let mut after = before.clone();
    after.nats.exports.remove(0);
    let mut b = account(2, "B");
    b.nats.imports = vec![
        Some(import(Stream, "s.a")),
        Some(import(Service, "q")),
        Some(import(Stream, "never")),
    ];
    let broken = broken_imports(&before, &after, [&b], NOW);
    let found: Vec<_> = broken.iter().map(|b| (&*b.subject, b.topic)).collect();
    assert_eq!(found, [("s.a", NO_EXPORT)]);
    assert!(broken_imports(&before, &before, [&b], NOW).is_empty());
}
