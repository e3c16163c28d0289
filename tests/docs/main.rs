//! Every command in the documentation does what the page says.
//!
//! A page is one test, so `cargo test -p nsc --test docs rotate` tries one. How blocks are marked is told by
//! `nsc_testkit::pages`.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use nsc_testkit::{Page, TestHome};

/// Blocks that no test can run, by their first command, and why.
const UNRUN: &[(&str, &str, &str)] = &[
    (
        "README.md",
        "cargo install --locked --path crates/nsc",
        "builds for minutes, and writes to the cargo home",
    ),
    (
        "README.md",
        "curl --proto '=https' -fsSLO https://github.com/OWNER/nsc-rs/releases/latest/download/install.sh",
        "needs a release; `installer.rs` runs the script",
    ),
    (
        "README.md",
        "sudo apt install ./nsc-rs_VERSION_amd64.deb",
        "needs a release, and writes to the system",
    ),
    (
        "README.md",
        "cargo xtask demo",
        "builds the programs, and shows this in a home of its own",
    ),
    ("README.md", "cargo xtask test", "is what runs this"),
    (
        "README.md",
        "cargo xtask tools",
        "tests have a home and a server already",
    ),
    ("CONTRIBUTING.md", "bash .ci/run", "is what runs this"),
];

macro_rules! pages {
    ($($name:ident: $path:literal,)*) => {
        const PAGES: &[&str] = &[$($path),*];
        $(
            #[test]
            fn $name() {
                let home = TestHome::new(env!("CARGO_BIN_EXE_nsc"));
                Page::read(&root(), $path).run(&home);
            }
        )*
    };
}

pages! {
    readme: "README.md",
    start: "docs/start.md",
    bootstrap: "docs/tasks/bootstrap.md",
    roles: "docs/tasks/roles.md",
    share: "docs/tasks/share.md",
    rotate: "docs/tasks/rotate.md",
    revoke: "docs/tasks/revoke.md",
    recovery: "docs/tasks/recovery.md",
    automation: "docs/tasks/automation.md",
    completion: "docs/tasks/completion.md",
    administrators: "docs/tasks/administrators.md",
    managed: "docs/tasks/managed.md",
    migrate: "docs/tasks/migrate.md",
    formats: "docs/formats.md",
    security: "docs/security.md",
}

#[test]
fn every_page_with_commands_is_tried() {
    let with_commands: BTreeSet<String> = all()
        .into_iter()
        .filter(|name| Page::read(&root(), name).has_commands())
        .collect();
    let tried: BTreeSet<String> = PAGES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(with_commands, tried);
}

#[test]
fn what_is_not_run_is_known_and_why() {
    let mut unrun = BTreeSet::new();
    for name in all() {
        let page = Page::read(&root(), &name);
        unrun.extend(page.unrun().map(|first| (name.clone(), first.to_owned())));
    }
    let known = UNRUN.iter();
    let known: BTreeSet<_> = known
        .map(|(page, first, _)| ((*page).to_owned(), (*first).to_owned()))
        .collect();
    assert_eq!(unrun, known);
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All pages that people write; the reference of commands is made from their help, which has tests of
/// its own.
fn all() -> Vec<String> {
    let mut pages: Vec<String> = ["README.md", "CONTRIBUTING.md"].map(str::to_owned).into();
    collect("docs", &mut pages);
    pages.retain(|page| !page.starts_with("docs/reference/"));
    pages
}

fn collect(folder: &str, pages: &mut Vec<String>) {
    for entry in std::fs::read_dir(root().join(folder)).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            collect(&name, pages);
        } else if name.ends_with(".md") {
            pages.push(name);
        }
    }
}
