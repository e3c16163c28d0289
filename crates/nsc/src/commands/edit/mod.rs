//! `nsc edit`.

mod account;
mod authcallout;
mod export;
mod operator;
mod result;
mod signing_key;
mod stranded;
mod user;

use clap::Subcommand;

pub(crate) use account::Flags as AccountFlags;
pub(crate) use user::Flags as UserFlags;

use crate::app::App;
use crate::error::CliError;
use crate::lazy::Lazy;
use crate::schema::CommandResults;
use crate::ui::Report;

/// What is changed.
#[derive(Debug, Subcommand)]
pub enum Edit {
    /// Change an account: limits, signing keys, JetStream, default permissions ...
    Account(Lazy<account::EditAccount>),
    /// Change the users that decide who may connect to an account
    Authcallout(Lazy<authcallout::EditAuthcallout>),
    /// Change the current operator
    Operator(Lazy<operator::EditOperator>),
    /// Give a signing key of an account a role, and say what its users may do
    SigningKey(Lazy<signing_key::EditSigningKey>),
    /// Change a user: permissions, limits, validity ...
    User(Lazy<user::EditUser>),
    /// Change an export
    Export(Lazy<export::EditExport>),
}

impl Edit {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        match self {
            Self::Account(command) => command.into_inner().run(app),
            Self::Authcallout(command) => command.into_inner().run(app),
            Self::Operator(command) => command.into_inner().run(app),
            Self::SigningKey(command) => command.into_inner().run(app),
            Self::User(command) => command.into_inner().run(app),
            Self::Export(command) => command.into_inner().run(app),
        }
    }
}

/// What the commands of the group tell.
pub(super) fn results() -> Vec<CommandResults> {
    vec![
        CommandResults::of::<result::Edited>("edit account"),
        CommandResults::of::<result::Edited>("edit authcallout"),
        CommandResults::of::<export::ChangedExport>("edit export"),
        CommandResults::of::<result::Edited>("edit operator"),
        CommandResults::of::<result::Edited>("edit signing-key"),
        CommandResults::of::<result::Edited>("edit user"),
    ]
}
