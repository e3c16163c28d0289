//! Help: pages made of the command tree, the tasks that commands serve, and examples.
//!
//! `-h` tells what is special to a command; `--help` adds the flags of every command, and examples.
//! The examples are data ([`examples`]), and a test runs each of them.

pub mod examples;
mod page;
pub mod tasks;
pub mod words;

use std::ffi::OsString;

use clap::builder::StyledStr;

use crate::cli;
pub use page::Detail;

/// The help that a command line asks for, once the parser has found that it asks for some.
pub fn answer(args: &[OsString]) -> StyledStr {
    let root = cli::command();
    let found = words::follow(&root, args);
    let is_full = found.help_word || args.iter().any(|arg| arg == "--help");
    let detail = if is_full { Detail::Full } else { Detail::Short };
    page::of(root.clone(), &found.path, detail)
}
