//! `--start` and `--expiry`.

use nsc_core::claims::{Body, Claims};
use nsc_core::edit::{DateEdit, FromNow};
use nsc_core::time::{self, UnixTime};

use crate::app::App;
use crate::error::CliError;

/// From when and until when a token is valid.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
pub struct DateArgs {
    /// Valid from: `2026-01-31`, `2026-01-31 12:00:00 UTC`, `1w` (m h d w M y) from now, or 0
    #[arg(long, value_name = "WHEN")]
    pub start: Option<String>,

    /// Valid until: `2026-01-31`, `2026-01-31 12:00:00 UTC`, `1M` (m h d w M y) from now, or 0
    #[arg(long, value_name = "WHEN")]
    pub expiry: Option<String>,
}

impl DateArgs {
    /// The dates as an edit; an empty value asks for nothing.
    ///
    /// # Errors
    /// When a date is not understood.
    pub fn edit(&self, app: &App) -> Result<DateEdit, CliError> {
        Ok(DateEdit {
            start: parse(app, self.start.as_deref())?,
            expiry: parse(app, self.expiry.as_deref())?,
        })
    }

    /// Which of them are periods from now, such as `1M`.
    ///
    /// # Errors
    /// When a date is not understood.
    pub fn relative(&self, app: &App) -> Result<FromNow, CliError> {
        let later = UnixTime(app.now().0 + 1);
        let moves = |text: &Option<String>| {
            let text = text.as_deref().filter(|text| !text.is_empty());
            let Some(text) = text else { return Ok(false) };
            let zone = app.zone();
            let now = time::parse_expiry(text, app.now(), &zone)?;
            Ok::<_, CliError>(now != time::parse_expiry(text, later, &zone)?)
        };
        Ok(FromNow {
            start: moves(&self.start)?,
            expiry: moves(&self.expiry)?,
        })
    }

    /// Asks for both dates, offering what was given, or else what the claims hold.
    ///
    /// # Errors
    /// When cancelled.
    pub fn ask_again<B: Body>(&mut self, app: &App, claims: &Claims<B>) -> Result<(), CliError> {
        let held = |at: i64| (at != 0).then(|| UnixTime(at).to_string());
        self.start = self.start.take().or_else(|| held(claims.nbf));
        self.expiry = self.expiry.take().or_else(|| held(claims.exp));
        self.ask(app)
    }

    /// Asks for both dates, offering what was given.
    ///
    /// # Errors
    /// When cancelled.
    pub fn ask(&mut self, app: &App) -> Result<(), CliError> {
        for (question, value) in [
            ("valid from (0 is always)", &mut self.start),
            ("valid until (0 is for ever)", &mut self.expiry),
        ] {
            let check = |answer: &str| {
                parse(app, Some(answer))
                    .map(drop)
                    .map_err(|error| error.message)
            };
            let default = value.as_deref().unwrap_or("0");
            *value = Some(app.prompter.text(question, default, &check)?);
        }
        Ok(())
    }
}

fn parse(app: &App, text: Option<&str>) -> Result<Option<i64>, CliError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    Ok(Some(time::parse_expiry(text, app.now(), &app.zone())?))
}
