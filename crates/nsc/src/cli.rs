//! The root of the command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};
use nsc_store::DirFlags;

use crate::commands::Command;
use crate::error::CliError;
use crate::lazy::{self, Lazy};
use crate::pflag;
use crate::ui::Output;
use crate::variables;

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

/// The heading of [`Globals`].
pub const GLOBAL_FLAGS: &str = "Global flags";

/// Flags of every command.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = GLOBAL_FLAGS)]
pub struct Globals {
    /// One folder for everything, which may be moved
    ///
    /// As -H, but neither the working directory nor NSC_HOME, NKEYS_PATH and NSC_CWD_ONLY count, and nothing in the folder
    /// says where it is. Behind `env` and `generate nkey`, which have a --store of their own, it is --store-dir.
    #[arg(id = STORE_DIR, long = "store", alias = "store-dir", global = true, value_name = "DIR")]
    pub store: Option<PathBuf>,

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
    #[arg(short = 'K', long, global = true, value_name = "KEY")]
    pub private_key: Option<String>,

    /// Ask questions (needs a terminal)
    #[arg(short, long, global = true)]
    pub interactive: bool,

    /// How results are printed: text, json or jsonl
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub output: Output,

    /// Show what would be written, and write nothing
    #[arg(long, global = true)]
    pub dry_run: bool,

    /// Let warnings refuse: nothing is written that was warned of, and reading fails
    #[arg(long, global = true)]
    pub strict: Option<bool>,

    /// Seconds to wait for another nsc that is writing
    #[arg(long, global = true, value_name = "SECONDS", default_value = "30")]
    pub lock_timeout: u64,
}

impl Globals {
    /// The folder flags.
    pub fn directories(&self) -> DirFlags {
        DirFlags {
            store: self.store.clone(),
            all_dirs: self.all_dirs.clone(),
            config_dir: self.config_dir.clone(),
            data_dir: self.data_dir.clone(),
            keystore_dir: self.keystore_dir.clone(),
        }
    }

    /// Refuses flags that contradict one another.
    ///
    /// # Errors
    /// `--store` with a flag for another folder.
    pub fn check(&self) -> Result<(), CliError> {
        let others = [
            ("-H", &self.all_dirs),
            ("--config-dir", &self.config_dir),
            ("--data-dir", &self.data_dir),
            ("--keystore-dir", &self.keystore_dir),
        ];
        let other = others.into_iter().find(|(_, dir)| dir.is_some());
        match (&self.store, other) {
            (Some(_), Some((flag, _))) => Err(CliError::usage(format!(
                "`--store` puts everything into one folder, and `{flag}` names another one"
            ))
            .hint(format!(
                "leave out `--store` or `{flag}`, or unset the variable of one of them (NSC_STORE ...)"
            ))),
            _ => Ok(()),
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
    /// Names of the global flags that were given and that concern more than what is signed.
    pub given_globals: Vec<&'static str>,
    /// Whether the command's own `--json` was given.
    pub json: bool,
}

/// Global flags that concern more than one command of several: which store, and what becomes of the results.
const OF_THE_WHOLE: [&str; 9] = [
    STORE_DIR,
    "interactive",
    "output",
    "dry_run",
    "lock_timeout",
    "all_dirs",
    "config_dir",
    "data_dir",
    "keystore_dir",
];

/// The flag for one folder.
pub(crate) const STORE: &str = "store";

/// Name of that flag within the parser: some commands have a `--store` of their own.
const STORE_DIR: &str = "store_dir";

/// Name within the parser of a global flag.
pub(crate) fn id_of(flag: &str) -> String {
    match flag {
        STORE => STORE_DIR.to_owned(),
        _ => flag.replace('-', "_"),
    }
}

/// The whole command tree with the flag syntax of the original.
pub fn command() -> clap::Command {
    variables::document(pflag::apply(with_own_store(Cli::command())))
}

/// Behind commands that have a `--store` of their own, the global one has another name.
fn with_own_store(command: clap::Command) -> clap::Command {
    let has_own = |command: &clap::Command| {
        let mut args = command.get_arguments();
        args.any(|arg| arg.get_long() == Some("store") && arg.get_id() != STORE_DIR)
    };
    command.mut_subcommands(move |below| {
        let below = if has_own(&below) {
            let arg = clap::Arg::new(STORE_DIR)
                .long("store-dir")
                .value_name("DIR")
                .help("One folder for everything, which may be moved: `--store` of other commands")
                .help_heading(GLOBAL_FLAGS)
                .value_parser(clap::value_parser!(PathBuf));
            below.arg(arg)
        } else {
            below
        };
        with_own_store(below)
    })
}

/// Parses a command line, the program's name first.
///
/// # Errors
/// What clap found wrong, or the help or version that was asked for.
pub fn parse(args: &[OsString]) -> Result<Parsed, clap::Error> {
    let matches = matches(args)?;
    parsed(&matches)
}

/// What a command line gives, before it becomes a command.
pub(crate) fn matches(args: &[OsString]) -> Result<ArgMatches, clap::Error> {
    let small = lazy::for_words(args, command);
    match small.try_get_matches_from(args) {
        Ok(matches) => Ok(matches),
        Err(version) if version.kind() == ErrorKind::DisplayVersion => Err(version),
        // The whole tree knows aliases, and the best answer to a mistake.
        Err(_) => command().try_get_matches_from(args),
    }
}

fn parsed(matches: &ArgMatches) -> Result<Parsed, clap::Error> {
    let (path, innermost) = command_path(matches);
    let cli = Cli::from_arg_matches(matches)?;
    Ok(Parsed {
        globals: cli.globals,
        command: cli.command.into_inner(),
        path,
        given_globals: given_globals(innermost),
        json: wants_json(innermost),
    })
}

/// Parses several command lines: the command tree is made once.
pub struct LineParser(clap::Command);

impl LineParser {
    /// With the whole command tree.
    #[expect(clippy::new_without_default, reason = "it is dear to make")]
    pub fn new() -> Self {
        Self(command())
    }

    /// Parses a command line, the program's name first.
    ///
    /// # Errors
    /// As [`parse`].
    pub fn parse(&mut self, args: &[OsString]) -> Result<Parsed, clap::Error> {
        let matches = self.0.try_get_matches_from_mut(args)?;
        parsed(&matches)
    }
}

/// Whether the `--json` of the original was given, which some commands have.
fn wants_json(innermost: &ArgMatches) -> bool {
    matches!(innermost.try_get_one::<bool>("json"), Ok(Some(true)))
}

/// The words of the command, and what it was given.
fn command_path(matches: &ArgMatches) -> (String, &ArgMatches) {
    let mut words = Vec::new();
    let mut level = matches;
    while let Some((word, below)) = level.subcommand() {
        words.push(word);
        level = below;
    }
    (words.join(" "), level)
}

/// The global flags on the command line, wherever they stand on it.
fn given_globals(innermost: &ArgMatches) -> Vec<&'static str> {
    let is_given = |id: &&str| {
        let known = innermost.ids().any(|known| known.as_str() == *id);
        known && innermost.value_source(id) == Some(ValueSource::CommandLine)
    };
    OF_THE_WHOLE.into_iter().filter(is_given).collect()
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
