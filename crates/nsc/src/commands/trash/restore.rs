//! `nsc trash restore`.

use nsc_core::keys::PublicKey;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::strict;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct RestoreTrash {
    /// Public keys of the seeds
    #[arg(value_name = "KEY", required = true)]
    keys: Vec<String>,
}

impl RestoreTrash {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let keystore = app.context_of_any_version()?.keystore();
        let mut tx = keystore.begin(&app.begin_options("trash restore"))?;
        let mut steps = Vec::new();
        for text in &self.keys {
            let key = PublicKey::parse(text)
                .map_err(|error| CliError::from(error).hint("nsc trash list"))?;
            if !tx.restore_key(&key)? {
                let message = format!("the seed of `{key}` is not in the trash");
                return Err(CliError::not_found(message)
                    .about(EntityKind::Key, key.to_string())
                    .hint("nsc trash list"));
            }
            steps.push(Step::ok(format!("restored {} key `{key}`", key.kind())));
        }
        let restored = Restored { keys: self.keys };
        let report = Report::new(restored).with_steps(steps);
        strict::commit(app, tx, report)
    }
}

/// Seeds that are in the keystore again.
#[derive(JsonSchema, Serialize)]
pub(super) struct Restored {
    /// Their public keys.
    keys: Vec<String>,
}

impl Show for Restored {
    fn show(&self, _page: &mut Page) {}
}
