//! `nsc edit export`.

use nsc_core::claims::{AccountClaims, Export, SamplingRate};
use nsc_core::edit::{Change, EditedExport, ExportChoice, ExportEdit, sampling_text};
use nsc_core::validate::across::Broken;
use nsc_core::{time, value};
use schemars::JsonSchema;
use serde::Serialize;

use crate::account_edit::{AccountEdit, Judged};
use crate::app::App;
use crate::args::ask;
use crate::args::entity::{AccountArg, given};
use crate::args::number;
use crate::commands::importers::{self, Exporter};
use crate::commands::sharing::{self, kind_name, kind_of, visibility};
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::schema::foreign;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct EditExport {
    /// Subject of the export; the only export without this
    #[arg(short, long, value_name = "SUBJECT")]
    subject: Option<String>,

    /// Name for people
    #[arg(short, long, value_name = "NAME")]
    name: Option<String>,

    /// Make it a service (`=false`: a stream); of a stream and a service with this subject, choose that one
    #[arg(short = 'r', long)]
    service: Option<bool>,

    /// Ask importers for an activation token (`=false`: no longer)
    #[arg(short, long)]
    private: Option<bool>,

    /// Publish latencies of the service on this subject; an empty one ends that
    #[arg(long, value_name = "SUBJECT")]
    latency: Option<String>,

    /// Which requests are measured: a percentage from 1 to 100, or `header`
    #[arg(long, value_name = "PERCENT|header")]
    sampling: Option<String>,

    /// Track latency no longer
    #[arg(long)]
    rm_latency_sampling: bool,

    /// Free text; an empty one removes it
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// Where to read more; an empty one removes it
    #[arg(long, value_name = "URL")]
    info_url: Option<String>,

    /// How the service answers: `Singleton`, `Stream` or `Chunked`
    #[arg(long, value_name = "TYPE")]
    response_type: Option<String>,

    /// How long the service may take: `300ms`, `1h30m`; 0 removes it
    #[arg(long, value_name = "DURATION")]
    response_threshold: Option<String>,

    /// Let message traces of requests pass (`=false`: no longer)
    #[arg(long)]
    allow_trace: Option<bool>,

    /// Token of the subject, counted from 1, that must be the public key of the importer; 0 removes it
    #[arg(long, value_name = "N", value_parser = number::unsigned)]
    account_token_position: Option<u64>,

    /// List the export publicly (`=false`: no longer); no server reads it
    #[arg(long)]
    advertise: Option<bool>,

    #[command(flatten)]
    account: AccountArg,
}

impl EditExport {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        if !app.is_interactive() {
            self.check_given()?;
        }
        let edit = AccountEdit::open(app, &self.account)?;
        let mut renamed = None;
        if app.is_interactive() {
            renamed = self.ask(app, &edit.read()?)?;
        }
        let mut export_edit = self.export_edit()?;
        export_edit.subject = renamed;
        let changed = edit.change(app, "edit export", Judged::Change, |claims| {
            let before = claims.clone();
            let choice = self.choice(claims, &mut export_edit);
            let ambiguous = choice.is_ambiguous(claims);
            let edited = export_edit.apply(&choice, claims)?;
            let after = claims.clone();
            Ok((edited, ambiguous, Exporter { before, after }))
        })?;
        let (edited, ambiguous, exporter) = &changed.outcome;
        let broken = exporter.broken(app, edit.store())?;
        let mut steps = self.steps(edited, *ambiguous);
        steps.extend(importers::step(&broken));
        let result = ChangedExport {
            account: edit.account().to_owned(),
            export: edited.export.clone(),
            changes: edited.changes.clone(),
            broken_imports: broken,
        };
        changed.report(app, result, steps)
    }

    fn check_given(&self) -> Result<(), CliError> {
        let texts = [
            &self.subject,
            &self.name,
            &self.latency,
            &self.sampling,
            &self.description,
            &self.info_url,
            &self.response_type,
            &self.response_threshold,
        ];
        let switches = [self.service, self.private, self.allow_trace];
        let nothing = texts.iter().all(|text| text.is_none())
            && switches.iter().all(Option::is_none)
            && !self.rm_latency_sampling;
        if nothing {
            return Err(CliError::usage("nothing to edit was given").hint("nsc edit export --help"));
        }
        if self.rm_latency_sampling && (given(&self.latency).or(given(&self.sampling))).is_some() {
            return Err(CliError::usage(
                "`--rm-latency-sampling` contradicts `--latency` and `--sampling`",
            )
            .about(EntityKind::Flag, "--rm-latency-sampling"));
        }
        Ok(())
    }

    /// `--service` chooses where it cannot change the kind: the other one is there already.
    fn choice(&self, claims: &AccountClaims, edit: &mut ExportEdit) -> ExportChoice {
        let mut choice = ExportChoice {
            subject: given(&self.subject).map(str::to_owned),
            kind: None,
        };
        if edit.subject.is_none() && choice.is_ambiguous(claims) {
            choice.kind = edit.kind.take();
        }
        choice
    }

    fn export_edit(&self) -> Result<ExportEdit, CliError> {
        let sampling = given(&self.sampling)
            .map(value::parse_sampling)
            .transpose()?;
        let threshold = (self.response_threshold.as_deref())
            .map(time::parse_duration)
            .transpose()?;
        Ok(ExportEdit {
            subject: None,
            name: given(&self.name).map(str::to_owned),
            kind: self.service.map(kind_of),
            private: self.private,
            latency: self.latency.clone(),
            sampling: sampling.map(SamplingRate),
            remove_latency: self.rm_latency_sampling,
            description: self.description.clone(),
            info_url: self.info_url.clone(),
            response_type: given(&self.response_type).map(str::to_owned),
            response_threshold: threshold,
            allow_trace: self.allow_trace,
            account_token_position: self.account_token_position,
            advertise: self.advertise,
        })
    }

    fn steps(&self, edited: &EditedExport, ambiguous: bool) -> Vec<Step> {
        let EditedExport {
            export,
            changes,
            breaking,
        } = edited;
        let mut steps = Step::changes(changes);
        let dropped = |change: &Change| change.what == "latency tracking";
        if self.rm_latency_sampling && !changes.iter().any(dropped) {
            steps.push(Step::ok(format!(
                "export `{}` tracked no latency",
                export.subject
            )));
        }
        if !breaking.is_empty() {
            let what = breaking.join(", ");
            let text = format!("importers of `{}` have to follow: {what}", export.subject);
            steps.push(Step::warning(text));
        }
        if ambiguous {
            steps.push(sharing::first_of_two(
                "export",
                &export.subject,
                kind_name(export.kind),
            ));
        }
        steps.push(Step::ok(format!(
            "edited {} {} export {}",
            visibility(export.token_req),
            kind_name(export.kind),
            sharing::subject_and_name(&export.subject, &export.name)
        )));
        steps
    }

    /// Questions in the order in which they have always been asked. Returns another subject for the
    /// export.
    fn ask(&mut self, app: &App, claims: &AccountClaims) -> Result<Option<String>, CliError> {
        let prompter = &app.prompter;
        let export = sharing::ask_export(app, claims, given(&self.subject))?;
        self.subject = Some(export.subject.clone());
        let service = self.service.unwrap_or(export.is_service());
        let service = sharing::ask_kind(app, "kind of export", service)?;
        // Unchanged, it tells a stream from a service of the same subject.
        self.service = Some(service);
        let subject = prompter.text("subject", &export.subject, &sharing::check_subject)?;
        let name = self.name.as_deref().unwrap_or(&export.name);
        self.name = Some(prompter.text("name", name, &|_| Ok(()))?);
        let private = self.private.unwrap_or(export.token_req);
        let question = "private (importers need an activation)?";
        self.private = Some(prompter.confirm(question, private)?);
        if service {
            self.ask_service(app, &export)?;
        }
        let default = self.description.as_deref().unwrap_or(&export.description);
        self.description = Some(prompter.text("description", default, &|_| Ok(()))?);
        let default = self.info_url.as_deref().unwrap_or(&export.info_url);
        self.info_url = Some(ask::info_url(app, default)?);
        Ok(Some(subject).filter(|subject| *subject != export.subject))
    }

    fn ask_service(&mut self, app: &App, export: &Export) -> Result<(), CliError> {
        let prompter = &app.prompter;
        let stored = export.service_latency.as_ref();
        let tracked = self.latency.is_some() || stored.is_some();
        if prompter.confirm("track latency?", tracked)? {
            let known = stored.map_or_else(String::new, |l| {
                sampling_text(l.sampling).trim_end_matches('%').to_owned()
            });
            let sampling = self.sampling.as_deref().unwrap_or(&known);
            self.sampling = Some(sharing::ask_sampling(app, sampling)?);
            let known = stored.map_or("", |latency| &latency.results);
            let latency = self.latency.as_deref().unwrap_or(known);
            let question = "subject for latency results";
            self.latency = Some(prompter.text(question, latency, &sharing::check_concrete)?);
        } else {
            self.latency = None;
            self.sampling = None;
            self.rm_latency_sampling = stored.is_some();
        }
        let known = &export.response_type;
        let response_type = self.response_type.as_deref().unwrap_or(known);
        self.response_type = Some(sharing::ask_response_type(app, response_type)?);
        let known = time::format_duration(export.response_threshold);
        let threshold = self.response_threshold.as_deref().unwrap_or(&known);
        self.response_threshold = Some(sharing::ask_threshold(app, threshold)?);
        Ok(())
    }
}

/// An export that was edited.
#[derive(JsonSchema, Serialize)]
pub(super) struct ChangedExport {
    /// Name of the account.
    account: String,
    /// The export as it is now, as in the claims.
    #[schemars(with = "foreign::Export")]
    export: Export,
    /// What is different.
    #[schemars(with = "Vec<foreign::Change>")]
    changes: Vec<Change>,
    /// The imports of other accounts that work no longer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<foreign::BrokenImport>")]
    broken_imports: Vec<Broken>,
}

impl Show for ChangedExport {
    fn show(&self, _page: &mut Page) {}
}
