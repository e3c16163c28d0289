//! `nsc reissue operator`.

use nsc_core::claims::OperatorClaims;
use nsc_core::jwt;
use nsc_core::keys::{KeyKind, Seed};
use nsc_store::{
    ChosenSigner, KeyMaterial, Keystore, SignerError, SignerQuery, StoreError, Transaction, Wanted,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::args::key::material;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::strict;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Operator {
    /// The operator; the current one without it
    #[arg(short, long, value_name = "OPERATOR")]
    name: Option<String>,

    /// Keep the old identity key as a signing key, so that accounts need no new signature
    #[arg(long)]
    convert_to_signing_key: bool,
}

impl Operator {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = match self.name.as_deref().filter(|name| !name.is_empty()) {
            Some(name) => context.open_operator(name)?,
            None => context.operator_store()?,
        };
        let name = store.folder();
        if store.is_managed() {
            let text = format!("operator `{name}` is managed elsewhere: its key is not here");
            return Err(CliError::failed(text).about(EntityKind::Operator, name.to_string()));
        }
        let keystore = context.keystore();
        let mut tx = store.begin(&keystore, &app.begin_options("reissue operator"))?;
        let before = tx.operator()?.claims;
        let strict = before.nats.strict_signing_key_usage;
        if strict && before.nats.signing_keys.is_empty() && !self.convert_to_signing_key {
            let text = format!("operator `{name}` requires signing keys, and there is none");
            return Err(CliError::new(Kind::NoKey, text)
                .about(EntityKind::Operator, name.to_string())
                .hint("nsc edit operator --sk generate")
                .hint("nsc reissue operator --convert-to-signing-key"));
        }
        let (identity, mut steps) = identity(app, &keystore)?;
        let (after, told) = self.operator(app, &mut tx, &before, &identity)?;
        steps.extend(told);
        let accounts = if self.convert_to_signing_key {
            Vec::new()
        } else {
            accounts(app, &mut tx, &before, &after, &identity)?
        };
        steps.extend(accounts.iter().map(|account| {
            let Reissued { name, issuer, .. } = account;
            Step::ok(format!("signed account `{name}` with `{issuer}`"))
        }));
        let report = Report::new(ReissuedOperator {
            name: after.name,
            public_key: after.sub,
            old_public_key: before.sub,
            signing_keys: after.nats.signing_keys,
            accounts,
        });
        strict::commit(app, tx, report.with_steps(steps))
    }

    /// Stages the operator with its new identity.
    fn operator(
        &self,
        app: &App,
        tx: &mut Transaction<'_>,
        before: &OperatorClaims,
        identity: &Seed,
    ) -> Result<(OperatorClaims, Vec<Step>), CliError> {
        let mut claims = before.clone();
        claims.sub = identity.public_key().to_text();
        let mut steps = Vec::new();
        let is_listed = claims.sub == before.sub || before.nats.signing_keys.contains(&before.sub);
        if self.convert_to_signing_key && !is_listed {
            claims.nats.signing_keys.push(before.sub.clone());
            let text = format!("the old identity key `{}` is a signing key now", before.sub);
            steps.push(Step::ok(text));
        }
        tx.put_key(identity)?;
        let token = jwt::encode(&mut claims, identity, app.now())?;
        tx.put_operator(&token)?;
        let (name, key) = (&claims.name, &claims.sub);
        steps.push(Step::ok(format!(
            "operator `{name}` has the identity key `{key}` now"
        )));
        Ok((claims, steps))
    }
}

/// The new identity key: a fresh one, or that of `-K`.
fn identity(app: &App, keystore: &Keystore) -> Result<(Seed, Vec<Step>), CliError> {
    let Some(value) = app.private_key().filter(|value| !value.is_empty()) else {
        let seed = app.new_key(KeyKind::Operator)?;
        let text = format!("generated operator key `{}`", seed.public_key());
        return Ok((seed, vec![Step::ok(text)]));
    };
    let seed = match material(app, value, KeyKind::Operator)? {
        KeyMaterial::Seed(seed) => seed,
        KeyMaterial::Public(key) => keystore
            .seed(&key)?
            .ok_or_else(|| StoreError::from(SignerError::NotStored { key }))?,
    };
    Ok((seed, Vec::new()))
}

/// Signs the accounts anew that the old identity issued; those of signing keys are good as they are.
fn accounts(
    app: &App,
    tx: &mut Transaction<'_>,
    before: &OperatorClaims,
    after: &OperatorClaims,
    identity: &Seed,
) -> Result<Vec<Reissued>, CliError> {
    let names = tx.store()?.accounts()?;
    let keystore = tx.keystore().clone();
    let fresh = [identity];
    let query = SignerQuery {
        wanted: Wanted::AccountToken,
        env: &app.env,
        keystore: &keystore,
        operator: after,
        managed: false,
        account: None,
        private_key: None,
        previous_issuer: None,
        fresh: &fresh,
    };
    let mut signer: Option<ChosenSigner<'_>> = None;
    let mut reissued = Vec::new();
    for name in names {
        let Some(account) = tx.account_by_name(&name)? else {
            continue;
        };
        let mut claims = account.claims;
        if claims.iss != before.sub {
            continue;
        }
        let signer = match &mut signer {
            Some(signer) => signer,
            none => none.insert(query.choose()?),
        };
        let token = jwt::encode(&mut claims, &*signer, app.now())?;
        let stored = tx.put_account(&token)?;
        reissued.push(Reissued {
            name: stored.name,
            public_key: claims.sub,
            issuer: claims.iss,
        });
    }
    Ok(reissued)
}

/// An operator that has another identity key.
#[derive(JsonSchema, Serialize)]
pub(super) struct ReissuedOperator {
    /// Its name.
    name: String,
    /// The new identity key.
    public_key: String,
    /// The identity key before.
    old_public_key: String,
    /// Its signing keys.
    signing_keys: Vec<String>,
    /// The accounts that were signed anew.
    accounts: Vec<Reissued>,
}

/// An account that was signed anew.
#[derive(JsonSchema, Serialize)]
struct Reissued {
    /// Its name.
    name: String,
    /// Its identity key.
    public_key: String,
    /// The key that signed it.
    issuer: String,
}

/// The steps say it all to people.
impl Show for ReissuedOperator {
    fn show(&self, _page: &mut Page) {}
}
