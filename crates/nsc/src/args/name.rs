//! The name of the thing that a command is about.

use nsc_store::names;

use crate::app::App;
use crate::entity::{Entity, EntityKind};
use crate::error::CliError;

/// The name, as flag or as word; the flag wins.
#[derive(Debug, Default, clap::Args)]
pub struct NameArgs {
    /// Name; `*` invents one
    #[arg(short, long, value_name = "NAME")]
    pub name: Option<String>,

    /// Name; `*` invents one
    #[arg(value_name = "NAME")]
    pub word: Option<String>,
}

impl NameArgs {
    /// The name that was given.
    pub fn given(&self) -> Option<&str> {
        [&self.name, &self.word]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .find(|name| !name.is_empty())
    }

    /// The name of a new `what`; `*` is replaced by an invented one that is not `taken`.
    ///
    /// # Errors
    /// When none was given, or one that cannot be.
    pub fn of_new(
        &self,
        app: &App,
        what: &str,
        taken: impl Fn(&str) -> bool,
    ) -> Result<String, CliError> {
        let name = self.given().ok_or_else(|| {
            CliError::usage(format!("the new {what} needs a name"))
                .hint(format!("nsc add {what} NAME"))
        })?;
        new_name(app, what, name, taken)
    }

    /// Asks for the name of a new `what` that is not `taken`, offering what was given.
    ///
    /// # Errors
    /// When cancelled.
    pub fn ask(
        &mut self,
        app: &App,
        what: &str,
        taken: impl Fn(&str) -> bool,
    ) -> Result<(), CliError> {
        let check = |answer: &str| check_new(what, answer, &taken);
        let question = format!("name of the {what} (* invents one)");
        let answer = app
            .prompter
            .text(&question, self.given().unwrap_or_default(), &check)?;
        self.name = Some(answer);
        Ok(())
    }
}

/// Checks what a new `what` may be called, as an answer.
///
/// # Errors
/// What is wrong with the name.
pub fn check_new(what: &str, name: &str, taken: impl Fn(&str) -> bool) -> Result<(), String> {
    check(what, name).map_err(|error| error.message)?;
    if taken(name) {
        return Err(format!("{what} `{name}` exists already"));
    }
    Ok(())
}

/// Checks a name, and replaces `*` by an invented one that is not `taken`.
///
/// # Errors
/// When it cannot be a name.
pub fn new_name(
    app: &App,
    what: &str,
    name: &str,
    taken: impl Fn(&str) -> bool,
) -> Result<String, CliError> {
    if name == INVENT {
        return invent(app, taken);
    }
    check(what, name)?;
    Ok(name.to_owned())
}

/// Invents a name of two words.
fn invent(app: &App, taken: impl Fn(&str) -> bool) -> Result<String, CliError> {
    let entropy = app.entropy()?;
    let start = u32::from_le_bytes([entropy[0], entropy[1], entropy[2], entropy[3]]);
    let mut numbers = (0..).map(|n| start.wrapping_add(n));
    // There are fewer names than that; when all are taken, the store refuses the last.
    let tries = std::cell::Cell::new(0);
    let taken = |name: &str| {
        tries.set(tries.get() + 1);
        tries.get() < 10_000 && taken(name)
    };
    Ok(names::invent(|| numbers.next().unwrap_or(start), taken))
}

fn check(what: &str, name: &str) -> Result<(), CliError> {
    if name == INVENT {
        return Ok(());
    }
    names::check(name).map_err(|error| {
        let entity = EntityKind::of_word(what).map(|kind| Entity::new(kind, name));
        CliError::failed(format!("{what} name `{name}`: {error}")).about_entity(entity)
    })
}

/// Stands for a name to be invented.
pub const INVENT: &str = "*";
