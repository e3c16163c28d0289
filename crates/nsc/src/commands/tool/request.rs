//! `nsc tool req`.

use std::time::Duration;

use nsc_resolver::Message;
use schemars::JsonSchema;
use serde::Serialize;

use super::publish::check_subject;
use super::{RunTool, ServerArgs, UserArgs, connect, text};
use crate::app::App;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::ui::page::Page;
use crate::ui::{self, Report, Show};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Request {
    /// Subject to send the request to
    subject: String,

    /// Content of the request; empty without it
    #[arg(default_value = "", hide_default_value = true)]
    payload: String,

    #[command(flatten)]
    user: UserArgs,

    /// No longer supported
    #[arg(short = 'E', long, hide = true)]
    encrypt: bool,
}

impl RunTool for Request {
    fn run(self, app: &App, server: &ServerArgs) -> Result<Report, CliError> {
        refuse_encryption(self.encrypt)?;
        check_subject(&self.subject)?;
        let mut tool = connect(app, server, &self.user, "nsc_req")?;
        let (subject, payload) = (&self.subject, &self.payload);
        ui::notice(&format!("published request: [{subject}] : '{payload}'"));
        let answer = tool.request(subject, payload.as_bytes(), PATIENCE)?;
        Ok(Report::new(Answer::from(answer)))
    }
}

/// Payloads were once sealed by the tools; servers and clients have TLS for that.
pub(super) fn refuse_encryption(wanted: bool) -> Result<(), CliError> {
    if wanted {
        return Err(CliError::usage("--encrypt is no longer supported")
            .about(EntityKind::Flag, "--encrypt"));
    }
    Ok(())
}

/// The answer to a request.
#[derive(JsonSchema, Serialize)]
pub(super) struct Answer {
    /// The subject on which it came.
    subject: String,
    /// Its content; bytes that are no UTF-8 are replaced.
    payload: String,
    /// Length of the content in bytes.
    size: usize,
}

impl From<Message> for Answer {
    fn from(message: Message) -> Self {
        Self {
            payload: text(&message.payload),
            size: message.payload.len(),
            subject: message.subject,
        }
    }
}

impl Show for Answer {
    fn show(&self, page: &mut Page) {
        page.line(&format!(
            "received reply: [{}] : '{}'",
            self.subject, self.payload
        ));
    }
}

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
