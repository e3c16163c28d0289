//! A throw-away home with keys, tokens and a snapshot of its files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use nsc_core::claims::{AccountClaims, OperatorClaims, UserClaims, UserScope};
use nsc_core::jwt;
use nsc_core::keys::{KeyKind, Seed};
use nsc_core::sign::Signer;
use nsc_core::time::UnixTime;
use nsc_store::{BeginOptions, Environment, Keystore, OperatorStore, StoreInfo, Transaction};
use tempfile::TempDir;

pub(crate) const NOW: i64 = 1_700_000_000;

pub(crate) struct World {
    pub(crate) dir: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.path("stores")
    }

    pub(crate) fn keystore(&self) -> Keystore {
        Keystore::new(self.path("keys"), true)
    }

    /// The working directory is `cwd` below the home.
    pub(crate) fn env(&self, cwd: &str, variables: &[(&str, &str)]) -> Environment {
        Environment::new(self.dir.path(), self.path(cwd), variables.iter().copied())
    }

    /// Makes an operator with key.
    pub(crate) fn operator(&self, name: &str) -> OperatorStore {
        self.operator_with(name, |_| {})
    }

    pub(crate) fn operator_with(
        &self,
        name: &str,
        edit: impl FnOnce(&mut OperatorClaims),
    ) -> OperatorStore {
        let info = StoreInfo {
            managed: false,
            name: name.to_owned(),
        };
        let options = BeginOptions::default();
        let mut tx =
            Transaction::create_operator(&self.root(), info, &self.keystore(), &options).unwrap();
        let seed = operator_seed(name);
        tx.put_key(&seed).unwrap();
        tx.put_operator(&operator_token(name, &seed, edit)).unwrap();
        let _ = tx.commit().unwrap();
        OperatorStore::open(&self.root(), name).unwrap()
    }

    /// Adds an account with key.
    pub(crate) fn account(&self, store: &OperatorStore, name: &str) {
        let mut tx = store
            .begin(&self.keystore(), &BeginOptions::default())
            .unwrap();
        let seed = account_seed(name);
        tx.put_key(&seed).unwrap();
        tx.add_account(&account_token(name, &operator_seed(store.name())))
            .unwrap();
        let _ = tx.commit().unwrap();
    }

    /// Adds a user with key and creds, signed by the account.
    pub(crate) fn user(&self, store: &OperatorStore, account: &str, name: &str) {
        let mut tx = store
            .begin(&self.keystore(), &BeginOptions::default())
            .unwrap();
        stage_user(&mut tx, account, name);
        let _ = tx.commit().unwrap();
    }

    /// All files with their contents, without side folders.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, String> {
        let mut files = BTreeMap::new();
        collect(self.dir.path(), &mut files);
        files
    }

    /// All file names, side folders and all.
    pub(crate) fn names(&self) -> Vec<String> {
        fn walk(dir: &Path, names: &mut Vec<String>) {
            for entry in std::fs::read_dir(dir).unwrap().flatten() {
                names.push(entry.path().display().to_string());
                if entry.path().is_dir() {
                    walk(&entry.path(), names);
                }
            }
        }
        let mut names = Vec::new();
        walk(self.dir.path(), &mut names);
        names.sort();
        names
    }
}

fn collect(dir: &Path, files: &mut BTreeMap<PathBuf, String>) {
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() && entry.file_name() != ".nsc-rs" {
            collect(&path, files);
        } else if path.is_file() {
            files.insert(path.clone(), std::fs::read_to_string(&path).unwrap());
        }
    }
}

pub(crate) fn stage_user(tx: &mut Transaction<'_>, account: &str, name: &str) {
    let stored = tx.account(account).unwrap();
    let seed = user_seed(name);
    tx.put_key(&seed).unwrap();
    tx.add_user(&stored, &user_token(name, &account_seed(account), |_| {}))
        .unwrap();
    tx.put_creds(account, name, format!("creds of {name}").into())
        .unwrap();
}

pub(crate) fn operator_seed(name: &str) -> Seed {
    seed(KeyKind::Operator, name)
}

pub(crate) fn account_seed(name: &str) -> Seed {
    seed(KeyKind::Account, name)
}

pub(crate) fn user_seed(name: &str) -> Seed {
    seed(KeyKind::User, name)
}

/// The same name always gives the same key.
pub(crate) fn seed(kind: KeyKind, name: &str) -> Seed {
    let mut entropy = [0; 32];
    name.bytes()
        .zip(&mut entropy)
        .for_each(|(from, to)| *to = from);
    Seed::from_entropy(kind, entropy)
}

pub(crate) fn operator_token(
    name: &str,
    seed: &Seed,
    edit: impl FnOnce(&mut OperatorClaims),
) -> String {
    let mut claims = OperatorClaims::new(&seed.public_key());
    claims.name = name.to_owned();
    edit(&mut claims);
    jwt::encode(&mut claims, seed, UnixTime(NOW)).unwrap()
}

pub(crate) fn account_token(name: &str, signer: &dyn Signer) -> String {
    account_token_with(name, signer, |_| {})
}

pub(crate) fn account_token_with(
    name: &str,
    signer: &dyn Signer,
    edit: impl FnOnce(&mut AccountClaims),
) -> String {
    let mut claims = AccountClaims::new(&account_seed(name).public_key());
    claims.name = name.to_owned();
    edit(&mut claims);
    jwt::encode(&mut claims, signer, UnixTime(NOW)).unwrap()
}

pub(crate) fn user_token(
    name: &str,
    signer: &dyn Signer,
    edit: impl FnOnce(&mut UserClaims),
) -> String {
    let mut claims = UserClaims::new(&user_seed(name).public_key());
    claims.name = name.to_owned();
    edit(&mut claims);
    jwt::encode(&mut claims, signer, UnixTime(NOW)).unwrap()
}

pub(crate) fn scope(key: &Seed, role: &str) -> UserScope {
    let mut scope = UserScope::new(&key.public_key().to_text());
    scope.role = role.to_owned();
    scope
}

pub(crate) fn begin<'a>(world: &World, store: &OperatorStore) -> Transaction<'a> {
    store
        .begin(&world.keystore(), &BeginOptions::default())
        .unwrap()
}

/// Another signature.
pub(crate) fn tampered(token: &str) -> String {
    let (head, signature) = token.rsplit_once('.').unwrap();
    let swapped: String = signature.chars().rev().collect();
    format!("{head}.{swapped}")
}
