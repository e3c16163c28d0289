//! Judging claims in the chain they belong to: operator, account, user.

use crate::claims::{AccountClaims, OperatorClaims, UserClaims};
use crate::time::UnixTime;
use crate::validate::Issues;

impl OperatorClaims {
    /// Everything that is wrong with the operator, and whether it or one of its signing keys issued it.
    pub fn validate_chain(&self, now: UnixTime) -> Issues {
        let mut issues = self.validate(now);
        if self.iss != self.sub && !self.nats.signing_keys.contains(&self.iss) {
            let text = format!("issuer `{}` is no key of the operator", self.iss);
            issues.error("issuer", text);
        }
        issues
    }
}

impl AccountClaims {
    /// Everything that is wrong with the account, and with its place below the operator: who issued it, and JetStream
    /// limits of the system account, where servers allow none.
    pub fn validate_chain(&self, operator: &OperatorClaims, now: UnixTime) -> Issues {
        let mut issues = self.validate(now);
        if !operator.account_signers().any(|key| key == self.iss) {
            issues.error("issuer", self.issuer_text(operator));
        }
        if self.sub == operator.nats.system_account && self.nats.limits.has_jetstream_limits() {
            let text = "the system account cannot have JetStream limits".to_owned();
            issues.error("system-account-jetstream", text);
        }
        issues
    }

    fn issuer_text(&self, operator: &OperatorClaims) -> String {
        let issuer = &self.iss;
        if self.is_self_signed() {
            format!(
                "the account is self-signed, not issued by operator `{}`",
                operator.name
            )
        } else if *issuer == operator.sub {
            format!(
                "issuer `{issuer}` is the operator's identity key, but signing keys are required"
            )
        } else {
            format!(
                "issuer `{issuer}` is no key of operator `{}`",
                operator.name
            )
        }
    }
}

impl UserClaims {
    /// Everything that is wrong with the user, and with its place below account and operator: who issued it, and
    /// what servers refuse of users of a scoped signing key.
    pub fn validate_chain(
        &self,
        account: &AccountClaims,
        operator: &OperatorClaims,
        now: UnixTime,
    ) -> Issues {
        let mut issues = self.validate(now);
        let issuer = &self.iss;
        if !account.did_issue(issuer, Some(&self.nats.issuer_account)) {
            let text = format!("issuer `{issuer}` is no key of account `{}`", account.name);
            issues.error("issuer", text);
        } else if *issuer == account.sub && operator.nats.strict_signing_key_usage {
            let text = "issued by the account's identity key, but signing keys are required";
            issues.error("issuer", text.to_owned());
        }
        if let Some(scope) = account.scope(issuer)
            && !self.is_scoped()
        {
            let text = format!(
                "has permissions or limits of its own, which servers refuse of role `{}`",
                scope.role
            );
            issues.warning("scope", text);
        }
        issues
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::UserScope;
    use crate::keys::{KeyKind, Seed};

    fn key(kind: KeyKind, n: u8) -> crate::keys::PublicKey {
        Seed::from_entropy(kind, [n; 32]).public_key()
    }

    fn topics(issues: &Issues) -> Vec<&'static str> {
        issues.iter().map(|issue| issue.topic).collect()
    }

    #[test]
    fn operators_issue_themselves() {
        let mut operator = OperatorClaims::new(&key(KeyKind::Operator, 1));
        let signing = key(KeyKind::Operator, 2).to_text();
        assert!(operator.validate_chain(UnixTime(1)).is_empty());
        operator.iss.clone_from(&signing);
        assert_eq!(topics(&operator.validate_chain(UnixTime(1))), ["issuer"]);
        operator.nats.signing_keys.push(signing);
        assert!(operator.validate_chain(UnixTime(1)).is_empty());
    }

    #[test]
    fn accounts_are_issued_by_their_operator() {
        let mut operator = OperatorClaims::new(&key(KeyKind::Operator, 1));
        let mut account = AccountClaims::new(&key(KeyKind::Account, 1));
        account.iss.clone_from(&operator.sub);
        assert!(account.validate_chain(&operator, UnixTime(1)).is_empty());
        operator.nats.strict_signing_key_usage = true;
        let strict = account.validate_chain(&operator, UnixTime(1));
        assert_eq!(topics(&strict), ["issuer"]);
        assert!(strict.is_blocked(false));

        let signing = key(KeyKind::Operator, 2).to_text();
        operator.nats.signing_keys.push(signing.clone());
        account.iss = signing;
        assert!(account.validate_chain(&operator, UnixTime(1)).is_empty());
        account.iss.clone_from(&account.sub);
        let own = account.validate_chain(&operator, UnixTime(1));
        assert!(topics(&own).contains(&"issuer"));
    }

    #[test]
    fn the_system_account_has_no_jetstream() {
        let mut operator = OperatorClaims::new(&key(KeyKind::Operator, 1));
        let mut account = AccountClaims::new(&key(KeyKind::Account, 1));
        account.iss.clone_from(&operator.sub);
        account.nats.limits.jetstream.streams = 3;
        assert!(account.validate_chain(&operator, UnixTime(1)).is_empty());
        operator.nats.system_account.clone_from(&account.sub);
        let issues = account.validate_chain(&operator, UnixTime(1));
        assert_eq!(topics(&issues), ["system-account-jetstream"]);
    }

    #[test]
    fn users_are_issued_by_their_account() {
        let mut operator = OperatorClaims::new(&key(KeyKind::Operator, 1));
        let mut account = AccountClaims::new(&key(KeyKind::Account, 1));
        let mut user = UserClaims::new(&key(KeyKind::User, 1));
        let now = UnixTime(1);
        user.iss.clone_from(&account.sub);
        assert!(user.validate_chain(&account, &operator, now).is_empty());
        operator.nats.strict_signing_key_usage = true;
        assert_eq!(
            topics(&user.validate_chain(&account, &operator, now)),
            ["issuer"]
        );

        let signing = key(KeyKind::Account, 2).to_text();
        user.iss.clone_from(&signing);
        assert_eq!(
            topics(&user.validate_chain(&account, &operator, now)),
            ["issuer"]
        );
        account.nats.signing_keys.add(&signing);
        user.nats.issuer_account.clone_from(&account.sub);
        assert!(user.validate_chain(&account, &operator, now).is_empty());

        let scope = UserScope {
            key: signing.clone(),
            ..UserScope::default()
        };
        account.nats.signing_keys.0.insert(signing, Some(scope));
        let issues = user.validate_chain(&account, &operator, now);
        assert_eq!(topics(&issues), ["scope"]);
        assert!(!issues.is_blocked(true));
    }
}
