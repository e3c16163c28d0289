//! `nsc revocations list-users` and `list-activations`.

use std::collections::BTreeMap;

use nsc_core::revocation::EVERYONE;
use nsc_core::time::{UnixTime, format_rfc1123};
use schemars::JsonSchema;
use serde::Serialize;

use super::activation::ExportArg;
use crate::account_edit::AccountEdit;
use crate::app::App;
use crate::args::entity::AccountArg;
use crate::commands::sharing::kind_name;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::ui::page::Page;
use crate::ui::table::Table;
use crate::ui::{Report, Show};

/// Flags of `list-users`.
#[derive(Debug, clap::Args)]
pub struct ListUsers {
    #[command(flatten)]
    account: AccountArg,
}

impl ListUsers {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let edit = AccountEdit::open(app, &self.account)?;
        let revocations = edit.read()?.nats.revocations;
        let account = edit.account();
        if revocations.is_empty() {
            let message = format!("account `{account}` has revoked no users");
            return Err(CliError::failed(message).about(EntityKind::Account, account.to_string()));
        }
        let title = format!("Revoked Users for {account}");
        Ok(listing(app, title, "* [All Users]", &revocations))
    }
}

/// Flags of `list-activations`.
#[derive(Debug, clap::Args)]
pub struct ListActivations {
    #[command(flatten)]
    export: ExportArg,

    #[command(flatten)]
    account: AccountArg,
}

impl ListActivations {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let edit = AccountEdit::open(app, &self.account)?;
        let claims = edit.read()?;
        let place = self.export.export().find(&claims)?;
        let export = claims.nats.exports[place].clone().unwrap_or_default();
        let (kind, name) = (kind_name(export.kind), &export.name);
        if export.revocations.is_empty() {
            let message = format!("no activations of {kind} export `{name}` are revoked");
            return Err(
                CliError::failed(message).about(EntityKind::Export, export.subject.to_string())
            );
        }
        let title = format!("Revoked Accounts for {kind} {name}");
        Ok(listing(app, title, "* [All Accounts]", &export.revocations))
    }
}

fn listing(
    app: &App,
    title: String,
    everyone: &'static str,
    revocations: &BTreeMap<String, i64>,
) -> Report {
    let zone = app.zone();
    let entries = revocations.iter().map(|(key, at)| Entry {
        key: key.clone(),
        at: *at,
        moment: format_rfc1123(UnixTime(*at), &zone),
    });
    Report::new(Listing {
        title,
        everyone,
        entries: entries.collect(),
    })
}

/// Revocations, sorted by key.
#[derive(JsonSchema, Serialize)]
#[serde(transparent)]
pub(super) struct Listing {
    #[serde(skip)]
    title: String,
    #[serde(skip)]
    everyone: &'static str,
    entries: Vec<Entry>,
}

/// One revocation.
#[derive(JsonSchema, Serialize)]
struct Entry {
    /// Public key that is revoked, or `*` for all.
    key: String,
    /// What was issued up to then is revoked, in unix seconds.
    at: i64,
    #[serde(skip)]
    moment: String,
}

impl Show for Listing {
    fn show(&self, page: &mut Page) {
        let header = ["Public Key", "Revoke Credentials Before"];
        let mut table = Table::new(&self.title, &header);
        for entry in &self.entries {
            let key = match entry.key.as_str() {
                EVERYONE => self.everyone,
                key => key,
            };
            table.row(&[key, &entry.moment]);
        }
        page.table(&table);
    }
}
