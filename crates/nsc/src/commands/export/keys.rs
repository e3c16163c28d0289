//! `nsc export keys`.

use std::collections::HashSet;
use std::path::PathBuf;

use nsc_core::keys::{KeyKind, PublicKey};
use nsc_store::{Context, Keystore, OperatorStore, layout};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::keys::{Reference, Selection};
use crate::outfile::{self, Existing, Written};
use crate::ui::page::Page;
use crate::ui::progress;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Keys {
    /// Folder for the files; it is made when missing
    #[arg(short, long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// The operator's keys
    #[arg(short, long)]
    operator: bool,

    /// Keys of the accounts
    #[arg(short, long)]
    accounts: bool,

    /// Keys of the users
    #[arg(short, long)]
    users: bool,

    /// Curve keys, which auth callouts are encrypted with
    #[arg(long)]
    curves: bool,

    /// This curve key
    #[arg(long, value_name = "KEY")]
    curve: Option<String>,

    /// All keys of the operator, its accounts and their users
    #[arg(short = 'A', long)]
    all: bool,

    /// This account only, by name or public key
    #[arg(long, value_name = "NAME")]
    account: Option<String>,

    /// This user only, by name or public key
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// Keys that contain this text
    #[arg(short, long, value_name = "TEXT")]
    filter: Option<String>,

    /// Stored keys that nothing of the operator uses
    #[arg(long)]
    not_referenced: bool,

    /// Replace files that are there
    #[arg(short = 'F', long)]
    force: bool,

    /// Remove the keys from the keystore once they are exported
    #[arg(short = 'R', long)]
    remove: bool,

    /// Write the JWTs of operator, accounts and users, too
    #[arg(long)]
    include_jwts: bool,
}

impl Keys {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let Some(dir) = self.dir.as_ref().filter(|dir| !dir.as_os_str().is_empty()) else {
            return Err(CliError::usage("no folder is named")
                .about(EntityKind::Flag, "--dir")
                .hint("nsc export keys --dir DIR"));
        };
        let dir = app.env.expand(dir);
        let context = app.context()?;
        let keystore = context.keystore();
        if !keystore.exists() {
            let dir = keystore.dir().display();
            return Err(
                CliError::not_found(format!("keystore `{dir}` does not exist"))
                    .about(EntityKind::Keystore, dir.to_string())
                    .hint("nsc env"),
            );
        }
        let (wanted, problems) = self.wanted(&context, &keystore)?;
        if wanted.is_empty() {
            return Err(CliError::not_found("no keys matched").hint("nsc list keys --all"));
        }
        outfile::make_folder(app, &dir)?;
        let mut work = Work {
            app,
            keystore: &keystore,
            store: context.operator_store().ok(),
            dir,
            existing: if self.force {
                Existing::Replace
            } else {
                Existing::Refuse
            },
            with_tokens: self.include_jwts,
            exported: Exported {
                incomplete: !problems.is_empty(),
                ..Exported::default()
            },
            steps: problems,
            written: Vec::new(),
        };
        wanted.iter().for_each(|one| work.export(one));
        work.finish(self.remove)
    }

    /// The keys to export, each once, and what could not be read.
    fn wanted(
        &self,
        context: &Context,
        keystore: &Keystore,
    ) -> Result<(Vec<Reference>, Vec<Step>), CliError> {
        let mut wanted = Vec::new();
        let mut problems = Vec::new();
        if let Some(text) = self.curve.as_deref().filter(|text| !text.is_empty()) {
            let key = PublicKey::parse_kind(text.trim(), KeyKind::Curve)
                .map_err(|error| CliError::from(error).hint("nsc list keys --curve --all"))?;
            wanted.push(self.named_curve(context, keystore, &key));
        }
        let selection = self.selection();
        // One key that is named is not a wish for the usual ones.
        if self.curve.is_none() || selection.is_explicit() {
            let found = selection.walk(context, keystore, |reference| reference)?;
            wanted.extend(found.items);
            problems.extend(found.problems.into_iter().map(Step::failed));
        }
        let mut seen = HashSet::new();
        wanted.retain(|one| seen.insert(one.key.clone()));
        Ok((wanted, problems))
    }

    /// The curve key under the name of the account that uses it, if any does.
    fn named_curve(&self, context: &Context, keystore: &Keystore, key: &PublicKey) -> Reference {
        let selection = Selection {
            curves: true,
            filter: Some(key.to_text()),
            ..Selection::default()
        };
        let found = selection.walk(context, keystore, |reference| reference);
        found
            .ok()
            .and_then(|found| found.items.into_iter().next())
            .unwrap_or_else(|| Reference::unknown(key))
    }

    fn selection(&self) -> Selection {
        Selection {
            operator: self.operator,
            accounts: self.accounts,
            users: self.users,
            curves: self.curves,
            all: self.all,
            account: self.account.clone(),
            user: self.user.clone(),
            filter: self.filter.clone(),
            not_referenced: self.not_referenced,
        }
    }
}

/// One export.
struct Work<'a> {
    app: &'a App,
    keystore: &'a Keystore,
    /// Where the JWTs are; stored keys can be exported without.
    store: Option<OperatorStore>,
    dir: PathBuf,
    existing: Existing,
    with_tokens: bool,
    exported: Exported,
    steps: Vec<Step>,
    written: Vec<Written>,
}

impl Work<'_> {
    fn export(&mut self, wanted: &Reference) {
        match self.try_export(wanted) {
            Ok(Some(key)) => {
                let text = format!("exported {} key `{key}` of `{}`", key.kind(), wanted.name);
                self.steps.push(Step::ok(text));
            }
            Ok(None) => {
                let text = format!("the seed of `{}` is not stored", wanted.key);
                self.steps.push(Step::warning(text));
                self.exported.not_stored.push(wanted.key.to_string());
            }
            Err(error) => {
                self.steps.push(Step::failed(error));
                self.exported.failed.push(wanted.key.to_string());
            }
        }
    }

    fn try_export(&mut self, wanted: &Reference) -> Result<Option<PublicKey>, CliError> {
        // What a claim calls a key becomes a file name only when it is one.
        let key = PublicKey::parse(&wanted.key)?;
        let Some(seed) = self.keystore.seed(&key)? else {
            return Ok(None);
        };
        let file = self.write(&key, layout::NK, seed.expose().as_bytes())?;
        self.exported.keys.push(ExportedKey {
            name: wanted.name.to_string(),
            public_key: wanted.key.to_string(),
            file,
            removed: false,
        });
        let store = self.store.as_ref().filter(|_| self.with_tokens);
        if let Some(token) = store.and_then(|store| wanted.token(store)) {
            self.write(&key, layout::JWT, token.as_bytes())?;
        }
        Ok(Some(key))
    }

    fn write(
        &mut self,
        key: &PublicKey,
        ending: &str,
        content: &[u8],
    ) -> Result<PathBuf, CliError> {
        let path = self.dir.join(format!("{key}{ending}"));
        let written = if self.app.globals.dry_run && !self.app.env.files().exists(&self.dir) {
            Written {
                path: path.clone(),
                replaced: false,
                dry_run: true,
            }
        } else {
            outfile::write(self.app, &path, content, self.existing)?
        };
        self.written.push(written);
        Ok(path)
    }

    /// Removes what was exported, if that is wanted, and reports.
    fn finish(mut self, remove: bool) -> Result<Report, CliError> {
        let removed = if remove { Some(self.remove()?) } else { None };
        let failure = self.exported.failure();
        let mut report = Report::new(self.exported).with_steps(self.steps);
        for written in &self.written {
            report = report.with_written(written);
        }
        if let Some(committed) = &removed {
            report = report.with_commit(committed);
        }
        Ok(match failure {
            Some(kind) => report.with_failure(kind),
            None => report,
        })
    }

    fn remove(&mut self) -> Result<nsc_store::Committed, CliError> {
        let mut tx = self
            .keystore
            .begin(&self.app.begin_options("export keys"))?;
        for exported in &mut self.exported.keys {
            let key = PublicKey::parse(&exported.public_key)?;
            // The exported file is the copy; none stays behind.
            exported.removed = tx.destroy_key(&key)?;
            let text = format!("removed {} key `{key}` from the keystore", key.kind());
            self.steps.push(Step::ok(text));
        }
        let _writing = progress::Work::begin("writing");
        Ok(tx.commit()?)
    }
}

/// What became of the keys.
#[derive(Default, JsonSchema, Serialize)]
pub(super) struct Exported {
    /// Keys that were exported.
    keys: Vec<ExportedKey>,
    /// Public keys whose seed is not stored.
    not_stored: Vec<String>,
    /// Public keys that could not be exported.
    failed: Vec<String>,
    /// Whether there may be more keys, in JWTs that cannot be read.
    incomplete: bool,
}

/// A key that was exported.
#[derive(JsonSchema, Serialize)]
struct ExportedKey {
    /// Name of the operator, account or user that it belongs to; `?` where nothing uses the key.
    name: String,
    /// The public key.
    public_key: String,
    /// The file with its seed.
    file: PathBuf,
    /// Whether it was removed from the keystore.
    removed: bool,
}

impl Exported {
    fn failure(&self) -> Option<Kind> {
        let complete = self.failed.is_empty() && !self.incomplete;
        match self.keys.len() {
            _ if complete => None,
            0 => Some(Kind::Failed),
            _ => Some(Kind::Partial),
        }
    }
}

/// The steps say it all to people.
impl Show for Exported {
    fn show(&self, _page: &mut Page) {}
}
