//! `nsc trash empty`.

use nsc_core::time;
use schemars::JsonSchema;
use serde::Serialize;

use super::list::Removed;
use crate::app::App;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::strict;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct EmptyTrash {
    /// Only seeds that were removed longer ago than this: `12h`, `7d`, `2w`, `1M`
    #[arg(long, value_name = "PERIOD")]
    older_than: Option<String>,
}

impl EmptyTrash {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let until = match &self.older_than {
            Some(period) => app.now().0 - seconds(app, period)?,
            None => i64::MAX,
        };
        let keystore = app.context_of_any_version()?.keystore();
        if !keystore.exists() {
            return Ok(report(Vec::new()));
        }
        let days = app.trash_days();
        let mut tx = keystore.begin(&app.begin_options("trash empty"))?;
        let gone = tx.empty_trash(until)?;
        let gone = gone.iter().map(|key| Removed::of(key, days)).collect();
        strict::commit(app, tx, report(gone))
    }
}

/// The length of a period that ends now.
fn seconds(app: &App, period: &str) -> Result<i64, CliError> {
    let now = app.now();
    let relative = period.ends_with(|unit: char| "mhdwMy".contains(unit));
    let end = time::parse_expiry(period, now, &app.zone())?;
    if !relative || end < now.0 {
        let message = format!("`{period}` is no period");
        return Err(CliError::failed(message)
            .about(EntityKind::Value, period.to_string())
            .hint("nsc trash empty --older-than 7d"));
    }
    Ok(end - now.0)
}

fn report(destroyed: Vec<Removed>) -> Report {
    let step = Step::ok(match destroyed.len() {
        0 => "nothing to destroy".to_owned(),
        1 => "destroyed 1 seed".to_owned(),
        n => format!("destroyed {n} seeds"),
    });
    Report::new(Emptied { destroyed }).with_steps([step])
}

/// Seeds that are gone for good.
#[derive(JsonSchema, Serialize)]
pub(super) struct Emptied {
    /// What they were.
    destroyed: Vec<Removed>,
}

impl Show for Emptied {
    fn show(&self, _page: &mut Page) {}
}
