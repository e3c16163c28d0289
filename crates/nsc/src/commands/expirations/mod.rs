//! `nsc expirations`.

mod report;
mod walk;

use nsc_core::time::{self, UnixTime};

pub(super) use self::report::Expiries;
use self::walk::Walk;
use crate::app::App;
use crate::error::{CliError, Kind};
use crate::ui::{Report, Step};

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
        let threshold = UnixTime(time::parse_expiry(&self.within, now, &zone)?);
        let context = app.context()?;
        let (store, keystore) = (context.operator_store()?, context.keystore());
        let walk = Walk {
            store: &store,
            keystore: &keystore,
            wanted: &|exp| !self.skip || (exp > 0 && exp < threshold.0.max(now.0)),
        };
        let (entries, problems) = walk.run()?;
        let report = Report::long(Expiries {
            now,
            threshold,
            zone,
            store,
            keystore,
            entries,
            within: self.within,
            json: self.json,
        });
        if problems.is_empty() {
            return Ok(report);
        }
        Ok(report
            .with_steps(problems.into_iter().map(Step::failed))
            .with_failure(Kind::Partial))
    }
}
