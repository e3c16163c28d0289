//! Who signs the users of an account, by the roles that lines ask for.

use std::collections::BTreeMap;

use nsc_store::{ChosenSigner, SignerQuery};

use crate::commands::add::stage::no_signing_key;
use crate::error::CliError;

/// The role that a line asks for.
type Role = Option<String>;

/// The signers of the lines.
pub(in crate::commands::add) struct Signers<'a> {
    default: Option<&'a str>,
    by_role: BTreeMap<&'a Role, Result<ChosenSigner<'a>, CliError>>,
}

impl<'a> Signers<'a> {
    /// Chooses one for each role. `default` (`-K`) is that of the lines that ask for none.
    pub(in crate::commands::add) fn choose(
        query: &SignerQuery<'a>,
        default: Option<&'a str>,
        roles: impl Iterator<Item = &'a Role>,
    ) -> Self {
        let mut by_role = BTreeMap::new();
        for role in roles {
            by_role
                .entry(role)
                .or_insert_with(|| choose(*query, role.as_deref().or(default)));
        }
        Self { default, by_role }
    }

    /// The signer of a line.
    pub(in crate::commands::add) fn of(&self, role: &Role) -> Result<&ChosenSigner<'a>, CliError> {
        self.by_role[role].as_ref().map_err(Clone::clone)
    }

    /// The signer of a line, if the line or `-K` names it.
    pub(in crate::commands::add) fn named(
        &self,
        role: &Role,
    ) -> Result<Option<&ChosenSigner<'a>>, CliError> {
        if role.is_none() && self.default.is_none() {
            return Ok(None);
        }
        self.of(role).map(Some)
    }
}

fn choose<'a>(
    query: SignerQuery<'a>,
    private_key: Option<&'a str>,
) -> Result<ChosenSigner<'a>, CliError> {
    if query.candidates().is_empty() {
        let account = query.account.map_or("", |account| account.name.as_str());
        return Err(no_signing_key(account));
    }
    Ok(SignerQuery {
        private_key,
        ..query
    }
    .choose()?)
}
