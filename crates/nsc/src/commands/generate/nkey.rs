//! `nsc generate nkey`.

use std::path::PathBuf;

use nsc_core::keys::{KeyKind, Seed};
use nsc_store::Committed;
use schemars::JsonSchema;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::app::App;
use crate::error::CliError;
use crate::schema::foreign;
use crate::ui::page::Page;
use crate::ui::{Report, Show};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Nkey {
    /// Make an operator key
    #[arg(short, long)]
    operator: bool,

    /// Make an account key
    #[arg(short, long)]
    account: bool,

    /// Make a user key
    #[arg(short, long)]
    user: bool,

    /// Make a curve (x25519) key
    #[arg(short = 'x', long)]
    curve: bool,

    /// Store the keys in the keystore, and do not show their seeds
    #[arg(short = 'S', long)]
    store: bool,

    /// Further words, which scripts may give and nobody reads
    #[arg(hide = true)]
    ignored: Vec<String>,
}

impl Nkey {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let kinds = self.kinds();
        if kinds.is_empty() {
            return Err(
                CliError::usage("no kind of key is asked for").hint("nsc generate nkey --user")
            );
        }
        let seeds: Vec<Seed> = kinds
            .into_iter()
            .map(|kind| app.new_key(kind))
            .collect::<Result<_, _>>()?;
        if self.store {
            let (keys, committed) = store(app, &seeds)?;
            Ok(Report::new(Keys(keys)).with_commit(&committed))
        } else {
            Ok(Report::new(Keys(seeds.iter().map(NewKey::shown).collect())))
        }
    }

    fn kinds(&self) -> Vec<KeyKind> {
        let wanted = [
            (self.operator, KeyKind::Operator),
            (self.account, KeyKind::Account),
            (self.user, KeyKind::User),
            (self.curve, KeyKind::Curve),
        ];
        wanted
            .into_iter()
            .filter_map(|(wanted, kind)| wanted.then_some(kind))
            .collect()
    }
}

fn store(app: &App, seeds: &[Seed]) -> Result<(Vec<NewKey>, Committed), CliError> {
    let keystore = app.context()?.keystore();
    let mut transaction = keystore.begin(&app.begin_options("nsc generate nkey"))?;
    let mut keys = Vec::new();
    for seed in seeds {
        transaction.put_key(seed)?;
        let path = keystore.key_path(&seed.public_key());
        keys.push(NewKey::stored(seed, path));
    }
    Ok((keys, transaction.commit()?))
}

/// The keys that were made.
#[derive(JsonSchema, Serialize)]
#[serde(transparent)]
pub(super) struct Keys(Vec<NewKey>);

/// A key that was made.
#[derive(JsonSchema, Serialize)]
struct NewKey {
    /// `operator`, `account`, `user` or `x25519`.
    #[schemars(with = "foreign::KeyKind")]
    kind: &'static str,
    /// The public key.
    public_key: String,
    /// The seed, unless it was stored.
    #[serde(
        serialize_with = "super::reveal",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Option<String>")]
    seed: Option<Zeroizing<String>>,
    /// The file of the seed, if it was stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
}

impl NewKey {
    fn shown(seed: &Seed) -> Self {
        Self {
            kind: seed.kind().name(),
            public_key: seed.public_key().to_text(),
            seed: Some(seed.expose()),
            file: None,
        }
    }

    fn stored(seed: &Seed, path: PathBuf) -> Self {
        Self {
            seed: None,
            file: Some(path),
            ..Self::shown(seed)
        }
    }
}

impl Show for Keys {
    fn show(&self, page: &mut Page) {
        for key in &self.0 {
            if let Some(seed) = &key.seed {
                page.line(seed);
            }
            page.line(&key.public_key);
            if let Some(path) = &key.file {
                page.line(&format!("{} key stored {}", key.kind, path.display()));
            }
            page.line("");
        }
    }
}
