//! What somebody may have meant who named something that does not exist.
//!
//! Errors carry what was missed; the names that there are come from the store, once it is known that one is needed.

use nsc_core::keys::PublicKey;
use nsc_store::StoreError;

use crate::app::App;
use crate::argv::quoted;
use crate::cli;
use crate::error::CliError;
use crate::similar;

/// Something that was named and is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// "operator", "account", "user", "export", "import".
    pub what: &'static str,
    /// Its name.
    pub name: String,
    /// The account of a user, export or import, the operator of an account; the current one where nothing is known.
    pub within: Option<String>,
}

impl Missing {
    /// What a store has not found.
    pub fn of(error: &StoreError) -> Option<Self> {
        match error {
            StoreError::NotFound { what, name, within } => Some(Self {
                what,
                name: name.clone(),
                within: within.clone(),
            }),
            StoreError::NoOperator => Some(Self::current("current operator")),
            StoreError::NoAccount => Some(Self::current("current account")),
            StoreError::NoStoreRoot | StoreError::StoreRootMissing { .. } => {
                Some(Self::current(STORES_FOLDER))
            }
            _ => None,
        }
    }

    /// Something of an account.
    pub fn of_account(account: &str, what: &'static str, name: &str) -> Self {
        Self {
            what,
            name: name.to_owned(),
            within: Some(account.to_owned()),
        }
    }

    fn current(what: &'static str) -> Self {
        Self {
            what,
            name: String::new(),
            within: None,
        }
    }
}

const STORES_FOLDER: &str = "stores folder";

/// What to do where something is there already; commands without `--if-absent` are told of the name alone.
pub(crate) const OTHER_NAME_OR_IF_ABSENT: &str =
    "take another name, or add `--if-absent` where it may be there";

/// Adds to an error of a command what may have been meant, and where the thing is that was looked for.
#[must_use]
pub fn complete(app: &App, command: &str, mut error: CliError) -> CliError {
    for hint in &mut error.hints {
        if hint == OTHER_NAME_OR_IF_ABSENT && !takes_if_absent(command) {
            *hint = "take another name".to_owned();
        }
    }
    let Some(missing) = error.missing.take() else {
        return error;
    };
    if missing.name.is_empty() {
        error.hints.extend(beginnings(app, missing.what));
        return error;
    }
    // Nobody mistypes a key by a letter or two.
    if PublicKey::parse(&missing.name).is_ok() {
        return error;
    }
    // It is a favour: what goes wrong with it is not told.
    let Some(names) = known(app, &missing) else {
        return error;
    };
    let hint = similar::question(&missing.name, &names).or_else(|| elsewhere(app, &missing));
    if let Some(hint) = hint {
        error.hints.insert(0, hint);
    }
    error
}

fn takes_if_absent(command: &str) -> bool {
    let root = cli::command();
    let mut words = command.split(' ');
    let found = words.try_fold(&root, |level, word| level.find_subcommand(word));
    found.is_some_and(|found| {
        let mut flags = found.get_arguments().filter_map(clap::Arg::get_long);
        flags.any(|flag| flag == "if-absent")
    })
}

/// How to come by a store, or an operator or account to work on: one of those that there are, or a new one.
fn beginnings(app: &App, what: &str) -> Vec<String> {
    if what == STORES_FOLDER {
        return match &app.globals.store {
            Some(folder) => {
                let folder = quoted(&folder.to_string_lossy());
                vec![format!("nsc --store {folder} init --name NAME")]
            }
            None => vec!["nsc env".to_owned(), "nsc env --store DIR".to_owned()],
        };
    }
    let (kind, names) = if what == "current operator" {
        (
            "operator",
            app.look().and_then(|context| context.operators().ok()),
        )
    } else {
        let store = app.look().and_then(|context| context.operator_store().ok());
        ("account", store.and_then(|store| store.accounts().ok()))
    };
    let names = names.unwrap_or_default();
    let select = |name: &String| format!("nsc select {kind} {}", quoted(name));
    match (kind, names.as_slice()) {
        ("operator", []) => vec![
            "nsc init --name NAME".to_owned(),
            "nsc add operator --sys NAME".to_owned(),
        ],
        (_, []) => vec![format!("nsc add {kind} NAME")],
        (_, names @ ([_] | [_, _] | [_, _, _])) => names.iter().map(select).collect(),
        _ => vec![
            format!("nsc list {kind}s"),
            format!("nsc select {kind} NAME"),
        ],
    }
}

/// The names of things of the kind that was missed.
fn known(app: &App, missing: &Missing) -> Option<Vec<String>> {
    let context = app.look()?;
    if missing.what == "operator" {
        return context.operators().ok();
    }
    if missing.what == "account" {
        let store = match &missing.within {
            Some(operator) => context.peek_operator(operator).ok()?,
            None => context.operator_store().ok()?,
        };
        return store.accounts().ok();
    }
    let account = missing.within.as_deref().or(context.account())?;
    let store = context.operator_store().ok()?;
    if missing.what == "user" {
        return store.users(account).ok();
    }
    let claims = store.account(account).ok()?.claims;
    match missing.what {
        "export" => Some(
            claims
                .exports()
                .map(|export| export.subject.clone())
                .collect(),
        ),
        "import" => Some(
            claims
                .imports()
                .map(|import| import.subject.clone())
                .collect(),
        ),
        _ => None,
    }
}

/// The account that has the user.
fn elsewhere(app: &App, missing: &Missing) -> Option<String> {
    if missing.what != "user" {
        return None;
    }
    let store = app.look()?.operator_store().ok()?;
    let accounts = store.accounts().ok()?;
    let home = accounts
        .iter()
        .take(MOST_ACCOUNTS)
        .find(|account| store.has_user(account, &missing.name))?;
    Some(format!(
        "account `{home}` has a user `{}`: add -a {}",
        missing.name,
        quoted(home)
    ))
}

/// In so many accounts a user is looked for.
const MOST_ACCOUNTS: usize = 1000;
