//! `nsc validate`.

mod sharing;

use std::path::Path;

use nsc_core::claims::{AccountClaims, OperatorClaims};
use nsc_core::jwt;
use nsc_core::time::UnixTime;
use nsc_core::validate::{Issues, Level};
use nsc_store::{OperatorStore, StoreError, StoredAccount, StoredUser, Visitor, write};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::schema::foreign;
use crate::source;
use crate::ui::page::Page;
use crate::ui::progress::Work;
use crate::ui::style::{BAD, GOOD, WARN};
use crate::ui::table::Table;
use crate::ui::{Report, Show};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Validate {
    /// Judge this account and its users: a name or public key; the current one without it
    #[arg(short, long, value_name = "NAME", conflicts_with_all = ["all_accounts", "file"])]
    account: Option<String>,

    /// Judge all accounts and their users
    #[arg(short = 'A', long, conflicts_with = "file")]
    all_accounts: bool,

    /// Judge the JWTs in this file instead, one a line; what stands before a `|` is passed over
    #[arg(short, long, value_name = "FILE")]
    file: Option<String>,
}

impl Validate {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let now = app.now();
        let mut judged = match &self.file {
            Some(file) => judge_file(app, &app.env.expand(file), now)?,
            None => self.judge_store(app, now)?,
        };
        if app.is_strict() {
            judged.objects.iter_mut().for_each(Object::count_warnings);
        }
        let failed = judged.objects.iter().any(|object| object.failed);
        let report = Report::new(judged);
        Ok(if failed {
            report.with_failure(Kind::Failed)
        } else {
            report
        })
    }

    fn judge_store(&self, app: &App, now: UnixTime) -> Result<Judged, CliError> {
        let context = app.context()?;
        let store = context.operator_store()?;
        let accounts = match self.account.as_deref() {
            _ if self.all_accounts => store.accounts()?,
            Some(given) => vec![context.resolve_account(&store, Some(given))?],
            None if app.is_interactive() => ask(app, &store, context.account())?,
            None => context.account().map(str::to_owned).into_iter().collect(),
        };
        let operator = store.operator()?.claims;
        let mut head = Object::new("operator", &operator.name, &operator.sub);
        head.add(None, &operator.validate_chain(now));
        let mut objects = vec![head];
        let judge = Judge {
            operator: &operator,
            now,
            work: Work::of_steps("judging accounts", accounts.len()),
        };
        let (judged, claims): (Vec<Object>, Vec<Option<AccountClaims>>) =
            store.scan(&accounts, &judge).into_iter().unzip();
        let shared = sharing::judge(&store, &claims, self.all_accounts, now)?;
        for (mut object, issues) in judged.into_iter().zip(&shared) {
            object.add(None, issues);
            objects.push(object);
        }
        Ok(Judged {
            objects,
            is_file: false,
        })
    }
}

/// Which account, if there are several.
fn ask(app: &App, store: &OperatorStore, current: Option<&str>) -> Result<Vec<String>, CliError> {
    let mut names = store.accounts()?;
    if names.len() > 1 {
        let default = names.iter().position(|name| Some(name.as_str()) == current);
        let chosen = app
            .prompter
            .choose("Account", &names, default.unwrap_or_default())?;
        names = vec![names.swap_remove(chosen)];
    }
    Ok(names)
}

/// Judges accounts with their users.
struct Judge<'a> {
    operator: &'a OperatorClaims,
    now: UnixTime,
    work: Work,
}

/// An account that was judged; without its JWT when that cannot be read.
type JudgedAccount = (Object, Option<StoredAccount>);

/// The name of a user that something is wrong with.
type JudgedUser = Option<(String, Result<Issues, StoreError>)>;

impl Visitor for Judge<'_> {
    type Account = JudgedAccount;
    type User = JudgedUser;
    /// With the claims where others have to do with them.
    type Output = (Object, Option<AccountClaims>);

    fn account(&self, name: &str, account: Result<StoredAccount, StoreError>) -> JudgedAccount {
        match account {
            Ok(account) => {
                let mut object = Object::new("account", name, &account.claims.sub);
                object.add(
                    None,
                    &account.claims.validate_chain(self.operator, self.now),
                );
                (object, Some(account))
            }
            Err(error) => {
                let mut object = Object::new("account", name, "");
                object.unreadable(None, error);
                (object, None)
            }
        }
    }

    fn wants_users(&self, (_, account): &JudgedAccount) -> bool {
        account.is_some()
    }

    fn user(
        &self,
        (_, account): &JudgedAccount,
        name: &str,
        user: Result<StoredUser, StoreError>,
    ) -> JudgedUser {
        let account = &account.as_ref()?.claims;
        let issues = match user {
            Ok(user) => Ok(user.claims.validate_chain(account, self.operator, self.now)),
            // One that was deleted meanwhile is nobody's concern.
            Err(StoreError::NotFound { .. }) => return None,
            Err(error) => Err(error),
        };
        let is_fine = issues.as_ref().is_ok_and(Issues::is_empty);
        (!is_fine).then(|| (name.to_owned(), issues))
    }

    fn finish(
        &self,
        (mut object, account): JudgedAccount,
        users: Result<Vec<JudgedUser>, StoreError>,
    ) -> Self::Output {
        self.work.step();
        match users {
            Ok(users) => {
                for (name, issues) in users.into_iter().flatten() {
                    match issues {
                        Ok(issues) => object.add(Some(&name), &issues),
                        Err(error) => object.unreadable(Some(&name), error),
                    }
                }
            }
            Err(error) => object.unreadable(None, error),
        }
        let claims = account.map(|account| account.claims);
        let shares = |claims: &AccountClaims| {
            claims.exports().next().is_some() || claims.imports().next().is_some()
        };
        (object, claims.filter(shares))
    }
}

/// The tokens of a file, each for itself.
fn judge_file(app: &App, path: &Path, now: UnixTime) -> Result<Judged, CliError> {
    let text = source::read_long_file(app, path)?;
    let lines: Vec<(usize, &str)> = text
        .lines()
        .map(|line| {
            line.rsplit_once('|')
                .map_or(line, |(_, token)| token)
                .trim()
        })
        .enumerate()
        // A token may stand in the frame that `nsc describe --raw -o` puts around it.
        .filter(|(_, line)| !line.is_empty() && !line.starts_with("---"))
        .collect();
    if lines.is_empty() {
        let path = path.display();
        return Err(CliError::failed(format!("`{path}` holds no JWT"))
            .about(EntityKind::File, path.to_string()));
    }
    let objects = write::map_parallel(&lines, |(n, token)| judge_token(n + 1, token, now));
    Ok(Judged {
        objects,
        is_file: true,
    })
}

fn judge_token(line: usize, token: &str, now: UnixTime) -> Object {
    match jwt::decode(token) {
        Ok(claims) => {
            let mut object = Object::new(claims.claim_type(), claims.name(), claims.subject());
            object.add(None, &claims.validate(now));
            object
        }
        Err(error) => {
            let mut object = Object::new("unknown", &format!("line {line}"), "");
            object.push(None, Level::Error, "token", &error.to_string());
            object
        }
    }
}

/// What was judged.
#[derive(JsonSchema, Serialize)]
#[serde(transparent)]
pub(super) struct Judged {
    objects: Vec<Object>,
    #[serde(skip)]
    is_file: bool,
}

/// One operator, account with its users, or token of a file.
#[derive(JsonSchema, Serialize)]
struct Object {
    /// Type of the claims.
    kind: String,
    /// Its name on disk, or in the claims; the line in a file when it is no JWT.
    name: String,
    /// Its public key; empty when the JWT cannot be read.
    public_key: String,
    /// Whether something blocks.
    failed: bool,
    /// What was found.
    issues: Vec<Finding>,
}

/// A finding.
#[derive(JsonSchema, Serialize)]
struct Finding {
    /// `error` and `time` block, `warning` does not.
    #[schemars(with = "foreign::FindingLevel")]
    level: Level,
    /// The id of the rule; stays the same while the text may change.
    topic: String,
    /// The user of the account that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    /// What is wrong.
    text: String,
}

impl Object {
    fn new(kind: &str, name: &str, public_key: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            name: name.to_owned(),
            public_key: public_key.to_owned(),
            failed: false,
            issues: Vec::new(),
        }
    }

    fn add(&mut self, user: Option<&str>, issues: &Issues) {
        for issue in issues {
            self.push(user, issue.level, issue.topic, &issue.text);
        }
    }

    fn unreadable(&mut self, user: Option<&str>, error: StoreError) {
        let text = CliError::from(error).on_one_line();
        self.push(user, Level::Error, "unreadable", &text);
    }

    fn push(&mut self, user: Option<&str>, level: Level, topic: &str, text: &str) {
        self.failed |= level != Level::Warning;
        self.issues.push(Finding {
            level,
            topic: topic.to_owned(),
            user: user.map(str::to_owned),
            text: text.to_owned(),
        });
    }

    /// With `--strict`.
    fn count_warnings(&mut self) {
        self.failed |= !self.issues.is_empty();
    }

    fn title(&self, is_file: bool) -> String {
        match self.kind.as_str() {
            _ if is_file && !self.public_key.is_empty() => self.public_key.clone(),
            "operator" => format!("Operator \"{}\"", self.name),
            "account" => format!("Account \"{}\"", self.name),
            _ => self.name.clone(),
        }
    }

    fn table(&self, is_file: bool) -> Table {
        let title = self.title(is_file);
        if self.issues.is_empty() {
            let mut table = Table::plain(&title, 1);
            table.row(&["No issues found"]);
            table.mark("No issues found", GOOD);
            return table;
        }
        let mut table = Table::new(&title, &["#", " ", "Description", "Rule"]);
        for (n, issue) in self.issues.iter().enumerate() {
            let mark = if issue.level == Level::Warning {
                ""
            } else {
                "!"
            };
            let text = match &issue.user {
                Some(user) => format!("user \"{user}\": {}", issue.text),
                None => issue.text.clone(),
            };
            let number = (n + 1).to_string();
            table.row(&[&number, mark, &text, &issue.topic]);
            let style = if mark.is_empty() { WARN } else { BAD };
            table.mark(&number, style);
        }
        table
    }
}

impl Judged {
    fn summary(&self) -> Table {
        let mut table = Table::details("Summary");
        let count = |test: fn(&Object) -> bool| {
            let count = self.objects.iter().filter(|object| test(object)).count();
            count.to_string()
        };
        table.pair("JWTs", &self.objects.len().to_string());
        table.pair("Without issues", &count(|object| object.issues.is_empty()));
        table.pair("Failed", &count(|object| object.failed));
        table
    }
}

impl Show for Judged {
    fn show(&self, page: &mut Page) {
        page.tables(&self.objects, |object| object.table(self.is_file));
        if self.is_file && self.objects.len() > 1 {
            page.table(&self.summary());
        }
    }
}
