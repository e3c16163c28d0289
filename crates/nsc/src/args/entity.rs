//! Which account and user a command works on: a flag, an answer, or the only one there is.

use nsc_store::{Context, OperatorStore};

use crate::app::App;
use crate::argv::quoted;
use crate::error::CliError;

/// `-a`.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct AccountArg {
    /// Account: name or public key; the current one without it
    #[arg(short, long, value_name = "NAME")]
    pub account: Option<String>,
}

impl AccountArg {
    /// What was given; an empty value counts as none.
    pub fn given(&self) -> Option<&str> {
        given(&self.account)
    }

    /// The name of the account: what was given, else the answer of a person who is asked, else the
    /// current one.
    ///
    /// # Errors
    /// No such account, none current, or a question that was cancelled.
    pub fn resolve(
        &self,
        app: &App,
        context: &Context,
        store: &OperatorStore,
    ) -> Result<String, CliError> {
        if self.given().is_none() && app.is_interactive() {
            let names = store.accounts()?;
            if names.len() > 1 {
                return choose(app, "Account", names, context.account());
            }
        }
        Ok(context.resolve_account(store, self.given())?)
    }
}

/// The value of a flag; an empty one counts as none.
pub fn given(value: &Option<String>) -> Option<&str> {
    value.as_deref().filter(|value| !value.is_empty())
}

/// The name of a user of an account: `given` (a name or public key, which must exist), else the
/// answer of a person who is asked, else the only one.
///
/// # Errors
/// No such user, none or several to take without being told, or a question that was cancelled.
pub fn resolve_user(
    app: &App,
    store: &OperatorStore,
    account: &str,
    given: Option<&str>,
) -> Result<String, CliError> {
    if let Some(name) = given {
        return Ok(store.user(account, name)?.name);
    }
    only_user(app, store, account)
}

/// The only user of an account, or of several the answer of a person who is asked.
///
/// # Errors
/// None or several to take without being told, or a question that was cancelled.
pub fn only_user(app: &App, store: &OperatorStore, account: &str) -> Result<String, CliError> {
    let mut users = store.users(account)?;
    match users.len() {
        0 => Err(
            CliError::not_found(format!("account `{account}` has no users"))
                .hint(format!("nsc add user -a {} NAME", quoted(account))),
        ),
        1 => Ok(users.remove(0)),
        _ if app.is_interactive() => choose(app, "User", users, None),
        several => Err(CliError::usage(format!(
            "account `{account}` has {several} users: say which one"
        ))
        .hint(format!("nsc list users -a {}", quoted(account)))),
    }
}

/// Asks for one of several names.
///
/// # Errors
/// A question that was cancelled.
pub fn choose(
    app: &App,
    question: &str,
    mut names: Vec<String>,
    default: Option<&str>,
) -> Result<String, CliError> {
    let default = names
        .iter()
        .position(|name| Some(name.as_str()) == default)
        .unwrap_or(0);
    let chosen = app.prompter.choose(question, &names, default)?;
    Ok(names.swap_remove(chosen))
}
