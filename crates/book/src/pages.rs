//! The pages as they are written, in Markdown.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::links::{is_relative, resolved};

/// Pages of the repository that are not in the book.
const BESIDE: &[&str] = &["README.md", "CONTRIBUTING.md", "CHANGELOG.md"];

/// The pages about the commands, made of their help: the one that begins, and those that it leads to.
const COMMANDS: &str = "reference";

/// The summary of the book: what `SUMMARY.md` says, and the pages about the commands.
pub(crate) fn summary(source: &Path) -> Result<String> {
    let mut text = fs::read_to_string(source.join("SUMMARY.md")).context("no docs/SUMMARY.md")?;
    let folder = source.join(COMMANDS);
    if folder.join("README.md").is_file() {
        text.push_str(&format!("- [Commands]({COMMANDS}/README.md)\n"));
        let mut pages = Vec::new();
        collect(&folder, &mut pages)?;
        pages.sort();
        for page in pages.iter().filter(|page| !page.ends_with("README.md")) {
            let content = fs::read_to_string(page)?;
            let title = content.lines().find_map(|line| line.strip_prefix("# "));
            let title = title.with_context(|| format!("`{}` has no title", page.display()))?;
            let path = page.strip_prefix(source).unwrap_or(page).display();
            text.push_str(&format!("  - [{}]({path})\n", title.replace('`', "")));
        }
    }
    Ok(text)
}

/// Pages below `source` that the summary does not name: mdBook would leave them out.
pub(crate) fn not_in(summary: &str, source: &Path) -> Result<Vec<String>> {
    let named: Vec<PathBuf> = links(summary).map(|link| resolved(source, link)).collect();
    let mut pages = Vec::new();
    collect(source, &mut pages)?;
    pages.retain(|page| !page.ends_with("SUMMARY.md") && !named.contains(page));
    pages.sort();
    let name = |page: PathBuf| {
        page.strip_prefix(source)
            .unwrap_or(&page)
            .display()
            .to_string()
    };
    Ok(pages.into_iter().map(name).collect())
}

fn collect(folder: &Path, pages: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, pages)?;
        } else if path.extension().is_some_and(|ending| ending == "md") {
            pages.push(path);
        }
    }
    Ok(())
}

/// Links of the pages beside the book to files and headings that are not there, as `page: link`.
pub(crate) fn broken_beside_book(root: &Path) -> Result<Vec<String>> {
    let mut broken = Vec::new();
    for page in BESIDE {
        let text = fs::read_to_string(root.join(page)).with_context(|| format!("no `{page}`"))?;
        for link in links(&text).filter(|link| is_relative(link)) {
            let (file, place) = link.split_once('#').unwrap_or((link, ""));
            let target = resolved(root, if file.is_empty() { page } else { file });
            if !target.exists() || !has_heading(&target, place)? {
                broken.push(format!("{page}: {link}"));
            }
        }
    }
    Ok(broken)
}

/// Where `](…)` and `[…]: …` lead, outside of code.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    let lines = text.lines().filter(move |line| {
        let fence = line.starts_with("```");
        code ^= fence;
        !code && !fence
    });
    lines.flat_map(|line| {
        let inline = line
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        let below = line
            .strip_prefix('[')
            .and_then(|rest| rest.split_once("]: "));
        inline.chain(below.map(|(_, link)| link.trim()))
    })
}

/// Whether a page has the heading whose anchor is `place`.
fn has_heading(page: &Path, place: &str) -> Result<bool> {
    if place.is_empty() {
        return Ok(true);
    }
    let text = fs::read_to_string(page)?;
    let headings = text.lines().filter_map(|line| {
        let title = line.trim_start_matches('#');
        (title.len() < line.len()).then(|| anchor(title.trim()))
    });
    Ok(headings.into_iter().any(|anchor| anchor == place))
}

/// The anchor of a heading: its letters in lower case, blanks as dashes.
fn anchor(title: &str) -> String {
    let kept = title.chars().filter_map(|letter| match letter {
        ' ' => Some('-'),
        '-' | '_' => Some(letter),
        letter if letter.is_alphanumeric() => Some(letter.to_ascii_lowercase()),
        _ => None,
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_outside_of_code_are_found() {
        let text = "a [b](c.md) ![d](e.svg)\n```sh\n[x](y)\n```\n[f]: g.md#h\n";
        assert_eq!(links(text).collect::<Vec<_>>(), ["c.md", "e.svg", "g.md#h"]);
    }

    #[test]
    fn pages_must_be_in_the_summary_and_links_lead_somewhere() {
        let dir = tempfile::tempdir().unwrap();
        let docs = dir.path().join("docs");
        fs::create_dir_all(docs.join("tasks")).unwrap();
        fs::write(docs.join("SUMMARY.md"), "- [A](a.md)\n").unwrap();
        fs::write(docs.join("a.md"), "## The `key`, once\n").unwrap();
        fs::write(docs.join("tasks/b.md"), "").unwrap();
        let text = summary(&docs).unwrap();
        assert_eq!(text, "- [A](a.md)\n");
        assert_eq!(not_in(&text, &docs).unwrap(), ["tasks/b.md"]);
        fs::create_dir(docs.join("reference")).unwrap();
        fs::write(docs.join("reference/README.md"), "").unwrap();
        fs::write(docs.join("reference/push.md"), "# `nsc push`\n").unwrap();
        let text = summary(&docs).unwrap();
        let commands = "- [Commands](reference/README.md)\n  - [nsc push](reference/push.md)\n";
        assert!(text.ends_with(commands), "{text}");
        assert_eq!(not_in(&text, &docs).unwrap(), ["tasks/b.md"]);
        for page in BESIDE {
            fs::write(dir.path().join(page), "").unwrap();
        }
        let readme = "[a](docs/a.md#the-key-once) [b](docs/a.md#no) [c](c.md) [d](https://x)";
        fs::write(dir.path().join("README.md"), readme).unwrap();
        let expected = ["README.md: docs/a.md#no", "README.md: c.md"];
        assert_eq!(broken_beside_book(dir.path()).unwrap(), expected);
    }
}
