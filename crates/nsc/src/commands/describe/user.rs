//! `nsc describe user`.

use nsc_core::claims::{UserClaims, UserScope};
use nsc_core::effective::Effective;
use nsc_core::json;

use super::form::{self, Details, Form, Subject};
use super::tables;
use crate::app::App;
use crate::args::TargetArgs;
use crate::args::entity::{self, AccountArg};
use crate::error::CliError;
use crate::ui::{Report, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct User {
    #[command(flatten)]
    target: TargetArgs,

    #[command(flatten)]
    account: AccountArg,

    #[command(flatten)]
    form: Form,
}

impl User {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        let account = self.account.resolve(app, &context, &store)?;
        let stored = match self.target.given() {
            Some(name) => store.user(&account, name)?,
            None => store.user(&account, &entity::only_user(app, &store, &account)?)?,
        };
        let subject = Subject {
            kind: "user".to_owned(),
            name: stored.name.clone(),
            token: stored.token.clone(),
        };
        self.form.report(app, subject, || {
            Ok(match store.account(&account) {
                Ok(account) => with_effective(
                    details(&stored.claims, account.claims.scope(&stored.claims.iss)),
                    Effective::of(&account.claims, &stored.claims, app.now()),
                ),
                Err(error) => Details {
                    warnings: vec![Step::warning(format!(
                        "cannot tell whether the user has a role, and what it may do: {error}"
                    ))],
                    ..details(&stored.claims, None)
                },
            })
        })
    }
}

/// The tables of a user and, where it has one, of its role.
pub(super) fn details(claims: &UserClaims, scope: Option<&UserScope>) -> Details {
    let role = scope.map(tables::user::scope);
    Details {
        tables: [tables::user::details(claims)]
            .into_iter()
            .chain(role)
            .collect(),
        context: form::Context {
            scope: scope.map(json::sorted),
            ..form::Context::default()
        },
        warnings: Vec::new(),
    }
}

/// Adds what the user may do in the end.
fn with_effective(mut details: Details, effective: Effective) -> Details {
    details.tables.push(tables::effective::table(&effective));
    details.context.effective = Some(effective);
    details
}
