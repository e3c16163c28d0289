//! Lines about what is there already.

use nsc_core::claims::{AccountClaims, OperatorClaims, UserClaims};
use nsc_core::edit::{
    AccountEdit, Difference, FromNow, Issuer, NewAccount, NewUser, UserEdit, differences,
};
use nsc_core::keys::PublicKey;

use crate::args::signing_keys::NewKey;
use crate::commands::add::stage::refused;
use crate::commands::edit::AccountFlags;
use crate::entity::{Entity, EntityKind};
use crate::error::CliError;
use crate::presence::conflict;

/// A user that a line asks for.
pub(in crate::commands::add) struct AskedUser<'a> {
    pub(in crate::commands::add) edit: &'a UserEdit,
    pub(in crate::commands::add) from_now: FromNow,
    /// Its key, where the line gives it.
    pub(in crate::commands::add) key: Option<PublicKey>,
    /// The key that signs, where the line names it.
    pub(in crate::commands::add) signer: Option<PublicKey>,
}

impl AskedUser<'_> {
    /// Refuses other settings than those asked for.
    pub(in crate::commands::add) fn check(
        &self,
        account: &AccountClaims,
        found: &UserClaims,
    ) -> Result<(), CliError> {
        // Of the identity key, so that restrictions can be compared even if a role has them now.
        let identity = PublicKey::parse(&account.sub)?;
        let issuer = Issuer::of(account, &identity).map_err(refused)?;
        let new = NewUser {
            name: found.name.clone(),
            ..NewUser::default()
        };
        let held = PublicKey::parse(&found.sub)?;
        let mut blank = new.claims(&held, &issuer).map_err(refused)?;
        self.edit.dates.oppose(&mut blank);
        blank.nats.limits.bearer_token = self.edit.limits.bearer == Some(false);
        blank.nats.limits.proxy_required = self.edit.limits.proxy_required == Some(false);
        let mut wanted = blank.clone();
        self.edit.apply(&mut wanted, &issuer).map_err(refused)?;
        if let Some(key) = self.key {
            wanted.sub = key.to_text();
        }
        if let Some(key) = self.signer {
            wanted.iss = key.to_text();
        }
        let what = format!("user `{}` of account `{}`", found.name, account.name);
        settle(
            &what,
            Entity::new(EntityKind::User, &found.name),
            differences(&blank, &wanted, found, self.from_now),
        )
    }
}

/// An account that a line asks for.
pub(in crate::commands::add) struct AskedAccount<'a> {
    pub(in crate::commands::add) flags: &'a AccountFlags,
    pub(in crate::commands::add) edit: AccountEdit,
    pub(in crate::commands::add) from_now: FromNow,
    /// Its key, where the line gives it.
    pub(in crate::commands::add) key: Option<PublicKey>,
    pub(in crate::commands::add) signing_keys: &'a [NewKey],
}

impl AskedAccount<'_> {
    /// Refuses other settings than those asked for.
    pub(in crate::commands::add) fn check(
        &self,
        operator: &OperatorClaims,
        found: &AccountClaims,
    ) -> Result<(), CliError> {
        let new = NewAccount {
            name: found.name.clone(),
            ..NewAccount::default()
        };
        let mut blank = new.claims(&PublicKey::parse(&found.sub)?);
        self.edit.dates.oppose(&mut blank);
        let mut wanted = blank.clone();
        let edit = AccountEdit {
            signing_keys: Vec::new(),
            ..self.edit.clone()
        };
        self.flags.apply(&edit, &mut wanted, operator)?;
        if let Some(key) = self.key {
            wanted.sub = key.to_text();
        }
        let mut differences = differences(&blank, &wanted, found, self.from_now);
        differences.extend(self.signing_keys.iter().filter_map(|key| lacks(found, key)));
        settle(
            &format!("account `{}`", found.name),
            Entity::new(EntityKind::Account, &found.name),
            differences,
        )
    }
}

/// A given signing key has to be there; where one was to be made, any will do.
fn lacks(account: &AccountClaims, key: &NewKey) -> Option<Difference> {
    let keys = &account.nats.signing_keys;
    let (asked, is_there) = match key {
        NewKey::Given(key) => (key.to_text(), keys.contains(&key.to_text())),
        NewKey::Generated(_) => ("generate".to_owned(), keys.keys().next().is_some()),
    };
    (!is_there).then(|| Difference::new("sk", asked, ""))
}

fn settle(what: &str, entity: Entity, differences: Vec<Difference>) -> Result<(), CliError> {
    if differences.is_empty() {
        Ok(())
    } else {
        Err(conflict(what, entity, differences))
    }
}
