//! `nsc generate`.

mod activation;
mod config;
mod context;
mod creds;
mod diagram;
mod nkey;
mod profile;

use clap::Subcommand;
use serde::Serializer;
use zeroize::Zeroizing;

use crate::app::App;
use crate::error::CliError;
use crate::lazy::Lazy;
use crate::schema::CommandResults;
use crate::ui::Report;

/// What is made.
#[derive(Debug, Subcommand)]
pub enum Generate {
    /// Let an account import a private export
    Activation(Lazy<activation::Activation>),
    /// Make a server configuration that knows the operator and its accounts
    Config(Lazy<config::Config>),
    /// Make a context of the `nats` command for a user
    Context(Lazy<context::NatsContext>),
    /// Make the creds file of a user
    Creds(Lazy<creds::Creds>),
    /// Draw the operator, its accounts and users
    #[command(subcommand)]
    Diagram(Lazy<diagram::Diagram>),
    /// Make new keys
    Nkey(Lazy<nkey::Nkey>),
    /// Tell another tool what it needs to know about a user
    Profile(Lazy<profile::Profile>),
}

impl Generate {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        match self {
            Self::Activation(command) => command.into_inner().run(app),
            Self::Config(command) => command.into_inner().run(app),
            Self::Context(command) => command.into_inner().run(app),
            Self::Creds(command) => command.into_inner().run(app),
            Self::Diagram(command) => command.into_inner().run(app),
            Self::Nkey(command) => command.into_inner().run(app),
            Self::Profile(command) => command.into_inner().run(app),
        }
    }
}

/// What the commands of the group tell.
pub(super) fn results() -> Vec<CommandResults> {
    vec![
        CommandResults::of::<activation::MadeActivation>("generate activation"),
        CommandResults::of::<config::Made>("generate config"),
        CommandResults::of::<context::MadeContext>("generate context"),
        CommandResults::of::<creds::Made>("generate creds"),
        CommandResults::of::<diagram::Drawn>("generate diagram component"),
        CommandResults::of::<diagram::Drawn>("generate diagram object"),
        CommandResults::of::<nkey::Keys>("generate nkey"),
        CommandResults::of::<profile::ProfileData>("generate profile")
            .or::<profile::WrittenProfile>(),
    ]
}

/// Writes a secret that was asked for into a result.
fn reveal<S: Serializer>(
    secret: &Option<Zeroizing<String>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => serializer.serialize_str(secret),
        None => serializer.serialize_none(),
    }
}
