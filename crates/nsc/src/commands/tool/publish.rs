//! `nsc tool pub`.

use nsc_core::subject;
use schemars::JsonSchema;
use serde::Serialize;

use super::{RunTool, ServerArgs, UserArgs, connect};
use crate::app::App;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::ui::page::Page;
use crate::ui::{Report, Show};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Publish {
    /// Subject to publish to
    subject: String,

    /// Content of the message; empty without it
    #[arg(default_value = "", hide_default_value = true)]
    payload: String,

    #[command(flatten)]
    user: UserArgs,
}

impl RunTool for Publish {
    fn run(self, app: &App, server: &ServerArgs) -> Result<Report, CliError> {
        check_subject(&self.subject)?;
        let mut tool = connect(app, server, &self.user, "nsc_pub")?;
        tool.publish(&self.subject, self.payload.as_bytes())?;
        Ok(Report::new(Published {
            subject: self.subject,
            payload: self.payload,
        }))
    }
}

/// Refuses a subject that nobody could receive on.
pub(super) fn check_subject(text: &str) -> Result<(), CliError> {
    if subject::is_server_publishable(text) {
        return Ok(());
    }
    Err(CliError::usage(format!(
        "`{text}` is no subject to publish to: it must have no empty tokens, blanks or wildcards"
    ))
    .about(EntityKind::Subject, text.to_string()))
}

/// A message that was published.
#[derive(JsonSchema, Serialize)]
pub(super) struct Published {
    /// Its subject.
    subject: String,
    /// Its content.
    payload: String,
}

impl Show for Published {
    fn show(&self, page: &mut Page) {
        page.note(&format!(
            "Published [{}] : \"{}\"",
            self.subject, self.payload
        ));
    }
}
