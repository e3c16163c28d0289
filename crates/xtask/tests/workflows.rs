//! What the workflows of GitHub may do, and whose code they run.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;

fn workflows() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.github/workflows");
    let files = std::fs::read_dir(folder).unwrap();
    let read = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    let found: Vec<_> = files.map(|file| read(file.unwrap().path())).collect();
    assert!(found.len() >= 2, "{found:?}");
    found
}

#[test]
fn code_of_others_is_pinned_by_its_commit() {
    for (name, text) in workflows() {
        for line in text.lines().filter(|line| line.contains("uses: ")) {
            let (_, used) = line.split_once("uses: ").unwrap();
            let is_ours = used == "./";
            let commit = used
                .split_once('@')
                .and_then(|(_, rest)| rest.split(' ').next());
            let is_commit =
                |text: &str| text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(is_ours || commit.is_some_and(is_commit), "{name}: {line}");
        }
    }
}

#[test]
fn jobs_may_do_what_they_ask_for_and_no_more() {
    for (name, text) in workflows() {
        assert!(text.contains("\npermissions: {}\n"), "{name}");
        // What GitHub fills in becomes part of a script; through the environment it stays a value.
        let filled: Vec<&str> = script_lines(&text)
            .filter(|line| line.contains("${{"))
            .collect();
        assert!(filled.is_empty(), "{name}: {filled:?}");
    }
}

/// The lines that shells are given: behind `run:`, or deeper below it.
fn script_lines(text: &str) -> impl Iterator<Item = &str> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut below = None;
    text.lines().filter(move |line| {
        if below.is_some_and(|limit| line.trim().is_empty() || depth(line) > limit) {
            return true;
        }
        let start = line.trim_start().trim_start_matches("- ");
        below = start.starts_with("run:").then(|| depth(line));
        below.is_some()
    })
}

#[test]
fn the_toolchain_is_the_one_that_the_workspace_asks_for() {
    let manifest = include_str!("../../../Cargo.toml");
    let lines = |text: &str, start: &str| {
        let mut lines = text.lines().map(str::trim);
        lines.find_map(|line| line.strip_prefix(start).map(str::to_owned))
    };
    let wanted = lines(manifest, "rust-version = ").unwrap();
    for (name, text) in workflows() {
        let used = lines(&text, "RUST: ").unwrap();
        assert!(used.starts_with(wanted.trim_matches('"')), "{name}: {used}");
    }
}

#[test]
fn ci_is_done_when_every_job_is() {
    let (_, ci) = workflows()
        .into_iter()
        .find(|(name, _)| name == "ci.yml")
        .unwrap();
    let (_, jobs) = ci.split_once("\njobs:\n").unwrap();
    let names = jobs.lines().filter_map(|line| {
        let name = line.strip_prefix("  ")?.strip_suffix(':')?;
        (!name.starts_with(' ')).then_some(name)
    });
    let names: Vec<&str> = names.filter(|name| *name != "done").collect();
    assert!(names.len() > 3, "{names:?}");
    let needs = format!("needs: [{}]", names.join(", "));
    assert!(ci.contains(&needs), "{needs}");
}
