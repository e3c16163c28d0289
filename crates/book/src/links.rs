//! Follows the links of the rendered pages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};

/// Pages that hold all others once more, or links as seen from somewhere else.
const NOT_PAGES: &[&str] = &["print.html", "404.html", "toc.html"];

/// The rendered pages below `folder`.
pub(crate) fn pages(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(folder, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("no `{}`", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            collect(&path, found)?;
        } else if name.ends_with(".html") && !NOT_PAGES.contains(&name.as_ref()) {
            found.push(path);
        }
    }
    Ok(())
}

/// Every link to a file or place of the book that is not there, as `page: link`.
pub(crate) fn broken_in_book(folder: &Path) -> Result<Vec<String>> {
    let mut texts = BTreeMap::new();
    for page in pages(folder)? {
        let text = fs::read_to_string(&page)?;
        texts.insert(page, text);
    }
    let ids: BTreeMap<&Path, BTreeSet<&str>> = texts
        .iter()
        .map(|(page, text)| (page.as_path(), attributes(text, "id").collect()))
        .collect();
    let mut broken = BTreeSet::new();
    for (page, text) in &texts {
        for link in attributes(text, "href").chain(attributes(text, "src")) {
            if is_relative(link) && !leads_somewhere(page, link, &ids) {
                let page = page.strip_prefix(folder).unwrap_or(page);
                broken.insert(format!("{}: {link}", page.display()));
            }
        }
    }
    Ok(broken.into_iter().collect())
}

/// The values of an attribute, wherever it stands; mdBook writes them all in double quotes.
fn attributes<'page>(text: &'page str, name: &str) -> impl Iterator<Item = &'page str> {
    let begins = format!(" {name}=\"");
    let mut rest = text;
    std::iter::from_fn(move || {
        let at = rest.find(&begins)?;
        rest = &rest[at + begins.len()..];
        let end = rest.find('"')?;
        let value = &rest[..end];
        rest = &rest[end..];
        Some(value)
    })
}

/// Whether a link stays in the book.
pub(crate) fn is_relative(link: &str) -> bool {
    let scheme = link.split(['/', '#']).next().unwrap_or_default();
    !link.is_empty() && !scheme.contains(':') && !link.starts_with("//")
}

fn leads_somewhere(page: &Path, link: &str, ids: &BTreeMap<&Path, BTreeSet<&str>>) -> bool {
    let (file, place) = link.split_once('#').unwrap_or((link, ""));
    let target = if file.is_empty() {
        page.to_owned()
    } else {
        resolved(page.parent().unwrap_or(page), file)
    };
    match ids.get(target.as_path()) {
        Some(ids) => place.is_empty() || ids.contains(place),
        None => place.is_empty() && target.is_file(),
    }
}

/// The file that a relative link names, without `..`.
pub(crate) fn resolved(folder: &Path, link: &str) -> PathBuf {
    let mut path = folder.to_owned();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_links_are_found() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("picture.svg", "");
        write("sub/b.html", r#"<h1 id="top">"#);
        write("print.html", r#"<a href="gone.html">"#);
        let good = r##"<a class="x" href="sub/b.html#top"><a href="#here"><p id="here"><img src="picture.svg">
            <a href="https://nats.io"><a href="mailto:x@y">"##;
        write("a.html", good);
        assert_eq!(broken_in_book(dir.path()).unwrap(), Vec::<String>::new());
        let bad = r##"<a href="../a.html"><a href="../c.html"><a href="b.html#no"><a href="#no">"##;
        write("sub/d.html", bad);
        let expected = [
            "sub/d.html: #no",
            "sub/d.html: ../c.html",
            "sub/d.html: b.html#no",
        ];
        assert_eq!(broken_in_book(dir.path()).unwrap(), expected);
        assert_eq!(pages(dir.path()).unwrap().len(), 3);
    }
}
