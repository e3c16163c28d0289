//! `nsc revocations add-activation` and `delete-activation`.

use nsc_core::claims::AccountClaims;
use nsc_core::edit::RevokedExport;
use nsc_core::revocation::EVERYONE;
use nsc_core::time::UnixTime;

use super::{Ended, Made, MomentArg, revoked_step};
use crate::account_edit::{AccountEdit, Judged};
use crate::app::App;
use crate::args::entity::{AccountArg, given};
use crate::commands::sharing::{self, kind_of};
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::presence::IfExistsArg;
use crate::ui::{Report, Step};

/// Which export.
#[derive(Debug, Default, clap::Args)]
pub(super) struct ExportArg {
    /// A subject that the export covers; the only export of the kind without this
    #[arg(short, long, value_name = "SUBJECT")]
    subject: Option<String>,

    /// Look at services, not at streams
    #[arg(long)]
    service: bool,
}

impl ExportArg {
    pub(super) fn export(&self) -> RevokedExport {
        RevokedExport {
            kind: kind_of(self.service),
            subject: given(&self.subject).map(str::to_owned),
        }
    }

    fn ask(&mut self, app: &App, claims: &AccountClaims) -> Result<(), CliError> {
        self.service = sharing::ask_kind(app, "kind of export", self.service)?;
        let kind = kind_of(self.service);
        let subjects: Vec<String> = claims
            .exports()
            .filter(|export| export.kind == Some(kind))
            .map(|export| export.subject.clone())
            .collect();
        if subjects.len() > 1 {
            let chosen = app.prompter.choose("export", &subjects, 0)?;
            self.subject = subjects.get(chosen).cloned();
        }
        Ok(())
    }
}

/// Whose activations.
#[derive(Debug, Default, clap::Args)]
struct TargetArg {
    /// The importing account: name, public key, or `*` for all
    #[arg(short, long, value_name = "ACCOUNT")]
    target_account: Option<String>,
}

impl TargetArg {
    /// The public key of the account, or `*`.
    fn key(&self, edit: &AccountEdit) -> Result<String, CliError> {
        match given(&self.target_account) {
            None => Err(CliError::usage("the importing account is missing")
                .about(EntityKind::Flag, "--target-account")
                .hint("add `--target-account ACCOUNT`, or `--target-account '*'` for all")),
            Some(EVERYONE) => Ok(EVERYONE.to_owned()),
            Some(target) => Ok(sharing::account_key(edit.store(), target)?.to_text()),
        }
    }

    fn ask(&mut self, app: &App, edit: &AccountEdit) -> Result<(), CliError> {
        let check = |answer: &str| {
            let target = Self {
                target_account: Some(answer.to_owned()),
            };
            target.key(edit).map(drop).map_err(|error| error.message)
        };
        let default = self.target_account.as_deref().unwrap_or_default();
        let question = "importing account (name or public key, * for all)";
        self.target_account = Some(app.prompter.text(question, default, &check)?);
        Ok(())
    }
}

/// What is revoked, in words.
fn activations(key: &str, subject: &str) -> String {
    match key {
        EVERYONE => format!("all activations for `{subject}`"),
        key => format!("the activations of `{key}` for `{subject}`"),
    }
}

/// Flags of `add-activation`.
#[derive(Debug, clap::Args)]
pub struct AddActivation {
    #[command(flatten)]
    target: TargetArg,

    #[command(flatten)]
    export: ExportArg,

    #[command(flatten)]
    moment: MomentArg,

    #[command(flatten)]
    account: AccountArg,
}

impl AddActivation {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let edit = AccountEdit::open(app, &self.account)?;
        if app.is_interactive() {
            self.export.ask(app, &edit.read()?)?;
            self.target.ask(app, &edit)?;
            self.moment.ask(app)?;
        }
        let key = self.target.key(&edit)?;
        let at = self.moment.moment(app)?;
        let export = self.export.export();
        let command = "revocations add-activation";
        let changed = edit.change(app, command, Judged::Change, |claims| {
            Ok(export.revoke(claims, &key, at)?)
        })?;
        let (export, revoked) = changed.outcome.clone();
        let step = revoked_step(&activations(&key, &export.subject), revoked);
        let made = Made {
            account: edit.account().to_owned(),
            key,
            at: revoked.at,
            kept_later: revoked.kept_later,
            export: Some(export.subject),
        };
        changed.report(app, made, vec![step])
    }
}

/// Flags of `delete-activation`.
#[derive(Debug, clap::Args)]
pub struct DeleteActivation {
    #[command(flatten)]
    target: TargetArg,

    #[command(flatten)]
    export: ExportArg,

    #[command(flatten)]
    account: AccountArg,

    #[command(flatten)]
    if_exists: IfExistsArg,
}

impl DeleteActivation {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let if_exists = self.if_exists;
        if_exists.allow_missing(self.end(app))
    }

    fn end(mut self, app: &App) -> Result<Report, CliError> {
        let edit = AccountEdit::open(app, &self.account)?;
        if app.is_interactive() {
            let claims = edit.read()?;
            self.export.ask(app, &claims)?;
            self.ask_entry(app, &claims)?;
        }
        let key = self.target.key(&edit)?;
        let export = self.export.export();
        let command = "revocations delete-activation";
        let changed = edit.change(app, command, Judged::Change, |claims| {
            let (export, was_revoked) = export.clear(claims, &key)?;
            if !was_revoked && self.if_exists.if_exists {
                let what = activations(&key, &export.subject);
                return Err(CliError::not_found(format!(
                    "there was no revocation of {what}"
                )));
            }
            Ok((export, was_revoked))
        })?;
        let (export, was_revoked) = changed.outcome.clone();
        let what = activations(&key, &export.subject);
        let text = if was_revoked {
            format!("ended the revocation of {what}")
        } else {
            format!("there was no revocation of {what}")
        };
        let ended = Ended {
            account: edit.account().to_owned(),
            key,
            was_revoked,
            export: Some(export.subject),
        };
        changed.report(app, ended, vec![Step::ok(text)])
    }

    fn ask_entry(&mut self, app: &App, claims: &AccountClaims) -> Result<(), CliError> {
        let place = self.export.export().find(claims)?;
        let export = claims.nats.exports[place].clone().unwrap_or_default();
        let lines: Vec<String> = export
            .revocations
            .iter()
            .map(|(key, at)| format!("{key} ({})", UnixTime(*at)))
            .collect();
        if lines.is_empty() {
            return Ok(());
        }
        let chosen = app.prompter.choose("revocation", &lines, 0)?;
        self.target.target_account = export.revocations.keys().nth(chosen).cloned();
        Ok(())
    }
}
