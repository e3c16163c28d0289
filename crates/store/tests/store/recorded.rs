//! Commits that are recorded.

use nsc_core::creds;
use nsc_store::{BeginOptions, OperatorStore, Recording, StoreError, Transaction, Undone};

use crate::common::{NOW, World, stage_user, user_seed};

pub(crate) fn recording(now: i64, command_line: &str) -> BeginOptions<'_> {
    BeginOptions {
        recording: Some(Recording {
            now,
            command_line,
            history: true,
            trash_days: 30,
        }),
        ..BeginOptions::default()
    }
}

/// One recorded commit.
pub(crate) fn commit(
    world: &World,
    store: &OperatorStore,
    stage: impl FnOnce(&mut Transaction<'_>),
) {
    let options = recording(NOW, "nsc do it");
    let mut tx = store.begin(&world.keystore(), &options).unwrap();
    stage(&mut tx);
    let _ = tx.commit().unwrap();
}

pub(crate) fn undo(
    world: &World,
    store: &OperatorStore,
    id: Option<u64>,
) -> Result<Undone, StoreError> {
    let options = recording(NOW, "nsc undo");
    let mut tx = store.begin(&world.keystore(), &options)?;
    let undone = tx.undo(id)?;
    let _ = tx.commit()?;
    Ok(undone)
}

/// Account `A` with user `old`, whose creds are real ones.
pub(crate) fn prepared() -> (World, OperatorStore) {
    let world = World::new();
    let store = world.operator("O");
    world.account(&store, "A");
    commit(&world, &store, |tx| add_user(tx, "old"));
    (world, store)
}

pub(crate) fn add_user(tx: &mut Transaction<'_>, name: &str) {
    stage_user(tx, "A", name);
    let token = tx.user("A", name).unwrap().token;
    let text = creds::format_creds(&token, &user_seed(name).expose()).unwrap();
    tx.put_creds("A", name, text).unwrap();
}

pub(crate) fn delete_user(tx: &mut Transaction<'_>, name: &str) {
    tx.remove_user("A", name).unwrap();
    assert!(tx.remove_key(&user_seed(name).public_key()).unwrap());
    assert!(tx.remove_creds("A", name).unwrap());
}
