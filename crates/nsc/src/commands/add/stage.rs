//! Signing, judging and staging new entities.

use nsc_core::claims::{AccountClaims, OperatorClaims, UserClaims};
use nsc_core::creds;
use nsc_core::edit::{Issuer, NewUser, SYSTEM_USER, system_account};
use nsc_core::jwt;
use nsc_core::keys::{KeyKind, PublicKey, Seed};
use nsc_core::sign::Signer;
use nsc_store::{SignerError, StoreError, Stored, StoredAccount, StoredUser, Transaction, Wanted};
use zeroize::Zeroizing;

use super::result::{AddedAccount, AddedUser};
use crate::app::App;
use crate::args::SubjectKey;
use crate::args::key::generated;
use crate::error::CliError;
use crate::judge;
use crate::ui::Step;
use crate::ui::text::home_path;

/// An entity that is staged, what to tell about it, and how.
pub(crate) struct Staged<C, R> {
    pub(crate) stored: Stored<C>,
    pub(crate) result: R,
    pub(crate) steps: Vec<Step>,
}

/// Signs an operator and stages it.
pub(crate) fn operator(
    app: &App,
    tx: &mut Transaction<'_>,
    mut claims: OperatorClaims,
    signer: &dyn Signer,
) -> Result<Vec<Step>, CliError> {
    let mut steps = judge::operator(app, &claims)?;
    let token = jwt::encode(&mut claims, signer, app.now())?;
    tx.put_operator(&token)?;
    let (name, key) = (&claims.name, &claims.sub);
    steps.push(Step::ok(format!("added operator `{name}` ({key})")));
    Ok(steps)
}

/// Signs a new account and stages it with its key.
pub(crate) fn account(
    app: &App,
    tx: &mut Transaction<'_>,
    mut claims: AccountClaims,
    key: &SubjectKey,
    signer: &dyn Signer,
) -> Result<Staged<AccountClaims, AddedAccount>, CliError> {
    let warnings = judge::account(app, &claims)?;
    let token = jwt::encode(&mut claims, signer, app.now())?;
    let stored = tx.add_account(&token)?;
    let mut steps: Vec<Step> = key.store(tx)?.into_iter().collect();
    steps.extend(warnings);
    steps.push(Step::ok(format!(
        "added account `{}` ({})",
        claims.name, claims.sub
    )));
    let result = AddedAccount {
        name: claims.name.clone(),
        public_key: claims.sub.clone(),
        issuer: claims.iss.clone(),
        operator: tx.store()?.folder().to_owned(),
        signing_keys: claims.nats.signing_keys.keys().map(str::to_owned).collect(),
        changes: Vec::new(),
    };
    Ok(Staged {
        stored,
        result,
        steps,
    })
}

/// Signs a new user and stages it with its key and, where its seed is stored, its creds.
pub(crate) fn user(
    app: &App,
    tx: &mut Transaction<'_>,
    account: &StoredAccount,
    new: &NewUser,
    key: &SubjectKey,
    signer: &dyn Signer,
) -> Result<Staged<UserClaims, AddedUser>, CliError> {
    let issuer_key = signer.public_key();
    let issuer = Issuer::of(&account.claims, &issuer_key).map_err(refused)?;
    let mut claims = new.claims(&key.public_key(), &issuer).map_err(refused)?;
    let warnings = judge::user(app, &claims, issuer.scope())?;
    let changes = new.changes();
    let token = jwt::encode(&mut claims, signer, app.now())?;
    let stored = tx.add_user(account, &token)?;
    let mut steps: Vec<Step> = key.store(tx)?.into_iter().collect();
    steps.extend(warnings);
    steps.extend(Step::changes(&changes));
    steps.extend(judge::signed_user(app, &account.claims, &claims, &token));
    steps.push(Step::ok(format!(
        "added user `{}` ({}) to account `{}`",
        new.name, claims.sub, account.name
    )));
    let creds = stage_creds(app, tx, &stored, account, key, &mut steps)?;
    let result = AddedUser {
        name: new.name.clone(),
        public_key: claims.sub.clone(),
        account: account.name.clone(),
        issuer: claims.iss.clone(),
        role: issuer.scope().map(|scope| scope.role.clone()),
        creds,
        changes,
    };
    Ok(Staged {
        stored,
        result,
        steps,
    })
}

/// Stages the creds file of a user whose seed is stored, or is about to be.
fn stage_creds(
    app: &App,
    tx: &mut Transaction<'_>,
    user: &StoredUser,
    account: &StoredAccount,
    key: &SubjectKey,
    steps: &mut Vec<Step>,
) -> Result<Option<String>, CliError> {
    let Some(seed) = kept_seed(tx, key)? else {
        steps.push(Step::ok(format!(
            "no creds file: the seed of user `{}` is not stored",
            user.name
        )));
        return Ok(None);
    };
    let text = creds::format_creds(&user.token, &seed).map_err(refused)?;
    let path = tx.put_creds(&account.name, &user.name, text)?;
    let shown = home_path(&path, app.env.home());
    steps.push(Step::ok(format!("stored creds file `{shown}`")));
    Ok(Some(path.display().to_string()))
}

/// The seed that the keystore has, or will have.
fn kept_seed(
    tx: &Transaction<'_>,
    key: &SubjectKey,
) -> Result<Option<Zeroizing<String>>, CliError> {
    Ok(match key {
        SubjectKey::Generated(seed) => Some(seed.expose()),
        SubjectKey::Given(_) => tx
            .keystore()
            .seed(&key.public_key())?
            .map(|seed| seed.expose()),
    })
}

/// The system account and its user, with all their keys.
pub(crate) struct System {
    pub(crate) account: AddedAccount,
    pub(crate) user: AddedUser,
    pub(crate) steps: Vec<Step>,
}

/// Keys of a system account that is about to be made.
pub(crate) struct SystemKeys {
    identity: Seed,
    signing: Seed,
}

impl SystemKeys {
    /// Makes them.
    pub(crate) fn generate(app: &App) -> Result<Self, CliError> {
        Ok(Self {
            identity: app.new_key(KeyKind::Account)?,
            signing: app.new_key(KeyKind::Account)?,
        })
    }

    /// The identity of the account.
    pub(crate) fn public_key(&self) -> PublicKey {
        self.identity.public_key()
    }

    /// Stages account and user.
    pub(crate) fn stage(
        self,
        app: &App,
        tx: &mut Transaction<'_>,
        signer: &dyn Signer,
    ) -> Result<System, CliError> {
        let claims = system_account(&self.identity.public_key(), &self.signing.public_key());
        tx.put_key(&self.signing)?;
        let mut steps = vec![generated("account signing", &self.signing.public_key())];
        let key = SubjectKey::Generated(self.identity);
        let account = account(app, tx, claims, &key, signer)?;
        let new = NewUser {
            name: SYSTEM_USER.to_owned(),
            ..NewUser::default()
        };
        let key = SubjectKey::Generated(app.new_key(KeyKind::User)?);
        let user = user(app, tx, &account.stored, &new, &key, &self.signing)?;
        steps.extend(account.steps);
        steps.extend(user.steps);
        Ok(System {
            account: account.result,
            user: user.result,
            steps,
        })
    }
}

/// An account of a strict operator needs a signing key before it can have users.
pub(crate) fn no_signing_key(account: &str) -> CliError {
    let wanted = Wanted::UserToken;
    let error: StoreError = SignerError::NoSigningKey { wanted }.into();
    CliError::from(error).hint(format!("nsc edit account {account} --sk generate"))
}

/// A refusal by a rule of the core.
pub(crate) fn refused(error: impl std::error::Error) -> CliError {
    CliError::wrap(crate::error::Kind::Failed, &error)
}
