//! Finding the names of several accounts at once.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::StoreError;
use crate::store::OperatorStore;
use crate::token::{self, Peek};
use crate::write;

impl OperatorStore {
    /// Names of the accounts with these identity keys, by key: a quick look at each account, and only those that fit
    /// are decoded. Accounts that cannot be read are passed over.
    pub fn account_names(
        &self,
        keys: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, String>, StoreError> {
        if keys.is_empty() {
            return Ok(BTreeMap::new());
        }
        let names = self.accounts()?;
        let fits = write::map_parallel(&names, |name| {
            let content = self.files().read(&self.account_path(name)).ok().flatten();
            let peek = content.and_then(|content| Peek::read(&token::text(&content)));
            peek.is_some_and(|peek| keys.contains(&peek.sub))
        });
        let mut found = BTreeMap::new();
        for (name, _) in names.into_iter().zip(fits).filter(|(_, fits)| *fits) {
            if let Ok(Some(account)) = self.account_by_name(&name)
                && keys.contains(&account.claims.sub)
            {
                found.insert(account.claims.sub, name);
            }
        }
        Ok(found)
    }
}
