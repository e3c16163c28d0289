//! What a transaction takes, refuses and sees.

use nsc_core::keys::KeyKind;
use nsc_store::{
    BeginOptions, ChangeKind, ErrorKind, OperatorStore, StoreError, StoreInfo, Transaction,
};

use crate::common::{
    World, account_seed, account_token, account_token_with, begin, operator_seed, operator_token,
    scope, seed, stage_user, tampered, user_seed, user_token,
};

#[test]
fn names_that_lead_elsewhere_are_refused_everywhere() {
    let world = World::new();
    let store = world.operator("O");
    world.account(&store, "A");
    let before = world.files();
    for name in [
        "", " ", "a ", " a", ".", "..", "../../x", "a/b", "a\\b", "a\nb", "a\0b", ".nsc-rs",
    ] {
        let mut tx = begin(&world, &store);
        let error = tx.put_account(&account_token_with("x", &operator_seed("O"), |a| {
            a.name = name.to_owned()
        }));
        assert!(
            matches!(
                error,
                Err(StoreError::Name {
                    what: "account",
                    ..
                })
            ),
            "{name:?}"
        );
        let account = tx.account("A").unwrap();
        let token = user_token("u", &account_seed("A"), |u| u.name = name.to_owned());
        for result in [tx.put_user(&account, &token), tx.add_user(&account, &token)] {
            assert!(
                matches!(result, Err(StoreError::Name { what: "user", .. })),
                "{name:?}"
            );
        }
        drop(tx);
        let info = StoreInfo {
            managed: true,
            name: name.to_owned(),
        };
        let create = Transaction::create_operator(
            &world.root(),
            info,
            &world.keystore(),
            &BeginOptions::default(),
        );
        assert!(
            matches!(
                create,
                Err(StoreError::Name {
                    what: "operator",
                    ..
                })
            ),
            "{name:?}"
        );
    }
    assert_eq!(world.files(), before);
}

#[test]
fn what_exists_is_not_added_again() {
    let world = World::new();
    let store = world.operator("O");
    world.account(&store, "Acme");
    world.user(&store, "Acme", "u");
    let mut tx = begin(&world, &store);
    let twin = account_token_with("x", &operator_seed("O"), |a| a.name = "aCME".to_owned());
    let error = tx.add_account(&twin).unwrap_err();
    assert!(
        matches!(&error, StoreError::AlreadyExists { what: "account", name } if name == "Acme")
    );
    assert_eq!(error.kind(), ErrorKind::Exists);
    tx.add_account(&account_token("new", &operator_seed("O")))
        .unwrap();
    assert!(
        tx.add_account(&account_token("new", &operator_seed("O")))
            .is_err()
    );
    let account = tx.account("Acme").unwrap();
    let user = user_token("u", &account_seed("Acme"), |_| {});
    assert_eq!(
        tx.add_user(&account, &user).unwrap_err().kind(),
        ErrorKind::Exists
    );
    drop(tx);
    let info = StoreInfo {
        managed: false,
        name: "O".to_owned(),
    };
    let create = Transaction::create_operator(
        &world.root(),
        info,
        &world.keystore(),
        &BeginOptions::default(),
    );
    assert_eq!(create.unwrap_err().kind(), ErrorKind::Exists);
}

#[test]
fn tokens_are_judged_before_they_are_stored() {
    let world = World::new();
    let store = world.operator("O");
    let role = seed(KeyKind::Account, "role");
    let mut tx = begin(&world, &store);
    let token = account_token_with("A", &operator_seed("O"), |a| {
        a.nats.signing_keys.set_scope(scope(&role, "r"));
    });
    let account = tx.put_account(&token).unwrap();
    let issuer_account = account.claims.sub.clone();

    let stranger = user_token("u", &account_seed("stranger"), |_| {});
    let unnamed = user_token("u", &role, |_| {});
    for bad in [
        stranger,
        unnamed,
        tampered(&user_token("u", &account_seed("A"), |_| {})),
        token.clone(),
    ] {
        let error = tx.put_user(&account, &bad).unwrap_err();
        assert!(
            matches!(error, StoreError::Unacceptable { what: "user", .. }),
            "{error}"
        );
    }
    assert!(tx.put_account(&tampered(&token)).is_err());
    assert!(tx.put_operator(&token).is_err());
    tx.put_user(
        &account,
        &user_token("u", &role, |u| u.nats.issuer_account = issuer_account),
    )
    .unwrap();
    assert_eq!(
        tx.user("A", "u").unwrap().claims.iss,
        role.public_key().to_text()
    );
}

#[test]
fn a_transaction_sees_what_it_staged() {
    let world = World::new();
    let store = world.operator("O");
    world.account(&store, "old");
    let mut tx = begin(&world, &store);
    tx.put_account(&account_token("new", &operator_seed("O")))
        .unwrap();
    stage_user(&mut tx, "new", "u");
    let key = |seed: nsc_core::keys::Seed| seed.public_key().to_text();
    assert_eq!(tx.account(&key(account_seed("new"))).unwrap().name, "new");
    assert_eq!(tx.user("new", &key(user_seed("u"))).unwrap().name, "u");
    tx.remove_account("old").unwrap();
    assert_eq!(tx.account("old").unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(
        tx.account(&key(account_seed("old"))).unwrap_err().kind(),
        ErrorKind::NotFound
    );
    assert_eq!(tx.account_like("OLD").unwrap(), None);
    assert_eq!(tx.account_like("NEW").unwrap().as_deref(), Some("new"));
    assert!(!store.has_account("new"));
}

#[test]
fn removed_accounts_leave_no_folder_and_are_remembered() {
    let world = World::new();
    let store = world.operator("O");
    for account in ["A", "B"] {
        world.account(&store, account);
        world.user(&store, account, "u");
    }
    let foreign = store.dir().join("accounts/B/notes.txt");
    std::fs::write(&foreign, "mine").unwrap();
    for account in ["A", "B"] {
        let mut tx = begin(&world, &store);
        tx.remove_user(account, "u").unwrap();
        tx.remove_account(account).unwrap();
        tx.remove_creds(account, "u").unwrap();
        let _ = tx.commit().unwrap();
    }
    assert!(!store.dir().join("accounts/A").exists());
    assert!(foreign.exists() && !store.has_account("B"));
    let keys = ["A", "B"].map(|name| account_seed(name).public_key().to_text());
    assert_eq!(store.removed_accounts().unwrap(), keys);
    // Keys stay unless they are removed as well.
    assert!(world.keystore().has(&account_seed("A").public_key()));
    let mut tx = begin(&world, &store);
    assert!(tx.remove_key(&account_seed("A").public_key()).unwrap());
    assert!(!tx.remove_key(&account_seed("none").public_key()).unwrap());
    assert!(!tx.remove_creds("A", "u").unwrap());
    let _ = tx.commit().unwrap();
    let path = world.keystore().key_path(&account_seed("A").public_key());
    assert!(!path.parent().unwrap().exists());
    assert!(path.parent().unwrap().parent().unwrap().exists());
}

#[test]
fn a_dry_run_tells_and_writes_nothing() {
    let world = World::new();
    let store = world.operator("O");
    world.account(&store, "A");
    let before = world.names();
    let options = BeginOptions {
        dry_run: true,
        ..BeginOptions::default()
    };
    let mut tx = store.begin(&world.keystore(), &options).unwrap();
    stage_user(&mut tx, "A", "u");
    tx.put_account(&account_token_with("A", &operator_seed("O"), |a| {
        a.nats.tags.push("t".into())
    }))
    .unwrap();
    let shown = format!("{:?}", tx.changes());
    let done = tx.commit().unwrap();
    assert!(done.dry_run && !shown.contains(user_seed("u").expose().as_str()));
    let kinds: Vec<ChangeKind> = done.changes.iter().map(|c| c.change).collect();
    use ChangeKind::{Create, Replace};
    assert_eq!(kinds, [Create, Replace, Create, Create]);
    assert_eq!(world.names(), before);
}

#[test]
fn an_imported_operator_is_managed_and_used_folders_are_refused() {
    let world = World::new();
    std::fs::create_dir_all(world.root().join("empty/.nsc-rs")).unwrap();
    std::fs::create_dir_all(world.root().join("full/x")).unwrap();
    let create = |name: &str| {
        let info = StoreInfo {
            managed: true,
            name: name.to_owned(),
        };
        Transaction::create_operator(
            &world.root(),
            info,
            &world.keystore(),
            &BeginOptions::default(),
        )
    };
    assert_eq!(create("full").unwrap_err().kind(), ErrorKind::Exists);
    let mut tx = create("empty").unwrap();
    // The store may be called otherwise than the operator.
    tx.put_operator(&operator_token("other", &operator_seed("other"), |_| {}))
        .unwrap();
    let _ = tx.commit().unwrap();
    let store = OperatorStore::open(&world.root(), "empty").unwrap();
    assert!(store.is_managed() && !store.is_version_1().unwrap());
    assert_eq!(store.operator().unwrap().claims.name, "other");
    assert!(store.operator_path().ends_with("empty/empty.jwt"));
}

#[test]
fn a_read_only_place_is_named() {
    let world = World::new();
    let store = world.operator("O");
    world.account(&store, "A");
    // A file where a folder must be stops every user, root as well.
    std::fs::write(store.dir().join("accounts/A/users"), "x").unwrap();
    let before = world.files();
    let mut tx = begin(&world, &store);
    stage_user(&mut tx, "A", "u");
    let error = tx.commit().unwrap_err();
    assert_eq!(
        error.path(),
        Some(store.dir().join("accounts/A/users").as_path()),
        "{error}"
    );
    assert_eq!(world.files(), before);
}
