//! `nsc pull`.

mod fetch;
mod receive;

use nsc_resolver::ResolverUrl;
use nsc_store::OperatorStore;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::args::entity::{AccountArg, given};
use crate::args::system_user::SystemUserArgs;
use crate::args::timeout::TimeoutArg;
use crate::args::tls::TlsArgs;
use crate::error::{CliError, Kind};
use crate::server::past::{self, Past};
use crate::server::system::{Ground, Surroundings};
use crate::server::url::resolver_url;
use crate::strict;
use crate::ui::page::Page;
use crate::ui::progress::Work;
use crate::ui::{Report, Show, Step};
use fetch::{Fetched, What};
use receive::{Outcome, Received};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Pull {
    #[command(flatten)]
    account: AccountArg,

    /// Fetch all accounts; from an account server the operator, too
    #[arg(short = 'A', long)]
    all: bool,

    /// Replace JWTs of the store that were issued later
    #[arg(short = 'F', long)]
    overwrite_newer: bool,

    /// Fetch from this account server or these NATS servers instead of the operator's
    #[arg(short = 'u', long, value_name = "URL")]
    account_jwt_server_url: Option<String>,

    #[command(flatten)]
    system: SystemUserArgs,

    #[command(flatten)]
    timeout: TimeoutArg,

    #[command(flatten)]
    tls: TlsArgs,
}

impl Pull {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let ground = Ground::of(app)?;
        let around = ground.around(app);
        let what = self.what(&around)?;
        let url = resolver_url(app, around.operator, given(&self.account_jwt_server_url))?;
        let fetched = match &url {
            ResolverUrl::Http(url) => fetch::over_http(&around, url, &what, self.timeout)?,
            ResolverUrl::Nats(urls) => {
                self.system.ask(app, around.store)?;
                let tls = self.tls.options(&app.env)?;
                fetch::over_nats(&around, urls, &what, self.timeout, tls, &self.system)?
            }
        };
        self.keep(&around, around.store, fetched, url.to_string())
    }

    fn what(&self, around: &Surroundings<'_>) -> Result<What, CliError> {
        let Surroundings {
            app,
            context,
            store,
            ..
        } = around;
        let asked = || {
            let question = "Fetch the operator and all accounts?";
            app.prompter.confirm(question, true)
        };
        let undecided = app.is_interactive() && self.account.given().is_none();
        if self.all || (undecided && asked()?) {
            return Ok(What::All);
        }
        let name = self.account.resolve(app, context, store)?;
        Ok(What::One(Box::new(store.account(&name)?)))
    }

    /// Stores all that was fetched and is acceptable, in one commit.
    fn keep(
        &self,
        around: &Surroundings<'_>,
        store: &OperatorStore,
        fetched: Vec<Fetched>,
        url: String,
    ) -> Result<Report, CliError> {
        let keystore = around.context.keystore();
        let options = around.app.begin_options("nsc pull");
        let past = Past::new(around);
        let mut transaction = store.begin(&keystore, &options)?;
        let received = receive::all(&mut transaction, &past, fetched, self.overwrite_newer)?;
        let steps: Vec<Step> = received.iter().map(Received::step).collect();
        strict::check(around.app, &steps)?;
        let writing = Work::begin("writing");
        let committed = transaction.commit()?;
        drop(writing);
        let same = received.iter().filter_map(Received::same);
        past::remember(around, "nsc pull", &same.collect::<Vec<_>>());
        let failed = received.iter().filter(|one| one.outcome.is_failure());
        let failure = match failed.count() {
            0 => None,
            all if all == received.len() => Some(kind_of_all(&received)),
            _ => Some(Kind::Partial),
        };
        let report = Report::new(Pulled { url, received })
            .with_steps(steps)
            .of_jobs()
            .with_commit(&committed);
        Ok(match failure {
            Some(kind) => report.with_failure(kind),
            None => report,
        })
    }
}

/// What sort of failure it is when nothing could be stored.
fn kind_of_all(received: &[Received]) -> Kind {
    let all = |test: fn(&Outcome) -> bool| received.iter().all(|one| test(&one.outcome));
    if all(|outcome| {
        matches!(
            outcome,
            Outcome::NewerHere { .. } | Outcome::Conflict { .. }
        )
    }) {
        Kind::Conflict
    } else if all(|outcome| matches!(outcome, Outcome::Refused { .. })) {
        Kind::Failed
    } else {
        Kind::Server
    }
}

/// What a pull did.
#[derive(JsonSchema, Serialize)]
pub(super) struct Pulled {
    /// Where from.
    url: String,
    /// What was fetched.
    received: Vec<Received>,
}

/// The steps say it all.
impl Show for Pulled {
    fn show(&self, _page: &mut Page) {}
}
