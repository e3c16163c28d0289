//! What can be saved out of folders of any shape: seeds and JWTs, wherever they lie and whatever their files are called.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use nsc_core::claims::{AccountClaims, Body, Claims, OperatorClaims, UserClaims};
use nsc_core::creds;
use nsc_core::jwt::{self, AnyClaims};
use nsc_core::keys::{PublicKey, Seed};

use crate::error::StoreError;
use crate::{keyfile, layout, write};

/// A token that was found, verified.
#[derive(Debug)]
pub struct FoundToken<C> {
    /// The file.
    pub path: PathBuf,
    /// The token, to the letter.
    pub token: String,
    /// What it says.
    pub claims: C,
}

/// Everything that was found, by public key. Of several tokens about one key the latest issued counts.
#[derive(Debug, Default)]
pub struct Found {
    /// Operators.
    pub operators: BTreeMap<String, FoundToken<OperatorClaims>>,
    /// Accounts.
    pub accounts: BTreeMap<String, FoundToken<AccountClaims>>,
    /// Users.
    pub users: BTreeMap<String, FoundToken<UserClaims>>,
    /// Seeds.
    pub seeds: HashMap<PublicKey, Seed>,
    /// Files that are of no use, and why.
    pub useless: Vec<(PathBuf, String)>,
}

impl Found {
    /// Looks through folders and everything below them; those that do not exist are passed over. With `with_creds`
    /// users and their seeds are taken from creds files, too.
    ///
    /// # Errors
    /// [`StoreError::Io`] when a folder cannot be read.
    pub fn look(dirs: &[PathBuf], with_creds: bool) -> Result<Self, StoreError> {
        let mut endings = vec![layout::NK, layout::JWT];
        if with_creds {
            endings.push(layout::CREDS);
        }
        let mut found = Self::default();
        for dir in dirs.iter().filter(|dir| dir.is_dir()) {
            for path in keyfile::find(dir, &endings, true)? {
                if let Err(why) = found.take(&path) {
                    found.useless.push((path, why));
                }
            }
        }
        Ok(found)
    }

    /// The seed of a key that a claim mentions.
    pub fn seed(&self, key: &str) -> Option<&Seed> {
        self.seeds.get(&PublicKey::parse(key).ok()?)
    }

    /// The accounts of an operator: those that one of its keys issued.
    pub fn accounts_of(
        &self,
        operator: &OperatorClaims,
    ) -> impl Iterator<Item = &FoundToken<AccountClaims>> {
        let keys = &operator.nats.signing_keys;
        self.accounts.values().filter(|account| {
            account.claims.iss == operator.sub || keys.contains(&account.claims.iss)
        })
    }

    /// The users of an account, by the account that they name; whether it issued them is not looked at.
    pub fn users_of(&self) -> HashMap<&str, Vec<&FoundToken<UserClaims>>> {
        let mut users: HashMap<&str, Vec<_>> = HashMap::new();
        for user in self.users.values() {
            users.entry(user.claims.account()).or_default().push(user);
        }
        users
    }

    fn take(&mut self, path: &Path) -> Result<(), String> {
        let name = path.to_string_lossy();
        if name.ends_with(layout::NK) {
            let seed = keyfile::read_seed(path).map_err(|error| error.to_string())?;
            self.take_seed(seed.ok_or("holds no seed")?);
            return Ok(());
        }
        let content = write::read(path).map_err(|error| error.to_string())?;
        let content = content.unwrap_or_default();
        let text = std::str::from_utf8(&content).map_err(|error| error.to_string())?;
        if name.ends_with(layout::CREDS) {
            self.take_seed(creds::read_user_seed(text).map_err(|error| error.to_string())?);
        }
        self.take_token(path, creds::read_jwt(text))
    }

    fn take_seed(&mut self, seed: Seed) {
        self.seeds.entry(seed.public_key()).or_insert(seed);
    }

    fn take_token(&mut self, path: &Path, token: &str) -> Result<(), String> {
        match jwt::decode(token).map_err(|error| error.to_string())? {
            AnyClaims::Account(claims) => keep(&mut self.accounts, path, token, *claims),
            AnyClaims::Operator(claims) => keep(&mut self.operators, path, token, *claims),
            AnyClaims::User(claims) => keep(&mut self.users, path, token, *claims),
            other => return Err(format!("holds claims of type `{}`", other.claim_type())),
        }
        Ok(())
    }
}

/// The later one wins; of two at once the first.
fn keep<B: Body>(
    tokens: &mut BTreeMap<String, FoundToken<Claims<B>>>,
    path: &Path,
    token: &str,
    claims: Claims<B>,
) {
    let is_old = |known: &FoundToken<Claims<B>>| known.claims.iat >= claims.iat;
    if tokens.get(&claims.sub).is_some_and(is_old) {
        return;
    }
    let key = claims.sub.clone();
    let found = FoundToken {
        path: path.to_owned(),
        token: token.to_owned(),
        claims,
    };
    tokens.insert(key, found);
}
