mod changes;
mod entities;
mod jetstream;
mod sharing;
mod users;

use super::*;
use crate::claims::{AccountClaims, NO_LIMIT, Permissions, UserScope};
use crate::edit::doubts::Doubt;
use crate::keys::{KeyKind, PublicKey, Seed};
use crate::time::UnixTime;

fn key(kind: KeyKind, n: u8) -> PublicKey {
    Seed::from_entropy(kind, [n; 32]).public_key()
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

/// An account with a plain and a scoped signing key.
fn account() -> AccountClaims {
    let mut account = AccountClaims::new(&key(KeyKind::Account, 1));
    account.name = "A".to_owned();
    account
        .nats
        .signing_keys
        .add(&key(KeyKind::Account, 2).to_text());
    let mut scope = UserScope::new(&key(KeyKind::Account, 3).to_text());
    scope.role = "reader".to_owned();
    account.nats.signing_keys.set_scope(scope);
    account
}

#[test]
fn subjects_go_to_their_lists_once_and_sorted() {
    let edit = PermissionEdit {
        allow_pub: texts(&["b", "a", "b"]),
        allow_pubsub: texts(&["c", "a"]),
        deny_sub: texts(&["x q"]),
        ..PermissionEdit::default()
    };
    let mut permissions = Permissions::default();
    let changes = edit.apply(&mut permissions);
    assert_eq!(permissions.publish.allow, ["a", "b", "c"]);
    assert_eq!(permissions.subscribe.allow, ["a", "c"]);
    assert_eq!(permissions.subscribe.deny, ["x q"]);
    assert_eq!(changes.len(), 6);
    assert_eq!(changes[0].to_string(), "added pub allow `a`");
}

#[test]
fn removals_come_after_additions_and_all_flags_count() {
    let mut permissions = Permissions::default();
    let add = PermissionEdit {
        allow_pub: texts(&["a", "b"]),
        allow_sub: texts(&["s q"]),
        max_responses: Some(3),
        ..PermissionEdit::default()
    };
    add.apply(&mut permissions);
    assert_eq!(
        permissions.resp.as_ref().map(|r| (r.max, r.ttl)),
        Some((3, 0))
    );
    let edit = PermissionEdit {
        deny_pub: texts(&["b", "d"]),
        remove: texts(&["b", "s", "unknown"]),
        response_ttl: Some(5),
        remove_responses: true,
        ..PermissionEdit::default()
    };
    edit.apply(&mut permissions);
    assert_eq!(permissions.publish.allow, ["a"]);
    assert_eq!(permissions.publish.deny, ["d"]);
    assert_eq!(permissions.subscribe.allow, ["s q"], "only the full text");
    assert_eq!(permissions.resp, None);
}

#[test]
fn an_empty_subject_reaches_the_judge() {
    let account = NewAccount {
        default_permissions: PermissionEdit {
            allow_pub: texts(&[""]),
            ..PermissionEdit::default()
        },
        ..NewAccount::default()
    };
    let claims = account.claims(&key(KeyKind::Account, 1));
    assert!(claims.validate(UnixTime(0)).is_blocked(false));
}

#[test]
fn lists_are_normal_sorted_and_tell_what_changed() {
    let mut list = texts(&["b"]);
    let edit = ListEdit {
        add: texts(&[" Team:Blue", "a", "b", ""]),
        remove: texts(&["A", "none"]),
    };
    let changes = edit.apply(&mut list, "tag");
    assert_eq!(list, ["b", "team:blue"]);
    assert_eq!(changes, [Change::added("tag", "team:blue")]);
}

#[test]
fn an_edit_that_asks_for_nothing_leaves_lists_as_they_are() {
    let mut list = texts(&["b", "a"]);
    assert!(ListEdit::default().apply(&mut list, "tag").is_empty());
    let mut permissions = Permissions::default();
    permissions.publish.allow = list.clone();
    assert!(PermissionEdit::default().apply(&mut permissions).is_empty());
    assert_eq!(
        (list, permissions.publish.allow),
        (texts(&["b", "a"]), texts(&["b", "a"]))
    );
}

#[test]
fn dates_are_set_kept_and_removed() {
    let mut claims = account();
    let set = DateEdit {
        start: Some(10),
        expiry: Some(20),
    };
    set.apply(&mut claims);
    let keep = DateEdit {
        start: None,
        expiry: Some(0),
    };
    let changes = keep.apply(&mut claims);
    assert_eq!((claims.nbf, claims.exp), (10, 0));
    assert_eq!(
        changes,
        [Change::removed("expiry", "1970-01-01 00:00:20 UTC")]
    );
    assert!(DateEdit::default().is_empty() && !keep.is_empty());
}

#[test]
fn an_identity_key_issues_plain_users() {
    let account = account();
    let issuer = Issuer::of(&account, &key(KeyKind::Account, 1)).unwrap();
    let new = NewUser {
        name: "u".to_owned(),
        networks: ListEdit {
            add: texts(&["192.0.2.0/24", "10.0.0.0/8"]),
            ..ListEdit::default()
        },
        bearer: true,
        ..NewUser::default()
    };
    let claims = new.claims(&key(KeyKind::User, 1), &issuer).unwrap();
    let limits = &claims.nats.limits;
    assert_eq!(limits.limits.subs, NO_LIMIT);
    assert_eq!(limits.src, ["10.0.0.0/8", "192.0.2.0/24"]);
    assert!(limits.bearer_token && claims.nats.issuer_account.is_empty());
}

#[test]
fn a_signing_key_names_the_account() {
    let account = account();
    let issuer = Issuer::of(&account, &key(KeyKind::Account, 2)).unwrap();
    let claims = NewUser::default()
        .claims(&key(KeyKind::User, 1), &issuer)
        .unwrap();
    assert_eq!(claims.nats.issuer_account, account.sub);
    assert!(!claims.is_scoped());
}

#[test]
fn a_scoped_key_gives_empty_users_and_refuses_others() {
    let account = account();
    let issuer = Issuer::of(&account, &key(KeyKind::Account, 3)).unwrap();
    let mut new = NewUser {
        tags: ListEdit {
            add: texts(&["t"]),
            ..ListEdit::default()
        },
        ..NewUser::default()
    };
    let user = key(KeyKind::User, 1);
    let claims = new.claims(&user, &issuer).unwrap();
    assert!(claims.is_scoped());
    assert_eq!(claims.nats.tags, ["t"]);

    new.bearer = true;
    let refused = new.claims(&user, &issuer).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "a user signed for role `reader` cannot have a bearer token of its own"
    );
    new.permissions.max_responses = Some(1);
    let what = "permissions";
    let role = "reader".to_owned();
    assert_eq!(
        new.claims(&user, &issuer),
        Err(NewUserError::Scoped { role, what })
    );
}

#[test]
fn accounts_refuse_bearers_and_strangers() {
    let mut account = account();
    account.nats.limits.account.disallow_bearer = true;
    let issuer = Issuer::of(&account, &key(KeyKind::Account, 1)).unwrap();
    let bearer = NewUser {
        bearer: true,
        ..NewUser::default()
    };
    let refused = bearer.claims(&key(KeyKind::User, 1), &issuer);
    assert!(matches!(refused, Err(NewUserError::BearerDisallowed { account }) if account == "A"));
    assert!(Issuer::of(&account, &key(KeyKind::Account, 9)).is_err());
}

#[test]
fn the_system_account_is_sound() {
    let account = system_account(&key(KeyKind::Account, 1), &key(KeyKind::Account, 2));
    assert!(account.validate(UnixTime(0)).is_empty());
    let operator = NewOperator {
        name: "O".to_owned(),
        system_account: Some(key(KeyKind::Account, 1)),
        signing_keys: vec![key(KeyKind::Operator, 2)],
        service_urls: texts(&["nats://localhost:4222"]),
        ..NewOperator::default()
    };
    let claims = operator.claims(&key(KeyKind::Operator, 1));
    assert_eq!(claims.nats.system_account, account.sub);
    assert!(claims.validate(UnixTime(0)).is_empty());
}

#[test]
fn what_servers_never_let_in_is_doubtful() {
    let mut claims = crate::claims::UserClaims::new(&key(KeyKind::User, 1));
    let range = |start: &str, end: &str| {
        serde_json::from_value(serde_json::json!({"start": start, "end": end})).unwrap()
    };
    claims.nats.limits.times = vec![range("08:00:00", "07:00:00"), range("09:00:00", "09:00:00")];
    let at = "09:00:00".to_owned();
    assert_eq!(
        doubts::of_user(&claims, UnixTime(100)),
        [Doubt::NeverInside { at }]
    );
    assert_eq!(doubts::of_user_token(&"x".repeat(3700)), None);
    let long = doubts::of_user_token(&"x".repeat(3701));
    assert_eq!(long, Some(Doubt::LongToken { length: 3701 }));
}

#[test]
fn doubts_are_told() {
    let account = account();
    let issuer = Issuer::of(&account, &key(KeyKind::Account, 1)).unwrap();
    let new = NewUser {
        permissions: PermissionEdit {
            allow_pub: texts(&["a", "a.>.b"]),
            deny_pub: texts(&["a"]),
            ..PermissionEdit::default()
        },
        bearer: true,
        ..NewUser::default()
    };
    let mut claims = new.claims(&key(KeyKind::User, 1), &issuer).unwrap();
    let told = doubts::of_user(&claims, UnixTime(100));
    assert_eq!(
        told,
        [
            Doubt::AllowedAndDenied {
                direction: "publish",
                subject: "a".to_owned()
            },
            Doubt::RefusedByServers {
                subject: "a.>.b".to_owned()
            },
            Doubt::BearerForever,
        ]
    );
    (claims.nbf, claims.exp) = (90, 80);
    claims.nats.limits = crate::claims::UserPermissionLimits::unlimited();
    let told = doubts::of_user(&claims, UnixTime(100));
    assert_eq!(
        told,
        [Doubt::Expired { at: UnixTime(80) }, Doubt::NeverValid]
    );
}

#[test]
fn grants_of_everything_and_lost_dollars_are_doubtful() {
    let wide = |permissions: &mut crate::claims::Permissions| {
        permissions.publish.allow = texts(&["JS.API.>", "orders"]);
        permissions.subscribe.allow = texts(&["> q"]);
        permissions.subscribe.deny = texts(&["KV.b.>"]);
    };
    let mut user = crate::claims::UserClaims::new(&key(KeyKind::User, 1));
    wide(&mut user.nats.limits.permissions);
    let told: Vec<String> = doubts::of_use(&user, None)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        told,
        [
            "`JS.API.>` looks like `$JS.API.>` after a shell took the `$`: single quotes keep it, '$JS.API.>'",
            "`>` allows to subscribe on every subject",
            "`KV.b.>` looks like `$KV.b.>` after a shell took the `$`: single quotes keep it, '$KV.b.>'",
        ]
    );
    let mut role = crate::claims::UserScope::new("K");
    role.template.bearer_token = true;
    user.nats.limits = crate::claims::UserPermissionLimits::default();
    assert_eq!(doubts::of_use(&user, Some(&role)), [Doubt::BearerForever]);
    user.exp = 1;
    assert_eq!(doubts::of_use(&user, Some(&role)), []);

    let mut account = AccountClaims::new(&key(KeyKind::Account, 1));
    wide(&mut account.nats.default_permissions);
    role.role = "r".to_owned();
    wide(&mut role.template.permissions);
    account.nats.signing_keys.set_scope(role);
    let export = crate::claims::Export {
        subject: ">".to_owned(),
        ..Default::default()
    };
    account.nats.exports.push(Some(export));
    account.nats.mappings.insert("SYS.REQ.x".to_owned(), None);
    let told: Vec<String> = doubts::of_account(&account)
        .iter()
        .map(ToString::to_string)
        .collect();
    let starts = [
        "default permissions: ",
        "role `r`: ",
        "an export of `>`",
        "mapping of `SYS.REQ.x`: ",
    ];
    let counts = starts.map(|start| told.iter().filter(|text| text.starts_with(start)).count());
    assert_eq!(counts, [3, 3, 1, 1], "{told:?}");
}
