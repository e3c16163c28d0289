//! Which key signs.

use nsc_core::claims::{AccountClaims, OperatorClaims};
use nsc_core::keys::{KeyKind, PublicKey, Seed};
use nsc_core::sign::Signer;
use nsc_store::{
    BeginOptions, Environment, ErrorKind, KeyRole, Keystore, SignerError, SignerQuery, StoreError,
    Wanted,
};

use crate::common::{World, account_seed, operator_seed, scope, seed};

/// Operator O with signing keys s1 and s2, account A with a plain and a scoped signing key.
struct Scene {
    world: World,
    env: Environment,
    keystore: Keystore,
    operator: OperatorClaims,
    account: AccountClaims,
}

impl Scene {
    fn new() -> Self {
        let world = World::new();
        let (env, keystore) = (world.env("", &[]), world.keystore());
        let mut operator = OperatorClaims::new(&public("O"));
        operator.nats.signing_keys = vec![public("s2").to_text(), public("s1").to_text()];
        let mut account = AccountClaims::new(&account_seed("A").public_key());
        account
            .nats
            .signing_keys
            .add(&account_seed("plain").public_key().to_text());
        account
            .nats
            .signing_keys
            .set_scope(scope(&account_seed("scoped"), "worker"));
        Self {
            world,
            env,
            keystore,
            operator,
            account,
        }
    }

    fn store(&self, seeds: &[Seed]) {
        let mut tx = self.keystore.begin(&BeginOptions::default()).unwrap();
        seeds.iter().for_each(|seed| tx.put_key(seed).unwrap());
        let _ = tx.commit().unwrap();
    }

    fn query(&self, wanted: Wanted) -> SignerQuery<'_> {
        SignerQuery {
            wanted,
            env: &self.env,
            keystore: &self.keystore,
            operator: &self.operator,
            managed: false,
            account: Some(&self.account),
            private_key: None,
            previous_issuer: None,
            fresh: &[],
        }
    }
}

fn public(name: &str) -> PublicKey {
    operator_seed(name).public_key()
}

fn chosen(query: SignerQuery<'_>) -> PublicKey {
    let chosen = query.choose().unwrap();
    assert_eq!(chosen.public_key(), chosen.candidate.key);
    chosen.candidate.key
}

fn refusal(query: SignerQuery<'_>) -> SignerError {
    match query.choose() {
        Err(error @ StoreError::Signer(_)) => {
            assert_eq!(error.kind(), ErrorKind::NoKey);
            let StoreError::Signer(error) = error else {
                unreachable!()
            };
            error
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn identity_first_then_signing_keys_in_order() {
    let scene = Scene::new();
    for wanted in [Wanted::OperatorToken, Wanted::AccountToken] {
        let error = refusal(scene.query(wanted));
        let candidates = vec![public("O"), public("s2"), public("s1")];
        assert_eq!(error, SignerError::NoneStored { wanted, candidates });
        assert!(error.to_string().contains(&public("s1").to_text()));
    }
    scene.store(&[operator_seed("s1")]);
    assert_eq!(chosen(scene.query(Wanted::AccountToken)), public("s1"));
    scene.store(&[operator_seed("s2")]);
    assert_eq!(chosen(scene.query(Wanted::AccountToken)), public("s2"));
    scene.store(&[operator_seed("O")]);
    assert_eq!(chosen(scene.query(Wanted::AccountToken)), public("O"));
    assert_eq!(
        scene.query(Wanted::AccountToken).stored_candidates().len(),
        3
    );
}

#[test]
fn users_are_signed_by_unscoped_keys_before_scoped_ones() {
    let scene = Scene::new();
    scene.store(&[account_seed("scoped")]);
    let only_scoped = scene.query(Wanted::UserToken).choose().unwrap();
    assert_eq!(
        only_scoped.candidate.role,
        KeyRole::AccountScoped {
            role: "worker".to_owned()
        }
    );
    scene.store(&[account_seed("plain")]);
    assert_eq!(
        chosen(scene.query(Wanted::UserToken)),
        account_seed("plain").public_key()
    );
    scene.store(&[account_seed("A"), operator_seed("O")]);
    assert_eq!(
        chosen(scene.query(Wanted::UserToken)),
        account_seed("A").public_key()
    );
}

#[test]
fn a_strict_operator_wants_signing_keys() {
    let mut scene = Scene::new();
    scene.operator.nats.strict_signing_key_usage = true;
    scene.store(&[
        operator_seed("O"),
        operator_seed("s1"),
        account_seed("A"),
        account_seed("plain"),
    ]);
    assert_eq!(chosen(scene.query(Wanted::OperatorToken)), public("O"));
    assert_eq!(chosen(scene.query(Wanted::AccountToken)), public("s1"));
    assert_eq!(
        chosen(scene.query(Wanted::UserToken)),
        account_seed("plain").public_key()
    );

    let (operator, account) = (
        public("O").to_text(),
        account_seed("A").public_key().to_text(),
    );
    let given = |wanted, value| SignerQuery {
        private_key: Some(value),
        ..scene.query(wanted)
    };
    assert!(matches!(
        refusal(given(Wanted::AccountToken, &operator)),
        SignerError::IdentityKey { .. }
    ));
    assert!(matches!(
        refusal(given(Wanted::UserToken, &account)),
        SignerError::IdentityKey { .. }
    ));
    assert_eq!(chosen(given(Wanted::OperatorToken, &operator)), public("O"));

    scene.account.nats.signing_keys.0.clear();
    let error = refusal(scene.query(Wanted::UserToken));
    assert_eq!(
        error,
        SignerError::NoSigningKey {
            wanted: Wanted::UserToken
        }
    );
}

#[test]
fn the_previous_issuer_is_preferred_where_it_still_may_sign() {
    let scene = Scene::new();
    scene.store(&[
        operator_seed("O"),
        operator_seed("s1"),
        operator_seed("stranger"),
    ]);
    let prefer = |issuer: &str| {
        let issuer = public(issuer).to_text();
        chosen(SignerQuery {
            previous_issuer: Some(&issuer),
            ..scene.query(Wanted::AccountToken)
        })
    };
    assert_eq!(prefer("s1"), public("s1"));
    assert_eq!(prefer("s2"), public("O"));
    assert_eq!(prefer("stranger"), public("O"));
}

#[test]
fn accounts_of_a_managed_store_sign_themselves() {
    let scene = Scene::new();
    scene.store(&[account_seed("A")]);
    let managed = SignerQuery {
        managed: true,
        ..scene.query(Wanted::AccountToken)
    };
    assert_eq!(chosen(managed), account_seed("A").public_key());
    assert!(matches!(
        refusal(SignerQuery {
            managed: false,
            ..managed
        }),
        SignerError::NoneStored { .. }
    ));
    let value = account_seed("plain").expose();
    let given = SignerQuery {
        private_key: Some(&value),
        ..managed
    };
    assert_eq!(chosen(given), account_seed("plain").public_key());
    scene.store(&[operator_seed("s1")]);
    assert_eq!(chosen(managed), public("s1"));
}

#[test]
fn roles_name_their_key() {
    let scene = Scene::new();
    scene.store(&[account_seed("A"), operator_seed("O")]);
    let role = |wanted, role| SignerQuery {
        private_key: Some(role),
        ..scene.query(wanted)
    };
    let key = account_seed("scoped").public_key();
    let error = refusal(role(Wanted::UserToken, "worker"));
    assert_eq!(
        error,
        SignerError::RoleNotStored {
            role: "worker".to_owned(),
            key
        }
    );
    scene.store(&[account_seed("scoped")]);
    assert_eq!(chosen(role(Wanted::UserToken, "worker")), key);
    // Never instead of the operator's, and never something else.
    for (wanted, name) in [
        (Wanted::AccountToken, "worker"),
        (Wanted::UserToken, "wroker"),
    ] {
        assert_eq!(
            refusal(role(wanted, name)),
            SignerError::Unknown {
                value: name.to_owned()
            }
        );
    }
}

#[test]
fn a_given_key_must_be_listed() {
    let scene = Scene::new();
    scene.store(&[operator_seed("O"), operator_seed("stranger")]);
    let given = |value: &str| {
        let query = SignerQuery {
            private_key: Some(value),
            ..scene.query(Wanted::AccountToken)
        };
        query.choose().map(|chosen| chosen.candidate.key)
    };
    let stranger = operator_seed("stranger");
    for value in [
        stranger.expose().to_string(),
        stranger.public_key().to_text(),
    ] {
        let Err(StoreError::Signer(error)) = given(&value) else {
            panic!("accepted")
        };
        assert!(matches!(error, SignerError::NotListed { .. }));
        assert!(!error.to_string().contains(stranger.expose().as_str()));
    }
    assert_eq!(given(&operator_seed("s1").expose()).unwrap(), public("s1"));
    let not_stored = given(&public("s1").to_text()).unwrap_err();
    assert!(
        matches!(not_stored, StoreError::Signer(SignerError::NotStored { key }) if key == public("s1"))
    );
    let wrong = given(&account_seed("A").expose()).unwrap_err();
    assert!(matches!(
        wrong,
        StoreError::Signer(SignerError::WrongKind {
            found: KeyKind::Account,
            ..
        })
    ));

    std::fs::write(
        scene.world.path("key.nk"),
        format!("{}\n", *operator_seed("s2").expose()),
    )
    .unwrap();
    assert_eq!(given("~/key.nk").unwrap(), public("s2"));
    assert_eq!(given("key.nk").unwrap(), public("s2"));
    assert_eq!(given("").unwrap(), public("O"));
}

#[test]
fn fresh_seeds_sign_before_they_are_stored() {
    let scene = Scene::new();
    let (fresh, curve) = (operator_seed("s1"), seed(KeyKind::Curve, "c"));
    let fresh = [&curve, &fresh];
    assert_eq!(
        chosen(SignerQuery {
            fresh: &fresh,
            ..scene.query(Wanted::AccountToken)
        }),
        public("s1")
    );
}

#[test]
fn a_damaged_seed_file_is_passed_over_but_named() {
    let scene = Scene::new();
    scene.store(&[operator_seed("O")]);
    let path = scene.keystore.key_path(&public("O"));
    std::fs::write(&path, "junk").unwrap();
    let error = scene.query(Wanted::AccountToken).choose().unwrap_err();
    assert_eq!(error.path(), Some(path.as_path()));
    scene.store(&[operator_seed("s1")]);
    assert_eq!(chosen(scene.query(Wanted::AccountToken)), public("s1"));
}
