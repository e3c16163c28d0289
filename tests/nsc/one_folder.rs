//! `--store` and `NSC_STORE`: one folder with everything in it, which may be moved.

use nsc_testkit::{Call, FileTree, TestHome};
use serde_json::json;

use crate::stock::line;

/// Runs with a store folder.
fn at<'home>(home: &'home TestHome, store: &str, words: &str) -> Call<'home> {
    line(home, &format!("--store {store} {words}"))
}

fn filled(store: &str) -> TestHome {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    for words in [
        "add operator O --sys",
        "add account A",
        "add account B",
        "add user -a A u",
        "select account A",
    ] {
        at(&home, store, words).success();
    }
    home
}

/// What is outside of the folder.
fn outside(home: &TestHome, store: &str) -> FileTree {
    home.tree().without(&format!("work/{store}"))
}

#[test]
fn everything_is_in_the_folder_and_nothing_outside() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let before = outside(&home, "s");
    for words in [
        "add operator O --sys",
        "add account A",
        "add user u",
        "generate nkey --account --store",
        "generate context --context c -u u",
        "env --revoke-on-delete",
        "delete user u",
        "undo",
        "validate -A",
    ] {
        at(&home, "s", words).success();
    }
    assert_eq!(before.changes(&outside(&home, "s")), Vec::<String>::new());
    let tree = home.tree();
    for path in [
        "nsc.json",
        "O/O.jwt",
        "O/accounts/A/users/u.jwt",
        "keys",
        "creds/O/A/u.creds",
        "nats/context/c.json",
    ] {
        assert!(tree.has(&format!("work/s/{path}")), "{path}\n{tree}");
    }
    let config = home.read("work/s/nsc.json");
    assert!(
        config.contains(r#""store_root":".""#) && !config.contains("work"),
        "{config}"
    );
}

#[test]
fn a_folder_that_was_moved_works_as_before() {
    let home = filled("s");
    let listed = at(&home, "s", "list accounts --output json")
        .success()
        .json();
    std::fs::create_dir(home.work().join("deep")).unwrap();
    std::fs::rename(home.work().join("s"), home.work().join("deep/t")).unwrap();
    assert_eq!(
        at(&home, "deep/t", "list accounts --output json")
            .success()
            .json(),
        listed
    );
    let elsewhere = home.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    let store = home.work().join("deep/t");
    let env = home
        .nsc(["env", "--output", "json"])
        .env("NSC_STORE", &store)
        .cwd(&elsewhere)
        .success()
        .json();
    let result = &env["result"];
    assert_eq!(
        (&result["operator"], &result["account"]),
        (&json!("O"), &json!("A"))
    );
    for member in ["store", "config_dir", "keystore_dir", "stores_dir"] {
        assert_eq!(result[member], json!(store), "{member}");
    }
    let before = home.tree().without("work/deep").without("elsewhere");
    for words in [
        "add user v",
        "edit account --tag t",
        "undo",
        "generate creds -n v",
        "validate -A",
    ] {
        let call = line(&home, words)
            .env("NSC_STORE", "../work/deep/t")
            .cwd(&elsewhere);
        if words.starts_with("generate creds") {
            call.secret_expected().run()
        } else {
            call.success()
        };
    }
    let after = home.tree().without("work/deep").without("elsewhere");
    assert_eq!(before.changes(&after), Vec::<String>::new());
    // As the original opens it.
    line(&home, "-H deep/t describe user -a A u").success();
}

#[test]
fn nothing_around_counts() {
    let home = filled("s");
    let other = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    line(&other, "add operator X").success();
    let operator = other.stores().join("X");
    let call = |words: &str| {
        let store = home.work().join("s");
        line(&other, words)
            .env("NSC_STORE", store)
            .env("NSC_HOME", "/nowhere/c")
            .env("NKEYS_PATH", "/nowhere/k")
            .env("NSC_CWD_ONLY", "1")
            .cwd(&operator)
    };
    let env = call("env --output json").success().json();
    assert_eq!(
        (&env["result"]["operator"], &env["result"]["account"]),
        (&json!("O"), &json!("A"))
    );
    assert_eq!(env["result"]["from_cwd"], false);
    call("add account C").success();
    call("env").success().stdout_has("One Folder (--store)");
    // Flags are nearer than variables.
    let store = home.work().join("s");
    line(&other, "list operators --output json")
        .env("NSC_STORE", &store)
        .success()
        .stdout_has("\"O\"");
    line(&other, "--data-dir . list operators --output json")
        .env("NSC_STORE", &store)
        .cwd(other.stores())
        .success()
        .stdout_has("\"X\"");
}

#[test]
fn another_folder_is_refused() {
    let home = filled("s");
    for words in [
        "-H x env",
        "--config-dir x env",
        "env --data-dir x",
        "list users --keystore-dir x",
    ] {
        at(&home, "s", words)
            .failure(2)
            .stderr_has("`--store` puts everything into one folder");
    }
    at(&home, "s", "env --store x")
        .failure(1)
        .stderr_has("everything is in");
    at(&home, "s", "init -n P -d x")
        .failure(1)
        .stderr_has("everything is in");
    line(&home, "env -s x")
        .env("NSC_STORE", "s")
        .failure(1)
        .stderr_has("unset NSC_STORE");
    assert!(!home.work().join("x").exists());
}

#[test]
fn the_flag_stands_before_or_behind_the_command() {
    let home = filled("s");
    line(&home, "list accounts --store s")
        .success()
        .stdout_has("A");
    line(&home, "env --store-dir s --output json")
        .success()
        .stdout_has("\"O\"");
    line(&home, "generate nkey --user --store --store-dir s").success();
    let keys = at(&home, "s", "list keys --not-referenced").success();
    keys.stdout_has("U");
    assert!(!home.keystore().exists());
}

#[test]
fn a_batch_makes_and_moves_a_folder() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let before = outside(&home, "s");
    let lines = "add operator O\nadd account A\nadd user u\nadd account B\nselect account A\n";
    let failing = format!("{lines}delete user nobody\n");
    at(&home, "s", "batch -").stdin(failing).failure(3);
    assert!(!home.work().join("s").exists());
    at(&home, "s", "batch -").stdin(lines).success();
    std::fs::rename(home.work().join("s"), home.work().join("t")).unwrap();
    at(&home, "t", "batch -")
        .stdin("add user v\nlist users\n")
        .success();
    at(&home, "t", "undo").success();
    let after = home.tree().without("work/t");
    assert_eq!(before.changes(&after), Vec::<String>::new());
}

#[test]
fn a_mistyped_folder_is_not_made() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let before = home.tree();
    for (words, status) in [
        ("list users", 1),
        ("describe operator", 1),
        ("add account A", 1),
        ("select operator O", 3),
        ("add operator O --dry-run", 0),
        ("env", 0),
    ] {
        let output = at(&home, "typo", words).run();
        assert_eq!(output.code(), Some(status), "{words}: {output}");
        assert_eq!(
            before.changes(&home.tree()),
            Vec::<String>::new(),
            "{words}"
        );
    }
    let output = line(&home, "list users")
        .env("NSC_STORE", "typo")
        .failure(1);
    output
        .stderr_has("/typo` does not exist")
        .stderr_has("try: nsc --store typo init --name NAME");
    assert!(!home.work().join("typo").exists());
}
