//! `nsc describe user`.

use nsc_core::claims::{UserClaims, UserScope};
use nsc_core::json;
use nsc_store::{Context, OperatorStore, StoreError, StoredUser};

use super::form::{self, Details, Form, Subject};
use super::tables;
use crate::app::App;
use crate::error::CliError;
use crate::ui::{Report, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct User {
    /// Its name or public key; the only user of the account without one
    #[arg(value_name = "NAME")]
    positional: Option<String>,

    /// Its name or public key
    #[arg(short, long, value_name = "NAME")]
    name: Option<String>,

    /// Account of the user, by name or public key; the current one without it
    #[arg(short, long, value_name = "NAME")]
    account: Option<String>,

    #[command(flatten)]
    form: Form,
}

impl User {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        let account = find_account(app, &context, &store, self.account)?;
        let stored = find_user(app, &store, &account, self.name.or(self.positional))?;
        let subject = Subject {
            kind: "user".to_owned(),
            name: stored.name.clone(),
            token: stored.token.clone(),
        };
        self.form.report(app, subject, || {
            Ok(match store.account(&account) {
                Ok(account) => details(&stored.claims, account.claims.scope(&stored.claims.iss)),
                Err(error) => Details {
                    warnings: vec![Step::warning(format!(
                        "cannot tell whether the user has a role: {error}"
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

fn find_account(
    app: &App,
    context: &Context,
    store: &OperatorStore,
    mut given: Option<String>,
) -> Result<String, CliError> {
    if given.is_none() {
        given = super::ask_which(app, "account", &store.accounts()?)?;
    }
    Ok(context.resolve_account(store, given.as_deref())?)
}

fn find_user(
    app: &App,
    store: &OperatorStore,
    account: &str,
    given: Option<String>,
) -> Result<StoredUser, CliError> {
    if let Some(name) = given {
        return Ok(store.user(account, &name)?);
    }
    let users = store.users(account)?;
    if let Some(name) = super::ask_which(app, "user", &users)? {
        return Ok(store.user(account, &name)?);
    }
    match &users[..] {
        [only] => Ok(store.user(account, only)?),
        [] => Err(StoreError::NotFound {
            what: "user",
            name: format!("{account}/*"),
        }
        .into()),
        _ => Err(CliError::usage(format!(
            "account `{account}` has {} users: say which one",
            users.len()
        ))
        .hint(format!("nsc list users --account '{account}'"))),
    }
}
