//! `nsc reissue`.

mod operator;

use clap::Subcommand;

use crate::app::App;
use crate::error::CliError;
use crate::schema::CommandResults;
use crate::ui::Report;

/// What is issued anew.
#[derive(Debug, Subcommand)]
pub enum Reissue {
    /// Give an operator another identity key, and sign its accounts with it
    Operator(operator::Operator),
}

impl Reissue {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        match self {
            Self::Operator(command) => command.run(app),
        }
    }
}

/// What the commands of the group tell.
pub(super) fn results() -> Vec<CommandResults> {
    vec![CommandResults::of::<operator::ReissuedOperator>(
        "reissue operator",
    )]
}
