//! `kill -9` at any moment leaves a store that works.
//!
//! `NSC_CRASH_ROUNDS` sets how often; the default is enough to notice that something is wrong, a
//! thousand and more are for finding out whether it is right.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nsc_testkit::{TestHome, Token};

const ROUNDS: usize = 40;

fn rounds() -> usize {
    let rounds = std::env::var("NSC_CRASH_ROUNDS").ok();
    rounds.map_or(ROUNDS, |rounds| rounds.parse().unwrap())
}

/// A home with account `A`, and how long a command takes in it.
fn home() -> (TestHome, Duration) {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    home.nsc(["add", "operator", "O"]).success();
    home.nsc(["add", "account", "A"]).success();
    let start = Instant::now();
    home.nsc(["add", "user", "first"]).success();
    (home, start.elapsed())
}

/// Between nothing and somewhat more than the whole.
fn moment(whole: Duration) -> Duration {
    let random = RandomState::new().build_hasher().finish() % 1_250;
    whole * u32::try_from(random).unwrap() / 1_000
}

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

fn all_files(home: &TestHome) -> Vec<PathBuf> {
    let mut found = Vec::new();
    files(&home.stores(), &mut found);
    files(&home.keystore(), &mut found);
    found
}

/// Every JWT, key and creds file is whole, and no JWT is without its key.
fn assert_whole(home: &TestHome) {
    for path in all_files(home) {
        let ending = path.extension().unwrap_or_default().to_str().unwrap();
        match ending {
            "jwt" => {
                let token = home.token(&path);
                let seed = home.seed_file(token.subject());
                assert!(seed.exists(), "`{}` is without its key", path.display());
            }
            "nk" => assert_eq!(home.read(&path).len(), 58, "`{}`", path.display()),
            "creds" => {
                Token::parse(&home.read(&path));
                assert!(home.read(&path).ends_with("*\n"), "`{}`", path.display());
            }
            _ => {}
        }
    }
}

/// Nothing of an interrupted commit is left.
fn assert_tidy(home: &TestHome) {
    for path in all_files(home) {
        let ending = path.extension().unwrap_or_default();
        let is_rest = ["tmp", "plan", "intent"].iter().any(|rest| ending == *rest);
        assert!(!is_rest, "`{}`", path.display());
    }
}

/// The users whose JWT, key and creds are there: all three or none.
fn users(home: &TestHome) -> BTreeSet<String> {
    let mut users = Vec::new();
    files(&home.stores().join("O/accounts/A/users"), &mut users);
    let users: BTreeSet<String> = users
        .iter()
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let mut creds = Vec::new();
    files(&home.keystore().join("creds"), &mut creds);
    let with_creds: BTreeSet<String> = creds
        .iter()
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(users, with_creds);
    let mut keys = Vec::new();
    files(&home.keystore().join("keys/U"), &mut keys);
    assert_eq!(users.len(), keys.len());
    users
}

/// Starts a command, kills it, and looks at what it left behind.
fn kill_in(home: &TestHome, args: &[&str], after: Duration) {
    let running = home.nsc(args).spawn();
    std::thread::sleep(after);
    // Dropped, it is killed (SIGKILL).
    drop(running);
    assert_whole(home);
}

#[test]
fn a_killed_command_leaves_all_or_nothing() {
    let (home, whole) = home();
    let mut killed = 0;
    for round in 0..rounds() {
        let name = format!("u{round}");
        let tag = format!("t{round}");
        let present = users(&home);
        let victim = present.iter().next_back().unwrap().clone();
        let commands: [&[&str]; 5] = [
            &["add", "user", &name],
            &["delete", "user", &victim, "-D", "-C"],
            &["edit", "account", "A", "--tag", &tag],
            &["edit", "user", "-a", "A", "first", "--tag", &tag],
            &["undo"],
        ];
        // More is added than deleted or undone.
        let command = commands[[0, 2, 0, 1, 3, 0, 4][round % 7]];
        if command[0] == "delete" && victim == "first" {
            continue;
        }
        let before = home.tree();
        kill_in(&home, command, moment(whole));
        killed += usize::from(before != home.tree());
        // The next command just works, be it a reader or a writer.
        if round % 2 == 0 {
            home.nsc(["list", "users", "-a", "A"]).success();
        } else {
            home.nsc(["edit", "account", "A", "--tag", "next"])
                .success();
        }
        assert_whole(&home);
        assert_tidy(&home);
        let there = users(&home);
        let changed = there.symmetric_difference(&present).count();
        assert!(changed <= 1, "{command:?}: {present:?} {there:?}");
    }
    assert!(killed > 0, "no command got as far as a file");
}

#[test]
fn a_killed_bulk_command_adds_all_or_nobody() {
    let (home, _) = home();
    let lines: String = (0..300)
        .map(|n| format!("{{\"name\":\"b{n}\"}}\n"))
        .collect();
    let file = home.write("work/users.jsonl", lines);
    let start = Instant::now();
    home.nsc(["add", "users", "--from", file.to_str().unwrap()])
        .success();
    let whole = start.elapsed();
    home.nsc(["undo"]).success();
    for _ in 0..rounds().div_ceil(20) {
        let args = ["add", "users", "--from", file.to_str().unwrap()];
        kill_in(&home, &args, moment(whole));
        home.nsc(["list", "users", "-a", "A"]).success();
        assert_tidy(&home);
        let count = users(&home).len();
        assert!(count == 1 || count == 301, "{count}");
        if count == 301 {
            home.nsc(["undo"]).success();
        }
    }
}

#[test]
fn a_killed_first_command_is_repeated() {
    for _ in 0..rounds().div_ceil(4) {
        let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
        let start = Instant::now();
        let add = ["add", "operator", "O", "--sys"];
        let probe = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
        probe.nsc(add).success();
        kill_in(&home, &add, moment(start.elapsed()));
        // Made or not, but nothing in between.
        let output = home.nsc(add).run();
        let code = output.code().unwrap();
        assert!(code == 0 || code == 4, "{output}");
        assert_whole(&home);
        assert_tidy(&home);
        home.nsc(["add", "account", "A"]).success();
    }
}

/// Every account is signed by a key of the operator: a reissue is done or not begun.
#[test]
fn a_killed_reissue_leaves_no_account_behind() {
    let (home, _) = home();
    for n in 0..6 {
        home.nsc(["add", "account", &format!("B{n}")]).success();
    }
    let start = Instant::now();
    home.nsc(["reissue", "operator"]).success();
    let whole = start.elapsed();
    for round in 0..rounds().div_ceil(4) {
        let before = home.operator_token("O").subject().to_owned();
        let convert: &[&str] = &["reissue", "operator", "--convert-to-signing-key"];
        let args = if round % 3 == 2 {
            convert
        } else {
            &convert[..2]
        };
        kill_in(&home, args, moment(whole));
        // Also tells of an account that a key signed which the operator does not list.
        home.nsc(["validate", "-A"]).success();
        home.nsc(["edit", "account", "B3", "--tag", "next"])
            .success();
        assert_tidy(&home);
        let after = home.operator_token("O").subject().to_owned();
        assert!(home.seed_file(&after).exists());
        if after == before {
            home.nsc(["validate", "-A"]).success();
        }
    }
}

#[test]
fn a_killed_import_is_whole_or_did_not_happen() {
    let (giver, _) = home();
    let keys = giver.keystore().join("keys");
    let token = giver.stores().join("O/accounts/A/A.jwt");
    let taker = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    taker.nsc(["add", "operator", "P"]).success();
    let paths = [&keys, &token].map(|path| path.to_str().unwrap().to_owned());
    let commands: [Vec<&str>; 2] = [
        vec!["import", "keys", "--dir", &paths[0], "--recurse"],
        vec!["import", "account", "--file", &paths[1], "--force"],
    ];
    let start = Instant::now();
    taker.nsc(&commands[0]).success();
    taker.nsc(&commands[1]).success();
    let whole = start.elapsed() / 2;
    taker.nsc(["undo"]).success();
    for round in 0..rounds().div_ceil(4) {
        let imports_account = round % 2 == 1;
        kill_in(
            &taker,
            &commands[usize::from(imports_account)],
            moment(whole),
        );
        taker.nsc(["validate", "-A"]).success();
        assert_tidy(&taker);
        let account = taker.stores().join("P/accounts/A/A.jwt");
        if account.exists() {
            let issuer = taker.operator_token("P").subject().to_owned();
            assert_eq!(taker.token(&account).claims()["iss"], issuer);
            taker.nsc(["undo"]).success();
        }
        if !imports_account && round % 4 == 0 {
            std::fs::remove_dir_all(taker.keystore().join("keys/U")).ok();
        }
    }
}
