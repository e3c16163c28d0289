//! `NSC_*` variables of the global flags.
//!
//! Each global flag has one that is named after it: `--lock-timeout` has `NSC_LOCK_TIMEOUT`. It counts like the flag,
//! unless the flag is on the command line; an empty one counts as unset. They become flags before the command line is
//! parsed, so that nothing behind the parser knows whether a value was typed or comes from the environment.

use std::ffi::{OsStr, OsString};

use clap::error::{ContextKind, ContextValue};
use clap::parser::ValueSource;
use clap::{Arg, Args, Command};

use crate::cli::{self, Globals};
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::pflag;

/// Flags that stand for several folders: where one is on the command line, no variable names a folder beside it.
const FOLDERS_AT_ONCE: [&str; 2] = ["all-dirs", cli::STORE];
/// Flags that name one folder: beside them no variable puts everything into one.
const ONE_FOLDER: [&str; 3] = ["config-dir", "data-dir", "keystore-dir"];
/// Flags whose value may be a secret.
const SECRET: [&str; 1] = ["private-key"];

/// A variable of a global flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name, such as `NSC_LOCK_TIMEOUT`.
    pub name: String,
    /// The flag that it stands for, without dashes.
    pub flag: String,
    /// Whether its value may be a secret, and is never shown.
    pub secret: bool,
}

/// The variable of a flag; only global flags have one.
pub fn of(arg: &Arg) -> Option<Variable> {
    let flag = arg.get_long().filter(|_| arg.is_global_set())?;
    Some(Variable {
        name: format!("NSC_{}", flag.replace('-', "_").to_uppercase()),
        flag: flag.to_owned(),
        secret: SECRET.contains(&flag),
    })
}

/// The variables of all global flags, in the order of the help.
pub fn all() -> Vec<Variable> {
    globals().get_arguments().filter_map(of).collect()
}

/// Puts the names of the variables into the help of the global flags.
pub(crate) fn document(command: Command) -> Command {
    command.mut_args(|arg| match of(&arg) {
        Some(variable) => {
            let with_name = |text: String| format!("{text} [env: {}]", variable.name);
            let about = arg.get_help().map(ToString::to_string).unwrap_or_default();
            let long = arg.get_long_help().map(ToString::to_string);
            let arg = arg.help(with_name(about));
            match long {
                Some(long) => arg.long_help(with_name(long)),
                None => arg,
            }
        }
        None => arg,
    })
}

/// The command line with the variables that are set put in as flags; `lookup` tells the value of one.
///
/// A command line that makes no sense comes back as it is: the parser tells what is wrong with it.
///
/// # Errors
/// A value that the flag does not take.
pub fn applied(
    args: &[OsString],
    lookup: impl Fn(&str) -> Option<OsString>,
) -> Result<Vec<OsString>, CliError> {
    let set: Vec<(Variable, OsString)> = all()
        .into_iter()
        .filter_map(|variable| {
            let value = lookup(&variable.name).filter(|value| !value.is_empty())?;
            Some((variable, value))
        })
        .collect();
    let Some((program, rest)) = args.split_first().filter(|_| !set.is_empty()) else {
        return Ok(args.to_vec());
    };
    let Ok(typed) = cli::matches(args) else {
        return Ok(args.to_vec());
    };
    let is_typed = |flag: &str| {
        let id = cli::id_of(flag);
        // `value_source` panics for flags that do not exist.
        typed.ids().any(|known| known.as_str() == id)
            && typed.value_source(&id) == Some(ValueSource::CommandLine)
    };
    let several_typed = FOLDERS_AT_ONCE.into_iter().any(is_typed);
    let some_typed = several_typed || ONE_FOLDER.into_iter().any(is_typed);
    let mut line = vec![program.clone()];
    for (variable, value) in set {
        let flag = as_flag(&variable, &value)?;
        let flag_name = variable.flag.as_str();
        let is_beside = match flag_name {
            cli::STORE => some_typed,
            _ if FOLDERS_AT_ONCE.contains(&flag_name) || ONE_FOLDER.contains(&flag_name) => {
                several_typed
            }
            _ => false,
        };
        if !is_beside {
            line.push(flag);
        }
    }
    line.extend_from_slice(rest);
    Ok(line)
}

/// The flag with the value, if it takes it.
fn as_flag(variable: &Variable, value: &OsStr) -> Result<OsString, CliError> {
    let mut flag = OsString::from(format!("--{}=", variable.flag));
    flag.push(value);
    let parsed = globals().try_get_matches_from([OsStr::new("nsc"), &flag]);
    match parsed {
        Ok(_) => Ok(flag),
        Err(error) => Err(refused(variable, value, &error)),
    }
}

fn refused(variable: &Variable, value: &OsStr, error: &clap::Error) -> CliError {
    let Variable { name, flag, secret } = variable;
    let message = if *secret {
        format!("{name} has a value that `--{flag}` does not take")
    } else {
        let value = value.to_string_lossy();
        format!("{name} is `{value}`, which `--{flag}` does not take")
    };
    let mut refused = CliError::usage(message).about(EntityKind::Variable, name.as_str());
    if let Some(source) = std::error::Error::source(error).filter(|_| !secret) {
        refused = refused.caused_by(source);
    }
    if let Some(ContextValue::Strings(values)) = error.get(ContextKind::ValidValue) {
        refused = refused.hint(format!("{name} may be: {}", values.join(", ")));
    }
    refused.hint(format!("unset {name}, or give it another value"))
}

/// The global flags alone.
fn globals() -> Command {
    pflag::apply(Globals::augment_args(Command::new("nsc")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, variables: &[(&str, &str)]) -> Result<String, CliError> {
        let args: Vec<OsString> = text.split(' ').map(Into::into).collect();
        let lookup = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.into())
        };
        let line = applied(&args, lookup)?;
        let words: Vec<_> = line.iter().map(|word| word.to_string_lossy()).collect();
        Ok(words.join(" "))
    }

    #[test]
    fn variables_come_before_what_was_typed() {
        for (text, variables, expected) in [
            ("nsc env", &[][..], "nsc env"),
            (
                "nsc env",
                &[("NSC_OUTPUT", "json"), ("NSC_DRY_RUN", "")],
                "nsc --output=json env",
            ),
            (
                "nsc env -H d",
                &[("NSC_CONFIG_DIR", "c"), ("NSC_STRICT", "1")],
                "nsc --strict=1 env -H d",
            ),
            (
                "nsc env --data-dir d",
                &[("NSC_CONFIG_DIR", "c")],
                "nsc --config-dir=c env --data-dir d",
            ),
            ("nsc", &[("NSC_OUTPUT", "json")], "nsc"),
            ("nsc zork", &[("NSC_OUTPUT", "json")], "nsc zork"),
        ] {
            assert_eq!(line(text, variables).unwrap(), expected);
        }
    }

    #[test]
    fn what_was_typed_counts_more() {
        for text in ["nsc --output text env", "nsc env --output text"] {
            let line = line(text, &[("NSC_OUTPUT", "json")]).unwrap();
            let args: Vec<OsString> = line.split(' ').map(Into::into).collect();
            let parsed = cli::parse(&args).unwrap();
            assert_eq!(parsed.globals.output, crate::ui::Output::Text, "{line}");
        }
    }

    #[test]
    fn bad_values_name_the_variable() {
        for (name, value) in [
            ("NSC_OUTPUT", "xml"),
            ("NSC_LOCK_TIMEOUT", "soon"),
            ("NSC_DRY_RUN", "perhaps"),
            ("NSC_STRICT", "maybe"),
        ] {
            let error = line("nsc env", &[(name, value)]).unwrap_err();
            assert_eq!(error.kind, crate::error::Kind::Usage);
            assert!(error.message.contains(name) && error.message.contains(value));
            assert!(!error.hints.is_empty());
        }
    }

    #[test]
    fn every_global_flag_has_one_and_the_help_names_it() {
        let command = cli::command();
        let globals: Vec<&Arg> = command
            .get_arguments()
            .filter(|a| a.is_global_set())
            .collect();
        assert!(globals.len() >= 10);
        for arg in globals {
            let variable = of(arg).expect("a global flag has a long name");
            let help = arg.get_help().unwrap().to_string();
            assert!(
                help.ends_with(&format!("[env: {}]", variable.name)),
                "{help}"
            );
            if let Some(long) = arg.get_long_help() {
                assert!(long.to_string().contains(&variable.name), "{long}");
            }
        }
    }
}
