//! The commands, one file each. A command parses, asks core, store and resolver, and reports.

pub mod add;
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
use crate::ui::Report;
pub(crate) use results::results;

/// Everything that nsc does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make an operator with system account, account and user, ready to use
    Init(init::Init),
    /// Add an operator, account or user
    #[command(subcommand, alias = "create")]
    Add(add::Add),
    /// Change an operator, account, user or what they hold
    #[command(subcommand)]
    Edit(edit::Edit),
    /// Delete an account, a user or what an account holds
    #[command(subcommand)]
    Delete(delete::Delete),
    /// Show an operator, account, user or any JWT
    #[command(subcommand)]
    Describe(describe::Describe),
    /// List operators, accounts, users or keys
    List(list::List),
    /// Show or change the current store, operator and account
    Env(env::Env),
    /// Make an operator or account the current one
    #[command(subcommand)]
    Select(select::Select),
    /// Revoke users and activations
    #[command(subcommand)]
    Revocations(revocations::Revocations),
    /// Make creds, keys and server configurations
    #[command(subcommand)]
    Generate(generate::Generate),
    /// Send account JWTs to the servers
    Push(push::Push),
    /// Fetch account JWTs from the servers
    Pull(pull::Pull),
    /// Compare what servers run with and hold with the store
    Status(status::Status),
    /// Show updates of accounts as servers are told of them
    Watch(watch::Watch),
    /// Show what was changed in the operator, newest first
    Log(log::Log),
    /// Take back what a command changed
    Undo(undo::Undo),
    /// Look after the seeds that were removed
    #[command(subcommand)]
    Trash(trash::Trash),
    /// Publish, subscribe and measure with a user of the store
    #[command(
        alias = "tools",
        subcommand_required = true,
        arg_required_else_help = true
    )]
    Tool(tool::Tool),
    /// Publish a message (`nsc tool pub`)
    #[command(hide = true)]
    Pub(tool::Alias<tool::Publish>),
    /// Show the messages that come in (`nsc tool sub`)
    #[command(hide = true)]
    Sub(tool::Alias<tool::Subscribe>),
    /// Send a request and show the answer (`nsc tool req`)
    #[command(hide = true)]
    Req(tool::Alias<tool::Request>),
    /// Answer requests (`nsc tool reply`)
    #[command(hide = true)]
    Reply(tool::Alias<tool::Reply>),
    /// Measure the time to the server and back (`nsc tool rtt`)
    #[command(hide = true)]
    Rtt(tool::Alias<tool::RoundTrip>),
    /// Show when the operator, accounts, users and creds files expire
    Expirations(expirations::Expirations),
    /// Copy keys out of the keystore
    #[command(subcommand)]
    Export(export::Export),
    /// Take over keys, accounts and users from files
    #[command(subcommand)]
    Import(import::Import),
    /// Look after the keystore
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Set up operator, account and user of a service
    Load(load::Load),
    /// Give an operator another identity key
    #[command(subcommand)]
    Reissue(reissue::Reissue),
    /// Give an account another name
    #[command(subcommand, hide = true)]
    Rename(rename::Rename),
    /// Convert an operator JWT of version 1
    #[command(hide = true)]
    UpgradeJwt(upgrade_jwt::UpgradeJwt),
    /// Bring accounts of another operator into the current one
    #[command(hide = true)]
    Migrate(migrate::Migrate),
    /// Make stores and a keystore anew of what lies in some folders
    #[command(hide = true)]
    Fix(fix::Fix),
    /// Replace this program by another version of it
    Update(update::Update),
    /// Print a script that completes commands and flags in a shell
    Completion(completion::Completion),
    /// Judge the JWTs of the operator, an account and its users, or of a file
    Validate(validate::Validate),
}

/// Runs a command.
///
/// # Errors
/// Whatever keeps it from doing what was asked.
pub fn run(app: &App, command: Command) -> Result<Report, CliError> {
    match command {
        Command::Init(command) => command.run(app),
        Command::Add(command) => command.run(app),
        Command::Edit(command) => command.run(app),
        Command::Delete(command) => command.run(app),
        Command::Describe(command) => command.run(app),
        Command::List(command) => command.run(app),
        Command::Env(command) => command.run(app),
        Command::Select(command) => command.run(app),
        Command::Revocations(command) => command.run(app),
        Command::Generate(command) => command.run(app),
        Command::Push(command) => command.run(app),
        Command::Pull(command) => command.run(app),
        Command::Status(command) => command.run(app),
        Command::Watch(command) => command.run(app),
        Command::Log(command) => command.run(app),
        Command::Undo(command) => command.run(app),
        Command::Trash(command) => command.run(app),
        Command::Tool(command) => command.run(app),
        Command::Pub(command) => command.run(app),
        Command::Sub(command) => command.run(app),
        Command::Req(command) => command.run(app),
        Command::Reply(command) => command.run(app),
        Command::Rtt(command) => command.run(app),
        Command::Expirations(command) => command.run(app),
        Command::Export(command) => command.run(app),
        Command::Import(command) => command.run(app),
        Command::Fix(command) => command.run(app),
        Command::Migrate(command) => command.run(app),
        Command::UpgradeJwt(command) => command.run(app),
        Command::Completion(command) => command.run(app),
        Command::Load(command) => command.run(app),
        Command::Update(command) => command.run(app),
        Command::Keys(command) => command.run(app),
        Command::Reissue(command) => command.run(app),
        Command::Rename(command) => command.run(app),
        Command::Validate(command) => command.run(app),
    }
}
