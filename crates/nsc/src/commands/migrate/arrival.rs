//! An account that comes over from another operator, with its users.

use std::path::{Path, PathBuf};

use nsc_core::claims::{Account, AccountClaims, OperatorClaims};
use nsc_core::keys::PublicKey;
use nsc_core::{creds, jwt};
use nsc_store::{
    Keystore, OperatorStore, SignerQuery, StoreError, StoredAccount, Transaction, Wanted, keyfile,
    layout,
};

use super::{MigratedAccount, missing};
use crate::app::App;
use crate::args::signer;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::managed;
use crate::source;
use crate::ui::Step;

/// An account with the files of its users.
pub(super) struct Arrival {
    claims: AccountClaims,
    users: Vec<PathBuf>,
}

/// An account that is staged, and what it took the place of.
pub(super) struct Taken {
    account: StoredAccount,
    replaced: Option<StoredAccount>,
    operator: OperatorClaims,
}

/// What became of it.
pub(super) struct Staged {
    pub(super) account: MigratedAccount,
    pub(super) steps: Vec<Step>,
    pub(super) server_failed: bool,
}

impl Arrival {
    /// One account behind a URL; nobody says who its users are.
    pub(super) fn from_url(app: &App, url: &str) -> Result<Self, CliError> {
        let text = source::read(app, url)?;
        Ok(Self {
            claims: decode(&text, url)?,
            users: Vec::new(),
        })
    }

    /// The account of a file, with the users beside it.
    pub(super) fn from_file(app: &App, path: &Path) -> Result<Self, CliError> {
        let text = source::read_file(app, path)?;
        let folder = path.parent().unwrap_or(path).join("users");
        let users = if folder.is_dir() {
            keyfile::find(&folder, &[layout::JWT], false)?
        } else {
            Vec::new()
        };
        Ok(Self {
            claims: decode(&text, &path.display().to_string())?,
            users,
        })
    }

    /// All accounts of an operator folder.
    pub(super) fn all_of(app: &App, dir: &Path) -> Result<Vec<Self>, CliError> {
        let name = dir.file_name().and_then(|name| name.to_str());
        let (Some(root), Some(name)) = (dir.parent(), name) else {
            return Err(missing("operator folder", dir));
        };
        let store = match OperatorStore::open(root, name) {
            Err(StoreError::NotFound { .. }) => return Err(missing("operator folder", dir)),
            opened => opened?,
        };
        let accounts = store.accounts()?;
        if accounts.is_empty() {
            let text = format!("operator `{name}` has no accounts");
            return Err(CliError::not_found(text).about(EntityKind::Operator, name.to_string()));
        }
        let path = |account: &String| store.account_path(account);
        accounts
            .iter()
            .map(|account| Self::from_file(app, &path(account)))
            .collect()
    }

    /// The name it has and will have.
    pub(super) fn name(&self) -> &str {
        &self.claims.name
    }

    /// Signs the account for the current operator, and stages it alone. A refusal leaves nothing staged.
    pub(super) fn take_over(
        &self,
        app: &App,
        tx: &mut Transaction<'_>,
        replace: bool,
    ) -> Result<Taken, CliError> {
        let name = self.name();
        self.need_a_key(tx.keystore())?;
        let existing = tx.account_by_name(name)?;
        if existing.is_some() && !replace {
            let text = format!("account `{name}` already exists");
            return Err(CliError::new(Kind::Conflict, text)
                .about(EntityKind::Account, name.to_string())
                .hint("use `--force` to replace it"));
        }
        let operator = tx.operator()?.claims;
        let signed = self.sign(app, tx, &operator)?;
        Ok(Taken {
            account: tx.put_account(&signed)?,
            replaced: existing,
            operator,
        })
    }

    /// Stages what belongs to the account, once it is sure to come.
    pub(super) fn finish(
        &self,
        app: &App,
        tx: &mut Transaction<'_>,
        taken: Taken,
    ) -> Result<Staged, CliError> {
        let name = self.name();
        let exchange = managed::exchange(app, tx, &taken.operator, taken.account, &[])?;
        let mut steps = exchange.steps;
        let account = exchange.account;
        steps.push(Step::ok(format!("migrated account `{name}`")));
        let users = self.stage_users(app, tx, &account, &mut steps);
        let replaced = taken.replaced.map(|replaced| replaced.claims.sub);
        if replaced
            .as_ref()
            .is_some_and(|key| *key != account.claims.sub)
        {
            drop_strangers(tx, name, &users, &mut steps)?;
        }
        Ok(Staged {
            account: MigratedAccount {
                name: name.to_owned(),
                public_key: account.claims.sub,
                issuer: account.claims.iss,
                replaced: replaced.is_some(),
                users,
            },
            steps,
            server_failed: exchange.failed,
        })
    }

    /// Only who has a key of the account may take it elsewhere.
    fn need_a_key(&self, keystore: &Keystore) -> Result<(), CliError> {
        let signing = self.claims.nats.signing_keys.keys();
        let mut keys = [self.claims.sub.as_str()].into_iter().chain(signing);
        if keys.any(|key| PublicKey::parse(key).is_ok_and(|key| keystore.has(&key))) {
            return Ok(());
        }
        let text = format!(
            "no key of account `{}` is stored: `{}`",
            self.name(),
            self.claims.sub
        );
        Err(CliError::new(Kind::NoKey, text)
            .about(EntityKind::Account, self.name().to_string())
            .hint("nsc import keys --dir DIR"))
    }

    fn sign(
        &self,
        app: &App,
        tx: &Transaction<'_>,
        operator: &OperatorClaims,
    ) -> Result<String, CliError> {
        let keystore = tx.keystore().clone();
        let query = SignerQuery {
            wanted: Wanted::AccountToken,
            env: &app.env,
            keystore: &keystore,
            operator,
            managed: tx.store()?.is_managed(),
            account: Some(&self.claims),
            private_key: app.private_key(),
            previous_issuer: None,
            fresh: &[],
        };
        let mut typed = None;
        let signer = signer::choose(app, query, &mut typed)?;
        let mut claims = self.claims.clone();
        Ok(jwt::encode(&mut claims, &signer, app.now())?)
    }

    /// Users as they are; those that another account issued stay behind.
    fn stage_users(
        &self,
        app: &App,
        tx: &mut Transaction<'_>,
        account: &StoredAccount,
        steps: &mut Vec<Step>,
    ) -> Vec<String> {
        let mut users = Vec::new();
        for path in &self.users {
            let staged = source::read_file(app, path)
                .and_then(|text| Ok(tx.put_user(account, creds::read_jwt(&text))?));
            match staged {
                Ok(user) => users.push(user.name),
                Err(error) => {
                    let (path, error) = (path.display(), error.on_one_line());
                    steps.push(Step::warning(format!("`{path}` stays behind: {error}")));
                }
            }
        }
        let (count, name) = (users.len(), self.name());
        if count > 0 {
            steps.push(Step::ok(format!(
                "migrated {count} users of account `{name}`"
            )));
        }
        users
    }
}

fn decode(text: &str, from: &str) -> Result<AccountClaims, CliError> {
    jwt::decode_as::<Account>(creds::read_jwt(text)).map_err(|error| {
        CliError::failed(format!("`{from}` holds no usable account JWT"))
            .about(EntityKind::File, from.to_string())
            .caused_by(&error)
    })
}

/// Users of an account that was replaced by another one of the same name are nobody's.
fn drop_strangers(
    tx: &mut Transaction<'_>,
    account: &str,
    users: &[String],
    steps: &mut Vec<Step>,
) -> Result<(), CliError> {
    for user in tx.store()?.users(account)? {
        if !users.contains(&user) {
            tx.remove_user(account, &user)?;
            let text = format!("removed user `{user}` of the account that was replaced");
            steps.push(Step::warning(text));
        }
    }
    Ok(())
}
