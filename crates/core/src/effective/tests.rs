//! What users may do in the end.

use proptest::prelude::*;

use super::*;
use crate::claims::{Permission, Permissions, ResponsePermission};
use crate::keys::{KeyKind, PublicKey};
use crate::subject;

const NOW: UnixTime = UnixTime(1_000);

fn key(kind: KeyKind, n: u8) -> PublicKey {
    PublicKey::new(kind, [n; 32])
}

fn account() -> AccountClaims {
    let mut account = AccountClaims::new(&key(KeyKind::Account, 1));
    account.name = "A".to_owned();
    account
}

fn user_of(account: &AccountClaims) -> UserClaims {
    let mut user = UserClaims::new(&key(KeyKind::User, 1));
    user.name = "u".to_owned();
    user.iss.clone_from(&account.sub);
    user.iat = 500;
    user
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|text| (*text).to_owned()).collect()
}

fn permission(allow: &[&str], deny: &[&str]) -> Permission {
    Permission {
        allow: texts(allow),
        deny: texts(deny),
        ..Permission::default()
    }
}

/// An account with a role, and a user of it.
fn with_role(permissions: Permissions) -> (AccountClaims, UserClaims) {
    let mut account = account();
    let signing = key(KeyKind::Account, 2).to_text();
    let mut scope = UserScope::new(&signing);
    scope.role = "r".to_owned();
    scope.template.permissions = permissions;
    account.nats.signing_keys.set_scope(scope);
    let mut user = user_of(&account);
    user.iss = signing;
    user.nats.issuer_account.clone_from(&account.sub);
    user.set_scoped(true);
    (account, user)
}

fn lines(direction: &Direction) -> Vec<String> {
    let line = |rule: &SubjectRule| {
        let verdict = match rule.verdict {
            Verdict::Allow => "allow",
            Verdict::Deny => "deny",
        };
        let mut line = format!("{verdict} {}", rule.subject);
        if let Some(template) = &rule.template {
            line.push_str(&format!(" as {template}"));
        }
        if let Some(deny) = &rule.denied_by {
            line.push_str(&format!(" by {deny}"));
        }
        line
    };
    direction.rules.iter().map(line).collect()
}

fn keywords(effective: &Effective) -> Vec<&'static str> {
    effective.refused.iter().map(Refusal::keyword).collect()
}

#[test]
fn who_says_nothing_may_do_everything() {
    let account = account();
    let effective = Effective::of(&account, &user_of(&account), NOW);
    assert_eq!(effective.refused, []);
    assert_eq!(effective.publish.others, Verdict::Allow);
    assert_eq!(effective.subscribe.others, Verdict::Allow);
    assert_eq!(effective.restrictions.payload.limit, -1);
    assert_eq!(effective.role, None);
}

#[test]
fn deny_wins_over_allow() {
    let account = account();
    let mut user = user_of(&account);
    user.nats.limits.permissions.publish = permission(&["a", "b.c", "d.>"], &["a", "b.>", "d.x"]);
    let effective = Effective::of(&account, &user, NOW);
    assert_eq!(
        lines(&effective.publish),
        [
            "deny a",
            "deny b.>",
            "deny b.c by b.>",
            "deny d.x",
            "allow d.>"
        ]
    );
    assert_eq!(effective.publish.others, Verdict::Deny);
    assert_eq!(effective.subscribe.others, Verdict::Allow);
    assert_eq!(effective.publish.rules[0].from, Source::User);
}

#[test]
fn a_deny_for_one_queue_leaves_the_others() {
    let account = account();
    let mut user = user_of(&account);
    user.nats.limits.permissions.subscribe = permission(&["a", "b q", "c q"], &["a q", "b", "c q"]);
    let effective = Effective::of(&account, &user, NOW);
    assert_eq!(
        lines(&effective.subscribe),
        ["deny a q", "deny b", "deny b q by b", "deny c q", "allow a"]
    );
}

#[test]
fn defaults_count_only_where_nothing_is_said_at_all() {
    let mut account = account();
    account.nats.default_permissions.publish = permission(&["d"], &[]);
    let mut user = user_of(&account);
    let effective = Effective::of(&account, &user, NOW);
    assert_eq!(lines(&effective.publish), ["allow d"]);
    assert_eq!(effective.publish.rules[0].from, Source::AccountDefaults);
    user.nats.limits.permissions.subscribe = permission(&[], &["x"]);
    let effective = Effective::of(&account, &user, NOW);
    assert_eq!(lines(&effective.publish), Vec::<String>::new());
    assert_eq!(effective.publish.others, Verdict::Allow);
}

#[test]
fn defaults_also_fill_a_role_that_says_nothing() {
    let (mut account, user) = with_role(Permissions::default());
    account.nats.default_permissions.publish = permission(&[], &["d"]);
    let effective = Effective::of(&account, &user, NOW);
    assert_eq!(lines(&effective.publish), ["deny d"]);
    assert_eq!(effective.publish.rules[0].from, Source::AccountDefaults);
    assert_eq!(effective.role.map(|role| role.name).as_deref(), Some("r"));
}

#[test]
fn templates_are_filled_in() {
    let (account, mut user) = with_role(Permissions {
        publish: permission(
            &["{{name()}}.{{tag(team)}}.>", "x.{{tag(none)}}"],
            &["plain"],
        ),
        subscribe: permission(&["{{tag(none)}}"], &[]),
        ..Permissions::default()
    });
    user.nats.tags = texts(&["team:red", "team:blue"]);
    let effective = Effective::of(&account, &user, NOW);
    assert_eq!(effective.refused, []);
    assert_eq!(
        lines(&effective.publish),
        [
            "deny plain",
            "allow u.blue.> as {{name()}}.{{tag(team)}}.>",
            "allow u.red.> as {{name()}}.{{tag(team)}}.>"
        ]
    );
    assert_eq!(effective.publish.without_effect, ["x.{{tag(none)}}"]);
    assert_eq!(lines(&effective.subscribe), ["deny >"]);
    assert_eq!(effective.subscribe.without_effect, ["{{tag(none)}}"]);
}

#[test]
fn a_template_that_does_not_fit_allows_nothing() {
    let (mut account, user) = with_role(Permissions {
        publish: permission(&["ok"], &["no.{{tag(none)}}"]),
        ..Permissions::default()
    });
    account.nats.default_permissions.publish = permission(&["d"], &[]);
    let effective = Effective::of(&account, &user, NOW);
    assert_eq!(keywords(&effective), ["template"]);
    assert_eq!(effective.publish.others, Verdict::Deny);
    assert_eq!(effective.subscribe.others, Verdict::Deny);
    assert_eq!(effective.publish.rules, []);
}

#[test]
fn who_may_answer_publishes_nothing_else() {
    let account = account();
    let mut user = user_of(&account);
    user.nats.limits.permissions.resp = Some(ResponsePermission::default());
    let effective = Effective::of(&account, &user, NOW);
    let responses = effective.responses.unwrap();
    assert_eq!((responses.max, responses.ttl), (1, 120_000_000_000));
    assert_eq!(effective.publish.others, Verdict::Deny);
    assert_eq!(effective.subscribe.others, Verdict::Allow);
}

#[test]
fn the_lower_limit_counts() {
    let mut account = account();
    account.nats.limits.nats.payload = 100;
    account.nats.limits.nats.subs = 7;
    let mut user = user_of(&account);
    user.nats.limits.limits.subs = 5;
    let found = Effective::of(&account, &user, NOW).restrictions;
    assert_eq!(
        (found.payload.limit, found.payload.from),
        (100, Source::Account)
    );
    assert_eq!((found.subs.limit, found.subs.from), (5, Source::User));
    user.nats.limits.limits.subs = 0;
    let found = Effective::of(&account, &user, NOW).restrictions;
    assert_eq!((found.subs.limit, found.subs.from), (0, Source::User));
}

#[test]
fn reasons_to_turn_a_user_away() {
    let mut account = account();
    account.nats.limits.account.disallow_bearer = true;
    let mut user = user_of(&account);
    user.nats.limits.bearer_token = true;
    user.nats.limits.allowed_connection_types = texts(&["PIGEON"]);
    user.exp = 999;
    account.nats.revocations.insert(user.sub.clone(), 500);
    assert_eq!(
        keywords(&Effective::of(&account, &user, NOW)),
        [
            "expired",
            "bearer_disallowed",
            "connection_types",
            "revoked"
        ]
    );
    user.iss = key(KeyKind::Account, 9).to_text();
    user.nats.limits = crate::claims::UserPermissionLimits::default();
    (user.exp, user.nbf) = (0, 2_000);
    account.nats.revocations.clear();
    account.exp = 10;
    assert_eq!(
        keywords(&Effective::of(&account, &user, NOW)),
        ["not_yet", "account_expired", "unknown_issuer"]
    );
    let (account, mut user) = with_role(Permissions::default());
    user.nats.issuer_account.clear();
    user.nats.limits.limits.subs = -1;
    assert_eq!(
        keywords(&Effective::of(&account, &user, NOW)),
        ["no_issuer_account", "own_restrictions"]
    );
}

#[test]
fn a_role_asks_its_users_for_a_proxy() {
    let (mut account, user) = with_role(Permissions::default());
    let mut scope = account.scope(&user.iss).unwrap().clone();
    scope.template.proxy_required = true;
    account.nats.signing_keys.set_scope(scope);
    assert!(
        Effective::of(&account, &user, NOW)
            .restrictions
            .proxy_required
    );
}

#[test]
fn json_names_reasons_and_sources() {
    let account = account();
    let mut user = user_of(&account);
    user.exp = 1;
    user.nats.limits.permissions.publish = permission(&[], &["x"]);
    let json = serde_json::to_value(Effective::of(&account, &user, NOW)).unwrap();
    assert_eq!(json["refused"][0]["reason"], "expired");
    assert_eq!(json["publish"]["rules"][0]["verdict"], "deny");
    assert_eq!(json["publish"]["rules"][0]["from"], "user");
    assert_eq!(json["payload"]["limit"], -1);
    assert_eq!(json["restrictions_from"], "user");
}

/// Whether the claims let a message through: allow list, then deny list.
fn claims_allow(permission: &Permission, closed: bool, literal: &str) -> bool {
    let matches = |list: &[String]| list.iter().any(|entry| subject::is_subset(literal, entry));
    let allowed = matches(&permission.allow) || (permission.allow.is_empty() && !closed);
    allowed && !matches(&permission.deny)
}

/// Whether the shown rules do: deny wins, then allow, then what holds for others.
fn shown_allow(direction: &Direction, literal: &str) -> bool {
    let matches = |verdict: Verdict| {
        let rules = direction.rules.iter();
        rules
            .filter(|rule| rule.verdict == verdict)
            .any(|rule| subject::is_subset(literal, &rule.subject))
    };
    !matches(Verdict::Deny) && (matches(Verdict::Allow) || direction.others == Verdict::Allow)
}

fn pattern() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!["a", "b", "*"]), 1..4).prop_flat_map(|tokens| {
        let text = tokens.join(".");
        prop_oneof![Just(text.clone()), Just(format!("{text}.>"))]
    })
}

proptest! {
    /// What is shown is what servers decide, for any subject.
    #[test]
    fn shown_rules_decide_as_the_claims_do(
        allow in prop::collection::vec(pattern(), 0..4),
        deny in prop::collection::vec(pattern(), 0..4),
        literal in prop::collection::vec(prop::sample::select(vec!["a", "b", "c"]), 1..5),
        answers in any::<bool>(),
    ) {
        let account = account();
        let mut user = user_of(&account);
        let permissions = &mut user.nats.limits.permissions;
        permissions.publish = Permission { allow, deny, ..Permission::default() };
        permissions.resp = answers.then(ResponsePermission::default);
        let literal = literal.join(".");
        let wanted = claims_allow(&permissions.publish.clone(), answers, &literal);
        let effective = Effective::of(&account, &user, NOW);
        prop_assert_eq!(shown_allow(&effective.publish, &literal), wanted);
    }

    /// A role whose template has no markers restricts its users as the same permissions of a user.
    #[test]
    fn a_plain_template_is_what_a_user_could_have(
        allow in prop::collection::vec(pattern(), 0..4),
        deny in prop::collection::vec(pattern(), 0..4),
    ) {
        let own = Permission { allow, deny, ..Permission::default() };
        let (account, scoped) = with_role(Permissions { publish: own.clone(), ..Permissions::default() });
        let mut user = user_of(&account);
        user.nats.limits.permissions.publish = own;
        let of_role = Effective::of(&account, &scoped, NOW);
        let of_user = Effective::of(&account, &user, NOW);
        prop_assert_eq!(lines(&of_role.publish), lines(&of_user.publish));
        prop_assert_eq!(of_role.publish.others, of_user.publish.others);
    }

    /// No text in a template makes the computation fail in another way than by a refusal.
    #[test]
    fn any_template_is_judged(entry in ".{0,20}|[a.{}()tgname]{0,20}") {
        let (account, user) = with_role(Permissions {
            publish: permission(&[&entry], &[]),
            subscribe: permission(&[], &[&entry]),
            ..Permissions::default()
        });
        let effective = Effective::of(&account, &user, NOW);
        prop_assert!(effective.refused.len() <= 1);
        if !effective.refused.is_empty() {
            prop_assert_eq!(effective.publish.others, Verdict::Deny);
        }
    }
}
