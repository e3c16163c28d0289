//! Exports, imports, mappings, revocations and activations.

mod exports;
mod imports;
mod others;

use crate::claims::AccountClaims;
use crate::edit::NewExport;
use crate::keys::{KeyKind, PublicKey, Seed};

fn seed(n: u8) -> Seed {
    Seed::from_entropy(KeyKind::Account, [n; 32])
}

fn key(n: u8) -> PublicKey {
    seed(n).public_key()
}

fn account(n: u8) -> AccountClaims {
    let mut claims = AccountClaims::new(&key(n));
    claims.name = format!("A{n}");
    claims
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn stream(subject: &str) -> NewExport {
    NewExport {
        subject: subject.to_owned(),
        ..NewExport::default()
    }
}

fn service(subject: &str) -> NewExport {
    NewExport {
        service: true,
        ..stream(subject)
    }
}
