//! `nsc log`, `nsc undo` and `nsc trash`.

use nsc_testkit::{Output, TestHome, assert_no_seeds};
use serde_json::Value;

fn home() -> TestHome {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    home.nsc(["add", "operator", "O"]).success();
    home.nsc(["add", "account", "A"]).success();
    home
}

fn log(home: &TestHome) -> Vec<Value> {
    let document = home.nsc(["log", "--output", "json"]).success().json();
    document["result"].as_array().unwrap().clone()
}

fn user_key(home: &TestHome, user: &str) -> String {
    let token = home.user_token("O", "A", user);
    token.claims()["sub"].as_str().unwrap().to_owned()
}

/// Everything but side folders and `nsc.json`.
fn files(home: &TestHome) -> Vec<(String, Vec<u8>)> {
    let tree = home.tree();
    let names = tree.names().into_iter();
    names
        .filter(|name| !name.contains(".nsc-rs") && !name.contains("nsc.json"))
        .filter(|name| home.path().join(name).is_file())
        .map(|name| {
            (
                name.to_owned(),
                std::fs::read(home.path().join(name)).unwrap(),
            )
        })
        .collect()
}

#[test]
fn log_lists_commits_newest_first() {
    let home = home();
    home.nsc(["add", "user", "u", "--tag", "a b"]).success();
    home.nsc(["add", "user", "u"]).failure(4);
    home.nsc(["add", "user", "dry", "--dry-run"]).success();
    let log = log(&home);
    let column = |name: &str| -> Vec<Value> { log.iter().map(|c| c[name].clone()).collect() };
    assert_eq!(column("id"), [3, 2, 1]);
    assert_eq!(
        column("command"),
        [
            "nsc add user u --tag 'a b'",
            "nsc add account A",
            "nsc add operator O"
        ]
    );
    assert_eq!(log[0]["created"], 3, "JWT, key and creds");
    let time = log[0]["time"].as_str().unwrap();
    assert!(time.starts_with("20") && time.ends_with('Z'), "{time}");

    home.nsc(["log"])
        .success()
        .stdout_has("Commits of O")
        .stdout_has("nsc add user u --tag 'a b'")
        .stdout_has("3 created");
    let newest = home.nsc(["log", "--limit", "1", "--output", "jsonl"]);
    let newest = newest.success();
    assert_eq!(newest.stdout().lines().count(), 1);
    assert_eq!(newest.json()["id"], 3);
}

#[test]
fn log_shows_what_a_commit_did() {
    let home = home();
    home.nsc(["add", "user", "u"]).success();
    let details = home.nsc(["log", "3", "--output", "json"]).success().json();
    let files = details["result"]["files"].as_array().unwrap();
    let kinds: Vec<&str> = files.iter().map(|f| f["file"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["key", "user", "creds"]);
    assert_eq!(files[0]["key"], user_key(&home, "u").as_str());
    assert_eq!(files[1]["change"], "create");
    let token = home.read(home.stores().join("O/accounts/A/users/u.jwt"));
    assert_eq!(files[1]["after"], token.as_str());
    home.nsc(["log", "3"])
        .success()
        .stdout_has("user u of account A");
    home.nsc(["log", "9"]).failure(3).stderr_has("commit `9`");
    home.nsc(["log", "x"]).failure(2);
}

#[test]
fn nothing_secret_is_recorded() {
    let home = home();
    home.nsc(["add", "user", "first"]).success();
    let account = home.account_token("O", "A");
    let seed = home.read(home.seed_file(account.claims()["sub"].as_str().unwrap()));
    home.nsc(["add", "user", "u", "-K", &seed]).success();
    home.nsc(["add", "user", "v", &format!("--private-key={seed}")])
        .success();
    home.nsc(["undo"]).success();
    let history = home.stores().join("O/.nsc-rs/history");
    for entry in std::fs::read_dir(history).unwrap() {
        let path = entry.unwrap().path();
        assert_no_seeds(&path.display().to_string(), &home.read(&path));
    }
    home.nsc(["log"]).success().stdout_has("-K ***");
    #[cfg(unix)]
    home.tree()
        .assert_private(&[".local/share/nats/nsc/stores", ".local/share/nats/nsc/keys"]);
}

#[test]
fn undo_takes_back_the_last_commit_and_a_second_one_that() {
    let home = home();
    let before = files(&home);
    home.nsc(["add", "user", "u"]).success();
    let key = user_key(&home, "u");
    let after = files(&home);

    let dry = home.nsc(["undo", "--dry-run"]).success();
    dry.stdout_has("would remove");
    assert_eq!(files(&home), after);

    let undone = home.nsc(["undo", "--output", "json"]).success().json();
    assert_eq!(undone["result"]["id"], 3);
    assert_eq!(undone["result"]["command"], "nsc add user u");
    assert_eq!(undone["changes"].as_array().unwrap().len(), 3);
    assert_eq!(files(&home), before);
    let trash = home.nsc(["trash", "list", "--output", "json"]).success();
    let trash = trash.json()["result"].clone();
    assert_eq!(trash[0]["public_key"], key.as_str());
    assert_eq!(
        (&trash[0]["kind"], &trash[0]["command"]),
        (&"user".into(), &"nsc undo --output json".into())
    );

    home.nsc(["undo"])
        .success()
        .stdout_has("undid commit 4")
        .stdout_has("restored");
    assert_eq!(files(&home), after, "with its key and creds");
    assert_eq!(log(&home)[0]["undoes"], 4);
    home.nsc(["trash", "list"]).success().stderr_has("empty");
}

#[test]
fn undo_refuses_to_lose_later_changes() {
    let home = home();
    home.nsc(["add", "user", "u"]).success();
    let before = files(&home);
    home.nsc(["undo", "2"])
        .failure(4)
        .stderr_has("user `u` of account `A` would be left without the account")
        .stderr_has("nsc log");
    home.nsc(["undo", "1"])
        .failure(1)
        .stderr_has("made the operator");
    home.nsc(["undo", "7"]).failure(3);
    assert_eq!(files(&home), before);

    // Changed by hand.
    let path = home.stores().join("O/accounts/A/users/u.jwt");
    let token = home.read(&path);
    home.write(&path, format!("{token}\n"));
    let refused = home.nsc(["undo", "--output", "json"]).failure(4).json();
    assert_eq!(refused["error"]["kind"], "conflict");
    let causes = refused["error"]["causes"].to_string();
    assert!(causes.contains("u.jwt"), "{causes}");
    home.write(&path, token);
    home.nsc(["undo"]).success();
    home.nsc(["undo", "2"]).success();
    home.nsc(["list", "accounts"]).success();
    assert!(!home.stores().join("O/accounts/A").exists());
}

#[test]
fn the_history_can_be_switched_off() {
    let home = home();
    home.nsc(["add", "user", "u"])
        .env("NSC_NO_HISTORY", "")
        .success();
    assert_eq!(log(&home).len(), 2);
    home.nsc(["undo", "2"]).failure(4);
    let other = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    let quiet = |args: [&str; 3]| other.nsc(args).env("NSC_NO_HISTORY", "1").success();
    quiet(["add", "operator", "O"]);
    quiet(["add", "account", "A"]);
    other
        .nsc(["undo"])
        .failure(3)
        .stderr_has("no commit is recorded");
    other
        .nsc(["log"])
        .success()
        .stderr_has("no commit is recorded");
    assert_eq!(log(&other), [Value::Null; 0]);
}

/// A home where user `u` was added and taken back, and the key that is in the trash.
fn with_trash() -> (TestHome, String) {
    let home = home();
    home.nsc(["add", "user", "u"]).success();
    let key = user_key(&home, "u");
    home.nsc(["undo"]).success();
    (home, key)
}

#[test]
fn the_trash_gives_back_and_is_emptied() {
    let (home, key) = with_trash();
    home.nsc(["trash", "list"])
        .success()
        .stdout_has(&key)
        .stdout_has("nsc undo");
    home.nsc(["trash", "restore", "UJUNK"]).failure(1);
    let stranger = "UA5WUJ54Z23KILLCUOUNAKTPBVZWKMQVO4O6EQ5GHLAERIMLLHNCTYM5";
    let both = home.nsc(["trash", "restore", &key, stranger]);
    both.failure(3).stderr_has("not in the trash");
    assert!(!home.seed_file(&key).exists(), "all or nothing");
    home.nsc(["trash", "restore", &key]).success();
    assert_eq!(home.read(home.seed_file(&key)).len(), 58);

    let (home, key) = with_trash();
    let kept = home.nsc(["trash", "empty", "--older-than", "1h", "--output", "json"]);
    assert_eq!(destroyed(&kept.success()), 0);
    for junk in ["2020-01-01", "x", "", "-1d"] {
        home.nsc(["trash", "empty", "--older-than", junk])
            .failure(1);
    }
    home.nsc(["trash", "empty", "--dry-run"]).success();
    let all = home.nsc(["trash", "empty", "--output", "json"]);
    assert_eq!(destroyed(&all.success()), 1);
    home.nsc(["trash", "restore", &key]).failure(3);
    // The JWT comes back, and what does not is told.
    home.nsc(["undo"])
        .success()
        .stdout_has(&format!("the seed of `{key}` is not in the trash"));
    assert!(home.stores().join("O/accounts/A/users/u.jwt").exists());
}

fn destroyed(output: &Output) -> usize {
    let list = &output.json()["result"]["destroyed"];
    list.as_array().unwrap().len()
}

#[test]
fn the_retention_of_the_trash_is_set_in_days() {
    let home = home();
    home.nsc(["add", "user", "u"]).success();
    let key = user_key(&home, "u");
    home.nsc(["undo"]).env("NSC_TRASH_DAYS", "0").success();
    assert!(!home.keystore().join(".nsc-rs/trash").exists());
    home.nsc(["trash", "restore", &key]).failure(3);
    home.nsc(["undo"])
        .env("NSC_TRASH_DAYS", "soon")
        .failure(1)
        .stderr_has("NSC_TRASH_DAYS");

    // Older than the retention: destroyed by the next command that writes keys.
    let (home, key) = with_trash();
    let trash = home.keystore().join(".nsc-rs/trash");
    let file = std::fs::read_dir(&trash)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.to_str().unwrap().contains(&key))
        .unwrap();
    // When the next seed expires is noted, so that the trash need not be read each time.
    std::fs::remove_file(trash.join("next-expiry")).unwrap();
    std::fs::rename(file, trash.join(format!("{key}.1000000000"))).unwrap();
    home.nsc(["add", "user", "next"]).success();
    home.nsc(["trash", "list"]).success().stderr_has("empty");
}

#[test]
fn a_deletion_is_undone_with_its_keys() {
    let home = home();
    for user in ["u", "v"] {
        home.nsc(["add", "user", user]).success();
    }
    let before = files(&home);
    home.nsc(["delete", "user", "u", "-R", "-D", "-C"])
        .success();
    home.nsc(["undo"]).success();
    assert_eq!(files(&home), before);
    home.nsc(["delete", "account", "A", "-D", "-C"]).success();
    assert!(!home.stores().join("O/accounts/A").exists());
    let trash = home
        .nsc(["trash", "list", "--output", "json"])
        .success()
        .json();
    assert_eq!(trash["result"].as_array().unwrap().len(), 3);
    home.nsc(["undo"]).success();
    assert_eq!(files(&home), before);
    // Nothing is left to be removed from servers.
    let removed = home.stores().join("O/.nsc-rs/history/removed-accounts");
    assert!(!removed.exists());
}

#[test]
fn a_deletion_may_be_final() {
    let home = home();
    home.nsc(["add", "user", "u"]).success();
    let key = user_key(&home, "u");
    home.nsc(["delete", "user", "u", "-D", "-C", "--no-trash"])
        .success();
    home.nsc(["trash", "list"]).success().stderr_has("empty");
    let undone = home.nsc(["undo", "--output", "json"]).success().json();
    assert_eq!(undone["result"]["missing_keys"][0], key.as_str());
    assert!(!home.seed_file(&key).exists());
}

#[test]
fn renames_and_reissues_are_undone() {
    let home = home();
    home.nsc(["add", "user", "u"]).success();
    let before = files(&home);
    home.nsc(["rename", "account", "A", "B", "--OK"]).success();
    assert_ne!(files(&home), before);
    home.nsc(["undo"]).success();
    assert_eq!(files(&home), before);
    home.nsc(["reissue", "operator"]).success();
    assert_ne!(files(&home), before);
    home.nsc(["undo"]).success();
    assert_eq!(files(&home), before);
}
