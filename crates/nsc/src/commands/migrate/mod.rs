//! `nsc migrate`.

mod arrival;

use std::path::Path;

use nsc_store::{OperatorStore, StoreError, Transaction};
use schemars::JsonSchema;
use serde::Serialize;

use self::arrival::Arrival;
use crate::app::App;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::source;
use crate::strict;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Migrate {
    /// File or URL of one account JWT; users are taken from the folder `users` beside a file
    #[arg(short, long, value_name = "FILE|URL", conflicts_with = "operator_dir")]
    url: Option<String>,

    /// Folder of an operator, all of whose accounts are brought over
    #[arg(long, value_name = "DIR")]
    operator_dir: Option<String>,

    /// Replace accounts that have the same name
    #[arg(short = 'F', long)]
    force: bool,
}

impl Migrate {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        if app.is_interactive() && self.url.is_none() && self.operator_dir.is_none() {
            self.ask(app)?;
        }
        let arrivals = self.arrivals(app, &store)?;
        let replace = self.allowed_to_replace(app, &store, &arrivals)?;
        let keystore = context.keystore();
        let mut tx = store.begin(&keystore, &app.begin_options("migrate"))?;
        let mut migrated = Migrated::default();
        let mut steps = Vec::new();
        let mut server_failed = false;
        for (arrival, replace) in arrivals.iter().zip(replace) {
            match arrival.take_over(app, &mut tx, replace) {
                Ok(taken) => {
                    let staged = arrival.finish(app, &mut tx, taken)?;
                    steps.extend(staged.steps);
                    server_failed |= staged.server_failed;
                    migrated.accounts.push(staged.account);
                }
                // One account alone has its own exit status.
                Err(error) if arrivals.len() == 1 => return Err(error),
                Err(error) => {
                    migrated.failed.push(arrival.name().to_owned());
                    steps.push(Step::failed(error));
                }
            }
        }
        finish(app, tx, migrated, steps, server_failed)
    }

    fn ask(&mut self, app: &App) -> Result<(), CliError> {
        let any = |answer: &str| match answer {
            "" => Err("an answer is needed".to_owned()),
            _ => Ok(()),
        };
        if app.prompter.confirm("All accounts of an operator?", true)? {
            let folder = app.prompter.text("Folder of the operator", "", &any)?;
            self.operator_dir = Some(folder);
        } else {
            let file = app
                .prompter
                .text("File or URL of the account JWT", "", &any)?;
            self.url = Some(file);
        }
        Ok(())
    }

    /// The accounts to bring over.
    fn arrivals(&self, app: &App, store: &OperatorStore) -> Result<Vec<Arrival>, CliError> {
        match (&self.url, &self.operator_dir) {
            (Some(url), None) if source::is_url(url) => Ok(vec![Arrival::from_url(app, url)?]),
            (Some(file), None) => {
                let path = app.env.expand(file);
                refuse_inside(store, &path)?;
                Ok(vec![Arrival::from_file(app, &path)?])
            }
            (None, Some(dir)) => {
                let dir = app.env.expand(dir);
                refuse_inside(store, &dir)?;
                Arrival::all_of(app, &dir)
            }
            _ => Err(CliError::usage("say which account, or which operator")
                .hint("nsc migrate --url FILE")
                .hint("nsc migrate --operator-dir DIR")),
        }
    }

    /// For each account whether one of its name may be replaced. Asked before there is a lock.
    fn allowed_to_replace(
        &self,
        app: &App,
        store: &OperatorStore,
        arrivals: &[Arrival],
    ) -> Result<Vec<bool>, CliError> {
        let allowed = |arrival: &Arrival| {
            if self.force || !app.is_interactive() || !store.has_account(arrival.name()) {
                return Ok(self.force);
            }
            let question = format!("Replace account `{}`?", arrival.name());
            app.prompter.confirm(&question, false)
        };
        arrivals.iter().map(allowed).collect()
    }
}

/// What is in the current operator needs no migration.
fn refuse_inside(store: &OperatorStore, path: &Path) -> Result<(), CliError> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if real(path).starts_with(real(store.dir())) {
        let (path, name) = (path.display(), store.folder());
        let text = format!("`{path}` belongs to the current operator `{name}`");
        return Err(CliError::failed(text)
            .about(EntityKind::File, path.to_string())
            .hint("nsc select operator NAME"));
    }
    Ok(())
}

fn finish(
    app: &App,
    tx: Transaction<'_>,
    migrated: Migrated,
    steps: Vec<Step>,
    server_failed: bool,
) -> Result<Report, CliError> {
    let failure = match (migrated.accounts.len(), migrated.failed.len()) {
        (_, 0) => None,
        (0, _) => Some(Kind::Failed),
        _ => Some(Kind::Partial),
    };
    let mut report = Report::new(migrated).with_steps(steps);
    if server_failed {
        report = report.with_failure(Kind::Server);
    }
    // What was sent to an account server cannot be refused any more.
    if tx.store()?.is_managed() {
        report = report.beyond_refusal();
    }
    let report = strict::commit(app, tx, report)?;
    Ok(match failure {
        Some(kind) => report.with_failure(kind),
        None => report,
    })
}

/// A file that ought to be there.
fn missing(what: &'static str, path: &Path) -> CliError {
    StoreError::missing(what, path.display().to_string()).into()
}

/// What was brought over.
#[derive(Default, JsonSchema, Serialize)]
pub(super) struct Migrated {
    /// The accounts.
    accounts: Vec<MigratedAccount>,
    /// Names of the accounts that could not be brought over.
    failed: Vec<String>,
}

/// An account that belongs to the current operator now.
#[derive(JsonSchema, Serialize)]
struct MigratedAccount {
    /// Its name.
    name: String,
    /// Identity key.
    public_key: String,
    /// The key that signed it.
    issuer: String,
    /// Whether another JWT was there before.
    replaced: bool,
    /// Its users.
    users: Vec<String>,
}

/// The steps say it all to people.
impl Show for Migrated {
    fn show(&self, _page: &mut Page) {}
}
