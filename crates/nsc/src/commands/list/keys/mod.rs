//! `nsc list keys`.

mod entry;

use self::entry::KeyEntry;
pub(super) use self::entry::KeyList;
use crate::app::App;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::keys::Selection;
use crate::ui::{Report, Step};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub(super) struct Keys {
    /// The operator's keys
    #[arg(short, long)]
    operator: bool,

    /// Keys of the accounts
    #[arg(short, long)]
    accounts: bool,

    /// Keys of the users
    #[arg(short, long)]
    users: bool,

    /// Curve keys, which auth callouts are encrypted with
    #[arg(short = 'x', long)]
    curve: bool,

    /// All keys of the operator, its accounts and their users
    #[arg(short = 'A', long)]
    all: bool,

    /// This account only, by name or public key
    #[arg(long, value_name = "NAME")]
    account: Option<String>,

    /// This user only, by name or public key
    #[arg(long, value_name = "NAME")]
    user: Option<String>,

    /// Keys that contain this text
    #[arg(short, long, value_name = "TEXT")]
    filter: Option<String>,

    /// Stored keys that nothing of the operator uses
    #[arg(long)]
    not_referenced: bool,

    /// Show seeds: who sees one can act as its owner
    #[arg(short = 'S', long)]
    show_seeds: bool,
}

impl Keys {
    /// Runs the command.
    pub(super) fn run(self, app: &App, json: bool) -> Result<Report, CliError> {
        if self.not_referenced && self.show_seeds {
            return Err(CliError::usage(
                "`--not-referenced` and `--show-seeds` exclude each other",
            )
            .about(EntityKind::Flag, "--not-referenced"));
        }
        let context = app.context()?;
        let keystore = context.keystore();
        if !keystore.exists() {
            let dir = keystore.dir().display();
            return Err(
                CliError::not_found(format!("keystore `{dir}` does not exist"))
                    .about(EntityKind::Keystore, dir.to_string())
                    .hint("nsc env"),
            );
        }
        let show_seeds = self.show_seeds;
        let selection = self.selection();
        let found = selection.walk(&context, &keystore, |reference| reference)?;
        let keys = KeyEntry::all(found.items, &keystore, show_seeds);
        let report = Report::long(KeyList::new(keys, &context, json, show_seeds));
        Ok(with_problems(report, found.problems))
    }

    fn selection(self) -> Selection {
        Selection {
            operator: self.operator,
            accounts: self.accounts,
            users: self.users,
            curves: self.curve,
            all: self.all,
            account: self.account,
            user: self.user,
            filter: self.filter,
            not_referenced: self.not_referenced,
        }
    }
}

/// A list lacks what could not be read, and says so.
fn with_problems(report: Report, problems: Vec<nsc_store::StoreError>) -> Report {
    if problems.is_empty() {
        return report;
    }
    let steps = problems.into_iter().map(Step::failed);
    report.with_steps(steps).with_failure(Kind::Partial)
}
