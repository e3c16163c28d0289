//! `nsc revocations`: users and activations that count no longer.

mod activation;
mod compact;
mod listing;
mod user;

use clap::Subcommand;
use nsc_core::edit::Revoked;
use nsc_core::time::{self, UnixTime};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::error::CliError;
use crate::schema::CommandResults;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// What is done.
#[derive(Debug, Subcommand)]
pub enum Revocations {
    /// Revoke a user of an account
    #[command(name = "add-user", alias = "add_user")]
    AddUser(user::AddUser),
    /// End the revocation of a user
    #[command(name = "delete-user", alias = "delete_user")]
    DeleteUser(user::DeleteUser),
    /// List the revoked users of an account
    #[command(name = "list-users", alias = "list_users")]
    ListUsers(listing::ListUsers),
    /// Revoke the activations that an account was given
    #[command(name = "add-activation", alias = "add_activation")]
    AddActivation(activation::AddActivation),
    /// End the revocation of activations
    #[command(name = "delete-activation", alias = "delete_activation")]
    DeleteActivation(activation::DeleteActivation),
    /// List the accounts whose activations for an export are revoked
    #[command(name = "list-activations", alias = "list_activations")]
    ListActivations(listing::ListActivations),
    /// Drop revocations of users and activations that nothing depends on any more
    Compact(compact::Compact),
}

impl Revocations {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        match self {
            Self::AddUser(command) => command.run(app),
            Self::DeleteUser(command) => command.run(app),
            Self::ListUsers(command) => command.run(app),
            Self::AddActivation(command) => command.run(app),
            Self::DeleteActivation(command) => command.run(app),
            Self::ListActivations(command) => command.run(app),
            Self::Compact(command) => command.run(app),
        }
    }
}

/// What the commands of the group tell.
pub(super) fn results() -> Vec<CommandResults> {
    vec![
        CommandResults::of::<Made>("revocations add-activation"),
        CommandResults::of::<Made>("revocations add-user"),
        CommandResults::of::<compact::Compacted>("revocations compact"),
        CommandResults::of::<Ended>("revocations delete-activation").or::<()>(),
        CommandResults::of::<Ended>("revocations delete-user").or::<()>(),
        CommandResults::of::<listing::Listing>("revocations list-activations"),
        CommandResults::of::<listing::Listing>("revocations list-users"),
    ]
}

/// `--at`.
#[derive(Debug, Default, clap::Args)]
struct MomentArg {
    /// Revoke what was issued up to then: `2026-01-31T12:00:00Z`, unix seconds, or 0 for now
    #[arg(long, value_name = "WHEN")]
    at: Option<String>,
}

impl MomentArg {
    /// The moment in unix seconds.
    fn moment(&self, app: &App) -> Result<i64, CliError> {
        let text = self.at.as_deref().filter(|text| !text.is_empty());
        Ok(match time::parse_date_time(text.unwrap_or("0"))? {
            0 => app.now().0,
            at => at,
        })
    }

    fn ask(&mut self, app: &App) -> Result<(), CliError> {
        let check = |answer: &str| {
            time::parse_date_time(answer)
                .map(drop)
                .map_err(|error| error.to_string())
        };
        let question = "revoke what was issued up to (0 is now)";
        let default = self.at.as_deref().unwrap_or("0");
        self.at = Some(app.prompter.text(question, default, &check)?);
        Ok(())
    }
}

/// Tells of a revocation.
fn revoked_step(whom: &str, revoked: Revoked) -> Step {
    let until = UnixTime(revoked.at);
    Step::ok(if revoked.kept_later {
        format!("kept the later revocation of {whom}: up to {until}")
    } else {
        format!("revoked {whom} up to {until}")
    })
}

/// A revocation that was made.
#[derive(JsonSchema, Serialize)]
struct Made {
    /// Name of the account.
    account: String,
    /// Public key that is revoked, or `*` for all.
    key: String,
    /// What was issued up to then is revoked, in unix seconds.
    at: i64,
    /// A later moment was in force before and stays.
    kept_later: bool,
    /// Subject of the export whose activations are revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    export: Option<String>,
}

impl Show for Made {
    fn show(&self, _page: &mut Page) {}
}

/// A revocation that was ended.
#[derive(JsonSchema, Serialize)]
struct Ended {
    /// Name of the account.
    account: String,
    /// Public key that was revoked, or `*`.
    key: String,
    /// Whether it was revoked.
    was_revoked: bool,
    /// Subject of the export.
    #[serde(skip_serializing_if = "Option::is_none")]
    export: Option<String>,
}

impl Show for Ended {
    fn show(&self, _page: &mut Page) {}
}
