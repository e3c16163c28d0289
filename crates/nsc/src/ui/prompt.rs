//! Questions to a person.

use std::io::IsTerminal;

use inquire::{Confirm, InquireError, MultiSelect, Select, Text};

use crate::error::CliError;

/// Says whether a typed answer will do, and why not.
pub type Check<'a> = &'a dyn Fn(&str) -> Result<(), String>;

/// Asks questions. Cancelling one is an error, so that nothing is written.
pub trait Prompter {
    /// A line of text; an empty answer is the default.
    ///
    /// # Errors
    /// Cancelled, or nobody to ask.
    fn text(&self, question: &str, default: &str, check: Check<'_>) -> Result<String, CliError>;

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
pub struct TerminalPrompter;

impl Prompter for TerminalPrompter {
    fn text(&self, question: &str, default: &str, check: Check<'_>) -> Result<String, CliError> {
        need_terminal()?;
        loop {
            let mut prompt = Text::new(question);
            if !default.is_empty() {
                prompt = prompt.with_default(default);
            }
            let answer = prompt.prompt().map_err(cancelled)?;
            match check(&answer) {
                Ok(()) => return Ok(answer),
                Err(why) => super::notice(&why),
            }
        }
    }

    fn confirm(&self, question: &str, default: bool) -> Result<bool, CliError> {
        need_terminal()?;
        Confirm::new(question)
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
        need_terminal()?;
        let select = Select::new(question, choices.to_vec());
        let select = select.with_starting_cursor(default.min(choices.len().saturating_sub(1)));
        select
            .raw_prompt()
            .map(|choice| choice.index)
            .map_err(cancelled)
    }

    fn choose_some(&self, question: &str, choices: &[String]) -> Result<Vec<usize>, CliError> {
        need_terminal()?;
        let chosen = MultiSelect::new(question, choices.to_vec())
            .raw_prompt()
            .map_err(cancelled)?;
        Ok(chosen.into_iter().map(|choice| choice.index).collect())
    }
}

fn need_terminal() -> Result<(), CliError> {
    if std::io::stdin().is_terminal() {
        return Ok(());
    }
    Err(CliError::failed("cannot ask questions without a terminal")
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
