//! Seeds on disk.

use nsc_core::keys::{KeyKind, PublicKey};
use nsc_store::{BeginOptions, KeyState, Keystore, StoreError};

use crate::common::{World, account_seed, operator_seed, seed, user_seed};

fn store_key(keystore: &Keystore, seed: &nsc_core::keys::Seed) -> Result<(), StoreError> {
    let mut tx = keystore.begin(&BeginOptions::default())?;
    tx.put_key(seed)?;
    tx.commit().map(drop)
}

#[test]
fn seeds_come_back() {
    let world = World::new();
    let keystore = world.keystore();
    assert!(!keystore.exists());
    let seed = user_seed("u");
    let key = seed.public_key();
    assert_eq!(keystore.state(&key), KeyState::Missing);
    assert!(keystore.seed(&key).unwrap().is_none());
    store_key(&keystore, &seed).unwrap();
    store_key(&keystore, &seed).unwrap();
    assert!(keystore.seed(&key).unwrap().unwrap().same_secret(&seed));
    assert_eq!(
        std::fs::metadata(keystore.key_path(&key)).unwrap().len(),
        58
    );
    assert!(world.path("keys/creds").is_dir());
}

#[test]
fn line_ends_are_tolerated_and_other_contents_are_not() {
    let world = World::new();
    let keystore = world.keystore();
    let seed = account_seed("A");
    let key = seed.public_key();
    store_key(&keystore, &seed).unwrap();
    let path = keystore.key_path(&key);
    let text = seed.expose().to_string();
    std::fs::write(&path, format!("{}\r\n{}\n", &text[..20], &text[20..])).unwrap();
    assert_eq!(keystore.state(&key), KeyState::Stored);
    store_key(&keystore, &seed).unwrap();
    for bad in [
        format!("{text} "),
        account_seed("B").expose().to_string(),
        String::new(),
        key.to_text(),
    ] {
        std::fs::write(&path, &bad).unwrap();
        assert_eq!(keystore.state(&key), KeyState::Bad);
        let error = store_key(&keystore, &seed).unwrap_err();
        assert!(matches!(&error, StoreError::BadSeedFile { path: p, .. } if *p == path));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), bad);
    }
}

#[test]
fn many_keys_are_looked_up_as_one_by_one() {
    let world = World::new();
    let keystore = world.keystore();
    let kinds = [KeyKind::Account, KeyKind::User, KeyKind::Curve];
    let seeds: Vec<_> = (0..150)
        .map(|n| seed(kinds[n % 3], &format!("key {n:03}")))
        .collect();
    let stored = seeds.iter().enumerate().filter(|(n, _)| n % 5 != 0);
    for (n, seed) in stored {
        store_key(&keystore, seed).unwrap();
        let path = keystore.key_path(&seed.public_key());
        match n % 7 {
            0 => std::fs::write(path, seeds[0].expose().as_bytes()).unwrap(),
            1 => std::fs::write(path, b"\xFF").unwrap(),
            2 => std::fs::write(path, [seed.expose().as_bytes(), b"\n"].concat()).unwrap(),
            _ => {}
        }
    }
    let keys: Vec<PublicKey> = seeds.iter().map(|seed| seed.public_key()).collect();
    let one_by_one = |keys: &[PublicKey]| -> Vec<KeyState> {
        keys.iter().map(|key| keystore.state(key)).collect()
    };
    let states = keystore.states(&keys);
    assert_eq!(states, one_by_one(&keys));
    for state in [KeyState::Bad, KeyState::Missing, KeyState::Stored] {
        assert!(states.contains(&state));
    }
    assert_eq!(keystore.states(&keys[..3]), one_by_one(&keys[..3]));
}

#[test]
fn the_git_ignore_is_made_once_if_at_all() {
    let world = World::new();
    let without = Keystore::new(world.path("keys"), false);
    store_key(&without, &user_seed("a")).unwrap();
    let ignore = world.path("keys/.gitignore");
    assert!(!ignore.exists());
    store_key(&world.keystore(), &user_seed("b")).unwrap();
    assert!(ignore.exists());
    std::fs::write(&ignore, "mine").unwrap();
    store_key(&world.keystore(), &user_seed("c")).unwrap();
    assert_eq!(std::fs::read_to_string(&ignore).unwrap(), "mine");
}

#[test]
fn all_keys_are_listed_in_order() {
    let world = World::new();
    let keystore = world.keystore();
    assert_eq!(keystore.keys().count(), 0);
    let mut seeds = vec![seed(KeyKind::Curve, "x"), operator_seed("O")];
    seeds.extend(["u1", "u2", "u3"].map(user_seed));
    seeds.push(account_seed("A"));
    for seed in &seeds {
        store_key(&keystore, seed).unwrap();
    }
    std::fs::write(world.path("keys/keys/U/stray.nk"), "x").unwrap();
    let shard = keystore.key_path(&seeds[0].public_key());
    std::fs::write(shard.with_file_name("junk.nk"), "x").unwrap();
    let listed: Vec<PublicKey> = keystore.keys().map(|key| key.unwrap().key).collect();
    let letters: String = listed.iter().map(|key| key.kind().letter()).collect();
    assert_eq!(letters, "OAUUUX");
    let users: Vec<String> = listed[2..5].iter().map(PublicKey::to_text).collect();
    assert!(users.is_sorted());
}

#[test]
fn only_the_old_layout_asks_for_migration() {
    let world = World::new();
    let keystore = world.keystore();
    assert_eq!(keystore.old_layout().unwrap(), None);
    let make = |path: &str| {
        let path = world.path("keys").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "x").unwrap();
        path
    };
    for fine in [
        "mine.creds",
        "O/other.nk",
        "deploy/app.creds",
        "keys/O/AB/x.nk",
        "O/accounts/A/A.jwt",
    ] {
        make(fine);
        assert_eq!(keystore.old_layout().unwrap(), None, "{fine}");
    }
    for old in ["O/accounts/A/users/u.creds", "O/accounts/A/A.nk", "O/O.nk"] {
        let path = make(old);
        assert_eq!(keystore.old_layout().unwrap(), Some(path.clone()), "{old}");
        std::fs::remove_file(path).unwrap();
    }
    // A store in the same folder is no keystore.
    make("S/.nsc");
    make("S/accounts/A/backup.creds");
    assert_eq!(keystore.old_layout().unwrap(), None);
}

#[test]
fn a_file_is_no_keystore() {
    let world = World::new();
    std::fs::write(world.path("keys"), "x").unwrap();
    let error = world.keystore().old_layout().unwrap_err();
    assert!(matches!(error, StoreError::KeystoreNotFolder { .. }));
    assert!(store_key(&world.keystore(), &user_seed("u")).is_err());
}

#[cfg(unix)]
#[test]
fn loose_modes_are_seen() {
    use std::os::unix::fs::PermissionsExt;
    let world = World::new();
    let keystore = world.keystore();
    store_key(&keystore, &user_seed("u")).unwrap();
    let path = keystore.key_path(&user_seed("u").public_key());
    assert_eq!(keystore.loose_mode(&path), None);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(keystore.loose_mode(&path), Some(0o644));
}
