//! `nsc list`.

mod accounts;
mod keys;
mod listing;
mod operators;
mod users;

use clap::Subcommand;

use crate::app::App;
use crate::error::CliError;
use crate::schema::CommandResults;
use crate::ui::Report;

/// Flags of the command.
#[derive(Debug, clap::Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct List {
    /// Print a JSON array
    #[arg(short = 'J', long, global = true)]
    json: bool,

    #[command(subcommand)]
    what: What,
}

/// What is listed.
#[derive(Debug, Subcommand)]
enum What {
    /// List the accounts of an operator
    #[command(alias = "account")]
    Accounts(accounts::Accounts),
    /// List the keys of an operator, its accounts and users, and which seeds are stored
    #[command(alias = "key")]
    Keys(keys::Keys),
    /// List the operators
    #[command(alias = "operator")]
    Operators(operators::Operators),
    /// List the users of an account
    #[command(alias = "user")]
    Users(users::Users),
}

impl List {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        match self.what {
            What::Accounts(command) => command.run(app, self.json),
            What::Keys(command) => command.run(app, self.json),
            What::Operators(command) => command.run(app, self.json),
            What::Users(command) => command.run(app, self.json),
        }
    }
}

/// What the commands of the group tell.
pub(super) fn results() -> Vec<CommandResults> {
    vec![
        CommandResults::of::<listing::Listing>("list accounts"),
        CommandResults::of::<keys::KeyList>("list keys"),
        CommandResults::of::<listing::Listing>("list operators"),
        CommandResults::of::<listing::Listing>("list users"),
    ]
}

/// A list as the one JSON document of `-J`.
fn json_text<T: serde::Serialize>(list: &[T]) -> String {
    let mut text = nsc_core::json::to_pretty_text(list, " ", true);
    text.push('\n');
    text
}
