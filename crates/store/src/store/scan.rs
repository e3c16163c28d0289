//! Reading many accounts and users: with all cores, and signatures checked together.

use std::path::{Path, PathBuf};

use nsc_core::claims::{Account, Body, Claims, User};
use nsc_core::jwt::{self, Typed};

use super::{OperatorStore, Stored, StoredAccount, StoredUser};
use crate::changeset::Version;
use crate::error::StoreError;
use crate::files::Files;
use crate::{layout, token, write};

/// What is made of each account and its users while a store is read.
///
/// Nothing of a token is kept but what the visitor keeps, so that memory follows the results and not the store.
pub trait Visitor: Sync {
    /// What is made of an account before its users are read.
    type Account: Send + Sync;
    /// What is made of a user.
    type User: Send;
    /// What is made of an account with its users.
    type Output: Send;

    /// An account was read, or could not be.
    fn account(&self, name: &str, account: Result<StoredAccount, StoreError>) -> Self::Account;

    /// Whether the account's users are wanted.
    fn wants_users(&self, account: &Self::Account) -> bool;

    /// A user was read, or could not be. One that was removed while the account was read is
    /// [`StoreError::NotFound`].
    fn user(
        &self,
        account: &Self::Account,
        name: &str,
        user: Result<StoredUser, StoreError>,
    ) -> Self::User;

    /// All wanted users were read, in the order of their names; or it could not be found out who they are.
    fn finish(
        &self,
        account: Self::Account,
        users: Result<Vec<Self::User>, StoreError>,
    ) -> Self::Output;
}

/// Above this number the users of one group of accounts are worth all cores.
const MANY_USERS: usize = 4_096;

impl OperatorStore {
    /// Reads accounts and their users, and returns what the visitor made of each account, in the order given.
    pub fn scan<V: Visitor>(&self, accounts: &[String], visitor: &V) -> Vec<V::Output> {
        write::map_groups(accounts, |group| self.scan_group(group, visitor))
    }

    fn scan_group<V: Visitor>(&self, names: &[String], visitor: &V) -> Vec<V::Output> {
        let places = names.iter().map(|name| (self.account_path(name), name));
        let accounts: Vec<V::Account> = load_many::<Account>(self.files(), places)
            .zip(names)
            .map(|(account, name)| {
                let account = account.and_then(|found| found.ok_or_else(|| self.no_account(name)));
                visitor.account(name, account)
            })
            .collect();
        let mut jobs = Vec::new();
        let mut lists: Vec<Result<Vec<V::User>, StoreError>> = Vec::with_capacity(names.len());
        for (n, account) in accounts.iter().enumerate() {
            let users = if visitor.wants_users(account) {
                self.user_files(&names[n])
            } else {
                Ok(Vec::new())
            };
            lists.push(users.map(|users| {
                let list = Vec::with_capacity(users.len());
                jobs.extend(users.into_iter().map(|user| Job { account: n, user }));
                list
            }));
        }
        let read = |jobs: &[Job]| self.scan_users(names, &accounts, jobs, visitor);
        let users = if jobs.len() > MANY_USERS {
            write::map_groups(&jobs, read)
        } else {
            jobs.chunks(write::GROUP).flat_map(read).collect()
        };
        for (job, user) in jobs.iter().zip(users) {
            if let Ok(list) = &mut lists[job.account] {
                list.push(user);
            }
        }
        let finish = |(account, users)| visitor.finish(account, users);
        accounts.into_iter().zip(lists).map(finish).collect()
    }

    fn scan_users<V: Visitor>(
        &self,
        names: &[String],
        accounts: &[V::Account],
        jobs: &[Job],
        visitor: &V,
    ) -> Vec<V::User> {
        let places = jobs.iter().map(|job| {
            let path = self.user_path(&names[job.account], &job.user);
            (path, &job.user)
        });
        load_many::<User>(self.files(), places)
            .zip(jobs)
            .map(|(user, job)| {
                let user = user.and_then(|found| {
                    found.ok_or_else(|| StoreError::no_user(&names[job.account], &job.user))
                });
                visitor.user(&accounts[job.account], &job.user, user)
            })
            .collect()
    }

    /// Reads tokens of one kind by the names of their files, with all cores; those that are gone are `None`.
    pub(super) fn load_all<B: Body + Typed, R: Send>(
        &self,
        names: &[String],
        path: impl Fn(&str) -> PathBuf + Sync,
        make: impl Fn(Result<Option<Stored<Claims<B>>>, StoreError>) -> R + Sync,
    ) -> Vec<R> {
        write::map_groups(names, |group| {
            let places = group.iter().map(|name| (path(name), name));
            load_many::<B>(self.files(), places).map(&make).collect()
        })
    }

    /// Names of the users in an account's folder, sorted; opens no token.
    pub(super) fn user_files(&self, account: &str) -> Result<Vec<String>, StoreError> {
        let files = super::entries(self.files(), &layout::users_dir(self.dir(), account))?;
        let mut users: Vec<String> = files
            .iter()
            .filter_map(|file| file.strip_suffix(layout::JWT))
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        // The ending sorts differently than the end of a name.
        users.sort();
        Ok(users)
    }
}

/// A user of an account of the group.
struct Job {
    account: usize,
    user: String,
}

/// A file that was read.
struct Content {
    path: PathBuf,
    name: String,
    token: String,
    version: Version,
}

impl Content {
    fn read(files: &Files, path: &Path, name: &str) -> Result<Option<Self>, StoreError> {
        let content = files.read(path)?;
        Ok(content.map(|content| Self {
            path: path.to_owned(),
            name: name.to_owned(),
            token: token::text(&content),
            version: Version::Content(write::digest(&content)),
        }))
    }
}

/// Reads a handful of files with tokens of one kind.
fn load_many<'a, B: Body + Typed>(
    files: &Files,
    places: impl Iterator<Item = (PathBuf, &'a String)>,
) -> impl Iterator<Item = Result<Option<Stored<Claims<B>>>, StoreError>> {
    let contents: Vec<_> = places
        .map(|(path, name)| Content::read(files, &path, name))
        .collect();
    let tokens: Vec<&str> = contents
        .iter()
        .flatten()
        .flatten()
        .map(|content| content.token.as_str())
        .collect();
    let mut claims = jwt::decode_many::<B>(&tokens).into_iter();
    contents.into_iter().map(move |content| {
        let Some(content) = content? else {
            return Ok(None);
        };
        let Content {
            path,
            name,
            token,
            version,
        } = content;
        match claims.next().expect("every token was read") {
            Ok(claims) => Ok(Some(Stored {
                path,
                name,
                token,
                version,
                claims,
            })),
            Err(source) => Err(token::error::<B>(&path, source)),
        }
    })
}
