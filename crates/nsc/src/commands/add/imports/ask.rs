//! The questions of `nsc add import -i`.

use nsc_core::claims::{AccountClaims, ExportKind};
use nsc_core::edit::ImportSource;
use nsc_core::keys::PublicKey;
use nsc_core::subject;

use super::local::{self, LocalExport};
use super::{AddImport, token};
use crate::account_edit::AccountEdit;
use crate::app::App;
use crate::args::entity::given;
use crate::commands::sharing::{check_subject, kind_of};
use crate::error::CliError;

impl AddImport {
    /// Questions in the order in which they have always been asked.
    pub(super) fn ask(&mut self, app: &App, edit: &AccountEdit) -> Result<ImportSource, CliError> {
        let importer = edit.read()?;
        let exports = local::exports(edit.context(), &importer)?;
        let mut local_subject = None;
        let pick = !exports.is_empty()
            && app
                .prompter
                .confirm("pick from the exports of local accounts?", true)?;
        let source = if pick {
            let (source, local) = self.pick(app, &importer, &exports)?;
            local_subject = local;
            source
        } else {
            self.ask_source(app)?
        };
        self.ask_rest(app, &source, local_subject)?;
        Ok(source)
    }

    /// A local export, and the subject under which it is best imported.
    fn pick(
        &mut self,
        app: &App,
        importer: &AccountClaims,
        exports: &[LocalExport],
    ) -> Result<(ImportSource, Option<String>), CliError> {
        let lines: Vec<String> = exports.iter().map(LocalExport::line).collect();
        let chosen = &exports[app.prompter.choose("export", &lines, 0)?];
        let export = &chosen.export;
        let kind = kind_of(export.is_service());
        let (mut subject, local) = chosen.subjects(importer);
        if export.is_service() && subject::has_wildcards(&subject) {
            subject = ask_narrower(app, &subject)?;
        }
        if export.is_service() {
            let share = self.share == Some(true);
            self.share = Some(app.prompter.confirm("share latency data?", share)?);
        }
        let source = if export.token_req {
            let token = chosen.activate(app, importer, &subject, kind)?;
            ImportSource::Token(Box::new(token))
        } else {
            ImportSource::Public {
                account: PublicKey::parse(&chosen.claims.sub)?,
                subject,
                kind,
            }
        };
        Ok((source, local))
    }

    fn ask_source(&mut self, app: &App) -> Result<ImportSource, CliError> {
        let prompter = &app.prompter;
        if !prompter.confirm("is the export public?", self.token.is_none())? {
            let place = self.token.as_deref().unwrap_or_default();
            let check = |answer: &str| match answer {
                "" => Err("a file or URL is needed".to_owned()),
                _ => Ok(()),
            };
            let place = prompter.text("activation token (file or URL)", place, &check)?;
            return token::read(app, &place).map(|token| ImportSource::Token(Box::new(token)));
        }
        let account = self.src_account.as_deref().unwrap_or_default();
        let account = prompter.text("public key of the exporting account", account, &check_key)?;
        let remote = self.remote_subject.as_deref().unwrap_or_default();
        let subject = prompter.text("remote subject", remote, &check_subject)?;
        let service = prompter.confirm("is it a service?", true)?;
        Ok(ImportSource::Public {
            account: local::account_key(&account)?,
            subject,
            kind: kind_of(service),
        })
    }

    fn ask_rest(
        &mut self,
        app: &App,
        source: &ImportSource,
        local_subject: Option<String>,
    ) -> Result<(), CliError> {
        let prompter = &app.prompter;
        let (remote, default_name) = match source {
            ImportSource::Public { subject, .. } => (subject, subject),
            ImportSource::Token(token) => (&token.claims.nats.subject, &token.claims.name),
        };
        let name = given(&self.name).unwrap_or(default_name);
        self.name = Some(prompter.text("name", name, &|_| Ok(()))?);
        let suggested = given(&self.local_subject)
            .map(str::to_owned)
            .or(local_subject)
            .unwrap_or_else(|| remote.clone());
        let check = |answer: &str| match subject::local_problems(answer, remote).first() {
            None => Ok(()),
            Some(problem) => Err(problem.to_string()),
        };
        let local = prompter.text("local subject", &suggested, &check)?;
        self.local_subject = Some(local).filter(|local| local != remote);
        if source.kind() == Some(ExportKind::Stream) {
            let allow_trace = self.allow_trace == Some(true);
            self.allow_trace = Some(prompter.confirm("allow tracing?", allow_trace)?);
        }
        Ok(())
    }
}

/// A part of a service with wildcards, or all of it.
fn ask_narrower(app: &App, exported: &str) -> Result<String, CliError> {
    let check = |answer: &str| {
        check_subject(answer)?;
        if subject::is_contained(answer, exported) {
            Ok(())
        } else {
            Err(format!("`{exported}` does not cover `{answer}`"))
        }
    };
    app.prompter.text("subject to import", exported, &check)
}

fn check_key(answer: &str) -> Result<(), String> {
    local::account_key(answer)
        .map(drop)
        .map_err(|error| error.message)
}
