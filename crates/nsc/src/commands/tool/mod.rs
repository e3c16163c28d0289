//! `nsc tool`, and its commands as hidden commands of the root.

mod listen;
mod publish;
mod request;
mod round_trip;

use clap::Subcommand;
use nsc_core::creds;
use nsc_resolver::{NatsTool, UserCredentials};

use crate::app::App;
use crate::args::entity::{AccountArg, given, only_user};
use crate::args::tls::TlsArgs;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::schema::CommandResults;
use crate::server::system::connect_options;
use crate::server::url::service_urls;
use crate::ui::Report;
pub use listen::{Reply, Subscribe};
pub use publish::Publish;
pub use request::Request;
pub use round_trip::RoundTrip;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Tool {
    #[command(flatten)]
    server: ServerArgs,

    #[command(subcommand)]
    command: Command,
}

/// What is done.
#[derive(Debug, Subcommand)]
enum Command {
    /// Publish a message
    Pub(Publish),
    /// Show the messages that come in
    Sub(Subscribe),
    /// Send a request and show the answer
    Req(Request),
    /// Answer requests
    Reply(Reply),
    /// Measure the time to the server and back
    Rtt(RoundTrip),
}

impl Tool {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        match self.command {
            Command::Pub(command) => command.run(app, &self.server),
            Command::Sub(command) => command.run(app, &self.server),
            Command::Req(command) => command.run(app, &self.server),
            Command::Reply(command) => command.run(app, &self.server),
            Command::Rtt(command) => command.run(app, &self.server),
        }
    }
}

/// What the tools tell, below `tool` and as commands of the root.
pub(super) fn results() -> Vec<CommandResults> {
    vec![
        CommandResults::of::<publish::Published>("tool pub"),
        CommandResults::of::<listen::Messages>("tool sub"),
        CommandResults::of::<request::Answer>("tool req"),
        CommandResults::of::<listen::Messages>("tool reply"),
        CommandResults::of::<round_trip::Measured>("tool rtt"),
        CommandResults::of::<publish::Published>("pub"),
        CommandResults::of::<listen::Messages>("sub"),
        CommandResults::of::<request::Answer>("req"),
        CommandResults::of::<listen::Messages>("reply"),
        CommandResults::of::<round_trip::Measured>("rtt"),
    ]
}

/// A tool as a command of the root, with the flags of `tool`.
#[derive(Debug, clap::Args)]
pub struct Alias<C: clap::Args> {
    #[command(flatten)]
    server: ServerArgs,

    #[command(flatten)]
    command: C,
}

impl<C: clap::Args + RunTool> Alias<C> {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        self.command.run(app, &self.server)
    }
}

/// One of the tools.
pub trait RunTool {
    /// Runs it.
    ///
    /// # Errors
    /// Whatever keeps it from doing what was asked.
    fn run(self, app: &App, server: &ServerArgs) -> Result<Report, CliError>;
}

/// Where the tools connect to.
#[derive(Debug, clap::Args)]
pub struct ServerArgs {
    /// Servers, a URL or a list of them; the operator's service URLs without it
    #[arg(long, global = true, value_name = "URL")]
    nats: Option<String>,

    #[command(flatten)]
    tls: TlsArgs,
}

/// Who the tools connect as.
#[derive(Debug, clap::Args)]
struct UserArgs {
    #[command(flatten)]
    account: AccountArg,

    /// User: name or public key; the only one without it
    #[arg(short, long, value_name = "NAME")]
    user: Option<String>,
}

/// Connects with the creds file of a user.
fn connect(
    app: &App,
    server: &ServerArgs,
    user: &UserArgs,
    client: &str,
) -> Result<NatsTool, CliError> {
    let context = app.context()?;
    let store = context.operator_store()?;
    let operator = store.operator()?;
    let account = user.account.resolve(app, &context, &store)?;
    let user = match given(&user.user) {
        // A user that is gone may have left its creds.
        Some(name) => store
            .user(&account, name)
            .map_or_else(|_| name.to_owned(), |user| user.name),
        None => only_user(app, &store, &account)?,
    };
    let urls = service_urls(&operator, given(&server.nats))?;
    let tls = server.tls.options(&app.env)?;

    let keystore = context.keystore();
    let path = keystore.creds_path(store.name(), &account, &user);
    let shown = path.display();
    let Some(text) = keystore.creds(store.name(), &account, &user)? else {
        return Err(CliError::not_found(format!(
            "user `{user}` of account `{account}` has no creds: `{shown}` does not exist"
        ))
        .about(EntityKind::User, user.to_string())
        .hint(format!(
            "nsc generate creds -a '{account}' -n '{user}' -o '{shown}'"
        )));
    };
    let (token, seed) = creds::read_pair(&text).map_err(|error| {
        CliError::failed(format!("`{shown}` holds no usable creds"))
            .about(EntityKind::File, shown.to_string())
            .caused_by(&error)
    })?;
    let options = connect_options(client)
        .tls(tls)
        .credentials(UserCredentials::new(token, seed));
    Ok(NatsTool::connect(&urls, &options)?)
}

/// A payload as text for people and JSON.
fn text(payload: &[u8]) -> String {
    String::from_utf8_lossy(payload).into_owned()
}
