//! Finishing or undoing a commit that was interrupted.

use std::path::Path;

use super::plan::{Found, Plan, Record};
use crate::error::{StoreError, io_error};
use crate::layout::SIDE;
use crate::write;

/// Deals with one file in the journal folder; the lock is held.
pub(super) fn recover_entry(owner: &Path, path: &Path) -> Result<(), StoreError> {
    let id = path
        .file_stem()
        .and_then(|s| s.to_str())
        .unwrap_or_default();
    let ending = path
        .extension()
        .and_then(|s| s.to_str())
        .unwrap_or_default();
    if !is_id(id) || !matches!(ending, super::PLAN | super::INTENT) {
        return Ok(());
    }
    let Some(content) = write::read(path)? else {
        return Ok(());
    };
    let plan =
        Plan::from_text(&String::from_utf8_lossy(&content), owner, id).map_err(|reason| {
            StoreError::Syntax {
                path: path.to_owned(),
                reason,
            }
        })?;
    match plan {
        Some(plan) if ending == super::INTENT => finish(owner, id, &plan)?,
        Some(plan) => plan.sweep(),
        // Nothing was staged before the plan was complete.
        None => {}
    }
    match std::fs::remove_file(path) {
        Err(e) if !write::is_missing(&e) => Err(io_error("remove", path)(e)),
        _ => Ok(()),
    }
}

fn finish(owner: &Path, id: &str, plan: &Plan) -> Result<(), StoreError> {
    for (n, record) in plan.records().iter().enumerate() {
        redo(owner, &format!("{id}-{n}"), record)?;
    }
    write::sync_dirs(&plan.folders().map(Path::to_owned).collect())
}

fn redo(owner: &Path, name: &str, record: &Record) -> Result<(), StoreError> {
    let removal = record.temp().is_none();
    match record.found()? {
        // A removal leaves alone what somebody wrote since.
        Found::Foreign if removal => Ok(()),
        Found::Done if !removal => {
            record
                .temp()
                .into_iter()
                .for_each(|temp| drop(std::fs::remove_file(temp)));
            Ok(())
        }
        _ if !removal && !record.temp_is_intact()? => Ok(()),
        Found::Foreign => {
            keep(owner, name, record.target())?;
            record.apply()
        }
        Found::Base | Found::Done => record.apply(),
    }
}

/// Copies what somebody wrote between crash and repair to the trash, so that it is not lost.
fn keep(owner: &Path, name: &str, target: &Path) -> Result<(), StoreError> {
    let Some(content) = write::read(target)? else {
        return Ok(());
    };
    let trash = owner.join(SIDE).join("trash");
    write::ensure_dir(&trash)?;
    let copy = trash.join(name);
    match write::create(&copy, &content) {
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => Err(io_error("write", &copy)(e)),
        _ => Ok(()),
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit())
}
