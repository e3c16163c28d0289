//! `nsc add accounts`: many accounts in one commit.

use std::collections::BTreeSet;

use nsc_core::claims::OperatorClaims;
use nsc_core::edit::NewAccount;
use nsc_core::keys::KeyKind;
use nsc_store::{OperatorStore, StoreError, Transaction};

use super::account;
use super::bulk::again::AskedAccount;
use super::bulk::input::{self, Line};
use super::bulk::line::LineParser;
use super::bulk::outcome::Outcome;
use super::bulk::{BulkArgs, Refused};
use super::result::AddedAccount;
use super::stage::Staged;
use crate::app::App;
use crate::args::name::new_name;
use crate::args::{SubjectKey, entity, signing_keys};
use crate::commands::edit::AccountFlags;
use crate::error::{CliError, Kind};
use crate::managed;
use crate::strict;
use crate::ui::progress;
use crate::ui::{Report, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct AddAccounts {
    #[command(flatten)]
    bulk: BulkArgs,
}

/// The fields of a line.
#[derive(Debug, clap::Args)]
struct AccountLine {
    #[arg(long)]
    name: Option<String>,

    #[arg(long)]
    public_key: Option<String>,

    #[command(flatten)]
    flags: AccountFlags,
}

type StagedAccount = Staged<nsc_core::claims::AccountClaims, AddedAccount>;

impl AddAccounts {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        self.bulk.check(app)?;
        let context = app.context()?;
        let store = context.operator_store()?;
        let text = input::read(app, &self.bulk.from)?;
        let mut parser = LineParser::<AccountLine>::new();
        let lines = input::lines(&text, &parser)?;
        let mut tx = store.begin(&context.keystore(), &app.begin_options("add accounts"))?;
        let operator = tx.operator()?.claims;
        let work = Work {
            app,
            store: &store,
            operator: &operator,
            if_absent: self.bulk.if_absent.if_absent,
        };
        let (staged, unchanged, refused) = work.stage(&mut tx, &mut parser, lines);
        let mut outcome = Outcome {
            added: Vec::new(),
            unchanged,
            refused,
        };
        let keep_going = self.bulk.keep_going;
        if !outcome.refused.is_empty()
            && (!keep_going || (staged.is_empty() && outcome.unchanged.is_empty()))
        {
            return Ok(outcome.report("account", keep_going, Vec::new()));
        }
        let mut steps = Vec::new();
        let (mut failed, mut sent) = (false, false);
        for mut account in staged {
            let exchange = managed::exchange(app, &mut tx, &operator, account.stored, &[])?;
            failed |= exchange.failed;
            sent |= exchange.sent;
            account
                .result
                .issuer
                .clone_from(&exchange.account.claims.iss);
            steps.extend(account.steps);
            steps.extend(exchange.steps);
            outcome.added.push(account.result);
        }
        let mut report = outcome.report("account", keep_going, steps);
        if sent {
            report = report.beyond_refusal();
        }
        let report = if failed {
            report.with_failure(Kind::Server)
        } else {
            report
        };
        strict::commit(app, tx, report)
    }
}

/// What every line needs.
struct Work<'a> {
    app: &'a App,
    store: &'a OperatorStore,
    operator: &'a OperatorClaims,
    if_absent: bool,
}

impl Work<'_> {
    /// Signs and stages all accounts, in the order of the lines.
    fn stage(
        &self,
        tx: &mut Transaction<'_>,
        parser: &mut LineParser<AccountLine>,
        lines: Vec<Line>,
    ) -> (Vec<StagedAccount>, Vec<String>, Vec<Refused>) {
        let progress = progress::Work::of_steps("signing", lines.len());
        let (mut staged, mut unchanged, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        let mut names = BTreeSet::new();
        for line in lines {
            progress.step();
            let record = match line {
                Ok(record) => record,
                Err((line, error)) => {
                    refused.push(Refused::new(line, None, error));
                    continue;
                }
            };
            let name = record.fields.iter().find(|(flag, _)| flag == "name");
            let name = name.map(|(_, name)| name.as_str());
            let parsed = parser.parse(&record);
            match parsed.and_then(|line| self.stage_one(tx, &line, record.line, &names)) {
                Ok(None) => unchanged.extend(name.map(str::to_owned)),
                Ok(Some(account)) => {
                    names.insert(account.stored.name.clone());
                    staged.push(account);
                }
                Err(error) => refused.push(Refused::new(record.line, name, error)),
            }
        }
        (staged, unchanged, refused)
    }

    /// Nothing, if the account is there as the line asks for it.
    fn stage_one(
        &self,
        tx: &mut Transaction<'_>,
        line: &AccountLine,
        number: u64,
        names: &BTreeSet<String>,
    ) -> Result<Option<StagedAccount>, CliError> {
        let given = entity::given(&line.name)
            .ok_or_else(|| CliError::failed("the new account needs a name"))?;
        let taken = |name: &str| names.contains(name) || self.store.has_account(name);
        let name = new_name(self.app, "account", given, taken)?;
        let signing = line.flags.new_keys(self.app)?;
        let edit = line.flags.account_edit(self.app, &signing)?;
        if self.if_absent
            && !names.contains(&name)
            && let Some(found) = tx.account_by_name(&name)?
        {
            let asked = AskedAccount {
                flags: &line.flags,
                edit,
                from_now: line.flags.relative_dates(self.app)?,
                key: SubjectKey::asked(self.app, line.public_key.as_deref(), KeyKind::Account)?,
                signing_keys: &signing,
            };
            asked.check(self.operator, &found.claims)?;
            return Ok(None);
        }
        if let Some(name) = tx.account_like(&name)? {
            let what = "account";
            return Err(StoreError::AlreadyExists { what, name }.into());
        }
        let key = SubjectKey::new(self.app, line.public_key.as_deref(), KeyKind::Account)?;
        let new = NewAccount {
            name,
            ..NewAccount::default()
        };
        let mut claims = new.claims(&key.public_key());
        let changes = line.flags.apply(&edit, &mut claims, self.operator)?;
        let mut staged = account::sign(self.app, tx, self.operator, &claims, &key)?;
        staged.result.changes = changes;
        signing_keys::store_all(&signing, tx)?;
        // Only what somebody should look at.
        staged
            .steps
            .retain(|step| step.level > crate::ui::Level::Server);
        strict::check(self.app, &staged.steps)?;
        let name = &staged.result.name;
        for step in &mut staged.steps {
            *step = Step {
                text: format!("line {number}, account `{name}`: {}", step.text),
                ..step.clone()
            };
        }
        Ok(Some(staged))
    }
}
