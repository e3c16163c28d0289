//! `nsc import user`.

use std::path::{Path, PathBuf};

use nsc_core::claims::{User as UserBody, UserClaims};
use nsc_core::keys::{KeyKind, PublicKey, Seed};
use nsc_core::{creds, jwt};
use nsc_store::{StoreError, StoredAccount, Transaction, layout};
use schemars::JsonSchema;
use serde::Serialize;

use super::foreign;
use crate::app::App;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::strict;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct User {
    /// File with the user JWT (.jwt), or creds file (.creds), whose seed is stored, too
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,

    /// Replace the user of that name, if it has the same key
    #[arg(long)]
    overwrite: bool,

    /// Import it although it has expired, or is not valid for another reason
    #[arg(long)]
    skip: bool,
}

impl User {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let endings = [layout::JWT, layout::CREDS];
        let (path, text) = foreign::read(app, "user", self.file.take(), &endings)?;
        let token = creds::read_jwt(&text);
        let claims = jwt::decode_as::<UserBody>(token).map_err(|error| {
            CliError::failed(format!("`{}` holds no usable user JWT", path.display()))
                .about(EntityKind::File, path.display().to_string())
                .caused_by(&error)
        })?;
        let seed = seed(&path, &text, &claims)?;
        let context = app.context()?;
        let store = context.operator_store()?;
        let options = app.begin_options("import user");
        let mut tx = store.begin(&context.keystore(), &options)?;
        let report = self.import(app, &mut tx, token, &claims, seed.as_ref())?;
        strict::commit(app, tx, report)
    }

    fn import(
        &self,
        app: &App,
        tx: &mut Transaction<'_>,
        token: &str,
        claims: &UserClaims,
        seed: Option<&Seed>,
    ) -> Result<Report, CliError> {
        let account = account_of(tx, claims)?;
        let what = format!("user `{}`", claims.name);
        let mut steps = foreign::settle(&what, &claims.validate(app.now()), self.skip)?;
        let existing = tx.user_by_name(&account.name, &claims.name)?;
        if let Some(stored) = &existing {
            let (stored, given) = (&stored.claims.sub, &claims.sub);
            foreign::check_existing("user", &claims.name, stored, given, self.overwrite)?;
        }
        let stored = tx.put_user(&account, token)?;
        if let Some(seed) = seed {
            tx.put_key(seed)?;
            steps.push(Step::ok(format!("stored user key `{}`", claims.sub)));
        }
        let done = if existing.is_some() {
            "replaced"
        } else {
            "imported"
        };
        steps.push(Step::ok(format!(
            "{done} {what} of account `{}`",
            account.name
        )));
        let report = Report::new(Imported {
            name: stored.name,
            public_key: claims.sub.clone(),
            account: account.name,
            issuer: claims.iss.clone(),
            key_stored: seed.is_some(),
            replaced: existing.is_some(),
        });
        Ok(report.with_steps(steps))
    }
}

/// The seed that a creds file holds, which must be that of the user.
fn seed(path: &Path, text: &str, claims: &UserClaims) -> Result<Option<Seed>, CliError> {
    if !path.to_string_lossy().ends_with(layout::CREDS) {
        return Ok(None);
    }
    let shown = path.display();
    let seed = creds::read_user_seed(text).map_err(|error| {
        CliError::failed(format!("`{shown}` holds no usable user seed"))
            .about(EntityKind::File, shown.to_string())
            .caused_by(&error)
    })?;
    if seed.public_key().to_text() != claims.sub {
        return Err(CliError::failed(format!(
            "the seed in `{shown}` is not that of user `{}`",
            claims.sub
        ))
        .about(EntityKind::User, claims.sub.to_string()));
    }
    Ok(Some(seed))
}

/// The account that the user says it belongs to. Whether it is right is judged when the user is staged.
fn account_of(tx: &mut Transaction<'_>, claims: &UserClaims) -> Result<StoredAccount, CliError> {
    let missing = || {
        let (user, account) = (&claims.name, claims.account());
        let message = format!("the account of user `{user}` is not in the store: `{account}`");
        CliError::new(Kind::NotFound, message)
            .about(EntityKind::Account, account.to_string())
            .hint("nsc list accounts")
    };
    let key = PublicKey::parse_kind(claims.account(), KeyKind::Account).map_err(|_| missing())?;
    match tx.account(&key.to_text()) {
        Err(StoreError::NotFound { .. }) => Err(missing()),
        found => Ok(found?),
    }
}

/// A user that is stored now.
#[derive(JsonSchema, Serialize)]
pub(super) struct Imported {
    /// Its name.
    name: String,
    /// Its key.
    public_key: String,
    /// Name of its account.
    account: String,
    /// The key that signed it.
    issuer: String,
    /// Whether its seed was stored.
    key_stored: bool,
    /// Whether it took the place of another JWT.
    replaced: bool,
}

/// The steps say it all to people.
impl Show for Imported {
    fn show(&self, _page: &mut Page) {}
}
