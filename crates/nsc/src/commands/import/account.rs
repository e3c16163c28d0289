//! `nsc import account`.

use std::path::PathBuf;

use nsc_core::claims::{Account as AccountBody, AccountClaims};
use nsc_core::{creds, jwt};
use nsc_store::{SignerQuery, StoredOperator, Transaction, Wanted, layout};
use schemars::JsonSchema;
use serde::Serialize;

use super::foreign;
use crate::app::App;
use crate::args::signer;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::managed;
use crate::strict;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Account {
    /// File with the account JWT, bare or decorated; its name ends in .jwt
    #[arg(short = 'j', long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// Replace the account of that name, if it has the same key
    #[arg(long)]
    overwrite: bool,

    /// Take over an account of another operator: sign it anew
    #[arg(long)]
    force: bool,

    /// Import it although it has expired, or is not valid for another reason
    #[arg(long)]
    skip: bool,
}

impl Account {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let (path, text) = foreign::read(app, "account", self.file.take(), &[layout::JWT])?;
        let context = app.context()?;
        let store = context.operator_store()?;
        let options = app.begin_options("import account");
        let mut tx = store.begin(&context.keystore(), &options)?;
        let token = creds::read_jwt(&text);
        let claims = jwt::decode_as::<AccountBody>(token).map_err(|error| {
            CliError::failed(format!("`{}` holds no usable account JWT", path.display()))
                .about(EntityKind::File, path.display().to_string())
                .caused_by(&error)
        })?;
        let report = self.import(app, &mut tx, token, claims)?;
        strict::commit(app, tx, report)
    }

    fn import(
        &self,
        app: &App,
        tx: &mut Transaction<'_>,
        token: &str,
        claims: AccountClaims,
    ) -> Result<Report, CliError> {
        let operator = tx.operator()?;
        let what = format!("account `{}`", claims.name);
        let mut steps = foreign::settle(&what, &claims.validate(app.now()), self.skip)?;
        let existing = tx.account_by_name(&claims.name)?;
        if let Some(stored) = &existing {
            let (stored, given) = (&stored.claims.sub, &claims.sub);
            foreign::check_existing("account", &claims.name, stored, given, self.overwrite)?;
        }
        let token = self.token(app, tx, &operator, token, claims.clone())?;
        let staged = tx.put_account(&token)?;
        let exchange = managed::exchange(app, tx, &operator.claims, staged, &steps)?;
        let account = exchange.account.clone();
        let resigned = account.claims.iss != claims.iss;
        steps.push(Step::ok(match (existing.is_some(), resigned) {
            (_, true) => format!("imported {what}, signed by the operator"),
            (true, false) => format!("replaced {what}"),
            (false, false) => format!("imported {what}"),
        }));
        let report = Report::new(Imported {
            name: account.name,
            public_key: account.claims.sub,
            issuer: account.claims.iss,
            resigned,
            replaced: existing.is_some(),
        });
        Ok(exchange.report(report.with_steps(steps)))
    }

    /// The token to store: as it came when the operator issued it, else signed anew.
    fn token(
        &self,
        app: &App,
        tx: &Transaction<'_>,
        operator: &StoredOperator,
        token: &str,
        mut claims: AccountClaims,
    ) -> Result<String, CliError> {
        let is_ours = operator
            .claims
            .account_signers()
            .any(|key| key == claims.iss);
        if tx.store()?.is_managed() {
            return if is_ours {
                Ok(token.to_owned())
            } else {
                Err(not_ours(operator, &claims, true))
            };
        }
        let keystore = tx.keystore().clone();
        let query = SignerQuery {
            wanted: Wanted::AccountToken,
            env: &app.env,
            keystore: &keystore,
            operator: &operator.claims,
            managed: false,
            account: None,
            private_key: app.private_key(),
            previous_issuer: None,
            fresh: &[],
        };
        let mut typed = None;
        let signer = signer::choose(app, query, &mut typed)?;
        if is_ours {
            return Ok(token.to_owned());
        }
        if !claims.is_self_signed() && !self.force {
            return Err(not_ours(operator, &claims, false));
        }
        Ok(jwt::encode(&mut claims, &signer, app.now())?)
    }
}

fn not_ours(operator: &StoredOperator, claims: &AccountClaims, managed: bool) -> CliError {
    let (name, operator) = (&claims.name, &operator.name);
    let error = CliError::failed(format!(
        "account `{name}` was issued by `{}`, which is no key of operator `{operator}`",
        claims.iss
    ))
    .about(EntityKind::Account, name.to_string());
    if managed {
        error.hint("let the operator sign it: it imports the JWT and sends it back")
    } else {
        error.hint("use `--force` to sign it anew")
    }
}

/// An account that is stored now.
#[derive(JsonSchema, Serialize)]
pub(super) struct Imported {
    /// Its name.
    name: String,
    /// Identity key.
    public_key: String,
    /// The key that signed what is stored.
    issuer: String,
    /// Whether it was signed anew.
    resigned: bool,
    /// Whether it took the place of another JWT.
    replaced: bool,
}

/// The steps say it all to people.
impl Show for Imported {
    fn show(&self, _page: &mut Page) {}
}
