//! `nsc delete mapping`.

use nsc_core::edit::{Change, MappingRemoval};
use schemars::JsonSchema;
use serde::Serialize;

use crate::account_edit::{AccountEdit, Judged};
use crate::app::App;
use crate::args::entity::{AccountArg, given};
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::presence::IfExistsArg;
use crate::schema::foreign;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct DeleteMapping {
    /// Subject that is mapped
    #[arg(short, long, value_name = "SUBJECT")]
    from: Option<String>,

    /// Target that goes; all of them without this
    #[arg(short, long, value_name = "SUBJECT")]
    to: Option<String>,

    /// Cluster of the targets that go
    #[arg(long, value_name = "CLUSTER")]
    cluster: Option<String>,

    #[command(flatten)]
    account: AccountArg,

    #[command(flatten)]
    if_exists: IfExistsArg,
}

impl DeleteMapping {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let deleted = self.delete(app);
        self.if_exists.allow_missing(deleted)
    }

    fn delete(&self, app: &App) -> Result<Report, CliError> {
        let from = given(&self.from).ok_or_else(|| {
            CliError::usage("the mapped subject is missing")
                .about(EntityKind::Flag, "--from")
                .hint("nsc delete mapping --from SUBJECT")
        })?;
        let removal = MappingRemoval {
            from: from.to_owned(),
            to: given(&self.to).map(str::to_owned),
            cluster: given(&self.cluster).map(str::to_owned),
        };
        let edit = AccountEdit::open(app, &self.account)?;
        let changed = edit.change(app, "delete mapping", Judged::Change, |claims| {
            let removed = removal.apply(claims);
            if removed.is_empty() && self.if_exists.if_exists {
                return Err(CliError::not_found(format!("no such mapping of `{from}`"))
                    .about(EntityKind::Mapping, from.to_string()));
            }
            Ok(removed)
        })?;
        let removed = changed.outcome.clone();
        let mut steps: Vec<Step> = removed.iter().map(|c| Step::ok(c.to_string())).collect();
        if steps.is_empty() {
            steps.push(Step::ok(format!("no such mapping of `{from}`")));
        }
        let result = DeletedMapping {
            account: edit.account().to_owned(),
            from: from.to_owned(),
            changes: removed,
        };
        changed.report(app, result, steps)
    }
}

/// What was deleted of a mapping.
#[derive(JsonSchema, Serialize)]
pub(super) struct DeletedMapping {
    /// Name of the account.
    account: String,
    /// Subject that is mapped.
    from: String,
    /// A line for each target that is gone.
    #[schemars(with = "Vec<foreign::Change>")]
    changes: Vec<Change>,
}

impl Show for DeletedMapping {
    fn show(&self, _page: &mut Page) {}
}
