//! `nsc edit authcallout`.

use nsc_core::edit::{AllowedAccount, CalloutEdit, CalloutSettings};
use nsc_core::keys::{KeyKind, PublicKey};
use nsc_store::Transaction;

use super::result::{Edited, nothing_to_edit};
use crate::app::App;
use crate::args::entity::{self, AccountArg};
use crate::args::key::material;
use crate::args::list;
use crate::args::signing_keys::NewKey;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::judge::{self, Judged};
use crate::rewrite::{self, Prefer};
use crate::strict;
use crate::ui::Report;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct EditAuthcallout {
    /// Account: name or public key; the current one without it
    #[arg(value_name = "ACCOUNT")]
    word: Option<String>,

    #[command(flatten)]
    account: AccountArg,

    #[command(flatten)]
    flags: Flags,
}

/// What is to change.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
struct Flags {
    /// Add users that answer the callouts: user keys or files with one
    #[arg(long, value_name = "KEYS")]
    auth_user: Vec<String>,

    /// Remove users that answer the callouts
    #[arg(long, value_name = "KEYS")]
    rm_auth_user: Vec<String>,

    /// Add accounts that users may be placed in: account keys, or `*` alone for any
    #[arg(long, value_name = "KEYS")]
    allowed_account: Vec<String>,

    /// Remove accounts that users may be placed in
    #[arg(long, value_name = "KEYS")]
    rm_allowed_account: Vec<String>,

    /// Key that requests are encrypted to: `generate`, or a curve (x25519) key or a file with one
    #[arg(short = 'x', long, value_name = "KEY")]
    curve: Option<String>,

    /// Encrypt requests no longer
    #[arg(long)]
    rm_curve: Option<bool>,

    /// Turn the auth callout off
    #[arg(long)]
    disable: Option<bool>,
}

impl EditAuthcallout {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        self.flags.check()?;
        let account = AccountArg {
            account: self
                .account
                .given()
                .or(entity::given(&self.word))
                .map(str::to_owned),
        };
        let name = account.resolve(app, &context, &store)?;
        let mut tx = store.begin(&context.keystore(), &app.begin_options("edit authcallout"))?;
        let report = self.flags.edit(app, &mut tx, &name)?;
        strict::commit(app, tx, report)
    }
}

impl Flags {
    fn check(&self) -> Result<(), CliError> {
        let others = Self {
            disable: None,
            ..self.clone()
        };
        let disable = self.disable == Some(true);
        match (disable, others == Self::default()) {
            (false, true) => Err(nothing_to_edit("authcallout")),
            (true, false) => Err(CliError::usage("`--disable` excludes all other flags")
                .about(EntityKind::Flag, "--disable")),
            _ => Ok(()),
        }
    }

    fn edit(&self, app: &App, tx: &mut Transaction<'_>, name: &str) -> Result<Report, CliError> {
        let operator = tx.operator()?;
        let before = tx.account(name)?;
        let curve = match &self.curve {
            Some(value) => Some(NewKey::parse(app, value, KeyKind::Curve)?),
            None => None,
        };
        let edit = self.callout_edit(app, curve.as_ref())?;
        let mut claims = before.claims.clone();
        let changes = edit.apply(&mut claims);
        // Here the whole account has to be sound.
        let judged = Judged::Whole;
        let mut steps = judge::changed_account(app, judged, &before.claims, &claims)?;
        if let Some(curve) = &curve {
            steps.extend(curve.store("curve", tx)?);
        }
        let operator = &operator.claims;
        let prefer = Prefer::Issuer;
        let exchange = rewrite::account(app, tx, operator, &before, prefer, claims, &steps)?;
        let generated = curve.filter(|key| matches!(key, NewKey::Generated(_)));
        let result = Edited {
            changes,
            generated_keys: generated
                .iter()
                .map(|key| key.public_key().to_text())
                .collect(),
            ..Edited::account(&before, &exchange)
        };
        let told = result.steps();
        let report = Report::new(result).with_steps(steps).with_steps(told);
        Ok(exchange.report(report))
    }

    fn callout_edit(&self, app: &App, curve: Option<&NewKey>) -> Result<CalloutEdit, CliError> {
        if self.disable == Some(true) {
            return Ok(CalloutEdit::Disable);
        }
        Ok(CalloutEdit::Settings(CalloutSettings {
            users: users(app, &self.auth_user)?,
            remove_users: users(app, &self.rm_auth_user)?,
            accounts: accounts(app, &self.allowed_account)?,
            remove_accounts: accounts(app, &self.rm_allowed_account)?,
            curve: curve.map(NewKey::public_key),
            remove_curve: self.rm_curve == Some(true),
        }))
    }
}

fn users(app: &App, uses: &[String]) -> Result<Vec<PublicKey>, CliError> {
    keys(uses, |value| key(app, value, KeyKind::User))
}

fn accounts(app: &App, uses: &[String]) -> Result<Vec<AllowedAccount>, CliError> {
    keys(uses, |value| match value {
        AllowedAccount::ANY => Ok(AllowedAccount::Any),
        value => key(app, value, KeyKind::Account).map(AllowedAccount::Key),
    })
}

fn keys<T>(
    uses: &[String],
    read: impl Fn(&str) -> Result<T, CliError>,
) -> Result<Vec<T>, CliError> {
    list::items(uses)?
        .iter()
        .filter(|value| !value.is_empty())
        .map(|value| read(value))
        .collect()
}

fn key(app: &App, value: &str, kind: KeyKind) -> Result<PublicKey, CliError> {
    Ok(material(app, value, kind)?.public_key())
}
