//! `nsc list keys`.

mod entry;
pub(crate) mod walk;

use std::collections::HashSet;

use nsc_core::keys::KeyKind;
use nsc_store::{Context, Keystore};

use self::entry::{KeyEntry, KeyList};
use self::walk::{Kinds, Reference, Scope};
use crate::app::App;
use crate::error::{CliError, Kind};
use crate::ui::{Report, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub(super) struct Keys {
    /// The operator's keys
    #[arg(short, long)]
    operator: bool,

    /// Keys of the accounts
    #[arg(short, long)]
    accounts: bool,

    /// Keys of the users
    #[arg(short, long)]
    users: bool,

    /// Curve keys, which auth callouts are encrypted with
    #[arg(short = 'x', long)]
    curve: bool,

    /// All keys of the operator, its accounts and their users
    #[arg(short = 'A', long)]
    all: bool,

    /// This account only, by name or public key
    #[arg(long, value_name = "NAME")]
    account: Option<String>,

    /// This user only, by name or public key
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// Keys that contain this text
    #[arg(short, long, value_name = "TEXT")]
    filter: Option<String>,

    /// Stored keys that nothing of the operator uses
    #[arg(long)]
    not_referenced: bool,

    /// Show seeds: who sees one can act as its owner
    #[arg(short = 'S', long)]
    show_seeds: bool,
}

impl Keys {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App, json: bool) -> Result<Report, CliError> {
        self.filter = self.filter.map(|text| text.to_uppercase());
        if self.not_referenced && self.show_seeds {
            return Err(CliError::usage(
                "`--not-referenced` and `--show-seeds` exclude each other",
            ));
        }
        let context = app.context()?;
        let keystore = context.keystore();
        if !keystore.exists() {
            let dir = keystore.dir().display();
            return Err(
                CliError::not_found(format!("keystore `{dir}` does not exist"))
                    .hint("nsc env (shows where keys are looked for)"),
            );
        }
        if self.not_referenced {
            let keys = self.unreferenced(&context, &keystore)?;
            return Ok(Report::new(KeyList::new(keys, json, false)));
        }
        // Tokens are half of the work and most of the text: only for machines.
        let with_tokens = json || app.is_for_machines();
        let found = walk::walk(&self.scope(&context)?, |reference| {
            let wanted = self.matches(&reference.key);
            wanted.then(|| KeyEntry::new(reference, &keystore, self.show_seeds, with_tokens))
        })?;
        let report = Report::new(KeyList::new(found.items, json, self.show_seeds));
        Ok(with_problems(report, found.problems))
    }

    /// What is looked at.
    fn scope(&self, context: &Context) -> Result<Scope, CliError> {
        let store = context.operator_store()?;
        let some_kind = self.operator || self.accounts || self.users || self.curve;
        let accounts = if self.account.is_some() {
            vec![context.resolve_account(&store, self.account.as_deref())?]
        } else {
            match context.account() {
                Some(current) if !some_kind && !self.all => vec![current.to_owned()],
                _ => store.accounts()?,
            }
        };
        Ok(Scope {
            store,
            kinds: self.kinds(),
            accounts,
            user: self.user.clone(),
        })
    }

    fn kinds(&self) -> Kinds {
        let every = self.all || !(self.operator || self.accounts || self.users || self.curve);
        Kinds {
            operator: every || self.operator,
            accounts: every || self.accounts,
            users: every || self.users,
            curves: every || self.curve || self.accounts,
        }
    }

    fn matches(&self, key: &str) -> bool {
        self.filter.as_ref().is_none_or(|text| key.contains(text))
    }

    fn unreferenced(
        &self,
        context: &Context,
        keystore: &Keystore,
    ) -> Result<Vec<KeyEntry>, CliError> {
        let used = referenced(context)?;
        let kinds = self.kinds();
        let mut keys = Vec::new();
        for stored in keystore.keys() {
            let stored = stored?;
            let wanted = match stored.key.kind() {
                KeyKind::Account => kinds.accounts,
                KeyKind::Curve => kinds.curves,
                KeyKind::Operator => kinds.operator,
                KeyKind::User => kinds.users,
                KeyKind::Cluster | KeyKind::Server => false,
            };
            let key = stored.key.to_text();
            if wanted && self.matches(&key) && !used.contains(&key) {
                let reference = Reference::unknown(&stored.key);
                keys.push(KeyEntry::new(reference, keystore, false, false));
            }
        }
        Ok(keys)
    }
}

/// The keys that the current operator and everything below it use; without a current one, those of all operators.
fn referenced(context: &Context) -> Result<HashSet<String>, CliError> {
    let operators = match context.operator() {
        Some(operator) => vec![operator.to_owned()],
        None => context.operators()?,
    };
    let mut used = HashSet::new();
    for operator in operators {
        let store = context.open_operator(&operator)?;
        let scope = Scope {
            accounts: store.accounts()?,
            store,
            kinds: Kinds::ALL,
            user: None,
        };
        let found = walk::walk(&scope, |reference| Some(reference.key))?;
        if let Some(problem) = found.problems.into_iter().next() {
            // Keys of a damaged account would look as if nobody needed them.
            let message = "cannot tell which keys are used: a JWT cannot be read";
            return Err(CliError::failed(message).caused_by(&problem));
        }
        used.extend(found.items);
    }
    Ok(used)
}

/// A list lacks what could not be read, and says so.
fn with_problems(report: Report, problems: Vec<nsc_store::StoreError>) -> Report {
    if problems.is_empty() {
        return report;
    }
    let steps = problems.into_iter().map(Step::failed);
    report.with_steps(steps).with_failure(Kind::Partial)
}
