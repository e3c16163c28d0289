//! The system account, in which servers tell about themselves and take orders.

use crate::claims::{AccountClaims, Export, ExportKind};
use crate::keys::PublicKey;

/// Usual name of the system account.
pub const SYSTEM_ACCOUNT: &str = "SYS";
/// Usual name of its first user.
pub const SYSTEM_USER: &str = "sys";

const INFO_URL: &str = "https://docs.nats.io/nats-server/configuration/sys_accounts";

/// A system account with one signing key, which exports to each account what servers tell about it.
///
/// # Examples
/// ```
/// use nsc_core::edit::system_account;
/// use nsc_core::keys::{KeyKind, Seed};
///
/// let key = |n| Seed::from_entropy(KeyKind::Account, [n; 32]).public_key();
/// let account = system_account(&key(1), &key(2));
/// assert_eq!(account.name, "SYS");
/// assert_eq!(account.exports().count(), 2);
/// ```
pub fn system_account(key: &PublicKey, signing_key: &PublicKey) -> AccountClaims {
    let mut claims = AccountClaims::new(key);
    SYSTEM_ACCOUNT.clone_into(&mut claims.name);
    claims.nats.signing_keys.add(&signing_key.to_text());
    claims.nats.exports = vec![Some(monitoring_streams()), Some(monitoring_services())];
    claims
}

fn monitoring_streams() -> Export {
    Export {
        name: "account-monitoring-streams".to_owned(),
        subject: "$SYS.ACCOUNT.*.>".to_owned(),
        kind: Some(ExportKind::Stream),
        account_token_position: 3,
        description: "Account specific monitoring stream".to_owned(),
        info_url: INFO_URL.to_owned(),
        ..Export::default()
    }
}

fn monitoring_services() -> Export {
    Export {
        name: "account-monitoring-services".to_owned(),
        subject: "$SYS.REQ.ACCOUNT.*.*".to_owned(),
        kind: Some(ExportKind::Service),
        response_type: "Stream".to_owned(),
        account_token_position: 4,
        description:
            "Request account specific monitoring services for: SUBSZ, CONNZ, LEAFZ, JSZ and INFO"
                .to_owned(),
        info_url: INFO_URL.to_owned(),
        ..Export::default()
    }
}
