//! Finding the accounts that take something from another one.

use nsc_core::claims::AccountClaims;
use nsc_core::jwt;

use crate::error::StoreError;
use crate::store::OperatorStore;
use crate::{token, write};

impl OperatorStore {
    /// The accounts that import from the account with this identity key, sorted by their names on disk: a quick look
    /// at each, and only those that may fit are decoded. Accounts that cannot be read are passed over.
    pub fn importers(&self, key: &str) -> Result<Vec<AccountClaims>, StoreError> {
        let names = self.accounts()?;
        let found = write::map_parallel(&names, |name| {
            let content = self.files().read(&self.account_path(name)).ok().flatten()?;
            if !jwt::mentions(&token::text(&content), key) {
                return None;
            }
            let account = self.account_by_name(name).ok().flatten()?.claims;
            let imports = account.imports().any(|import| import.account == key);
            imports.then_some(account)
        });
        Ok(found.into_iter().flatten().collect())
    }
}
