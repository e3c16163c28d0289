//! Adding many at once from a file: a line has the meaning of one command line, and all lines are one commit.

pub(super) mod again;
pub(super) mod input;
pub(super) mod line;
pub(super) mod outcome;
pub(super) mod signers;

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::presence::IfAbsentArg;

/// Flags of the commands that read a file.
#[derive(Debug, clap::Args)]
pub(super) struct BulkArgs {
    /// File with one a line, `-` is standard input: CSV with a header line, or JSON objects; the
    /// fields have the names of the flags that add and edit one (`name`, `tag`, `allow-pub`, `expiry` ...)
    #[arg(long, value_name = "FILE")]
    pub(super) from: String,

    /// Add the others when lines are refused, instead of none
    #[arg(long)]
    pub(super) keep_going: bool,

    #[command(flatten)]
    pub(super) if_absent: IfAbsentArg,
}

impl BulkArgs {
    /// Nobody wants to be asked ten thousand times.
    pub(super) fn check(&self, app: &App) -> Result<(), CliError> {
        if app.is_interactive() {
            return Err(CliError::usage("`-i` asks nothing when a file is read")
                .about(EntityKind::Flag, "--interactive"));
        }
        Ok(())
    }
}

/// Why a line added nothing.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct Refused {
    /// Its number in the file, from 1.
    pub(super) line: u64,
    /// The name in it, as far as there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// What is wrong.
    pub(super) error: String,
    /// Why, nearest cause first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) causes: Vec<String>,
    #[serde(skip)]
    pub(super) kind: crate::error::Kind,
}

impl Refused {
    pub(super) fn new(line: u64, name: Option<&str>, error: CliError) -> Self {
        Self {
            line,
            name: name.map(str::to_owned),
            error: error.message,
            causes: error.causes,
            kind: error.kind,
        }
    }
}
