//! `cargo xtask api`: the public API of `nsc-core` as a file, so that no change of it goes unnoticed.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::step::{self, Workspace};

/// Names the rustdoc that this program stands in for; see [`as_rustdoc`].
pub(crate) const RUSTDOC: &str = "NSC_XTASK_RUSTDOC";

/// Writes the file anew.
pub(crate) fn write(workspace: &Workspace) -> Result<()> {
    let Some(text) = public_api(workspace)? else {
        bail!("this needs the rustdoc of Rust {RUST}");
    };
    let path = recorded(workspace);
    fs::create_dir_all(path.parent().unwrap_or(&path))?;
    fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
    println!("wrote `{}`", path.display());
    Ok(())
}

/// Fails when the API is another than the recorded one.
///
/// Each Rust writes its documentation as JSON in a format of its own. With another Rust than the pinned one nothing can
/// be told, which is said; the checks of every commit run with the pinned one.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let Some(now) = public_api(workspace)? else {
        println!("the API is only compared with Rust {RUST}");
        return Ok(());
    };
    let path = recorded(workspace);
    let before = fs::read_to_string(&path)
        .with_context(|| format!("cannot read `{}`: cargo xtask api", path.display()))?;
    let differences = differences(&before, &now);
    if differences.is_empty() {
        return Ok(());
    }
    bail!(
        "the public API of {PACKAGE} is not as recorded:\n{}\n\
         what goes or changes breaks those who use it; if all of it is meant: cargo xtask api",
        differences.join("\n")
    )
}

/// What is gone and what is new, a line each.
fn differences(before: &str, now: &str) -> Vec<String> {
    let missing = |from: &str, sign: &str, other: &str| {
        let known: std::collections::BTreeSet<&str> = other.lines().collect();
        let lines = from.lines().filter(|line| !known.contains(line));
        lines
            .map(|line| format!("{sign} {line}"))
            .collect::<Vec<_>>()
    };
    let mut lines = missing(before, "-", now);
    lines.extend(missing(now, "+", before));
    lines
}

fn recorded(workspace: &Workspace) -> PathBuf {
    workspace.root.join(format!("docs/api/{PACKAGE}.txt"))
}

/// The API, an item a line; `None` when this rustdoc writes another format.
fn public_api(workspace: &Workspace) -> Result<Option<String>> {
    let mut rustdoc = step::cargo();
    rustdoc.current_dir(&workspace.root);
    rustdoc.args(["rustdoc", "--quiet", "--locked", "-p", PACKAGE, "--lib"]);
    rustdoc.arg("--target-dir").arg(&workspace.target);
    rustdoc.args(["--", "-Zunstable-options", "--output-format=json"]);
    let real = std::env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into());
    rustdoc
        .env(RUSTDOC, real)
        .env("RUSTDOC", std::env::current_exe()?);
    step::run(&mut rustdoc)?;
    let path = workspace.target.join("doc/nsc_core.json");
    let json = fs::read_to_string(&path)
        .with_context(|| format!("rustdoc wrote no `{}`", path.display()))?;
    let head: Value = serde_json::from_str(&json)?;
    if head["format_version"] != FORMAT {
        return Ok(None);
    }
    let api = public_api::Builder::from_rustdoc_json(&path)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(false)
        .build()?;
    Ok(Some(api.to_string()))
}

/// Runs rustdoc with its unstable options allowed.
///
/// Only rustdoc is told, through this program in its place: were cargo told, it would build every dependency anew, and
/// again for the next ordinary build.
pub(crate) fn as_rustdoc(rustdoc: &OsStr) -> ExitCode {
    let status = Command::new(rustdoc)
        .args(std::env::args_os().skip(1))
        .env_remove(RUSTDOC)
        .env("RUSTC_BOOTSTRAP", "1")
        .status();
    match status {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: cannot start rustdoc: {error}");
            ExitCode::FAILURE
        }
    }
}

const PACKAGE: &str = "nsc-core";
/// The Rust whose rustdoc writes [`FORMAT`], which is what the library of this version reads.
const RUST: &str = "1.95";
const FORMAT: u32 = 57;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_and_what_is_new_is_told() {
        let found = differences("a\nb\n", "b\nc\n");
        assert_eq!(found, ["- a", "+ c"]);
        assert!(differences("a\nb\n", "a\nb\n").is_empty());
    }
}
