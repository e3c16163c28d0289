use super::{account, service, text};
use crate::claims::{AccountClaims, ExportKind};
use crate::edit::*;

fn mapping(to: &str, weight: u8, cluster: &str) -> NewMapping {
    NewMapping {
        from: "f".to_owned(),
        to: to.to_owned(),
        weight,
        cluster: cluster.to_owned(),
    }
}

fn targets(claims: &AccountClaims) -> Vec<(String, u8, String)> {
    let targets = claims.nats.mappings.get("f").cloned().flatten();
    let parts = |t: crate::claims::WeightedMapping| (t.subject, t.weight, t.cluster);
    targets.unwrap_or_default().into_iter().map(parts).collect()
}

#[test]
fn a_target_keeps_its_place_and_only_the_named_one_goes() {
    let mut claims = account(1);
    for new in [
        mapping("a", 10, ""),
        mapping("b", 20, ""),
        mapping("c", 30, ""),
        mapping("a", 5, "x"),
    ] {
        new.apply(&mut claims).unwrap();
    }
    mapping("a", 0, "").apply(&mut claims).unwrap();
    let all = ["a", "b", "c", "a"];
    let names =
        |claims: &AccountClaims| targets(claims).into_iter().map(|t| t.0).collect::<Vec<_>>();
    assert_eq!(names(&claims), all);
    assert_eq!(targets(&claims)[0].1, 0);
    let remove = |to: Option<&str>, cluster: Option<&str>| MappingRemoval {
        from: "f".to_owned(),
        to: to.map(str::to_owned),
        cluster: cluster.map(str::to_owned),
    };
    assert_eq!(remove(Some("c"), None).apply(&mut claims).len(), 1);
    assert_eq!(names(&claims), ["a", "b", "a"]);
    assert!(remove(Some("c"), None).apply(&mut claims).is_empty());
    assert!(remove(Some("b"), Some("x")).apply(&mut claims).is_empty());
    assert_eq!(remove(None, Some("x")).apply(&mut claims).len(), 1);
    assert_eq!(names(&claims), ["a", "b"]);
    assert_eq!(remove(None, None).apply(&mut claims).len(), 2);
    assert!(claims.nats.mappings.is_empty());
    assert!(remove(None, None).apply(&mut claims).is_empty());
}

#[test]
fn references_must_be_there() {
    let mut claims = account(1);
    let error = mapping("b.$1", 0, "").apply(&mut claims).unwrap_err();
    assert_eq!(error.to_string(), "cannot map `f` to `b.$1`");
    assert_eq!(claims, account(1));
}

#[test]
fn revocations_move_forward_only() {
    let mut claims = account(1);
    assert!(matches!(
        clear_user(&mut claims, "*"),
        Err(RevocationError::NoUsers { .. })
    ));
    let first = Revoked {
        at: 10,
        kept_later: false,
    };
    assert_eq!(revoke_user(&mut claims, "U", 10), first);
    assert_eq!(
        revoke_user(&mut claims, "U", 5),
        Revoked {
            at: 10,
            kept_later: true
        }
    );
    assert!(matches!(
        clear_user(&mut claims, "*"),
        Err(RevocationError::NotRevoked { .. })
    ));
    clear_user(&mut claims, "U").unwrap();

    let mut export = RevokedExport {
        kind: ExportKind::Service,
        subject: None,
    };
    assert!(matches!(
        export.find(&claims),
        Err(RevocationError::NoExports { .. })
    ));
    service("q.*").apply(&mut claims).unwrap();
    assert_eq!(export.revoke(&mut claims, "*", 3).unwrap().1.at, 3);
    service("r.>").apply(&mut claims).unwrap();
    assert!(matches!(
        export.find(&claims),
        Err(RevocationError::Several { .. })
    ));
    export.subject = text("q.1");
    assert!(!export.clear(&mut claims, "A").unwrap().1);
    assert!(export.clear(&mut claims, "*").unwrap().1);
    export.subject = text("s");
    assert!(export.find(&claims).unwrap_err().is_not_found());
}
