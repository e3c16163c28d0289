//! The flag syntax of the original tool, laid over clap.
//!
//! Values may begin with `-` as a word of their own (`--conns -1`, `--config-file --`); on/off
//! flags take a value only with `=`, in Go's spellings; a flag given twice counts once, the last.

use clap::builder::{BoolishValueParser, ValueParser};
use clap::{Arg, ArgAction, Command};
use nsc_core::value;

/// Gives a command and all below it the syntax.
pub fn apply(command: Command) -> Command {
    command
        .args_override_self(true)
        .mut_args(adapt)
        .mut_subcommands(apply)
}

fn adapt(arg: Arg) -> Arg {
    if arg.is_positional() {
        return arg;
    }
    if is_switch(&arg) {
        return adapt_switch(arg);
    }
    if arg.get_action().takes_values() {
        arg.allow_hyphen_values(true)
    } else {
        arg
    }
}

/// Declared as `bool` or `Option<bool>`.
fn is_switch(arg: &Arg) -> bool {
    match arg.get_action() {
        ArgAction::SetTrue => true,
        ArgAction::Set => {
            let parser = arg.get_value_parser().type_id();
            parser == ValueParser::bool().type_id()
                || parser == ValueParser::from(BoolishValueParser::new()).type_id()
        }
        _ => false,
    }
}

/// Whether it is an on/off flag that [`apply`] has seen.
pub fn is_adapted_switch(arg: &Arg) -> bool {
    let names = arg.get_value_names().unwrap_or_default();
    names.iter().any(|name| *name == SWITCH)
}

/// Stands for the value of an on/off flag.
const SWITCH: &str = "true|false";

fn adapt_switch(arg: Arg) -> Arg {
    let always_there = matches!(arg.get_action(), ArgAction::SetTrue);
    let arg = arg
        .action(ArgAction::Set)
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("true")
        .hide_possible_values(true)
        .value_name(SWITCH)
        .value_parser(|text: &str| value::parse_bool(text).map_err(|error| error.to_string()));
    if always_there {
        arg.default_value("false").hide_default_value(true)
    } else {
        arg
    }
}
