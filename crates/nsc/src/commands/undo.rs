//! `nsc undo`.

use std::path::PathBuf;

use nsc_store::{ChangeKind, ChangeSummary, FileKind, Undone};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::error::{CliError, Kind};
use crate::strict;
use crate::ui::page::Page;
use crate::ui::progress::Work;
use crate::ui::text::{home_path, time_text};
use crate::ui::{Report, Show, Step};

/// More files than that are counted, not named.
const MANY: usize = 20;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Undo {
    /// The commit to take back (`nsc log` shows them); the last one without this, so that a second
    /// undo takes back the first
    #[arg(value_name = "ID")]
    id: Option<u64>,
}

impl Undo {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let context = app.context_of_any_version()?;
        let store = context.operator_store()?;
        let mut tx = store.begin(&context.keystore(), &app.begin_options("undo"))?;
        let undoing = Work::begin("undoing");
        let undone = tx.undo(self.id).map_err(explain)?;
        let missing = missing(app, &undone);
        strict::check(app, &missing)?;
        let committed = tx.commit()?;
        drop(undoing);
        let mut steps = vec![done(app, &undone, &committed.changes)];
        steps.extend(missing);
        let has_server = store
            .operator()
            .is_ok_and(|operator| !operator.claims.nats.account_server_url.is_empty());
        if has_server {
            steps.extend(on_servers(&committed.changes));
        }
        let result = UndoneCommit {
            id: undone.entry.id,
            command: undone.entry.command,
            missing_keys: undone
                .missing_keys
                .iter()
                .map(ToString::to_string)
                .collect(),
            missing_files: undone.missing_files,
        };
        Ok(Report::new(result)
            .with_steps(steps)
            .with_commit(&committed))
    }
}

/// The commit that was taken back.
#[derive(JsonSchema, Serialize)]
pub(super) struct UndoneCommit {
    /// Its number.
    id: u64,
    /// Its command line, secrets masked.
    command: String,
    /// Public keys whose seeds are not in the trash any more, and did not come back.
    missing_keys: Vec<String>,
    /// Files that did not come back without them.
    missing_files: Vec<PathBuf>,
}

impl Show for UndoneCommit {
    fn show(&self, _page: &mut Page) {}
}

/// What servers do not know yet. It is no warning: nothing is wrong with the undo.
fn on_servers(changes: &[ChangeSummary]) -> impl Iterator<Item = Step> {
    let changed = |wanted: fn(&ChangeKind) -> bool| {
        let of_account = |change: &&ChangeSummary| change.file == FileKind::Account;
        changes.iter().filter(of_account).any(|c| wanted(&c.change))
    };
    let told = changed(|change| !matches!(change, ChangeKind::Remove))
        .then_some("servers keep what was pushed to them until the next `nsc push -A`");
    let gone = changed(|change| matches!(change, ChangeKind::Remove)).then_some(
        "servers keep accounts that were pushed to them until `nsc push --prune` deletes them",
    );
    told.into_iter().chain(gone).map(Step::ok)
}

fn done(app: &App, undone: &Undone, changes: &[ChangeSummary]) -> Step {
    let entry = &undone.entry;
    let when = time_text(entry.when);
    let text = format!("undid commit {} of {when}: `{}`", entry.id, entry.command);
    let files: Vec<&ChangeSummary> = changes
        .iter()
        .filter(|c| c.file != FileKind::Side)
        .collect();
    if files.len() > MANY {
        return Step::group(
            text,
            vec![Step::ok(format!("{} files changed", files.len()))],
        );
    }
    let detail = |change: &ChangeSummary| {
        let verb = match change.change {
            ChangeKind::Create => "restored",
            ChangeKind::Replace => "put back",
            ChangeKind::Remove => "removed",
        };
        Step::ok(format!(
            "{verb} `{}`",
            home_path(&change.path, app.env.home())
        ))
    };
    Step::group(text, files.into_iter().map(detail).collect())
}

fn missing(app: &App, undone: &Undone) -> Vec<Step> {
    let keys = undone.missing_keys.iter().map(|key| {
        Step::warning(format!(
            "the seed of `{key}` is not in the trash: it did not come back"
        ))
    });
    let files = undone.missing_files.iter().map(|path| {
        let path = home_path(path, app.env.home());
        Step::warning(format!("`{path}` did not come back: `nsc generate creds` makes new ones where the seed is stored"))
    });
    keys.chain(files).collect()
}

fn explain(error: nsc_store::StoreError) -> CliError {
    let error = CliError::from(error);
    if error.kind == Kind::Conflict {
        error
            .hint("undo the later commits first, newest first")
            .hint("nsc log")
    } else {
        error
    }
}
