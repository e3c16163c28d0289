//! Which user of which system account talks to a NATS based resolver.

use crate::args::entity::given;

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
}
