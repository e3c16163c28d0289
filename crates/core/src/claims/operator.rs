//! Operator claims.

use crate::claims::common::{Body, Claims, common_members};
use crate::claims::object::claims_object;
use crate::keys::KeyKind;

/// The claims of an operator, the root of trust of a NATS system.
pub type OperatorClaims = Claims<Operator>;

claims_object! {
    /// The `nats` object of operator claims.
    #[derive(Clone, Debug, Default, PartialEq)]
    pub struct Operator {
        /// Public operator keys that may sign in place of the identity key, order kept.
        signing_keys: Vec<String> = omit "signing_keys",
        /// Where accounts are pushed to and pulled from: an http(s) account server, or NATS URLs.
        account_server_url: String = omit "account_server_url",
        /// Where clients connect (`nats`, `tls`, `ws`, `wss`).
        operator_service_urls: Vec<String> = omit "operator_service_urls",
        /// Public key of the system account.
        system_account: String = omit "system_account",
        /// The oldest server version that may run with this operator, `major.minor.patch`.
        assert_server_version: String = omit "assert_server_version",
        /// Whether only signing keys may sign accounts and users.
        strict_signing_key_usage: bool = omit "strict_signing_key_usage",
        /// Free labels.
        tags: Vec<String> = omit "tags",
        /// The type of token.
        claim_type: String = omit "type",
        /// Version of the format.
        version: i64 = omit "version",
    }
}

impl Body for Operator {
    const TYPE: &'static str = "operator";
    const SUBJECT: Option<KeyKind> = Some(KeyKind::Operator);
    const ISSUERS: &'static [KeyKind] = &[KeyKind::Operator];

    fn fill_new(claims: &mut OperatorClaims) {
        claims.iss.clone_from(&claims.sub);
    }

    common_members!();
}

impl OperatorClaims {
    /// The keys that may sign accounts: the identity unless signing keys are required, then the
    /// signing keys in their order.
    pub fn account_signers(&self) -> impl Iterator<Item = &str> {
        let identity = (!self.nats.strict_signing_key_usage).then_some(self.sub.as_str());
        identity
            .into_iter()
            .chain(self.nats.signing_keys.iter().map(String::as_str))
    }
}
