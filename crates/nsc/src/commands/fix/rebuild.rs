//! Writing what was found as stores and keystore.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use nsc_core::claims::{AccountClaims, OperatorClaims, UserClaims};
use nsc_core::creds;
use nsc_store::salvage::{Found, FoundToken};
use nsc_store::{Committed, Keystore, OperatorStore, StoreInfo, StoredAccount, Transaction, names};

use super::FixedOperator;
use crate::app::App;
use crate::error::CliError;
use crate::ui::Step;

/// Stores in the making.
pub(super) struct Rebuild<'a> {
    pub(super) app: &'a App,
    pub(super) found: &'a Found,
    /// Users by the account that they name.
    pub(super) users: &'a HashMap<&'a str, Vec<&'a FoundToken<UserClaims>>>,
    pub(super) stores: PathBuf,
    pub(super) keystore: Keystore,
    pub(super) steps: Vec<Step>,
    pub(super) committed: Vec<Committed>,
    pub(super) used: Used,
}

/// What of the finds has got its place.
#[derive(Default)]
pub(super) struct Used {
    accounts: HashSet<String>,
    users: HashSet<String>,
    pub(super) keys: usize,
}

impl<'a> Rebuild<'a> {
    /// The operators by the names of their stores.
    pub(super) fn named_operators(&mut self) -> BTreeMap<String, &'a FoundToken<OperatorClaims>> {
        let mut named: BTreeMap<String, &FoundToken<OperatorClaims>> = BTreeMap::new();
        for operator in self.found.operators.values() {
            let name = self.store_name(&operator.claims);
            let problem = match names::check(&name) {
                Err(error) => format!("operator name `{}`: {error}", name.escape_debug()),
                Ok(()) => match named.entry(name) {
                    Entry::Vacant(place) => {
                        place.insert(operator);
                        continue;
                    }
                    Entry::Occupied(taken) => {
                        format!("another operator is named `{}`, too", taken.key())
                    }
                },
            };
            self.skip(operator, &problem);
        }
        named
    }

    /// Operators of services have long names; their stores are called as the services are known.
    fn store_name(&self, operator: &OperatorClaims) -> String {
        let server = operator.nats.account_server_url.trim_end_matches('/');
        if !operator.name.contains(' ') || server.is_empty() {
            return operator.name.clone();
        }
        let known = self.app.env.well_known_operators();
        let same = known.into_iter().find(|known| {
            let url = known.url.trim_end_matches('/');
            url == server || url.strip_suffix("/operator") == Some(server)
        });
        same.map_or_else(|| operator.name.clone(), |known| known.name)
    }

    /// Whether there is something of that name.
    pub(super) fn is_taken(&self, name: &str) -> bool {
        OperatorStore::open(&self.stores, name).is_ok() || self.stores.join(name).exists()
    }

    /// Makes the store of one operator, with all that belongs to it.
    pub(super) fn operator(
        &mut self,
        name: &str,
        operator: &FoundToken<OperatorClaims>,
    ) -> Result<FixedOperator, CliError> {
        let claims = &operator.claims;
        let own = || [&claims.sub].into_iter().chain(&claims.nats.signing_keys);
        let managed = !own().any(|key| self.found.seed(key).is_some());
        let info = StoreInfo {
            managed,
            name: name.to_owned(),
        };
        let options = self.app.begin_options("fix");
        let mut tx = Transaction::create_operator(&self.stores, info, &self.keystore, &options)?;
        tx.put_operator(&operator.token)?;
        let mut fixed = FixedOperator {
            name: name.to_owned(),
            public_key: claims.sub.clone(),
            managed,
            accounts: 0,
            users: 0,
            keys: self.keys(&mut tx, own().map(String::as_str))?,
            creds: 0,
        };
        for account in self.found.accounts_of(claims) {
            self.account(&mut tx, account, &mut fixed)?;
        }
        self.used.keys += fixed.keys;
        self.committed.push(tx.commit()?);
        Ok(fixed)
    }

    fn account(
        &mut self,
        tx: &mut Transaction<'_>,
        account: &FoundToken<AccountClaims>,
        fixed: &mut FixedOperator,
    ) -> Result<(), CliError> {
        let claims = &account.claims;
        self.used.accounts.insert(claims.sub.clone());
        let stored = match tx.add_account(&account.token) {
            Ok(stored) => stored,
            Err(error) => {
                self.skip(account, &CliError::from(error).on_one_line());
                return Ok(());
            }
        };
        fixed.accounts += 1;
        let keys = [claims.sub.as_str()]
            .into_iter()
            .chain(claims.nats.signing_keys.keys())
            .chain([claims.nats.authorization.xkey.as_str()]);
        fixed.keys += self.keys(tx, keys)?;
        let users = self.users.get(claims.sub.as_str());
        for user in users.into_iter().flatten() {
            self.user(tx, &stored, user, fixed)?;
        }
        Ok(())
    }

    fn user(
        &mut self,
        tx: &mut Transaction<'_>,
        account: &StoredAccount,
        user: &FoundToken<UserClaims>,
        fixed: &mut FixedOperator,
    ) -> Result<(), CliError> {
        self.used.users.insert(user.claims.sub.clone());
        let stored = match tx.add_user(account, &user.token) {
            Ok(stored) => stored,
            Err(error) => {
                self.skip(user, &CliError::from(error).on_one_line());
                return Ok(());
            }
        };
        fixed.users += 1;
        if let Some(seed) = self.found.seed(&user.claims.sub) {
            tx.put_key(seed)?;
            fixed.keys += 1;
            match creds::format_creds(&user.token, &seed.expose()) {
                Ok(text) => {
                    tx.put_creds(&account.name, &stored.name, text)?;
                    fixed.creds += 1;
                }
                Err(error) => self.skip(user, &error.to_string()),
            }
        }
        Ok(())
    }

    /// Stages those of the keys that were found.
    fn keys<'k>(
        &self,
        tx: &mut Transaction<'_>,
        keys: impl Iterator<Item = &'k str>,
    ) -> Result<usize, CliError> {
        let mut count = 0;
        for seed in keys.filter_map(|key| self.found.seed(key)) {
            tx.put_key(seed)?;
            count += 1;
        }
        Ok(count)
    }

    /// Accounts and users that belong to nobody.
    pub(super) fn tell_left_behind(&mut self) {
        for account in self.found.accounts.values() {
            if !self.used.accounts.contains(&account.claims.sub) {
                let issuer = &account.claims.iss;
                self.skip(
                    account,
                    &format!("its issuer `{issuer}` is no operator that was found"),
                );
            }
        }
        for user in self.found.users.values() {
            if !self.used.users.contains(&user.claims.sub) {
                let account = user.claims.account();
                self.skip(user, &format!("its account `{account}` was not found"));
            }
        }
    }

    /// What was told so far.
    pub(super) fn texts(&self) -> Vec<String> {
        self.steps.iter().map(|step| step.text.clone()).collect()
    }

    fn skip<C>(&mut self, token: &FoundToken<C>, why: &str) {
        let path = token.path.display();
        self.steps
            .push(Step::warning(format!("skipped `{path}`: {why}")));
    }
}
