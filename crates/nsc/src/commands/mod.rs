//! The commands, one file each. A command parses, asks core, store and resolver, and reports.

pub mod add;
pub mod batch;
pub mod completion;
pub mod delete;
pub mod describe;
pub mod edit;
pub mod env;
pub mod expirations;
pub mod export;
pub mod fix;
pub mod generate;
pub mod import;
mod importers;
pub mod init;
pub mod keys;
pub mod list;
pub mod load;
pub mod log;
pub mod migrate;
pub mod pull;
pub mod push;
pub mod reissue;
pub mod rename;
mod results;
pub mod revocations;
pub mod select;
mod sharing;
pub mod status;
pub mod tool;
pub mod trash;
pub mod undo;
pub mod update;
pub mod upgrade_jwt;
pub mod validate;
pub mod watch;

use clap::Subcommand;

use crate::app::App;
use crate::error::CliError;
use crate::lazy::Lazy;
use crate::ui::Report;
pub(crate) use results::results;

/// Everything that nsc does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make an operator, an account and a user, ready to use
    Init(Lazy<init::Init>),
    /// Add an operator, account or user
    #[command(subcommand, alias = "create")]
    Add(Lazy<add::Add>),
    /// Change an operator, account, user or what they hold
    #[command(subcommand)]
    Edit(Lazy<edit::Edit>),
    /// Delete an account, a user or what an account holds
    #[command(subcommand)]
    Delete(Lazy<delete::Delete>),
    /// Show an operator, account, user or any JWT
    #[command(subcommand)]
    Describe(Lazy<describe::Describe>),
    /// List operators, accounts, users or keys
    List(Lazy<list::List>),
    /// Show or change the current store, operator and account
    Env(Lazy<env::Env>),
    /// Make an operator or account the current one
    #[command(subcommand)]
    Select(Lazy<select::Select>),
    /// Revoke users and activations
    #[command(subcommand)]
    Revocations(Lazy<revocations::Revocations>),
    /// Make creds, keys and server configurations
    #[command(subcommand)]
    Generate(Lazy<generate::Generate>),
    /// Send account JWTs to the servers
    Push(Lazy<push::Push>),
    /// Fetch account JWTs from the servers
    Pull(Lazy<pull::Pull>),
    /// Compare what servers run with and hold with the store
    Status(Lazy<status::Status>),
    /// Show updates of accounts as servers are told of them
    Watch(Lazy<watch::Watch>),
    /// Show what was changed in the operator, newest first
    Log(Lazy<log::Log>),
    /// Run many commands as one: all or nothing
    Batch(Lazy<batch::Batch>),
    /// Take back what a command changed
    Undo(Lazy<undo::Undo>),
    /// Look after the seeds that were removed
    #[command(subcommand)]
    Trash(Lazy<trash::Trash>),
    /// Publish, subscribe and measure with a user of the store
    #[command(
        alias = "tools",
        subcommand_required = true,
        arg_required_else_help = true
    )]
    Tool(Lazy<tool::Tool>),
    /// Publish a message (`nsc tool pub`)
    #[command(hide = true)]
    Pub(Lazy<tool::Alias<tool::Publish>>),
    /// Show the messages that come in (`nsc tool sub`)
    #[command(hide = true)]
    Sub(Lazy<tool::Alias<tool::Subscribe>>),
    /// Send a request and show the answer (`nsc tool req`)
    #[command(hide = true)]
    Req(Lazy<tool::Alias<tool::Request>>),
    /// Answer requests (`nsc tool reply`)
    #[command(hide = true)]
    Reply(Lazy<tool::Alias<tool::Reply>>),
    /// Measure the time to the server and back (`nsc tool rtt`)
    #[command(hide = true)]
    Rtt(Lazy<tool::Alias<tool::RoundTrip>>),
    /// Show when the operator, accounts, users and creds files expire
    Expirations(Lazy<expirations::Expirations>),
    /// Copy keys out of the keystore
    #[command(subcommand)]
    Export(Lazy<export::Export>),
    /// Take over keys, accounts and users from files
    #[command(subcommand)]
    Import(Lazy<import::Import>),
    /// Look after the keystore
    #[command(subcommand)]
    Keys(Lazy<keys::Keys>),
    /// Set up operator, account and user of a service
    Load(Lazy<load::Load>),
    /// Give an operator another identity key
    #[command(subcommand)]
    Reissue(Lazy<reissue::Reissue>),
    /// Give an account another name
    #[command(subcommand, hide = true)]
    Rename(Lazy<rename::Rename>),
    /// Convert an operator JWT of version 1
    #[command(hide = true)]
    UpgradeJwt(Lazy<upgrade_jwt::UpgradeJwt>),
    /// Bring accounts of another operator into the current one
    #[command(hide = true)]
    Migrate(Lazy<migrate::Migrate>),
    /// Make stores and a keystore anew of what lies in folders
    #[command(hide = true)]
    Fix(Lazy<fix::Fix>),
    /// Replace this program by another version of it
    Update(Lazy<update::Update>),
    /// Print a script that completes commands and flags in a shell
    Completion(Lazy<completion::Completion>),
    /// Judge the JWTs of operator, accounts and users, or in a file
    Validate(Lazy<validate::Validate>),
}

/// Runs a command.
///
/// # Errors
/// Whatever keeps it from doing what was asked.
pub fn run(app: &App, command: Command) -> Result<Report, CliError> {
    match command {
        Command::Init(command) => command.into_inner().run(app),
        Command::Add(command) => command.into_inner().run(app),
        Command::Edit(command) => command.into_inner().run(app),
        Command::Delete(command) => command.into_inner().run(app),
        Command::Describe(command) => command.into_inner().run(app),
        Command::List(command) => command.into_inner().run(app),
        Command::Env(command) => command.into_inner().run(app),
        Command::Select(command) => command.into_inner().run(app),
        Command::Revocations(command) => command.into_inner().run(app),
        Command::Generate(command) => command.into_inner().run(app),
        Command::Push(command) => command.into_inner().run(app),
        Command::Pull(command) => command.into_inner().run(app),
        Command::Status(command) => command.into_inner().run(app),
        Command::Watch(command) => command.into_inner().run(app),
        Command::Log(command) => command.into_inner().run(app),
        Command::Batch(command) => command.into_inner().run(app),
        Command::Undo(command) => command.into_inner().run(app),
        Command::Trash(command) => command.into_inner().run(app),
        Command::Tool(command) => command.into_inner().run(app),
        Command::Pub(command) => command.into_inner().run(app),
        Command::Sub(command) => command.into_inner().run(app),
        Command::Req(command) => command.into_inner().run(app),
        Command::Reply(command) => command.into_inner().run(app),
        Command::Rtt(command) => command.into_inner().run(app),
        Command::Expirations(command) => command.into_inner().run(app),
        Command::Export(command) => command.into_inner().run(app),
        Command::Import(command) => command.into_inner().run(app),
        Command::Fix(command) => command.into_inner().run(app),
        Command::Migrate(command) => command.into_inner().run(app),
        Command::UpgradeJwt(command) => command.into_inner().run(app),
        Command::Completion(command) => command.into_inner().run(app),
        Command::Load(command) => command.into_inner().run(app),
        Command::Update(command) => command.into_inner().run(app),
        Command::Keys(command) => command.into_inner().run(app),
        Command::Reissue(command) => command.into_inner().run(app),
        Command::Rename(command) => command.into_inner().run(app),
        Command::Validate(command) => command.into_inner().run(app),
    }
}
