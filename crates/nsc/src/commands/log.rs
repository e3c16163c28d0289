//! `nsc log`.

use nsc_store::history::{Entry, FileRecord, Logged, Subject};
use nsc_store::{ChangeKind, OperatorStore};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::error::CliError;
use crate::schema::foreign;
use crate::ui::page::Page;
use crate::ui::table::Table;
use crate::ui::text::{time_text, timestamp};
use crate::ui::{Report, Show, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Log {
    /// Show what this commit did to which file
    #[arg(value_name = "ID")]
    id: Option<u64>,

    /// Show only the newest
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

impl Log {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let store = app.context()?.operator_store()?;
        match self.id {
            Some(id) => {
                let (entry, files) = store.history_files(id)?;
                Ok(Report::new(Details::of(&entry, &files)))
            }
            None => list(&store, self.limit),
        }
    }
}

fn list(store: &OperatorStore, limit: usize) -> Result<Report, CliError> {
    let mut commits = Vec::new();
    let mut damaged = Vec::new();
    for Logged { id, entry } in store.history(limit)? {
        match entry {
            Ok(entry) => commits.push(Commit::of(&entry)),
            Err(error) => {
                damaged.push(Step::warning(format!(
                    "commit {id} cannot be shown: {error}"
                )));
            }
        }
    }
    let operator = store.folder().to_owned();
    Ok(Report::new(Commits { operator, commits }).with_steps(damaged))
}

/// The newest commits, newest first.
#[derive(JsonSchema, Serialize)]
#[serde(transparent)]
pub(super) struct Commits {
    commits: Vec<Commit>,
    #[serde(skip)]
    operator: String,
}

/// One commit.
#[derive(JsonSchema, Serialize)]
struct Commit {
    /// Its number within the operator.
    id: u64,
    /// When it was, RFC 3339.
    time: String,
    /// The command line, secrets masked.
    command: String,
    /// How many files came into being.
    created: usize,
    /// How many files changed.
    replaced: usize,
    /// How many files went.
    removed: usize,
    /// The commit that this one undid.
    #[serde(skip_serializing_if = "Option::is_none")]
    undoes: Option<u64>,
    #[serde(skip)]
    when: i64,
}

impl Commit {
    fn of(entry: &Entry) -> Self {
        Self {
            id: entry.id,
            time: timestamp(entry.when),
            command: entry.command.clone(),
            created: entry.created,
            replaced: entry.replaced,
            removed: entry.removed,
            undoes: entry.undoes,
            when: entry.when,
        }
    }

    /// `2 created, 1 removed`
    fn changes(&self) -> String {
        let parts = [
            (self.created, "created"),
            (self.replaced, "replaced"),
            (self.removed, "removed"),
        ];
        let parts = parts.into_iter().filter(|(n, _)| *n > 0);
        let parts: Vec<String> = parts.map(|(n, what)| format!("{n} {what}")).collect();
        parts.join(", ")
    }
}

impl Show for Commits {
    fn show(&self, page: &mut Page) {
        if self.commits.is_empty() {
            page.note("no commit is recorded");
            return;
        }
        let title = format!("Commits of {}", self.operator);
        let mut table = Table::new(&title, &["ID", "Time", "Command", "Files"]);
        table.right(0);
        for commit in &self.commits {
            let id = commit.id.to_string();
            let time = time_text(commit.when);
            table.row(&[&id, &time, &commit.command, &commit.changes()]);
        }
        page.table(&table);
    }
}

/// One commit with what it did to which file.
#[derive(JsonSchema, Serialize)]
pub(super) struct Details {
    #[serde(flatten)]
    commit: Commit,
    /// The files; none when there were too many to be recorded.
    files: Vec<File>,
}

/// What a commit did to a file.
#[derive(JsonSchema, Serialize)]
struct File {
    /// Which file: kind and names, or the public key of a seed.
    #[serde(flatten)]
    #[schemars(with = "foreign::RecordedFile")]
    subject: Subject,
    /// `create`, `replace` or `remove`.
    #[schemars(with = "foreign::FileChange")]
    change: &'static str,
    /// The JWT before.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    /// The JWT after.
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

impl Details {
    fn of(entry: &Entry, files: &[FileRecord]) -> Self {
        let file = |file: &FileRecord| File {
            subject: file.subject.clone(),
            change: match file.change() {
                ChangeKind::Create => "create",
                ChangeKind::Replace => "replace",
                ChangeKind::Remove => "remove",
            },
            before: file.token_before().map(str::to_owned),
            after: file.token_after().map(str::to_owned),
        };
        Self {
            commit: Commit::of(entry),
            files: files.iter().map(file).collect(),
        }
    }
}

impl Show for Details {
    fn show(&self, page: &mut Page) {
        let commit = &self.commit;
        let mut table = Table::details(&format!("Commit {}", commit.id));
        table.pair("Time", &time_text(commit.when));
        table.pair("Command", &commit.command);
        if let Some(undone) = commit.undoes {
            table.pair("Undoes", &undone.to_string());
        }
        table.pair("Files", &commit.changes());
        table.separator();
        for file in &self.files {
            table.pair(file.change, &subject_text(&file.subject));
        }
        page.table(&table);
    }
}

fn subject_text(subject: &Subject) -> String {
    match subject {
        Subject::Key { key } => format!("key {key}"),
        Subject::Operator => "operator".to_owned(),
        Subject::Account { account } => format!("account {account}"),
        Subject::User { account, user } => format!("user {user} of account {account}"),
        Subject::Creds { account, user } => format!("creds of user {user} of account {account}"),
    }
}
