//! `nsc tool sub` and `nsc tool reply`: messages as they come.

use std::ops::ControlFlow;

use nsc_resolver::{Heard, Listen, ListenEnd, Message};
use schemars::JsonSchema;
use serde::Serialize;

use super::request::refuse_encryption;
use super::{RunTool, ServerArgs, UserArgs, connect, text};
use crate::app::App;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::ui::page::Page;
use crate::ui::{self, Output, Report, Show};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Subscribe {
    /// Subject to listen on, with or without wildcards
    subject: String,

    /// Queue group to be a member of
    #[arg(short, long, value_name = "NAME")]
    queue: Option<String>,

    /// End after so many messages; -1 is never
    #[arg(long, value_name = "NUMBER", default_value_t = -1, hide = true)]
    max_messages: i64,

    /// No longer supported
    #[arg(short = 'E', long, hide = true)]
    encrypt: bool,

    #[command(flatten)]
    user: UserArgs,
}

impl RunTool for Subscribe {
    fn run(self, app: &App, server: &ServerArgs) -> Result<Report, CliError> {
        refuse_encryption(self.encrypt)?;
        let listen = listening(&self.subject, self.queue, self.max_messages)?;
        let mut tool = connect(app, server, &self.user, "nsc_sub")?;
        let mut ear = Ear::new(app, &self.subject);
        let end = tool.subscribe(&listen, |heard| ear.hear(heard))?;
        Ok(ear.report(end))
    }
}

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Reply {
    /// Subject to listen on, with or without wildcards
    subject: String,

    /// The answer; without it a request's own content is sent back
    text: Option<String>,

    /// Queue group to be a member of
    #[arg(short, long, value_name = "NAME")]
    queue: Option<String>,

    /// End after so many messages; -1 is never
    #[arg(long, value_name = "NUMBER", default_value_t = -1)]
    max_messages: i64,

    #[command(flatten)]
    user: UserArgs,
}

impl RunTool for Reply {
    fn run(self, app: &App, server: &ServerArgs) -> Result<Report, CliError> {
        let listen = listening(&self.subject, self.queue, self.max_messages)?;
        let mut tool = connect(app, server, &self.user, "nsc_reply")?;
        let mut ear = Ear::new(app, &self.subject);
        ear.answering = true;
        let answer = self.text.as_deref().map(str::as_bytes);
        let end = tool.reply(&listen, answer, |heard| ear.hear(heard))?;
        Ok(ear.report(end))
    }
}

fn listening(subject: &str, queue: Option<String>, max: i64) -> Result<Listen, CliError> {
    if max == 0 {
        return Err(
            CliError::usage("--max-messages must be 1 or more, or -1 for any number")
                .about(EntityKind::Flag, "--max-messages"),
        );
    }
    Ok(Listen {
        subject: subject.to_owned(),
        queue: queue.filter(|queue| !queue.is_empty()),
        max_messages: u64::try_from(max).ok(),
        stop_on_interrupt: true,
    })
}

/// Tells of messages as they come, in the form that was asked for.
struct Ear {
    output: Output,
    subject: String,
    answering: bool,
    count: u64,
    kept: Vec<Received>,
}

/// A message that came in.
#[derive(JsonSchema, Serialize)]
struct Received {
    /// Its number, from 1.
    number: u64,
    /// The subject that it was published to.
    subject: String,
    /// Where an answer goes; absent when none is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<String>,
    /// Its content; bytes that are no UTF-8 are replaced.
    payload: String,
    /// Length of the content in bytes.
    size: usize,
}

impl Ear {
    fn new(app: &App, subject: &str) -> Self {
        Self {
            output: app.globals.output,
            subject: subject.to_owned(),
            answering: false,
            count: 0,
            kept: Vec::new(),
        }
    }

    fn hear(&mut self, heard: Heard<'_>) -> ControlFlow<()> {
        match heard {
            Heard::Listening => ui::notice(&format!("Listening on [{}]", self.subject)),
            Heard::Message(message) => self.take(message),
            Heard::Lost => ui::notice("messages came in too fast; some are lost"),
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn take(&mut self, message: &Message) {
        self.count += 1;
        let received = Received {
            number: self.count,
            subject: message.subject.clone(),
            reply: message.reply.clone(),
            payload: text(&message.payload),
            size: message.payload.len(),
        };
        if self.answering && received.reply.is_none() {
            let (number, subject) = (received.number, &received.subject);
            ui::notice(&format!(
                "[#{number}] on [{subject}] wants no answer; ignored"
            ));
        }
        match self.output {
            Output::Text => ui::stream_line(&ui::text::escape(&format!(
                "[#{}] received on [{}]: '{}'",
                received.number, received.subject, received.payload
            ))),
            Output::Jsonl => {
                ui::stream_line(&nsc_core::json::to_text(&nsc_core::json::sorted(&received)));
            }
            // One document is printed at the end.
            Output::Json => self.kept.push(received),
        }
    }

    fn report(self, end: ListenEnd) -> Report {
        if end == ListenEnd::Closed {
            ui::notice("the connection was closed");
        }
        Report::new(Messages(self.kept))
    }
}

/// The messages that came in, unless they were shown already.
#[derive(JsonSchema, Serialize)]
#[serde(transparent)]
pub(super) struct Messages(Vec<Received>);

/// They were shown as they came.
impl Show for Messages {
    fn show(&self, _page: &mut Page) {}
}
