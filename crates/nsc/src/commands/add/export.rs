//! `nsc add export`.

use nsc_core::claims::{AccountClaims, Export, SamplingRate};
use nsc_core::edit::{Change, FromNow, NewExport, SINGLETON, differences};
use nsc_core::{time, value};
use schemars::JsonSchema;
use serde::Serialize;

use crate::account_edit::{AccountEdit, Judged};
use crate::app::App;
use crate::args::entity::{AccountArg, given};
use crate::args::number;
use crate::commands::sharing::{self, visibility};
use crate::entity::{Entity, EntityKind};
use crate::error::CliError;
use crate::presence::{IfAbsentArg, as_asked};
use crate::schema::foreign;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct AddExport {
    /// Exported subject
    #[arg(short, long, value_name = "SUBJECT")]
    subject: Option<String>,

    /// Name for people; the subject without this
    #[arg(short, long, value_name = "NAME")]
    name: Option<String>,

    /// Export a service, not a stream
    #[arg(short = 'r', long)]
    service: bool,

    /// Ask importers for an activation token
    #[arg(short, long)]
    private: Option<bool>,

    /// Publish latencies of the service on this subject
    #[arg(long, value_name = "SUBJECT")]
    latency: Option<String>,

    /// Which requests are measured: a percentage from 1 to 100, or `header`
    #[arg(long, value_name = "PERCENT|header")]
    sampling: Option<String>,

    /// How the service answers: `Singleton`, `Stream` or `Chunked`
    #[arg(long, value_name = "TYPE")]
    response_type: Option<String>,

    /// How long the service may take: `300ms`, `1h30m`
    #[arg(long, value_name = "DURATION")]
    response_threshold: Option<String>,

    /// Token of the subject, counted from 1, that must be the public key of the importer
    #[arg(long, value_name = "N", value_parser = number::unsigned)]
    account_token_position: Option<u64>,

    /// Let message traces of requests pass
    #[arg(long)]
    allow_trace: Option<bool>,

    /// List the export publicly; no server reads it
    #[arg(long)]
    advertise: Option<bool>,

    /// Free text
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    description: String,

    /// Where to read more
    #[arg(
        long,
        value_name = "URL",
        default_value = "",
        hide_default_value = true
    )]
    info_url: String,

    #[command(flatten)]
    account: AccountArg,

    #[command(flatten)]
    if_absent: IfAbsentArg,
}

impl AddExport {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let edit = AccountEdit::open(app, &self.account)?;
        if app.is_interactive() {
            self.ask(app)?;
        }
        let new = self.new_export()?;
        self.if_absent
            .or_add(|| self.there(&edit, &new), || add(app, &edit, &new))
    }

    fn new_export(&self) -> Result<NewExport, CliError> {
        let subject = given(&self.subject).ok_or_else(|| {
            CliError::usage("the export needs a subject")
                .about(EntityKind::Flag, "--subject")
                .hint("nsc add export --subject SUBJECT")
        })?;
        let sampling = given(&self.sampling)
            .map(value::parse_sampling)
            .transpose()?;
        let threshold = (self.response_threshold.as_deref())
            .map(time::parse_duration)
            .transpose()?;
        Ok(NewExport {
            subject: subject.to_owned(),
            name: self.name.clone().unwrap_or_default(),
            service: self.service,
            private: self.private == Some(true),
            latency: given(&self.latency).map(str::to_owned),
            sampling: sampling.map(SamplingRate),
            response_type: self.response_type.clone(),
            response_threshold: threshold.unwrap_or_default(),
            account_token_position: self.account_token_position.unwrap_or_default(),
            allow_trace: self.allow_trace == Some(true),
            advertise: self.advertise == Some(true),
            description: self.description.clone(),
            info_url: self.info_url.clone(),
        })
    }

    /// Questions in the order in which they have always been asked.
    fn ask(&mut self, app: &App) -> Result<(), CliError> {
        let prompter = &app.prompter;
        self.service = sharing::ask_kind(app, "kind of export", self.service)?;
        let subject = self.subject.as_deref().unwrap_or_default();
        let subject = prompter.text("subject", subject, &sharing::check_subject)?;
        let name = given(&self.name).unwrap_or(&subject);
        self.name = Some(prompter.text("name", name, &|_| Ok(()))?);
        self.subject = Some(subject);
        let private = self.private == Some(true);
        let private = prompter.confirm("private (importers need an activation)?", private)?;
        self.private = Some(private);
        if self.service {
            self.ask_service(app)?;
        }
        Ok(())
    }

    fn ask_service(&mut self, app: &App) -> Result<(), CliError> {
        let prompter = &app.prompter;
        if prompter.confirm("track latency?", self.latency.is_some())? {
            let sampling = self.sampling.as_deref().unwrap_or_default();
            self.sampling = Some(sharing::ask_sampling(app, sampling)?);
            let latency = self.latency.as_deref().unwrap_or_default();
            let latency = prompter.text(
                "subject for latency results",
                latency,
                &sharing::check_concrete,
            )?;
            self.latency = Some(latency);
        }
        let response_type = self.response_type.as_deref().unwrap_or(SINGLETON);
        self.response_type = Some(sharing::ask_response_type(app, response_type)?);
        let threshold = self.response_threshold.as_deref().unwrap_or("0s");
        self.response_threshold = Some(sharing::ask_threshold(app, threshold)?);
        let allow_trace = self.allow_trace == Some(true);
        self.allow_trace = Some(prompter.confirm("allow tracing?", allow_trace)?);
        Ok(())
    }

    /// The export that is there, if it is as it was asked for.
    fn there(&self, edit: &AccountEdit, new: &NewExport) -> Result<Option<Report>, CliError> {
        let claims = edit.read()?;
        let kind = Some(sharing::kind_of(new.service));
        let same = |export: &&Export| export.subject == new.subject && export.kind == kind;
        let Some(found) = claims.exports().find(same) else {
            return Ok(None);
        };
        let wanted = new.apply(&mut AccountClaims::default())?;
        let blank = NewExport {
            subject: new.subject.clone(),
            service: new.service,
            ..NewExport::default()
        };
        let mut blank = blank.apply(&mut AccountClaims::default())?;
        self.oppose(&mut blank);
        let mut differences = differences(&blank, &wanted, found, FromNow::default());
        // A subject for latencies brings a sampling along that nobody asked for.
        differences.retain(|one| new.sampling.is_some() || one.field != "sampling");
        let what = format!("{} export `{}`", sharing::kind_name(kind), new.subject);
        let result = AddedExport {
            account: edit.account().to_owned(),
            export: found.clone(),
            changes: Vec::new(),
        };
        as_asked(
            &what,
            Entity::new(EntityKind::Export, &new.subject),
            differences,
            Report::new(result),
        )
        .map(Some)
    }

    /// Makes an export without settings differ from defaults that are asked for, so that they are compared.
    fn oppose(&self, blank: &mut Export) {
        blank.token_req = self.private == Some(false);
        blank.allow_trace = self.allow_trace == Some(false);
        blank.advertise = self.advertise == Some(false);
        blank.account_token_position = u64::from(self.account_token_position == Some(0));
        blank.response_threshold = i64::from(self.response_threshold.is_some());
        if self.response_type.is_some() {
            blank.response_type.clear();
        }
        if given(&self.name).is_some() {
            blank.name.clear();
        }
    }
}

fn add(app: &App, edit: &AccountEdit, new: &NewExport) -> Result<Report, CliError> {
    let changed = edit.change(app, "add export", Judged::Change, |claims| {
        Ok(new.apply(claims)?)
    })?;
    let export = changed.outcome.clone();
    let changes = NewExport::changes(&export);
    let mut steps = Step::changes(&changes);
    steps.push(Step::ok(format!(
        "added {} {} export `{}`",
        visibility(export.token_req),
        sharing::kind_name(export.kind),
        export.name
    )));
    let result = AddedExport {
        account: edit.account().to_owned(),
        export,
        changes,
    };
    changed.report(app, result, steps)
}

/// An export that was added.
#[derive(JsonSchema, Serialize)]
pub(super) struct AddedExport {
    /// Name of the account.
    account: String,
    /// The export, as in the claims.
    #[schemars(with = "foreign::Export")]
    export: Export,
    /// What it is, one setting each.
    #[schemars(with = "Vec<foreign::Change>")]
    changes: Vec<Change>,
}

impl Show for AddedExport {
    fn show(&self, _page: &mut Page) {}
}
