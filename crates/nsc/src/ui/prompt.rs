//! Questions to a person.

use std::io::IsTerminal;

use inquire::ui::RenderConfig;
use inquire::{Confirm, InquireError, MultiSelect, Password, PasswordDisplayMode, Select, Text};

use crate::entity::EntityKind;
use crate::error::CliError;

/// Says whether a typed answer will do, and why not.
pub type Check<'a> = &'a dyn Fn(&str) -> Result<(), String>;

/// Asks questions. Cancelling one is an error, so that nothing is written.
pub trait Prompter {
    /// Whether somebody is there to answer.
    fn is_at_hand(&self) -> bool;

    /// A line of text; an empty answer is the default.
    ///
    /// # Errors
    /// Cancelled, or nobody to ask.
    fn text(&self, question: &str, default: &str, check: Check<'_>) -> Result<String, CliError>;

    /// A line that may be a secret and is not shown while it is typed; an empty answer is what is offered, which
    /// is not shown either.
    ///
    /// # Errors
    /// Cancelled, or nobody to ask.
    fn secret(&self, question: &str, offered: &str, check: Check<'_>) -> Result<String, CliError>;

    /// Yes or no.
    ///
    /// # Errors
    /// Cancelled, or nobody to ask.
    fn confirm(&self, question: &str, default: bool) -> Result<bool, CliError>;

    /// One of several; the place in the list.
    ///
    /// # Errors
    /// Cancelled, or nobody to ask.
    fn choose(&self, question: &str, choices: &[String], default: usize)
    -> Result<usize, CliError>;

    /// Some of several; the places in the list.
    ///
    /// # Errors
    /// Cancelled, or nobody to ask.
    fn choose_some(&self, question: &str, choices: &[String]) -> Result<Vec<usize>, CliError>;
}

/// Asks at the terminal, on standard error.
#[derive(Clone, Copy, Debug)]
pub struct TerminalPrompter {
    /// Whether questions may be asked at all.
    pub may_ask: bool,
}

impl Prompter for TerminalPrompter {
    fn is_at_hand(&self) -> bool {
        // Answers come from standard input, and questions go to standard error: nobody sees them in a file.
        self.may_ask && std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    fn text(&self, question: &str, default: &str, check: Check<'_>) -> Result<String, CliError> {
        need(self)?;
        let mut wrong = String::new();
        loop {
            let mut prompt = Text::new(question).with_render_config(look());
            if !default.is_empty() {
                prompt = prompt.with_default(default);
            }
            // Whoever mistyped something long need not type it again.
            if !wrong.is_empty() {
                prompt = prompt.with_initial_value(&wrong);
            }
            let answer = prompt.prompt().map_err(cancelled)?;
            match check(&answer) {
                Ok(()) => return Ok(answer),
                Err(why) => super::notice(&why),
            }
            wrong = answer;
        }
    }

    fn secret(&self, question: &str, offered: &str, check: Check<'_>) -> Result<String, CliError> {
        need(self)?;
        loop {
            let typed = Password::new(question)
                .with_render_config(look())
                .with_display_mode(PasswordDisplayMode::Masked)
                .with_display_toggle_enabled()
                .with_help_message("what is typed is hidden; Ctrl-R shows it")
                .without_confirmation()
                .prompt()
                .map_err(cancelled)?;
            let answer = if typed.is_empty() {
                offered.to_owned()
            } else {
                typed
            };
            match check(&answer) {
                Ok(()) => return Ok(answer),
                Err(why) => super::notice(&why),
            }
        }
    }

    fn confirm(&self, question: &str, default: bool) -> Result<bool, CliError> {
        need(self)?;
        Confirm::new(question)
            .with_render_config(look())
            .with_default(default)
            .prompt()
            .map_err(cancelled)
    }

    fn choose(
        &self,
        question: &str,
        choices: &[String],
        default: usize,
    ) -> Result<usize, CliError> {
        need(self)?;
        let select = Select::new(question, choices.to_vec());
        let select = select.with_starting_cursor(default.min(choices.len().saturating_sub(1)));
        select
            .with_render_config(look())
            .raw_prompt()
            .map(|choice| choice.index)
            .map_err(cancelled)
    }

    fn choose_some(&self, question: &str, choices: &[String]) -> Result<Vec<usize>, CliError> {
        need(self)?;
        let chosen = MultiSelect::new(question, choices.to_vec())
            .with_render_config(look())
            .raw_prompt()
            .map_err(cancelled)?;
        Ok(chosen.into_iter().map(|choice| choice.index).collect())
    }
}

/// Colours unless `NO_COLOR` is set; an answered question begins with `>`, an open one with `?`.
fn look() -> RenderConfig<'static> {
    let mut look = RenderConfig::default();
    look.answered_prompt_prefix.content = ">";
    look
}

fn need(prompter: &TerminalPrompter) -> Result<(), CliError> {
    if prompter.is_at_hand() {
        return Ok(());
    }
    Err(CliError::failed("cannot ask questions without a terminal")
        .about(EntityKind::Flag, "--interactive")
        .hint("leave out `-i` and give the answers as flags (see --help)"))
}

fn cancelled(error: InquireError) -> CliError {
    match error {
        InquireError::OperationCanceled | InquireError::OperationInterrupted => {
            CliError::failed("cancelled; nothing was changed")
        }
        other => CliError::failed("cannot ask questions").caused_by(&other),
    }
}
