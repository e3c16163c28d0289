//! JWTs that come from elsewhere.

use std::path::PathBuf;

use nsc_core::validate::Issues;
use zeroize::Zeroizing;

use crate::app::App;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::source;
use crate::ui::Step;

/// The text of the file that was named; its name has one of the `endings`.
pub(super) fn read(
    app: &App,
    what: &str,
    file: Option<PathBuf>,
    endings: &[&str],
) -> Result<(PathBuf, Zeroizing<String>), CliError> {
    let Some(file) = file.filter(|file| !file.as_os_str().is_empty()) else {
        return Err(CliError::usage(format!("no {what} file is named"))
            .about(EntityKind::Flag, "--file")
            .hint(format!("nsc import {what} --file FILE")));
    };
    let path = app.env.expand(file);
    let name = path.to_string_lossy();
    if !endings.iter().any(|ending| name.ends_with(ending)) {
        let endings = endings.join(" or ");
        let message = format!("the name of an {what} file ends in {endings}: `{name}` does not");
        return Err(CliError::failed(message.replace("an user", "a user"))
            .about(EntityKind::File, name.to_string()));
    }
    let text = source::read_file(app, &path)?;
    Ok((path, text))
}

/// Refuses claims that are not valid now, unless that shall not matter; tells what was found.
pub(super) fn settle(what: &str, issues: &Issues, skip: bool) -> Result<Vec<Step>, CliError> {
    if skip || !issues.is_blocked(true) {
        return Ok(issues
            .iter()
            .map(|issue| Step::warning(&issue.text))
            .collect());
    }
    let mut error = CliError::failed(format!("{what} is not valid"));
    error.causes = issues.iter().map(|issue| issue.text.clone()).collect();
    Err(error.hint("use `--skip` to import it all the same"))
}

/// Refuses to replace what is stored, unless that is asked for and both are about the same key.
pub(super) fn check_existing(
    what: &str,
    name: &str,
    stored: &str,
    given: &str,
    overwrite: bool,
) -> Result<(), CliError> {
    let text = if stored != given {
        format!("{what} `{name}` already exists with another key: `{stored}`, not `{given}`")
    } else if overwrite {
        return Ok(());
    } else {
        format!("{what} `{name}` already exists")
    };
    let error = CliError::new(Kind::Conflict, text);
    Err(if stored == given {
        error.hint("use `--overwrite` to replace it")
    } else {
        error
    })
}
