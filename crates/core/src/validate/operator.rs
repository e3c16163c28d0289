//! Rules for operators.

use crate::claims::{Claims, Operator};
use crate::keys::KeyKind;
use crate::validate::{Issues, Judged};
use crate::value;

impl Judged for Operator {
    fn judge(claims: &Claims<Self>, issues: &mut Issues) {
        let operator = &claims.nats;
        if let Err(error) = value::check_account_server_url(&operator.account_server_url) {
            issues.error("account-server-url", format!("account server URL {error}"));
        }
        for url in operator
            .operator_service_urls
            .iter()
            .filter(|url| !url.is_empty())
        {
            if let Err(error) = value::check_service_url(url) {
                issues.error(
                    "operator-service-url",
                    format!("operator service URL {error}"),
                );
            }
        }
        for key in &operator.signing_keys {
            issues.key(
                "operator-signing-key",
                "signing key",
                key,
                KeyKind::Operator,
            );
        }
        if !operator.system_account.is_empty() {
            let key = &operator.system_account;
            issues.key("account-key", "system account", key, KeyKind::Account);
        }
        let version = &operator.assert_server_version;
        if !version.is_empty()
            && let Err(error) = value::parse_server_version(version)
        {
            issues.error("server-version", format!("asserted server version {error}"));
        }
    }
}
