//! The root of the command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};
use nsc_store::DirFlags;

use crate::commands::Command;
use crate::lazy::{self, Lazy};
use crate::pflag;
use crate::ui::Output;

/// Keeps operators, accounts and users of NATS: their keys, JWTs, creds and server configurations
#[derive(Debug, Parser)]
#[command(
    name = "nsc",
    // `nsc version X`, as scripts look for it.
    version = concat!("version ", env!("CARGO_PKG_VERSION")),
    disable_version_flag = true,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = false
)]
pub struct Cli {
    /// Print the version
    #[arg(short = 'v', long, action = clap::ArgAction::Version)]
    version: Option<bool>,

    #[command(flatten)]
    globals: Globals,

    #[command(subcommand)]
    command: Lazy<Command>,
}

/// Flags of every command.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Global flags")]
pub struct Globals {
    /// Folder for configuration, stores and keystore together
    #[arg(short = 'H', long, global = true, value_name = "DIR")]
    pub all_dirs: Option<PathBuf>,

    /// Folder of nsc.json
    #[arg(long, global = true, value_name = "DIR")]
    pub config_dir: Option<PathBuf>,

    /// Folder of the operators' stores
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// Folder of seeds and creds
    #[arg(long, global = true, value_name = "DIR")]
    pub keystore_dir: Option<PathBuf>,

    /// Key that signs: a role name, a stored public key, a seed, or a file with one
    #[arg(
        short = 'K',
        long,
        global = true,
        value_name = "KEY",
        hide_env_values = true
    )]
    pub private_key: Option<String>,

    /// Ask questions (needs a terminal)
    #[arg(short, long, global = true)]
    pub interactive: bool,

    /// How results are printed: text, json or jsonl
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        default_value = "text",
        env = "NSC_OUTPUT"
    )]
    pub output: Output,

    /// Show what would be written, and write nothing
    #[arg(long, global = true)]
    pub dry_run: bool,

    /// Let warnings refuse: nothing is written that was warned of, and reading fails (NSC_STRICT=1)
    #[arg(long, global = true)]
    pub strict: Option<bool>,

    /// Seconds to wait for another nsc that is writing
    #[arg(
        long,
        global = true,
        value_name = "SECONDS",
        default_value = "30",
        env = "NSC_LOCK_TIMEOUT"
    )]
    pub lock_timeout: u64,
}

impl Globals {
    /// The folder flags.
    pub fn directories(&self) -> DirFlags {
        DirFlags {
            all_dirs: self.all_dirs.clone(),
            config_dir: self.config_dir.clone(),
            data_dir: self.data_dir.clone(),
            keystore_dir: self.keystore_dir.clone(),
        }
    }

    /// How long to wait for a lock.
    pub fn lock_wait(&self) -> Duration {
        Duration::from_secs(self.lock_timeout)
    }
}

/// A command line that makes sense.
pub struct Parsed {
    /// Global flags.
    pub globals: Globals,
    /// What to do.
    pub command: Command,
    /// The words of the command, such as `add account`.
    pub path: String,
}

/// The whole command tree with the flag syntax of the original.
pub fn command() -> clap::Command {
    pflag::apply(Cli::command())
}

/// Parses a command line, the program's name first.
///
/// # Errors
/// What clap found wrong, or the help or version that was asked for.
pub fn parse(args: &[OsString]) -> Result<Parsed, clap::Error> {
    let small = lazy::for_words(args, command);
    let matches = match small.try_get_matches_from(args) {
        Ok(matches) => matches,
        Err(version) if version.kind() == ErrorKind::DisplayVersion => return Err(version),
        // The whole tree knows aliases, and the best answer to a mistake.
        Err(_) => command().try_get_matches_from(args)?,
    };
    let path = command_path(&matches);
    let cli = Cli::from_arg_matches(&matches)?;
    Ok(Parsed {
        globals: cli.globals,
        command: cli.command.into_inner(),
        path,
    })
}

fn command_path(matches: &ArgMatches) -> String {
    let mut words = Vec::new();
    let mut level = matches;
    while let Some((word, below)) = level.subcommand() {
        words.push(word);
        level = below;
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_tree_is_consistent() {
        command().debug_assert();
    }

    /// The commands below a command, hidden ones too, as the words that lead there, aliases last.
    fn walk(
        command: &clap::Command,
        words: &mut Vec<OsString>,
        visit: &mut impl FnMut(&[OsString]),
    ) {
        visit(words);
        for below in command.get_subcommands() {
            for name in std::iter::once(below.get_name()).chain(below.get_all_aliases()) {
                words.push(name.into());
                walk(below, words, visit);
                words.pop();
            }
        }
    }

    fn flags(tree: &clap::Command, words: &[OsString]) -> Option<Vec<String>> {
        let mut command = tree;
        for word in &words[1..] {
            command = command.find_subcommand(word)?;
        }
        let flags = command.get_arguments();
        Some(flags.map(|flag| format!("{flag:?}")).collect())
    }

    #[test]
    fn the_tree_of_a_command_line_has_the_flags_of_its_command() {
        let whole = command();
        let mut found = 0;
        walk(&whole, &mut vec!["nsc".into()], &mut |words| {
            let small = lazy::for_words(words, command);
            // An alias is left to the whole tree.
            if let Some(small) = flags(&small, words) {
                found += 1;
                assert_eq!(Some(small), flags(&whole, words), "{words:?}");
            }
        });
        assert!(found > 80, "{found}");
    }

    #[test]
    fn the_tree_of_a_command_line_leaves_the_rest_out() {
        let words = ["nsc", "edit", "user", "-a", "A"].map(OsString::from);
        let small = lazy::for_words(&words, command);
        let names = |command: &clap::Command| -> Vec<String> {
            command
                .get_subcommands()
                .map(|below| below.get_name().into())
                .collect()
        };
        assert_eq!(names(&small), ["edit"]);
        assert_eq!(names(small.find_subcommand("edit").unwrap()), ["user"]);
        assert!(names(&command()).len() > 30);
    }
}
