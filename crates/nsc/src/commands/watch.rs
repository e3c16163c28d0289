//! `nsc watch`.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use nsc_core::jwt;
use nsc_core::time::parse_duration;
use nsc_resolver::{
    Announcement, Answer, ListenEnd, NatsResolver, NatsUrls, ResolverUrl, ServerReply,
    Watch as Limits, watch_access,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::args::entity::given;
use crate::args::system_user::SystemUserArgs;
use crate::args::tls::TlsArgs;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::schema::foreign;
use crate::server::report::ServerName;
use crate::server::system::{Ground, Surroundings, connect_options, sign_in};
use crate::server::url::resolver_url;
use crate::ui::page::Page;
use crate::ui::text::timestamp;
use crate::ui::{self, Output, Report, Show};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Watch {
    /// End after so many announcements
    #[arg(long, value_name = "NUMBER")]
    count: Option<std::num::NonZeroU64>,

    /// End after this time, such as `90s` or `1h30m`
    #[arg(long = "for", value_name = "DURATION")]
    duration: Option<String>,

    /// Watch these NATS servers instead of the operator's
    #[arg(short = 'u', long, value_name = "URL")]
    account_jwt_server_url: Option<String>,

    #[command(flatten)]
    system: SystemUserArgs,

    #[command(flatten)]
    tls: TlsArgs,
}

impl Watch {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let end = self.end()?;
        let ground = Ground::of(app)?;
        let around = ground.around(app);
        let url = resolver_url(app, around.operator, given(&self.account_jwt_server_url))?;
        let ResolverUrl::Nats(urls) = &url else {
            let message = format!("account server `{url}` announces nothing");
            return Err(CliError::failed(message)
                .about(EntityKind::Server, url.to_string())
                .hint("nsc watch -u nats://HOST:4222"));
        };
        self.system.ask(app, around.store)?;
        let mut teller = Teller::new(&around, self.count.map(std::num::NonZeroU64::get))?;
        self.watch(&around, urls, end, &mut teller)?;
        Ok(Report::new(Announced(teller.kept)))
    }

    /// When it ends.
    fn end(&self) -> Result<Option<Instant>, CliError> {
        let Some(text) = given(&self.duration) else {
            return Ok(None);
        };
        let positive = u64::try_from(parse_duration(text)?)
            .ok()
            .filter(|length| *length > 0);
        let length = positive.ok_or_else(|| {
            CliError::usage(format!("--for `{text}` is no time to wait"))
                .about(EntityKind::Flag, "--for")
        })?;
        Ok(Instant::now().checked_add(Duration::from_nanos(length)))
    }

    /// Watches as a user that lives for a shift, as often as it takes.
    fn watch(
        &self,
        around: &Surroundings<'_>,
        urls: &NatsUrls,
        end: Option<Instant>,
        teller: &mut Teller<'_>,
    ) -> Result<(), CliError> {
        loop {
            let connect = connect_options("nsc_watch").tls(self.tls.options(&around.app.env)?);
            let access = watch_access(&connect.inbox_prefix);
            let user = sign_in(around, &self.system, &access, SHIFT)?;
            let mut resolver = NatsResolver::connect(urls, &connect.credentials(user))?;
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            let limits = Limits {
                limit: Some(left.map_or(SHIFT, |left| left.min(SHIFT))),
                stop_on_interrupt: true,
            };
            match resolver.watch(limits, |announcement| teller.tell(announcement))? {
                ListenEnd::TimeOver if end.is_none_or(|end| Instant::now() < end) => {}
                ListenEnd::Closed => {
                    ui::notice("the connection was closed");
                    return Ok(());
                }
                _ => return Ok(()),
            }
        }
    }
}

/// Tells of announcements as they come, in the form that was asked for.
struct Teller<'a> {
    app: &'a App,
    names: BTreeMap<String, String>,
    left: Option<u64>,
    watching: bool,
    kept: Vec<Line>,
}

/// An announcement.
#[derive(JsonSchema, Serialize)]
struct Line {
    /// When it came, RFC 3339.
    time: String,
    /// `update` and `delete` are what somebody asked of servers, `answer` is what a server made of it.
    #[schemars(with = "foreign::Event")]
    event: &'static str,
    /// The accounts.
    accounts: Vec<Named>,
    /// Issue time of the JWT of an update, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    issued: Option<String>,
    /// Who signed the JWT of an update.
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    /// The server of an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<ServerName>,
    /// `accepted`, `skipped`, `refused` or `unusable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<foreign::ServerAnswer>")]
    answer: Option<&'static str>,
    /// The server's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// An account.
#[derive(JsonSchema, Serialize)]
struct Named {
    /// Its public key.
    public_key: String,
    /// Its name in the store, or else in its JWT.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

impl<'a> Teller<'a> {
    fn new(around: &Surroundings<'a>, count: Option<u64>) -> Result<Self, CliError> {
        let listed = around.store.list_accounts()?.into_iter();
        let names =
            listed.filter_map(|listed| Some((listed.claims.ok()?.1.to_text(), listed.name)));
        Ok(Self {
            app: around.app,
            names: names.collect(),
            left: count,
            watching: false,
            kept: Vec::new(),
        })
    }

    fn tell(&mut self, announcement: Announcement) -> ControlFlow<()> {
        let line = match announcement {
            Announcement::Watching => {
                if !std::mem::replace(&mut self.watching, true) {
                    ui::notice("Watching account updates");
                }
                return ControlFlow::Continue(());
            }
            Announcement::Lost => {
                ui::notice("announcements came in too fast; some are lost");
                return ControlFlow::Continue(());
            }
            Announcement::Update { account, token } => self.update(account, &token),
            Announcement::Deletion { accounts } => self.line("delete", accounts),
            Announcement::Answer { accounts, reply } => self.answer(accounts, &reply),
            _ => return ControlFlow::Continue(()),
        };
        match self.app.globals.output {
            Output::Text => ui::stream_line(&ui::text::escape(&line.text())),
            Output::Jsonl => {
                ui::stream_line(&nsc_core::json::to_text(&nsc_core::json::sorted(&line)))
            }
            // One document is printed at the end.
            Output::Json => self.kept.push(line),
        }
        self.left = self.left.map(|left| left.saturating_sub(1));
        if self.left == Some(0) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn line(&self, event: &'static str, accounts: Vec<String>) -> Line {
        let named = accounts.into_iter().map(|key| Named {
            name: self.names.get(&key).cloned(),
            public_key: key,
        });
        Line {
            time: timestamp(self.app.now().0),
            event,
            accounts: named.collect(),
            issued: None,
            issuer: None,
            server: None,
            answer: None,
            message: None,
        }
    }

    fn update(&mut self, account: String, token: &str) -> Line {
        if let Ok(claims) = jwt::decode_generic(token) {
            // Later answers name it, too.
            if !claims.name.is_empty() {
                self.names.entry(account.clone()).or_insert(claims.name);
            }
            return Line {
                issued: Some(timestamp(claims.iat)),
                issuer: Some(claims.iss),
                ..self.line("update", vec![account])
            };
        }
        self.line("update", vec![account])
    }

    fn answer(&self, accounts: Vec<String>, reply: &ServerReply) -> Line {
        let (answer, message) = match &reply.answer {
            Answer::Accepted { message } => ("accepted", message.clone()),
            Answer::Skipped { message } => ("skipped", message.clone()),
            Answer::Refused { description, .. } => ("refused", description.clone()),
            Answer::Unusable { problem } => ("unusable", problem.clone()),
        };
        Line {
            server: reply.server.as_ref().map(ServerName::from),
            answer: Some(answer),
            message: Some(message),
            ..self.line("answer", accounts)
        }
    }
}

impl Line {
    fn text(&self) -> String {
        let account = |account: &Named| match &account.name {
            Some(name) => format!("account `{name}` ({})", account.public_key),
            None => format!("account {}", account.public_key),
        };
        let accounts: Vec<String> = self.accounts.iter().map(account).collect();
        let accounts = accounts.join(", ");
        let told = match (&self.server, &self.issued) {
            (Some(server), _) => format!(
                "server `{}` {}: {}",
                server.name,
                self.answer.unwrap_or_default(),
                self.message.as_deref().unwrap_or_default()
            ),
            (None, Some(issued)) => format!(
                "update, issued {issued} by {}",
                self.issuer.as_deref().unwrap_or_default()
            ),
            _ if self.event == "delete" => "deletion was asked for".to_owned(),
            _ => "update that is no JWT".to_owned(),
        };
        format!("{} {accounts}: {told}", self.time)
    }
}

/// The announcements, unless they were shown already.
#[derive(JsonSchema, Serialize)]
#[serde(transparent)]
pub(super) struct Announced(Vec<Line>);

/// They were shown as they came.
impl Show for Announced {
    fn show(&self, _page: &mut Page) {}
}

/// How long one temporary user lives.
const SHIFT: Duration = Duration::from_secs(12 * 3600);
