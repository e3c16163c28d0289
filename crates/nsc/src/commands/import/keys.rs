//! `nsc import keys`.

use std::path::{Path, PathBuf};

use nsc_core::keys::{KeyKind, Seed};
use nsc_store::{Transaction, keyfile, layout};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::schema::foreign;
use crate::ui::page::Page;
use crate::ui::progress::Work;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Keys {
    /// Folder with files that end in .nk
    #[arg(short, long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// Look into the folders below, too
    #[arg(short = 'R', long)]
    recurse: bool,
}

impl Keys {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let Some(dir) = self.dir.filter(|dir| !dir.as_os_str().is_empty()) else {
            return Err(CliError::usage("no folder is named")
                .about(EntityKind::Flag, "--dir")
                .hint("nsc import keys --dir DIR"));
        };
        let files = key_files(&app.env.expand(dir), self.recurse)?;
        let keystore = app.context()?.keystore();
        let mut tx = keystore.begin(&app.begin_options("import keys"))?;
        let mut imported = Imported::default();
        let mut steps = Vec::new();
        for file in files {
            match take(&mut tx, &file) {
                Ok(seed) => {
                    let key = seed.public_key();
                    steps.push(Step::ok(format!("stored {} key `{key}`", key.kind())));
                    imported.keys.push(ImportedKey {
                        public_key: key.to_text(),
                        kind: key.kind(),
                        file,
                    });
                }
                Err(error) => {
                    steps.push(Step::failed(error));
                    imported.refused.push(file);
                }
            }
        }
        let writing = Work::begin("writing");
        let committed = tx.commit()?;
        drop(writing);
        let failure = imported.failure();
        let report = Report::new(imported)
            .with_steps(steps)
            .with_commit(&committed);
        Ok(match failure {
            Some(kind) => report.with_failure(kind),
            None => report,
        })
    }
}

fn key_files(dir: &Path, recurse: bool) -> Result<Vec<PathBuf>, CliError> {
    let shown = dir.display();
    if !dir.exists() {
        return Err(
            CliError::not_found(format!("folder `{shown}` does not exist"))
                .about(EntityKind::Folder, shown.to_string()),
        );
    }
    if !dir.is_dir() {
        return Err(CliError::failed(format!("`{shown}` is no folder"))
            .about(EntityKind::Folder, shown.to_string()));
    }
    let files = keyfile::find(dir, &[layout::NK], recurse)?;
    if files.is_empty() {
        let below = if recurse { " or below it" } else { "" };
        let error = CliError::not_found(format!("no .nk file is in `{shown}`{below}"))
            .about(EntityKind::Folder, shown.to_string());
        return Err(if recurse {
            error
        } else {
            error.hint(format!("nsc import keys --recurse --dir '{shown}'"))
        });
    }
    Ok(files)
}

/// Stages the seed in a file.
fn take(tx: &mut Transaction<'_>, file: &Path) -> Result<Seed, CliError> {
    let seed = keyfile::read_seed(file)?.ok_or_else(|| {
        CliError::failed(format!("`{}` holds no seed", file.display()))
            .about(EntityKind::File, file.display().to_string())
    })?;
    tx.put_key(&seed)?;
    Ok(seed)
}

/// What became of the files.
#[derive(Default, JsonSchema, Serialize)]
pub(super) struct Imported {
    /// Keys that are stored now.
    keys: Vec<ImportedKey>,
    /// Files that hold no seed, or one that cannot be stored.
    refused: Vec<PathBuf>,
}

/// A key that is stored now.
#[derive(JsonSchema, Serialize)]
struct ImportedKey {
    /// The public key.
    public_key: String,
    /// Its kind.
    #[serde(serialize_with = "name")]
    #[schemars(with = "foreign::KeyKind")]
    kind: KeyKind,
    /// Where it came from.
    file: PathBuf,
}

fn name<S: serde::Serializer>(kind: &KeyKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.name())
}

impl Imported {
    fn failure(&self) -> Option<Kind> {
        match (self.keys.len(), self.refused.len()) {
            (_, 0) => None,
            (0, _) => Some(Kind::Failed),
            _ => Some(Kind::Partial),
        }
    }
}

/// The steps say it all to people.
impl Show for Imported {
    fn show(&self, _page: &mut Page) {}
}
