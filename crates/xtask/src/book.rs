//! `cargo xtask book`: builds the pages of `docs` into a book.

use anyhow::Result;

use crate::step::{self, Workspace};

/// Builds the book and follows its links. The program that does it is one of its own, so that nothing
/// else here waits for mdBook to be built.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut build = step::cargo();
    build.current_dir(&workspace.root);
    build.args(["run", "--quiet", "--locked", "-p", "nsc-book", "--"]);
    build.arg(&workspace.root);
    step::run(build.arg(workspace.target.join("book")))
}
