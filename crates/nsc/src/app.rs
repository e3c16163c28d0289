//! What a command is given to work with.

use std::ffi::OsString;
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::tz::TimeZone;
use nsc_core::keys::{KeyKind, Seed};
use nsc_core::time::UnixTime;
use nsc_store::env::{NSC_NO_HISTORY, NSC_REVOKE_ON_DELETE, NSC_TRASH_DAYS};
use nsc_store::lock::LockWait;
use nsc_store::{Batch, BeginOptions, Context, Environment, Recording, Settings, trash};

use crate::argv;
use crate::cli::Globals;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::ui::prompt::{Prompter, TerminalPrompter};

/// Environment, clock, randomness, prompts and global flags of one run.
///
/// Everything that differs from run to run comes from here, so a test can fix it.
pub struct App {
    /// Variables, home and working directory.
    pub env: Environment,
    /// Global flags.
    pub globals: Globals,
    /// Asks questions with `-i`.
    pub prompter: Box<dyn Prompter>,
    command_line: String,
    trash_days: u32,
    strict: bool,
    clock: fn() -> UnixTime,
    zone: fn() -> TimeZone,
    entropy: fn() -> Result<[u8; 32], CliError>,
}

impl App {
    /// Takes everything from the process; `args` is its command line.
    ///
    /// # Errors
    /// When the working directory or the home folder is unknown, or a variable makes no sense.
    pub fn from_process(globals: Globals, args: &[OsString]) -> Result<Self, CliError> {
        globals.check()?;
        let cwd = std::env::current_dir().map_err(|error| {
            CliError::failed("cannot tell the working directory").caused_by(&error)
        })?;
        let home = std::env::home_dir()
            .filter(|home| !home.as_os_str().is_empty())
            .ok_or_else(|| {
                CliError::failed("cannot tell the home folder")
                    .about(EntityKind::Variable, "HOME")
                    .hint("set HOME, or use `nsc --store DIR ...`")
            })?;
        let env = Environment::new(home, cwd, std::env::vars_os());
        Ok(Self {
            trash_days: trash_days(&env)?,
            strict: globals.strict.unwrap_or(false),
            env,
            globals,
            command_line: argv::shown(args),
            prompter: Box::new(TerminalPrompter { may_ask: true }),
            clock: system_time,
            zone: TimeZone::system,
            entropy: system_entropy,
        })
    }

    /// For one line of a batch: its own key and strictness, all else as for the batch.
    pub fn of_line(&self, batch: &Batch, line: Globals, shown: &str) -> Self {
        let globals = Globals {
            private_key: line
                .private_key
                .or_else(|| self.globals.private_key.clone()),
            ..self.globals.clone()
        };
        Self {
            env: self.env.in_batch(batch),
            globals,
            prompter: Box::new(TerminalPrompter { may_ask: false }),
            command_line: shown.to_owned(),
            trash_days: self.trash_days,
            strict: line.strict.unwrap_or(self.strict),
            clock: self.clock,
            zone: self.zone,
            entropy: self.entropy,
        }
    }

    /// Whether this is a line of a batch, so that nothing is to be written, sent or asked now.
    pub fn is_in_batch(&self) -> bool {
        self.env.files().is_batch()
    }

    /// The present second.
    pub fn now(&self) -> UnixTime {
        (self.clock)()
    }

    /// The local time zone, in which calendar steps are made.
    pub fn zone(&self) -> TimeZone {
        (self.zone)()
    }

    /// A fresh key.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn new_key(&self, kind: KeyKind) -> Result<Seed, CliError> {
        (self.entropy)().map(|entropy| Seed::from_entropy(kind, entropy))
    }

    /// 32 fresh random bytes.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn entropy(&self) -> Result<[u8; 32], CliError> {
        (self.entropy)()
    }

    /// 22 random letters and digits, for names that nothing else has.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn random_word(&self) -> Result<String, CliError> {
        const LETTERS: &[u8; 62] =
            b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let letter = |byte: &u8| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]);
        Ok(self.entropy()?.iter().take(22).map(letter).collect())
    }

    /// Folders, store root, operator and account in force.
    ///
    /// # Errors
    /// As [`Context::load`]; an operator or a keystore that must be brought up to date first.
    pub fn context(&self) -> Result<Context, CliError> {
        let context = self.context_of_any_version()?;
        check_operator(&context)?;
        Ok(context)
    }

    /// As [`context`](Self::context), but the operator's JWT may be of version 1: for the commands that lead away
    /// from it.
    ///
    /// # Errors
    /// As [`Context::load`]; a keystore that must be brought up to date first.
    pub fn context_of_any_version(&self) -> Result<Context, CliError> {
        let context = self.unchecked_context()?;
        check_keystore(&context)?;
        Ok(context)
    }

    /// As [`context`](Self::context), whatever has to be brought up to date first: for the command that does it.
    ///
    /// # Errors
    /// As [`Context::load`].
    pub fn unchecked_context(&self) -> Result<Context, CliError> {
        let flags = self.globals.directories();
        let load = if self.globals.dry_run {
            Context::load_for_dry_run
        } else {
            Context::load
        };
        Ok(load(&self.env, &flags, self.now().0)?)
    }

    /// The context for a favour that nobody asked for, such as a suggestion: nothing is written on the way.
    pub fn look(&self) -> Option<Context> {
        let flags = self.globals.directories();
        Context::look(&self.env, &flags, self.now().0).ok()
    }

    /// How a writing command begins: with the lock, unless nothing is to be written.
    pub fn begin_options(&self, command: &'static str) -> BeginOptions<'_> {
        BeginOptions {
            wait: self.globals.lock_wait(),
            on_wait: Some(&tell_of_wait),
            command,
            dry_run: self.globals.dry_run,
            recording: Some(Recording {
                now: self.now().0,
                command_line: &self.command_line,
                history: !self.env.is_defined(NSC_NO_HISTORY),
                trash_days: self.trash_days,
            }),
            probe: None,
        }
    }

    /// How many days removed seeds stay in the trash; 0 keeps none.
    pub fn trash_days(&self) -> u32 {
        self.trash_days
    }

    /// Whether warnings refuse.
    pub fn is_strict(&self) -> bool {
        self.strict
    }

    /// Whether deleting a user revokes it unless told otherwise: the variable, else what was set with `nsc env`.
    ///
    /// # Errors
    /// A variable that makes no sense, or settings that cannot be read.
    pub fn revokes_deleted(&self, context: &Context) -> Result<bool, CliError> {
        if let Some(revoke) = switch(&self.env, NSC_REVOKE_ON_DELETE)? {
            return Ok(revoke);
        }
        let settings = Settings::read(context.home())?;
        Ok(settings.revoke_on_delete.unwrap_or(false))
    }

    /// `-K`.
    pub fn private_key(&self) -> Option<&str> {
        self.globals.private_key.as_deref()
    }

    /// Whether the result is printed as JSON.
    pub fn is_for_machines(&self) -> bool {
        self.globals.output != crate::ui::Output::Text
    }

    /// Whether questions are asked.
    pub fn is_interactive(&self) -> bool {
        self.globals.interactive
    }
}

/// Refuses to work below an operator JWT of version 1.
fn check_operator(context: &Context) -> Result<(), CliError> {
    // A store that cannot be opened is reported by the commands that need it.
    let Ok(store) = context.operator_store() else {
        return Ok(());
    };
    if !store.is_version_1()? {
        return Ok(());
    }
    let name = store.folder();
    Err(
        CliError::failed(format!("the JWT of operator `{name}` is of version 1"))
            .about(EntityKind::Operator, name.to_string())
            .hint("nsc upgrade-jwt")
            .hint("nsc select operator NAME"),
    )
}

/// Refuses to work with a keystore in the layout of old versions.
fn check_keystore(context: &Context) -> Result<(), CliError> {
    let keystore = context.keystore();
    let Some(old) = keystore.old_layout()? else {
        return Ok(());
    };
    let dir = keystore.dir().display();
    let mut error = CliError::failed(format!("keystore `{dir}` has the layout of old versions"))
        .about(EntityKind::Keystore, dir.to_string());
    error.causes.push(format!("there is `{}`", old.display()));
    Err(error.hint("nsc keys migrate"))
}

/// A variable that is on or off; an empty one counts as unset.
pub(crate) fn switch(env: &Environment, name: &str) -> Result<Option<bool>, CliError> {
    let Some(value) = env.var(name) else {
        return Ok(None);
    };
    let text = value.to_string_lossy();
    match nsc_core::value::parse_bool(text.trim()) {
        Ok(on) => Ok(Some(on)),
        Err(_) => Err(
            CliError::usage(format!("{name} is `{text}`, which is neither on nor off"))
                .about(EntityKind::Variable, name.to_string())
                .hint(format!("{name}=1, or {name}=0")),
        ),
    }
}

/// `NSC_TRASH_DAYS`.
fn trash_days(env: &Environment) -> Result<u32, CliError> {
    let Some(value) = env.var(NSC_TRASH_DAYS) else {
        return Ok(trash::DEFAULT_DAYS);
    };
    value
        .to_str()
        .and_then(|days| days.trim().parse().ok())
        .ok_or_else(|| {
            let value = value.to_string_lossy();
            CliError::failed(format!(
                "{NSC_TRASH_DAYS} is `{value}`, which is no number of days"
            ))
            .about(EntityKind::Variable, NSC_TRASH_DAYS)
            .hint(format!("{NSC_TRASH_DAYS}={}", trash::DEFAULT_DAYS))
        })
}

fn tell_of_wait(wait: &LockWait) {
    let LockWait {
        path,
        holder,
        limit,
    } = wait;
    crate::ui::notice(&format!(
        "waiting up to {} s for `{}`, held by {holder}",
        limit.as_secs(),
        path.display()
    ));
}

fn system_time() -> UnixTime {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    UnixTime(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

fn system_entropy() -> Result<[u8; 32], CliError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| CliError::failed("the system gives no randomness").caused_by(&error))?;
    Ok(bytes)
}
