//! What the core costs beside the raw ed25519 operation that each piece of work contains.
//!
//! Throughput of a pair compares directly: `encode/user` against `raw/sign`, `decode/user` against
//! `raw/verify`, `key/generate` against `raw/generate`; for accounts against `raw/sign-account` and
//! `raw/verify-account`. Raw operations work on messages of the same length.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ed25519_dalek::{Signer as _, SigningKey, Verifier as _};
use nsc_core::claims::{
    Account, AccountClaims, Export, ExportKind, JetStreamLimits, User, UserClaims, UserScope,
};
use nsc_core::jwt;
use nsc_core::keys::{KeyKind, PublicKey, Seed};
use nsc_core::template::{TemplateContext, TemplateLists, expand};
use nsc_core::time::UnixTime;

const ISSUED_AT: UnixTime = UnixTime(1_700_000_000);

fn seed(kind: KeyKind, byte: u8) -> Seed {
    Seed::from_entropy(kind, [byte; 32])
}

fn user_claims() -> UserClaims {
    let mut claims = UserClaims::new(&seed(KeyKind::User, 3).public_key());
    claims.name = "alice".to_owned();
    let permissions = &mut claims.nats.limits.permissions;
    permissions.publish.allow = vec!["orders.>".to_owned(), "$JS.API.>".to_owned()];
    permissions.subscribe.allow = vec!["orders.>".to_owned(), "_INBOX.>".to_owned()];
    claims
}

fn account_claims() -> AccountClaims {
    let mut claims = AccountClaims::new(&seed(KeyKind::Account, 2).public_key());
    claims.name = "orders".to_owned();
    for number in 0..5 {
        claims.nats.exports.push(Some(Export {
            name: format!("export-{number}"),
            subject: format!("orders.{number}.>"),
            kind: Some(ExportKind::Stream),
            ..Export::default()
        }));
    }
    let tier = JetStreamLimits {
        disk_storage: -1,
        streams: 10,
        ..JetStreamLimits::default()
    };
    claims
        .nats
        .limits
        .tiered_limits
        .insert("R3".to_owned(), tier);
    let scope = UserScope {
        role: "service".to_owned(),
        ..UserScope::new(&seed(KeyKind::Account, 9).public_key().to_text())
    };
    claims.nats.signing_keys.set_scope(scope);
    claims
}

fn keys(c: &mut Criterion) {
    let mut entropy = [7_u8; 32];
    c.bench_function("raw/generate", |b| {
        b.iter(|| {
            entropy[0] = entropy[0].wrapping_add(1);
            SigningKey::from_bytes(black_box(&entropy)).verifying_key()
        });
    });
    c.bench_function("key/generate", |b| {
        b.iter(|| {
            entropy[0] = entropy[0].wrapping_add(1);
            Seed::from_entropy(KeyKind::User, black_box(entropy))
                .public_key()
                .to_text()
        });
    });
    let user = seed(KeyKind::User, 3);
    let (text, public) = (user.expose(), user.public_key().to_text());
    c.bench_function("key/parse-seed", |b| {
        b.iter(|| Seed::parse(black_box(&text)))
    });
    c.bench_function("key/parse-public", |b| {
        b.iter(|| PublicKey::parse(black_box(&public)))
    });
}

fn signatures(c: &mut Criterion) {
    let raw = SigningKey::from_bytes(&[1; 32]);
    let ours = seed(KeyKind::Account, 1);
    let token = jwt::encode(&mut user_claims(), &ours, ISSUED_AT).expect("good claims");
    let message = token.rsplit_once('.').expect("three parts").0.as_bytes();
    let signature = raw.sign(message);
    let key = raw.verifying_key();

    c.bench_function("raw/sign", |b| b.iter(|| raw.sign(black_box(message))));
    c.bench_function("key/sign", |b| b.iter(|| ours.sign(black_box(message))));
    c.bench_function("raw/verify", |b| {
        b.iter(|| key.verify(black_box(message), &signature))
    });
    let public = ours.public_key();
    let bytes = signature.to_bytes();
    c.bench_function("key/verify", |b| {
        b.iter(|| public.verify(black_box(message), &bytes))
    });
}

/// The raw operations on the signed part of an account token, which is longer than a user's.
fn account_signatures(c: &mut Criterion) {
    let raw = SigningKey::from_bytes(&[1; 32]);
    let operator = seed(KeyKind::Operator, 1);
    let token = jwt::encode(&mut account_claims(), &operator, ISSUED_AT).expect("good claims");
    let message = token.rsplit_once('.').expect("three parts").0.as_bytes();
    let (signature, key) = (raw.sign(message), raw.verifying_key());
    c.bench_function("raw/sign-account", |b| {
        b.iter(|| raw.sign(black_box(message)))
    });
    c.bench_function("raw/verify-account", |b| {
        b.iter(|| key.verify(black_box(message), &signature));
    });
}

fn tokens(c: &mut Criterion) {
    let account_key = seed(KeyKind::Account, 1);
    let operator_key = seed(KeyKind::Operator, 1);
    let mut user = user_claims();
    c.bench_function("encode/user", |b| {
        b.iter(|| jwt::encode(black_box(&mut user), &account_key, ISSUED_AT));
    });
    let mut account = account_claims();
    c.bench_function("encode/account", |b| {
        b.iter(|| jwt::encode(black_box(&mut account), &operator_key, ISSUED_AT));
    });
    let user = jwt::encode(&mut user, &account_key, ISSUED_AT).expect("good claims");
    let account = jwt::encode(&mut account, &operator_key, ISSUED_AT).expect("good claims");
    c.bench_function("decode/user", |b| {
        b.iter(|| jwt::decode_as::<User>(black_box(&user)))
    });
    c.bench_function("decode/account", |b| {
        b.iter(|| jwt::decode_as::<Account>(black_box(&account)));
    });
}

fn templates(c: &mut Criterion) {
    let tags = ["dept:sales", "dept:support", "region:eu"].map(str::to_owned);
    let lists = TemplateLists {
        pub_allow: vec!["app.{{tag(dept)}}.{{name()}}.>".to_owned()],
        sub_allow: vec!["app.{{account-name()}}.{{subject()}}.>".to_owned()],
        ..TemplateLists::default()
    };
    let context = TemplateContext {
        user_name: "alice",
        user_subject: "UDFTDSK5VM3A4LIULJ6BXOIFUXFNWS3MBCGNEAHCEKE3GB34VQD63MI6",
        user_tags: &tags,
        account_name: "orders",
        account_subject: "AAIUG3RLEWMJQAMPOPPLMUUL3UJUSGSD5EBU6YSKQYACKMRIRQKLVPGF",
        account_tags: &[],
    };
    c.bench_function("template/expand", |b| {
        b.iter(|| expand(black_box(&lists), &context))
    });
}

criterion_group!(
    benches,
    keys,
    signatures,
    account_signatures,
    tokens,
    templates
);
criterion_main!(benches);
