//! What may stand on a line of a batch.

use std::ffi::OsString;

use clap::error::ErrorKind;

use crate::cli::Parsed;
use crate::commands::Command;
use crate::error::CliError;
use crate::usage;

/// Refuses commands that cannot be part of a batch, and flags that are the whole batch's.
///
/// # Errors
/// The command and why, or the flag.
pub(super) fn check(parsed: &Parsed) -> Result<(), CliError> {
    let command = &parsed.path;
    if let Some(reason) = refusal(&parsed.command) {
        let message = format!("`nsc {command}` cannot be in a batch: {reason}");
        return Err(CliError::usage(message).hint(format!(
            "`nsc {command} ...` on its own, before or after the batch"
        )));
    }
    match parsed.given_globals.first() {
        None => Ok(()),
        Some(&"interactive") => Err(CliError::usage("a batch asks no questions")
            .hint("leave out `-i` and give the answers as flags (see --help)")),
        Some(id) => {
            let flag = match *id {
                "store_dir" => "store".to_owned(),
                id => id.replace('_', "-"),
            };
            let message = format!("`--{flag}` is not for a single line of a batch");
            Err(CliError::usage(message)
                .hint(format!("`nsc batch --{flag} ...` for the whole batch")))
        }
    }
}

/// Why a command cannot be in a batch; `None` where it can.
fn refusal(command: &Command) -> Option<&'static str> {
    let servers = "it talks to servers, which cannot take it back";
    let own = "it is a commit of its own";
    Some(match command {
        Command::Push(_)
        | Command::Pull(_)
        | Command::Status(_)
        | Command::Watch(_)
        | Command::Tool(_)
        | Command::Pub(_)
        | Command::Sub(_)
        | Command::Req(_)
        | Command::Reply(_)
        | Command::Rtt(_)
        | Command::Load(_) => servers,
        Command::Batch(_)
        | Command::Undo(_)
        | Command::Fix(_)
        | Command::Keys(_)
        | Command::Migrate(_)
        | Command::UpgradeJwt(_) => own,
        Command::Trash(_) => "seeds come into the trash when the batch is written",
        Command::Update(_) => "it replaces this program",
        Command::Completion(_) => "it is about no store",
        Command::Init(_)
        | Command::Add(_)
        | Command::Edit(_)
        | Command::Delete(_)
        | Command::Describe(_)
        | Command::List(_)
        | Command::Env(_)
        | Command::Select(_)
        | Command::Revocations(_)
        | Command::Generate(_)
        | Command::Log(_)
        | Command::Expirations(_)
        | Command::Export(_)
        | Command::Import(_)
        | Command::Reissue(_)
        | Command::Rename(_)
        | Command::Validate(_) => return None,
    })
}

/// A line that the parser did not understand, told as outside of a batch.
pub(super) fn misunderstood(args: &[OsString], error: &clap::Error) -> CliError {
    let is_help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    if is_help {
        return CliError::usage(
            "a command is missing, or help is asked for, which a batch has none of",
        )
        .hint("nsc COMMAND --help");
    }
    usage::refusal(args, error)
}
