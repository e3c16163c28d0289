//! Seeds that were removed.

use crate::common::{NOW, account_seed, user_seed};
use crate::recorded::{add_user, commit, delete_user, prepared, recording, undo};
use nsc_store::BeginOptions;

const DAYS: i64 = 24 * 60 * 60;

#[test]
fn removed_seeds_wait_in_the_trash() {
    let (world, store) = prepared();
    let key = user_seed("old").public_key();
    commit(&world, &store, |tx| delete_user(tx, "old"));
    assert!(!world.keystore().has(&key));
    let trash = world.keystore().trash().unwrap();
    assert_eq!(trash.len(), 1);
    assert_eq!((trash[0].key, trash[0].removed), (key, NOW));
    assert_eq!(trash[0].expires(30), NOW + 30 * DAYS);
    assert_eq!(trash[0].command(), "nsc do it");
    assert!(trash[0].seed().unwrap().same_secret(&user_seed("old")));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = trash[0].path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // Restored by hand, it leaves the trash.
    let mut tx = world
        .keystore()
        .begin(&recording(NOW, "nsc trash restore"))
        .unwrap();
    assert!(tx.restore_key(&key).unwrap());
    assert!(!tx.restore_key(&account_seed("none").public_key()).unwrap());
    let _ = tx.commit().unwrap();
    assert!(world.keystore().has(&key) && world.keystore().trash().unwrap().is_empty());
}

#[test]
fn the_trash_is_emptied_when_asked_and_when_it_is_old() {
    let (world, store) = prepared();
    let remove = |now: i64, name: &str| {
        commit(&world, &store, |tx| add_user(tx, name));
        let options = recording(now, "nsc delete user");
        let mut tx = store.begin(&world.keystore(), &options).unwrap();
        delete_user(&mut tx, name);
        let _ = tx.commit().unwrap();
    };
    let trashed = || world.keystore().trash().unwrap().len();
    remove(NOW, "a");
    remove(NOW + DAYS, "b");
    remove(NOW + 30 * DAYS, "c");
    assert_eq!(trashed(), 3);
    remove(NOW + 30 * DAYS + 1, "d");
    assert_eq!(trashed(), 3, "the oldest is over 30 days old");
    let mut tx = world.keystore().begin(&BeginOptions::default()).unwrap();
    assert_eq!(tx.empty_trash(NOW + DAYS).unwrap().len(), 1);
    assert_eq!(tx.empty_trash(NOW + 99 * DAYS).unwrap().len(), 3);
    let _ = tx.commit().unwrap();
    assert_eq!(trashed(), 0);
}

#[test]
fn a_destroyed_seed_is_gone() {
    let (world, store) = prepared();
    let key = user_seed("old").public_key();
    commit(&world, &store, |tx| {
        tx.remove_user("A", "old").unwrap();
        assert!(tx.destroy_key(&key).unwrap());
        assert!(tx.remove_creds("A", "old").unwrap());
    });
    assert!(world.keystore().trash().unwrap().is_empty());
    let undone = undo(&world, &store, None).unwrap();
    assert_eq!(undone.missing_keys, [key]);
    assert_eq!(
        undone.missing_files,
        [world.keystore().creds_path("O", "A", "old")]
    );
    assert_eq!(store.users("A").unwrap(), ["old"]);
}

#[test]
fn a_seed_that_only_its_creds_had_is_kept() {
    let (world, store) = prepared();
    let key = user_seed("old").public_key();
    std::fs::remove_file(world.keystore().key_path(&key)).unwrap();
    let before = world.files();
    commit(&world, &store, |tx| {
        tx.remove_user("A", "old").unwrap();
        assert!(tx.remove_creds("A", "old").unwrap());
    });
    assert_eq!(world.keystore().trash().unwrap()[0].key, key);
    undo(&world, &store, None).unwrap();
    assert_eq!(world.files(), before);
}
