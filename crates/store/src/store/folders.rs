//! Looking through folders for operators and names.

use std::path::Path;

use super::StoreInfo;
use crate::error::{StoreError, io_error};
use crate::{layout, names, write};

/// Folder names of the operators in a store root, sorted. A missing store root has none.
pub(crate) fn operators(store_root: &Path) -> Result<Vec<String>, StoreError> {
    Ok(entries(store_root)?
        .into_iter()
        .filter(|name| is_operator(store_root, name))
        .collect())
}

/// Whether there is an operator of this folder name.
pub(crate) fn is_operator(store_root: &Path, name: &str) -> bool {
    names::is_single_component(name) && store_root.join(name).join(layout::INFO).is_file()
}

/// Whether a folder is an operator folder: its `.nsc` says so.
pub(crate) fn is_operator_folder(dir: &Path) -> bool {
    matches!(write::read(&dir.join(layout::INFO)), Ok(Some(content)) if StoreInfo::parse(&content).is_ok())
}

/// The only operator of a store root.
pub(crate) fn only_operator(store_root: &Path) -> Result<Option<String>, StoreError> {
    only(store_root, |name| is_operator(store_root, name))
}

/// The only name in a folder that fits; stops at the second.
pub(super) fn only(dir: &Path, fits: impl Fn(&str) -> bool) -> Result<Option<String>, StoreError> {
    let mut found = None;
    for name in read_names(dir)? {
        let name = name?;
        if fits(&name) && found.replace(name).is_some() {
            return Ok(None);
        }
    }
    Ok(found)
}

/// Names in a folder, sorted by bytes.
pub(super) fn entries(dir: &Path) -> Result<Vec<String>, StoreError> {
    let mut names = read_names(dir)?.collect::<Result<Vec<String>, StoreError>>()?;
    names.sort();
    Ok(names)
}

/// Names in a folder; a missing folder is empty, names that are not Unicode are nobody's.
pub(crate) fn read_names(
    dir: &Path,
) -> Result<impl Iterator<Item = Result<String, StoreError>>, StoreError> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => Some(entries),
        Err(e) if write::is_missing(&e) => None,
        Err(e) => return Err(io_error("read folder", dir)(e)),
    };
    let name = move |entry: std::io::Result<std::fs::DirEntry>| match entry {
        Ok(entry) => entry.file_name().into_string().ok().map(Ok),
        Err(e) => Some(Err(io_error("read folder", dir)(e))),
    };
    Ok(entries.into_iter().flatten().filter_map(name))
}
