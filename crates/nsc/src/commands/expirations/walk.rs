//! Reading when everything in a store expires.

use std::sync::Arc;

use nsc_core::claims::User;
use nsc_core::{creds, jwt};
use nsc_store::{Keystore, OperatorStore, StoreError, StoredAccount, StoredUser, Visitor};

use crate::entity::EntityKind;
use crate::error::CliError;
use crate::ui::progress::Work;

/// What expires. There may be very many of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) place: Place,
    /// Its public key.
    pub(super) id: Arc<str>,
    /// Unix seconds; 0 for never.
    pub(super) exp: i64,
}

/// Where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The operator's JWT.
    Operator,
    /// An account's.
    Account(Arc<str>),
    /// That of a user of an account.
    User(Arc<str>, Arc<str>),
    /// In the creds file of a user of an account.
    Creds(Arc<str>, Arc<str>),
}

/// Goes through a store.
pub(super) struct Walk<'a> {
    pub(super) store: &'a OperatorStore,
    pub(super) keystore: &'a Keystore,
    /// Whether an expiry is of interest.
    pub(super) wanted: &'a (dyn Fn(i64) -> bool + Sync),
}

/// Entries, and what could not be read.
type Found = (Vec<Entry>, Vec<CliError>);

impl Walk<'_> {
    /// The operator, then each account with its users and their creds.
    ///
    /// # Errors
    /// When the operator or the folder of accounts cannot be read.
    pub(super) fn run(&self) -> Result<Found, StoreError> {
        let mut all = Found::default();
        let operator = self.store.operator()?.claims;
        let sub = operator.sub.into();
        all.0.extend(self.entry(Place::Operator, sub, operator.exp));
        let _reading = Work::begin("reading accounts and users");
        for (entries, problems) in self.store.scan(&self.store.accounts()?, self) {
            all.0.extend(entries);
            all.1.extend(problems);
        }
        Ok(all)
    }

    fn entry(&self, place: Place, id: Arc<str>, exp: i64) -> Option<Entry> {
        (self.wanted)(exp).then_some(Entry { place, id, exp })
    }

    /// The creds file of a user, which may be older than its JWT.
    fn creds(
        &self,
        account: &Arc<str>,
        name: &Arc<str>,
        user: Option<&StoredUser>,
        id: Option<&Arc<str>>,
    ) -> Result<Option<Entry>, CliError> {
        let operator = self.store.name();
        let Some(text) = self.keystore.creds(operator, account, name)? else {
            return Ok(None);
        };
        let place = Place::Creds(Arc::clone(account), Arc::clone(name));
        let token = creds::read_jwt(&text);
        // Nearly always it is the very token that was just read.
        if let (Some(user), Some(id)) = (user.filter(|user| user.token == token), id) {
            return Ok(self.entry(place, Arc::clone(id), user.claims.exp));
        }
        match jwt::decode_as::<User>(token) {
            Ok(claims) => Ok(self.entry(place, claims.sub.into(), claims.exp)),
            Err(error) => {
                let path = self.keystore.creds_path(operator, account, name);
                let message = format!("`{}` holds no usable user JWT", path.display());
                Err(CliError::failed(message)
                    .about(EntityKind::File, path.display().to_string())
                    .caused_by(&error))
            }
        }
    }
}

/// An account and what was found of it.
pub(super) struct Account {
    name: Arc<str>,
    found: Found,
}

impl Visitor for Walk<'_> {
    type Account = Account;
    type User = Found;
    type Output = Found;

    fn account(&self, name: &str, account: Result<StoredAccount, StoreError>) -> Account {
        let name: Arc<str> = name.into();
        let mut found = Found::default();
        match account {
            Ok(stored) => {
                let place = Place::Account(Arc::clone(&name));
                let entry = self.entry(place, stored.claims.sub.into(), stored.claims.exp);
                found.0.extend(entry);
            }
            Err(error) => found.1.push(error.into()),
        }
        Account { name, found }
    }

    /// The users of a damaged account expire, too.
    fn wants_users(&self, _account: &Account) -> bool {
        true
    }

    fn user(&self, account: &Account, name: &str, user: Result<StoredUser, StoreError>) -> Found {
        let mut found = Found::default();
        let name: Arc<str> = name.into();
        let (user, id) = match user {
            Ok(user) => {
                let id: Arc<str> = user.claims.sub.as_str().into();
                let place = Place::User(Arc::clone(&account.name), Arc::clone(&name));
                let entry = self.entry(place, Arc::clone(&id), user.claims.exp);
                found.0.extend(entry);
                (Some(user), Some(id))
            }
            Err(error) => {
                found.1.push(error.into());
                (None, None)
            }
        };
        match self.creds(&account.name, &name, user.as_ref(), id.as_ref()) {
            Ok(entry) => found.0.extend(entry),
            Err(problem) => found.1.push(problem),
        }
        found
    }

    fn finish(&self, account: Account, users: Result<Vec<Found>, StoreError>) -> Found {
        let mut found = account.found;
        match users {
            Ok(users) => {
                for (entries, problems) in users {
                    found.0.extend(entries);
                    found.1.extend(problems);
                }
            }
            Err(error) => found.1.push(error.into()),
        }
        found
    }
}
