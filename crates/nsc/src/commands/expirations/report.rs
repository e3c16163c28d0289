//! The report about what expires when.

use jiff::tz::TimeZone;
use nsc_core::time::UnixTime;
use nsc_store::{Keystore, OperatorStore};
use schemars::JsonSchema;
use serde::Serialize;

use super::walk::{Entry, Place};
use crate::schema::described_as;
use crate::ui::Show;
use crate::ui::age::age;
use crate::ui::json::{Long, Once, Shape};
use crate::ui::page::Page;
use crate::ui::style::{BAD, WARN};
use crate::ui::table::LongTable;

/// When things expire.
pub(in crate::commands) struct Expiries {
    pub(super) now: UnixTime,
    /// What expires before this is soon; 0 for nothing.
    pub(super) threshold: UnixTime,
    pub(super) zone: TimeZone,
    pub(super) store: OperatorStore,
    pub(super) keystore: Keystore,
    pub(super) entries: Vec<Entry>,
    pub(super) within: String,
    pub(super) json: bool,
}

/// The document before its list.
#[derive(JsonSchema, Serialize)]
struct Head {
    /// What expires before this moment is soon, RFC 3339, local time.
    expiration_threshold: String,
}

/// The document.
#[derive(JsonSchema, Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    head: Head,
    /// The operator, its accounts, their users and creds files.
    #[schemars(with = "Vec<Expiry>")]
    report: Once<Box<dyn Iterator<Item = Expiry> + 'a>>,
}

/// When one thing expires.
#[derive(JsonSchema, Serialize)]
struct Expiry {
    /// `operator/account/user`, or the path of a creds file.
    resource: String,
    /// Its public key.
    id: String,
    /// How far away that is, or `Never`.
    when: String,
    /// Unix seconds; 0 for never.
    expiry: i64,
    /// RFC 3339, local time; empty for never.
    expiration_date: String,
    /// Whether it is before the threshold; past ones are.
    expires_soon: bool,
    /// Whether it is past.
    expired: bool,
}

impl Expiries {
    fn head(&self) -> Head {
        Head {
            expiration_threshold: self.threshold.to_rfc3339(&self.zone),
        }
    }

    fn items(&self) -> impl Iterator<Item = Expiry> {
        self.entries.iter().map(|entry| self.expiry(entry))
    }

    fn expiry(&self, entry: &Entry) -> Expiry {
        let moment = UnixTime(entry.exp);
        let expires = entry.exp > 0;
        Expiry {
            resource: self.resource(&entry.place),
            id: entry.id.to_string(),
            when: if expires {
                age(moment, self.now)
            } else {
                "Never".to_owned()
            },
            expiry: entry.exp,
            expiration_date: if expires {
                moment.to_rfc3339(&self.zone)
            } else {
                String::new()
            },
            expires_soon: expires && moment < self.threshold,
            expired: expires && moment < self.now,
        }
    }

    fn resource(&self, place: &Place) -> String {
        let operator = self.store.folder();
        match place {
            Place::Operator => operator.to_owned(),
            Place::Account(account) => format!("{operator}/{account}"),
            Place::User(account, user) => format!("{operator}/{account}/{user}"),
            Place::Creds(account, user) => {
                let name = self.store.name();
                let path = self.keystore.creds_path(name, account, user);
                path.display().to_string()
            }
        }
    }
}

impl Expiry {
    fn state(&self) -> &'static str {
        match self {
            Self { expired: true, .. } => "Yes",
            Self {
                expires_soon: true, ..
            } => "Soon",
            _ => "No",
        }
    }

    fn moment(&self) -> String {
        if self.expiration_date.is_empty() {
            return self.when.clone();
        }
        format!("{} - {}", self.expiration_date, self.when)
    }
}

described_as!(Expiries, Document<'_>);

impl Long for Expiries {
    fn shape(&self) -> Shape<'_> {
        Shape::record(&self.head(), "report", self.items())
    }
}

impl Show for Expiries {
    fn show(&self, page: &mut Page) {
        if self.json {
            let document = Document {
                head: self.head(),
                report: Once::new(Box::new(self.items())),
            };
            page.json(&document, "  ", true);
            return;
        }
        let table = LongTable {
            title: &format!("Expiration Report (within {})", self.within),
            header: &["Expired", "Resource", "Expiration"],
            rows: &|show| {
                for entry in self.items() {
                    show(&[entry.state(), &entry.resource, &entry.moment()]);
                }
            },
        };
        page.painted_table(&table, &|state| match state {
            "Yes" => Some(BAD),
            "Soon" => Some(WARN),
            _ => None,
        });
    }
}
