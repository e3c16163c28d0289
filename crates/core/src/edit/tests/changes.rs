//! What edits tell: what it was, and what it is.

use super::*;
use crate::claims::{Export, ExportKind, OperatorClaims};

fn told(changes: &[Change]) -> Vec<String> {
    changes.iter().map(Change::to_string).collect()
}

#[test]
fn responses_are_told_from_what_to_what() {
    let mut permissions = Permissions::default();
    let edit = |max, ttl, remove_responses| PermissionEdit {
        max_responses: max,
        response_ttl: ttl,
        remove_responses,
        ..PermissionEdit::default()
    };
    let mut apply = |edit: PermissionEdit| told(&edit.apply(&mut permissions));
    assert_eq!(
        apply(edit(Some(1), None, false)),
        ["set max responses to `1`", "set response ttl to `0s`"]
    );
    assert_eq!(
        apply(edit(Some(2), Some(1_000_000_000), false)),
        [
            "set max responses to `2`, was `1`",
            "set response ttl to `1s`, was `0s`"
        ]
    );
    assert_eq!(apply(edit(Some(2), None, false)), Vec::<String>::new());
    assert_eq!(
        apply(edit(None, None, true)),
        ["removed response permissions `max 2, ttl 1s`"]
    );
}

#[test]
fn exports_are_told_from_what_to_what() {
    let mut account = account();
    let new = NewExport {
        subject: "q".to_owned(),
        service: true,
        response_threshold: 1_000_000_000,
        description: "d".to_owned(),
        ..NewExport::default()
    };
    let export = new.apply(&mut account).unwrap();
    assert_eq!(
        told(&NewExport::changes(&export)),
        [
            "set description to `d`",
            "set response type to `Singleton`",
            "set response threshold to `1s`"
        ]
    );
    let edit = ExportEdit {
        kind: Some(ExportKind::Stream),
        description: Some("e".to_owned()),
        advertise: Some(true),
        account_token_position: Some(1),
        ..ExportEdit::default()
    };
    let edited = edit.apply(&ExportChoice::default(), &mut account).unwrap();
    assert_eq!(
        told(&edited.changes),
        [
            "set description to `e`, was `d`",
            "set kind to `stream`, was `service`",
            "removed response type `Singleton`",
            "removed response threshold `1s`",
            "set account token position to `1`",
            "set advertise to `true`, was `false`"
        ]
    );
    let private = ExportEdit {
        private: Some(true),
        ..ExportEdit::default()
    };
    assert!(
        private
            .apply(&ExportChoice::default(), &mut account)
            .is_err()
    );
    assert_eq!(
        account.nats.exports[0],
        Some(Export {
            token_req: false,
            ..edited.export
        })
    );
}

#[test]
fn another_role_is_told() {
    let mut account = account();
    let keys = [key(KeyKind::Account, 7), key(KeyKind::Account, 8)];
    for (key, role) in keys.iter().zip(["old", "new"]) {
        let mut scope = UserScope::new(&key.to_text());
        scope.role = role.to_owned();
        account.nats.signing_keys.set_scope(scope);
    }
    let [old, new] = keys.map(|key| Issuer::of(&account, &key).unwrap());
    let user = NewUser {
        tags: ListEdit {
            add: vec!["x".to_owned()],
            ..ListEdit::default()
        },
        dates: DateEdit {
            expiry: Some(1_000),
            ..DateEdit::default()
        },
        ..NewUser::default()
    };
    assert_eq!(
        told(&user.changes()),
        ["set expiry to `1970-01-01 00:16:40 UTC`", "added tag `x`"]
    );
    let mut claims = user.claims(&key(KeyKind::User, 1), &old).unwrap();
    claims.iss = keys[0].to_text();
    let changes = UserEdit::default().apply(&mut claims, &new).unwrap();
    assert_eq!(told(&changes), ["set role to `new`, was `old`"]);
}

#[test]
fn the_asserted_server_version_is_told() {
    let mut operator = OperatorClaims::new(&key(KeyKind::Operator, 1));
    let mut apply = |version: &str| {
        let edit = OperatorEdit {
            assert_server_version: Some(version.to_owned()),
            ..OperatorEdit::default()
        };
        told(&edit.apply(&mut operator).unwrap())
    };
    assert_eq!(apply("2.12.0"), ["set asserted server version to `2.12.0`"]);
    assert_eq!(
        apply("2.14.0"),
        ["set asserted server version to `2.14.0`, was `2.12.0`"]
    );
    assert_eq!(apply(""), ["removed asserted server version `2.14.0`"]);
}
