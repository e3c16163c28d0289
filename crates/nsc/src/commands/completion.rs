//! `nsc completion`.

use std::ffi::OsString;

use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::complete::scripts::Shell;
use crate::error::CliError;
use crate::help;
use crate::similar;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Completion {
    /// bash, zsh, fish, powershell or elvish
    #[arg(value_name = "SHELL")]
    shell: Option<String>,

    /// Leave out what flags and commands are for
    #[arg(long)]
    no_descriptions: bool,
}

impl Completion {
    /// Runs the command. It looks at no context, so that a shell can start with it wherever it is.
    pub(super) fn run(self, _app: &App) -> Result<Report, CliError> {
        let Some(shell) = self.shell.as_deref().and_then(Shell::from_name) else {
            let help = Report::new(Script {
                shell: None,
                script: usage(),
            });
            return Ok(help.with_steps(self.shell.as_deref().map(unknown)).aside());
        };
        Ok(Report::new(Script {
            shell: Some(shell.name()),
            script: shell.script(!self.no_descriptions),
        }))
    }
}

fn usage() -> String {
    help::answer(&["nsc", "completion", "--help"].map(OsString::from)).to_string()
}

/// Scripts rely on help and success for a shell that nobody knows; a person is told.
fn unknown(name: &str) -> Step {
    let known = ["bash", "elvish", "fish", "powershell", "zsh"];
    let meant = match similar::question(name, known) {
        Some(meant) => format!("; {meant}"),
        None => String::new(),
    };
    Step::warning(format!(
        "there is no completion for a shell `{name}`{meant}"
    ))
}

/// A script for a shell.
#[derive(JsonSchema, Serialize)]
pub(super) struct Script {
    /// The shell; absent when it is not known, and the text is help.
    #[serde(skip_serializing_if = "Option::is_none")]
    shell: Option<&'static str>,
    /// The script.
    script: String,
}

impl Show for Script {
    fn show(&self, page: &mut Page) {
        page.raw(&self.script);
    }
}
