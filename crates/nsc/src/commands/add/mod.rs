//! `nsc add`: one file a kind of thing; `stage` holds what they share with `nsc init`.

pub(super) mod account;
mod accounts;
mod bulk;
mod export;
pub(super) mod import;
mod imports;
mod mapping;
pub(super) mod operator;
pub(super) mod result;
pub(super) mod stage;
mod user;
mod users;

use clap::Subcommand;

use self::bulk::outcome::Outcome;
use crate::app::App;
use crate::error::CliError;
use crate::lazy::Lazy;
use crate::schema::CommandResults;
use crate::ui::Report;

/// What it is done to.
#[derive(Debug, Subcommand)]
pub enum Add {
    /// Add an account to the current operator
    Account(Lazy<account::AddAccount>),
    /// Offer a stream or service to other accounts
    Export(Lazy<export::AddExport>),
    /// Take a stream or service from another account
    Import(Lazy<imports::AddImport>),
    /// Map a subject to others
    Mapping(Lazy<mapping::AddMapping>),
    /// Make an operator, or import one
    Operator(Lazy<operator::AddOperator>),
    /// Add a user to an account
    User(Lazy<user::AddUser>),
    /// Add many accounts from a file, in one commit
    Accounts(Lazy<accounts::AddAccounts>),
    /// Add many users from a file, in one commit
    Users(Lazy<users::AddUsers>),
}

impl Add {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        match self {
            Self::Account(command) => command.into_inner().run(app),
            Self::Export(command) => command.into_inner().run(app),
            Self::Import(command) => command.into_inner().run(app),
            Self::Mapping(command) => command.into_inner().run(app),
            Self::Operator(command) => command.into_inner().run(app),
            Self::User(command) => command.into_inner().run(app),
            Self::Accounts(command) => command.into_inner().run(app),
            Self::Users(command) => command.into_inner().run(app),
        }
    }
}

/// What the commands of the group tell.
pub(super) fn results() -> Vec<CommandResults> {
    vec![
        CommandResults::of::<result::AddedAccount>("add account"),
        CommandResults::of::<Outcome<result::AddedAccount>>("add accounts"),
        CommandResults::of::<export::AddedExport>("add export"),
        CommandResults::of::<imports::AddedImport>("add import"),
        CommandResults::of::<mapping::AddedMapping>("add mapping"),
        CommandResults::of::<result::AddedOperator>("add operator"),
        CommandResults::of::<result::AddedUser>("add user"),
        CommandResults::of::<Outcome<result::AddedUser>>("add users"),
    ]
}
