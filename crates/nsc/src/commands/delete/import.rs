//! `nsc delete import`.

use nsc_core::claims::{AccountClaims, Import};
use nsc_core::edit::ImportChoice;
use schemars::JsonSchema;
use serde::Serialize;

use crate::account_edit::{AccountEdit, Judged};
use crate::app::App;
use crate::args::entity::{AccountArg, given};
use crate::commands::sharing::{self, kind_name, kind_of};
use crate::error::CliError;
use crate::presence::IfExistsArg;
use crate::schema::foreign;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct DeleteImport {
    /// Remote subject of the import; the only import without this
    #[arg(short, long, value_name = "SUBJECT")]
    subject: Option<String>,

    /// The account it comes from: name or public key
    #[arg(long, value_name = "ACCOUNT")]
    src_account: Option<String>,

    /// Delete a service (`=false`: a stream), where both have this subject
    #[arg(long)]
    service: Option<bool>,

    #[command(flatten)]
    account: AccountArg,

    #[command(flatten)]
    if_exists: IfExistsArg,
}

impl DeleteImport {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let deleted = self.delete(app);
        self.if_exists.allow_missing(deleted)
    }

    fn delete(&self, app: &App) -> Result<Report, CliError> {
        let edit = AccountEdit::open(app, &self.account)?;
        let choice = self.choice(app, &edit)?;
        let changed = edit.change(app, "delete import", Judged::Change, |claims| {
            let ambiguous = choice.is_ambiguous(claims);
            Ok((choice.remove(claims)?.0, ambiguous))
        })?;
        let (import, ambiguous) = changed.outcome.clone();
        let kind = kind_name(import.kind);
        let mut steps = vec![Step::ok(format!(
            "deleted {kind} import {}",
            sharing::subject_and_name(&import.subject, &import.name)
        ))];
        if ambiguous {
            steps.push(sharing::first_of_two("import", &import.subject, kind));
        }
        let result = DeletedImport {
            account: edit.account().to_owned(),
            import,
        };
        changed.report(app, result, steps)
    }

    fn choice(&self, app: &App, edit: &AccountEdit) -> Result<ImportChoice, CliError> {
        if app.is_interactive() {
            return ask(app, &edit.read()?);
        }
        let account = given(&self.src_account)
            .map(|source| sharing::account_key(edit.store(), source))
            .transpose()?;
        Ok(ImportChoice {
            subject: given(&self.subject).map(str::to_owned),
            account: account.map(|key| key.to_text()),
            kind: self.service.map(kind_of),
        })
    }
}

fn ask(app: &App, claims: &AccountClaims) -> Result<ImportChoice, CliError> {
    let imports: Vec<&Import> = claims.imports().collect();
    if imports.is_empty() {
        return Ok(ImportChoice::default());
    }
    let lines: Vec<String> = imports
        .iter()
        .map(|import| {
            let (kind, name) = (kind_name(import.kind), &import.name);
            format!("{kind} {} [{name}] from {}", import.subject, import.account)
        })
        .collect();
    let chosen = imports[app.prompter.choose("import", &lines, 0)?];
    Ok(ImportChoice {
        subject: Some(chosen.subject.clone()),
        account: Some(chosen.account.clone()),
        kind: chosen.kind,
    })
}

/// An import that was deleted.
#[derive(JsonSchema, Serialize)]
pub(super) struct DeletedImport {
    /// Name of the account.
    account: String,
    /// The import as it was, as in the claims.
    #[schemars(with = "foreign::Import")]
    import: Import,
}

impl Show for DeletedImport {
    fn show(&self, _page: &mut Page) {}
}
