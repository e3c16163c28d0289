//! `nsc generate activation`.

use std::path::PathBuf;

use nsc_core::claims::{AccountClaims, ExportKind, OperatorClaims};
use nsc_core::edit::{ActivatedExport, NewActivation, private_exports};
use nsc_core::hash_id::activation_id;
use nsc_core::keys::PublicKey;
use nsc_core::{creds, jwt};
use nsc_resolver::{HttpResolver, HttpUrl, Level as HttpLevel, ResolverUrl};
use nsc_store::{Context, OperatorStore, SignerQuery, Wanted};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::args::entity::{AccountArg, given};
use crate::args::{DateArgs, signer};
use crate::commands::sharing::{self, kind_of};
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::outfile::{self, Existing};
use crate::schema::foreign;
use crate::strict;
use crate::ui::page::Page;
use crate::ui::{Level, Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Activation {
    /// What may be imported: a private export, or a part of one; the only one without this
    #[arg(short, long, value_name = "SUBJECT")]
    subject: Option<String>,

    /// The account that may import: name or public key
    #[arg(short, long, value_name = "ACCOUNT")]
    target_account: Option<String>,

    /// Of a stream and a service that cover the subject, choose the service (`=false`: the stream)
    #[arg(long)]
    service: Option<bool>,

    /// File to write; `--` is standard output
    #[arg(short, long, value_name = "FILE", default_value = outfile::STDOUT)]
    output_file: String,

    /// Send the activation to the operator's account server
    #[arg(long)]
    push: bool,

    #[command(flatten)]
    dates: DateArgs,

    #[command(flatten)]
    account: AccountArg,
}

impl Activation {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        let account = self.account.resolve(app, &context, &store)?;
        let account = store.account(&account)?.claims;
        let operator = store.operator()?.claims;
        if app.is_interactive() {
            self.ask(app, &store, &account, &operator)?;
        }
        let export = ActivatedExport {
            subject: given(&self.subject).map(str::to_owned),
            kind: self.service.map(kind_of),
        };
        let (subject, kind) = export.find(&account)?;
        let new = NewActivation {
            target: target(&store, given(&self.target_account))?,
            dates: self.dates.edit(app)?,
            subject,
            kind,
        };
        let server = self.push.then(|| account_server(&operator)).transpose()?;
        let file = outfile::target(app, &self.output_file);
        if let Some(path) = &file {
            outfile::check(app, path, Existing::Replace)?;
        }
        let mut made = make(app, &context, &store, &operator, &account, &new)?;
        if export.is_ambiguous(&account) {
            let subject = &new.subject;
            made.steps
                .push(sharing::first_of_two("export", subject, kind.name()));
        }
        strict::check(app, &made.steps)?;
        finish(app, made, file, server)
    }

    /// Questions in the order in which they have always been asked.
    fn ask(
        &mut self,
        app: &App,
        store: &OperatorStore,
        account: &AccountClaims,
        operator: &OperatorClaims,
    ) -> Result<(), CliError> {
        let exports = private_exports(account)?;
        let lines: Vec<String> = exports
            .iter()
            .map(|export| format!("{} {}", sharing::kind_name(export.kind), export.subject))
            .collect();
        let chosen = match lines.len() {
            1 => 0,
            _ => app.prompter.choose("export", &lines, 0)?,
        };
        let export = exports[chosen];
        self.service = Some(export.is_service());
        let subject = given(&self.subject).unwrap_or(&export.subject);
        let subject = app
            .prompter
            .text("subject", subject, &sharing::check_subject)?;
        self.subject = Some(subject);
        let offered = self.target_account.as_deref().unwrap_or_default();
        let check = |answer: &str| {
            let answer = Some(answer).filter(|answer| !answer.is_empty());
            let found = target(store, answer).map(drop);
            found.map_err(|error| error.message)
        };
        let question = "importing account (name or public key)";
        self.target_account = Some(app.prompter.text(question, offered, &check)?);
        self.dates.ask(app)?;
        if account_server(operator).is_ok() {
            let question = "push the activation to the account server?";
            self.push = app.prompter.confirm(question, self.push)?;
        }
        Ok(())
    }
}

/// The account that may import.
fn target(store: &OperatorStore, given: Option<&str>) -> Result<PublicKey, CliError> {
    match given {
        None => Err(CliError::usage("the importing account is missing")
            .about(EntityKind::Flag, "--target-account")
            .hint("nsc generate activation --target-account ACCOUNT")),
        Some("*") => Err(
            CliError::usage("an activation is for one account, not for `*`")
                .about(EntityKind::Flag, "--target-account"),
        ),
        Some(account) => sharing::account_key(store, account),
    }
}

/// Only account servers take activations.
fn account_server(operator: &OperatorClaims) -> Result<HttpUrl, CliError> {
    let url = &operator.nats.account_server_url;
    let name = &operator.name;
    if url.is_empty() {
        let message = format!("operator `{name}` has no account server URL");
        return Err(CliError::failed(message)
            .about(EntityKind::Operator, name.to_string())
            .hint("nsc edit operator --account-jwt-server-url URL"));
    }
    match ResolverUrl::parse(url) {
        Ok(ResolverUrl::Http(url)) => Ok(url),
        Ok(other) => Err(CliError::failed(format!(
            "activations can only be pushed over HTTP, and the account server URL of operator `{name}` is `{other}`"
        )).about(EntityKind::Operator, name.to_string())),
        Err(error) => Err(error.into()),
    }
}

/// An activation that was signed.
struct Signed {
    result: MadeActivation,
    token: String,
    steps: Vec<Step>,
}

fn make(
    app: &App,
    context: &Context,
    store: &OperatorStore,
    operator: &OperatorClaims,
    account: &AccountClaims,
    new: &NewActivation,
) -> Result<Signed, CliError> {
    let keystore = context.keystore();
    let query = SignerQuery {
        wanted: Wanted::UserToken,
        env: &app.env,
        keystore: &keystore,
        operator,
        managed: store.is_managed(),
        account: Some(account),
        private_key: app.private_key(),
        previous_issuer: None,
        fresh: &[],
    };
    let mut typed = None;
    let signer = signer::choose(app, query, &mut typed)?;
    let mut claims = new.claims(account, &signer.candidate.key)?;
    let token = jwt::encode(&mut claims, &signer, app.now())?;
    let id = activation_id(&claims.iss, &claims.sub, &claims.nats.subject)
        .map_err(|error| CliError::wrap(Kind::Failed, &error))?;
    let doubts = nsc_core::edit::doubts::of_dates(&claims, app.now());
    let mut steps = vec![Step::ok(format!(
        "generated {} activation `{}` for account `{}`",
        new.kind.name(),
        new.subject,
        new.target
    ))];
    steps.extend(doubts.iter().map(|doubt| Step::warning(doubt.to_string())));
    Ok(Signed {
        result: MadeActivation {
            account: account.name.clone(),
            subject: new.subject.clone(),
            kind: new.kind,
            target: new.target.to_text(),
            issuer: claims.iss.clone(),
            id,
            token: None,
            file: None,
            url: None,
        },
        token,
        steps,
    })
}

/// Writes the activation, then pushes it; what was written stays when that fails.
fn finish(
    app: &App,
    signed: Signed,
    file: Option<PathBuf>,
    server: Option<HttpUrl>,
) -> Result<Report, CliError> {
    let Signed {
        mut result,
        token,
        mut steps,
    } = signed;
    let text = creds::decorate_jwt(&token).map_err(|error| CliError::wrap(Kind::Failed, &error))?;
    let written = file
        .map(|path| outfile::write(app, &path, text.as_bytes(), Existing::Replace))
        .transpose()?;
    if let Some(written) = &written {
        let path = written.short_path(app);
        steps.push(Step::ok(format!("wrote it to `{path}`")));
        result.file = Some(written.path.clone());
    } else {
        result.token = Some(text);
    }
    let mut failed = false;
    if let Some(base) = server {
        let url = base.join(&["activations", &result.id]);
        let pushed = push(app, &base, &token);
        failed = pushed.level == Level::Error;
        steps.push(pushed);
        steps.push(Step::ok(format!("its URL is {url}")));
        result.url = Some(url.to_string());
    }
    let mut report = Report::new(result).with_steps(steps);
    report = match &written {
        Some(written) => report.with_written(written),
        None => report.aside(),
    };
    Ok(if failed {
        report.with_failure(Kind::Server)
    } else {
        report
    })
}

fn push(app: &App, base: &HttpUrl, token: &str) -> Step {
    if app.globals.dry_run {
        return Step::ok(format!("would push it to `{base}`"));
    }
    let posted = HttpResolver::new().and_then(|server| server.post_activation(base, token));
    let outcome = match posted {
        Ok(outcome) => outcome,
        Err(error) => return Step::error(format!("cannot push it: {error}")),
    };
    let status = outcome.status;
    let said = outcome.body.trim();
    let mut details: Vec<Step> = Vec::new();
    let text = match outcome.level() {
        HttpLevel::Ok => format!("pushed it to `{base}`"),
        HttpLevel::Warning => {
            details.push(Step::warning(format!(
                "status {status}: it waits to be taken over"
            )));
            format!("pushed it to `{base}`")
        }
        _ => {
            details.push(Step::error(format!("status {status}")));
            format!("the account server `{base}` refused it")
        }
    };
    if !said.is_empty() {
        details.extend(said.lines().map(Step::server));
    }
    Step::group(text, details)
}

/// An activation that was made.
#[derive(JsonSchema, Serialize)]
pub(super) struct MadeActivation {
    /// Name of the exporting account.
    account: String,
    /// What may be imported.
    subject: String,
    /// Stream or service.
    #[schemars(with = "foreign::ExportKind")]
    kind: ExportKind,
    /// Public key of the account that may import.
    target: String,
    /// The key that signed.
    issuer: String,
    /// The identifier under which account servers keep it.
    id: String,
    /// The decorated token, unless it went into a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
    /// Where an account server offers it, if it was pushed.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl Show for MadeActivation {
    fn show(&self, page: &mut Page) {
        if let Some(token) = &self.token {
            page.raw(token);
        }
    }
}
