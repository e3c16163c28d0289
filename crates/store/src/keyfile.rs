//! Seeds that lie around as files, outside of a keystore.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use nsc_core::creds;
use nsc_core::keys::Seed;
use zeroize::Zeroizing;

use crate::error::{StoreError, io_error};
use crate::{keystore, layout};

/// Longest file that can hold a seed and nothing else: bare it has 58 characters, decorated some hundred.
const MAX_SEED_FILE: u64 = 4096;
/// Folders below one another that are searched; more are no tree of keys.
const MAX_DEPTH: usize = 64;

/// The files in a folder whose names end in one of `endings`, sorted by path; with `recurse` those in folders below, too.
///
/// Links to folders are not followed, and the folders of our own locks and journals are passed over.
///
/// # Errors
/// [`StoreError::Io`] when a folder cannot be read.
pub fn find(dir: &Path, endings: &[&str], recurse: bool) -> Result<Vec<PathBuf>, StoreError> {
    let mut found = Vec::new();
    let mut folders = vec![(dir.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(io_error("read folder", &folder))?;
        for entry in entries {
            let entry = entry.map_err(io_error("read folder", &folder))?;
            let path = entry.path();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            let name = entry.file_name();
            if is_folder && recurse && depth < MAX_DEPTH && name != layout::SIDE {
                folders.push((path, depth + 1));
            } else if !is_folder && name.to_str().is_some_and(|name| ends(name, endings)) {
                found.push(path);
            }
        }
    }
    found.retain(|path| path.is_file());
    found.sort();
    Ok(found)
}

fn ends(name: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| name.ends_with(ending))
}

/// The seed of any kind that a file holds, bare or decorated; `None` when it holds anything else.
///
/// # Errors
/// [`StoreError::Io`] when the file cannot be read.
pub fn read_seed(path: &Path) -> Result<Option<Seed>, StoreError> {
    let file = File::open(path).map_err(io_error("read", path))?;
    let mut content = Zeroizing::new(Vec::with_capacity(MAX_SEED_FILE as usize));
    file.take(MAX_SEED_FILE)
        .read_to_end(&mut content)
        .map_err(io_error("read", path))?;
    let decorated = || creds::extract_seed(std::str::from_utf8(&content).ok()?).ok();
    Ok(keystore::parse_seed(content.trim_ascii()).or_else(decorated))
}

#[cfg(test)]
mod tests {
    use super::*;
    use nsc_core::keys::KeyKind;

    #[test]
    fn files_are_found_in_order() {
        let dir = tempfile::tempdir().unwrap();
        for name in [
            "b.nk",
            "a.nk",
            "c.txt",
            "sub/d.nk",
            "sub/deep/e.jwt",
            ".nsc-rs/f.nk",
        ] {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let names = |endings: &[&str], recurse| -> Vec<String> {
            let found = find(dir.path(), endings, recurse).unwrap();
            let name = |path: PathBuf| path.strip_prefix(dir.path()).unwrap().display().to_string();
            found.into_iter().map(name).collect()
        };
        assert_eq!(names(&[".nk"], false), ["a.nk", "b.nk"]);
        assert_eq!(
            names(&[".nk", ".jwt"], true),
            ["a.nk", "b.nk", "sub/d.nk", "sub/deep/e.jwt"]
        );
        assert!(find(&dir.path().join("none"), &[".nk"], true).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_make_no_circles() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.nk"), "").unwrap();
        std::os::unix::fs::symlink(dir.path(), dir.path().join("again")).unwrap();
        std::os::unix::fs::symlink("nowhere", dir.path().join("gone.nk")).unwrap();
        assert_eq!(find(dir.path(), &[".nk"], true).unwrap().len(), 1);
    }

    #[test]
    fn seeds_are_read_bare_and_decorated() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("k");
        let seed = Seed::from_entropy(KeyKind::User, [7; 32]);
        let text = seed.expose();
        for content in [
            text.to_string(),
            format!("\r\n{}\r\n", *text),
            creds::decorate_seed(&text).unwrap().to_string(),
        ] {
            std::fs::write(&path, content).unwrap();
            assert!(read_seed(&path).unwrap().unwrap().same_secret(&seed));
        }
        for content in ["", "junk", &seed.public_key().to_text(), &text[1..]] {
            std::fs::write(&path, content).unwrap();
            assert!(read_seed(&path).unwrap().is_none(), "{content}");
        }
        assert!(read_seed(&dir.path().join("none")).is_err());
    }
}
