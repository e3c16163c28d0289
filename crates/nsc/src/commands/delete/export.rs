//! `nsc delete export`.

use nsc_core::claims::Export;
use nsc_core::edit::ExportChoice;
use nsc_core::validate::across::Broken;
use schemars::JsonSchema;
use serde::Serialize;

use crate::account_edit::{AccountEdit, Judged};
use crate::app::App;
use crate::args::entity::{AccountArg, given};
use crate::commands::importers::{self, Exporter};
use crate::commands::sharing::{self, kind_name, kind_of, visibility};
use crate::error::CliError;
use crate::presence::IfExistsArg;
use crate::schema::foreign;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct DeleteExport {
    /// Subject of the export; the only export without this
    #[arg(short, long, value_name = "SUBJECT")]
    subject: Option<String>,

    /// Delete a service (`=false`: a stream), where both have this subject
    #[arg(short = 'r', long)]
    service: Option<bool>,

    #[command(flatten)]
    account: AccountArg,

    #[command(flatten)]
    if_exists: IfExistsArg,
}

impl DeleteExport {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let deleted = self.delete(app);
        self.if_exists.allow_missing(deleted)
    }

    fn delete(&self, app: &App) -> Result<Report, CliError> {
        let edit = AccountEdit::open(app, &self.account)?;
        let choice = self.choice(app, &edit)?;
        let changed = edit.change(app, "delete export", Judged::Change, |claims| {
            let (before, ambiguous) = (claims.clone(), choice.is_ambiguous(claims));
            let export = choice.remove(claims)?.0;
            let after = claims.clone();
            Ok((export, ambiguous, Exporter { before, after }))
        })?;
        let (export, ambiguous, exporter) = changed.outcome.clone();
        let broken = exporter.broken(app, edit.store())?;
        let kind = kind_name(export.kind);
        let mut steps = vec![Step::ok(format!(
            "deleted {} {kind} export {}",
            visibility(export.token_req),
            sharing::subject_and_name(&export.subject, &export.name)
        ))];
        if ambiguous {
            steps.push(sharing::first_of_two("export", &export.subject, kind));
        }
        steps.extend(importers::step(&broken));
        let result = DeletedExport {
            account: edit.account().to_owned(),
            export,
            broken_imports: broken,
        };
        changed.report(app, result, steps)
    }

    fn choice(&self, app: &App, edit: &AccountEdit) -> Result<ExportChoice, CliError> {
        let subject = given(&self.subject);
        if app.is_interactive() {
            let export = sharing::ask_export(app, &edit.read()?, subject)?;
            return Ok(ExportChoice {
                subject: Some(export.subject),
                kind: export.kind,
            });
        }
        Ok(ExportChoice {
            subject: subject.map(str::to_owned),
            kind: self.service.map(kind_of),
        })
    }
}

/// An export that was deleted.
#[derive(JsonSchema, Serialize)]
pub(super) struct DeletedExport {
    /// Name of the account.
    account: String,
    /// The export as it was, as in the claims.
    #[schemars(with = "foreign::Export")]
    export: Export,
    /// The imports of other accounts that work no longer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<foreign::BrokenImport>")]
    broken_imports: Vec<Broken>,
}

impl Show for DeletedExport {
    fn show(&self, _page: &mut Page) {}
}
