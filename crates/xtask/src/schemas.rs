//! `cargo xtask schemas`: writes `docs/schemas` anew.

use std::fs;

use anyhow::{Context, Result};

use crate::step::Workspace;

/// Writes a file for each schema, and removes those of commands that are gone.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join("docs/schemas");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let published = nsc::schema::published();
    for schema in &published {
        let path = folder.join(&schema.name);
        fs::write(&path, &schema.text)
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_schema = path.extension().is_some_and(|ending| ending == "json");
        if is_schema && !published.iter().any(|schema| schema.name == name) {
            fs::remove_file(&path)
                .with_context(|| format!("cannot remove `{}`", path.display()))?;
        }
    }
    println!("wrote {} files to `{}`", published.len(), folder.display());
    Ok(())
}
