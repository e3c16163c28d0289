use proptest::prelude::*;

use super::{account, key, service, stream, text};
use crate::claims::{AccountClaims, Export, ExportKind, SamplingRate, ServiceLatency};
use crate::edit::*;
use crate::time::UnixTime;

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

proptest! {
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
