//! `nsc keys migrate`.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::error::CliError;
use crate::outfile::Written;
use crate::ui::page::Page;
use crate::ui::progress::Work;
use crate::ui::text::home_path;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Migrate {}

impl Migrate {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let keystore = app.unchecked_context()?.keystore();
        let suffix = app.random_word()?;
        let short = |path| home_path(path, app.env.home());
        let dir = short(keystore.dir());
        let working = Work::begin("copying keys and creds");
        let done = keystore.migrate(&suffix, &app.begin_options("keys migrate"))?;
        drop(working);
        let Some(done) = done else {
            let text = format!("keystore `{dir}` needs no migration");
            return Ok(Report::new(Migrated::default()).with_steps([Step::ok(text)]));
        };
        let (keys, creds, old) = (done.keys, done.creds, short(&done.old));
        let steps = if app.globals.dry_run {
            vec![
                Step::ok(format!(
                    "would migrate {keys} keys and {creds} creds files in `{dir}`"
                )),
                Step::ok(format!("would keep the old keystore as `{old}`")),
            ]
        } else {
            vec![
                Step::ok(format!(
                    "migrated {keys} keys and {creds} creds files in `{dir}`"
                )),
                Step::ok(format!(
                    "kept the old keystore as `{old}`; remove it when all is well"
                )),
            ]
        };
        let moved = |path: &Path, replaced| Written {
            path: path.to_owned(),
            replaced,
            dry_run: app.globals.dry_run,
        };
        let changed = [moved(keystore.dir(), true), moved(&done.old, false)];
        let result = Migrated {
            migrated: true,
            old_keystore: Some(done.old),
            keys,
            creds,
        };
        let report = Report::new(result).with_steps(steps);
        Ok(changed.iter().fold(report, Report::with_written))
    }
}

/// What became of the keystore.
#[derive(Default, JsonSchema, Serialize)]
pub(super) struct Migrated {
    /// Whether there was anything to do.
    migrated: bool,
    /// Where the old keystore is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    old_keystore: Option<PathBuf>,
    /// Keys in the new keystore.
    keys: usize,
    /// Creds files in the new keystore.
    creds: usize,
}

/// The steps say it all to people.
impl Show for Migrated {
    fn show(&self, _page: &mut Page) {}
}
