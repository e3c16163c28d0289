//! Activation claims.

use crate::claims::common::{Body, Claims, common_members};
use crate::claims::exports::ExportKind;
use crate::claims::object::claims_object;
use crate::keys::KeyKind;

/// The claims that let the account in `sub` import a private export.
pub type ActivationClaims = Claims<Activation>;

claims_object! {
    /// The `nats` object of activation claims.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Activation {
        /// Subject that may be imported.
        subject: String = omit "subject",
        /// Stream or service; `None` where the token says neither.
        kind: Option<ExportKind> = omit "kind",
        /// Public key of the exporting account, where a signing key of it signed.
        issuer_account: String = omit "issuer_account",
        /// Free labels.
        tags: Vec<String> = omit "tags",
        /// The type of token.
        claim_type: String = omit "type",
        /// Version of the format.
        version: i64 = omit "version",
    }
}

impl Body for Activation {
    const TYPE: &'static str = "activation";
    const SUBJECT: Option<KeyKind> = Some(KeyKind::Account);
    const ISSUERS: &'static [KeyKind] = &[KeyKind::Account, KeyKind::Operator];

    common_members!();
}

impl ActivationClaims {
    /// The exporting account: `issuer_account`, or else the issuer.
    pub fn account(&self) -> &str {
        if self.nats.issuer_account.is_empty() {
            &self.iss
        } else {
            &self.nats.issuer_account
        }
    }
}
