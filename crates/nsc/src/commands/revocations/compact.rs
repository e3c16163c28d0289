//! `nsc revocations compact`.

use nsc_core::claims::{AccountClaims, Activation, User};
use nsc_core::edit::{
    KnownTokens, Lifespan, PointlessEntry, PointlessReason, drop_revocations, pointless_revocations,
};
use nsc_core::revocation::EVERYONE;
use nsc_core::time::{self, UnixTime};
use nsc_core::{jwt, subject};
use nsc_store::history::Subject;
use nsc_store::write;
use schemars::JsonSchema;
use serde::Serialize;

use crate::account_edit::{AccountEdit, Judged};
use crate::app::App;
use crate::args::entity::{AccountArg, given};
use crate::commands::sharing::kind_name;
use crate::entity::EntityKind;
use crate::error::{CliError, Kind};
use crate::schema::foreign;
use crate::ui::page::Page;
use crate::ui::{Report, Show, Step, notice};

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Compact {
    /// Say that no JWT was ever valid for longer than this, such as `90d` (m h d w M y): drops what is older
    #[arg(long, value_name = "PERIOD")]
    longest: Option<String>,

    /// Drop them without asking
    #[arg(short, long)]
    yes: bool,

    #[command(flatten)]
    account: AccountArg,
}

impl Compact {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let longest = given(&self.longest)
            .map(|period| seconds(app, period))
            .transpose()?;
        let edit = AccountEdit::open(app, &self.account)?;
        let claims = edit.read()?;
        let known = known_tokens(&edit, &claims, longest)?;
        let entries = pointless_revocations(&claims, &known, app.now());
        let account = edit.account().to_owned();
        let result = |dropped, entries| Compacted {
            account: account.clone(),
            dropped,
            entries,
        };
        if entries.is_empty() {
            let step = Step::ok(format!("account `{account}` has no revocation that can go"));
            return Ok(Report::new(result(false, entries))
                .with_steps([step])
                .unchanged());
        }
        let steps: Vec<Step> = entries.iter().map(told).collect();
        if !app.globals.dry_run && !self.is_wanted(app, &entries) {
            let text = "nothing was dropped; `--yes` drops these without asking";
            return Ok(Report::new(result(false, entries))
                .with_steps(steps)
                .with_steps([Step::error(text)])
                .with_failure(Kind::Failed));
        }
        let changed = edit.change(app, "revocations compact", Judged::Change, |claims| {
            drop_revocations(claims, &entries);
            Ok(())
        })?;
        changed.report(app, result(true, entries), steps)
    }

    /// Nobody who could say yes means no.
    fn is_wanted(&self, app: &App, entries: &[PointlessEntry]) -> bool {
        if self.yes {
            return true;
        }
        for entry in entries {
            notice(&told(entry).text);
        }
        let question = match entries.len() {
            1 => "Drop this revocation?".to_owned(),
            several => format!("Drop {several} revocations?"),
        };
        app.prompter.confirm(&question, false).unwrap_or(false)
    }
}

/// A period in seconds.
fn seconds(app: &App, period: &str) -> Result<i64, CliError> {
    let now = app.now();
    let end = time::parse_expiry(period, now, &app.zone())?;
    // A date has a dash within, a period in front at most.
    if end <= now.0 || period.contains('-') {
        let message = format!("`{period}` is no period of time");
        return Err(CliError::usage(message)
            .about(EntityKind::Flag, "--longest")
            .hint("--longest 90d (units m h d w M y)"));
    }
    Ok(end - now.0)
}

/// What the store knows about the tokens that the account's revocations cover.
fn known_tokens(
    edit: &AccountEdit,
    claims: &AccountClaims,
    longest: Option<i64>,
) -> Result<KnownTokens, CliError> {
    let mut known = KnownTokens {
        longest,
        ..KnownTokens::default()
    };
    if !claims.nats.revocations.is_empty() {
        let (store, account) = (edit.store(), edit.account());
        let users = write::map_parallel(&store.users(account)?, |name| {
            store.user_by_name(account, name)
        });
        // A user that cannot be read is one that nothing is known of.
        for user in users.into_iter().filter_map(|user| user.ok().flatten()) {
            let (key, span) = (user.claims.sub, span(user.claims.iat, user.claims.exp));
            known.users.entry(key).or_default().push(span);
        }
        earlier_users(edit, claims, &mut known)?;
    }
    if claims
        .exports()
        .any(|export| !export.revocations.is_empty())
    {
        activations(edit, claims, &mut known)?;
    }
    Ok(known)
}

/// What revoked users had before: those JWTs may be in use for longer than the one in the store.
fn earlier_users(
    edit: &AccountEdit,
    claims: &AccountClaims,
    known: &mut KnownTokens,
) -> Result<(), CliError> {
    for commit in edit.store().history(usize::MAX)? {
        // A damaged record tells nothing.
        let Ok((_, files)) = edit.store().history_files(commit.id) else {
            continue;
        };
        let users = (files.iter()).filter(|file| matches!(file.subject, Subject::User { .. }));
        let tokens = users.flat_map(|file| [file.token_before(), file.token_after()]);
        for user in tokens
            .flatten()
            .filter_map(|token| jwt::decode_as::<User>(token).ok())
        {
            if claims.nats.revocations.contains_key(&user.sub) {
                let span = span(user.iat, user.exp);
                known.users.entry(user.sub).or_default().push(span);
            }
        }
    }
    Ok(())
}

/// The activations that accounts of the store carry in their imports.
fn activations(
    edit: &AccountEdit,
    claims: &AccountClaims,
    known: &mut KnownTokens,
) -> Result<(), CliError> {
    for importer in edit.store().importers(&claims.sub)? {
        for import in importer.imports().filter(|i| i.account == claims.sub) {
            let Ok(token) = jwt::decode_as::<Activation>(&import.token) else {
                continue;
            };
            let Some(kind) = import.kind else { continue };
            let covering = claims.exports().filter(|export| {
                export.kind == Some(kind) && subject::is_subset(&import.subject, &export.subject)
            });
            for export in covering {
                let place = (export.subject.clone(), kind, importer.sub.clone());
                let spans = known.activations.entry(place).or_default();
                spans.push(span(token.iat, token.exp));
            }
        }
    }
    Ok(())
}

fn span(issued: i64, expires: i64) -> Lifespan {
    Lifespan { issued, expires }
}

/// An entry and why it may go.
fn told(entry: &PointlessEntry) -> Step {
    let up_to = UnixTime(entry.at);
    let whom = match entry.key.as_str() {
        EVERYONE => "all".to_owned(),
        key => format!("`{key}`"),
    };
    let what = match &entry.export {
        None if entry.key == EVERYONE => "all users".to_owned(),
        None => format!("user {whom}"),
        Some(subject) => {
            let kind = kind_name(entry.kind);
            format!("{whom} for the {kind} export `{subject}`")
        }
    };
    let revocation = format!("revocation of {what} up to {up_to}");
    match entry.reason {
        PointlessReason::CoveredByAll => Step::ok(format!("{revocation}: all are revoked")),
        PointlessReason::Outlived => Step::ok(format!("{revocation}: older than any JWT lives")),
        PointlessReason::KnownExpired => Step::warning(format!(
            "{revocation}: every JWT that the store knows has expired; others that were handed out would be valid again"
        )),
    }
}

/// Revocations that were dropped, or could be.
#[derive(JsonSchema, Serialize)]
pub(super) struct Compacted {
    /// Name of the account.
    account: String,
    /// Whether they were dropped, or would have been with `--dry-run`.
    dropped: bool,
    /// The revocations.
    #[schemars(with = "Vec<foreign::PointlessRevocation>")]
    entries: Vec<PointlessEntry>,
}

impl Show for Compacted {
    fn show(&self, _page: &mut Page) {}
}
