//! Staging: what a transaction is going to write and remove.

use std::collections::BTreeMap;
use std::path::PathBuf;

use nsc_core::claims::{Account, AccountClaims, Operator, OperatorClaims, User, UserClaims};
use nsc_core::jwt::AnyClaims;
use nsc_core::keys::{PublicKey, Seed};
use zeroize::Zeroizing;

use super::{Transaction, check_name};
use crate::changeset::{FileKind, Version};
use crate::error::StoreError;
use crate::store::{Stored, StoredAccount, StoredOperator, StoredUser};
use crate::token::{self, Peek};
use crate::{keystore, layout, names, write};

impl Transaction<'_> {
    /// Stages the operator JWT.
    ///
    /// # Errors
    /// [`StoreError::Unacceptable`] when it is no operator JWT with a good signature.
    pub fn put_operator(&mut self, token: &str) -> Result<StoredOperator, StoreError> {
        let claims: OperatorClaims = token::accept::<Operator>(token)?;
        let store = self.store()?;
        let (path, name) = (store.operator_path(), store.folder().to_owned());
        self.put_token(path, name, FileKind::Operator, token, claims)
    }

    /// Stages an account JWT at the place its claim name says, new or in place of an old one.
    ///
    /// # Errors
    /// [`StoreError::Unacceptable`] when it is no account JWT with a good signature; [`StoreError::Name`].
    pub fn put_account(&mut self, token: &str) -> Result<StoredAccount, StoreError> {
        let claims: AccountClaims = token::accept::<Account>(token)?;
        check_name("account", &claims.name)?;
        self.stage_account(token, claims)
    }

    /// Stages a new account JWT.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`] when there is an account of that name, letter case ignored; see [`Self::put_account`].
    pub fn add_account(&mut self, token: &str) -> Result<StoredAccount, StoreError> {
        let claims: AccountClaims = token::accept::<Account>(token)?;
        if let Some(name) = self.account_like(&claims.name)? {
            return Err(StoreError::AlreadyExists {
                what: "account",
                name,
            });
        }
        check_name("account", &claims.name)?;
        self.stage_account(token, claims)
    }

    fn stage_account(
        &mut self,
        token: &str,
        claims: AccountClaims,
    ) -> Result<StoredAccount, StoreError> {
        let name = claims.name.clone();
        let path = self.store()?.account_path(&name);
        if let Some(folders) = &mut self.account_folders {
            folders
                .entry(name.to_lowercase())
                .or_default()
                .push(name.clone());
        }
        self.put_token(path, name, FileKind::Account, token, claims)
    }

    /// The account whose name equals `name` but for letter case; sees what is staged.
    pub fn account_like(&mut self, name: &str) -> Result<Option<String>, StoreError> {
        let folders = match self.account_folders.take() {
            Some(folders) => folders,
            None => self.read_account_folders()?,
        };
        let alike = folders.get(&name.to_lowercase());
        let found = alike
            .into_iter()
            .flatten()
            .find(|name| self.has_account(name))
            .cloned();
        self.account_folders = Some(folders);
        Ok(found)
    }

    /// The names of all account folders by their lower case, staged ones included. Whether one holds an account is
    /// looked at when it is asked for: there may be many thousands.
    fn read_account_folders(&self) -> Result<BTreeMap<String, Vec<String>>, StoreError> {
        let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut add = |name: String| folders.entry(name.to_lowercase()).or_default().push(name);
        for name in self
            .files
            .names(&layout::accounts_dir(self.store()?.dir()))?
        {
            add(name?);
        }
        for (path, _) in self.changes.puts(FileKind::Account) {
            path.file_stem()
                .and_then(|name| name.to_str())
                .into_iter()
                .for_each(|name| add(name.to_owned()));
        }
        Ok(folders)
    }

    fn has_account(&self, name: &str) -> bool {
        let Ok(store) = self.store() else {
            return false;
        };
        match self.changes.staged(&store.account_path(name)) {
            Some(staged) => staged.is_some(),
            None => store.has_account(name),
        }
    }

    /// Stages a user JWT in `account`, new or in place of an old one.
    ///
    /// # Errors
    /// [`StoreError::Unacceptable`] when it is no user JWT with a good signature of a key that the account lists;
    /// [`StoreError::Name`].
    pub fn put_user(
        &mut self,
        account: &StoredAccount,
        token: &str,
    ) -> Result<StoredUser, StoreError> {
        let claims = accept_user(account, token)?;
        self.stage_user(account, token, claims)
    }

    /// Stages a new user JWT.
    ///
    /// # Errors
    /// [`StoreError::AlreadyExists`] when the account has a user of that name; see [`Self::put_user`].
    pub fn add_user(
        &mut self,
        account: &StoredAccount,
        token: &str,
    ) -> Result<StoredUser, StoreError> {
        accept_user(account, token).and_then(|claims| self.stage_new_user(account, token, claims))
    }

    /// Stages many new user JWTs, which are judged with all cores. One that is refused does not concern the others.
    pub fn add_users(
        &mut self,
        account: &StoredAccount,
        tokens: &[&str],
    ) -> Vec<Result<StoredUser, StoreError>> {
        let accepted = write::map_groups(tokens, |group| {
            let claims = token::accept_many::<User>(group).into_iter();
            claims.map(|claims| accepted(account, claims?)).collect()
        });
        let staged = tokens.iter().zip(accepted).map(|(token, claims)| {
            claims.and_then(|claims| self.stage_new_user(account, token, claims))
        });
        staged.collect()
    }

    fn stage_new_user(
        &mut self,
        account: &StoredAccount,
        token: &str,
        claims: UserClaims,
    ) -> Result<StoredUser, StoreError> {
        let path = self.store()?.user_path(&account.name, &claims.name);
        if self.read(&path)?.is_some() {
            return Err(StoreError::AlreadyExists {
                what: "user",
                name: claims.name,
            });
        }
        self.stage_user(account, token, claims)
    }

    fn stage_user(
        &mut self,
        account: &StoredAccount,
        token: &str,
        claims: UserClaims,
    ) -> Result<StoredUser, StoreError> {
        let name = claims.name.clone();
        let path = self.store()?.user_path(&account.name, &name);
        self.put_token(path, name, FileKind::User, token, claims)
    }

    /// Stages a seed with what a keystore needs around it. One that is stored already is fine.
    ///
    /// # Errors
    /// [`StoreError::BadSeedFile`] when the file of that key holds something else.
    pub fn put_key(&mut self, seed: &Seed) -> Result<(), StoreError> {
        let key = seed.public_key();
        let path = self.keystore.key_path(&key);
        if let Some(content) = self.read(&path)? {
            return match keystore::parse_seed(&content) {
                Some(stored) if stored.same_secret(seed) => Ok(()),
                _ => Err(StoreError::BadSeedFile {
                    path,
                    key: key.to_text(),
                }),
            };
        }
        self.changes.folder(self.keystore.keys_dir());
        self.changes.folder(self.keystore.creds_dir());
        if let Some(ignore) = self
            .keystore
            .git_ignore()
            .filter(|path| !self.files.exists(path))
        {
            // Never in place of an existing one, and no reason to fail when another command is faster.
            let content = Zeroizing::new(GIT_IGNORE.as_bytes().to_vec());
            self.changes
                .put(ignore, FileKind::GitIgnore, Version::Any, content);
        }
        let content = Zeroizing::new(seed.expose().as_bytes().to_vec());
        self.changes
            .put(path, FileKind::Key, Version::Absent, content);
        Ok(())
    }

    /// Stages a creds file of this operator. Only users whose seed is (being) stored have one in the keystore.
    pub fn put_creds(
        &mut self,
        account: &str,
        user: &str,
        creds: Zeroizing<String>,
    ) -> Result<PathBuf, StoreError> {
        let path = self.creds_path(account, user)?;
        let base = self.base(&path)?;
        self.changes.put(
            path.clone(),
            FileKind::Creds,
            base,
            Zeroizing::new(creds.as_bytes().to_vec()),
        );
        Ok(path)
    }

    /// Stages the removal of an account JWT and its folders, which go when nothing foreign is in them. Its users are
    /// removed one by one with [`Self::remove_user`].
    pub fn remove_account(&mut self, account: &str) -> Result<(), StoreError> {
        if !names::is_single_component(account) {
            return Err(self.store()?.no_account(account));
        }
        let store = self.store()?.clone();
        let path = store.account_path(account);
        let content = self.read(&path)?.ok_or_else(|| store.no_account(account))?;
        let folders = vec![
            layout::users_dir(store.dir(), account),
            layout::account_dir(store.dir(), account),
        ];
        self.changes
            .remove(path.clone(), FileKind::Account, self.base(&path)?, folders);
        match Peek::read(&token::text(&content)) {
            Some(peek) => self.remember_removed(&peek.sub),
            None => Ok(()),
        }
    }

    /// Stages the removal of a user JWT.
    pub fn remove_user(&mut self, account: &str, user: &str) -> Result<(), StoreError> {
        if ![account, user].into_iter().all(names::is_single_component) {
            return Err(StoreError::no_user(account, user));
        }
        let path = self.store()?.user_path(account, user);
        if self.remove(path, FileKind::User, Vec::new())? {
            Ok(())
        } else {
            Err(StoreError::no_user(account, user))
        }
    }

    /// Stages the removal of a seed, which goes to the [trash](crate::trash) if there is one; `false` when none is
    /// stored. See [`Self::destroy_key`].
    pub fn remove_key(&mut self, key: &PublicKey) -> Result<bool, StoreError> {
        let path = self.keystore.key_path(key);
        let shard = path.parent().map(std::path::Path::to_owned);
        self.remove(path, FileKind::Key, shard.into_iter().collect())
    }

    /// Stages the removal of a creds file; `false` when there is none.
    pub fn remove_creds(&mut self, account: &str, user: &str) -> Result<bool, StoreError> {
        let path = self.creds_path(account, user)?;
        self.remove(path, FileKind::Creds, Vec::new())
    }

    /// Stages `nsc.json`: the last file of a commit, and the last writer wins.
    pub(crate) fn put_config(&mut self, path: PathBuf, text: String) {
        let path = write::follow(&path);
        self.changes.put(
            path,
            FileKind::Config,
            Version::Any,
            Zeroizing::new(text.into_bytes()),
        );
    }

    fn creds_path(&self, account: &str, user: &str) -> Result<PathBuf, StoreError> {
        if !names::is_single_component(account) {
            return Err(self.store()?.no_account(account));
        }
        if !names::is_single_component(user) {
            return Err(StoreError::no_user(account, user));
        }
        Ok(self
            .keystore
            .creds_path(self.store()?.name(), account, user))
    }

    fn put_token<C>(
        &mut self,
        path: PathBuf,
        name: String,
        kind: FileKind,
        token: &str,
        claims: C,
    ) -> Result<Stored<C>, StoreError> {
        let token = token.trim().to_owned();
        let base = self.base(&path)?;
        let version = Version::Content(write::digest(token.as_bytes()));
        self.changes.put(
            path.clone(),
            kind,
            base,
            Zeroizing::new(token.clone().into_bytes()),
        );
        Ok(Stored {
            path,
            name,
            token,
            version,
            claims,
        })
    }
}

/// Judges a user JWT that is to be stored in `account`.
fn accept_user(account: &StoredAccount, token: &str) -> Result<UserClaims, StoreError> {
    accepted(account, token::accept::<User>(token)?)
}

fn accepted(account: &StoredAccount, claims: UserClaims) -> Result<UserClaims, StoreError> {
    check_name("user", &claims.name)?;
    issued_by(account, claims)
}

/// A user belongs to the account whose identity key, or signing key in its name, signed it.
fn issued_by(account: &StoredAccount, claims: UserClaims) -> Result<UserClaims, StoreError> {
    let belongs = claims.account() == account.claims.sub;
    let user = AnyClaims::User(Box::new(claims));
    let signed = account.claims.did_sign(&user);
    match user {
        AnyClaims::User(claims) if signed && belongs => Ok(*claims),
        other => Err(StoreError::Unacceptable {
            what: "user",
            reason: format!(
                "its issuer `{}` is no key of account `{}`",
                other.issuer(),
                account.name
            ),
        }),
    }
}

/// What a keystore keeps out of version control.
const GIT_IGNORE: &str =
    "# private keys and credentials do not belong into version control\n**/*.nk\n**/*.creds\n";
