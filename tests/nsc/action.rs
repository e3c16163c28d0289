//! The steps of `action.yml`, run as a runner of GitHub Actions does, on sample stores.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use nsc_testkit::FileTree;
use serde_json::Value;

use crate::release_files::{Release, root};
use crate::stock;

/// A step: what it sets in the environment, and its script.
struct Step {
    env: BTreeMap<String, String>,
    script: String,
}

/// The steps of the action, by identifier.
fn steps() -> BTreeMap<String, Step> {
    let text = std::fs::read_to_string(root().join("action.yml")).unwrap();
    let (_, steps) = text.split_once("\n  steps:\n").unwrap();
    let mut found = BTreeMap::new();
    for step in steps.split("    - id: ").skip(1) {
        let id = step.split_whitespace().next().unwrap().to_owned();
        let (head, script) = step.split_once("      run: |").unwrap();
        let (_, script) = script.split_once('\n').unwrap();
        let (_, env) = head.split_once("      env:\n").unwrap();
        let env = env
            .lines()
            .map(str::trim)
            .filter(|line| !line.starts_with('#'));
        let env = env.filter_map(|line| line.split_once(": "));
        let script = script
            .lines()
            .take_while(|line| line.is_empty() || line.starts_with("        "));
        let step = Step {
            env: env
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            script: script
                .map(|line| format!("{}\n", line.get(8..).unwrap_or_default()))
                .collect(),
        };
        found.insert(id, step);
    }
    found
}

/// What a runner gives to steps.
struct Runner {
    folder: tempfile::TempDir,
    /// Values of expressions.
    values: BTreeMap<&'static str, String>,
}

impl Runner {
    fn new(store: &Path, url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("temp")).unwrap();
        let values = BTreeMap::from([
            ("github.action_path", root().display().to_string()),
            (
                "github.action_repository || github.repository",
                "o/r".to_owned(),
            ),
            ("github.server_url", "https://github.invalid".to_owned()),
            ("inputs.store", store.display().to_string()),
            ("inputs.strict", "false".to_owned()),
            ("inputs.url", url.to_owned()),
            ("inputs.version", "latest".to_owned()),
        ]);
        Self { folder, values }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, step: &Step) -> Output {
        let mut command = Command::new("bash");
        command.args([
            "--noprofile",
            "--norc",
            "-eo",
            "pipefail",
            "-c",
            &step.script,
        ]);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap());
        command.env("HOME", self.path("home")).env("NO_PROXY", "*");
        for (name, file) in [
            ("RUNNER_TEMP", "temp"),
            ("GITHUB_PATH", "path"),
            ("GITHUB_OUTPUT", "output"),
            ("GITHUB_STEP_SUMMARY", "summary"),
        ] {
            command.env(name, self.path(file));
        }
        for (name, expression) in &step.env {
            let inner = expression
                .strip_prefix("${{ ")
                .and_then(|text| text.strip_suffix(" }}"));
            command.env(name, &self.values[inner.expect(expression)]);
        }
        command
            .stdin(Stdio::null())
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Installs from a release, and judges.
    fn judge(&self) -> Output {
        let steps = steps();
        let installed = self.run(&steps["install"]);
        assert!(installed.status.success(), "{installed:?}");
        assert_eq!(
            self.read("path").trim(),
            self.path("temp/nsc-rs/bin").to_str().unwrap()
        );
        self.run(&steps["validate"])
    }

    /// The findings.
    fn report(&self) -> Vec<Value> {
        let report = self.read("temp/nsc-validate.jsonl");
        report
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

#[test]
fn a_good_store_passes_and_is_left_as_it_was() {
    let release = Release::new().serve();
    let home = stock::home();
    let before = FileTree::of(home.stores());
    for store in [home.stores(), home.stores().join("O")] {
        let runner = Runner::new(&store, &format!("{}/files", release.url()));
        let judged = runner.judge();
        assert!(judged.status.success(), "{judged:?}");
        let output = runner.read("output");
        assert!(output.contains("result=passed\n"), "{output}");
        assert!(output.contains("nsc-validate.jsonl\n"), "{output}");
        let names: Vec<_> = runner
            .report()
            .iter()
            .map(|line| line["name"].clone())
            .collect();
        assert_eq!(names, ["O", "A", "B"]);
        assert!(runner.read("summary").contains("Operator \"O\""));
        let left = FileTree::of(runner.path("temp")).names().join(" ");
        assert!(!left.contains("nsc-home"), "{left}");
        assert!(
            !runner.path("home").exists(),
            "the home of the runner is its own"
        );
    }
    assert!(before.changes(&FileTree::of(home.stores())).is_empty());
}

#[test]
fn a_store_with_a_bad_jwt_fails_and_the_report_says_why() {
    let release = Release::new().serve();
    let home = stock::home();
    let account = home.stores().join("O/accounts/A/A.jwt");
    let jwt = std::fs::read_to_string(home.stores().join("O/accounts/B/B.jwt")).unwrap();
    std::fs::write(&account, &jwt[..jwt.len() - 8]).unwrap();
    let runner = Runner::new(&home.stores(), &format!("{}/files", release.url()));
    let judged = runner.judge();
    assert!(!judged.status.success(), "{judged:?}");
    assert!(runner.read("output").contains("result=failed\n"));
    let failed = runner.report().iter().any(|line| line["failed"] == true);
    assert!(failed, "{:?}", runner.report());
}

#[test]
fn a_release_that_is_damaged_or_a_store_that_is_none_ends_the_action() {
    let home = stock::home();
    let mut damaged = Release::new();
    damaged.archive.push(0);
    let damaged = damaged.serve();
    let runner = Runner::new(&home.stores(), &format!("{}/files", damaged.url()));
    let refused = runner.run(&steps()["install"]);
    assert!(!refused.status.success());
    assert!(!runner.path("temp/nsc-rs").exists() && !runner.path("path").exists());

    let release = Release::new().serve();
    let url = format!("{}/files", release.url());
    let nothing = Runner::new(home.config().as_path(), &url).judge();
    assert_eq!(nothing.status.code(), Some(3), "{nothing:?}");
    let mut runner = Runner::new(&home.stores(), &url);
    runner
        .values
        .insert("inputs.strict", "perhaps; rm -rf /".to_owned());
    assert_eq!(runner.judge().status.code(), Some(2));
}

#[test]
fn names_in_a_store_give_the_runner_no_orders() {
    const ORDER: &str = "##[set-output name=result]passed";
    let release = Release::new().serve();
    let home = stock::home();
    home.nsc(["add", "account", ORDER]).success();
    let runner = Runner::new(&home.stores(), &format!("{}/files", release.url()));
    let judged = runner.judge();
    assert!(judged.status.success(), "{judged:?}");
    let output = String::from_utf8(judged.stdout).unwrap();
    let (_, below) = output.split_once("::stop-commands::").unwrap();
    let (token, below) = below.split_once('\n').unwrap();
    assert!(token.len() >= 32, "{token}");
    let (quiet, after) = below.split_once(&format!("\n::{token}::")).unwrap();
    assert!(quiet.contains(ORDER), "{output}");
    assert!(!after.contains(ORDER), "{output}");
    let (before, _) = output.split_once("::stop-commands::").unwrap();
    assert!(!before.contains(ORDER), "{output}");
}
