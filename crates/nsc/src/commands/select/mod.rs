//! `nsc select`.

mod account;
mod operator;

use std::path::PathBuf;

use clap::Subcommand;
use nsc_store::Context;
use serde::Serialize;

use crate::app::App;
use crate::error::CliError;
use crate::outfile::Written;
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
        let written = save(app, &context)?;
        let report = Report::new(Selected {
            stores_dir: context.store_root().map(PathBuf::from),
            operator: context.operator().map(str::to_owned),
            account: context.account().map(str::to_owned),
        });
        Ok(written.iter().fold(report, Report::with_written))
    }
}

/// Saves a context as the current one. `None` while `NSC_CWD_ONLY` is defined: nothing is saved then.
///
/// # Errors
/// A configuration file that cannot be written.
pub(super) fn save(app: &App, context: &Context) -> Result<Option<Written>, CliError> {
    let path = context.home().config_file();
    let written = Written {
        replaced: path.exists(),
        dry_run: app.globals.dry_run,
        path,
    };
    if !written.dry_run {
        context.save()?;
    }
    Ok((!context.is_cwd_only()).then_some(written))
}

/// What is current now.
#[derive(Serialize)]
struct Selected {
    /// Folder of the stores.
    stores_dir: Option<PathBuf>,
    /// The current operator.
    operator: Option<String>,
    /// The current account.
    account: Option<String>,
}

/// The one who asked knows.
impl Show for Selected {
    fn show(&self, _page: &mut Page) {}
}
