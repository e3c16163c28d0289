//! `nsc select`.

mod account;
mod operator;

use std::path::PathBuf;

use clap::Subcommand;
use nsc_store::{Context, Selection};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::error::CliError;
use crate::outfile::Written;
use crate::schema::CommandResults;
use crate::ui::page::Page;
use crate::ui::{Report, Show};

/// What it is done to.
#[derive(Debug, Subcommand)]
pub enum Select {
    /// Make an account of the current operator the current one
    Account(account::Account),
    /// Make an operator the current one
    Operator(operator::Operator),
}

impl Select {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let selection = match self {
            Self::Account(command) => command.selection(),
            Self::Operator(command) => command.selection(),
        };
        let context = app.context()?.select(&selection)?;
        let report = Report::new(Selected {
            stores_dir: context.store_root().map(PathBuf::from),
            operator: context.operator().map(str::to_owned),
            account: context.account().map(str::to_owned),
        });
        save_if_asked(app, &context, &selection, report)
    }
}

/// What the commands of the group tell.
pub(super) fn results() -> Vec<CommandResults> {
    vec![
        CommandResults::of::<Selected>("select account"),
        CommandResults::of::<Selected>("select operator"),
    ]
}

/// Saves the context that a selection led to, if one was asked for, and reports it. Nothing is saved while
/// `NSC_CWD_ONLY` is defined.
///
/// # Errors
/// A configuration file that cannot be written.
pub(crate) fn save_if_asked(
    app: &App,
    context: &Context,
    selection: &Selection,
    report: Report,
) -> Result<Report, CliError> {
    if *selection == Selection::default() || context.is_cwd_only() {
        return Ok(report);
    }
    let path = context.home().config_file();
    let written = Written {
        replaced: app.env.files().exists(&path),
        dry_run: app.globals.dry_run,
        path,
    };
    if !written.dry_run || app.is_in_batch() {
        context.save()?;
    }
    Ok(report.with_written(&written))
}

/// What is current now.
#[derive(JsonSchema, Serialize)]
struct Selected {
    /// Folder of the stores.
    #[serde(skip_serializing_if = "Option::is_none")]
    stores_dir: Option<PathBuf>,
    /// The current operator.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<String>,
    /// The current account.
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<String>,
}

/// The one who asked knows.
impl Show for Selected {
    fn show(&self, _page: &mut Page) {}
}
