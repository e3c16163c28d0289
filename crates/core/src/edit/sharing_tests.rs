//! Exports, imports, mappings, revocations and activations.

use proptest::prelude::*;

use super::*;
use crate::claims::{AccountClaims, Export, ExportKind, SamplingRate, ServiceLatency};
use crate::jwt;
use crate::keys::{KeyKind, PublicKey, Seed};
use crate::time::UnixTime;

fn seed(n: u8) -> Seed {
    Seed::from_entropy(KeyKind::Account, [n; 32])
}

fn key(n: u8) -> PublicKey {
    seed(n).public_key()
}

fn account(n: u8) -> AccountClaims {
    let mut claims = AccountClaims::new(&key(n));
    claims.name = format!("A{n}");
    claims
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn stream(subject: &str) -> NewExport {
    NewExport {
        subject: subject.to_owned(),
        ..NewExport::default()
    }
}

fn service(subject: &str) -> NewExport {
    NewExport {
        service: true,
        ..stream(subject)
    }
}

/// A service with everything that an edit could forget.
fn rich_service() -> AccountClaims {
    let mut claims = account(1);
    let new = NewExport {
        latency: text("lat"),
        sampling: Some(SamplingRate(20)),
        response_type: text("Chunked"),
        response_threshold: 5,
        account_token_position: 2,
        allow_trace: true,
        advertise: true,
        ..service("q.*")
    };
    new.apply(&mut claims).unwrap();
    let export = claims.nats.exports[0].as_mut().unwrap();
    export.revocations.insert(key(2).to_text(), 7);
    claims
}

fn only(claims: &AccountClaims) -> &Export {
    claims.exports().next().unwrap()
}

#[test]
fn a_service_always_says_how_it_answers_and_a_stream_never() {
    let mut claims = account(1);
    let export = service("q").apply(&mut claims).unwrap();
    assert_eq!(
        (export.name.as_str(), export.response_type.as_str()),
        ("q", "Singleton")
    );
    let export = stream("s").apply(&mut claims).unwrap();
    assert_eq!(export.response_type, "");
}

#[test]
fn settings_must_fit_the_kind_of_export() {
    let refused = |new: NewExport| {
        let mut claims = account(1);
        let error = new.apply(&mut claims).unwrap_err();
        assert_eq!(claims, account(1));
        error
    };
    let what = |new| match refused(new) {
        ExportError::ServicesOnly { what, .. } => what,
        other => panic!("{other}"),
    };
    let s = || stream("s.*");
    assert_eq!(
        what(NewExport {
            response_type: text("Singleton"),
            ..s()
        }),
        "a response type"
    );
    assert_eq!(
        what(NewExport {
            response_threshold: 1,
            ..s()
        }),
        "a response threshold"
    );
    assert_eq!(
        what(NewExport {
            latency: text("l"),
            ..s()
        }),
        "latency tracking"
    );
    assert_eq!(
        what(NewExport {
            sampling: Some(SamplingRate(1)),
            ..s()
        }),
        "latency tracking"
    );
    assert_eq!(
        what(NewExport {
            allow_trace: true,
            ..s()
        }),
        "tracing"
    );
    let sampling = Some(SamplingRate(1));
    assert!(matches!(
        refused(NewExport {
            sampling,
            ..service("q")
        }),
        ExportError::SamplingWithoutResults { .. }
    ));
    assert_eq!(
        refused(NewExport {
            response_type: text("stream"),
            ..service("q")
        }),
        ExportError::ResponseType("stream".to_owned())
    );
    assert_eq!(
        refused(NewExport {
            private: true,
            account_token_position: 2,
            ..s()
        }),
        ExportError::PrivateTokenPosition
    );
}

#[test]
fn an_edit_keeps_what_it_does_not_name() {
    let mut claims = rich_service();
    let before = only(&claims).clone();
    let edit = ExportEdit {
        name: text("other"),
        description: text("words"),
        ..ExportEdit::default()
    };
    let edited = edit.apply(&ExportChoice::default(), &mut claims).unwrap();
    assert_eq!(edited.changes.len(), 2);
    assert!(edited.breaking.is_empty());
    let wanted = Export {
        name: "other".to_owned(),
        description: "words".to_owned(),
        ..before
    };
    assert_eq!(only(&claims), &wanted);
    assert_eq!(edited.export, wanted);
}

#[test]
fn a_service_that_becomes_a_stream_drops_what_streams_cannot_have() {
    let mut claims = rich_service();
    let edit = ExportEdit {
        kind: Some(ExportKind::Stream),
        ..ExportEdit::default()
    };
    let edited = edit.apply(&ExportChoice::default(), &mut claims).unwrap();
    let export = only(&claims);
    assert!(export.is_stream() && !export.allow_trace && export.service_latency.is_none());
    assert_eq!(
        (export.response_threshold, export.response_type.as_str()),
        (0, "")
    );
    assert_eq!(
        (export.account_token_position, export.revocations.len()),
        (2, 1)
    );
    assert_eq!(edited.breaking, ["kind"]);
    assert!(!claims.validate(UnixTime(0)).is_blocked(false));
    // And back again.
    let edit = ExportEdit {
        kind: Some(ExportKind::Service),
        ..ExportEdit::default()
    };
    edit.apply(&ExportChoice::default(), &mut claims).unwrap();
    assert_eq!(only(&claims).response_type, "Singleton");
    let edit = ExportEdit {
        kind: Some(ExportKind::Stream),
        allow_trace: Some(true),
        ..ExportEdit::default()
    };
    let before = claims.clone();
    let error = edit
        .apply(&ExportChoice::default(), &mut claims)
        .unwrap_err();
    assert!(matches!(
        error,
        ExportError::ServicesOnly {
            what: "tracing",
            ..
        }
    ));
    assert_eq!(claims, before);
}

#[test]
fn latency_tracking_comes_changes_and_goes() {
    let mut claims = account(1);
    service("q").apply(&mut claims).unwrap();
    let mut apply = |edit: ExportEdit| {
        let edited = edit.apply(&ExportChoice::default(), &mut claims)?;
        Ok::<_, ExportError>(edited.export.service_latency)
    };
    let latency = |sampling, results: &str| {
        Some(ServiceLatency {
            sampling: SamplingRate(sampling),
            results: results.to_owned(),
            ..ServiceLatency::default()
        })
    };
    let sampling = |n| ExportEdit {
        sampling: Some(SamplingRate(n)),
        ..ExportEdit::default()
    };
    let results = |results| ExportEdit {
        latency: text(results),
        ..ExportEdit::default()
    };
    assert!(matches!(
        apply(sampling(5)),
        Err(ExportError::SamplingWithoutResults { .. })
    ));
    assert_eq!(apply(results("l")), Ok(latency(0, "l")));
    assert_eq!(apply(sampling(5)), Ok(latency(5, "l")));
    assert_eq!(apply(results("m")), Ok(latency(5, "m")));
    assert_eq!(apply(results("")), Ok(None));
    assert_eq!(apply(results("m")), Ok(latency(0, "m")));
    let remove = ExportEdit {
        remove_latency: true,
        ..ExportEdit::default()
    };
    assert_eq!(apply(remove.clone()), Ok(None));
    assert_eq!(apply(remove), Ok(None));
}

#[test]
fn exports_are_chosen_by_subject_and_kind() {
    let mut claims = account(1);
    let none = ExportChoice::default();
    assert!(matches!(none.find(&claims), Err(ExportError::None { .. })));
    stream("x").apply(&mut claims).unwrap();
    assert_eq!(none.find(&claims), Ok(0));
    service("x").apply(&mut claims).unwrap();
    let error = none.find(&claims).unwrap_err();
    assert!(!error.is_not_found() && error.to_string().contains("`x`, `x`"));
    let mut choice = ExportChoice {
        subject: text("x"),
        kind: None,
    };
    assert!(choice.is_ambiguous(&claims));
    assert_eq!(choice.find(&claims), Ok(0));
    choice.kind = Some(ExportKind::Service);
    assert!(!choice.is_ambiguous(&claims));
    assert_eq!(choice.remove(&mut claims).unwrap().0.kind, choice.kind);
    let error = choice.find(&claims).unwrap_err();
    assert_eq!(
        error.to_string(),
        "account `A1` does not export a service `x`"
    );
}

fn public(n: u8, subject: &str, kind: ExportKind) -> NewImport {
    NewImport {
        source: ImportSource::Public {
            account: key(n),
            subject: subject.to_owned(),
            kind,
        },
        name: String::new(),
        local_subject: None,
        share: false,
        allow_trace: false,
    }
}

#[test]
fn imports_refuse_themselves_duplicates_and_lost_wildcards() {
    use ExportKind::{Service, Stream};
    let mut claims = account(1);
    let error = public(1, "x", Stream).apply(&mut claims).unwrap_err();
    assert!(matches!(error, ImportError::FromItself { .. }));
    let import = public(2, "x", Stream).apply(&mut claims).unwrap();
    assert_eq!(
        (import.name.as_str(), import.local_subject.as_str()),
        ("x", "")
    );
    assert!(
        public(2, "x", Stream)
            .apply(&mut claims)
            .unwrap_err()
            .is_duplicate()
    );
    public(2, "x", Service).apply(&mut claims).unwrap();
    public(3, "x", Stream).apply(&mut claims).unwrap();

    let mut new = public(2, "a.*.*", Stream);
    new.local_subject = text("b.$1.$1");
    let error = new.apply(&mut claims).unwrap_err();
    assert!(matches!(error, ImportError::ReferenceTwice { .. }));
    new.local_subject = text("b.$2.$1");
    new.apply(&mut claims).unwrap();
    let mut new = public(2, "y", Stream);
    new.share = true;
    let error = new.apply(&mut claims).unwrap_err();
    assert!(matches!(error, ImportError::ShareOfStream { .. }));
    let mut new = public(2, "y", Service);
    new.allow_trace = true;
    assert!(!new.apply(&mut claims).unwrap().allow_trace);
}

fn activation(export: &str, service: bool, target: u8, signer: &Seed) -> ActivationToken {
    let mut exporter = account(1);
    let new = NewExport {
        private: true,
        service,
        ..stream(export)
    };
    new.apply(&mut exporter).unwrap();
    let (subject, kind) = ActivatedExport::default().find(&exporter).unwrap();
    let new = NewActivation {
        subject,
        kind,
        target: key(target),
        dates: DateEdit::default(),
    };
    let mut claims = new.claims(&exporter, &signer.public_key()).unwrap();
    let token = jwt::encode(&mut claims, signer, UnixTime(5)).unwrap();
    ActivationToken::read(&crate::creds::decorate_jwt(&token).unwrap()).unwrap()
}

fn import_of(token: ActivationToken) -> NewImport {
    NewImport {
        source: ImportSource::Token(Box::new(token)),
        ..public(9, "", ExportKind::Stream)
    }
}

#[test]
fn a_token_tells_what_is_imported() {
    let mut importer = account(2);
    let import = import_of(activation("q.*", true, 2, &seed(1)))
        .apply(&mut importer)
        .unwrap();
    assert_eq!(
        (import.account.as_str(), import.is_service()),
        (&*key(1).to_text(), true)
    );
    assert_eq!(
        (&*import.subject, &*import.local_subject, &*import.name),
        ("q.*", "q.*", "q.*")
    );
    // A signing key speaks for the account; a stream has no local subject.
    let token = activation("s.>", false, 2, &seed(7));
    assert_eq!(token.claims.nats.issuer_account, key(1).to_text());
    let import = import_of(token).apply(&mut importer).unwrap();
    assert_eq!(
        (import.account, import.local_subject),
        (key(1).to_text(), String::new())
    );
    assert!(!importer.validate(UnixTime(9)).is_blocked(false));

    let error = import_of(activation("q", true, 3, &seed(1)))
        .apply(&mut importer)
        .unwrap_err();
    assert!(matches!(error, ImportError::NotForAccount { .. }));
    let user = Seed::from_entropy(KeyKind::User, [1; 32]);
    let mut claims = crate::claims::UserClaims::new(&user.public_key());
    let token = jwt::encode(&mut claims, &seed(1), UnixTime(5)).unwrap();
    assert!(ActivationToken::read(&token).is_err());
}

#[test]
fn imports_are_chosen_by_subject_account_and_kind() {
    use ExportKind::{Service, Stream};
    let mut claims = account(1);
    let none = ImportChoice::default();
    assert!(matches!(none.find(&claims), Err(ImportError::None { .. })));
    public(2, "x", Stream).apply(&mut claims).unwrap();
    assert_eq!(none.find(&claims), Ok(0));
    let wrong = ImportChoice {
        account: text(&key(3).to_text()),
        ..ImportChoice::default()
    };
    assert!(wrong.find(&claims).unwrap_err().is_not_found());
    public(3, "x", Stream).apply(&mut claims).unwrap();
    public(3, "x", Service).apply(&mut claims).unwrap();
    let mut choice = ImportChoice {
        subject: text("x"),
        ..ImportChoice::default()
    };
    assert!(matches!(
        choice.find(&claims),
        Err(ImportError::Several { .. })
    ));
    choice.account = text(&key(3).to_text());
    assert!(choice.is_ambiguous(&claims));
    assert_eq!(choice.find(&claims), Ok(1));
    choice.kind = Some(Service);
    assert_eq!(choice.remove(&mut claims).unwrap().0.kind, Some(Service));
    assert_eq!(claims.imports().count(), 2);
}

#[test]
fn activations_are_for_private_exports_and_others() {
    let mut claims = account(1);
    let mut choice = ActivatedExport::default();
    assert!(matches!(
        choice.find(&claims),
        Err(ActivationError::NoExports { .. })
    ));
    stream("public").apply(&mut claims).unwrap();
    assert!(matches!(
        choice.find(&claims),
        Err(ActivationError::NoPrivateExports { .. })
    ));
    for new in [stream("p.*"), service("p.>")] {
        NewExport {
            private: true,
            ..new
        }
        .apply(&mut claims)
        .unwrap();
    }
    assert!(matches!(
        choice.find(&claims),
        Err(ActivationError::Several { .. })
    ));
    choice.subject = text("p.a");
    assert!(choice.is_ambiguous(&claims));
    assert_eq!(
        choice.find(&claims),
        Ok(("p.a".to_owned(), ExportKind::Stream))
    );
    choice.kind = Some(ExportKind::Service);
    assert_eq!(choice.find(&claims).unwrap().1, ExportKind::Service);
    for subject in ["public", "q", "p"] {
        choice.subject = text(subject);
        assert!(
            choice.find(&claims).unwrap_err().is_not_found(),
            "{subject}"
        );
    }
    choice.subject = text("p. a");
    assert!(matches!(
        choice.find(&claims),
        Err(ActivationError::Subject { .. })
    ));
    let own = NewActivation {
        subject: "p.a".to_owned(),
        kind: ExportKind::Stream,
        target: key(1),
        dates: DateEdit::default(),
    };
    assert!(matches!(
        own.claims(&claims, &key(1)),
        Err(ActivationError::OwnAccount { .. })
    ));
}

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

proptest! {
    #[test]
    fn any_texts_are_taken_or_refused(subject in "[a$1*>. ]{0,12}", local in "[b$12*>. {}()]{0,12}") {
        let mut claims = account(1);
        let mut new = public(2, &subject, ExportKind::Stream);
        new.local_subject = Some(local.clone());
        if new.apply(&mut claims).is_ok() {
            let _ = claims.validate(UnixTime(0));
            let _ = claims.advise();
        }
        let mut claims = account(1);
        let new = NewMapping { from: subject.clone(), to: local.clone(), ..NewMapping::default() };
        if new.apply(&mut claims).is_ok() {
            let removal = MappingRemoval { from: subject, to: Some(local), cluster: None };
            prop_assert_eq!(removal.apply(&mut claims).len(), 1);
            prop_assert!(claims.nats.mappings.is_empty());
        }
    }

    #[test]
    fn an_edit_of_nothing_changes_nothing(name in "[a-z]{0,3}", position in 0_u64..4, private: bool) {
        let mut claims = account(1);
        let new = NewExport { name, private, account_token_position: position, ..stream("a.*") };
        if new.apply(&mut claims).is_ok() {
            let before = claims.clone();
            let edited = ExportEdit::default().apply(&ExportChoice::default(), &mut claims).unwrap();
            prop_assert!(edited.changes.is_empty() && edited.breaking.is_empty());
            prop_assert_eq!(claims, before);
        }
    }
}
