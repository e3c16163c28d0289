//! `nsc describe operator`.

use nsc_core::keys::{KeyKind, PublicKey};
use nsc_store::{Context, ErrorKind, OperatorStore, StoreError};

use super::form::{self, Details, Form, Subject};
use super::{names, tables};
use crate::app::App;
use crate::args::{TargetArgs, entity};
use crate::error::CliError;
use crate::ui::Report;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Operator {
    #[command(flatten)]
    target: TargetArgs,

    #[command(flatten)]
    form: Form,
}

impl Operator {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = match self.target.given() {
            Some(name) => find(&context, name)?,
            None => which(app, &context)?,
        };
        let stored = store.operator()?;
        let subject = Subject {
            kind: "operator".to_owned(),
            name: stored.name.clone(),
            token: stored.token.clone(),
        };
        self.form.report(app, subject, || {
            let system_account = stored.claims.nats.system_account.clone();
            let account_names = names::of_accounts(&context, Some(&store), [system_account]);
            Ok(Details {
                tables: vec![tables::operator::details(&stored.claims, &account_names)],
                context: form::Context {
                    account_names,
                    ..form::Context::default()
                },
                ..Details::default()
            })
        })
    }
}

/// The current operator, or of several the answer of a person who is asked.
fn which(app: &App, context: &Context) -> Result<OperatorStore, CliError> {
    if app.is_interactive() {
        let operators = context.operators()?;
        if operators.len() > 1 {
            let name = entity::choose(app, "operator", operators, context.operator())?;
            return Ok(context.open_operator(&name)?);
        }
    }
    Ok(context.operator_store()?)
}

/// The operator of a name or public key.
fn find(context: &Context, name: &str) -> Result<OperatorStore, StoreError> {
    let missing = match context.open_operator(name) {
        Err(error) if error.kind() == ErrorKind::NotFound => error,
        found => return found,
    };
    if PublicKey::parse_kind(name, KeyKind::Operator).is_err() {
        return Err(missing);
    }
    for operator in context.operators()? {
        let store = context.open_operator(&operator);
        let store = store.and_then(|store| Ok((store.operator()?.claims.sub, store)));
        if let Ok((key, store)) = store
            && key == name
        {
            return Ok(store);
        }
    }
    Err(missing)
}
