//! A commit that is stopped at any step leaves all of it or none of it.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use nsc_store::journal::{Probe, Step, Stop};
use nsc_store::{
    BeginOptions, Context, DirFlags, OperatorStore, StoreError, StoreInfo, Transaction,
};

use crate::common::{
    NOW, World, account_seed, account_token, operator_seed, operator_token, stage_user, user_seed,
};

/// Stops at the `n`th step.
pub(crate) struct StopAt {
    n: usize,
    seen: AtomicUsize,
    crash: bool,
    intent_passed: AtomicUsize,
}

impl StopAt {
    pub(crate) fn new(n: usize, crash: bool) -> Self {
        Self {
            n,
            crash,
            seen: AtomicUsize::new(0),
            intent_passed: AtomicUsize::new(usize::MAX),
        }
    }

    pub(crate) fn reached(&self) -> bool {
        self.seen.load(Ordering::SeqCst) > self.n
    }

    /// Whether the commit was certain when it was stopped.
    pub(crate) fn was_certain(&self) -> bool {
        self.n > self.intent_passed.load(Ordering::SeqCst)
    }
}

impl Probe for StopAt {
    fn at(&self, step: Step, _path: &Path) -> Result<(), Stop> {
        let now = self.seen.fetch_add(1, Ordering::SeqCst);
        if step == Step::Intent {
            self.intent_passed.store(now, Ordering::SeqCst);
        }
        if now != self.n {
            return Ok(());
        }
        Err(if self.crash {
            Stop::Crash
        } else {
            Stop::Fail(io::Error::from(io::ErrorKind::StorageFull))
        })
    }
}

/// Adds a user, replaces the account, removes another user with its key and creds.
fn change(
    store: &OperatorStore,
    world: &World,
    probe: Option<&dyn Probe>,
) -> Result<(), StoreError> {
    let options = BeginOptions {
        probe,
        ..BeginOptions::default()
    };
    let mut tx = store.begin(&world.keystore(), &options)?;
    stage_user(&mut tx, "A", "new");
    tx.put_account(&account_token("A", &seed_of_signing_key()))?;
    tx.remove_user("A", "old")?;
    assert!(tx.remove_key(&user_seed("old").public_key())?);
    assert!(tx.remove_creds("A", "old")?);
    tx.commit().map(drop)
}

fn seed_of_signing_key() -> nsc_core::keys::Seed {
    operator_seed("signing")
}

fn prepared() -> (World, OperatorStore) {
    let world = World::new();
    let store = world.operator("O");
    world.account(&store, "A");
    world.user(&store, "A", "old");
    (world, store)
}

#[test]
fn a_crash_at_any_step_is_all_or_nothing() {
    let (reference, store) = prepared();
    let before = relative(&reference);
    change(&store, &reference, None).unwrap();
    let after = relative(&reference);
    assert_ne!(before, after);

    for n in 0.. {
        let (world, store) = prepared();
        let probe = StopAt::new(n, true);
        let result = change(&store, &world, Some(&probe));
        if !probe.reached() {
            result.unwrap();
            assert!(n > 12, "only {n} steps");
            break;
        }
        assert!(result.is_err(), "step {n}");
        // The next command repairs before it does anything, be it a reader or a writer.
        if n % 2 == 0 {
            drop(
                store
                    .begin(&world.keystore(), &BeginOptions::default())
                    .unwrap(),
            );
        } else {
            Context::load(&world.env("", &[]), &flags(&world), NOW).unwrap();
        }
        let expected = if probe.was_certain() { &after } else { &before };
        assert_eq!(&relative(&world), expected, "step {n}");
        assert_no_rests(&world, n);
    }
}

#[test]
fn a_failure_at_any_step_is_reported_and_leaves_nothing_behind() {
    let (reference, store) = prepared();
    let before = relative(&reference);
    change(&store, &reference, None).unwrap();
    let after = relative(&reference);

    for n in 0.. {
        let (world, store) = prepared();
        let probe = StopAt::new(n, false);
        let Err(error) = change(&store, &world, Some(&probe)) else {
            break;
        };
        if probe.was_certain() {
            assert!(
                matches!(error, StoreError::Unfinished { .. }),
                "step {n}: {error}"
            );
            drop(
                store
                    .begin(&world.keystore(), &BeginOptions::default())
                    .unwrap(),
            );
            assert_eq!(relative(&world), after, "step {n}");
        } else {
            assert!(matches!(error, StoreError::Io { .. }), "step {n}: {error}");
            assert_eq!(relative(&world), before, "step {n}");
            assert!(!world.path("keys/creds/O/A/new.creds").exists());
        }
        assert_no_rests(&world, n);
    }
}

#[test]
fn a_new_operator_appears_whole_or_not_at_all() {
    for n in 0.. {
        let world = World::new();
        let probe = StopAt::new(n, true);
        let create = |probe: Option<&dyn Probe>| {
            let options = BeginOptions {
                probe,
                ..BeginOptions::default()
            };
            let info = StoreInfo {
                managed: false,
                name: "O".to_owned(),
            };
            let mut tx =
                Transaction::create_operator(&world.root(), info, &world.keystore(), &options)?;
            let operator = operator_seed("O");
            tx.put_key(&operator)?;
            tx.put_operator(&operator_token("O", &operator, |_| {}))?;
            tx.put_key(&account_seed("A"))?;
            tx.put_account(&account_token("A", &operator))?;
            stage_user(&mut tx, "A", "u");
            tx.commit().map(drop)
        };
        let done = create(Some(&probe)).is_ok();
        if done {
            break;
        }
        // A reader repairs, too.
        let context = Context::load(&world.env("", &[]), &flags(&world), NOW).unwrap();
        if probe.was_certain() {
            let store = context.operator_store().unwrap();
            assert_eq!(store.users("A").unwrap(), ["u"], "step {n}");
            assert!(
                world.keystore().has(&user_seed("u").public_key()),
                "step {n}"
            );
        } else {
            assert!(context.operators().unwrap().is_empty(), "step {n}");
            assert!(
                !world.keystore().has(&operator_seed("O").public_key()),
                "step {n}"
            );
            create(None).unwrap();
        }
        assert_no_rests(&world, n);
    }
}

#[test]
fn what_others_wrote_between_crash_and_repair_is_kept() {
    let (world, store) = prepared();
    // The first step after the intent.
    let n = (0..).find(|n| {
        let (world, store) = prepared();
        let probe = StopAt::new(*n, true);
        change(&store, &world, Some(&probe)).unwrap_err();
        probe.was_certain()
    });
    let probe = StopAt::new(n.unwrap(), true);
    change(&store, &world, Some(&probe)).unwrap_err();
    let account = store.account_path("A");
    std::fs::write(&account, "somebody else's").unwrap();
    drop(
        store
            .begin(&world.keystore(), &BeginOptions::default())
            .unwrap(),
    );

    assert_eq!(
        store.account("A").unwrap().claims.iss,
        seed_of_signing_key().public_key().to_text()
    );
    let trash: Vec<_> = std::fs::read_dir(store.dir().join(".nsc-rs/trash"))
        .unwrap()
        .flatten()
        .collect();
    assert_eq!(trash.len(), 1);
    assert_eq!(
        std::fs::read_to_string(trash[0].path()).unwrap(),
        "somebody else's"
    );
}

#[test]
fn a_change_by_somebody_else_stops_the_commit() {
    let (world, store) = prepared();
    for touched in ["O.jwt", "accounts/A/A.jwt"] {
        let mut tx = store
            .begin(&world.keystore(), &BeginOptions::default())
            .unwrap();
        // The operator is only read, the account is replaced.
        tx.operator().unwrap();
        tx.account("A").unwrap();
        stage_user(&mut tx, "A", "new");
        tx.put_account(&account_token("A", &seed_of_signing_key()))
            .unwrap();
        let path = store.dir().join(touched);
        let original = std::fs::read(&path).unwrap();
        std::fs::write(&path, [original.as_slice(), b"\n"].concat()).unwrap();
        let before = world.files();
        let error = tx.commit().unwrap_err();
        assert!(
            matches!(&error, StoreError::Conflict { path: p } if *p == path),
            "{error}"
        );
        assert_eq!(error.kind(), nsc_store::ErrorKind::Exists);
        assert_eq!(world.files(), before);
        assert_no_rests(&world, 0);
        std::fs::write(&path, original).unwrap();
    }
}

#[test]
fn a_forged_journal_moves_no_foreign_file() {
    let (world, store) = prepared();
    let victim = world.path("victim");
    std::fs::write(&victim, "mine").unwrap();
    let id = "0123456789abcdef";
    let evil = world.path(&format!(".{id}-0.tmp"));
    let absent = "absent";
    let digest = "0".repeat(64);
    let journal = store.dir().join(".nsc-rs/journal");
    let text = format!(
        "{{\"folders\":[]}}\n{{\"target\":\"{}\",\"temp\":\".{id}-0.tmp\",\"content\":\"{digest}\",\"base\":\"{absent}\"}}\n{{\"target\":\"{}\",\"base\":\"{digest}\"}}\nend\n",
        victim.display(),
        victim.display(),
    );
    std::fs::write(&evil, "evil").unwrap();
    std::fs::write(journal.join(format!("{id}.intent")), text).unwrap();
    drop(
        store
            .begin(&world.keystore(), &BeginOptions::default())
            .unwrap(),
    );
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "mine");

    std::fs::write(journal.join(format!("{id}.intent")), "junk\nend\n").unwrap();
    let refused = store
        .begin(&world.keystore(), &BeginOptions::default())
        .unwrap_err();
    assert!(matches!(refused, StoreError::Syntax { .. }));
}

fn flags(world: &World) -> DirFlags {
    DirFlags {
        config_dir: Some(world.path(".nsc-rs")),
        data_dir: Some(world.root()),
        keystore_dir: Some(world.path("keys")),
        ..DirFlags::default()
    }
}

/// Files relative to the world, so that worlds compare.
fn relative(world: &World) -> Vec<(String, String)> {
    let root = world.dir.path();
    let name = |path: std::path::PathBuf| path.strip_prefix(root).unwrap().display().to_string();
    world
        .files()
        .into_iter()
        .map(|(path, content)| (name(path), content))
        .collect()
}

fn assert_no_rests(world: &World, n: usize) {
    let rests: Vec<String> = world
        .names()
        .into_iter()
        .filter(|name| {
            name.ends_with(".tmp") || name.ends_with(".plan") || name.ends_with(".intent")
        })
        .collect();
    assert!(rests.is_empty(), "step {n}: {rests:?}");
}
