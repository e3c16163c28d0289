//! `nsc init`: from nothing to creds in one command and one commit.

use std::path::{Path, PathBuf};

use nsc_core::edit::{NewAccount, NewOperator, NewUser};
use nsc_core::keys::{KeyKind, Seed};
use nsc_core::sign::Signer;
use nsc_store::{Context, OperatorStore, StoreError, StoreInfo, StoredAccount, Transaction};
use schemars::JsonSchema;
use serde::Serialize;

use super::add::import::{Existing, Source};
use super::add::operator::{LocalOperator, rooted};
use super::add::result::{AddedAccount, AddedOperator, AddedUser};
use super::add::{account, stage};
use crate::app::App;
use crate::args::SubjectKey;
use crate::args::key::generated;
use crate::args::name::{self, INVENT};
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::managed::{self, Exchange};
use crate::strict;
use crate::ui::page::Page;
use crate::ui::text::home_path;
use crate::ui::{Report, Show, Step};

/// Flags of the command. Without any of them it asks.
#[derive(Debug, Default, clap::Args)]
pub struct Init {
    /// Folder of the operators' stores, which becomes the current one
    #[arg(short, long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// Name of operator, account and user; `*` or nothing invents one
    #[arg(short, long, value_name = "NAME")]
    name: Option<String>,

    /// Use the operator with the JWT at this http(s) URL
    #[arg(short, long, value_name = "URL")]
    url: Option<String>,

    /// Use a well-known operator, by name
    #[arg(short = 'o', long, value_name = "NAME")]
    remote_operator: Option<String>,
}

/// What was made.
#[derive(Debug, JsonSchema, Serialize)]
pub(super) struct Initialized {
    /// The operator, with system account and system user where they were made.
    operator: AddedOperator,
    /// The account.
    account: AddedAccount,
    /// The user.
    user: AddedUser,
    /// Folder of the operators' stores.
    stores_dir: String,
}

impl Show for Initialized {
    fn show(&self, _page: &mut Page) {}
}

impl Init {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let mut context = app.context()?;
        if !self.says_anything() {
            self.ask(app, &context).map_err(|mut error| {
                // There is no `-i` to leave out.
                error.hints.clear();
                error.hint("nsc init --name NAME")
            })?;
        }
        if let Some(dir) = self
            .dir
            .as_deref()
            .filter(|dir| !dir.as_os_str().is_empty())
        {
            context.home().refuse_other_root(&app.env.expand(dir))?;
            context = context.with_store_root(dir);
        }
        let root = context.store_root_for_new().to_owned();
        let context = rooted(&context, &root);
        match self.source(app)? {
            Some(source) => self.with_remote(app, &context, &root, source),
            None => self.with_local(app, &context, &root),
        }
    }

    fn says_anything(&self) -> bool {
        self.dir.is_some()
            || [&self.name, &self.url, &self.remote_operator]
                .into_iter()
                .any(Option::is_some)
    }

    fn ask(&mut self, app: &App, context: &Context) -> Result<(), CliError> {
        let root = context.store_root_for_new().display().to_string();
        let any = |_: &str| Ok(());
        self.dir = Some(app.prompter.text("stores folder", &root, &any)?.into());
        let known = app.env.well_known_operators();
        let mut choices: Vec<String> = known.iter().map(|known| known.name.clone()).collect();
        choices.extend(["Create Operator".to_owned(), "Other".to_owned()]);
        let chosen = app.prompter.choose("operator", &choices, known.len())?;
        if let Some(known) = known.get(chosen) {
            self.remote_operator = Some(known.name.clone());
        } else if chosen > known.len() {
            let check = |answer: &str| {
                Source::url(app, answer)
                    .map(drop)
                    .map_err(|error| error.message)
            };
            self.url = Some(app.prompter.text("operator URL", "", &check)?);
        }
        let folder = self.dir.as_deref().map(|dir| app.env.expand(dir));
        let taken = |name: &str| is_taken(app, folder.as_deref(), name);
        let invented = name::new_name(app, "account", INVENT, taken)?;
        let check = |answer: &str| name::check_new("operator", answer, taken);
        let question = "name of operator, account and user";
        self.name = Some(app.prompter.text(question, &invented, &check)?);
        Ok(())
    }

    /// Where the operator comes from; `None` is from here.
    fn source(&self, app: &App) -> Result<Option<Source>, CliError> {
        let given = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
        match (given(&self.url), given(&self.remote_operator)) {
            (Some(url), _) => Source::parse(app, &url).map(Some),
            (None, Some(name)) => Source::well_known(app, &name).map(Some),
            (None, None) => Ok(None),
        }
    }

    fn name(&self, app: &App, taken: impl Fn(&str) -> bool) -> Result<String, CliError> {
        let name = self.name.as_deref().filter(|name| !name.is_empty());
        name::new_name(app, "account", name.unwrap_or(INVENT), taken)
    }

    /// Operator, system account, account and user, all made here.
    fn with_local(&self, app: &App, context: &Context, root: &Path) -> Result<Report, CliError> {
        let name = self.name(app, |name| is_taken(app, Some(root), name))?;
        let info = StoreInfo {
            managed: false,
            name: name.clone(),
        };
        let options = app.begin_options("init");
        let mut tx = Transaction::create_operator(root, info, &context.keystore(), &options)?;
        let local = LocalOperator {
            new: NewOperator {
                name: name.clone(),
                service_urls: vec![LOCAL_SERVER.to_owned()],
                ..NewOperator::default()
            },
            identity: None,
            with_signing_key: false,
            with_system: true,
        };
        let made = local.stage(app, &mut tx)?;
        let mut steps = made.steps;
        let new = NewAccount {
            name: name.clone(),
            ..NewAccount::default()
        };
        let key = SubjectKey::new(app, None, KeyKind::Account)?;
        let claims = new.claims(&key.public_key());
        let staged = stage::account(app, &mut tx, claims, &key, &made.signer)?;
        steps.extend(staged.steps);
        let own = key.seed().ok_or_else(no_seed)?;
        let user = add_user(app, &mut tx, &staged.stored, own, &mut steps)?;
        steps.push(Step::ok(format!(
            "stores folder `{}`",
            home_path(root, app.env.home())
        )));
        steps.push(Step::ok(
            "for a server that runs this operator: `nsc generate config --nats-resolver --config-file FILE`",
        ));
        context.with_current(&name, &name).stage(&mut tx)?;
        let result = Initialized {
            operator: made.result,
            account: staged.result,
            user,
            stores_dir: root.display().to_string(),
        };
        let report = Report::new(result).with_steps(steps);
        strict::commit(app, tx, report)
    }

    /// Account and user of an operator that is elsewhere.
    fn with_remote(
        &self,
        app: &App,
        context: &Context,
        root: &Path,
        source: Source,
    ) -> Result<Report, CliError> {
        let imported = source.read(app)?;
        if imported.claims.nats.account_server_url.is_empty() {
            return Err(CliError::failed(format!(
                "operator `{}` names no account server, which would sign the account",
                imported.claims.name
            ))
            .about(EntityKind::Operator, imported.claims.name.to_string())
            .hint("nsc add operator --url URL"));
        }
        let folder = name::new_name(app, "operator", imported.store_name(), |_| false)?;
        let there = OperatorStore::open_in(app.env.files(), root, &folder).ok();
        let taken = |name: &str| there.as_ref().is_some_and(|store| store.has_account(name));
        let name = self.name(app, taken)?;
        let keystore = context.keystore();
        let (mut tx, begun) =
            imported.stage(app, root, &folder, &keystore, Existing::Refresh, "init")?;
        let strict = imported.claims.nats.strict_signing_key_usage;
        let made = remote_account(app, &mut tx, &begun.operator.claims, &name, strict)?;
        let mut steps = begun.steps;
        steps.extend(made.steps);
        steps.push(Step::ok(format!(
            "stores folder `{}`",
            home_path(root, app.env.home())
        )));
        let current = if made.exchange.failed {
            ""
        } else {
            name.as_str()
        };
        context.with_current(&folder, current).stage(&mut tx)?;
        let managed = tx.store()?.is_managed();
        let result = Initialized {
            operator: imported.result(&folder, managed),
            account: made.account,
            user: made.user,
            stores_dir: root.display().to_string(),
        };
        let report = made.exchange.report(Report::new(result).with_steps(steps));
        strict::commit(app, tx, report)
    }
}

/// Account and user at an operator that is elsewhere.
struct Remote {
    account: AddedAccount,
    user: AddedUser,
    steps: Vec<Step>,
    exchange: Exchange,
}

/// Makes them; a strict operator wants the user signed by a signing key, so the account gets one.
fn remote_account(
    app: &App,
    tx: &mut Transaction<'_>,
    operator: &nsc_core::claims::OperatorClaims,
    name: &str,
    strict: bool,
) -> Result<Remote, CliError> {
    if let Some(name) = tx.account_like(name)? {
        let what = "account";
        return Err(StoreError::AlreadyExists { what, name }.into());
    }
    let mut steps = Vec::new();
    let signing = match strict {
        true => Some(app.new_key(KeyKind::Account)?),
        false => None,
    };
    if let Some(seed) = &signing {
        tx.put_key(seed)?;
        steps.push(generated("account signing", &seed.public_key()));
    }
    let new = NewAccount {
        name: name.to_owned(),
        signing_keys: signing.iter().map(Seed::public_key).collect(),
        ..NewAccount::default()
    };
    let key = SubjectKey::new(app, None, KeyKind::Account)?;
    let claims = new.claims(&key.public_key());
    let staged = account::sign(app, tx, operator, &claims, &key)?;
    steps.extend(staged.steps);
    let mut exchange = managed::exchange(app, tx, operator, staged.stored, &steps)?;
    steps.append(&mut exchange.steps);
    // What came back from the server may list other keys.
    let listed = |seed: &&Seed| {
        let key = seed.public_key().to_text();
        exchange.account.claims.nats.signing_keys.contains(&key)
    };
    let own = key.seed().ok_or_else(no_seed)?;
    let signer = signing.as_ref().filter(listed).unwrap_or(own);
    let user = add_user(app, tx, &exchange.account, signer, &mut steps)?;
    let mut account = staged.result;
    account.issuer.clone_from(&exchange.account.claims.iss);
    Ok(Remote {
        account,
        user,
        steps,
        exchange,
    })
}

/// A user named like its account.
fn add_user(
    app: &App,
    tx: &mut Transaction<'_>,
    account: &StoredAccount,
    signer: &dyn Signer,
    steps: &mut Vec<Step>,
) -> Result<AddedUser, CliError> {
    let new = NewUser {
        name: account.name.clone(),
        ..NewUser::default()
    };
    let key = SubjectKey::new(app, None, KeyKind::User)?;
    let staged = stage::user(app, tx, account, &new, &key, signer)?;
    steps.extend(staged.steps);
    Ok(staged.result)
}

fn is_taken(app: &App, root: Option<&Path>, name: &str) -> bool {
    root.is_some_and(|root| app.env.files().exists(&root.join(name)))
}

/// A key without its seed can only be a given one.
fn no_seed() -> CliError {
    CliError::failed("the new key has no seed")
}

/// Where a server started by hand listens.
const LOCAL_SERVER: &str = "nats://localhost:4222";
