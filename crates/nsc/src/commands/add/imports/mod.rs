//! `nsc add import`.

mod ask;
mod check;
mod local;
mod token;

use nsc_core::claims::{ExportKind, Import};
use nsc_core::edit::{Change, Difference, FromNow, ImportSource, NewImport, differences, doubts};
use schemars::JsonSchema;
use serde::Serialize;

use crate::account_edit::{AccountEdit, Judged};
use crate::app::App;
use crate::args::entity::{AccountArg, given};
use crate::commands::sharing::{self, kind_name, kind_of};
use crate::entity::{Entity, EntityKind};
use crate::error::CliError;
use crate::presence::{IfAbsentArg, as_asked};
use crate::schema::foreign;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct AddImport {
    /// Activation token of a private export: file, http(s) URL, or `-` for standard input
    #[arg(short = 'u', long, value_name = "FILE|URL|-")]
    token: Option<String>,

    /// The exporting account: name or public key
    #[arg(long, value_name = "ACCOUNT")]
    src_account: Option<String>,

    /// Subject as exported
    #[arg(long, value_name = "SUBJECT")]
    remote_subject: Option<String>,

    /// Subject inside the importing account; `$1` stands for the first `*`
    #[arg(short = 's', long, value_name = "SUBJECT")]
    local_subject: Option<String>,

    /// Name for people; the remote subject without this
    #[arg(short, long, value_name = "NAME")]
    name: Option<String>,

    /// Import a service, not a stream
    #[arg(long)]
    service: bool,

    /// Share latency data with the exporter (services)
    #[arg(long)]
    share: Option<bool>,

    /// Let message traces pass (streams)
    #[arg(long)]
    allow_trace: Option<bool>,

    #[command(flatten)]
    account: AccountArg,

    #[command(flatten)]
    if_absent: IfAbsentArg,
}

impl AddImport {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        if !app.is_interactive() {
            self.check_given()?;
        }
        let edit = AccountEdit::open(app, &self.account)?;
        let source = if app.is_interactive() {
            self.ask(app, &edit)?
        } else {
            self.source(app, &edit)?
        };
        let warnings = self.warnings(app, &source);
        let new = NewImport {
            source,
            name: self.name.clone().unwrap_or_default(),
            local_subject: given(&self.local_subject).map(str::to_owned),
            share: self.share == Some(true),
            allow_trace: self.allow_trace == Some(true),
        };
        self.if_absent.or_add(
            || self.there(&edit, &new),
            || add(app, &edit, &new, warnings.clone()),
        )
    }

    /// Either a token, or an account and a subject.
    fn check_given(&self) -> Result<(), CliError> {
        let (account, subject) = (given(&self.src_account), given(&self.remote_subject));
        match (given(&self.token), account, subject) {
            (Some(_), None, None) | (None, Some(_), Some(_)) => Ok(()),
            (Some(_), _, _) => Err(CliError::usage(
                "the token tells the account and the subject: leave out `--src-account` and `--remote-subject`",
            ).about(EntityKind::Flag, "--token")),
            (None, _, _) => Err(
                CliError::usage("what is to be imported is not given in full")
                    .hint("nsc add import --src-account ACCOUNT --remote-subject SUBJECT")
                    .hint("nsc add import --token FILE"),
            ),
        }
    }

    fn source(&self, app: &App, edit: &AccountEdit) -> Result<ImportSource, CliError> {
        if let Some(place) = given(&self.token) {
            return token::read(app, place).map(|token| ImportSource::Token(Box::new(token)));
        }
        let account = given(&self.src_account).unwrap_or_default();
        Ok(ImportSource::Public {
            account: sharing::account_key(edit.store(), account)?,
            subject: given(&self.remote_subject).unwrap_or_default().to_owned(),
            kind: kind_of(self.service),
        })
    }

    /// What works, but not as the flags say or not now.
    fn warnings(&self, app: &App, source: &ImportSource) -> Vec<Step> {
        let is_service = source.kind() == Some(ExportKind::Service);
        let mut texts = Vec::new();
        if self.allow_trace == Some(true) && is_service {
            texts.push("`--allow-trace` is for streams, and this is a service".to_owned());
        }
        if let ImportSource::Token(token) = source {
            if self.service && !is_service && !app.is_interactive() {
                texts.push("`--service` does not count: the token is for a stream".to_owned());
            }
            let doubts = doubts::of_dates(&token.claims, app.now());
            texts.extend(
                doubts
                    .iter()
                    .map(|doubt| format!("activation token: {doubt}")),
            );
            if token.claims.nbf > app.now().0 {
                let start = nsc_core::time::UnixTime(token.claims.nbf);
                texts.push(format!("activation token: not valid before {start}"));
            }
        }
        texts.into_iter().map(Step::warning).collect()
    }

    /// The import that is there, if it is as it was asked for.
    fn there(&self, edit: &AccountEdit, new: &NewImport) -> Result<Option<Report>, CliError> {
        let claims = edit.read()?;
        let import = |new: &NewImport| {
            let mut bare = claims.clone();
            bare.nats.imports.clear();
            new.apply(&mut bare)
        };
        let wanted = import(new)?;
        let same = |import: &&Import| {
            (import.kind, &import.account, &import.subject)
                == (wanted.kind, &wanted.account, &wanted.subject)
        };
        let Some(found) = claims.imports().find(same) else {
            return Ok(None);
        };
        let mut blank = import(&NewImport {
            source: new.source.clone(),
            name: String::new(),
            local_subject: None,
            share: false,
            allow_trace: false,
        })?;
        // What is asked for although it is the default has to differ, to be compared.
        blank.share = self.share == Some(false);
        blank.allow_trace = self.allow_trace == Some(false);
        if given(&self.name).is_some() {
            blank.name.clear();
        }
        let mut differences = differences(&blank, &wanted, found, FromNow::default());
        if let ImportSource::Token(token) = &new.source
            && token.token != found.token
        {
            let held = if found.token.is_empty() {
                ""
            } else {
                "another"
            };
            differences.push(Difference::new("token", &token.claims.jti, held));
        }
        let what = format!("{} import `{}`", kind_name(wanted.kind), wanted.subject);
        let result = AddedImport {
            account: edit.account().to_owned(),
            import: found.clone(),
            changes: Vec::new(),
        };
        as_asked(
            &what,
            Entity::new(EntityKind::Import, &wanted.subject),
            differences,
            Report::new(result),
        )
        .map(Some)
    }
}

fn add(
    app: &App,
    edit: &AccountEdit,
    new: &NewImport,
    warnings: Vec<Step>,
) -> Result<Report, CliError> {
    let changed = edit.change(app, "add import", Judged::Whole, |claims| {
        let import = new.apply(claims)?;
        let found = check::exporter(app, edit.store(), claims, &import)?;
        Ok((import, found))
    })?;
    let (import, found) = changed.outcome.clone();
    let changes = NewImport::changes(&import);
    let mut steps = Step::changes(&changes);
    steps.push(Step::ok(format!(
        "added {} import `{}`",
        kind_name(import.kind),
        import.subject
    )));
    steps.extend(warnings.into_iter().chain(found));
    let result = AddedImport {
        account: edit.account().to_owned(),
        import,
        changes,
    };
    changed.report(app, result, steps)
}

/// An import that was added.
#[derive(JsonSchema, Serialize)]
pub(super) struct AddedImport {
    /// Name of the importing account.
    account: String,
    /// The import, as in the claims.
    #[schemars(with = "foreign::Import")]
    import: Import,
    /// What it is, one setting each.
    #[schemars(with = "Vec<foreign::Change>")]
    changes: Vec<Change>,
}

impl Show for AddedImport {
    fn show(&self, _page: &mut Page) {}
}
