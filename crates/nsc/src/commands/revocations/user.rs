//! `nsc revocations add-user` and `delete-user`.

use nsc_core::claims::AccountClaims;
use nsc_core::edit::{clear_user, revoke_user};
use nsc_core::keys::{KeyKind, PublicKey};
use nsc_core::revocation::EVERYONE;
use nsc_core::time::UnixTime;
use nsc_store::{OperatorStore, StoreError};

use super::{Ended, Made, MomentArg, revoked_step};
use crate::account_edit::{AccountEdit, Judged};
use crate::app::App;
use crate::args::entity::{AccountArg, given, only_user};
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::presence::IfExistsArg;
use crate::ui::{Report, Step};

/// Which user.
#[derive(Debug, Default, clap::Args)]
struct UserArg {
    /// User by name, in any letter case; the only user without this
    #[arg(short, long, value_name = "NAME")]
    name: Option<String>,

    /// User by public key or exact name, or `*` for all
    #[arg(short, long, value_name = "KEY")]
    user_public_key: Option<String>,
}

impl UserArg {
    /// The public key of the user, or `*`.
    fn key(&self, app: &App, edit: &AccountEdit) -> Result<String, CliError> {
        let (store, account) = (edit.store(), edit.account());
        match (given(&self.name), given(&self.user_public_key)) {
            (Some(_), Some(_)) => Err(CliError::usage(
                "`--name` and `--user-public-key` name the user twice",
            )
            .about(EntityKind::Flag, "--name")),
            (Some(name), None) => named_user(store, account, name),
            (None, Some(EVERYONE)) => Ok(EVERYONE.to_owned()),
            (None, Some(key)) => user_key(store, account, key),
            (None, None) => {
                let name = only_user(app, store, account)?;
                Ok(store.user(account, &name)?.claims.sub)
            }
        }
    }
}

fn named_user(store: &OperatorStore, account: &str, name: &str) -> Result<String, CliError> {
    let wanted = name.to_lowercase();
    let users = store.users(account)?;
    let exact = users.iter().find(|user| *user == name);
    let found = exact.or_else(|| users.iter().find(|user| user.to_lowercase() == wanted));
    match found {
        Some(user) => Ok(store.user(account, user)?.claims.sub),
        None => Err(StoreError::no_user(account, name).into()),
    }
}

/// A key need not belong to a user of the store.
fn user_key(store: &OperatorStore, account: &str, text: &str) -> Result<String, CliError> {
    if let Some(user) = store.user_by_name(account, text)? {
        return Ok(user.claims.sub);
    }
    match PublicKey::parse(text) {
        Ok(key) if key.kind() == KeyKind::User => Ok(key.to_text()),
        Ok(key) => {
            let kind = key.kind();
            let message = format!("`{key}` is no user key; it is of kind {kind}");
            Err(CliError::failed(message).about(EntityKind::Key, key.to_string()))
        }
        Err(_) => Err(StoreError::no_user(account, text).into()),
    }
}

fn whom(key: &str) -> String {
    match key {
        EVERYONE => "all users".to_owned(),
        key => format!("user `{key}`"),
    }
}

/// Flags of `add-user`.
#[derive(Debug, clap::Args)]
pub struct AddUser {
    #[command(flatten)]
    user: UserArg,

    #[command(flatten)]
    moment: MomentArg,

    #[command(flatten)]
    account: AccountArg,
}

impl AddUser {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let edit = AccountEdit::open(app, &self.account)?;
        if app.is_interactive() {
            self.ask(app, &edit)?;
        }
        let key = self.user.key(app, &edit)?;
        let at = self.moment.moment(app)?;
        let changed = edit.change(app, "revocations add-user", Judged::Change, |claims| {
            Ok(revoke_user(claims, &key, at))
        })?;
        let revoked = changed.outcome;
        let step = revoked_step(&whom(&key), revoked);
        let made = Made {
            account: edit.account().to_owned(),
            key,
            at: revoked.at,
            kept_later: revoked.kept_later,
            export: None,
        };
        changed.report(app, made, vec![step])
    }

    fn ask(&mut self, app: &App, edit: &AccountEdit) -> Result<(), CliError> {
        let by_name = given(&self.user.user_public_key).is_none();
        let users = edit.store().users(edit.account())?;
        if !users.is_empty() && app.prompter.confirm("choose the user by name?", by_name)? {
            let chosen = app.prompter.choose("user", &users, 0)?;
            self.user = UserArg {
                name: users.get(chosen).cloned(),
                user_public_key: None,
            };
        } else {
            let (store, account) = (edit.store(), edit.account());
            let check = |answer: &str| match answer {
                EVERYONE => Ok(()),
                answer => user_key(store, account, answer)
                    .map(drop)
                    .map_err(|error| error.message),
            };
            let default = self.user.user_public_key.as_deref().unwrap_or_default();
            let question = "public key of the user (* for all)";
            let key = app.prompter.text(question, default, &check)?;
            self.user = UserArg {
                name: None,
                user_public_key: Some(key),
            };
        }
        self.moment.ask(app)
    }
}

/// Flags of `delete-user`.
#[derive(Debug, clap::Args)]
pub struct DeleteUser {
    #[command(flatten)]
    user: UserArg,

    #[command(flatten)]
    account: AccountArg,

    #[command(flatten)]
    if_exists: IfExistsArg,
}

impl DeleteUser {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let if_exists = self.if_exists;
        if_exists.allow_missing(self.end(app))
    }

    fn end(self, app: &App) -> Result<Report, CliError> {
        let edit = AccountEdit::open(app, &self.account)?;
        let key = if app.is_interactive() {
            ask_entry(app, &edit.read()?)?
        } else {
            self.user.key(app, &edit)?
        };
        let changed = edit.change(app, "revocations delete-user", Judged::Change, |claims| {
            Ok(clear_user(claims, &key)?)
        })?;
        let text = format!("ended the revocation of {}", whom(&key));
        let ended = Ended {
            account: edit.account().to_owned(),
            key,
            was_revoked: true,
            export: None,
        };
        changed.report(app, ended, vec![Step::ok(text)])
    }
}

fn ask_entry(app: &App, claims: &AccountClaims) -> Result<String, CliError> {
    let entries = &claims.nats.revocations;
    if entries.is_empty() {
        // The edit says that there is nothing to end.
        return Ok(EVERYONE.to_owned());
    }
    let lines: Vec<String> = entries
        .iter()
        .map(|(key, at)| format!("{key} ({})", UnixTime(*at)))
        .collect();
    let chosen = app.prompter.choose("revocation", &lines, 0)?;
    Ok(entries.keys().nth(chosen).cloned().unwrap_or_default())
}
