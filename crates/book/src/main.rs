//! Builds the book: `nsc-book REPOSITORY TARGET`, which `cargo xtask book` calls.
//!
//! mdBook renders the pages in `docs`; then every link of what came out is followed as far as it stays
//! in the book, and those of the pages beside the book (`README.md` …) within the repository.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool for people: printing is what it does"
)]

mod links;
mod pages;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let result = match args.as_slice() {
        [root, target] => build(Path::new(root), Path::new(target)),
        _ => Err(anyhow::anyhow!("nsc-book REPOSITORY TARGET")),
    };
    match result {
        Ok(pages) => {
            println!("{pages} pages in `{}`, and no link leads nowhere", args[1]);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Returns how many pages there are.
fn build(root: &Path, target: &Path) -> Result<usize> {
    let source = root.join("docs");
    let summary = pages::summary(&source)?;
    let forgotten = pages::not_in(&summary, &source)?;
    ensure!(
        forgotten.is_empty(),
        "not in docs/SUMMARY.md: {}",
        forgotten.join(", ")
    );
    let mut config = Config::from_disk(source.join("book.toml")).context("no docs/book.toml")?;
    config.build.build_dir = target.to_owned();
    let summary = mdbook_summary::parse_summary(&summary).context("docs/SUMMARY.md")?;
    let book = MDBook::load_with_config_and_summary(&source, config, summary);
    let book = book.context("cannot read the book")?;
    book.build().context("cannot build the book")?;
    let mut broken = links::broken_in_book(target)?;
    broken.extend(pages::broken_beside_book(root)?);
    if !broken.is_empty() {
        bail!("links that lead nowhere:\n  {}", broken.join("\n  "));
    }
    Ok(links::pages(target)?.len())
}
