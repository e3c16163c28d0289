//! Several commands at once lose nothing.

use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use nsc_store::{BeginOptions, Context, DirFlags, OperatorStore, StoreError};

use crate::common::{NOW, World, account_token_with, operator_seed, stage_user, user_seed};

const CHILD: &str = "NSC_STORE_TEST_CHILD";

/// Adds tags to account A one by one, and a user with each.
fn add_all(world_dir: &std::path::Path, writer: usize, count: usize) {
    let store = OperatorStore::open(&world_dir.join("stores"), "O").unwrap();
    let keystore = nsc_store::Keystore::new(world_dir.join("keys"), true);
    for n in 0..count {
        let mut tx = store.begin(&keystore, &BeginOptions::default()).unwrap();
        let mut tags = tx.account("A").unwrap().claims.nats.tags;
        tags.push(format!("t{writer}-{n}"));
        tx.put_account(&account_token_with("A", &operator_seed("O"), |a| {
            a.nats.tags = tags
        }))
        .unwrap();
        stage_user(&mut tx, "A", &format!("u{writer}-{n}"));
        let _ = tx.commit().unwrap();
    }
}

fn assert_complete(world: &World, store: &OperatorStore, expected: usize) {
    assert_eq!(store.account("A").unwrap().claims.nats.tags.len(), expected);
    let users = store.users("A").unwrap();
    assert_eq!(users.len(), expected);
    assert!(
        users
            .iter()
            .all(|u| world.keystore().has(&user_seed(u).public_key()))
    );
}

#[test]
fn threads_add_to_one_account() {
    let world = World::new();
    let store = world.operator("O");
    world.account(&store, "A");
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let dir = world.dir.path();
            scope.spawn(move || add_all(dir, writer, 5));
        }
    });
    assert_complete(&world, &store, 20);
}

#[test]
fn processes_add_to_one_account() {
    if let Some(child) = std::env::var_os(CHILD) {
        let child = child.into_string().unwrap();
        let (writer, dir) = child.split_once(':').unwrap();
        add_all(std::path::Path::new(dir), writer.parse().unwrap(), 5);
        return;
    }
    let world = World::new();
    let store = world.operator("O");
    world.account(&store, "A");
    let start = |writer: usize| {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "concurrent::processes_add_to_one_account"])
            .env(CHILD, format!("{writer}:{}", world.dir.path().display()))
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    let children: Vec<_> = (0..4).map(start).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_complete(&world, &store, 20);
}

#[test]
fn a_waiting_command_sees_what_the_other_wrote() {
    let world = World::new();
    let store = world.operator("O");
    world.account(&store, "A");
    let (began, wait) = mpsc::channel();
    std::thread::scope(|scope| {
        let (world, store) = (&world, &store);
        scope.spawn(move || {
            let mut tx = store
                .begin(&world.keystore(), &BeginOptions::default())
                .unwrap();
            stage_user(&mut tx, "A", "first");
            began.send(()).unwrap();
            std::thread::sleep(Duration::from_millis(100));
            let _ = tx.commit().unwrap();
        });
        wait.recv().unwrap();
        // A reader is not held up.
        assert!(!store.has_user("A", "first"));
        let mut tx = store
            .begin(&world.keystore(), &BeginOptions::default())
            .unwrap();
        assert!(tx.user("A", "first").is_ok());
    });
}

#[test]
fn a_busy_store_is_given_up_in_time() {
    let world = World::new();
    let store = world.operator("O");
    let holder = BeginOptions {
        command: "nsc push",
        ..BeginOptions::default()
    };
    let _tx = store.begin(&world.keystore(), &holder).unwrap();
    let options = BeginOptions {
        wait: Duration::from_millis(30),
        ..BeginOptions::default()
    };
    let error = store.begin(&world.keystore(), &options).unwrap_err();
    assert!(
        matches!(&error, StoreError::Locked { holder, .. } if holder.starts_with("nsc push")),
        "{error}"
    );
    // A dry run needs no lock.
    let dry = BeginOptions {
        dry_run: true,
        ..options
    };
    assert!(store.begin(&world.keystore(), &dry).is_ok());
}

#[test]
fn one_folder_for_everything_does_not_lock_itself_out() {
    let world = World::new();
    let flags = DirFlags {
        all_dirs: Some("all".into()),
        ..DirFlags::default()
    };
    let context = Context::load(&world.env("", &[]), &flags, NOW).unwrap();
    let options = BeginOptions {
        wait: Duration::ZERO,
        ..BeginOptions::default()
    };
    let info = nsc_store::StoreInfo {
        managed: false,
        name: "O".to_owned(),
    };
    let root = context.store_root_for_new();
    let mut tx =
        nsc_store::Transaction::create_operator(root, info, &context.keystore(), &options).unwrap();
    tx.put_key(&operator_seed("O")).unwrap();
    tx.put_operator(&crate::common::operator_token(
        "O",
        &operator_seed("O"),
        |_| {},
    ))
    .unwrap();
    context.with_current("O", "").stage(&mut tx).unwrap();
    let _ = tx.commit().unwrap();
    let context = Context::load(&world.env("", &[]), &flags, NOW).unwrap();
    assert_eq!(context.operator(), Some("O"));
    assert!(context.keystore().old_layout().unwrap().is_none());
    assert!(
        context
            .operator_store()
            .unwrap()
            .begin(&context.keystore(), &options)
            .is_ok()
    );
}
