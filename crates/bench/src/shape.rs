//! Makes stores of any size, as `nsc` would have written them one by one.
//!
//! Keys come from a counter, so the same shape is the same store again, but for its operator. They protect
//! nothing and must not be used.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result};
use nsc_core::claims::{AccountClaims, UserClaims};
use nsc_core::keys::{KeyKind, Seed};
use nsc_core::time::UnixTime;
use nsc_core::{creds, jwt};
use nsc_store::{Context, DirFlags, Environment, Keystore, OperatorStore, write};

/// How many accounts, each with how many users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Accounts, besides the system account.
    pub(crate) accounts: usize,
    /// Users of each of them, with creds.
    pub(crate) users: usize,
}

impl Shape {
    /// The name of an account, from 0.
    pub(crate) fn account(n: usize) -> String {
        format!("account-{n:05}")
    }

    /// The name of a user, from 0.
    pub(crate) fn user(n: usize) -> String {
        format!("user-{n:05}")
    }

    /// What it is, in words.
    pub(crate) fn title(self) -> String {
        let Self { accounts, users } = self;
        match accounts {
            1 => format!("1 account with {} users", grouped(users)),
            _ => format!(
                "{} accounts with {users} users each ({} users)",
                grouped(accounts),
                grouped(accounts * users)
            ),
        }
    }
}

/// A number with commas.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A home with a store in it.
pub(crate) struct BigHome {
    /// `HOME` for the commands.
    pub(crate) dir: PathBuf,
    operator: Seed,
    store: OperatorStore,
    keystore: Keystore,
}

impl BigHome {
    /// Opens the store that `nsc add operator` made in this home.
    pub(crate) fn open(dir: &Path) -> Result<Self> {
        let environment = Environment::new(dir, dir, std::iter::empty::<(String, String)>());
        let context = Context::load(&environment, &DirFlags::default(), 0)?;
        let (store, keystore) = (context.operator_store()?, context.keystore());
        let key = store.operator()?.claims.sub.parse()?;
        let operator = keystore
            .seed(&key)?
            .context("the operator's seed is not there")?;
        Ok(Self {
            dir: dir.to_owned(),
            operator,
            store,
            keystore,
        })
    }

    /// The creds of the user that `add operator --sys` made in the system account.
    pub(crate) fn system_creds(&self) -> Result<String> {
        let creds = self.keystore.creds(self.store.name(), "SYS", "sys")?;
        creds
            .map(|creds| creds.to_string())
            .context("the system user has no creds")
    }

    /// The JWTs of the accounts.
    pub(crate) fn account_tokens(&self) -> Result<Vec<String>> {
        let names = self.store.accounts()?;
        let token = |name: &String| {
            let token = nsc_store::read_token(&self.store.account_path(name))?;
            token.context("an account went away")
        };
        names.iter().map(token).collect()
    }

    /// Adds what the shape says.
    pub(crate) fn fill(&self, shape: Shape) -> Result<()> {
        let single = shape.accounts == 1;
        let accounts: Vec<usize> = (0..shape.accounts).collect();
        let users: Vec<usize> = (0..shape.users).collect();
        let made = write::map_parallel(&accounts, |n| -> Result<()> {
            let account = self.account(*n)?;
            let user = |user: &usize| self.user(*n, *user, &account);
            if single {
                write::map_parallel(&users, user).into_iter().collect()
            } else {
                users.iter().try_for_each(user)
            }
        });
        made.into_iter().collect()
    }

    fn account(&self, n: usize) -> Result<Seed> {
        let seed = seed(KeyKind::Account, n, 0);
        let name = Shape::account(n);
        let mut claims = AccountClaims::new(&seed.public_key());
        claims.name.clone_from(&name);
        let token = jwt::encode(&mut claims, &self.operator, ISSUED_AT)?;
        self.save_key(&seed)?;
        save(&self.store.account_path(&name), token)?;
        Ok(seed)
    }

    fn user(&self, account: usize, n: usize, issuer: &Seed) -> Result<()> {
        let seed = seed(KeyKind::User, account, n);
        let (account, name) = (Shape::account(account), Shape::user(n));
        let mut claims = UserClaims::new(&seed.public_key());
        claims.name.clone_from(&name);
        let permissions = &mut claims.nats.limits.permissions;
        permissions.publish.allow = vec![format!("{account}.>")];
        permissions.subscribe.allow = vec!["_INBOX.>".to_owned(), format!("{account}.>")];
        let token = jwt::encode(&mut claims, issuer, ISSUED_AT)?;
        let creds = creds::format_creds(&token, &seed.expose())?;
        self.save_key(&seed)?;
        save(&self.store.user_path(&account, &name), token)?;
        let path = self.keystore.creds_path(self.store.name(), &account, &name);
        save(&path, creds.as_bytes())
    }

    fn save_key(&self, seed: &Seed) -> Result<()> {
        let path = self.keystore.key_path(&seed.public_key());
        save(&path, seed.expose().as_bytes())
    }
}

/// Removes a folder of very many files: each removal waits for the disk, so many wait together.
pub(crate) fn remove(dir: &Path) -> Result<()> {
    const THREADS: usize = 16;
    let mut folders = vec![dir.to_owned()];
    // The folders of accounts and of keys are so deep.
    for _ in 0..8 {
        let below: Vec<PathBuf> = folders.iter().flat_map(|dir| subfolders(dir)).collect();
        if below.is_empty() {
            break;
        }
        folders = below;
    }
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(folder) = folders.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let _ = fs::remove_dir_all(folder);
                }
            });
        }
    });
    fs::remove_dir_all(dir).with_context(|| format!("cannot remove `{}`", dir.display()))
}

fn subfolders(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    folders.map(|entry| entry.path()).collect()
}

/// When everything was issued.
const ISSUED_AT: UnixTime = UnixTime(1_760_000_000);

fn seed(kind: KeyKind, account: usize, user: usize) -> Seed {
    let mut entropy = [0x5a; 32];
    for (place, number) in [account, user].into_iter().enumerate() {
        let number = (number as u64).to_le_bytes();
        entropy[place * 8..place * 8 + 8].copy_from_slice(&number);
    }
    Seed::from_entropy(kind, entropy)
}

fn save(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content).with_context(|| format!("cannot write `{}`", path.display()))?;
    only_for_owner(path)
}

#[cfg(unix)]
fn only_for_owner(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(
        path,
        fs::Permissions::from_mode(0o600),
    )?)
}

#[cfg(not(unix))]
fn only_for_owner(_path: &Path) -> Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas() {
        let all = [1, 999, 1_000, 20_000, 1_234_567].map(grouped);
        assert_eq!(all, ["1", "999", "1,000", "20,000", "1,234,567"]);
    }

    #[test]
    fn everything_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("home");
        for folder in ["a/b/c", "a/d", "e"] {
            fs::create_dir_all(home.join(folder)).unwrap();
            fs::write(home.join(folder).join("file"), "x").unwrap();
        }
        remove(&home).unwrap();
        assert!(!home.exists() && dir.path().exists());
    }

    #[test]
    fn keys_differ_and_repeat() {
        let text = |account, user| seed(KeyKind::User, account, user).public_key().to_text();
        assert_eq!(text(1, 2), text(1, 2));
        assert_ne!(text(1, 2), text(2, 1));
    }
}
