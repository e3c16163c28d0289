//! `nsc fix`: stores and a keystore made anew of what lies around.

mod rebuild;

use std::path::{Path, PathBuf};

use nsc_store::salvage::Found;
use nsc_store::{Committed, Keystore, env};
use schemars::JsonSchema;
use serde::Serialize;

use self::rebuild::Rebuild;
use crate::app::App;
use crate::args::list;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::ui::page::Page;
use crate::ui::progress::Work;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Fix {
    /// Folders to search, with everything below them
    #[arg(long = "in", value_name = "DIRS")]
    from: Vec<String>,

    /// Folder for what was found; a new one without it
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Take users and their seeds from creds files, too
    #[arg(long)]
    creds: bool,
}

impl Fix {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let dirs = list::items(&self.from)?;
        if dirs.iter().all(String::is_empty) {
            return Err(CliError::usage("no folder is named")
                .about(EntityKind::Flag, "--in")
                .hint("nsc fix --in DIR"));
        }
        let dirs: Vec<PathBuf> = dirs.iter().map(|dir| app.env.expand(dir)).collect();
        let _working = Work::begin("rebuilding");
        let found = Found::look(&dirs, self.creds)?;
        if found.operators.is_empty() {
            let missing = dirs.iter().filter(|dir| !dir.is_dir());
            let mut error = CliError::not_found("no operator JWT was found");
            error.causes = missing
                .map(|dir| format!("folder `{}` does not exist", dir.display()))
                .collect();
            return Err(error);
        }
        let out = match &self.out {
            Some(out) => app.env.expand(out),
            None => app.env.cwd().join(format!("fix_{}", app.random_word()?)),
        };
        let (fixed, steps, committed) = rebuild(app, &found, &out)?;
        let report = Report::new(fixed).with_steps(steps);
        Ok(committed.iter().fold(report, Report::with_commit))
    }
}

fn rebuild(
    app: &App,
    found: &Found,
    out: &Path,
) -> Result<(Fixed, Vec<Step>, Vec<Committed>), CliError> {
    let mut steps = useless(found);
    let users = found.users_of();
    let mut rebuild = Rebuild {
        app,
        found,
        users: &users,
        stores: out.join("operators"),
        keystore: Keystore::new(
            out.join("keys"),
            !app.env.is_defined(env::NSC_NO_GIT_IGNORE),
        ),
        steps: Vec::new(),
        committed: Vec::new(),
        used: Default::default(),
    };
    let named = rebuild.named_operators();
    if let Some((name, _)) = named.iter().find(|(name, _)| rebuild.is_taken(name)) {
        let out = out.display();
        let text = format!("operator `{name}` is in `{out}` already");
        return Err(CliError::new(Kind::Conflict, text)
            .about(EntityKind::Operator, name.to_string())
            .hint("name another folder with `--out`"));
    }
    let mut operators = Vec::new();
    for (name, operator) in named {
        operators.push(rebuild.operator(&name, operator)?);
    }
    if operators.is_empty() {
        let mut error = CliError::failed("no operator JWT is of any use");
        error.causes = rebuild.texts();
        return Err(error);
    }
    rebuild.tell_left_behind();
    steps.append(&mut rebuild.steps);
    let keystore = rebuild.keystore.dir().to_owned();
    let fixed = Fixed {
        stores_dir: out.join("operators"),
        keystore_dir: (rebuild.used.keys > 0).then_some(keystore),
        operators,
        dry_run: app.globals.dry_run,
    };
    Ok((fixed, steps, rebuild.committed))
}

fn useless(found: &Found) -> Vec<Step> {
    let told = found.useless.iter().map(|(path, why)| {
        let path = path.display();
        Step::warning(format!("`{path}` is of no use: {why}"))
    });
    told.collect()
}

/// What was made.
#[derive(JsonSchema, Serialize)]
pub(super) struct Fixed {
    /// The folder of the stores.
    stores_dir: PathBuf,
    /// The keystore; absent when no key was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    keystore_dir: Option<PathBuf>,
    /// The operators.
    operators: Vec<FixedOperator>,
    #[serde(skip)]
    dry_run: bool,
}

/// An operator that was made anew.
#[derive(JsonSchema, Serialize)]
struct FixedOperator {
    /// Its name.
    name: String,
    /// Identity key.
    public_key: String,
    /// Whether none of its keys was found.
    managed: bool,
    /// Number of accounts.
    accounts: usize,
    /// Number of users.
    users: usize,
    /// Number of keys: its own and those of its accounts and users.
    keys: usize,
    /// Number of creds files.
    creds: usize,
}

impl Show for Fixed {
    fn show(&self, page: &mut Page) {
        let made = if self.dry_run { "would make" } else { "made" };
        for operator in &self.operators {
            let FixedOperator {
                name,
                accounts,
                users,
                keys,
                creds,
                ..
            } = operator;
            let managed = if operator.managed {
                " (managed: no key of it was found)"
            } else {
                ""
            };
            page.line(&format!(
                "{made} operator `{name}`{managed}: {accounts} accounts, {users} users, {keys} keys, {creds} creds files"
            ));
        }
        if self.dry_run {
            return;
        }
        page.line("to work with it:");
        if let Some(keystore) = &self.keystore_dir {
            page.line(&format!("  export NKEYS_PATH='{}'", keystore.display()));
        }
        page.line(&format!("  cd '{}'", self.stores_dir.display()));
    }
}
