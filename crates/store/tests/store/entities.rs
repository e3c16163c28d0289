//! Reading and staging operators, accounts and users.

use nsc_core::keys::KeyKind;
use nsc_store::{
    BeginOptions, ChangeKind, ErrorKind, OperatorStore, StoreError, StoreInfo, Transaction,
};

use crate::common::{
    World, account_seed, account_token, account_token_with, operator_seed, operator_token, scope,
    seed, stage_user, user_seed, user_token,
};

fn begin<'a>(world: &World, store: &OperatorStore) -> Transaction<'a> {
    store
        .begin(&world.keystore(), &BeginOptions::default())
        .unwrap()
}

#[test]
fn files_lie_where_the_original_puts_them() {
    let world = World::new();
    let store = world.operator("O");
    world.account(&store, "A b");
    world.user(&store, "A b", "u.v");
    let key = |seed: nsc_core::keys::Seed| {
        let text = seed.public_key().to_text();
        format!("keys/keys/{}/{}/{text}.nk", &text[..1], &text[1..3])
    };
    let mut expected = vec![
        "keys/.gitignore".to_owned(),
        "keys/creds/O/A b/u.v.creds".to_owned(),
        key(operator_seed("O")),
        key(account_seed("A b")),
        key(user_seed("u.v")),
        "stores/O/.nsc".to_owned(),
        "stores/O/O.jwt".to_owned(),
        "stores/O/accounts/A b/A b.jwt".to_owned(),
        "stores/O/accounts/A b/users/u.v.jwt".to_owned(),
    ];
    expected.sort();
    let files = world.files();
    let mut names: Vec<String> = files
        .keys()
        .map(|p| {
            p.strip_prefix(world.dir.path())
                .unwrap()
                .display()
                .to_string()
        })
        .collect();
    names.sort();
    assert_eq!(names, expected);
    let content = |path: &str| files[&world.path(path)].as_str();
    assert_eq!(
        content("stores/O/.nsc"),
        r#"{"managed":false,"name":"O","kind":"operator","version":"1"}"#
    );
    assert_eq!(
        content(&key(user_seed("u.v"))),
        user_seed("u.v").expose().as_str()
    );
    assert!(
        content("stores/O/O.jwt").starts_with("eyJ") && !content("stores/O/O.jwt").ends_with('\n')
    );
    assert!(content("keys/.gitignore").contains("**/*.nk\n**/*.creds\n"));
}

/// In a process of its own, since the umask belongs to the process.
#[cfg(unix)]
#[test]
fn nobody_else_may_look_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt;
    const CHILD: &str = "NSC_STORE_TEST_UMASK";
    if std::env::var_os(CHILD).is_none() {
        let test = "entities::nobody_else_may_look_whatever_the_umask";
        let status = std::process::Command::new("sh")
            .args(["-c", "umask 000; exec \"$0\" --exact \"$1\""])
            .arg(std::env::current_exe().unwrap())
            .arg(test)
            .env(CHILD, "1")
            .stdout(std::process::Stdio::null())
            .status();
        assert!(status.unwrap().success());
        return;
    }
    let world = World::new();
    let store = world.operator("O");
    world.account(&store, "A");
    world.user(&store, "A", "u");
    for name in world.names() {
        let mode = std::fs::metadata(&name).unwrap().permissions().mode() & 0o777;
        let expected = if std::path::Path::new(&name).is_dir() {
            0o700
        } else {
            0o600
        };
        assert_eq!(mode, expected, "{name}");
    }
}

#[test]
fn entities_are_found_by_name_and_key() {
    let world = World::new();
    let store = world.operator("O");
    for name in ["b", "A", "a2"] {
        world.account(&store, name);
    }
    world.user(&store, "A", "u");
    assert_eq!(store.accounts().unwrap(), ["A", "a2", "b"]);
    let key = account_seed("a2").public_key();
    assert_eq!(store.account(&key.to_text()).unwrap().name, "a2");
    assert_eq!(store.account("b").unwrap().claims.name, "b");
    assert_eq!(store.account_like("B").unwrap().as_deref(), Some("b"));
    assert_eq!(
        store
            .user("A", &user_seed("u").public_key().to_text())
            .unwrap()
            .name,
        "u"
    );
    for missing in [
        "c",
        "",
        "..",
        "../O",
        "A/users",
        &account_seed("none").public_key().to_text(),
    ] {
        let error = store.account(missing).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{missing}");
        assert_eq!(
            store.user("A", missing).unwrap_err().kind(),
            ErrorKind::NotFound,
            "{missing}"
        );
    }
    assert_eq!(store.users("c").unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(
        OperatorStore::open(&world.root(), "P").unwrap_err().kind(),
        ErrorKind::NotFound
    );
    assert_eq!(
        OperatorStore::open(&world.root(), "../stores/O")
            .unwrap_err()
            .kind(),
        ErrorKind::NotFound
    );
}

#[test]
fn a_damaged_account_does_not_stop_work_on_another() {
    let world = World::new();
    let store = world.operator("O");
    for name in ["A", "B", "C"] {
        world.account(&store, name);
    }
    std::fs::write(store.account_path("A"), "junk").unwrap();
    std::fs::write(
        store.account_path("C"),
        tampered(&store.account("C").unwrap().token),
    )
    .unwrap();
    std::fs::create_dir_all(store.dir().join("accounts/left over/users")).unwrap();

    assert_eq!(store.accounts().unwrap(), ["A", "B", "C"]);
    let error = store.account("A").unwrap_err();
    assert_eq!(error.path(), Some(store.account_path("A").as_path()));
    assert!(matches!(
        store.account("C").unwrap_err(),
        StoreError::Token { .. }
    ));
    assert_eq!(
        store
            .account_by_key(&account_seed("B").public_key())
            .unwrap()
            .unwrap()
            .name,
        "B"
    );
    let listed = store.list_accounts().unwrap();
    let good: Vec<bool> = listed.iter().map(|l| l.claims.is_ok()).collect();
    assert_eq!(good, [false, true, false]);
    world.user(&store, "B", "u");
    assert_eq!(store.users("B").unwrap(), ["u"]);
}

/// Another signature.
fn tampered(token: &str) -> String {
    let (head, signature) = token.rsplit_once('.').unwrap();
    let swapped: String = signature.chars().rev().collect();
    format!("{head}.{swapped}")
}

#[test]
fn decorated_and_renamed_files_are_read() {
    let world = World::new();
    let store = world.operator("O");
    world.account(&store, "A");
    let token = store.account("A").unwrap().token;
    let decorated =
        format!("-----BEGIN NATS ACCOUNT JWT-----\n{token}\n------END NATS ACCOUNT JWT------\n");
    std::fs::write(store.account_path("A"), decorated).unwrap();
    assert_eq!(store.account("A").unwrap().token, token);

    std::fs::rename(store.dir(), world.root().join("moved")).unwrap();
    let store = OperatorStore::open(&world.root(), "moved").unwrap();
    assert_eq!((store.folder(), store.name()), ("moved", "O"));
    assert_eq!(store.operator().unwrap().claims.name, "O");
    let listed = OperatorStore::list_operators(&world.root()).unwrap();
    assert_eq!(listed[0].name, "moved");
    assert_eq!(listed[0].claims.as_ref().unwrap().0, "O");
}

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
fn odd_names_work() {
    let world = World::new();
    let store = world.operator("Ö p.x");
    for name in ["-x", "a b", "q\"'", "日本", "*", "a.jwt"] {
        world.account(&store, name);
        world.user(&store, name, name);
        assert_eq!(store.users(name).unwrap(), [name]);
        assert_eq!(store.user(name, name).unwrap().claims.name, name);
    }
    assert_eq!(store.accounts().unwrap().len(), 6);
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
