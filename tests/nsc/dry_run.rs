//! `--dry-run`: every command tells what it would write, and writes nothing.
//!
//! The test that runs every command ([`crate::schemas`]) rehearses each of its lines here before.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::SystemTime;

use nsc_testkit::{Call, FileTree, TestHome};
use serde_json::Value;

/// Commands that write nothing but what a flag such as `--output-file` names. A new command is taken for one that
/// writes until it is listed here.
const READING: &[&str] = &[
    "completion",
    "describe jwt",
    "describe operator",
    "expirations",
    "generate nkey",
    "list keys",
    "list operators",
    "log",
    "pub",
    "reply",
    "req",
    "revocations list-activations",
    "revocations list-users",
    "rtt",
    "status",
    "sub",
    "tool pub",
    "tool reply",
    "tool req",
    "tool rtt",
    "tool sub",
    "trash list",
    "validate",
    "watch",
];

/// Commands that send what they write to servers.
const SENDING: &[&str] = &["push"];

/// What the commands told with `--dry-run`.
#[derive(Default)]
pub(crate) struct Rehearsals {
    /// Those that told of a change.
    told: BTreeSet<String>,
    /// Those that were rehearsed.
    rehearsed: BTreeSet<String>,
}

impl Rehearsals {
    /// Runs a command with `--dry-run`, which changes nothing in the home.
    #[track_caller]
    pub(crate) fn rehearse(&mut self, home: &TestHome, call: Call<'_>) -> Value {
        let title = call.title().to_owned();
        let (before, times) = (home.tree(), times(home.path()));
        let call = call.env("NSC_OUTPUT", "json").env("NSC_DRY_RUN", "1");
        let document = call.secret_expected().success().json();
        assert_unchanged(&title, &before, &home.tree());
        assert_eq!(times, self::times(home.path()), "`{title}` touched files");
        let command = document["command"].as_str().unwrap().to_owned();
        if !changes(&document).is_empty() {
            assert_eq!(document["dry_run"], true, "`{title}`: {document:#}");
            self.told.insert(command.clone());
        }
        self.rehearsed.insert(command);
        document
    }

    /// Expects that a command did what it had told.
    #[track_caller]
    pub(crate) fn compare(&self, rehearsal: &Value, done: &Value) {
        assert_eq!(changes(rehearsal), changes(done), "{rehearsal:#}\n{done:#}");
        if done["changed"].is_boolean() {
            assert_eq!(rehearsal["changed"], done["changed"], "{done:#}");
        }
    }

    /// Expects that each command that is not listed above has told of a change.
    #[track_caller]
    pub(crate) fn assert_complete(&self, all: &BTreeSet<String>) {
        let reads = |name: &str| READING.contains(&name) || SENDING.contains(&name);
        let silent: Vec<&String> = all
            .difference(&self.told)
            .filter(|name| !reads(name))
            .collect();
        assert!(
            silent.is_empty(),
            "told of no change with --dry-run, and are not among those that only read: {silent:?}"
        );
        for name in READING.iter().chain(SENDING) {
            assert!(all.contains(*name), "there is no `nsc {name}`");
        }
        assert!(self.rehearsed.contains("push"));
    }
}

/// How many files were written and removed. New keys have other names each time, and the first command that is not
/// rehearsed makes `nsc.json`, which is replaced then.
fn changes(document: &Value) -> BTreeMap<String, usize> {
    let mut count = BTreeMap::new();
    for change in document["changes"].as_array().into_iter().flatten() {
        let what = match change["change"].as_str().unwrap() {
            "create" | "replace" => "write",
            other => other,
        };
        *count.entry(what.to_owned()).or_insert(0) += 1;
    }
    count
}

#[track_caller]
fn assert_unchanged(title: &str, before: &FileTree, after: &FileTree) {
    let changes = before.changes(after);
    assert!(changes.is_empty(), "`{title}` with --dry-run: {changes:#?}");
}

/// When each file and folder was last written.
fn times(folder: &Path) -> BTreeMap<String, SystemTime> {
    let mut found = BTreeMap::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let about = path.symlink_metadata().unwrap();
            if path.ends_with("tmp") {
                continue;
            }
            if about.is_dir() {
                pending.push(path.clone());
            }
            found.insert(path.display().to_string(), about.modified().unwrap());
        }
    }
    found
}

#[test]
fn a_fresh_home_stays_fresh() {
    let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
    for words in [
        &["add", "operator", "O"][..],
        &["init", "--name", "I"],
        &["env"],
        &["env", "--revoke-on-delete"],
        &["list", "operators"],
    ] {
        let before = home.tree();
        let call = home.nsc(words.iter().copied().chain(["--dry-run"]));
        call.success();
        assert_unchanged(&words.join(" "), &before, &home.tree());
    }
}
