//! Where operators, accounts and users lie, and how they are found.

use nsc_store::{ErrorKind, OperatorStore, StoreError};

use crate::common::{World, account_seed, operator_seed, tampered, user_seed};

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
