//! Which store root, operator and account are current.

use nsc_store::{Context, DirFlags, ErrorKind, Selection, StoreError};

use crate::common::{NOW, World};

const STORES: &str = ".local/share/nats/nsc/stores";
const CONFIG: &str = ".config/nats/nsc/nsc.json";

fn load(world: &World, cwd: &str) -> Context {
    std::fs::create_dir_all(world.path(cwd)).unwrap();
    Context::load(&world.env(cwd, &[]), &DirFlags::default(), NOW).unwrap()
}

/// Makes operators with accounts in a store root; tokens are not needed here.
fn make(world: &World, root: &str, operators: &[(&str, &[&str])]) {
    for (operator, accounts) in operators {
        let dir = world.path(root).join(operator);
        for account in *accounts {
            let account_dir = dir.join("accounts").join(account);
            std::fs::create_dir_all(&account_dir).unwrap();
            std::fs::write(account_dir.join(format!("{account}.jwt")), "x").unwrap();
        }
        std::fs::create_dir_all(&dir).unwrap();
        let info =
            format!(r#"{{"managed":false,"name":"{operator}","kind":"operator","version":"1"}}"#);
        std::fs::write(dir.join(".nsc"), info).unwrap();
    }
}

fn current(context: &Context) -> (Option<&str>, Option<&str>) {
    (context.operator(), context.account())
}

fn config(world: &World) -> String {
    std::fs::read_to_string(world.path(CONFIG)).unwrap()
}

fn expected_config(world: &World, root: &str, operator: &str, account: &str) -> String {
    format!(
        r#"{{"store_root":"{}","operator":"{operator}","account":"{account}","github_updates":"nats-io/nsc","last_update":{NOW}}}"#,
        world.path(root).display()
    )
}

#[test]
fn the_first_run_makes_the_configuration() {
    let world = World::new();
    let context = load(&world, "work");
    assert_eq!(current(&context), (None, None));
    assert_eq!(config(&world), expected_config(&world, STORES, "", ""));
    assert!(world.path(STORES).is_dir());
    assert!(!world.path(".local/share/nats/nsc/keys").exists());
    assert!(matches!(
        context.operator_store(),
        Err(StoreError::NoOperator)
    ));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &str| world.path(path).metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(
            (mode(CONFIG), mode(".config/nats/nsc"), mode(STORES)),
            (0o600, 0o700, 0o700)
        );
    }
}

#[test]
fn the_only_ones_become_current() {
    let world = World::new();
    make(&world, STORES, &[("O", &["A"])]);
    std::fs::create_dir_all(world.path(".config/nats/nsc")).unwrap();
    std::fs::write(world.path(CONFIG), "{}").unwrap();
    assert_eq!(current(&load(&world, "work")), (Some("O"), Some("A")));
    assert_eq!(config(&world), expected_config(&world, STORES, "O", "A"));

    make(&world, STORES, &[("P", &["X", "Y"])]);
    let context = load(&world, "work")
        .select(&selection(None, Some("P"), None))
        .unwrap();
    assert_eq!(current(&context), (Some("P"), None));
    context.save().unwrap();
    std::fs::remove_dir_all(world.path(STORES).join("P")).unwrap();
    // What no longer exists is dropped.
    assert_eq!(current(&load(&world, "work")), (Some("O"), Some("A")));
    assert_eq!(config(&world), expected_config(&world, STORES, "P", ""));
}

fn selection(root: Option<&str>, operator: Option<&str>, account: Option<&str>) -> Selection {
    Selection {
        store_root: root.map(Into::into),
        operator: operator.map(str::to_owned),
        account: account.map(str::to_owned),
    }
}

#[test]
fn a_selection_is_all_or_nothing() {
    let world = World::new();
    make(&world, STORES, &[("O", &["A", "B"]), ("P", &["B", "C"])]);
    let context = load(&world, "work");
    assert_eq!(current(&context), (None, None));
    assert_eq!(
        context
            .select(&selection(None, None, Some("A")))
            .unwrap_err()
            .kind(),
        ErrorKind::Refused
    );
    for bad in [
        selection(None, Some("P"), Some("A")),
        selection(None, Some("Q"), None),
        selection(Some("elsewhere"), Some("O"), None),
    ] {
        assert_eq!(
            context.select(&bad).unwrap_err().kind(),
            ErrorKind::NotFound,
            "{bad:?}"
        );
    }
    assert_eq!(config(&world), expected_config(&world, STORES, "", ""));

    let chosen = context
        .select(&selection(None, Some("O"), Some("B")))
        .unwrap();
    assert_eq!(current(&chosen), (Some("O"), Some("B")));
    // An account of the same name survives a switch, another one does not.
    let switched = chosen.select(&selection(None, Some("P"), None)).unwrap();
    assert_eq!(current(&switched), (Some("P"), Some("B")));
    let first = chosen.select(&selection(None, None, Some("A"))).unwrap();
    assert_eq!(
        current(&first.select(&selection(None, Some("P"), None)).unwrap()),
        (Some("P"), None)
    );

    make(&world, "other", &[("X", &["XA"])]);
    let moved = context
        .select(&selection(Some("~/other"), None, None))
        .unwrap();
    assert_eq!(current(&moved), (Some("X"), Some("XA")));
    moved.save().unwrap();
    assert_eq!(config(&world), expected_config(&world, "other", "X", "XA"));
}

#[test]
fn the_working_directory_decides_for_this_run() {
    let world = World::new();
    make(&world, STORES, &[("O1", &["A1", "A2"]), ("O2", &["B"])]);
    // On the first run, too.
    let inside = load(&world, &format!("{STORES}/O1/accounts/A1/users/x"));
    assert_eq!(current(&inside), (Some("O1"), Some("A1")));
    assert!(inside.from_cwd());
    assert_eq!(config(&world), expected_config(&world, STORES, "", ""));

    load(&world, "work")
        .select(&selection(None, Some("O2"), None))
        .unwrap()
        .save()
        .unwrap();
    let at = |cwd: &str| {
        let context = load(&world, &format!("{STORES}/{cwd}"));
        let (operator, account) = current(&context);
        (operator.map(str::to_owned), account.map(str::to_owned))
    };
    let pair = |operator: &str, account: Option<&str>| {
        (Some(operator.to_owned()), account.map(str::to_owned))
    };
    assert_eq!(at("O1"), pair("O1", None));
    assert_eq!(at("O1/accounts"), pair("O1", None));
    assert_eq!(at("O1/accounts/A2"), pair("O1", Some("A2")));
    assert_eq!(at(""), pair("O2", Some("B")));
    assert_eq!(config(&world), expected_config(&world, STORES, "O2", "B"));

    let elsewhere = load(&world, "work");
    assert!(!elsewhere.from_cwd());
    make(&world, "work/sub", &[("S", &["SA"])]);
    let above = load(&world, "work/sub");
    assert_eq!(
        (above.store_root(), current(&above)),
        (
            Some(world.path("work/sub").as_path()),
            (Some("S"), Some("SA"))
        )
    );
    above.save().unwrap();
    assert_eq!(
        config(&world),
        expected_config(&world, "work/sub", "S", "SA")
    );
}

#[test]
fn folder_flags_beat_the_working_directory() {
    let world = World::new();
    make(&world, STORES, &[("O", &["A"])]);
    make(&world, "given", &[("G", &["GA"])]);
    let env = world.env(&format!("{STORES}/O"), &[]);
    let flags = DirFlags {
        data_dir: Some("~/given".into()),
        ..DirFlags::default()
    };
    let context = Context::load(&env, &flags, NOW).unwrap();
    assert_eq!(current(&context), (Some("G"), Some("GA")));
    assert!(!context.from_cwd());
    // The first run keeps the given store root.
    assert_eq!(config(&world), expected_config(&world, "given", "G", "GA"));

    let flags = DirFlags {
        all_dirs: Some(world.path("all")),
        keystore_dir: Some("special".into()),
        ..DirFlags::default()
    };
    let context = Context::load(&env, &flags, NOW).unwrap();
    assert_eq!(context.home().config_dir, world.path("all"));
    assert_eq!(context.store_root(), Some(world.path("all").as_path()));
    assert_eq!(
        context.keystore().dir(),
        world.path(STORES).join("O/special")
    );
}

#[test]
fn cwd_only_neither_reads_nor_writes() {
    let world = World::new();
    make(&world, "repo", &[("R", &["A", "B"])]);
    std::fs::create_dir_all(world.path("empty")).unwrap();
    let load = |cwd: &str| {
        let env = world.env(cwd, &[("NSC_CWD_ONLY", "")]);
        Context::load(&env, &DirFlags::default(), NOW).unwrap()
    };
    assert_eq!(current(&load("repo")), (Some("R"), None));
    let inside = load("repo/R/accounts/B");
    assert_eq!(current(&inside), (Some("R"), Some("B")));
    inside.save().unwrap();
    assert!(matches!(
        inside.select(&selection(None, Some("R"), None)),
        Err(StoreError::CwdOnly)
    ));
    let empty = load("empty");
    assert!(matches!(
        empty.operator_store(),
        Err(StoreError::NoStoreRoot)
    ));
    assert_eq!(empty.store_root_for_new(), world.path("empty"));
    assert!(!world.path(".config").exists() && !world.path(".local").exists());
}

#[test]
fn legacy_places_are_used_when_only_they_exist() {
    let world = World::new();
    for dir in [".nsc/nats", ".nkeys"] {
        std::fs::create_dir_all(world.path(dir)).unwrap();
    }
    std::fs::write(world.path(".nsc/nsc.json"), "{}").unwrap();
    let context = load(&world, "work");
    assert_eq!(context.home().config_file(), world.path(".nsc/nsc.json"));
    assert_eq!(
        context.store_root(),
        Some(world.path(".nsc/nats").as_path())
    );
    assert_eq!(context.keystore().dir(), world.path(".nkeys"));
    assert!(!world.path(".config").exists() && !world.path(".local").exists());

    // Each on its own.
    std::fs::create_dir_all(world.path(".local/share/nats/nsc/keys")).unwrap();
    let context = load(&world, "work");
    assert_eq!(
        context.keystore().dir(),
        world.path(".local/share/nats/nsc/keys")
    );
    assert_eq!(context.home().config_dir, world.path(".nsc"));
}

#[test]
fn variables_name_folders() {
    let world = World::new();
    let variables = [
        ("NSC_HOME", "conf"),
        ("NKEYS_PATH", "/k"),
        ("XDG_DATA_HOME", "/nowhere/data"),
        ("XDG_CONFIG_HOME", ""),
    ];
    let home = nsc_store::Home::resolve(&world.env("w", &variables), &DirFlags::default());
    assert_eq!(home.config_dir, world.path("w/conf"));
    assert_eq!(home.keystore_dir, std::path::Path::new("/k"));
    assert_eq!(
        home.default_store_root,
        std::path::Path::new("/nowhere/data/nats/nsc/stores")
    );
    assert_eq!(home.nats_contexts, world.path(".config/nats/context"));
}

#[test]
fn a_broken_configuration_stops_everything_and_stays() {
    let world = World::new();
    std::fs::create_dir_all(world.path(".config/nats/nsc")).unwrap();
    std::fs::write(world.path(CONFIG), "not json\n").unwrap();
    let error = Context::load(&world.env("", &[]), &DirFlags::default(), NOW).unwrap_err();
    assert_eq!(error.path(), Some(world.path(CONFIG).as_path()));
    assert_eq!(config(&world), "not json\n");
}

#[test]
fn saving_keeps_what_others_wrote() {
    let world = World::new();
    make(&world, STORES, &[("O", &["A", "B"])]);
    let context = load(&world, "work");
    let newer = config(&world)
        .replace(&NOW.to_string(), "7")
        .replace('}', r#","later":[1.50]}"#);
    std::fs::write(world.path(CONFIG), newer).unwrap();
    context
        .select(&selection(None, None, Some("B")))
        .unwrap()
        .save()
        .unwrap();
    let saved = config(&world);
    assert!(
        saved.contains(r#""account":"B""#) && saved.ends_with(r#""last_update":7,"later":[1.50]}"#),
        "{saved}"
    );
}

#[test]
fn a_new_entity_becomes_current_with_its_commit() {
    let world = World::new();
    let context = load(&world, "work");
    let options = nsc_store::BeginOptions::default();
    let info = nsc_store::StoreInfo {
        managed: false,
        name: "N".to_owned(),
    };
    let begin = || {
        nsc_store::Transaction::create_operator(
            context.store_root_for_new(),
            info.clone(),
            &context.keystore(),
            &options,
        )
    };
    let mut dropped = begin().unwrap();
    context.with_current("N", "").stage(&mut dropped).unwrap();
    drop(dropped);
    assert!(config(&world).contains(r#""operator":"""#));

    let mut tx = begin().unwrap();
    context.with_current("N", "").stage(&mut tx).unwrap();
    let _ = tx.commit().unwrap();
    assert!(config(&world).contains(r#""operator":"N""#));
    assert_eq!(load(&world, "work").operator(), Some("N"));
}

#[test]
fn accounts_are_named_or_current() {
    let world = World::new();
    let store = world.operator("O");
    for account in ["A", "B"] {
        world.account(&store, account);
    }
    let flags = DirFlags {
        data_dir: Some(world.root()),
        ..DirFlags::default()
    };
    let context = Context::load(&world.env("", &[]), &flags, NOW).unwrap();
    let resolve = |given: Option<&str>| context.resolve_account(&store, given);
    assert!(matches!(resolve(None), Err(StoreError::NoAccount)));
    assert_eq!(resolve(Some("A")).unwrap(), "A");
    let key = crate::common::account_seed("B").public_key().to_text();
    assert_eq!(resolve(Some(&key)).unwrap(), "B");
    assert_eq!(resolve(Some("C")).unwrap_err().kind(), ErrorKind::NotFound);
    let selected = context.select(&selection(None, None, Some(&key))).unwrap();
    assert_eq!(selected.account(), Some("B"));
}
