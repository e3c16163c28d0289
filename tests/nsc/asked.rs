//! Commands with `-i`, and a person whose answers are known.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ffi::OsString;
use std::rc::Rc;

use nsc::app::App;
use nsc::error::CliError;
use nsc::ui::Report;
use nsc::ui::prompt::{Check, Prompter};
use nsc_store::Environment;
use nsc_testkit::TestHome;

/// What the person says.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// To a question for a text.
    Text(&'static str),
    /// To a question for a text: what is offered.
    Offered,
    /// Yes or no.
    Confirm(bool),
    /// The choice that contains this text.
    Choice(&'static str),
}

/// Runs `nsc ARGS -i` in this process. Each answer comes with a part of the question that it belongs to; all of them
/// have to be asked for, in this order.
#[track_caller]
pub(crate) fn run(
    home: &TestHome,
    args: &[&str],
    answers: &[(&'static str, Answer)],
) -> Result<Report, CliError> {
    let words = ["nsc"].iter().chain(args).chain(&["-i"]);
    let words: Vec<OsString> = words.map(OsString::from).collect();
    let parsed = nsc::cli::parse(&words).unwrap();
    let mut app = App::from_process(parsed.globals, &words).unwrap();
    app.env = Environment::new(home.path(), home.work(), [("TZ", "UTC")]);
    let script = Script(Rc::new(RefCell::new(answers.iter().cloned().collect())));
    app.prompter = Box::new(script.clone());
    let outcome = nsc::commands::run(&app, parsed.command);
    let left = script.0.borrow();
    assert!(left.is_empty(), "never asked: {left:?}");
    outcome
}

#[derive(Clone)]
struct Script(Rc<RefCell<VecDeque<(&'static str, Answer)>>>);

impl Script {
    fn next(&self, question: &str) -> Answer {
        let next = self.0.borrow_mut().pop_front();
        match next {
            Some((part, answer)) if question.contains(part) => answer,
            other => panic!("asked `{question}`, expected {other:?}"),
        }
    }
}

impl Prompter for Script {
    fn is_at_hand(&self) -> bool {
        true
    }

    fn text(&self, question: &str, default: &str, check: Check<'_>) -> Result<String, CliError> {
        let answer = match self.next(question) {
            Answer::Text(answer) => answer.to_owned(),
            Answer::Offered => default.to_owned(),
            other => panic!("`{question}` wants a text, not {other:?}"),
        };
        check(&answer).map_err(CliError::failed)?;
        Ok(answer)
    }

    fn secret(&self, question: &str, offered: &str, check: Check<'_>) -> Result<String, CliError> {
        self.text(question, offered, check)
    }

    fn confirm(&self, question: &str, _default: bool) -> Result<bool, CliError> {
        match self.next(question) {
            Answer::Confirm(answer) => Ok(answer),
            other => panic!("`{question}` wants yes or no, not {other:?}"),
        }
    }

    fn choose(
        &self,
        question: &str,
        choices: &[String],
        default: usize,
    ) -> Result<usize, CliError> {
        match self.next(question) {
            Answer::Choice(part) => {
                let found = choices.iter().position(|choice| choice.contains(part));
                Ok(found.unwrap_or_else(|| panic!("no `{part}` in {choices:?}")))
            }
            Answer::Offered => Ok(default),
            other => panic!("`{question}` wants a choice, not {other:?}"),
        }
    }

    fn choose_some(&self, question: &str, _choices: &[String]) -> Result<Vec<usize>, CliError> {
        panic!("`{question}` is not in the script")
    }
}
