use proptest::prelude::*;

use super::{account, key, seed, stream, text};
use crate::claims::ExportKind;
use crate::edit::*;
use crate::jwt;
use crate::keys::{KeyKind, Seed};
use crate::time::UnixTime;

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
}
