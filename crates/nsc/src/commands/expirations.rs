//! `nsc expirations`.

use nsc_core::claims::{Body, Claims};
use nsc_core::time::{self, UnixTime};
use nsc_core::{creds, jwt};
use nsc_store::{Keystore, OperatorStore, StoreError, write};
use serde::Serialize;

use crate::app::App;
use crate::error::{CliError, Kind};
use crate::ui::age::age;
use crate::ui::page::Page;
use crate::ui::table::Table;
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Expirations {
    /// What expires within this time is soon: a period (`2w`; m h d w M y), or a date such as 2030-01-31
    #[arg(short = 'e', long, value_name = "PERIOD", default_value = "1M")]
    within: String,

    /// Print a JSON document
    #[arg(long)]
    json: bool,

    /// Leave out what does not expire soon
    #[arg(long)]
    skip: bool,
}

impl Expirations {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let (now, zone) = (app.now(), app.zone());
        let clock = Clock {
            now,
            threshold: UnixTime(time::parse_expiry(&self.within, now, &zone)?),
            date: &|moment| moment.to_rfc3339(&zone),
            only_soon: self.skip,
        };
        let context = app.context()?;
        let found = clock.look_at(&context.operator_store()?, &context.keystore())?;
        let report = Report::new(Expiries {
            expiration_threshold: (clock.date)(clock.threshold),
            report: found.entries,
            within: self.within,
            json: self.json,
        });
        if found.problems.is_empty() {
            return Ok(report);
        }
        Ok(report
            .with_steps(found.problems.into_iter().map(Step::failed))
            .with_failure(Kind::Partial))
    }
}

/// What moments are measured by.
struct Clock<'a> {
    now: UnixTime,
    /// What expires before this is soon; 0 for nothing.
    threshold: UnixTime,
    /// Writes a moment.
    date: &'a (dyn Fn(UnixTime) -> String + Sync),
    only_soon: bool,
}

/// Entries, and what could not be read.
#[derive(Default)]
struct Found {
    entries: Vec<Expiry>,
    problems: Vec<CliError>,
}

impl Found {
    fn take(&mut self, other: Self) {
        self.entries.extend(other.entries);
        self.problems.extend(other.problems);
    }

    fn failed(problem: impl Into<CliError>) -> Self {
        Self {
            entries: Vec::new(),
            problems: vec![problem.into()],
        }
    }
}

impl Clock<'_> {
    fn look_at(&self, store: &OperatorStore, keystore: &Keystore) -> Result<Found, StoreError> {
        let mut found = Found::default();
        let name = store.folder();
        found
            .entries
            .extend(self.entry(name, &store.operator()?.claims));
        let parts = write::map_parallel(&store.accounts()?, |account| {
            self.account(store, keystore, account)
        });
        parts.into_iter().for_each(|part| found.take(part));
        Ok(found)
    }

    fn account(&self, store: &OperatorStore, keystore: &Keystore, account: &str) -> Found {
        let mut found = Found::default();
        let resource = format!("{}/{account}", store.folder());
        match store.account(account) {
            Ok(stored) => found.entries.extend(self.entry(&resource, &stored.claims)),
            Err(error) => found.problems.push(error.into()),
        }
        let users = match store.users(account) {
            Ok(users) => users,
            Err(error) => {
                found.problems.push(error.into());
                return found;
            }
        };
        let parts = write::map_parallel(&users, |user| {
            let resource = format!("{resource}/{user}");
            let mut part = match store.user(account, user) {
                Ok(stored) => Found {
                    entries: self.entry(&resource, &stored.claims).into_iter().collect(),
                    ..Found::default()
                },
                Err(error) => Found::failed(error),
            };
            part.take(self.creds(keystore, store.name(), account, user));
            part
        });
        parts.into_iter().for_each(|part| found.take(part));
        found
    }

    /// The creds file of a user, which may be older than its JWT.
    fn creds(&self, keystore: &Keystore, operator: &str, account: &str, user: &str) -> Found {
        let path = keystore.creds_path(operator, account, user);
        let text = match keystore.creds(operator, account, user) {
            Ok(Some(text)) => text,
            Ok(None) => return Found::default(),
            Err(error) => return Found::failed(error),
        };
        match jwt::decode_as::<nsc_core::claims::User>(creds::read_jwt(&text)) {
            Ok(claims) => {
                let entry = self.entry(&path.display().to_string(), &claims);
                Found {
                    entries: entry.into_iter().collect(),
                    ..Found::default()
                }
            }
            Err(error) => {
                let message = format!("`{}` holds no usable user JWT", path.display());
                Found::failed(CliError::failed(message).caused_by(&error))
            }
        }
    }

    /// The entry of some claims, if it is wanted.
    fn entry<B: Body>(&self, resource: &str, claims: &Claims<B>) -> Option<Expiry> {
        let moment = UnixTime(claims.exp);
        let expires = claims.exp > 0;
        let entry = Expiry {
            resource: resource.to_owned(),
            id: claims.sub.clone(),
            when: if expires {
                age(moment, self.now)
            } else {
                "Never".to_owned()
            },
            expiry: claims.exp,
            expiration_date: if expires {
                (self.date)(moment)
            } else {
                String::new()
            },
            expires_soon: expires && moment < self.threshold,
            expired: expires && moment < self.now,
        };
        (entry.expired || entry.expires_soon || !self.only_soon).then_some(entry)
    }
}

/// When things expire.
#[derive(Serialize)]
struct Expiries {
    /// What expires before this moment is soon, RFC 3339, local time.
    expiration_threshold: String,
    /// The operator, its accounts, their users and creds files.
    report: Vec<Expiry>,
    #[serde(skip)]
    within: String,
    #[serde(skip)]
    json: bool,
}

/// When one thing expires.
#[derive(Serialize)]
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

impl Show for Expiries {
    fn show(&self, page: &mut Page) {
        if self.json {
            page.raw(&nsc_core::json::to_pretty_text(self, "  ", true));
            page.raw("\n");
            return;
        }
        let title = format!("Expiration Report (within {})", self.within);
        let mut table = Table::new(&title, &["Expired", "Resource", "Expiration"]);
        for entry in &self.report {
            table.row(&[entry.state(), &entry.resource, &entry.moment()]);
        }
        page.table(&table);
    }
}
