use super::*;
use crate::claims::{AuthorizationResponse, UserClaims};
use crate::jwt::DecodeError;
use crate::keys::KeyError;

const NOW: UnixTime = UnixTime(1_700_000_000);
const NONCE: [u8; 24] = [9; 24];

fn seed(kind: KeyKind, byte: u8) -> Seed {
    Seed::from_entropy(kind, [byte; 32])
}

fn server() -> Seed {
    seed(KeyKind::Server, 1)
}

/// What a server asks, as claims.
fn asked() -> AuthorizationRequestClaims {
    let user = seed(KeyKind::User, 2).public_key().to_text();
    let mut claims = AuthorizationRequestClaims {
        sub: user.clone(),
        aud: AUDIENCE.to_owned(),
        ..Default::default()
    };
    claims.nats.server_id.id = server().public_key().to_text();
    claims.nats.user_nkey = user;
    claims.nats.connect_opts.user = "ada".to_owned();
    claims
}

fn signed(mut claims: AuthorizationRequestClaims) -> Vec<u8> {
    jwt::encode(&mut claims, &server(), NOW)
        .unwrap()
        .into_bytes()
}

fn user_token(key: &PublicKey, account: &Seed) -> String {
    jwt::encode(&mut UserClaims::new(key), account, NOW).unwrap()
}

fn read_answer(bytes: &[u8]) -> AuthorizationResponseClaims {
    jwt::decode_as::<AuthorizationResponse>(std::str::from_utf8(bytes).unwrap()).unwrap()
}

#[test]
fn a_user_is_let_in() {
    let account = seed(KeyKind::Account, 3);
    let callout = Callout::new(account.public_key(), &account);
    let request = callout.read(&signed(asked()), None).unwrap();
    assert_eq!(request.claims().nats.connect_opts.user, "ada");
    assert!(!request.is_sealed() && request.brought().is_none());
    let token = user_token(&request.user(), &account);
    let answer = read_answer(&callout.allow(&request, &token, NOW, NONCE).unwrap());
    assert_eq!(answer.sub, seed(KeyKind::User, 2).public_key().to_text());
    assert_eq!(answer.aud, server().public_key().to_text());
    assert_eq!((answer.nats.jwt.as_str(), answer.iat), (&*token, NOW.0));
    assert_eq!(
        (&*answer.nats.error, &*answer.nats.issuer_account),
        ("", "")
    );
    assert!(answer.validate(NOW).is_empty());
}

#[test]
fn a_signing_key_speaks_for_its_account() {
    let (account, signing) = (seed(KeyKind::Account, 3), seed(KeyKind::Account, 4));
    let callout = Callout::new(account.public_key(), &signing);
    let request = callout.read(&signed(asked()), None).unwrap();
    let answer = read_answer(&callout.deny(&request, "not today", NOW, NONCE).unwrap());
    assert_eq!(answer.iss, signing.public_key().to_text());
    assert_eq!(answer.nats.issuer_account, account.public_key().to_text());
    assert_eq!((&*answer.nats.error, &*answer.nats.jwt), ("not today", ""));
    assert!(answer.validate(NOW).is_empty());
}

#[test]
fn what_came_sealed_is_answered_sealed() {
    let account = seed(KeyKind::Account, 3);
    let (ours, theirs) = (seed(KeyKind::Curve, 5), seed(KeyKind::Curve, 6));
    let callout = Callout::new(account.public_key(), &account).with_xkey(&ours);
    let sealed = theirs
        .seal(&signed(asked()), &ours.public_key(), NONCE)
        .unwrap();
    let header = theirs.public_key().to_text();
    let request = callout.read(&sealed, Some(&header)).unwrap();
    assert!(request.is_sealed());
    let answer = callout.deny(&request, "no", NOW, [7; 24]).unwrap();
    assert!(answer.starts_with(b"xkv1"));
    let opened = theirs.open(&answer, &ours.public_key()).unwrap();
    assert_eq!(read_answer(&opened).nats.error, "no");

    let without = Callout::new(account.public_key(), &account);
    let refused = |callout: &Callout<'_>, message: &[u8], header: Option<&str>| {
        callout.read(message, header).err().unwrap()
    };
    assert_eq!(
        refused(&without, &sealed, Some(&header)),
        CalloutError::Sealed
    );
    assert_eq!(
        without.deny(&request, "no", NOW, NONCE),
        Err(CalloutError::Sealed)
    );
    assert_eq!(
        refused(&callout, &signed(asked()), None),
        CalloutError::NotSealed
    );
    let other = seed(KeyKind::Curve, 8).public_key().to_text();
    assert_eq!(
        refused(&callout, &sealed, Some(&other)),
        CalloutError::Open(KeyError::Decrypt)
    );
    assert!(matches!(
        refused(&callout, &sealed, Some("nobody")),
        CalloutError::ServerXkey(_)
    ));
}

#[test]
fn what_is_no_request_is_refused() {
    let account = seed(KeyKind::Account, 3);
    let callout = Callout::new(account.public_key(), &account);
    let refused = |message: &[u8]| callout.read(message, None).err().unwrap();
    assert_eq!(refused(&[0xff]), CalloutError::NoText);
    assert_eq!(
        refused(b"hello"),
        CalloutError::Request(DecodeError::Chunks)
    );
    let user = user_token(&seed(KeyKind::User, 2).public_key(), &account);
    assert!(matches!(
        refused(user.as_bytes()),
        CalloutError::Request(DecodeError::WrongType { .. })
    ));
    let changed = |change: fn(&mut AuthorizationRequestClaims)| {
        let mut claims = asked();
        change(&mut claims);
        refused(&signed(claims))
    };
    let audience = changed(|claims| "somebody".clone_into(&mut claims.aud));
    assert_eq!(audience, CalloutError::Audience("somebody".to_owned()));
    let key = changed(|claims| claims.nats.user_nkey.clear());
    assert!(matches!(key, CalloutError::UserKey(_)));
    let server = changed(|claims| claims.nats.server_id.id = "N1".to_owned());
    assert!(matches!(server, CalloutError::Server { named, .. } if named == "N1"));
}

#[test]
fn answers_that_no_server_takes_are_not_made() {
    let account = seed(KeyKind::Account, 3);
    let callout = Callout::new(account.public_key(), &account);
    let request = callout.read(&signed(asked()), None).unwrap();
    let other = user_token(&seed(KeyKind::User, 9).public_key(), &account);
    assert!(matches!(
        callout.allow(&request, &other, NOW, NONCE),
        Err(CalloutError::OtherUser { .. })
    ));
    assert_eq!(
        callout.allow(&request, "no token", NOW, NONCE),
        Err(CalloutError::User(DecodeError::Chunks))
    );
    assert_eq!(
        callout.deny(&request, "", NOW, NONCE),
        Err(CalloutError::NoReason)
    );
    let user = seed(KeyKind::User, 1);
    let wrong = Callout::new(account.public_key(), &user);
    assert!(matches!(
        wrong.deny(&request, "no", NOW, NONCE),
        Err(CalloutError::Sign(_))
    ));
}

#[test]
fn the_jwt_that_the_client_brought_is_at_hand() {
    let account = seed(KeyKind::Account, 3);
    let callout = Callout::new(account.public_key(), &account);
    let mut claims = asked();
    let key = seed(KeyKind::User, 7).public_key();
    claims.nats.connect_opts.jwt = user_token(&key, &account);
    let request = callout.read(&signed(claims), None).unwrap();
    assert_eq!(request.brought().unwrap().sub, key.to_text());
}

proptest::proptest! {
    #[test]
    fn whatever_comes_is_read_or_refused(
        message in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80),
        header in proptest::option::of("\\PC{0,60}"),
        is_sealed: bool,
    ) {
        let (account, xkey) = (seed(KeyKind::Account, 3), seed(KeyKind::Curve, 5));
        let plain = Callout::new(account.public_key(), &account);
        let callout = if is_sealed { plain.with_xkey(&xkey) } else { plain };
        proptest::prop_assert!(callout.read(&message, header.as_deref()).is_err());
    }
}
