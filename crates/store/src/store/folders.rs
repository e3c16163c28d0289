//! Looking through folders for operators and names.

use std::path::Path;

use super::StoreInfo;
use crate::error::StoreError;
use crate::files::Files;
use crate::{layout, names};

/// Folder names of the operators in a store root, sorted. A missing store root has none.
pub(crate) fn operators(files: &Files, store_root: &Path) -> Result<Vec<String>, StoreError> {
    Ok(entries(files, store_root)?
        .into_iter()
        .filter(|name| is_operator(files, store_root, name))
        .collect())
}

/// Whether there is an operator of this folder name.
pub(crate) fn is_operator(files: &Files, store_root: &Path, name: &str) -> bool {
    names::is_single_component(name) && files.is_file(&store_root.join(name).join(layout::INFO))
}

/// Whether a folder is an operator folder: its `.nsc` says so.
pub(crate) fn is_operator_folder(files: &Files, dir: &Path) -> bool {
    matches!(files.read(&dir.join(layout::INFO)), Ok(Some(content)) if StoreInfo::parse(&content).is_ok())
}

/// The only operator of a store root.
pub(crate) fn only_operator(
    files: &Files,
    store_root: &Path,
) -> Result<Option<String>, StoreError> {
    only(files, store_root, |name| {
        is_operator(files, store_root, name)
    })
}

/// The only name in a folder that fits; stops at the second.
pub(super) fn only(
    files: &Files,
    dir: &Path,
    fits: impl Fn(&str) -> bool,
) -> Result<Option<String>, StoreError> {
    let mut found = None;
    for name in files.names(dir)? {
        let name = name?;
        if fits(&name) && found.replace(name).is_some() {
            return Ok(None);
        }
    }
    Ok(found)
}

/// Names in a folder, sorted by bytes.
pub(super) fn entries(files: &Files, dir: &Path) -> Result<Vec<String>, StoreError> {
    let mut names = files
        .names(dir)?
        .collect::<Result<Vec<String>, StoreError>>()?;
    names.sort();
    Ok(names)
}

/// Names in a folder as it is on the disk; a missing folder is empty, names that are not Unicode are nobody's.
pub(crate) fn read_names(
    dir: &Path,
) -> Result<impl Iterator<Item = Result<String, StoreError>>, StoreError> {
    Files::default().names(dir)
}
