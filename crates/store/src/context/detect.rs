//! What the working directory says about store root, operator and account.

use std::path::{Component, Path, PathBuf};

use crate::files::Files;
use crate::store::is_operator_folder;

/// What was found around the working directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Detected {
    /// The working directory is a store root.
    Root(PathBuf),
    /// The working directory is an operator folder or lies in one.
    Operator {
        root: PathBuf,
        operator: String,
        account: Option<String>,
    },
}

/// The operator folder itself, then folders directly below, then the nearest above.
pub(super) fn detect(files: &Files, cwd: &Path) -> Option<Detected> {
    if is_operator_folder(files, cwd) {
        return operator(cwd, cwd);
    }
    if has_operator_folder(files, cwd) {
        return Some(Detected::Root(cwd.to_owned()));
    }
    let above = cwd
        .ancestors()
        .skip(1)
        .find(|dir| is_operator_folder(files, dir))?;
    operator(above, cwd)
}

fn has_operator_folder(files: &Files, dir: &Path) -> bool {
    let staged = files.brought(dir);
    if staged
        .iter()
        .any(|name| is_operator_folder(files, &dir.join(name)))
    {
        return true;
    }
    let Ok(entries) = std::fs::read_dir(dir) else {
        return false;
    };
    // A folder may hold very many files, and only folders (or links to them) are worth a look.
    let may_be_folder = |entry: &std::fs::DirEntry| entry.file_type().is_ok_and(|t| !t.is_file());
    entries
        .flatten()
        .any(|entry| may_be_folder(&entry) && is_operator_folder(files, &entry.path()))
}

/// The operator is called by its folder, as in listings; that is the name inside unless somebody renamed the folder.
fn operator(dir: &Path, cwd: &Path) -> Option<Detected> {
    let operator = dir.file_name()?.to_str()?.to_owned();
    let root = dir.parent()?.to_owned();
    let mut below = cwd.strip_prefix(dir).ok()?.components();
    let account = match (below.next(), below.next()) {
        (Some(Component::Normal(first)), Some(Component::Normal(name))) if first == "accounts" => {
            name.to_str().map(str::to_owned)
        }
        _ => None,
    };
    Some(Detected::Operator {
        root,
        operator,
        account,
    })
}
