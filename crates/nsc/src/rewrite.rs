//! Signing changed accounts and users, and staging them in place of what there was.

use nsc_core::claims::{AccountClaims, OperatorClaims};
use nsc_core::keys::PublicKey;
use nsc_core::{creds, jwt};
use nsc_store::{Keystore, SignerQuery, StoredAccount, StoredUser, Transaction, Wanted};

use crate::app::App;
use crate::args::signer;
use crate::error::{CliError, Kind};
use crate::managed::{self, Exchange};
use crate::ui::Step;
use crate::ui::text::home_path;

/// Which key signs a changed JWT where `-K` does not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefer {
    /// The best of those that may sign.
    Best,
    /// The one that signed the JWT before, if it still may.
    Issuer,
}

/// Signs a changed account with the right key, stages it, and exchanges it with the account server of
/// a managed store. Its claims are judged before.
///
/// Nothing may be staged after it that could still be refused. `told` are the steps so far.
///
/// # Errors
/// When no key that may sign is at hand, or the account cannot be stored; with `--strict`, a warning in `told`.
pub fn account(
    app: &App,
    tx: &mut Transaction<'_>,
    operator: &OperatorClaims,
    before: &StoredAccount,
    prefer: Prefer,
    mut claims: AccountClaims,
    told: &[Step],
) -> Result<Exchange, CliError> {
    let keystore = tx.keystore().clone();
    let query = account_query(app, &keystore, tx, operator, before, prefer)?;
    let mut typed = None;
    let signer = signer::choose(app, query, &mut typed)?;
    let token = jwt::encode(&mut claims, &signer, app.now())?;
    let staged = tx.put_account(&token)?;
    managed::exchange(app, tx, operator, staged, told)
}

/// What the choice of an account's signer depends on.
///
/// # Errors
/// When the transaction has no store.
pub fn account_query<'a>(
    app: &'a App,
    keystore: &'a Keystore,
    tx: &Transaction<'_>,
    operator: &'a OperatorClaims,
    account: &'a StoredAccount,
    prefer: Prefer,
) -> Result<SignerQuery<'a>, CliError> {
    let issuer = account.claims.iss.as_str();
    Ok(SignerQuery {
        wanted: Wanted::AccountToken,
        env: &app.env,
        keystore,
        operator,
        managed: tx.store()?.is_managed(),
        account: Some(&account.claims),
        private_key: app.private_key(),
        previous_issuer: (prefer == Prefer::Issuer).then_some(issuer),
        fresh: &[],
    })
}

/// Brings the creds file of a staged user up to date where the user's seed is stored; tells its path.
///
/// # Errors
/// When the creds cannot be made or staged.
pub fn creds(
    app: &App,
    tx: &mut Transaction<'_>,
    account: &str,
    user: &StoredUser,
    steps: &mut Vec<Step>,
) -> Result<Option<String>, CliError> {
    let key = PublicKey::parse(&user.claims.sub)?;
    let seed = match tx.keystore().seed(&key) {
        Ok(Some(seed)) => seed,
        Ok(None) => return Ok(None),
        Err(error) => {
            steps.push(Step::warning(format!("no creds file was written: {error}")));
            return Ok(None);
        }
    };
    let text = creds::format_creds(&user.token, &seed.expose())
        .map_err(|error| CliError::wrap(Kind::Failed, &error))?;
    let path = tx.put_creds(account, &user.name, text)?;
    let shown = home_path(&path, app.env.home());
    steps.push(Step::ok(format!("updated creds file `{shown}`")));
    Ok(Some(path.display().to_string()))
}
