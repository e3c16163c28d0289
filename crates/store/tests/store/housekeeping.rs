//! Renaming accounts, migrating keystores, and finding what lies around.

use std::path::PathBuf;

use nsc_core::keys::KeyKind;
use nsc_store::journal::Probe;
use nsc_store::salvage::Found;
use nsc_store::{BeginOptions, Keystore, OperatorStore, StoreError};

use crate::common::{
    World, account_seed, account_token, account_token_with, operator_seed, seed, user_seed,
};
use crate::crash::StopAt;

/// An operator with the accounts `A`, whose users `u` and `v` have creds, and `B`.
fn prepared() -> (World, OperatorStore) {
    let world = World::new();
    let store = world.operator("O");
    world.account(&store, "A");
    world.account(&store, "B");
    world.user(&store, "A", "u");
    world.user(&store, "A", "v");
    (world, store)
}

/// The account `A` under another name.
fn renamed(name: &str) -> String {
    account_token_with("A", &operator_seed("O"), |claims| {
        name.clone_into(&mut claims.name)
    })
}

fn rename(
    world: &World,
    store: &OperatorStore,
    name: &str,
    probe: Option<&dyn Probe>,
) -> Result<(), StoreError> {
    let options = BeginOptions {
        probe,
        ..BeginOptions::default()
    };
    let mut tx = store.begin(&world.keystore(), &options)?;
    tx.rename_account("A", &renamed(name))?;
    tx.commit().map(drop)
}

/// Files by their path in the home.
fn files(world: &World) -> Vec<(PathBuf, String)> {
    let own = |path: PathBuf| path.strip_prefix(world.dir.path()).unwrap().to_owned();
    let files = world.files().into_iter();
    files.map(|(path, text)| (own(path), text)).collect()
}

#[test]
fn a_crash_in_a_rename_is_all_or_nothing() {
    let (world, store) = prepared();
    let before = files(&world);
    rename(&world, &store, "N", None).unwrap();
    let after = files(&world);
    assert_eq!(before.len(), after.len());
    assert!(!store.dir().join("accounts/A").exists());
    for n in 0.. {
        let (world, store) = prepared();
        let probe = StopAt::new(n, true);
        let result = rename(&world, &store, "N", Some(&probe));
        if !probe.reached() {
            result.unwrap();
            assert!(n > 10, "only {n} steps");
            break;
        }
        // The next writer repairs first.
        drop(
            store
                .begin(&world.keystore(), &BeginOptions::default())
                .unwrap(),
        );
        let expected = if probe.was_certain() { &after } else { &before };
        assert_eq!(&files(&world), expected, "step {n}");
    }
}

#[test]
fn a_rename_touches_nothing_of_others() {
    let (world, store) = prepared();
    for name in ["B", "b", "A"] {
        let error = rename(&world, &store, name, None).unwrap_err();
        assert!(
            matches!(error, StoreError::AlreadyExists { .. }),
            "{name}: {error}"
        );
    }
    let taken = world.path("keys/creds/O/N/other.creds");
    std::fs::create_dir_all(taken.parent().unwrap()).unwrap();
    std::fs::write(taken, "of somebody").unwrap();
    assert!(rename(&world, &store, "N", None).is_err());

    let foreign = store.dir().join("accounts/A/users/notes.txt");
    std::fs::write(&foreign, "mine").unwrap();
    rename(&world, &store, "M", None).unwrap();
    assert_eq!(std::fs::read_to_string(&foreign).unwrap(), "mine");
    assert!(store.user("M", "u").is_ok() && store.account("A").is_err());
}

#[test]
fn a_refused_migration_leaves_the_keystore_as_it_was() {
    let world = World::new();
    let dir = world.path("keys");
    std::fs::create_dir_all(dir.join("O")).unwrap();
    std::fs::write(dir.join("O/O.nk"), operator_seed("O").expose().as_str()).unwrap();
    std::fs::write(dir.join("O/bad.nk"), "junk").unwrap();
    let before = files(&world);
    let keystore = world.keystore();
    let migrate = || keystore.migrate("X", &BeginOptions::default());
    assert!(matches!(migrate(), Err(StoreError::NoPlace { .. })));
    assert_eq!(files(&world), before);
    assert!(!world.path("keys_X").exists());

    std::fs::remove_file(dir.join("O/bad.nk")).unwrap();
    // Something is in the way of the old keystore.
    std::fs::create_dir_all(world.path("keys_X/in the way")).unwrap();
    assert!(matches!(migrate(), Err(StoreError::Io { .. })));
    assert!(dir.join("O/O.nk").exists() && !world.path("keys_X.new").exists());

    std::fs::remove_dir_all(world.path("keys_X")).unwrap();
    let done = migrate().unwrap().unwrap();
    assert_eq!((done.keys, done.creds), (1, 0));
    assert!(keystore.has(&operator_seed("O").public_key()));
    assert!(world.path("keys_X/O/O.nk").exists() && !world.path("keys_X.new").exists());
    assert_eq!(migrate().unwrap(), None);
}

#[test]
fn the_trash_moves_along() {
    let world = World::new();
    let old = world.path("keys/.nsc-rs/trash/file");
    std::fs::create_dir_all(old.parent().unwrap()).unwrap();
    std::fs::write(&old, "removed").unwrap();
    std::fs::create_dir_all(world.path("keys/O")).unwrap();
    std::fs::write(
        world.path("keys/O/O.nk"),
        operator_seed("O").expose().as_str(),
    )
    .unwrap();
    let keystore = Keystore::new(world.path("keys"), false);
    keystore.migrate("X", &BeginOptions::default()).unwrap();
    assert_eq!(std::fs::read_to_string(old).unwrap(), "removed");
}

#[test]
fn finds_are_sorted_by_what_they_are() {
    let (world, _) = prepared();
    let found = Found::look(&[world.dir.path().to_owned(), world.path("none")], false).unwrap();
    let count = (
        found.operators.len(),
        found.accounts.len(),
        found.users.len(),
    );
    assert_eq!(count, (1, 2, 2));
    for key in [operator_seed("O"), account_seed("A"), user_seed("v")] {
        let public = key.public_key().to_text();
        assert!(found.seed(&public).unwrap().same_secret(&key));
    }
    let stranger = seed(KeyKind::User, "nobody").public_key().to_text();
    assert!(found.seed(&stranger).is_none() && found.seed("no key").is_none());
    let operator = found.operators.values().next().unwrap();
    assert_eq!(found.accounts_of(&operator.claims).count(), 2);
    let account = account_seed("A").public_key().to_text();
    assert_eq!(found.users_of()[account.as_str()].len(), 2);

    std::fs::write(
        world.path("foreign.jwt"),
        account_token("F", &operator_seed("other")),
    )
    .unwrap();
    std::fs::write(world.path("junk.jwt"), [0xff, 0xfe]).unwrap();
    let found = Found::look(&[world.dir.path().to_owned()], true).unwrap();
    let operator = found.operators.values().next().unwrap();
    assert_eq!(
        (
            found.accounts.len(),
            found.accounts_of(&operator.claims).count()
        ),
        (3, 2)
    );
    // The creds files of this world hold no token.
    assert_eq!(found.useless.len(), 3);
}
