//! A folder with a configuration and a file for each JWT.
//!
//! The configuration holds the JWTs itself: servers take no file names in their place.

use std::path::Path;

use super::Source;
use crate::app::App;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::outfile::{self, Existing, Written};

/// Writes `resolver.conf`, and `NAME.jwt` for operator and accounts, into a folder that is made.
pub(super) fn write(
    app: &App,
    dir: &Path,
    force: bool,
    source: &Source,
    config: &str,
) -> Result<Vec<Written>, CliError> {
    let shown = dir.display();
    if app.env.files().exists(dir) && !force {
        let message = format!("`{shown}` already exists");
        return Err(CliError::new(Kind::Conflict, message)
            .about(EntityKind::Folder, shown.to_string())
            .hint("use --force to write into it"));
    }
    let operator = source.store.name();
    if let Some(account) = source.accounts.iter().find(|a| a.name == operator) {
        return Err(CliError::failed(format!(
            "operator and account `{}` would share one file",
            account.name
        ))
        .about(EntityKind::Account, account.name.to_string()));
    }
    let accounts = source.accounts.iter().map(|a| (a.name.as_str(), &a.token));
    let tokens = accounts.chain([(operator, &source.operator.token)]);
    let files = tokens
        .map(|(name, token)| (format!("{name}.jwt"), token.as_str()))
        .chain([("resolver.conf".to_owned(), config)]);
    outfile::make_folder(app, dir)?;
    files
        .map(|(name, content)| write_one(app, &dir.join(name), content))
        .collect()
}

fn write_one(app: &App, path: &Path, content: &str) -> Result<Written, CliError> {
    if app.globals.dry_run && !app.is_in_batch() {
        // The folder need not exist yet.
        return Ok(Written {
            path: path.to_owned(),
            replaced: path.exists(),
            dry_run: true,
        });
    }
    outfile::write_public(app, path, content.as_bytes(), Existing::Replace)
}
