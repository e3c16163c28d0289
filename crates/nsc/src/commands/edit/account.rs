//! `nsc edit account`.

use nsc_core::claims::{AccountClaims, OperatorClaims};
use nsc_core::edit::{
    AccountEdit, AccountEditError, AccountLimitEdit, Change, FromNow, JetStreamError,
    NatsLimitEdit, TraceEdit,
};
use nsc_core::keys::KeyKind;
use nsc_core::value;
use nsc_store::write::map_parallel;
use nsc_store::{OperatorStore, StoredAccount, Transaction};

use super::result::{Edited, nothing_to_edit};
use super::stranded;
use crate::app::App;
use crate::args::entity::AccountArg;
use crate::args::signing_keys::{self, NewKey};
use crate::args::{
    DateArgs, JetStreamArgs, PermissionEditArgs, TagArgs, TargetArgs, ask, list, number,
};
use crate::argv::quoted;
use crate::commands::sharing;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::judge::{self, Judged};
use crate::managed::Exchange;
use crate::rewrite::{self, Prefer};
use crate::strict;
use crate::ui::Report;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct EditAccount {
    #[command(flatten)]
    target: TargetArgs,

    #[command(flatten)]
    flags: Flags,
}

/// What is to change.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
pub(crate) struct Flags {
    #[command(flatten)]
    tags: TagArgs,

    #[command(flatten)]
    dates: DateArgs,

    /// Description; empty removes it
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// Where to read more; empty removes it
    #[arg(long, value_name = "URL")]
    info_url: Option<String>,

    /// Add signing keys: `generate`, or account keys or files with one
    #[arg(long, value_name = "KEYS")]
    sk: Vec<String>,

    /// Remove signing keys, given as public keys
    #[arg(long, value_name = "KEYS")]
    rm_sk: Vec<String>,

    /// Send traces of messages that ask for it to this subject; empty turns tracing off
    #[arg(long, value_name = "SUBJECT")]
    trace_context_subject: Option<String>,

    /// Percent of those messages that are traced, 0 to 100; 0 stands for 100
    #[arg(long, value_name = "PERCENT", value_parser = number::size)]
    trace_context_sampling: Option<i64>,

    /// Whose account carries the replication of its streams between servers: `system` or `owner`, which is
    /// the account itself; empty removes it
    #[arg(long, value_name = "system|owner", value_parser = ["system", "owner", ""])]
    cluster_traffic: Option<String>,

    /// Old name of --cluster-traffic owner
    #[arg(long, hide = true, conflicts_with = "cluster_traffic")]
    host_cluster_traffic: Option<bool>,

    #[command(flatten)]
    permissions: PermissionEditArgs,

    #[command(flatten)]
    limits: LimitArgs,

    #[command(flatten)]
    jetstream: JetStreamArgs,
}

/// Limits of an account; -1 is unlimited.
#[derive(Debug, Default, PartialEq, Eq, clap::Args)]
#[command(next_help_heading = "Limits")]
struct LimitArgs {
    /// Client connections; -1 is unlimited
    #[arg(long, value_name = "N", value_parser = number::size)]
    conns: Option<i64>,

    /// Leaf node connections; -1 is unlimited
    #[arg(long, value_name = "N", value_parser = number::size)]
    leaf_conns: Option<i64>,

    /// Bytes of data, with or without a unit (`1k`, `1MiB`); -1 is unlimited
    #[arg(long, value_name = "SIZE", value_parser = number::size)]
    data: Option<i64>,

    /// Exports; -1 is unlimited
    #[arg(long, value_name = "N", value_parser = number::size)]
    exports: Option<i64>,

    /// Imports; -1 is unlimited
    #[arg(long, value_name = "N", value_parser = number::size)]
    imports: Option<i64>,

    /// Bytes of one message; -1 is unlimited
    #[arg(long, value_name = "SIZE", value_parser = number::size)]
    payload: Option<i64>,

    /// Subscriptions of a connection; -1 is unlimited
    #[arg(long, value_name = "N", value_parser = number::size)]
    subscriptions: Option<i64>,

    /// Whether exported subjects may hold wildcards
    #[arg(long)]
    wildcard_exports: Option<bool>,

    /// Whether users whose JWT alone is enough to connect are refused
    #[arg(long)]
    disallow_bearer: Option<bool>,
}

impl EditAccount {
    /// Runs the command.
    pub(super) fn run(mut self, app: &App) -> Result<Report, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        if !app.is_interactive() && self.flags == Flags::default() {
            return Err(nothing_to_edit("account"));
        }
        let account = AccountArg {
            account: self.target.given().map(str::to_owned),
        };
        let name = account.resolve(app, &context, &store)?;
        if app.is_interactive() {
            self.flags.ask(app, &store.account(&name)?.claims)?;
        }
        let mut tx = store.begin(&context.keystore(), &app.begin_options("edit account"))?;
        let report = self.flags.edit(app, &store, &mut tx, &name)?;
        strict::commit(app, tx, report)
    }
}

impl Flags {
    fn edit(
        &self,
        app: &App,
        store: &OperatorStore,
        tx: &mut Transaction<'_>,
        name: &str,
    ) -> Result<Report, CliError> {
        let operator = tx.operator()?;
        let before = tx.account(name)?;
        let keys = self.new_keys(app)?;
        let edit = self.account_edit(app, &keys)?;
        let mut claims = before.claims.clone();
        let changes = self.apply(&edit, &mut claims, &operator.claims)?;
        check_users(store, &edit, &before)?;
        let mut warnings = judge::changed_account(app, Judged::Limits, &before.claims, &claims)?;
        let stranded = stranded::users(store, &before.claims, &claims, &before.name)?;
        warnings.extend(stranded);
        let steps = signing_keys::store_all(&keys, tx)?;
        let operator = &operator.claims;
        let mut told = self.permissions.warnings();
        told.extend(steps);
        told.extend(warnings);
        let prefer = Prefer::Issuer;
        let exchange = rewrite::account(app, tx, operator, &before, prefer, claims, &told)?;
        let result = edited(&before, &exchange, changes, &keys);
        told.extend(result.steps());
        Ok(exchange.report(Report::new(result).with_steps(told)))
    }

    /// The signing keys that are asked for.
    pub(crate) fn new_keys(&self, app: &App) -> Result<Vec<NewKey>, CliError> {
        let values = list::items(&self.sk)?;
        signing_keys::parse_all(app, &values, KeyKind::Account)
    }

    /// Which dates are periods from now.
    pub(crate) fn relative_dates(&self, app: &App) -> Result<FromNow, CliError> {
        self.dates.relative(app)
    }

    /// The flags as an edit, with these signing keys.
    pub(crate) fn account_edit(&self, app: &App, keys: &[NewKey]) -> Result<AccountEdit, CliError> {
        let limits = &self.limits;
        Ok(AccountEdit {
            tags: self.tags.edit()?,
            dates: self.dates.edit(app)?,
            description: self.description.clone(),
            info_url: self.info_url.clone(),
            default_permissions: self.permissions.edit()?,
            limits: NatsLimitEdit {
                subs: limits.subscriptions,
                data: limits.data,
                payload: limits.payload,
            },
            account_limits: AccountLimitEdit {
                imports: limits.imports,
                exports: limits.exports,
                wildcards: limits.wildcard_exports,
                disallow_bearer: limits.disallow_bearer,
                conn: limits.conns,
                leaf: limits.leaf_conns,
            },
            signing_keys: keys.iter().map(NewKey::public_key).collect(),
            remove_signing_keys: list::items(&self.rm_sk)?,
            trace: TraceEdit {
                subject: self.trace_context_subject.clone(),
                sampling: self.trace_context_sampling,
            },
            cluster_traffic: self.cluster_traffic.clone().or_else(|| {
                let owner = self.host_cluster_traffic?;
                Some(if owner { "owner" } else { "" }.to_owned())
            }),
            jetstream: self.jetstream.edit()?,
        })
    }

    /// Changes an account; says what to do next when it cannot be.
    pub(crate) fn apply(
        &self,
        edit: &AccountEdit,
        account: &mut AccountClaims,
        operator: &OperatorClaims,
    ) -> Result<Vec<Change>, CliError> {
        edit.apply(account, operator).map_err(|error| {
            let refused = CliError::wrap(Kind::Failed, &error);
            let name = &account.name;
            match error {
                AccountEditError::NoTrace { .. } => refused.hint(format!(
                    "nsc edit account {} --trace-context-subject trace.messages --trace-context-sampling PERCENT", quoted(name))),
                AccountEditError::JetStream(error) => self.jetstream_hints(&error, name, refused),
                _ => refused,
            }
        })
    }

    fn jetstream_hints(
        &self,
        error: &JetStreamError,
        account: &str,
        mut refused: CliError,
    ) -> CliError {
        let flags = self.jetstream.given();
        if *error == JetStreamError::SystemAccount && !flags.is_empty() {
            refused.message = format!("{} (asked for with {})", refused.message, flags.join(", "));
        }
        match error {
            JetStreamError::UnknownTier(_) => {
                refused.hint(format!("nsc describe account {}", quoted(account)))
            }
            _ => refused.hint(format!("nsc edit account {} --js-disable", quoted(account))),
        }
    }

    /// Questions in the order in which they have always been asked.
    fn ask(&mut self, app: &App, current: &AccountClaims) -> Result<(), CliError> {
        let nats = &current.nats;
        self.sk.extend(signing_keys::ask(app, KeyKind::Account)?);
        self.limits.ask(app, current)?;
        self.jetstream.ask(app, &nats.limits)?;
        self.dates.ask_again(app, current)?;
        self.tags.ask(app, &nats.tags)?;
        let given = self.description.as_deref();
        let description = ask::text(
            app,
            "description",
            given.unwrap_or(&nats.description),
            |_| Ok(()),
        )?;
        self.description = Some(description);
        let given = self.info_url.as_deref();
        let url = ask::info_url(app, given.unwrap_or(&nats.info_url))?;
        self.info_url = Some(url);
        self.ask_trace(app, current)
    }

    fn ask_trace(&mut self, app: &App, current: &AccountClaims) -> Result<(), CliError> {
        if !app.prompter.confirm("enable message tracing?", false)? {
            return Ok(());
        }
        let trace = current.nats.trace.clone().unwrap_or_default();
        let subject = match trace.dest.as_str() {
            "" => "trace.messages",
            subject => subject,
        };
        let given = self.trace_context_subject.as_deref();
        let check = |answer: &str| sharing::check_concrete(answer).map_err(CliError::failed);
        let subject = ask::text(app, "subject for traces", given.unwrap_or(subject), check)?;
        self.trace_context_subject = Some(subject);
        let check = |answer: &str| match number::size(answer).map_err(CliError::failed)? {
            0..=100 => Ok(()),
            _ => Err(CliError::failed("it has to be between 0 and 100")),
        };
        let sampling = self.trace_context_sampling.unwrap_or(trace.sampling);
        let question = "percent that is traced (0 is all)";
        let sampling = ask::text(app, question, &sampling.to_string(), check)?;
        self.trace_context_sampling = Some(value::parse_number(&sampling)?);
        Ok(())
    }
}

impl LimitArgs {
    fn ask(&mut self, app: &App, current: &AccountClaims) -> Result<(), CliError> {
        let limits = &current.nats.limits;
        let (account, nats) = (&limits.account, &limits.nats);
        for (question, member, limit) in [
            ("max connections", &mut self.conns, account.conn),
            (
                "max leaf node connections",
                &mut self.leaf_conns,
                account.leaf,
            ),
            ("max data", &mut self.data, nats.data),
            ("max exports", &mut self.exports, account.exports),
            ("max imports", &mut self.imports, account.imports),
            ("max payload", &mut self.payload, nats.payload),
            ("max subscriptions", &mut self.subscriptions, nats.subs),
        ] {
            *member = Some(ask::size(app, question, member.unwrap_or(limit))?);
        }
        Ok(())
    }
}

/// Looks for users that may not stay as they are.
fn check_users(
    store: &OperatorStore,
    edit: &AccountEdit,
    account: &StoredAccount,
) -> Result<(), CliError> {
    if !edit.concerns_users() {
        return Ok(());
    }
    let users = store.users(&account.name)?;
    for user in map_parallel(&users, |user| store.user_by_name(&account.name, user)) {
        let Some(user) = user? else { continue };
        edit.check_user(&account.claims, &user.claims)
            .map_err(|error| {
                let (account, user) = (&account.name, &user.name);
                CliError::wrap(Kind::Failed, &error)
                    .about(EntityKind::User, user.to_string())
                    .hint(format!(
                        "nsc edit user -a {} {} --bearer=false",
                        quoted(account),
                        quoted(user)
                    ))
            })?;
    }
    Ok(())
}

fn edited(
    before: &StoredAccount,
    exchange: &Exchange,
    changes: Vec<Change>,
    keys: &[NewKey],
) -> Edited {
    Edited {
        changes,
        generated_keys: signing_keys::generated_keys(keys),
        ..Edited::account(before, exchange)
    }
}
