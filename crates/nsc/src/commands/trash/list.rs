//! `nsc trash list`.

use nsc_store::TrashedKey;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::error::CliError;
use crate::schema::foreign;
use crate::ui::page::Page;
use crate::ui::table::Table;
use crate::ui::text::{time_text, timestamp};
use crate::ui::{Report, Show};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct ListTrash {}

impl ListTrash {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let trash = app.context_of_any_version()?.keystore().trash()?;
        let days = app.trash_days();
        let keys = trash.iter().map(|key| Removed::of(key, days)).collect();
        Ok(Report::new(Listing(keys)))
    }
}

/// The removed seeds, newest first.
#[derive(JsonSchema, Serialize)]
pub(super) struct Listing(Vec<Removed>);

/// A removed seed.
#[derive(JsonSchema, Serialize)]
pub(super) struct Removed {
    /// Its public key.
    public_key: String,
    /// What it is the key of: `user`, `account` ...
    #[schemars(with = "foreign::KeyKind")]
    kind: &'static str,
    /// When it was removed, RFC 3339.
    removed: String,
    /// When it is destroyed, RFC 3339; absent where nothing is destroyed without being asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    /// The command line that removed it, secrets masked.
    command: String,
    #[serde(skip)]
    when: (i64, Option<i64>),
}

impl Removed {
    pub(super) fn of(trashed: &TrashedKey, days: u32) -> Self {
        let expires = (days > 0).then(|| trashed.expires(days));
        Self {
            public_key: trashed.key.to_text(),
            kind: trashed.key.kind().name(),
            removed: timestamp(trashed.removed),
            expires: expires.map(timestamp),
            command: trashed.command(),
            when: (trashed.removed, expires),
        }
    }
}

impl Show for Listing {
    fn show(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.note("the trash is empty");
            return;
        }
        let header = ["Key", "Kind", "Removed", "Destroyed", "Removed By"];
        let mut table = Table::new("Trash", &header);
        for key in &self.0 {
            let (removed, expires) = key.when;
            let expires = expires.map_or_else(|| "never".to_owned(), time_text);
            table.row(&[
                key.public_key.as_str(),
                key.kind,
                &time_text(removed),
                &expires,
                &key.command,
            ]);
        }
        page.table(&table);
    }
}
