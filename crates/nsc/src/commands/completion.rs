//! `nsc completion`.

use clap::{Command, ValueEnum};
use clap_complete::Shell;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::cli;
use crate::error::CliError;
use crate::ui::page::Page;
use crate::ui::{Report, Show};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Completion {
    /// bash, zsh, fish or powershell
    #[arg(value_name = "SHELL")]
    shell: Option<String>,

    /// Leave out what flags and commands are for
    #[arg(long)]
    no_descriptions: bool,
}

impl Completion {
    /// Runs the command. It looks at no context, so that a shell can start with it wherever it is.
    pub(super) fn run(self, _app: &App) -> Result<Report, CliError> {
        let Some((name, shell)) = self.shell.as_deref().and_then(parse) else {
            return Ok(Report::new(Script {
                shell: None,
                script: help(),
            }));
        };
        let mut command = cli::command();
        if self.no_descriptions {
            command = bare(command);
        }
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut command, "nsc", &mut script);
        Ok(Report::new(Script {
            shell: Some(name),
            script: String::from_utf8_lossy(&script).into_owned(),
        }))
    }
}

fn parse(name: &str) -> Option<(&'static str, Shell)> {
    let shell = Shell::from_str(name, true).ok()?;
    let name = match shell {
        Shell::Bash => "bash",
        Shell::Fish => "fish",
        Shell::PowerShell => "powershell",
        Shell::Zsh => "zsh",
        _ => return None,
    };
    Some((name, shell))
}

fn help() -> String {
    let mut command = cli::command();
    let found = command.find_subcommand_mut("completion");
    found.map_or_else(String::new, |command| command.render_help().to_string())
}

/// The command tree without any text.
fn bare(command: Command) -> Command {
    command
        .about("")
        .mut_args(|arg| arg.help("").long_help(""))
        .mut_subcommands(bare)
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
