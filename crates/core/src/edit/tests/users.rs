use super::{account, key, texts};
use crate::claims::{NO_LIMIT, TimeRange, UserClaims};
use crate::edit::{
    ConnectionType, FormerRole, Issuer, ListEdit, NatsLimitEdit, NewUser, PermissionEdit,
    ScopeEdit, ScopeEditError, UserEdit, UserEditError, UserLimitEdit, UserLimitError,
};
use crate::keys::KeyKind;

/// A user as its account's key `n` makes it: 1 the identity, 2 plain, 3 scoped.
fn user(n: u8) -> UserClaims {
    let account = account();
    let signer = key(KeyKind::Account, n);
    let issuer = Issuer::of(&account, &signer).unwrap();
    let new = NewUser {
        name: "u".to_owned(),
        ..NewUser::default()
    };
    let mut user = new.claims(&key(KeyKind::User, 1), &issuer).unwrap();
    user.iss = signer.to_text();
    user
}

fn range(start: &str, end: &str) -> TimeRange {
    TimeRange {
        start: start.to_owned(),
        end: end.to_owned(),
        ..TimeRange::default()
    }
}

fn tagged() -> UserEdit {
    UserEdit {
        tags: ListEdit {
            add: texts(&["T"]),
            ..ListEdit::default()
        },
        ..UserEdit::default()
    }
}

#[test]
fn limits_not_named_stay() {
    let account = account();
    let issuer = Issuer::of(&account, &key(KeyKind::Account, 1)).unwrap();
    let mut user = user(1);
    let edit = UserEdit {
        limits: UserLimitEdit {
            limits: NatsLimitEdit {
                subs: Some(5),
                ..NatsLimitEdit::default()
            },
            ..UserLimitEdit::default()
        },
        ..tagged()
    };
    let changes = edit.apply(&mut user, &issuer).unwrap();
    assert_eq!(
        (user.nats.limits.limits.subs, user.nats.limits.limits.data),
        (5, NO_LIMIT)
    );
    let texts: Vec<String> = changes.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "added tag `t`",
            "set max subscriptions to `5`, was `unlimited`"
        ]
    );
    assert!(user.nats.issuer_account.is_empty());
}

#[test]
fn a_scoped_key_takes_only_users_without_anything() {
    let account = account();
    let scoped = Issuer::of(&account, &key(KeyKind::Account, 3)).unwrap();
    tagged().apply(&mut user(3), &scoped).unwrap();
    let refused = tagged().apply(&mut user(1), &scoped).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "a user signed for role `reader` cannot have unlimited subscriptions, data and payload of its own"
    );
    let bearer = UserEdit {
        limits: UserLimitEdit {
            bearer: Some(true),
            ..UserLimitEdit::default()
        },
        ..UserEdit::default()
    };
    let refused = bearer.apply(&mut user(3), &scoped);
    assert!(matches!(
        refused,
        Err(UserEditError::Scoped {
            what: "a bearer token",
            ..
        })
    ));
}

#[test]
fn a_user_leaves_its_role_only_when_told() {
    let mut account = account();
    let identity = key(KeyKind::Account, 1);
    let issuer = Issuer::of(&account, &identity).unwrap();
    let refused = tagged().apply(&mut user(3), &issuer).unwrap_err();
    let role = FormerRole::Known("reader".to_owned());
    assert!(matches!(&refused, UserEditError::LosesRole { role: r, .. } if *r == role));

    let told = UserEdit {
        may_leave_role: true,
        ..tagged()
    };
    let mut moved = user(3);
    told.apply(&mut moved, &issuer).unwrap();
    assert!(moved.nats.limits.limits.is_unlimited());

    let restricted = UserEdit {
        permissions: PermissionEdit {
            allow_pub: texts(&["a"]),
            ..PermissionEdit::default()
        },
        ..UserEdit::default()
    };
    let mut moved = user(3);
    restricted.apply(&mut moved, &issuer).unwrap();
    assert_eq!(moved.nats.limits.limits.subs, NO_LIMIT);

    let gone = key(KeyKind::Account, 3).to_text();
    account.nats.signing_keys.0.remove(&gone);
    let issuer = Issuer::of(&account, &identity).unwrap();
    let refused = tagged().apply(&mut user(3), &issuer).unwrap_err();
    assert!(refused.to_string().contains("no longer has"), "{refused}");
}

#[test]
fn a_user_without_anything_that_no_role_made_stays_so() {
    let account = account();
    let issuer = Issuer::of(&account, &key(KeyKind::Account, 1)).unwrap();
    let mut user = user(1);
    user.set_scoped(true);
    tagged().apply(&mut user, &issuer).unwrap();
    assert_eq!(user.nats.limits.limits.subs, 0);
}

#[test]
fn bearers_need_the_account_to_allow_them() {
    let mut account = account();
    account.nats.limits.account.disallow_bearer = true;
    let issuer = Issuer::of(&account, &key(KeyKind::Account, 1)).unwrap();
    let bearer = |on| UserEdit {
        limits: UserLimitEdit {
            bearer: Some(on),
            ..UserLimitEdit::default()
        },
        ..UserEdit::default()
    };
    let refused = bearer(true).apply(&mut user(1), &issuer);
    assert!(matches!(
        refused,
        Err(UserEditError::BearerDisallowed { .. })
    ));
    assert!(bearer(false).apply(&mut user(1), &issuer).is_ok());
}

#[test]
fn connection_types_times_and_networks_are_lists() {
    let kinds = |names: &[&str]| -> Vec<ConnectionType> {
        let kinds = names.iter().map(|name| ConnectionType::parse(name));
        kinds.collect::<Result<_, _>>().unwrap()
    };
    let mut limits = user(1).nats.limits;
    let add = UserLimitEdit {
        connection_types: kinds(&["mqtt", "Standard", "MQTT"]),
        networks: ListEdit {
            add: texts(&[" 192.0.2.0/24", "10.0.0.0/8", "FE80::/10", ""]),
            ..ListEdit::default()
        },
        times: vec![range("08:00:00", "09:00:00"); 2],
        location: Some("UTC".to_owned()),
        ..UserLimitEdit::default()
    };
    add.apply(&mut limits).unwrap();
    assert_eq!(limits.allowed_connection_types, ["MQTT", "STANDARD"]);
    assert_eq!(limits.src, ["10.0.0.0/8", "192.0.2.0/24", "fe80::/10"]);
    assert_eq!(limits.times.len(), 2);

    let remove = UserLimitEdit {
        remove_connection_types: kinds(&["mqtt", "websocket"]),
        remove_times: texts(&["08:00:00", "00:00:00"]),
        location: Some(String::new()),
        ..UserLimitEdit::default()
    };
    remove.apply(&mut limits).unwrap();
    assert_eq!(limits.allowed_connection_types, ["STANDARD"]);
    assert_eq!(limits.times, [range("08:00:00", "09:00:00")]);
    assert!(limits.times_location.is_empty());
}

#[test]
fn what_is_no_network_or_connection_is_refused() {
    let edit = UserLimitEdit {
        networks: ListEdit {
            add: texts(&["10.0.0.1"]),
            ..ListEdit::default()
        },
        ..UserLimitEdit::default()
    };
    let mut limits = user(1).nats.limits;
    assert!(matches!(
        edit.apply(&mut limits),
        Err(UserLimitError::Network(_))
    ));
    let refused = ConnectionType::parse("tcp").unwrap_err();
    assert!(refused.to_string().contains("`tcp`"), "{refused}");
}

#[test]
fn a_scope_is_made_with_absent_numbers_and_keeps_its_own() {
    let mut account = account();
    let (plain, scoped) = (key(KeyKind::Account, 2), key(KeyKind::Account, 3));
    let edit = ScopeEdit {
        role: Some("writer".to_owned()),
        permissions: PermissionEdit {
            allow_pub: texts(&["w.{{name()}}"]),
            ..PermissionEdit::default()
        },
        ..ScopeEdit::default()
    };
    edit.apply(&mut account, &plain).unwrap();
    let made = account.scope(&plain.to_text()).unwrap();
    assert_eq!(made.template.limits.subs, 0);
    assert_eq!(made.template.permissions.publish.allow, ["w.{{name()}}"]);

    edit.apply(&mut account, &scoped).unwrap();
    let kept = account.scope(&scoped.to_text()).unwrap();
    assert_eq!(kept.template.limits.subs, NO_LIMIT);
    assert_eq!(account.scopes_of_role("writer").count(), 2);

    let clear = ScopeEdit {
        role: Some(String::new()),
        ..ScopeEdit::default()
    };
    clear.apply(&mut account, &scoped).unwrap();
    assert_eq!(account.scopes_of_role("writer").count(), 1);
}

#[test]
fn only_other_account_keys_get_a_scope() {
    let mut account = account();
    let edit = ScopeEdit::default();
    let refused = edit.apply(&mut account, &key(KeyKind::User, 1));
    assert!(matches!(refused, Err(ScopeEditError::WrongKind { .. })));
    let refused = edit.apply(&mut account, &key(KeyKind::Account, 1));
    assert!(matches!(refused, Err(ScopeEditError::Identity { .. })));
    assert_eq!(account, super::account());
}

#[test]
fn a_template_is_judged_as_a_user() {
    let mut account = account();
    let scoped = key(KeyKind::Account, 3);
    for (subject, sound) in [("a.{{tag(x)}}", true), ("a b", false), (".a", false)] {
        let edit = ScopeEdit {
            permissions: PermissionEdit {
                allow_pub: texts(&[subject]),
                ..PermissionEdit::default()
            },
            ..ScopeEdit::default()
        };
        let mut account = account.clone();
        edit.apply(&mut account, &scoped).unwrap();
        let issues = account.scope(&scoped.to_text()).unwrap().judge_template();
        assert_eq!(!issues.is_blocked(true), sound, "{subject}");
    }
    account.nats.signing_keys.0.clear();
    assert_eq!(account.scopes_of_role("reader").count(), 0);
}
