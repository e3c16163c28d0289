//! `nsc tool rtt`.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use super::{RunTool, ServerArgs, UserArgs, connect};
use crate::app::App;
use crate::error::CliError;
use crate::ui::page::Page;
use crate::ui::{Report, Show};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct RoundTrip {
    #[command(flatten)]
    user: UserArgs,
}

impl RunTool for RoundTrip {
    fn run(self, app: &App, server: &ServerArgs) -> Result<Report, CliError> {
        let mut tool = connect(app, server, &self.user, "nsc_rtt")?;
        let time = tool.round_trip()?;
        Ok(Report::new(Measured {
            url: tool.url().to_owned(),
            nanoseconds: u64::try_from(time.as_nanos()).unwrap_or(u64::MAX),
        }))
    }
}

/// A round trip that was measured.
#[derive(JsonSchema, Serialize)]
pub(super) struct Measured {
    /// The server.
    url: String,
    /// How long it took.
    nanoseconds: u64,
}

impl Show for Measured {
    fn show(&self, page: &mut Page) {
        let time = Duration::from_nanos(self.nanoseconds);
        page.line(&format!("round trip time to [{}] = {time:?}", self.url));
    }
}
