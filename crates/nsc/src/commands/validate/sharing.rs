//! What the accounts of the store say of each other's imports.

use std::collections::BTreeSet;

use nsc_core::claims::AccountClaims;
use nsc_core::time::UnixTime;
use nsc_core::validate::Issues;
use nsc_core::validate::across::Exporters;
use nsc_store::{OperatorStore, StoreError};

/// What keeps the imports of each of these accounts from working; `all` of the store stand there, or some.
///
/// Each account that exports something is read and sorted once, whoever imports from it.
pub(super) fn judge(
    store: &OperatorStore,
    accounts: &[Option<AccountClaims>],
    all: bool,
    now: UnixTime,
) -> Result<Vec<Issues>, StoreError> {
    let others = if all {
        Vec::new()
    } else {
        exporting(store, accounts)?
    };
    let exporters: Exporters<'_> = accounts.iter().flatten().chain(&others).collect();
    let issues = accounts.iter().map(|account| match account {
        Some(account) => exporters.judge(account, now),
        None => Issues::default(),
    });
    Ok(issues.collect())
}

/// The accounts that these import from, as far as the store has them.
fn exporting(
    store: &OperatorStore,
    accounts: &[Option<AccountClaims>],
) -> Result<Vec<AccountClaims>, StoreError> {
    let imports = accounts.iter().flatten().flat_map(AccountClaims::imports);
    let keys: BTreeSet<String> = imports.map(|import| import.account.clone()).collect();
    let names = store.account_names(&keys)?;
    // What cannot be read is reported where it is judged itself.
    let read = names
        .values()
        .filter_map(|name| store.account(name).ok())
        .map(|account| account.claims);
    Ok(read.collect())
}
