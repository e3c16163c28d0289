//! `nsc update`.

mod install;
mod owner;
mod release;
mod version;

use std::path::PathBuf;
use std::time::Duration;

use nsc_resolver::HttpResolver;
use nsc_store::config::DEFAULT_UPDATES;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::entity::EntityKind;
use crate::error::CliError;
use crate::outfile::Written;
use crate::ui::page::Page;
use crate::ui::{Report, Show};
use release::{Release, Repository};
use version::Version;

/// Flags of the command.
#[derive(Debug, clap::Args)]
pub struct Update {
    /// Version to install: `latest`, or a number such as `1.2.0`, `v1.2` or `1`
    #[arg(long, value_name = "VERSION", default_value = LATEST)]
    version: String,
}

impl Update {
    /// Runs the command.
    pub(super) fn run(self, app: &App) -> Result<Report, CliError> {
        let current = Version::current();
        let wanted = self.wanted()?;
        if wanted.as_ref() == Some(&current) {
            return Ok(Outcome::Current.report(&current, &current, None));
        }
        let server = HttpResolver::with_timeout(PATIENCE)?;
        let repository = repository(app)?;
        let release = repository.release(&server, wanted.as_ref())?;
        if release.version == current {
            return Ok(Outcome::Current.report(&current, &release.version, None));
        }
        // Only a version that was named takes a step back.
        if wanted.is_none() && release.version < current {
            return Ok(Outcome::NewerHere.report(&current, &release.version, None));
        }
        install(app, &server, &release, &current)
    }

    /// The version that was named; none is the latest.
    fn wanted(&self) -> Result<Option<Version>, CliError> {
        let text = self.version.trim();
        if text.is_empty() || text.eq_ignore_ascii_case(LATEST) {
            return Ok(None);
        }
        let refused = || {
            CliError::usage(format!("`{text}` is no version"))
                .about(EntityKind::Value, text.to_string())
                .hint("nsc update --version latest")
        };
        Version::parse(text).map(Some).ok_or_else(refused)
    }
}

fn repository(app: &App) -> Result<Repository, CliError> {
    let context = app.unchecked_context()?;
    let configured = context.config().github_updates.trim();
    Repository::parse(if configured.is_empty() {
        DEFAULT_UPDATES
    } else {
        configured
    })
}

fn install(
    app: &App,
    server: &HttpResolver,
    release: &Release,
    current: &Version,
) -> Result<Report, CliError> {
    let build = release.build()?;
    let target = install::running()?;
    owner::refuse_packaged(&target)?;
    let outcome = if app.globals.dry_run {
        Outcome::Planned
    } else {
        install::replace(&target, &build.fetch(server)?)?;
        Outcome::Updated
    };
    let written = Written {
        path: target.clone(),
        replaced: true,
        dry_run: app.globals.dry_run,
    };
    let report = outcome.report(current, &release.version, Some(target));
    Ok(report.with_written(&written))
}

/// What became of the program.
#[derive(Clone, Copy, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    /// It is of this version already.
    Current,
    /// It is newer than the latest release, and stays.
    NewerHere,
    /// It would be replaced (`--dry-run`).
    Planned,
    /// It was replaced.
    Updated,
}

impl Outcome {
    fn report(self, current: &Version, release: &Version, program: Option<PathBuf>) -> Report {
        Report::new(Updated {
            outcome: self,
            current: current.to_string(),
            release: release.to_string(),
            program: program.map(|path| path.display().to_string()),
        })
    }
}

/// What an update did.
#[derive(JsonSchema, Serialize)]
pub(super) struct Updated {
    /// `current`, `newer_here`, `planned` or `updated`.
    outcome: Outcome,
    /// The version that ran.
    current: String,
    /// The version of the release.
    release: String,
    /// The program file that was, or would be, replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    program: Option<String>,
}

impl Show for Updated {
    fn show(&self, page: &mut Page) {
        let (current, release) = (&self.current, &self.release);
        let program = self.program.as_deref().unwrap_or_default();
        page.line(&match self.outcome {
            Outcome::Current => format!("nsc is already of version {current}: nothing to update"),
            Outcome::NewerHere => {
                format!("nsc {current} is newer than the latest release {release}")
            }
            Outcome::Planned => format!("would replace nsc {current} by {release} in `{program}`"),
            Outcome::Updated => format!("replaced nsc {current} by {release} in `{program}`"),
        });
    }
}

const LATEST: &str = "latest";
/// A program is some megabytes.
const PATIENCE: Duration = Duration::from_secs(120);
