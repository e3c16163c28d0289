//! Every id of a finding is explained in `docs/rules.md`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

#[test]
fn every_rule_is_explained() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let docs = std::fs::read_to_string(root.join("docs/rules.md")).unwrap();
    let mut ids = BTreeSet::new();
    let mut sources = vec![root.join("crates/core/src/subject.rs")];
    collect(&root.join("crates/core/src/validate"), &mut sources);
    for path in &sources {
        let text = std::fs::read_to_string(path).unwrap();
        ids.extend(
            literals(&text)
                .filter(|text| is_id(text))
                .map(str::to_owned),
        );
    }
    assert!(ids.len() > 60, "rules are found: {ids:?}");
    let missing: Vec<_> = ids
        .iter()
        .filter(|id| !docs.contains(&format!("`{id}`")))
        .collect();
    assert!(missing.is_empty(), "not in docs/rules.md: {missing:?}");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.file_name().is_some_and(|name| name != "tests.rs") {
            files.push(path);
        }
    }
}

/// The texts in quotes, roughly: an id has no quotes in it.
fn literals(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .flat_map(|line| line.split('"').skip(1).step_by(2))
}

/// Words of lower case letters, joined by dashes.
fn is_id(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase());
    text.contains('-') && text.split('-').all(is_word)
}
