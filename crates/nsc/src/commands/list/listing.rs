//! Names and public keys of operators, accounts or users.

use nsc_store::Listed;
use schemars::JsonSchema;
use serde::Serialize;

use crate::error::CliError;
use crate::schema::described_as;
use crate::ui::json::{Long, Shape};
use crate::ui::page::Page;
use crate::ui::table::LongTable;
use crate::ui::{Report, Show};

/// One operator, account or user.
#[derive(JsonSchema, Serialize)]
struct Entry {
    /// Name on disk.
    name: String,
    /// Public key; empty when the JWT cannot be read.
    public_key: String,
    /// Why the JWT cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// Name in the JWT.
    #[serde(skip)]
    claim_name: String,
}

impl From<Listed> for Entry {
    fn from(listed: Listed) -> Self {
        let Listed { name, claims } = listed;
        match claims {
            Ok((claim_name, key)) => Self {
                name,
                public_key: key.to_text(),
                error: None,
                claim_name,
            },
            Err(error) => {
                let error = CliError::from(error).on_one_line();
                Self {
                    claim_name: name.clone(),
                    name,
                    public_key: String::new(),
                    error: Some(error),
                }
            }
        }
    }
}

impl Entry {
    fn title(&self) -> String {
        if self.name == self.claim_name {
            self.name.clone()
        } else {
            format!("{} ({})", self.name, self.claim_name)
        }
    }

    fn key_or_error(&self) -> &str {
        self.error.as_deref().unwrap_or(&self.public_key)
    }
}

/// A list of them.
pub(super) struct Listing {
    title: &'static str,
    entries: Vec<Entry>,
    current: Option<String>,
    nothing: Option<&'static str>,
    json: bool,
}

impl Listing {
    /// Names a list; `json` asks for the array of `-J`.
    pub(super) fn new(title: &'static str, listed: Vec<Listed>, json: bool) -> Self {
        Self {
            title,
            entries: listed.into_iter().map(Entry::from).collect(),
            current: None,
            nothing: None,
            json,
        }
    }

    /// Names the current one, which stands out.
    pub(super) fn with_current(mut self, name: Option<&str>) -> Self {
        self.current = name.map(str::to_owned);
        self
    }

    /// What is said instead of an empty table.
    pub(super) fn or_note(mut self, note: &'static str) -> Self {
        self.nothing = Some(note);
        self
    }

    /// The report of the command.
    pub(super) fn report(self) -> Report {
        Report::long(self)
    }
}

described_as!(Listing, Vec<Entry>);

/// The array alone.
impl Long for Listing {
    fn shape(&self) -> Shape<'_> {
        Shape::list(self.entries.iter())
    }
}

impl Show for Listing {
    fn show(&self, page: &mut Page) {
        if self.json {
            page.raw(&super::json_text(&self.entries));
            return;
        }
        if let (true, Some(note)) = (self.entries.is_empty(), self.nothing) {
            page.line(note);
            return;
        }
        let is_current = |entry: &&Entry| Some(&entry.name) == self.current.as_ref();
        let current = self.entries.iter().find(is_current).map(Entry::title);
        let table = LongTable {
            title: self.title,
            header: &["Name", "Public Key"],
            rows: &|show| {
                if self.entries.is_empty() {
                    show(&["No entries defined", ""]);
                }
                for entry in &self.entries {
                    show(&[entry.title().as_str(), entry.key_or_error()]);
                }
            },
        };
        page.long_table_with_current(&table, current.as_deref());
    }
}
