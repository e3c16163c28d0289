//! Which user of which system account talks to a NATS based resolver.

use nsc_store::OperatorStore;

use crate::app::App;
use crate::args::entity::{choose, given, only_user};
use crate::error::CliError;

/// The user that connects to push and pull.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct SystemUserArgs {
    /// System account to connect with: name or public key; the operator's without it
    #[arg(long, value_name = "NAME")]
    pub system_account: Option<String>,

    /// User of the system account to connect as; a temporary one without it
    #[arg(long, value_name = "NAME")]
    pub system_user: Option<String>,
}

impl SystemUserArgs {
    /// The account, if one was given.
    pub fn account(&self) -> Option<&str> {
        given(&self.system_account)
    }

    /// The user, if one was given.
    pub fn user(&self) -> Option<&str> {
        given(&self.system_user)
    }

    /// With -i, asks for what was not given.
    ///
    /// # Errors
    /// A question that was cancelled, or an account without users.
    pub fn ask(&mut self, app: &App, store: &OperatorStore) -> Result<(), CliError> {
        if !app.is_interactive() {
            return Ok(());
        }
        let account = match self.account() {
            Some(account) => store.account(account)?.name,
            None => {
                let operator = store.operator()?.claims;
                let system = store.account(&operator.nats.system_account).ok();
                let default = system.map(|account| account.name);
                let mut accounts = store.accounts()?;
                match accounts.len() {
                    1 => accounts.remove(0),
                    _ => choose(app, "System account", accounts, default.as_deref())?,
                }
            }
        };
        if self.user().is_none() {
            self.system_user = Some(only_user(app, store, &account)?);
        }
        self.system_account = Some(account);
        Ok(())
    }
}
