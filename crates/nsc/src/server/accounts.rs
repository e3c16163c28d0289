//! Accounts of the store on their way to servers and configurations.

use std::num::NonZero;
use std::thread;

use nsc_core::time::UnixTime;
use nsc_core::validate::Level;
use nsc_resolver::AccountToken;
use nsc_store::{OperatorStore, StoreError, StoredAccount, StoredOperator};

use crate::ui::progress::Work;

/// Reads all accounts, sorted by name, on all cores.
///
/// # Errors
/// The first one that cannot be read.
pub fn load_accounts(store: &OperatorStore) -> Result<Vec<StoredAccount>, StoreError> {
    let names = store.accounts()?;
    let _reading = Work::begin("reading accounts");
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let chunk = names.len().div_ceil(cores).max(MIN_CHUNK);
    thread::scope(|scope| {
        let load = |names: &[String]| -> Result<Vec<_>, StoreError> {
            names.iter().map(|name| store.account(name)).collect()
        };
        let running: Vec<_> = names
            .chunks(chunk)
            .map(|names| scope.spawn(move || load(names)))
            .collect();
        let mut accounts = Vec::with_capacity(names.len());
        for part in running {
            accounts.extend(part.join().expect("reading an account does not panic")?);
        }
        Ok(accounts)
    })
}

/// Fewer accounts than this are not worth a thread.
const MIN_CHUNK: usize = 32;

/// An account as it goes to servers.
pub fn account_token(account: &StoredAccount) -> AccountToken {
    AccountToken {
        id: account.claims.sub.clone(),
        name: account.name.clone(),
        token: account.token.clone(),
    }
}

/// Why servers would not take or not use the account; nothing when all is well.
///
/// In a managed store accounts are signed by themselves, until the operator's account server signs
/// them.
pub fn problems(
    account: &StoredAccount,
    operator: &StoredOperator,
    managed: bool,
    now: UnixTime,
) -> Vec<String> {
    let issues = account.claims.validate(now);
    let mut problems: Vec<String> = issues
        .iter()
        .filter(|issue| issue.level != Level::Warning)
        .map(ToString::to_string)
        .collect();
    let issuer = account.claims.iss.as_str();
    if !managed && !operator.claims.account_signers().any(|key| key == issuer) {
        problems.push(format!(
            "it was signed by `{issuer}`, which is no key that signs for operator `{}`",
            operator.name
        ));
    }
    problems
}

/// What is worth knowing of an account that can be pushed.
pub fn near_limit(account: &StoredAccount) -> Option<String> {
    let length = account.token.len();
    (length > MAX_PAYLOAD / 10 * 9).then(|| {
        format!("its JWT has {length} bytes; servers take {MAX_PAYLOAD} at most (max_payload)")
    })
}

/// The largest message of a server, unless configured otherwise, in bytes.
const MAX_PAYLOAD: usize = 1 << 20;
