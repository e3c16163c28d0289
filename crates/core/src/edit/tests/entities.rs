use super::{account, key, texts};
use crate::claims::{AccountClaims, OperatorClaims};
use crate::edit::{
    AccountEdit, AccountEditError, AccountLimitEdit, AllowedAccount, CalloutEdit, CalloutSettings,
    JetStreamEdit, NewOperator, NewUser, OperatorEdit, OperatorEditError, Tier, TraceEdit,
    check_strict_account, check_strict_user, check_system_account, expire_deleted, revoke_deleted,
};
use crate::keys::KeyKind;
use crate::time::UnixTime;

fn operator() -> OperatorClaims {
    let new = NewOperator {
        name: "O".to_owned(),
        ..NewOperator::default()
    };
    new.claims(&key(KeyKind::Operator, 1))
}

fn apply(edit: &AccountEdit, account: &mut AccountClaims) -> Vec<String> {
    let changes = edit.apply(account, &operator()).unwrap();
    changes.iter().map(ToString::to_string).collect()
}

#[test]
fn an_account_keeps_what_is_not_named() {
    let mut account = account();
    let restrict = AccountEdit {
        account_limits: AccountLimitEdit {
            wildcards: Some(false),
            disallow_bearer: Some(true),
            leaf: Some(0),
            ..AccountLimitEdit::default()
        },
        ..AccountEdit::default()
    };
    apply(&restrict, &mut account);
    let describe = AccountEdit {
        description: Some("text".to_owned()),
        ..AccountEdit::default()
    };
    assert_eq!(
        apply(&describe, &mut account),
        ["set description to `text`"]
    );
    let limits = &account.nats.limits.account;
    assert!(!limits.wildcards && limits.disallow_bearer);
    assert_eq!((limits.leaf, limits.conn), (0, -1));
    let clear = AccountEdit {
        description: Some(String::new()),
        ..AccountEdit::default()
    };
    assert_eq!(apply(&clear, &mut account), ["removed description `text`"]);
}

#[test]
fn signing_keys_keep_their_scope() {
    let mut account = account();
    let [plain, scoped, new] = [2, 3, 4].map(|n| key(KeyKind::Account, n));
    let edit = AccountEdit {
        signing_keys: vec![scoped, new],
        remove_signing_keys: vec![plain.to_text(), "unknown".to_owned()],
        ..AccountEdit::default()
    };
    assert_eq!(apply(&edit, &mut account).len(), 2);
    assert!(account.scope(&scoped.to_text()).is_some());
    assert!(!account.nats.signing_keys.contains(&plain.to_text()));
    assert!(account.nats.signing_keys.contains(&new.to_text()));
}

#[test]
fn tracing_is_set_sampled_and_turned_off() {
    let trace = |subject: Option<&str>, sampling| AccountEdit {
        trace: TraceEdit {
            subject: subject.map(str::to_owned),
            sampling,
        },
        ..AccountEdit::default()
    };
    let mut account = account();
    let refused = trace(None, Some(5)).apply(&mut account, &operator());
    assert!(matches!(refused, Err(AccountEditError::NoTrace { .. })));
    let refused = trace(Some(""), Some(5)).apply(&mut account, &operator());
    assert!(matches!(refused, Err(AccountEditError::NoTrace { .. })));

    apply(&trace(Some("t"), Some(5)), &mut account);
    apply(&trace(None, Some(7)), &mut account);
    assert_eq!(account.nats.trace.as_ref().unwrap().sampling, 7);
    apply(&trace(Some("t"), None), &mut account);
    assert_eq!(account.nats.trace.as_ref().unwrap().sampling, 0);
    apply(&trace(Some(""), None), &mut account);
    assert_eq!(account.nats.trace, None);
}

#[test]
fn cluster_traffic_is_the_owners_or_not() {
    let mut account = account();
    let traffic = |of: &str| AccountEdit {
        cluster_traffic: Some(of.to_owned()),
        ..AccountEdit::default()
    };
    for of in ["owner", "system", ""] {
        apply(&traffic(of), &mut account);
        assert_eq!(account.nats.cluster_traffic, of);
    }
}

#[test]
fn bearer_users_are_in_the_way_of_disallowing_them() {
    let account = account();
    let issuer = crate::edit::Issuer::of(&account, &key(KeyKind::Account, 1)).unwrap();
    let new = NewUser {
        bearer: true,
        ..NewUser::default()
    };
    let user = new.claims(&key(KeyKind::User, 1), &issuer).unwrap();
    let disallow = |value| AccountEdit {
        account_limits: AccountLimitEdit {
            disallow_bearer: Some(value),
            ..AccountLimitEdit::default()
        },
        ..AccountEdit::default()
    };
    assert!(disallow(true).check_user(&account, &user).is_err());
    assert!(disallow(false).check_user(&account, &user).is_ok());
}

#[test]
fn the_system_account_is_known_by_its_operator() {
    let mut account = account();
    let mut operator = operator();
    operator.nats.system_account.clone_from(&account.sub);
    let enable = AccountEdit {
        jetstream: JetStreamEdit::Enable(Tier::ACCOUNT),
        ..AccountEdit::default()
    };
    assert!(enable.apply(&mut account, &operator).is_err());
    assert!(check_system_account(&account).is_ok());
    apply(&enable, &mut account);
    assert!(check_system_account(&account).is_err());
}

#[test]
fn an_operator_lists_keys_and_urls_once() {
    let mut operator = operator();
    let edit = OperatorEdit {
        signing_keys: vec![key(KeyKind::Operator, 2); 2],
        service_urls: texts(&["NATS://Host:4222", "nats://host:4222", ""]),
        account_server_url: Some("https://host/jwt/v1".to_owned()),
        system_account: Some(key(KeyKind::Account, 1)),
        ..OperatorEdit::default()
    };
    edit.apply(&mut operator).unwrap();
    assert_eq!(operator.nats.signing_keys.len(), 1);
    assert_eq!(operator.nats.operator_service_urls, ["nats://host:4222"]);
    assert!(operator.validate(UnixTime(0)).is_empty());
    let undo = OperatorEdit {
        remove_signing_keys: operator.nats.signing_keys.clone(),
        remove_service_urls: texts(&["Nats://HOST:4222", "tls://unknown:1"]),
        account_server_url: Some(String::new()),
        ..OperatorEdit::default()
    };
    let changes = undo.apply(&mut operator).unwrap();
    assert_eq!(changes.len(), 3);
    assert!(operator.nats.operator_service_urls.is_empty());
}

#[test]
fn requiring_signing_keys_needs_one_to_the_last() {
    let mut operator = operator();
    let require = OperatorEdit {
        require_signing_keys: Some(true),
        ..OperatorEdit::default()
    };
    let refused = require.clone().apply(&mut operator.clone());
    assert!(matches!(
        refused,
        Err(OperatorEditError::NoSigningKey { .. })
    ));
    let both = OperatorEdit {
        signing_keys: vec![key(KeyKind::Operator, 2)],
        ..require
    };
    both.apply(&mut operator).unwrap();
    let last = OperatorEdit {
        remove_signing_keys: operator.nats.signing_keys.clone(),
        ..OperatorEdit::default()
    };
    assert!(last.apply(&mut operator.clone()).is_err());
    let off = OperatorEdit {
        require_signing_keys: Some(false),
        ..last
    };
    assert!(off.apply(&mut operator).is_ok());
}

#[test]
fn identity_signatures_are_in_the_way_of_requiring_signing_keys() {
    let operator = operator();
    let mut account = account();
    account.iss = key(KeyKind::Operator, 2).to_text();
    assert!(check_strict_account(&operator, &account).is_ok());
    account.iss.clone_from(&operator.sub);
    assert!(check_strict_account(&operator, &account).is_err());
    let mut user = crate::claims::UserClaims::new(&key(KeyKind::User, 1));
    user.iss = key(KeyKind::Account, 2).to_text();
    assert!(check_strict_user(&account, &user).is_ok());
    user.iss.clone_from(&account.sub);
    assert!(check_strict_user(&account, &user).is_err());
}

#[test]
fn callouts_are_set_judged_and_disabled() {
    let mut account = account();
    let [first, second] = [1, 2].map(|n| key(KeyKind::User, n));
    let other = AllowedAccount::Key(key(KeyKind::Account, 9));
    let set = CalloutEdit::Settings(CalloutSettings {
        users: vec![first, second, first],
        remove_users: vec![second],
        accounts: vec![other],
        curve: Some(key(KeyKind::Curve, 1)),
        ..CalloutSettings::default()
    });
    assert_eq!(set.apply(&mut account).len(), 3);
    assert_eq!(account.nats.authorization.auth_users, [first.to_text()]);
    assert!(account.validate(UnixTime(0)).is_empty());

    let any = CalloutSettings {
        accounts: vec![AllowedAccount::Any],
        ..CalloutSettings::default()
    };
    let mut mixed = account.clone();
    CalloutEdit::Settings(any.clone()).apply(&mut mixed);
    assert!(mixed.validate(UnixTime(0)).is_blocked(false));
    let replaced = CalloutEdit::Settings(CalloutSettings {
        remove_accounts: vec![other],
        remove_curve: true,
        ..any
    });
    replaced.apply(&mut account);
    assert_eq!(account.nats.authorization.allowed_accounts, ["*"]);
    assert!(account.nats.authorization.xkey.is_empty());
    assert_eq!(CalloutEdit::Disable.apply(&mut account).len(), 1);
    assert!(CalloutEdit::Disable.apply(&mut account).is_empty());
    assert_eq!(account, super::account());
}

#[test]
fn deleting_revokes_what_is_not_revoked_yet() {
    let mut account = account();
    let mut user = crate::claims::UserClaims::new(&key(KeyKind::User, 1));
    user.iat = 100;
    account.nats.revocations.insert(user.sub.clone(), 99);
    assert!(revoke_deleted(&mut account, &user, UnixTime(200)).is_some());
    assert!(revoke_deleted(&mut account, &user, UnixTime(300)).is_none());
    assert_eq!(account.nats.revocations[&user.sub], 200);
    expire_deleted(&mut account, UnixTime(300));
    assert_eq!(account.exp, 360);
}
