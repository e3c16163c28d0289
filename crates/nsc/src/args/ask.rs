//! Questions that several commands ask with `-i`.

use nsc_core::value;

use crate::app::App;
use crate::args::{list, number};
use crate::error::CliError;

/// Some of a list; nothing is asked when it is empty. What comes back is quoted as list flags are.
///
/// # Errors
/// When cancelled.
pub fn some_of(app: &App, question: &str, values: &[String]) -> Result<Vec<String>, CliError> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let chosen = app.prompter.choose_some(question, values)?;
    Ok(chosen
        .into_iter()
        .filter_map(|place| values.get(place))
        .map(|value| quoted(value))
        .collect())
}

/// A list with commas, as it is typed; none when it is empty.
///
/// # Errors
/// When cancelled.
pub fn list(app: &App, question: &str) -> Result<Option<String>, CliError> {
    let check = |answer: &str| match value::parse_list(answer) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    };
    let answer = app.prompter.text(question, "", &check)?;
    Ok(Some(answer).filter(|answer| !answer.is_empty()))
}

/// A number with or without a unit, offering the present one.
///
/// # Errors
/// When cancelled.
pub fn size(app: &App, question: &str, current: i64) -> Result<i64, CliError> {
    let check = |answer: &str| number::size(answer).map(drop);
    let answer = app.prompter.text(question, &current.to_string(), &check)?;
    Ok(value::parse_number(&answer)?)
}

/// A text that `check` accepts, offering the present one; an empty answer keeps that.
///
/// # Errors
/// When cancelled.
pub fn text(
    app: &App,
    question: &str,
    current: &str,
    check: impl Fn(&str) -> Result<(), CliError>,
) -> Result<String, CliError> {
    let check = |answer: &str| check(answer).map_err(|error| error.to_string());
    app.prompter.text(question, current, &check)
}

/// A web address or nothing, offering the present one.
///
/// # Errors
/// When cancelled.
pub fn info_url(app: &App, current: &str) -> Result<String, CliError> {
    let check = |answer: &str| match answer {
        "" => Ok(()),
        url => Ok(value::check_info_url(url)?),
    };
    text(app, "info URL (http or https)", current, check)
}

/// A value as an item of a list flag.
fn quoted(value: &str) -> String {
    let safe = list::items(&[value.to_owned()]).is_ok_and(|items| items == [value]);
    if safe {
        value.to_owned()
    } else {
        format!("\"{}\"", value.replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_values_come_back_as_one_item() {
        for value in ["a", "a,b", "say \"hi\"", "a b"] {
            assert_eq!(list::items(&[quoted(value)]).unwrap(), [value]);
        }
    }
}
