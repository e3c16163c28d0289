//! `nsc add users`: many users in one commit.

use std::collections::{BTreeMap, BTreeSet};

use nsc_core::claims::UserClaims;
use nsc_core::edit::{Change, FromNow, Issuer, NewUser, UserEdit};
use nsc_core::keys::{KeyKind, Seed};
use nsc_core::time::UnixTime;
use nsc_core::{creds, jwt};
use nsc_store::write::map_parallel;
use nsc_store::{
    ChosenSigner, Context, Keystore, OperatorStore, SignerQuery, StoredAccount, Transaction, Wanted,
};
use zeroize::Zeroizing;

use super::bulk::again::AskedUser;
use super::bulk::input::{self, Record};
use super::bulk::line::LineParser;
use super::bulk::outcome::Outcome;
use super::bulk::signers::Signers;
use super::bulk::{BulkArgs, Refused};
use super::result::AddedUser;
use super::stage::refused;
use crate::app::App;
use crate::args::name::new_name;
use crate::args::{SubjectKey, entity};
use crate::commands::edit::UserFlags;
use crate::error::CliError;
use crate::judge;
use crate::strict;
use crate::ui::progress;
use crate::ui::{Report, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct AddUsers {
    #[command(flatten)]
    bulk: BulkArgs,

    /// Account of the lines that name none, by name or public key; the current one without this
    #[arg(short, long, value_name = "ACCOUNT")]
    account: Option<String>,
}

/// The fields of a line.
#[derive(Debug, clap::Args)]
struct UserLine {
    #[arg(long)]
    name: Option<String>,

    #[arg(long)]
    account: Option<String>,

    #[arg(long)]
    public_key: Option<String>,

    /// What `-K` is for one user.
    #[arg(long)]
    role: Option<String>,

    #[command(flatten)]
    flags: UserFlags,
}

/// A line that was understood.
struct Job {
    line: u64,
    name: String,
    account: String,
    role: Option<String>,
    key: SubjectKey,
    edit: UserEdit,
    from_now: FromNow,
}

/// A user that is signed.
struct Signed {
    token: String,
    claims: UserClaims,
    role: Option<String>,
    creds: Option<Zeroizing<String>>,
    warnings: Vec<Step>,
    changes: Vec<Change>,
}

impl AddUsers {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        self.bulk.check(app)?;
        let context = app.context()?;
        let store = context.operator_store()?;
        let text = Zeroizing::new(input::read(app, &self.bulk.from)?);
        let mut parser = LineParser::<UserLine>::new();
        let lines = input::lines(&text, &parser)?;
        let mut tx = store.begin(&context.keystore(), &app.begin_options("add users"))?;
        let mut work = Work::new(app, &context, &store, self.account.as_deref());
        work.if_absent = self.bulk.if_absent.if_absent;
        for line in lines {
            match line {
                Ok(record) => work.take(&mut parser, &record),
                Err((line, error)) => work.refuse(line, None, error),
            }
        }
        let (outcome, warnings) = work.stage(&mut tx)?;
        let keep_going = self.bulk.keep_going;
        let written = outcome.is_to_be_written(keep_going);
        let report = outcome.report("user", keep_going, warnings);
        if written {
            strict::commit(app, tx, report)
        } else {
            Ok(report)
        }
    }
}

/// The lines on their way into the store.
struct Work<'a> {
    app: &'a App,
    context: &'a Context,
    store: &'a OperatorStore,
    default_account: Option<&'a str>,
    if_absent: bool,
    jobs: Vec<Job>,
    refused: Vec<Refused>,
    /// Names on disk of the accounts that were asked for.
    accounts: BTreeMap<Option<String>, Result<String, CliError>>,
    names: BTreeSet<(String, String)>,
}

impl<'a> Work<'a> {
    fn new(
        app: &'a App,
        context: &'a Context,
        store: &'a OperatorStore,
        default_account: Option<&'a str>,
    ) -> Self {
        Self {
            app,
            context,
            store,
            default_account,
            if_absent: false,
            jobs: Vec::new(),
            refused: Vec::new(),
            accounts: BTreeMap::new(),
            names: BTreeSet::new(),
        }
    }

    fn refuse(&mut self, line: u64, name: Option<&str>, error: CliError) {
        self.refused.push(Refused::new(line, name, error));
    }

    fn take(&mut self, parser: &mut LineParser<UserLine>, record: &Record) {
        let name = record.fields.iter().find(|(flag, _)| flag == "name");
        let name = name.map(|(_, name)| name.as_str());
        match parser
            .parse(record)
            .and_then(|line| self.job(record.line, &line))
        {
            Ok(job) => {
                self.names.insert((job.account.clone(), job.name.clone()));
                self.jobs.push(job);
            }
            Err(error) => self.refuse(record.line, name, error),
        }
    }

    fn job(&mut self, number: u64, line: &UserLine) -> Result<Job, CliError> {
        let account = self.account(line.account.as_deref())?;
        let given = entity::given(&line.name)
            .ok_or_else(|| CliError::failed("the new user needs a name"))?;
        let taken = |name: &str| {
            let pair = (account.clone(), name.to_owned());
            self.names.contains(&pair) || self.store.has_user(&account, name)
        };
        Ok(Job {
            line: number,
            name: new_name(self.app, "user", given, taken)?,
            role: entity::given(&line.role).map(str::to_owned),
            key: SubjectKey::new(self.app, line.public_key.as_deref(), KeyKind::User)?,
            edit: line.flags.user_edit(self.app)?,
            from_now: line.flags.relative_dates(self.app)?,
            account,
        })
    }

    /// The account of a line: its own, else that of the command line.
    fn account(&mut self, own: Option<&str>) -> Result<String, CliError> {
        let own = own.filter(|name| !name.is_empty());
        let key = own.map(str::to_owned);
        if !self.accounts.contains_key(&key) {
            let given = own.or(self.default_account);
            let name = self.context.resolve_account(self.store, given);
            self.accounts
                .insert(key.clone(), name.map_err(CliError::from));
        }
        self.accounts[&key].clone()
    }

    /// Signs and stages all users.
    fn stage(
        mut self,
        tx: &mut Transaction<'_>,
    ) -> Result<(Outcome<AddedUser>, Vec<Step>), CliError> {
        let operator = tx.operator()?.claims;
        let managed = tx.store()?.is_managed();
        let keystore = tx.keystore().clone();
        let jobs = std::mem::take(&mut self.jobs);
        let mut done = Done::default();
        let progress = progress::Work::of_steps("signing", jobs.len());
        for (account, jobs) in by_account(jobs) {
            let account = tx.account(&account)?;
            let query = SignerQuery {
                wanted: Wanted::UserToken,
                env: &self.app.env,
                keystore: &keystore,
                operator: &operator,
                managed,
                account: Some(&account.claims),
                private_key: None,
                previous_issuer: None,
                fresh: &[],
            };
            let roles = jobs.iter().map(|job| &job.role);
            let signers = Signers::choose(&query, self.app.private_key(), roles);
            let now = self.app.now();
            let jobs = match self.if_absent {
                true => done.leave(tx, &account, &signers, &jobs),
                false => jobs.iter().collect(),
            };
            let signed = map_parallel(&jobs, |job| {
                progress.step();
                let signer = signers.of(&job.role)?;
                sign(job, &account, signer, &keystore, now)
            });
            let unless_strict = |signed: Signed| {
                strict::check(self.app, &signed.warnings)?;
                Ok(signed)
            };
            let signed = signed
                .into_iter()
                .map(|signed| signed.and_then(unless_strict));
            done.stage(tx, &account, &jobs, signed.collect())?;
        }
        let mut refused = self.refused;
        refused.extend(done.refused);
        refused.sort_by_key(|refused| refused.line);
        let added = done.added;
        let outcome = Outcome {
            added,
            unchanged: done.unchanged,
            refused,
        };
        Ok((outcome, done.warnings))
    }
}

/// What became of the users so far.
#[derive(Default)]
struct Done {
    added: Vec<AddedUser>,
    unchanged: Vec<String>,
    refused: Vec<Refused>,
    warnings: Vec<Step>,
}

impl Done {
    /// The jobs about users that are not there. Those that are have to be as asked for.
    fn leave<'j>(
        &mut self,
        tx: &mut Transaction<'_>,
        account: &StoredAccount,
        signers: &Signers<'_>,
        jobs: &'j [Job],
    ) -> Vec<&'j Job> {
        let mut left = Vec::with_capacity(jobs.len());
        for job in jobs {
            match is_there(tx, account, signers, job) {
                Ok(true) => self.unchanged.push(job.name.clone()),
                Ok(false) => left.push(job),
                Err(error) => self.refuse(job, error),
            }
        }
        left
    }

    /// Stages the users of an account that were signed.
    fn stage(
        &mut self,
        tx: &mut Transaction<'_>,
        account: &StoredAccount,
        jobs: &[&Job],
        signed: Vec<Result<Signed, CliError>>,
    ) -> Result<(), CliError> {
        let mut ready = Vec::with_capacity(jobs.len());
        for (job, signed) in jobs.iter().copied().zip(signed) {
            match signed {
                Ok(signed) => ready.push((job, signed)),
                Err(error) => self.refuse(job, error),
            }
        }
        let tokens: Vec<&str> = ready.iter().map(|(_, s)| s.token.as_str()).collect();
        let stored = tx.add_users(account, &tokens);
        for ((job, signed), stored) in ready.into_iter().zip(stored) {
            match stored {
                Ok(_) => {
                    let warnings = signed.warnings.iter();
                    self.warnings.extend(warnings.map(|step| about(job, step)));
                    self.added.push(finish(tx, account, job, signed)?);
                }
                Err(error) => self.refuse(job, error.into()),
            }
        }
        Ok(())
    }

    fn refuse(&mut self, job: &Job, error: CliError) {
        self.refused
            .push(Refused::new(job.line, Some(&job.name), error));
    }
}

/// Whether the user of a line is there, as it was asked for.
fn is_there(
    tx: &mut Transaction<'_>,
    account: &StoredAccount,
    signers: &Signers<'_>,
    job: &Job,
) -> Result<bool, CliError> {
    let Some(found) = tx.user_by_name(&account.name, &job.name)? else {
        return Ok(false);
    };
    let signer = signers.named(&job.role)?;
    let asked = AskedUser {
        edit: &job.edit,
        from_now: job.from_now,
        key: match &job.key {
            SubjectKey::Given(key) => Some(key.public_key()),
            SubjectKey::Generated(_) => None,
        },
        signer: signer.map(|signer| signer.candidate.key),
    };
    asked.check(&account.claims, &found.claims)?;
    Ok(true)
}

/// The jobs of each account, in the order of the lines.
fn by_account(jobs: Vec<Job>) -> BTreeMap<String, Vec<Job>> {
    let mut accounts: BTreeMap<String, Vec<Job>> = BTreeMap::new();
    for job in jobs {
        accounts.entry(job.account.clone()).or_default().push(job);
    }
    accounts
}

fn sign(
    job: &Job,
    account: &StoredAccount,
    signer: &ChosenSigner<'_>,
    keystore: &Keystore,
    now: UnixTime,
) -> Result<Signed, CliError> {
    let issuer_key = signer.candidate.key;
    let issuer = Issuer::of(&account.claims, &issuer_key).map_err(refused)?;
    let new = NewUser {
        name: job.name.clone(),
        ..NewUser::default()
    };
    let key = job.key.public_key();
    let mut claims = new.claims(&key, &issuer).map_err(refused)?;
    let changes = job.edit.apply(&mut claims, &issuer).map_err(refused)?;
    let warnings = judge::user_at(now, &claims, issuer.scope())?;
    let token = jwt::encode(&mut claims, signer, now)?;
    let creds_of = |seed: &Seed| creds::format_creds_of(&token, &claims, seed);
    let creds = match &job.key {
        SubjectKey::Generated(seed) => Some(creds_of(seed)),
        SubjectKey::Given(_) => keystore.seed(&key)?.as_ref().map(creds_of),
    };
    Ok(Signed {
        role: issuer.scope().map(|scope| scope.role.clone()),
        creds: creds.transpose().map_err(refused)?,
        token,
        claims,
        warnings,
        changes,
    })
}

/// Stages what belongs to a user that is staged.
fn finish(
    tx: &mut Transaction<'_>,
    account: &StoredAccount,
    job: &Job,
    signed: Signed,
) -> Result<AddedUser, CliError> {
    job.key.store(tx)?;
    let creds = match signed.creds {
        Some(creds) => Some(tx.put_creds(&account.name, &job.name, creds)?),
        None => None,
    };
    Ok(AddedUser {
        name: job.name.clone(),
        public_key: signed.claims.sub,
        account: account.name.clone(),
        issuer: signed.claims.iss,
        role: signed.role,
        creds: creds.map(|path| path.display().to_string()),
        changes: signed.changes,
    })
}

/// A warning with the line that it is about.
fn about(job: &Job, step: &Step) -> Step {
    Step {
        text: format!("line {}, user `{}`: {}", job.line, job.name, step.text),
        ..step.clone()
    }
}
